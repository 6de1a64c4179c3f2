//! The queue of sources that are to be read.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    db::{self, Scope},
    directory::Actor,
    feeds::Validators,
    kernel::{FeedId, ImportId},
    sync::{
        feed::{StoredFeed, find_feed},
        model::{Failure, Mode, StoredRun},
        service::Run,
    },
};

/// How long a worker has for a turn; a fetch takes at most 15 s of it.
const LEASE: TimeDelta = TimeDelta::minutes(2);

/// How many sources of one office are read at once, by all nodes: hosts that do
/// not answer hold up their own office first.
const MOST_OF_OFFICE: i64 = 2;

/// A feed that a worker holds.
#[derive(Debug, Clone)]
pub(in crate::sync) struct ClaimedFeed {
    pub feed: StoredFeed,
    /// Whoever writes must still have it.
    pub lease: Uuid,
    /// Turns that began since one ended, with this one.
    pub attempts: i16,
    /// Turns in a row that brought nothing.
    pub failures: u32,
    pub validators: Validators,
    pub body_hash: Option<[u8; 32]>,
    pub body_version: Option<i64>,
}

/// What a turn read and acted on.
#[derive(Debug)]
pub(in crate::sync) struct SourceRead {
    pub body_hash: [u8; 32],
    /// What a host knows this state of the source by.
    pub validators: Validators,
}

/// Takes the feed that has been due for longest and is nobody's, of an office of
/// which not many are being read.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn claim_feed(
    connection: &mut PgConnection,
    lease: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<ClaimedFeed>, sqlx::Error> {
    let row = sqlx::query!(
        "UPDATE directory.feeds SET lease = $1, leased_until = $2, attempts = attempts + 1
         WHERE id = (SELECT f.id FROM directory.feeds f
                     WHERE due_at <= $3 AND deleted_at IS NULL AND (leased_until IS NULL OR leased_until <= $3)
                       AND (SELECT count(*) FROM directory.feeds o
                            WHERE o.intergroup_id = f.intergroup_id AND o.leased_until > $3) < $4
                     ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, attempts, failures, etag, last_modified, body_hash, body_version",
        lease,
        now + LEASE,
        now,
        MOST_OF_OFFICE,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let Some(feed) = find_feed(connection, FeedId(row.id)).await? else { return Ok(None) };
    Ok(Some(ClaimedFeed {
        feed,
        lease,
        attempts: row.attempts,
        failures: u32::try_from(row.failures).unwrap_or(0),
        validators: Validators { etag: row.etag, last_modified: row.last_modified },
        body_hash: row.body_hash.and_then(|hash| hash.try_into().ok()),
        body_version: row.body_version,
    }))
}

/// Holds the feed's row while what was read is written, if it is still
/// connected and has the settings that it was read with, and is still the
/// worker's where that has a lease of it.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn still_holds(
    connection: &mut PgConnection,
    feed: FeedId,
    version: Option<i64>,
    lease: Option<Uuid>,
) -> Result<bool, sqlx::Error> {
    let held = sqlx::query!(
        "SELECT id FROM directory.feeds
         WHERE id = $1 AND deleted_at IS NULL AND ($2::bigint IS NULL OR version = $2)
           AND ($3::uuid IS NULL OR lease = $3) FOR UPDATE",
        feed.0,
        version,
        lease,
    )
    .fetch_optional(connection)
    .await?;
    Ok(held.is_some())
}

/// Gives a feed back until it is due again; false where another has taken it
/// over. A request that came meanwhile keeps it due, and so does whoever forgot
/// meanwhile what was read, so that it is read anew.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn release_feed(
    connection: &mut PgConnection,
    claimed: &ClaimedFeed,
    read: Option<&SourceRead>,
    due: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let was_read = read.map(|read| (Some(read.body_hash.as_slice()), Some(claimed.feed.version)));
    let as_left = was_read.unwrap_or((claimed.body_hash.as_ref().map(<[u8; 32]>::as_slice), claimed.body_version));
    let released = sqlx::query!(
        "UPDATE directory.feeds f
         SET lease = NULL, leased_until = NULL, attempts = 0,
             etag = CASE WHEN f.body_hash = $3 THEN $4 ELSE f.etag END,
             last_modified = CASE WHEN f.body_hash = $3 THEN $5 ELSE f.last_modified END,
             due_at = CASE WHEN f.url IS NULL OR f.deleted_at IS NOT NULL THEN NULL
                           WHEN f.version <> $6 OR f.body_hash IS DISTINCT FROM $8 OR f.body_version IS DISTINCT FROM $9
                               THEN f.due_at
                           WHEN EXISTS (SELECT FROM directory.imports i WHERE i.feed_id = f.id AND i.status = 'queued')
                               THEN f.due_at
                           ELSE $7 END
         WHERE f.id = $1 AND f.lease = $2",
        claimed.feed.id.0,
        claimed.lease,
        read.map(|read| read.body_hash.as_slice()),
        read.and_then(|read| read.validators.etag.as_deref()),
        read.and_then(|read| read.validators.last_modified.as_deref()),
        claimed.feed.version,
        due,
        as_left.0,
        as_left.1,
    )
    .execute(connection)
    .await?;
    Ok(released.rows_affected() == 1)
}

