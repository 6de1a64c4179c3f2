//! What a person decides about a run: apply the plan that was shown, reject it,
//! take it back.

use std::{io::Cursor, sync::Arc};

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::{
    body::unpack,
    feed::{self, StoredFeed},
    model::{MeetingOp, Mode, RunStatus, StoredRun},
    receive::{context, source_format},
    service::{Run, RunError},
    store::{self, RecordedChange, RunsOfWeek},
};
use crate::{
    auth::{self, Doer, Happening},
    db::{self, Scope, Write},
    directory::{self, Actor, Stamp},
    feeds::{ReadFeed, read_source},
    kernel::{FeedId, ImportId, IntergroupId},
};

/// The decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Apply the plan that was shown.
    Apply,
    /// Leave the directory as it is.
    Reject,
    /// Take back what was applied.
    Undo,
}

/// What came of it.
#[derive(Debug)]
pub enum Decided {
    /// It is done, at this revision of the directory where that changed.
    Done(Box<StoredRun>, Option<i64>),
    /// The run is not one of which that can be decided any more, or yet.
    NotOpen(RunStatus),
    /// The directory, the feed's settings or this program moved on: what would
    /// be applied is not what was shown. A source with an address of which a run
    /// waited is read anew, and its owners are told of what waits then.
    Moved,
    /// The source is not kept any more.
    Gone,
    /// There is no such run, or it is not this caller's to decide about.
    Missing,
}

/// Decides about a run for somebody who may see and change what `scope` covers,
/// once: of two who decide at the same time the second is
/// told what the first did.
///
/// # Errors
/// When the database cannot be reached; then nothing was changed.
pub async fn decide(
    pool: &PgPool,
    run: &StoredRun,
    decision: Decision,
    (scope, actor): (Scope, Actor),
    now: DateTime<Utc>,
) -> Result<Decided, RunError> {
    if decision == Decision::Reject {
        let mut transaction = db::begin(pool, scope).await?;
        if !store::may_write(&mut transaction, run.intergroup_id).await? {
            return Ok(Decided::Missing);
        }
        store::lock_run(&mut transaction, run.id).await?;
        let Some(run) = store::find_run(&mut transaction, run.id).await? else { return Ok(Decided::Missing) };
        if !matches!(run.status, RunStatus::Planned | RunStatus::Held) {
            return Ok(Decided::NotOpen(run.status));
        }
        store::decide(&mut transaction, &run, RunStatus::Rejected, now).await?;
        note(&mut transaction, &run, RunStatus::Rejected, actor, now).await?;
        // How the source is does not depend on what was only to be shown.
        if run.mode == Mode::Apply {
            feed::let_be(&mut transaction, run.feed_id).await?;
            feed::settle_feed(&mut transaction, run.feed_id, now).await?;
        }
        return finish(transaction, run.id, None).await;
    }
    // What costs time comes before the clock is held.
    let mut reading = db::begin_read(pool, scope.clone()).await?;
    if !store::may_write(&mut reading, run.intergroup_id).await? {
        return Ok(Decided::Missing);
    }
    let (feed, read) = match decision {
        Decision::Apply => match source(&mut reading, run).await? {
            Some((feed, read)) => (Some(feed), Some(read)),
            None if matches!(run.status, RunStatus::Planned | RunStatus::Held) => return Ok(Decided::Gone),
            None => return Ok(Decided::NotOpen(run.status)),
        },
        _ => (None, None),
    };
    reading.commit().await?;
    let mut write = db::begin_write(pool, scope.clone()).await?;
    store::lock_run(&mut write.transaction, run.id).await?;
    let Some(run) = store::find_run(&mut write.transaction, run.id).await? else { return Ok(Decided::Missing) };
    match (decision, read) {
        (Decision::Apply, Some(read)) => {
            let (feed_id, waits) = (run.feed_id, run.status == RunStatus::Held && run.mode == Mode::Apply);
            let decided = apply(write, run, feed, &read, (actor, now)).await?;
            if waits && matches!(decided, Decided::Moved) {
                let mut transaction = db::begin(pool, scope).await?;
                feed::show_anew(&mut transaction, feed_id, now).await?;
                transaction.commit().await?;
            }
            Ok(decided)
        }
        _ => undo(write, run, actor, now).await,
    }
}

async fn apply(
    mut write: Write,
    run: StoredRun,
    feed: Option<StoredFeed>,
    read: &Arc<ReadFeed>,
    (actor, now): (Actor, DateTime<Utc>),
) -> Result<Decided, RunError> {
    if !matches!(run.status, RunStatus::Planned | RunStatus::Held) {
        return Ok(Decided::NotOpen(run.status));
    }
    let version = feed.as_ref().map(|feed| feed.version);
    if !store::still_holds(&mut write.transaction, run.feed_id, version, None).await? {
        return Ok(Decided::Moved);
    }
    let again = Run {
        id: run.id,
        intergroup_id: run.intergroup_id,
        scope: Scope::office(run.intergroup_id),
        feed_id: run.feed_id,
        feed,
        mode: Mode::Apply,
        origin: run.origin,
        // What the guard holds is what was shown; a person saw it.
        allow_shrink: false,
        actor: Actor::Import(run.id),
        started_at: run.started_at,
    };
    let plan = again.plan(&mut write.transaction, read).await?;
    let hash = plan.hash().map_err(|error| RunError::Broken(error.into()))?;
    if run.plan_hash != Some(hash) {
        return Ok(Decided::Moved);
    }
    again.write(&mut write, &plan, now).await?;
    store::decide(&mut write.transaction, &run, RunStatus::Applied, now).await?;
    note(&mut write.transaction, &run, RunStatus::Applied, actor, now).await?;
    feed::settle_feed(&mut write.transaction, run.feed_id, now).await?;
    let id = run.id;
    let run = store::find_run(&mut write.transaction, id).await?.unwrap_or(run);
    let revision = write.commit().await?;
    Ok(Decided::Done(Box::new(run), Some(revision)))
}

