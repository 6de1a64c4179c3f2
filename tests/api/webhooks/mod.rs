//! Webhooks: what owners arrange, what is told, and how it is sent.

mod arranging;
mod failing;
mod sending;
mod telling;

use std::sync::Arc;

use openchair::{
    auth::{Role, Secret},
    kernel::{Clock, Entropy, IntergroupId},
    webhooks::Courier,
};
use serde_json::{Value, json};

use crate::support::{Bearer, SECRET, TestApp};

const WEBHOOKS: &str = "/v1/intergroups/lantern/webhooks";
const EVERYTHING: [&str; 7] = [
    "meeting.created",
    "meeting.updated",
    "meeting.deleted",
    "import.held",
    "import.applied",
    "import.failed",
    "feedback.created",
];

/// An office with an owner.
struct Office {
    app: TestApp,
    id: IntergroupId,
    owner: Bearer,
}

impl Office {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let id = app.office("lantern", chrono_tz::America::Chicago).await;
        let owner = app.admin_as(id, Role::Owner, "owner@lantern.example.org").await;
        Self { app, id, owner }
    }

    /// The owner, signed in anew: time has passed.
    async fn again(&mut self) -> &Bearer {
        self.owner = self.app.sign_in("owner@lantern.example.org").await;
        &self.owner
    }

    /// Makes a webhook for everything; what its owner was shown.
    async fn hook(&self, url: &str) -> Value {
        self.hook_for(url, &EVERYTHING).await
    }

    async fn hook_for(&self, url: &str, events: &[&str]) -> Value {
        let made = self.owner.post(WEBHOOKS, &json!({ "url": url, "events": events })).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()
    }

    /// The only webhook, as it is now.
    async fn seen(&mut self) -> Value {
        self.again().await.get(WEBHOOKS).await.json()["data"][0].take()
    }

    /// Everything that a webhook was to be told, the latest first.
    async fn deliveries(&mut self, webhook: &Value) -> Vec<Value> {
        let path = format!("/v1/webhooks/{}/deliveries", webhook["id"].as_str().unwrap());
        let page = self.again().await.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.text());
        page.json()["data"].as_array().unwrap().clone()
    }

    /// Makes a meeting, which is one event.
    async fn meeting(&self, name: &str) -> Value {
        let body = json!({ "name": name, "day": 1, "time": "06:30", "conference": { "url": "https://zoom.us/j/123456789" },
                           "admin_notes": "zebrafish keys", "contacts": [{ "name": "Zebrafish Z.", "phone": "+1-312-555-0199" }] });
        let made = self.owner.post("/v1/intergroups/lantern/meetings", &body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()
    }

    /// What sends messages, as one node has it.
    fn courier(&self) -> Arc<Courier> {
        let sources =
            (Arc::clone(&self.app.clock) as Arc<dyn Clock>, Arc::clone(&self.app.entropy) as Arc<dyn Entropy>);
        let secret = Arc::new(Secret::parse(SECRET).unwrap());
        Arc::new(Courier::new(self.app.pools.directory.clone(), sources, secret, "127.0.0.0/8".parse().unwrap()))
    }
}
