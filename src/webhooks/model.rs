//! Webhooks and deliveries as they are kept.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::WebhookInput;
use crate::kernel::{DeliveryId, IntergroupId, WebhookId};

/// The most webhooks of an intergroup.
pub const MOST_WEBHOOKS: usize = 20;

/// What may be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub enum WebhookEvent {
    /// A meeting is new, came back, or came from another office.
    #[serde(rename = "meeting.created")]
    MeetingCreated,
    /// A meeting says something else.
    #[serde(rename = "meeting.updated")]
    MeetingUpdated,
    /// A meeting was deleted, or went to another office.
    #[serde(rename = "meeting.deleted")]
    MeetingDeleted,
    /// A run waits for a person.
    #[serde(rename = "import.held")]
    ImportHeld,
    /// A run changed the directory.
    #[serde(rename = "import.applied")]
    ImportApplied,
    /// A run came to nothing.
    #[serde(rename = "import.failed")]
    ImportFailed,
    /// Somebody sent a correction.
    #[serde(rename = "feedback.created")]
    FeedbackCreated,
}

/// How a webhook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// What was last tried was delivered, or nothing was tried yet.
    Ok,
    /// What was last tried was not delivered; it is tried again.
    Failing,
    /// Nothing is told there.
    Disabled,
}

/// How a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is sent when it is due.
    Waiting,
    /// The receiver has it.
    Delivered,
    /// It is not tried any more.
    Failed,
}

impl WebhookEvent {
    /// Every event.
    pub const ALL: [Self; 7] = [
        Self::MeetingCreated,
        Self::MeetingUpdated,
        Self::MeetingDeleted,
        Self::ImportHeld,
        Self::ImportApplied,
        Self::ImportFailed,
        Self::FeedbackCreated,
    ];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MeetingCreated => "meeting.created",
            Self::MeetingUpdated => "meeting.updated",
            Self::MeetingDeleted => "meeting.deleted",
            Self::ImportHeld => "import.held",
            Self::ImportApplied => "import.applied",
            Self::ImportFailed => "import.failed",
            Self::FeedbackCreated => "feedback.created",
        }
    }
}

impl WebhookState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Ok, Self::Failing, Self::Disabled];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failing => "failing",
            Self::Disabled => "disabled",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Failed];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// A webhook as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredWebhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose it is.
    pub intergroup_id: IntergroupId,
    /// How its owners want it.
    pub settings: WebhookInput,
    /// How it is.
    pub state: WebhookState,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// Why, in words for whoever looks after it.
    pub state_reason: Option<String>,
    /// Until when the former key signs, too.
    pub former_until: Option<DateTime<Utc>>,
    /// Counts what its owners change, from 1.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A delivery as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// Its place among all.
    pub position: i64,
    /// Where it goes.
    pub webhook_id: WebhookId,
    /// Whose it is.
    pub intergroup_id: IntergroupId,
    /// What it tells of: the `webhook-id`.
    pub event_id: Uuid,
    /// What happened.
    pub event: String,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// What is said of it.
    pub data: Value,
    /// How it is.
    pub state: DeliveryState,
    /// Whether somebody is at it.
    pub under_way: bool,
    /// Whether nothing is told there any more.
    pub webhook_disabled: bool,
    /// When it is tried again.
    pub due_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i16,
    /// The last try.
    pub last: Option<LastAttempt>,
}

/// What became of the last try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastAttempt {
    /// When it began.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub took_ms: i32,
    /// The status that was answered.
    pub status: Option<i16>,
    /// Why it is none.
    pub error: Option<String>,
    /// The start of what was answered.
    pub answer: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_same_on_the_wire_and_in_the_database() {
        for event in WebhookEvent::ALL {
            assert_eq!(serde_json::to_value(event).unwrap(), event.as_str());
        }
        for state in WebhookState::ALL {
            assert_eq!(
                (serde_json::to_value(state).unwrap(), WebhookState::of(state.as_str())),
                (state.as_str().into(), Some(state))
            );
        }
        for state in DeliveryState::ALL {
            assert_eq!(
                (serde_json::to_value(state).unwrap(), DeliveryState::of(state.as_str())),
                (state.as_str().into(), Some(state))
            );
        }
    }
}
