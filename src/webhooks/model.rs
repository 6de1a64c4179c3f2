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

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ })+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word on the wire and in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    )+ };
}

words! {
    /// What may be told of.
    WebhookEvent {
        /// A meeting is new, came back, or came from another office.
        MeetingCreated = "meeting.created",
        /// A meeting says something else.
        MeetingUpdated = "meeting.updated",
        /// A meeting was deleted, or went to another office.
        MeetingDeleted = "meeting.deleted",
        /// A run waits for a person.
        ImportHeld = "import.held",
        /// A run changed the directory.
        ImportApplied = "import.applied",
        /// A run came to nothing.
        ImportFailed = "import.failed",
        /// Somebody sent a correction.
        FeedbackCreated = "feedback.created",
    }

    /// How a webhook is.
    WebhookState {
        /// What was last tried was delivered, or nothing was tried yet.
        Ok = "ok",
        /// What was last tried was not delivered; it is tried again.
        Failing = "failing",
        /// Nothing is told there.
        Disabled = "disabled",
    }

    /// How a delivery is.
    DeliveryState {
        /// It is sent when it is due.
        Waiting = "waiting",
        /// The receiver has it.
        Delivered = "delivered",
        /// It is not tried any more.
        Failed = "failed",
    }
}

impl WebhookState {
    /// The state of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == word)
    }
}

impl DeliveryState {
    /// The state of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == word)
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
