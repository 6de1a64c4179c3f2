//! One turn of a feed.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{FeedWorker, schedule};
use crate::{
    db::{self, Scope},
    directory::{self, Actor},
    feeds::{FetchError, Fetched, Validators},
    kernel::ImportId,
    sync::{
        body::Body,
        feed,
        model::{Failure, Mode, Origin, StoredRun},
        receive::{ReceiveError, receive_in_turn},
        service::{Run, RunError},
        store::{self, ClaimedFeed, SourceRead},
    },
};

/// Turns of a feed that may begin and not end before it is given up.
const MOST_ATTEMPTS: i16 = 3;

/// A feed that is this worker's for a while.
pub(super) struct Turn {
    pub worker: FeedWorker,
    pub claimed: ClaimedFeed,
}

/// What a turn came to.
enum Outcome {
    /// The source was read, and what it says holds or waits for a decision.
    Read(SourceRead),
    /// It was read to be shown; the next reading is to find the same news.
    Shown,
    /// It says what it said.
    Unchanged,
    /// It could not be read.
    Failed(Failure),
}

impl Turn {
    /// Reads the source and writes what came of it.
    pub(super) async fn take(self) -> Result<(), sqlx::Error> {
        let asked = store::open_run(&self.worker.pool, self.claimed.feed.id).await?;
        let outcome = if self.claimed.attempts > MOST_ATTEMPTS {
            Ok(Outcome::Failed(Failure {
                code: "interrupted".to_owned(),
                message: "The work on this source broke off three times; the operator should look at the log."
                    .to_owned(),
            }))
        } else {
            self.read(asked.as_ref()).await
        };
        match outcome {
            Ok(outcome) => self.finish(asked, outcome).await,
            Err(RunError::Database(error)) => Err(error),
            // Somebody else has it; or it has other settings now, and is read anew.
            Err(RunError::Overtaken) => self.finish(asked, Outcome::Shown).await,
            // It is tried again when the lease runs out.
            Err(RunError::Broken(error)) => {
                tracing::error!(error = format!("{error:#}"), feed = %self.claimed.feed.id, "a run broke off");
                Ok(())
            }
        }
    }

    async fn read(&self, asked: Option<&StoredRun>) -> Result<Outcome, RunError> {
        let feed = &self.claimed.feed;
        let Some(address) = &feed.settings.url else {
            return Ok(Outcome::Failed(Failure::of("refused_address", "The source has no address.")));
        };
        // Somebody who asks wants to see it, whether it changed or not.
        let is_same = self.claimed.body_version == Some(feed.version);
        let known = if asked.is_none() && is_same { self.claimed.validators.clone() } else { Validators::default() };
        let (source, validators) = match self.worker.fetcher.fetch_if_changed(address.as_str(), &known).await {
            Ok(Fetched::Unchanged) => return Ok(Outcome::Unchanged),
            Ok(Fetched::Source(source, validators)) => (source, validators),
            Err(error) => return Ok(Outcome::Failed(fetch_failure(&error))),
        };
        let body_hash = Body::hash_of(&source);
        if asked.is_none() && is_same && self.claimed.body_hash == Some(body_hash) {
            return Ok(Outcome::Unchanged);
        }
        let (pool, clock) = (&self.worker.pool, &*self.worker.clock);
        let now = clock.now();
        let mode = asked.map_or(Mode::Apply, |asked| asked.mode);
        let run = Run {
            id: asked.map_or_else(|| ImportId(self.worker.entropy.uuid_v7(now)), |asked| asked.id),
            intergroup_id: feed.intergroup_id,
            scope: Scope::office(feed.intergroup_id),
            feed_id: feed.id,
            feed: Some(feed.clone()),
            mode,
            origin: Origin::Fetch,
            allow_shrink: false,
            actor: Actor::Operator,
            started_at: now,
        };
        let mut reading = db::begin_read(pool, Scope::office(feed.intergroup_id)).await?;
        let office = directory::find_intergroup_to_write(&mut reading, feed.intergroup_id).await?;
        reading.commit().await?;
        let Some(office) = office else {
            return Ok(Outcome::Failed(Failure::of("interrupted", "The intergroup is not there any more.")));
        };
        let timezone = office.document.timezone;
        match receive_in_turn(pool, clock, run, timezone, source, Some(self.claimed.lease)).await {
            Ok(_) if mode == Mode::Plan => Ok(Outcome::Shown),
            Ok(_) => Ok(Outcome::Read(SourceRead { body_hash, validators })),
            Err(ReceiveError::Source(error)) => Ok(Outcome::Failed(Failure::of(error.code(), &error.to_string()))),
            Err(ReceiveError::Run(error)) => Err(error),
        }
    }

    /// Writes what came of it, and gives the feed back.
    async fn finish(&self, asked: Option<StoredRun>, outcome: Outcome) -> Result<(), sqlx::Error> {
        let (feed, now) = (&self.claimed.feed, self.worker.clock.now());
        let mut transaction = db::begin(&self.worker.pool, Scope::Operator).await?;
        let connection: &mut PgConnection = &mut transaction;
        let failures = match &outcome {
            Outcome::Failed(_) => self.claimed.failures.saturating_add(1),
            _ => 0,
        };
        let due = schedule::next(now, feed.settings.every_hours, failures, &*self.worker.entropy);
        if !store::release_feed(connection, &self.claimed, read(&outcome), due).await? {
            return Ok(());
        }
        match outcome {
            Outcome::Read(_) | Outcome::Shown => {}
            Outcome::Unchanged => feed::note_unchanged(connection, feed.id, now).await?,
            Outcome::Failed(failure) => self.fail(connection, asked, &failure, now).await?,
        }
        transaction.commit().await
    }

    /// A person who asked is told by their run; a schedule's failure is a run of
    /// its own when it is a new one.
    async fn fail(
        &self,
        connection: &mut PgConnection,
        asked: Option<StoredRun>,
        failure: &Failure,
        now: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        let feed = &self.claimed.feed;
        let is_new = feed.state_code.as_deref() != Some(&failure.code);
        match asked {
            Some(asked) => store::fail_run(connection, asked.id, failure, now).await?,
            None if is_new => {
                let id = ImportId(self.worker.entropy.uuid_v7(now));
                store::record_failure(connection, id, feed, failure, now).await?;
            }
            None => {}
        }
        feed::note_failed(connection, feed.id, &failure.code, &failure.message, now).await
    }
}

fn read(outcome: &Outcome) -> Option<&SourceRead> {
    match outcome {
        Outcome::Read(read) => Some(read),
        _ => None,
    }
}

/// A fetch that failed, in a sentence of its own.
fn fetch_failure(error: &FetchError) -> Failure {
    let words = error.to_string();
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    Failure::of(error.code(), &format!("{first}{}.", letters.as_str()))
}
