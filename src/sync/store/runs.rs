//! The record of runs.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::{
    directory::Actor,
    feeds::RowProblem,
    kernel::{FeedId, ImportId, IntergroupId, Kept},
    sync::{
        body::Body,
        model::{Failure, HeldReason, ImportRun, MeetingOp, Mode, Origin, PlannedChange, RunStatus, StoredRun},
        service::Run,
    },
};

/// Rows of one statement: a bound on what is held as JSON at a time.
const ROWS_AT_ONCE: usize = 2_000;

fn count(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// Records a run that was planned and, where it is applied, the day of its
/// feed. One that was asked for before takes the place of its request.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn record_run(
    connection: &mut PgConnection,
    of: &Run,
    run: &ImportRun,
    plan_hash: [u8; 32],
) -> Result<(), sqlx::Error> {
    let held: Vec<String> = run.held_because.iter().map(|reason| reason.as_str().to_owned()).collect();
    let key_id = if let Actor::Key(id) = of.actor { Some(id.0) } else { None };
    sqlx::query!(
        "INSERT INTO directory.imports (id, feed_id, intergroup_id, status, mode, origin, actor, key_id, rows, created,
             updated, removed, unchanged, protected, kept, followed, problem_count, held_because, plan_hash, started_at,
             finished_at, synced_before)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, f.synced_on
         FROM directory.feeds f WHERE f.id = $2
         ON CONFLICT (id) DO UPDATE SET status = excluded.status, rows = excluded.rows, created = excluded.created,
             updated = excluded.updated, removed = excluded.removed, unchanged = excluded.unchanged,
             protected = excluded.protected, kept = excluded.kept, followed = excluded.followed,
             problem_count = excluded.problem_count,
             held_because = excluded.held_because, plan_hash = excluded.plan_hash, started_at = excluded.started_at,
             finished_at = excluded.finished_at, synced_before = excluded.synced_before",
        run.id.0,
        of.feed_id.0,
        of.intergroup_id.0,
        run.status.as_str(),
        of.mode.as_str(),
        of.origin.as_str(),
        of.actor.word(),
        key_id,
        count(run.rows),
        count(run.created),
        count(run.updated),
        count(run.removed),
        count(run.unchanged),
        count(run.protected),
        count(run.kept),
        count(run.followed),
        count(run.problem_count),
        &held,
        plan_hash.as_slice(),
        run.started_at,
        run.finished_at,
    )
    .execute(&mut *connection)
    .await?;
    if run.status == RunStatus::Applied {
        synced(connection, of.feed_id, run.finished_at).await?;
    }
    Ok(())
}

