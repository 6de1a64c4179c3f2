//! A webhook as its owner sends it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{WebhookEvent, WebhookState};
use crate::{kernel::Invalid, sync::FeedAddress};

/// Where an office is told of what happens, and of what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"url": "https://lantern.example.org/hooks/openchair", "events": ["meeting.updated", "import.held"]}))]
pub struct WebhookInput {
    /// The receiver's address: https, on the public internet.
    #[schema(inline)]
    pub url: FeedAddress,
    /// What it is told of.
    #[schema(min_items = 1, max_items = 7)]
    pub events: Vec<WebhookEvent>,
    /// Whether it is told at all. The service switches one off that answers 410,
    /// or that nothing could be delivered to for days.
    #[serde(default = "active")]
    #[schema(default = true)]
    pub active: bool,
}

fn active() -> bool {
    true
}

impl WebhookInput {
    /// What the types of its fields do not say of it; `may_ask` says whether an
    /// address may be gone to at all.
    ///
    /// # Errors
    /// Everything that is wrong, each by its pointer.
    pub fn check(mut self, may_ask: impl Fn(&str) -> bool) -> Result<Self, Vec<Invalid>> {
        let mut wrong = Vec::new();
        if self.events.is_empty() || self.events.len() > WebhookEvent::ALL.len() {
            wrong.push(Invalid::new("/events", "out_of_range", "must have 1 to 7 events"));
        }
        if !may_ask(self.url.as_str()) {
            let message = "must be an https address on port 443 that is not a private or local one";
            wrong.push(Invalid::new("/url", "invalid_value", message));
        }
        self.events.sort_unstable();
        self.events.dedup();
        if wrong.is_empty() { Ok(self) } else { Err(wrong) }
    }

    /// How one is that is just switched on or off so.
    pub fn state(&self) -> WebhookState {
        if self.active { WebhookState::Ok } else { WebhookState::Disabled }
    }

    /// Why it is so.
    pub fn reason(&self) -> Option<&'static str> {
        (!self.active).then_some("Its owners switched it off.")
    }
}
