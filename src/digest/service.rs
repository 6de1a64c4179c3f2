//! Sending the letters of the week when they are due. One runs on every node
//! that works.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::{week::OfficeWeek, words};
use crate::{
    auth::{self, DigestOffice},
    db::{self, Scope},
    directory::{self, Extent},
    feedback,
    kernel::{Clock, IntergroupId},
    search, sync,
};

/// How often it looks whether one is due.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// How far back a letter looks.
const WEEK: TimeDelta = TimeDelta::weeks(1);

/// The task that tells of the week.
pub struct Digests {
    pool: PgPool,
    clock: Arc<dyn Clock>,
}

impl Digests {
    /// Tells of what is in `pool`.
    pub fn new(pool: PgPool, clock: Arc<dyn Clock>) -> Self {
        Self { pool, clock }
    }

    /// Runs until it is aborted.
    pub async fn run(self) {
        let mut failing = false;
        loop {
            let outcome = self.tell_due().await;
            if let (Err(error), false) = (&outcome, failing) {
                tracing::warn!(error = db::describe(error), "cannot tell of the week");
            }
            failing = outcome.is_err();
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Writes every letter that is due into the outbox; how many accounts were
    /// looked at. One that nothing is to be told waits for its next week.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn tell_due(&self) -> Result<u32, sqlx::Error> {
        let mut done = 0;
        while self.tell_one().await? {
            done += 1;
        }
        Ok(done)
    }

    async fn tell_one(&self) -> Result<bool, sqlx::Error> {
        let now = self.clock.now();
        let mut transaction = db::begin(&self.pool, Scope::Operator).await?;
        let Some(due) = auth::claim_digest(&mut transaction, now).await? else { return Ok(false) };
        let mut weeks = Vec::new();
        for office in &due.offices {
            weeks.push(week_of(&mut transaction, office, now).await?);
        }
        if let Some(text) = words::told(&weeks) {
            let subject = json!({ "account_id": due.account_id, "text": text });
            auth::enqueue(&mut transaction, "weekly_digest", subject, None, now).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}

async fn week_of(
    connection: &mut PgConnection,
    office: &DigestOffice,
    now: DateTime<Utc>,
) -> Result<OfficeWeek, sqlx::Error> {
    Ok(OfficeWeek {
        office: office.name.clone(),
        sources: sync::list_feeds(connection, office.id).await?,
        runs: sync::runs_of_week(connection, office.id, now - WEEK).await?,
        corrections: if office.has_inbox { feedback::count_open(connection, office.id).await? } else { 0 },
        lacks: lacks(connection, office.id, now).await?,
    })
}

/// How much an office's listings lack. A node that only works has no snapshot,
/// so that one of this office alone is made, aside.
async fn lacks(connection: &mut PgConnection, office: IntergroupId, now: DateTime<Utc>) -> Result<u32, sqlx::Error> {
    let directory = directory::load(connection, Extent::Office(office)).await?;
    let counted = tokio::task::spawn_blocking(move || search::count_lacking(directory, office, now)).await;
    // What broke off is left out of the letter.
    Ok(counted.unwrap_or(0))
}

impl std::fmt::Debug for Digests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digests")
    }
}
