//! Corrections from anyone: giving them, following them, answering them.

mod answering;
mod giving;
mod inbox;
mod property;
mod quiet;

use openchair::{auth::Role, kernel::IntergroupId};
use serde_json::{Value, json};

use crate::support::{Anonymous, Bearer, Response, TestApp};

/// An office with an editor and a meeting online on Mondays at 19:00.
struct Desk {
    app: TestApp,
    office: IntergroupId,
    editor: Bearer,
    meeting: String,
}

impl Desk {
    async fn new() -> Self {
        Self::of(TestApp::new().await).await
    }

    async fn of(app: TestApp) -> Self {
        let office = app.office("lantern", chrono_tz::America::Chicago).await;
        let editor = app.admin(office, Role::Editor).await;
        let meeting = made(&editor, "Nightcap").await;
        Self { app, office, editor, meeting }
    }

    fn public(&self) -> Anonymous {
        self.app.anonymous()
    }

    /// The meeting's address.
    fn path(&self) -> String {
        format!("/v1/meetings/{}", self.meeting)
    }

    async fn give(&self, body: &Value) -> Response {
        self.public().post(&format!("{}/feedback", self.path()), body).await
    }

    /// Gives a correction that is taken; the receipt.
    async fn receipt(&self, body: &Value) -> String {
        let given = self.give(body).await;
        assert_eq!(given.status, 201, "{}", given.text());
        given.json()["receipt"].as_str().unwrap().to_owned()
    }

    /// What became of it.
    async fn outcome(&self, receipt: &str) -> Value {
        self.public().json(&format!("/v1/feedback/{receipt}")).await
    }

    /// The editor's inbox.
    async fn inbox(&self, query: &str) -> Value {
        let page = self.editor.get(&format!("/v1/intergroups/lantern/feedback?{query}")).await;
        assert_eq!(page.status, 200, "{}", page.text());
        page.json()
    }

    /// Gives a correction; the address below which the office answers it.
    async fn given(&self, body: &Value) -> String {
        self.receipt(body).await;
        format!("/v1/feedback/{}", self.inbox("limit=1").await["data"][0]["id"].as_str().unwrap())
    }

    /// The meeting as its office sees it.
    async fn now(&self) -> Value {
        self.editor.get(&format!("/v1/intergroups/lantern/meetings/{}", self.meeting)).await.json()
    }
}

async fn made(editor: &Bearer, name: &str) -> String {
    let body = json!({ "name": name, "day": 1, "time": "19:00", "duration_minutes": 60, "types": ["O"],
                       "conference": { "url": "https://zoom.us/j/123456789" } });
    let answer = editor.post("/v1/intergroups/lantern/meetings", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn later() -> Value {
    json!({ "kind": "correction", "changes": { "time": "19:30" }, "words": "It moved in May." })
}
