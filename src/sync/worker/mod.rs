//! Reading sources when they are due, and when somebody asks for it. One runs
//! on every node.
//!
//! The queue is the feeds themselves: a feed is claimed for a while by setting
//! its lease, so no two workers ever read it at once, and whoever writes what
//! was read still holds it. A worker that is killed leaves its lease to run
//! out; another takes over. After three turns that did not end, what is asked
//! for fails with a reason, and the feed waits for its next time. A library for
//! jobs would keep rows of its own beside this one, and could not promise that.
//!
//! A source that says nothing new costs one row, the feed's own.

mod fetching;
mod schedule;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use tokio::task::JoinSet;

use self::fetching::Turn;
use super::{feed::tell_failing, store};
use crate::{
    db::{self, Scope},
    feeds::Fetcher,
    kernel::{Clock, Entropy},
};

/// How often it looks whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often it clears away.
const TIDY_EVERY: TimeDelta = TimeDelta::hours(1);
/// How many sources one node reads at the same time: fetching waits for others,
/// and what is planned is in memory.
const AT_ONCE: usize = 8;

/// The task that reads sources.
#[derive(Clone)]
pub struct FeedWorker {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    fetcher: Fetcher,
}

impl FeedWorker {
    /// Reads sources with `fetcher`.
    pub fn new(pool: PgPool, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>, fetcher: Fetcher) -> Self {
        Self { pool, clock, entropy, fetcher }
    }

    /// Runs until it is aborted.
    pub async fn run(self) {
        let (mut failing, mut tidied) = (false, DateTime::<Utc>::MIN_UTC);
        loop {
            let now = self.clock.now();
            let mut outcome = self.work().await.map(|_| ());
            if outcome.is_ok() && now - tidied >= TIDY_EVERY {
                outcome = self.tidy().await;
                tidied = now;
            }
            if let (Err(error), false) = (&outcome, failing) {
                tracing::warn!(error = db::describe(error), "cannot look after sources");
            }
            failing = outcome.is_err();
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Reads every source that is due, some at a time; how many.
    ///
    /// # Errors
    /// When the database cannot be reached. What was begun is taken over later.
    pub async fn work(&self) -> Result<u32, sqlx::Error> {
        let mut turns = JoinSet::new();
        let (mut done, mut more, mut failed) = (0, true, None);
        loop {
            while more && turns.len() < AT_ONCE {
                match self.claim().await? {
                    Some(turn) => _ = turns.spawn(turn.take()),
                    None => more = false,
                }
            }
            // What comes due while a host lets a turn wait has its own.
            match tokio::time::timeout(LOOK_EVERY, turns.join_next()).await {
                Ok(None) => return failed.map_or(Ok(done), Err),
                // A turn that panicked is taken over like one whose node was killed;
                // one that could not be written breaks off no other.
                Ok(Some(ended)) => {
                    if let Err(error) = ended.unwrap_or(Ok(())) {
                        failed = Some(error);
                    }
                    done += 1;
                }
                Err(_elapsed) => {}
            }
            more = failed.is_none();
        }
    }

    /// Says which sources have not been read for long, tells owners of those
    /// that fail, and forgets runs that were kept long enough.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn tidy(&self) -> Result<(), sqlx::Error> {
        let now = self.clock.now();
        let mut transaction = db::begin(&self.pool, Scope::Operator).await?;
        store::note_stale(&mut transaction, now).await?;
        store::tidy_runs(&mut transaction, now).await?;
        tell_failing(&mut transaction, now).await?;
        transaction.commit().await
    }

    async fn claim(&self) -> Result<Option<Turn>, sqlx::Error> {
        let now = self.clock.now();
        let mut transaction = db::begin(&self.pool, Scope::Operator).await?;
        let claimed = store::claim_feed(&mut transaction, self.entropy.uuid_v4(), now).await?;
        transaction.commit().await?;
        Ok(claimed.map(|claimed| Turn { worker: self.clone(), claimed }))
    }
}

impl std::fmt::Debug for FeedWorker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FeedWorker")
    }
}
