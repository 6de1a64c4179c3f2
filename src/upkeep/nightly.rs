//! When the work of the night is done, and what it is.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::{Connection, PgConnection};

use super::{
    Part,
    store::{self, NightTable},
};
use crate::{
    circles,
    db::{self, Databases, Pools},
    directory,
    kernel::{Clock, Entropy},
    members, moderation, webhooks,
};

/// How often it looks whether it is time.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// The night, in minutes of the day in UTC: when it begins, and how long it is.
const NIGHT: (i64, u64) = (60, 240);
/// How often a table is tried that others hold, and how long between.
const TRIES: u32 = 5;
const BETWEEN_TRIES: Duration = Duration::from_secs(1);

/// The task that does the work of the night.
pub struct Nightly {
    pools: Pools,
    databases: Databases,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    writes_afresh: bool,
}

impl Nightly {
    /// Clears away over `pools`, and writes afresh what lies in `databases`, as
    /// the owner of the tables.
    pub fn new(pools: Pools, databases: Databases, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { pools, databases, clock, entropy, writes_afresh: true }
    }

    /// The same without writing afresh, so that a test can see what the database
    /// tells then. There is no such thing in a release.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn without_writing_afresh(mut self) -> Self {
        self.writes_afresh = false;
        self
    }

    /// Runs until it is aborted.
    pub async fn run(self) {
        let mut drawn = None;
        let mut failing = false;
        loop {
            let now = self.clock.now();
            if self.is_time(now, &mut drawn) {
                let outcome = self.work().await;
                if let (Err(error), false) = (&outcome, failing) {
                    tracing::warn!(error = db::describe(error), "the work of the night is not done");
                }
                failing = outcome.is_err();
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Whether the minute of today's night has come, which is drawn once a day:
    /// nobody can know beforehand from when on nothing is to be seen.
    fn is_time(&self, now: DateTime<Utc>, drawn: &mut Option<(NaiveDate, u64)>) -> bool {
        let today = now.date_naive();
        let minute = match *drawn {
            Some((day, minute)) if day == today => minute,
            _ => {
                let mut bytes = [0; 8];
                self.entropy.fill(&mut bytes);
                let minute = u64::from_le_bytes(bytes) % NIGHT.1;
                *drawn = Some((today, minute));
                minute
            }
        };
        let begins = TimeDelta::minutes(NIGHT.0 + i64::try_from(minute).unwrap_or(0));
        now >= today.and_time(chrono::NaiveTime::MIN).and_utc() + begins
    }

    /// Does today's work in every part where nobody has done it or is at it; a
    /// part that fails does not keep the others from it.
    ///
    /// # Errors
    /// The first failure.
    pub async fn work(&self) -> Result<(), sqlx::Error> {
        let mut outcome = Ok(());
        for part in Part::ALL {
            outcome = outcome.and(self.work_on(part).await);
        }
        outcome
    }

    async fn work_on(&self, part: Part) -> Result<(), sqlx::Error> {
        let now = self.clock.now();
        let today = now.date_naive();
        let mut owner = PgConnection::connect_with(part.database(&self.databases)).await?;
        // It is let go of with the connection, however this ends.
        let open = store::try_lock(&mut owner, part).await?;
        if open && store::done_on(&mut owner, part).await?.is_none_or(|day| day < today) {
            self.clear_away(part, now).await?;
            if self.writes_afresh {
                self.write_afresh(&mut owner, part).await?;
            }
            store::set_done_on(&mut owner, part, today).await?;
            tracing::info!(part = part.schema(), "the work of the night is done");
        }
        owner.close().await
    }

    async fn clear_away(&self, part: Part, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
        let Pools { directory: directory_pool, members, circles, pass_keys } = &self.pools;
        match part {
            Part::Members => {
                members::tidy(members, now).await?;
                // Nothing of a person: what is comes first.
                directory::forget_departures(directory_pool, now).await?;
                webhooks::tidy(directory_pool, now).await
            }
            Part::Circles => {
                moderation::tidy(circles, now).await?;
                circles::tidy(circles, pass_keys, now).await
            }
            Part::PassKeys => circles::tidy_keys(circles, pass_keys, now).await,
        }
    }

    async fn write_afresh(&self, owner: &mut PgConnection, part: Part) -> Result<(), sqlx::Error> {
        for table in store::list_tables(owner, part.schema()).await? {
            let mut tries = 1;
            while let Err(error) = table_afresh(owner, &table).await {
                if !is_held(&error) || tries == TRIES {
                    return Err(error);
                }
                tries += 1;
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
        }
        Ok(())
    }
}

async fn table_afresh(owner: &mut PgConnection, table: &NightTable) -> Result<(), sqlx::Error> {
    let number = store::write_afresh(owner, table).await?;
    if !store::wait_for_readers(owner, number).await? {
        tracing::warn!(table = table.name, "a long transaction keeps former rows until the next night");
    }
    store::cluster(owner, table).await?;
    store::vacuum(owner, table).await
}

/// Whether others hold the table: lock_not_available, deadlock_detected.
fn is_held(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(db) if matches!(db.code().as_deref(), Some("55P03" | "40P01")))
}

impl std::fmt::Debug for Nightly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Nightly")
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::kernel::{FixedClock, SeededEntropy};

    #[tokio::test]
    async fn the_minute_is_drawn_once_a_night_and_lies_in_it() {
        let at = |day, minute: i64| Utc.with_ymd_and_hms(2026, 5, day, 0, 0, 0).unwrap() + TimeDelta::minutes(minute);
        let clock = Arc::new(FixedClock::at(at(4, 0)));
        let options = db::connect_options("postgres://nobody@localhost/nothing").unwrap();
        let databases = Databases::one(&options);
        let pools = Pools::new(&databases, 1);
        let nightly = Nightly::new(pools, databases, clock, Arc::new(SeededEntropy::new(1)));
        let mut drawn = None;
        for day in 4..20 {
            let (begins, length) = (NIGHT.0, i64::try_from(NIGHT.1).unwrap());
            assert!(!nightly.is_time(at(day, begins - 1), &mut drawn));
            let first = (0..length).find(|minute| nightly.is_time(at(day, begins + minute), &mut drawn)).unwrap();
            assert_eq!(drawn, Some((at(day, 0).date_naive(), u64::try_from(first).unwrap())));
            assert!(nightly.is_time(at(day, 23 * 60), &mut drawn), "a missed night is made up for");
        }
    }
}
