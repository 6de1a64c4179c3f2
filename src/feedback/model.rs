//! What a correction is, and how it stands beside the meeting of today.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::{
    directory::MeetingDocument,
    http::merge,
    kernel::{FeedbackId, IntergroupId, MeetingId},
};

/// What somebody says of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackKind {
    /// It should say something else.
    Correction,
    /// There is no such meeting any more.
    Gone,
    /// It is as it says.
    StillRight,
    /// Something else, in words.
    Other,
}

impl FeedbackKind {
    const ALL: [Self; 4] = [Self::Correction, Self::Gone, Self::StillRight, Self::Other];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Correction => "correction",
            Self::Gone => "gone",
            Self::StillRight => "still_right",
            Self::Other => "other",
        }
    }

    /// The kind of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackStatus {
    /// It waits for an answer.
    Open,
    /// The office did it.
    Accepted,
    /// The office did not.
    Declined,
}

impl FeedbackStatus {
    const ALL: [Self; 3] = [Self::Open, Self::Accepted, Self::Declined];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }

    /// The status of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// What is proposed, and what the meeting said in those fields at that time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Proposal {
    /// A merge patch.
    pub patch: Value,
    /// The fields that it names, as they were.
    pub seen: Value,
}

/// A correction as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredFeedback {
    pub(super) id: FeedbackId,
    pub(super) intergroup_id: IntergroupId,
    pub(super) meeting_id: MeetingId,
    pub(super) kind: FeedbackKind,
    pub(super) proposal: Option<Proposal>,
    pub(super) words: Option<String>,
    pub(super) status: FeedbackStatus,
    pub(super) reason: Option<String>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) decided_at: Option<DateTime<Utc>>,
}

/// One field of a proposal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Difference {
    pub field: String,
    pub now: Option<Value>,
    pub proposed: Option<Value>,
}

impl Proposal {
    /// What a patch proposes for a meeting that is as it is now.
    pub fn of(patch: Value, meeting: &MeetingDocument) -> Self {
        let seen = seen(&patch, meeting);
        Self { patch, seen }
    }

    /// Field by field, beside what the meeting says now.
    pub fn beside(&self, meeting: &MeetingDocument) -> Vec<Difference> {
        let said = said(meeting);
        let mut after = Value::Object(said.clone());
        merge(&mut after, &self.patch);
        let there = |value: Option<&Value>| value.filter(|value| **value != json!({})).cloned();
        let fields = self.patch.as_object().into_iter().flat_map(Map::keys);
        fields
            .map(|field| Difference {
                field: field.clone(),
                now: there(said.get(field)),
                proposed: there(after.get(field)),
            })
            .collect()
    }

    /// Whether any of its fields was changed since.
    pub fn is_stale(&self, meeting: &MeetingDocument) -> bool {
        seen(&self.patch, meeting) != self.seen
    }
}

fn seen(patch: &Value, meeting: &MeetingDocument) -> Value {
    let mut said = said(meeting);
    said.retain(|field, _| patch.get(field).is_some());
    Value::Object(said)
}

/// The meeting as it is shown: with its end, which is not kept.
fn said(meeting: &MeetingDocument) -> Map<String, Value> {
    let Value::Object(mut said) = json!(meeting) else { return Map::new() };
    if let Some((time, minutes)) = meeting.time.zip(meeting.duration_minutes) {
        said.insert("end_time".to_owned(), json!(time.plus(minutes)));
    }
    said
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
