//! Taking a correction in, and telling what became of it.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool};

use super::{
    input::{Sent, below_changes},
    model::Proposal,
    store::{self, NewFeedback, Outcome, Waiting},
};
use crate::{
    auth::{OneTimeCode, enqueue},
    db::{self, Scope},
    directory::{self, WriteError},
    http::{ApiError, Words},
    kernel::{Clock, Entropy, FeedbackId, IntergroupId, MeetingId},
};

/// The most that wait of one meeting, and of one office.
const MOST_OF_MEETING: i64 = 20;
const MOST_OF_OFFICE: i64 = 1_000;
/// When it is worth trying again where so many wait, in seconds.
const FULL_FOR_S: u32 = 3_600;
const HOUR_S: i64 = 3_600;

/// Where corrections come in.
pub struct Inbox {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Inbox {
    /// One over the directory's database.
    pub fn new(pool: PgPool, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { pool, clock, entropy }
    }

    /// Takes a correction in, lets the office know, and gives the receipt.
    pub(super) async fn take_in(&self, meeting: MeetingId, sent: Sent) -> Result<OneTimeCode, ApiError> {
        let now = self.clock.now().trunc_subsecs(0);
        let mut transaction = db::begin(&self.pool, Scope::Feedback).await?;
        // What the public saw a moment ago and is not public now.
        let gone = || ApiError::gone(None);
        let stored = directory::find_meeting(&mut transaction, meeting).await?.ok_or_else(gone)?;
        let proposal = match sent.patch {
            Some(patch) => {
                directory::check_correction(&mut transaction, &stored, &patch).await.map_err(of_proposal)?;
                Some(Proposal::of(patch, &stored.document))
            }
            None => None,
        };
        let office = stored.intergroup_id;
        room(store::count_waiting(&mut transaction, office, meeting).await?)?;
        let receipt = OneTimeCode::generate(&*self.entropy);
        let new = NewFeedback {
            id: FeedbackId(self.entropy.uuid_v7(now)),
            intergroup_id: office,
            meeting_id: meeting,
            meeting_version: stored.version,
            receipt_hash: receipt.hash(),
            kind: sent.kind,
            proposal: proposal.as_ref(),
            words: sent.words.as_ref().map(Words::as_str),
            created_at: now,
        };
        store::insert_feedback(&mut transaction, &new).await.map_err(of_insert)?;
        announce(&mut transaction, office, now).await?;
        transaction.commit().await?;
        Ok(receipt)
    }

    /// What became of the correction with that receipt.
    pub(super) async fn outcome(&self, receipt: &OneTimeCode) -> Result<Outcome, ApiError> {
        let mut transaction = db::begin_read(&self.pool, Scope::Feedback).await?;
        store::find_outcome(&mut transaction, &receipt.hash()).await?.ok_or_else(ApiError::not_found)
    }
}

/// Refuses one more where enough waits.
fn room(waiting: Waiting) -> Result<(), ApiError> {
    let full = |detail| Err(ApiError::too_many(FULL_FOR_S).with_detail(detail));
    if waiting.of_meeting >= MOST_OF_MEETING {
        return full("The office has many corrections of this meeting to look at already; try again later.");
    }
    if waiting.of_office >= MOST_OF_OFFICE {
        return full("The office has many corrections to look at already; try again later, or write to the office.");
    }
    Ok(())
}

fn of_proposal(error: WriteError) -> ApiError {
    match error {
        WriteError::Invalid(wrong) => ApiError::content(below_changes(wrong)),
        other => other.into(),
    }
}

/// A meeting that moves to another office just now is there again at once.
fn of_insert(error: sqlx::Error) -> ApiError {
    if db::is_constraint(&error, "feedback_meeting_fkey") {
        return ApiError::unavailable(1, "The meeting is being moved; send it again.");
    }
    error.into()
}

/// One letter at the end of each hour in which anything came in, so that it
/// tells of all of it.
async fn announce(connection: &mut PgConnection, office: IntergroupId, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let hour = now.timestamp().div_euclid(HOUR_S);
    let due_at = DateTime::from_timestamp((hour + 1) * HOUR_S, 0).unwrap_or(now);
    let (subject, once) = (json!({ "intergroup_id": office }), format!("feedback {office} {hour}"));
    enqueue(connection, "feedback_waiting", subject, Some(&once), due_at).await
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Inbox")
    }
}