async fn synced(connection: &mut PgConnection, feed: FeedId, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.feeds SET synced_on = $2 WHERE id = $1 AND synced_on IS DISTINCT FROM $2",
        feed.0,
        at.date_naive(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Records the plan as it is shown.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn record_changes(
    connection: &mut PgConnection,
    of: &Run,
    changes: &[PlannedChange],
) -> Result<(), sqlx::Error> {
    for (chunk, from) in changes.chunks(ROWS_AT_ONCE).zip((1i32..).step_by(ROWS_AT_ONCE)) {
        sqlx::query!(
            "INSERT INTO directory.import_changes
                 (import_id, position, intergroup_id, op, meeting_id, slug, name, fields, kept, feed_id)
             SELECT $1, $2 + (r.n - 1)::integer, $3, c.op, c.meeting_id, c.slug, c.name, coalesce(c.fields, '[]'),
                 coalesce(c.kept, '[]'), c.feed_id
             FROM jsonb_array_elements($4::jsonb) WITH ORDINALITY AS r (change, n),
                  jsonb_to_record(r.change) AS c
                      (op text, meeting_id uuid, slug text, name text, fields jsonb, kept jsonb, feed_id uuid)",
            of.id.0,
            from,
            of.intergroup_id.0,
            json!(chunk),
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Records what is wrong with rows.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn record_problems(
    connection: &mut PgConnection,
    of: &Run,
    problems: &[RowProblem],
) -> Result<(), sqlx::Error> {
    for (chunk, from) in problems.chunks(ROWS_AT_ONCE).zip((1i32..).step_by(ROWS_AT_ONCE)) {
        sqlx::query!(
            "INSERT INTO directory.import_problems (import_id, position, intergroup_id, problem)
             SELECT $1, $2 + (r.n - 1)::integer, $3, r.problem
             FROM jsonb_array_elements($4::jsonb) WITH ORDINALITY AS r (problem, n)",
            of.id.0,
            from,
            of.intergroup_id.0,
            json!(chunk),
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Keeps the source. Of a feed there are those of the last ten runs that wait
/// for a person, and of the last one that was applied.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn keep_body(
    connection: &mut PgConnection,
    of: &Run,
    body: &Body,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO directory.import_bodies (import_id, intergroup_id, bytes, zstd) VALUES ($1, $2, $3, $4)",
        of.id.0,
        of.intergroup_id.0,
        i32::try_from(body.bytes).unwrap_or(i32::MAX),
        body.zstd,
    )
    .execute(&mut *connection)
    .await?;
    drop_bodies(connection, of.feed_id).await
}

/// Lets go of sources that nothing needs any more.
async fn drop_bodies(connection: &mut PgConnection, feed: FeedId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM directory.import_bodies b USING directory.imports i
         WHERE i.id = b.import_id AND i.feed_id = $1
           AND i.id <> ALL (SELECT waiting.id FROM directory.imports waiting
                            WHERE waiting.feed_id = $1 AND waiting.status IN ('planned', 'held')
                            ORDER BY waiting.started_at DESC, waiting.id DESC LIMIT 10)
           AND i.id <> ALL (SELECT last.id FROM directory.imports last
                            JOIN directory.import_bodies kept ON kept.import_id = last.id
                            WHERE last.feed_id = $1 AND last.status = 'applied'
                            ORDER BY last.started_at DESC, last.id DESC LIMIT 1)",
        feed.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The source of a run, where it is still kept: its bytes as zstd, and how many
/// there are.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn load_body(
    connection: &mut PgConnection,
    run: ImportId,
) -> Result<Option<(Vec<u8>, usize)>, sqlx::Error> {
    let row = sqlx::query!("SELECT zstd, bytes FROM directory.import_bodies WHERE import_id = $1", run.0)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| (row.zstd, usize::try_from(row.bytes).unwrap_or(0))))
}

/// A run as it comes from the database.
struct Row {
    id: uuid::Uuid,
    feed_id: uuid::Uuid,
    intergroup_id: uuid::Uuid,
    status: String,
    mode: String,
    origin: String,
    rows: i32,
    created: i32,
    updated: i32,
    removed: i32,
    unchanged: i32,
    protected: i32,
    kept: i32,
    followed: i32,
    problem_count: i32,
    held_because: Vec<String>,
    failure_code: Option<String>,
    failure: Option<String>,
    plan_hash: Option<Vec<u8>>,
    left_as_is: Option<Value>,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    decided_at: Option<DateTime<Utc>>,
}

impl From<Row> for StoredRun {
    fn from(row: Row) -> Self {
        let count = |n: i32| u32::try_from(n).unwrap_or(0);
        let failure = row.failure_code.zip(row.failure).map(|(code, message)| Failure { code, message });
        let held =
            HeldReason::ALL.into_iter().filter(|reason| row.held_because.iter().any(|held| held == reason.as_str()));
        Self {
            id: ImportId(row.id),
            feed_id: FeedId(row.feed_id),
            intergroup_id: IntergroupId(row.intergroup_id),
            // The table's checks know no other words.
            status: RunStatus::ALL.into_iter().find(|s| s.as_str() == row.status).unwrap_or(RunStatus::Failed),
            mode: if row.mode == Mode::Plan.as_str() { Mode::Plan } else { Mode::Apply },
            origin: Origin::ALL.into_iter().find(|o| o.as_str() == row.origin).unwrap_or(Origin::Upload),
            rows: count(row.rows),
            created: count(row.created),
            updated: count(row.updated),
            removed: count(row.removed),
            unchanged: count(row.unchanged),
            protected: count(row.protected),
            kept: count(row.kept),
            followed: count(row.followed),
            problem_count: count(row.problem_count),
            held_because: held.collect(),
            failure,
            plan_hash: row.plan_hash.and_then(|hash| hash.try_into().ok()),
            left: row.left_as_is.and_then(|left| serde_json::from_value(left).ok()).unwrap_or_default(),
            started_at: row.started_at,
            finished_at: row.finished_at,
            decided_at: row.decided_at,
        }
    }
}

/// A run.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn find_run(
    connection: &mut PgConnection,
    id: ImportId,
) -> Result<Option<StoredRun>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT id, feed_id, intergroup_id, status, mode, origin, rows, created, updated, removed, unchanged, protected,
             kept, followed, problem_count, held_because, failure_code, failure, plan_hash, left_as_is, started_at, finished_at,
             decided_at
         FROM directory.imports WHERE id = $1",
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Into::into))
}

