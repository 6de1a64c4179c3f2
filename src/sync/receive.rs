//! A source that has come, by upload or by fetching: read it, plan it, and
//! apply that unless it is to be shown or the guard holds it.

use std::{io::Cursor, sync::Arc};

use chrono_tz::Tz;
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    body::Body,
    feed::{self, FeedFormat, FeedState, StoredFeed},
    model::{Mode, Origin, RunStatus, StoredRun},
    service::{Run, RunError},
    store,
};
use crate::{
    db,
    directory::ZoneName,
    feeds::{FeedContext, ReadFeed, SourceError, SourceFormat, read_source},
    kernel::Clock,
};

/// Why what came is no run.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// It cannot be read as a whole.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// It was read, and the run did not come to its end.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl From<sqlx::Error> for ReceiveError {
    fn from(error: sqlx::Error) -> Self {
        Self::Run(error.into())
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Received {
    /// The run as it is kept.
    pub run: StoredRun,
    /// The revision of the directory that shows it, where it changed anything.
    pub revision: Option<i64>,
}

/// What a source is written in: that which an address gives has to be what the
/// feed says, and what somebody sends is what they have.
pub(super) fn source_format(origin: Origin, format: FeedFormat) -> SourceFormat {
    match (origin, format) {
        (Origin::Upload, _) => SourceFormat::Auto,
        (_, FeedFormat::MeetingGuide) => SourceFormat::MeetingGuide,
        (_, FeedFormat::Csv) => SourceFormat::Csv,
    }
}

/// What a feed's source does not say of itself; `timezone` is the intergroup's.
pub(super) fn context(feed: &StoredFeed, timezone: Tz) -> FeedContext {
    let settings = &feed.settings;
    let codes =
        settings.type_map.iter().map(|(word, codes)| (word.clone(), codes.iter().cloned().map(String::from).collect()));
    let timezone = settings.timezone.as_ref().map_or(timezone, ZoneName::zone);
    FeedContext::of(timezone).with_types(codes)
}

/// Asks for a run that fetches its source; `None` where that is not the
/// caller's.
///
/// # Errors
/// When the database cannot be reached.
pub async fn queue_run(pool: &PgPool, run: &Run) -> Result<Option<StoredRun>, RunError> {
    Ok(store::queue_run(pool, run).await?)
}

/// Plans what `source` would change, and applies it where `run` is to.
///
/// # Errors
/// When the source cannot be read, or the database not be reached; then nothing
/// was changed.
pub async fn receive(
    pool: &PgPool,
    clock: &dyn Clock,
    run: Run,
    timezone: Tz,
    source: Vec<u8>,
) -> Result<Received, ReceiveError> {
    receive_in_turn(pool, clock, run, timezone, source, None).await
}

/// The same for a worker, which writes only while its lease of the feed holds.
///
/// # Errors
/// As [`receive`], and [`RunError::Overtaken`].
pub(super) async fn receive_in_turn(
    pool: &PgPool,
    clock: &dyn Clock,
    run: Run,
    timezone: Tz,
    source: Vec<u8>,
    lease: Option<Uuid>,
) -> Result<Received, ReceiveError> {
    let Some(feed) = run.feed.clone() else {
        return Err(RunError::Broken(anyhow::anyhow!("a run of no feed")).into());
    };
    let (context, format) = (context(&feed, timezone), source_format(run.origin, feed.settings.format));
    let read = tokio::task::spawn_blocking(move || {
        let read = read_source(Cursor::new(&source), format, &context)?;
        Ok::<_, SourceError>((read, Body::of(&source)))
    });
    let (read, body) = read.await.map_err(|error| RunError::Broken(error.into()))??;
    let (read, body) = (Arc::new(read), body.map_err(RunError::Broken)?);
    Ok(carry_out(pool, clock, &run, &read, &body, lease).await?)
}

async fn carry_out(
    pool: &PgPool,
    clock: &dyn Clock,
    run: &Run,
    read: &Arc<ReadFeed>,
    body: &Body,
    lease: Option<Uuid>,
) -> Result<Received, RunError> {
    let version = run.feed.as_ref().map(|feed| feed.version);
    let plan = run.plan_apart(pool, read).await?;
    let scope = run.scope.clone();
    // What changes nothing, or is not to, leaves the directory's clock alone.
    let is_quiet = run.mode == Mode::Plan || plan.is_empty() || !plan.held_because.is_empty();
    let mut written = if is_quiet {
        Written::Aside(db::begin(pool, scope).await?)
    } else {
        Written::Directory(db::begin_write(pool, scope).await?)
    };
    if !store::still_holds(written.connection(), run.feed_id, version, lease).await? {
        return Err(RunError::Overtaken);
    }
    let outcome = match &mut written {
        Written::Aside(transaction) => {
            let outcome = run.outcome(plan, read, clock);
            run.record(transaction, &outcome, Some(body)).await?;
            outcome
        }
        Written::Directory(write) => run.apply(write, read, Some(body), clock).await?,
    };
    let connection = written.connection();
    let state = match outcome.run.status {
        RunStatus::Held => FeedState::Held,
        _ => FeedState::Ok,
    };
    if state == FeedState::Held && run.mode == Mode::Apply {
        feed::tell_held(connection, run, &outcome.run).await?;
    }
    feed::note_read(connection, run, body.hash, state, &outcome.run).await?;
    let stored = store::find_run(connection, run.id).await?;
    let revision = written.commit().await?;
    let run = stored.ok_or_else(|| RunError::Broken(anyhow::anyhow!("the run is not where it was written")))?;
    Ok(Received { run, revision })
}

/// The transaction of a run.
enum Written {
    Aside(sqlx::Transaction<'static, sqlx::Postgres>),
    Directory(db::Write),
}

impl Written {
    fn connection(&mut self) -> &mut sqlx::PgConnection {
        match self {
            Self::Aside(transaction) => transaction,
            Self::Directory(write) => &mut write.transaction,
        }
    }

    async fn commit(self) -> Result<Option<i64>, sqlx::Error> {
        match self {
            Self::Aside(transaction) => transaction.commit().await.map(|()| None),
            Self::Directory(write) => write.commit().await.map(Some),
        }
    }
}