/// Asks for a run; its feed is due at once. What waits for its turn already is
/// not asked for twice. `None` where the run's scope does not cover the office,
/// or the feed has no address any more.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn queue_run(pool: &PgPool, run: &Run) -> Result<Option<StoredRun>, sqlx::Error> {
    let mut transaction = db::begin(pool, run.scope.clone()).await?;
    if !super::may_write(&mut transaction, run.intergroup_id).await? {
        return Ok(None);
    }
    // Whoever disconnects it or takes its address away comes before or after.
    let connected = sqlx::query_scalar!(
        "SELECT id FROM directory.feeds WHERE id = $1 AND deleted_at IS NULL AND url IS NOT NULL FOR UPDATE",
        run.feed_id.0
    );
    if connected.fetch_optional(&mut *transaction).await?.is_none() {
        return Ok(None);
    }
    if let Some(open) = queued(&mut transaction, run.feed_id, run.mode).await? {
        return super::find_run(&mut transaction, open).await;
    }
    let key_id = if let Actor::Key(id) = run.actor { Some(id.0) } else { None };
    sqlx::query!(
        "INSERT INTO directory.imports (id, feed_id, intergroup_id, status, mode, origin, actor, key_id, rows, created,
             updated, removed, unchanged, problem_count, started_at)
         VALUES ($1, $2, $3, 'queued', $4, $5, $6, $7, 0, 0, 0, 0, 0, 0, $8)",
        run.id.0,
        run.feed_id.0,
        run.intergroup_id.0,
        run.mode.as_str(),
        run.origin.as_str(),
        run.actor.word(),
        key_id,
        run.started_at,
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!("UPDATE directory.feeds SET due_at = least(due_at, $2) WHERE id = $1", run.feed_id.0, run.started_at)
        .execute(&mut *transaction)
        .await?;
    let stored = super::find_run(&mut transaction, run.id).await?;
    transaction.commit().await?;
    Ok(stored)
}

/// The run of a mode that a feed waits to begin.
async fn queued(connection: &mut PgConnection, feed: FeedId, mode: Mode) -> Result<Option<ImportId>, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "SELECT id FROM directory.imports WHERE feed_id = $1 AND status = 'queued' AND mode = $2 ORDER BY id LIMIT 1",
        feed.0,
        mode.as_str(),
    );
    Ok(id.fetch_optional(connection).await?.map(ImportId))
}

/// Ends what waits for its turn of a feed that is not to be fetched any more.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn fail_queued(
    connection: &mut PgConnection,
    feed: FeedId,
    failure: &Failure,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.imports
         SET status = 'failed', failure_code = $2, failure = left($3, 500), finished_at = $4
         WHERE feed_id = $1 AND status IN ('queued', 'running')",
        feed.0,
        failure.code,
        failure.message,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The oldest run of a feed that somebody asked for; from now on it runs.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn open_run(pool: &PgPool, feed: FeedId) -> Result<Option<StoredRun>, sqlx::Error> {
    let mut transaction = db::begin(pool, Scope::Operator).await?;
    let id = sqlx::query_scalar!(
        "UPDATE directory.imports SET status = 'running'
         WHERE id = (SELECT id FROM directory.imports WHERE feed_id = $1 AND status IN ('queued', 'running')
                     ORDER BY id LIMIT 1)
         RETURNING id",
        feed.0,
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let run = match id {
        Some(id) => super::find_run(&mut transaction, ImportId(id)).await?,
        None => None,
    };
    transaction.commit().await?;
    Ok(run)
}

/// Ends a run that somebody asked for and that could not be.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn fail_run(
    connection: &mut PgConnection,
    run: ImportId,
    failure: &Failure,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.imports
         SET status = 'failed', failure_code = $2, failure = left($3, 500), finished_at = $4 WHERE id = $1",
        run.0,
        failure.code,
        failure.message,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Records that a source could not be read when it was due.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn record_failure(
    connection: &mut PgConnection,
    id: ImportId,
    feed: &StoredFeed,
    failure: &Failure,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO directory.imports (id, feed_id, intergroup_id, status, mode, origin, rows, created, updated, removed,
             unchanged, problem_count, failure_code, failure, started_at, finished_at)
         VALUES ($1, $2, $3, 'failed', 'apply', 'fetch', 0, 0, 0, 0, 0, 0, $4, left($5, 500), $6, $6)",
        id.0,
        feed.id.0,
        feed.intergroup_id.0,
        failure.code,
        failure.message,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Says of sources that have not been read for twice as long as they should
/// have been that they are stale.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn note_stale(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.feeds
         SET state = 'stale', state_code = 'not_read', state_since = $1,
             state_reason = 'It has not been read for twice as long as it should have been.'
         WHERE state = 'ok' AND url IS NOT NULL AND deleted_at IS NULL
           AND coalesce(read_at, created_at) < $1::timestamptz - make_interval(hours => 2 * every_hours)",
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