/// The latest runs of each of an office's feeds, the newest first.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn list_runs(
    connection: &mut PgConnection,
    feeds: &[FeedId],
    most: i64,
) -> Result<Vec<StoredRun>, sqlx::Error> {
    let feeds: Vec<uuid::Uuid> = feeds.iter().map(|feed| feed.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT i.id AS "id!", i.feed_id AS "feed_id!", i.intergroup_id AS "intergroup_id!", i.status AS "status!",
               i.mode AS "mode!", i.origin AS "origin!", i.rows AS "rows!", i.created AS "created!",
               i.updated AS "updated!", i.removed AS "removed!", i.unchanged AS "unchanged!",
               i.protected AS "protected!", i.kept AS "kept!", i.followed AS "followed!", i.problem_count AS "problem_count!",
               i.held_because AS "held_because!", i.failure_code, i.failure, i.plan_hash, i.left_as_is,
               i.started_at AS "started_at!", i.finished_at, i.decided_at
           FROM unnest($1::uuid[]) AS f (id), LATERAL (
               SELECT * FROM directory.imports i WHERE i.feed_id = f.id ORDER BY i.started_at DESC, i.id DESC LIMIT $2) AS i"#,
        &feeds,
        most,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Whether the scope of the transaction covers the office.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn may_write(
    connection: &mut PgConnection,
    office: IntergroupId,
) -> Result<bool, sqlx::Error> {
    let covered = sqlx::query_scalar!(
        r#"SELECT $1 = ANY (directory.scope_ids()) OR directory.scope_kind() = 'operator' AS "covered!""#,
        office.0
    );
    covered.fetch_one(connection).await
}

/// Waits until nobody else decides about the run.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn lock_run(connection: &mut PgConnection, id: ImportId) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT id FROM directory.imports WHERE id = $1 FOR UPDATE", id.0).fetch_optional(connection).await?;
    Ok(())
}

/// Sets what a person decided about a run.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn decide(
    connection: &mut PgConnection,
    run: &StoredRun,
    status: RunStatus,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.imports i
         SET status = $2, decided_at = $3, finished_at = coalesce(i.finished_at, $3),
             synced_before = CASE WHEN $2 = 'applied' THEN f.synced_on ELSE i.synced_before END
         FROM directory.feeds f WHERE i.id = $1 AND f.id = i.feed_id",
        run.id.0,
        status.as_str(),
        now,
    )
    .execute(&mut *connection)
    .await?;
    if status == RunStatus::Applied {
        synced(connection, run.feed_id, now).await?;
    }
    drop_bodies(connection, run.feed_id).await
}

/// One line of a plan, with its place in it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedChange {
    /// From 1.
    pub position: i32,
    /// As the plan showed it.
    pub change: Value,
}

/// What a run would change or changed, from behind a position.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn list_changes(
    connection: &mut PgConnection,
    run: ImportId,
    after: i64,
    most: u16,
) -> Result<Vec<RecordedChange>, sqlx::Error> {
    sqlx::query_as!(
        RecordedChange,
        r#"SELECT position, jsonb_build_object('op', op, 'meeting_id', meeting_id, 'slug', slug, 'name', name)
               || CASE WHEN fields = '[]' THEN '{}' ELSE jsonb_build_object('fields', fields) END
               || CASE WHEN kept = '[]' THEN '{}' ELSE jsonb_build_object('kept', kept) END
               || CASE WHEN feed_id IS NULL THEN '{}' ELSE jsonb_build_object('feed_id', feed_id) END AS "change!"
           FROM directory.import_changes WHERE import_id = $1 AND position > $2 ORDER BY position LIMIT $3"#,
        run.0,
        i32::try_from(after).unwrap_or(i32::MAX),
        i64::from(most),
    )
    .fetch_all(connection)
    .await
}

/// The first changes of one kind.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn first_changes(
    connection: &mut PgConnection,
    run: ImportId,
    op: MeetingOp,
    most: u16,
) -> Result<Vec<RecordedChange>, sqlx::Error> {
    sqlx::query_as!(
        RecordedChange,
        r#"SELECT position, jsonb_build_object('op', op, 'meeting_id', meeting_id, 'slug', slug, 'name', name,
               'fields', fields) AS "change!"
           FROM directory.import_changes WHERE import_id = $1 AND op = $2 ORDER BY position LIMIT $3"#,
        run.0,
        op.as_str(),
        i64::from(most),
    )
    .fetch_all(connection)
    .await
}

/// What is wrong with rows, from behind a position.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn list_problems(
    connection: &mut PgConnection,
    run: ImportId,
    after: i64,
    most: u16,
) -> Result<Vec<RecordedChange>, sqlx::Error> {
    sqlx::query_as!(
        RecordedChange,
        "SELECT position, problem AS change FROM directory.import_problems
         WHERE import_id = $1 AND position > $2 ORDER BY position LIMIT $3",
        run.0,
        i32::try_from(after).unwrap_or(i32::MAX),
        i64::from(most),
    )
    .fetch_all(connection)
    .await
}

/// Forgets runs and their reports when they were kept long enough; not the last
/// of a feed that was applied.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn tidy_runs(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let before = now - TimeDelta::days(Kept::ImportRuns.days().into());
    sqlx::query!(
        "DELETE FROM directory.imports i
         WHERE i.started_at < $1 AND i.status NOT IN ('queued', 'running')
           AND i.id <> ALL (SELECT last.id FROM directory.imports last
                            WHERE last.feed_id = i.feed_id AND last.status = 'applied'
                            ORDER BY last.started_at DESC, last.id DESC LIMIT 1)",
        before,
    )
    .execute(connection)
    .await?;
    Ok(())
}
