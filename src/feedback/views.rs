//! What is answered: to whoever has the receipt, and to the office.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    model::{Difference, FeedbackKind, FeedbackStatus, StoredFeedback},
    store::Outcome,
};
use crate::{
    directory::StoredMeeting,
    kernel::{FeedbackId, MeetingId},
};

/// What to follow a correction by. It is shown this once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedbackReceipt)]
pub struct ReceiptView<'a> {
    /// For `GET /v1/feedback/{receipt}`. Whoever has it sees what became of it.
    #[schema(min_length = 43, max_length = 43, example = "3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub receipt: &'a str,
}

/// What became of a correction.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedbackOutcome)]
pub struct OutcomeView {
    /// `open`, `accepted` or `declined`.
    #[schema(value_type = String, example = "accepted")]
    pub status: FeedbackStatus,
    /// Why it was declined, where the office says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
    /// The date (UTC) on which the office answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_on: Option<NaiveDate>,
}

impl From<Outcome> for OutcomeView {
    fn from(outcome: Outcome) -> Self {
        let decided_on = outcome.decided_at.map(|at| at.date_naive());
        Self { status: outcome.status, reason: outcome.reason, decided_on }
    }
}

/// The meeting that a correction is of.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackMeeting {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: MeetingId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether it is deleted.
    pub deleted: bool,
}

/// One field that should say something else.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposedChange {
    /// Its name, as in `MeetingInput`.
    #[schema(example = "time")]
    pub field: String,
    /// What the meeting says now; absent where it says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub now: Option<Value>,
    /// What it would say; absent where the field would go.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub proposed: Option<Value>,
}

/// A correction in an office's inbox. Who sent it nobody knows.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackItem {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: FeedbackId,
    /// What it is of.
    pub meeting: FeedbackMeeting,
    /// `correction`, `gone`, `still_right` or `other`.
    #[schema(value_type = String, example = "correction")]
    pub kind: FeedbackKind,
    /// What its sender wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
    /// What the meeting should say, field by field.
    pub changes: Vec<ProposedChange>,
    /// While it is open: whether one of these fields was changed since it came.
    pub stale: bool,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// `open`, `accepted` or `declined`.
    #[schema(value_type = String, example = "open")]
    pub status: FeedbackStatus,
    /// Why it was declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<DateTime<Utc>>,
}

/// A page of an inbox, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedbackPage {
    /// The corrections.
    pub data: Vec<FeedbackItem>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}

impl FeedbackItem {
    /// A correction beside its meeting as it is now.
    pub(super) fn of(feedback: StoredFeedback, meeting: &StoredMeeting) -> Self {
        let document = &meeting.document;
        let proposal = feedback.proposal.as_ref();
        let open = feedback.status == FeedbackStatus::Open;
        Self {
            id: feedback.id,
            meeting: FeedbackMeeting {
                id: meeting.id,
                slug: document.slug.to_string(),
                name: document.name.clone(),
                deleted: meeting.deleted,
            },
            kind: feedback.kind,
            changes: proposal.map(|proposal| proposal.beside(document)).into_iter().flatten().map(Into::into).collect(),
            stale: open && proposal.is_some_and(|proposal| proposal.is_stale(document)),
            words: feedback.words,
            created_at: feedback.created_at,
            status: feedback.status,
            reason: feedback.reason,
            decided_at: feedback.decided_at,
        }
    }
}

impl From<Difference> for ProposedChange {
    fn from(difference: Difference) -> Self {
        Self { field: difference.field, now: difference.now, proposed: difference.proposed }
    }
}
