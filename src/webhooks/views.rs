//! Webhooks and deliveries as their owners see them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::{DeliveryState, LastAttempt, StoredDelivery, StoredWebhook, WebhookState};
use crate::{
    kernel::{DeliveryId, IntergroupId, WebhookId},
    search::Open,
};

/// How a webhook is, on the wire.
pub type OpenWebhookState = Open<WebhookState>;
/// How a delivery is, on the wire.
pub type OpenDeliveryState = Open<DeliveryState>;

/// Where an office is told of what happens.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookView {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: WebhookId,
    /// Whose it is.
    #[schema(value_type = Uuid)]
    pub intergroup_id: IntergroupId,
    /// The receiver's address.
    pub url: String,
    /// What it is told of: `meeting.created`, `meeting.updated`, `meeting.deleted`,
    /// `import.held`, `import.applied`, `import.failed`, `feedback.created`.
    pub events: Vec<&'static str>,
    /// Whether it is told at all.
    pub active: bool,
    /// How it is.
    #[schema(value_type = OpenWebhookState)]
    pub state: OpenWebhookState,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub state_reason: Option<String>,
    /// Until when the key before this one signs, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub former_secret_until: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Counts what its owners change, from 1.
    pub version: i64,
}

/// A webhook with a key that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewWebhook)]
pub struct NewWebhookView {
    /// What is known of it later.
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// What its messages are signed with: `whsec_…`. Shown this once.
    pub secret: String,
}

/// An office's webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookList {
    /// The newest first.
    pub data: Vec<WebhookView>,
}

/// One message to a webhook, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryView {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: DeliveryId,
    /// Where it goes.
    #[schema(value_type = Uuid)]
    pub webhook_id: WebhookId,
    /// The `webhook-id` that it has each time.
    pub event_id: Uuid,
    /// What happened.
    #[schema(example = "meeting.updated")]
    pub r#type: String,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// The message's `data`.
    #[schema(value_type = Object)]
    pub data: Value,
    /// How it is.
    #[schema(value_type = OpenDeliveryState)]
    pub state: OpenDeliveryState,
    /// How often it was tried, since it came or was last sent again by hand.
    pub attempts: i16,
    /// When it is tried next, where it waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// The last try.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_attempt: Option<AttemptView>,
}

/// One try of a delivery.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryAttempt)]
pub struct AttemptView {
    /// When it began.
    pub at: DateTime<Utc>,
    /// How long it took.
    pub took_ms: i32,
    /// The status that the receiver answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub status: Option<i16>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error: Option<String>,
    /// The start of what the receiver answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answer: Option<String>,
}

/// A page of deliveries, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryPage {
    /// The deliveries.
    pub data: Vec<DeliveryView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}

impl WebhookView {
    /// What is shown of one at `now`.
    pub fn of(webhook: StoredWebhook, now: DateTime<Utc>) -> Self {
        Self {
            id: webhook.id,
            intergroup_id: webhook.intergroup_id,
            url: webhook.settings.url.into(),
            events: webhook.settings.events.iter().map(|event| event.as_str()).collect(),
            active: webhook.settings.active,
            state: Open(webhook.state),
            state_since: webhook.state_since,
            state_reason: webhook.state_reason,
            former_secret_until: webhook.former_until.filter(|until| *until > now),
            created_at: webhook.created_at,
            version: webhook.version,
        }
    }
}

impl DeliveryView {
    /// What is shown of one.
    pub fn of(delivery: StoredDelivery) -> Self {
        let waits = delivery.state == DeliveryState::Waiting && !delivery.webhook_disabled && !delivery.under_way;
        Self {
            id: delivery.id,
            webhook_id: delivery.webhook_id,
            event_id: delivery.event_id,
            r#type: delivery.event,
            occurred_at: delivery.occurred_at,
            data: delivery.data,
            state: Open(delivery.state),
            attempts: delivery.attempts,
            next_attempt_at: waits.then_some(delivery.due_at),
            last_attempt: delivery.last.map(AttemptView::of),
        }
    }
}

impl AttemptView {
    fn of(last: LastAttempt) -> Self {
        let LastAttempt { at, took_ms, status, error, answer } = last;
        Self { at, took_ms, status, error, answer }
    }
}