async fn undo(mut write: Write, run: StoredRun, actor: Actor, now: DateTime<Utc>) -> Result<Decided, RunError> {
    if run.status != RunStatus::Applied {
        return Ok(Decided::NotOpen(run.status));
    }
    let stamp = Stamp { revision: write.revision, now, actor };
    store::undo(&mut write.transaction, &run, &stamp).await?;
    note(&mut write.transaction, &run, RunStatus::Undone, actor, now).await?;
    let id = run.id;
    let run = store::find_run(&mut write.transaction, id).await?.unwrap_or(run);
    let revision = write.commit().await?;
    Ok(Decided::Done(Box::new(run), Some(revision)))
}

/// Keeps a record of who decided.
async fn note(
    connection: &mut PgConnection,
    run: &StoredRun,
    status: RunStatus,
    actor: Actor,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let doer = match actor {
        Actor::Account(id) => Doer::Account(id),
        Actor::Key(id) => Doer::Key(id),
        Actor::Operator | Actor::Import(_) => Doer::Operator,
    };
    let told = |status: RunStatus| Some(json!({ "status": status }));
    let (before, after) = (told(run.status), told(status));
    let happening = Happening { entity: "import", entity_id: run.id.0, op: "update", before, after };
    auth::record(connection, run.intergroup_id, &happening, doer, now).await
}

async fn finish(
    mut transaction: sqlx::Transaction<'static, sqlx::Postgres>,
    id: ImportId,
    revision: Option<i64>,
) -> Result<Decided, RunError> {
    let run = store::find_run(&mut transaction, id).await?;
    transaction.commit().await?;
    Ok(run.map_or(Decided::Missing, |run| Decided::Done(Box::new(run), revision)))
}

/// The feed of a run and what its source says, where that is still kept.
async fn source(
    connection: &mut PgConnection,
    run: &StoredRun,
) -> Result<Option<(StoredFeed, Arc<ReadFeed>)>, RunError> {
    let Some(feed) = feed::find_feed(connection, run.feed_id).await? else { return Ok(None) };
    let Some((zstd, bytes)) = store::load_body(connection, run.id).await? else { return Ok(None) };
    let Some(office) = directory::find_intergroup_to_write(connection, run.intergroup_id).await? else {
        return Ok(None);
    };
    let context = context(&feed, office.document.timezone);
    let format = source_format(run.origin, feed.settings.format);
    let read = tokio::task::spawn_blocking(move || {
        let source = unpack(&zstd, bytes)?;
        Ok::<_, anyhow::Error>(read_source(Cursor::new(source), format, &context)?)
    });
    let read = read.await.map_err(|error| RunError::Broken(error.into()))??;
    Ok(Some((feed, Arc::new(read))))
}

/// A run.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_run(connection: &mut PgConnection, id: ImportId) -> Result<Option<StoredRun>, sqlx::Error> {
    store::find_run(connection, id).await
}

/// The run that decides in place of one: the run itself or, where a newer one
/// took its place, what waits of the source now.
///
/// # Errors
/// When the database cannot be reached.
pub async fn in_place_of(connection: &mut PgConnection, run: StoredRun) -> Result<StoredRun, sqlx::Error> {
    store::in_place_of(connection, run).await
}

/// The latest runs of feeds, each feed's newest first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn latest_runs(
    connection: &mut PgConnection,
    feeds: &[FeedId],
    most: i64,
) -> Result<Vec<StoredRun>, sqlx::Error> {
    store::list_runs(connection, feeds, most).await
}

/// What the runs of an office's sources did since a time, and which wait.
///
/// # Errors
/// When the database cannot be reached.
pub async fn runs_of_week(
    connection: &mut PgConnection,
    office: IntergroupId,
    since: DateTime<Utc>,
) -> Result<RunsOfWeek, sqlx::Error> {
    store::runs_of_week(connection, office, since).await
}

/// What a run would change or changed, from behind a position.
///
/// # Errors
/// When the database cannot be reached.
pub async fn changes_of(
    connection: &mut PgConnection,
    run: ImportId,
    after: i64,
    most: u16,
) -> Result<Vec<RecordedChange>, sqlx::Error> {
    store::list_changes(connection, run, after, most).await
}

/// The first changes of one kind that a run would make or made.
///
/// # Errors
/// When the database cannot be reached.
pub async fn first_changes(
    connection: &mut PgConnection,
    run: ImportId,
    op: MeetingOp,
    most: u16,
) -> Result<Vec<RecordedChange>, sqlx::Error> {
    store::first_changes(connection, run, op, most).await
}

/// What is wrong with a run's rows, from behind a position.
///
/// # Errors
/// When the database cannot be reached.
pub async fn problems_of(
    connection: &mut PgConnection,
    run: ImportId,
    after: i64,
    most: u16,
) -> Result<Vec<RecordedChange>, sqlx::Error> {
    store::list_problems(connection, run, after, most).await
}
