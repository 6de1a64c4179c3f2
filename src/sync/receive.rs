//! A source that has come, by upload or by fetching: read it, plan it, and
//! apply that unless it is to be shown or the guard holds it.

use std::{io::Cursor, sync::Arc};

use chrono_tz::Tz;
use sqlx::PgPool;

use super::{
    body::Body,
    feed::{self, FeedFormat, FeedState, StoredFeed},
    model::{Mode, RunStatus, StoredRun},
    service::{Run, RunError},
    store,
};
use crate::{
    db::{self, Scope},
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

/// What the format of a feed is to its reader.
pub(super) fn source_format(format: FeedFormat) -> SourceFormat {
    match format {
        FeedFormat::MeetingGuide => SourceFormat::MeetingGuide,
        FeedFormat::Csv => SourceFormat::Csv,
    }
}

/// What a feed's source does not say of itself; `timezone` is the intergroup's.
pub(super) fn context(feed: &StoredFeed, timezone: Tz) -> FeedContext {
    let settings = &feed.settings;
    let codes = settings.type_map.iter().map(|(word, codes)| {
        (word.clone(), codes.iter().cloned().map(String::from).collect())
    });
    let timezone = settings.timezone.as_ref().map_or(timezone, ZoneName::zone);
    FeedContext::of(timezone).with_types(codes)
}

/// Plans what `source` would change, and applies it where `run` is to.
///
/// # Errors
/// When the source cannot be read, or the database not be reached; then nothing
/// was changed.
pub async fn receive(
    pool: &PgPool,
    clock: &dyn Clock,
    run: super::Run,
    timezone: Tz,
    source: Vec<u8>,
) -> Result<Received, ReceiveError> {
    let Some(feed) = run.feed.clone() else {
        return Err(RunError::Broken(anyhow::anyhow!("a run of no feed")).into());
    };
    let (context, format) = (context(&feed, timezone), source_format(feed.settings.format));
    let read = tokio::task::spawn_blocking(move || {
        let read = read_source(Cursor::new(&source), format, &context)?;
        Ok::<_, SourceError>((read, Body::of(&source)))
    });
    let (read, body) = read.await.map_err(|error| RunError::Broken(error.into()))??;
    let (read, body) = (Arc::new(read), body.map_err(RunError::Broken)?);
    Ok(carry_out(pool, clock, &run, &feed, &read, &body).await?)
}

async fn carry_out(
    pool: &PgPool,
    clock: &dyn Clock,
    run: &Run,
    feed: &StoredFeed,
    read: &Arc<ReadFeed>,
    body: &Body,
) -> Result<Received, RunError> {
    let plan = run.plan_apart(pool, read).await?;
    let scope = Scope::office(run.intergroup_id);
    // What changes nothing, or is not to, leaves the directory's clock alone.
    let is_quiet = run.mode == Mode::Plan || plan.is_empty() || !plan.held_because.is_empty();
    let (outcome, mut write) = if is_quiet {
        let mut transaction = db::begin(pool, scope).await?;
        let outcome = run.outcome(plan, read, clock);
        run.record(&mut transaction, &outcome, Some(body)).await?;
        (outcome, Written::Aside(transaction))
    } else {
        let mut write = db::begin_write(pool, scope).await?;
        let outcome = run.apply(&mut write, read, Some(body), clock).await?;
        (outcome, Written::Directory(write))
    };
    let connection = write.connection();
    let state = match outcome.run.status {
        RunStatus::Held => FeedState::Held,
        _ => FeedState::Ok,
    };
    feed::note_read(connection, run, feed, body.hash, state, &outcome.run).await?;
    let stored = store::find_run(connection, run.id).await?;
    let revision = write.commit().await?;
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
