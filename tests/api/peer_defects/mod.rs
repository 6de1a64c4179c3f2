//! What the nearest peer does wrong, and this does not: its defects R1 to R13,
//! asked of the service as anybody would.

mod accounts;
mod shown;
mod written;

use openchair::{auth::Role, kernel::IntergroupId};
use reqwest::Method;
use serde_json::{Value, json};

use super::permissions::document::operations;
use crate::support::{Bearer, Response, TestApp};

/// An office `lantern` that belongs to `county`, and `brook`, with an owner each.
pub struct Scene {
    pub app: TestApp,
    pub lantern: IntergroupId,
    pub brook: IntergroupId,
    pub owner: Bearer,
}

impl Scene {
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let zone = chrono_tz::America::Chicago;
        let county = app.office("county", zone).await;
        let lantern = app.office_below(Some(county), "lantern", zone).await;
        let brook = app.office("brook", zone).await;
        let owner = app.admin_as(lantern, Role::Owner, "amy.realname@example.org").await;
        Self { app, lantern, brook, owner }
    }

    pub async fn make(&self, kind: &str, body: &Value) -> Value {
        let made = self.owner.post(&format!("/v1/intergroups/lantern/{kind}"), body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()
    }

    pub async fn meeting(&self, body: &Value) -> String {
        let mut whole = json!({ "name": "Nightcap", "day": 1, "time": "19:30", "duration_minutes": 90,
                                "conference": { "url": "https://zoom.us/j/123456789" } });
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        self.make("meetings", &whole).await["id"].as_str().unwrap().to_owned()
    }

    /// Whether the public finds no meeting, or may not even ask so.
    pub async fn finds_nothing(&self, query: &str) -> bool {
        let answer = self.app.anonymous().get(&format!("/v1/meetings?attendance=online,inactive&{query}")).await;
        answer.status == 400 || answer.json()["total"] == 0
    }

    /// How many meetings the public finds.
    pub async fn total(&self, query: &str) -> Value {
        self.app.anonymous().json(&format!("/v1/meetings?attendance=online,inactive&{query}")).await["total"].clone()
    }
}
/// Every public address there is to read, for these things.
pub async fn public_answers(app: &TestApp, ids: &[(&str, &str)]) -> Vec<(String, Response)> {
    let mut paths: Vec<String> = [
        "/v1/meetings?limit=100&attendance=in_person,online,hybrid,inactive",
        "/v1/meetings?day=abc",
        "/v1/meetings/abc",
        "/openapi/office.json",
        "/nowhere",
    ]
    .map(str::to_owned)
    .into();
    for operation in operations() {
        if operation.method != Method::GET || operation.is_of_office() {
            continue;
        }
        let kind = operation.path.split('/').nth(2).unwrap_or_default();
        let path = operation
            .path
            .replace("{slug}", "nightcap")
            .replace("{code}", "gone")
            .replace("{audience}", "public")
            .replace("{receipt}", "none");
        let path = path.replace("/v1/intergroups/{id}", "/v1/intergroups/lantern");
        if path.contains("{id}") {
            paths.extend(ids.iter().filter(|(of, _)| *of == kind).map(|(_, id)| path.replace("{id}", id)));
        } else {
            paths.push(path);
        }
    }
    assert!(paths.iter().all(|path| !path.contains('{')), "teach this about {paths:?}");
    let mut answers = Vec::new();
    for path in paths {
        let answer = app.anonymous().get(&path).await;
        answers.push((path, answer));
    }
    answers
}

/// The whole answer as text: head and body.
pub fn whole(answer: &Response) -> String {
    format!("{:?}\n{}", answer.headers, answer.text()).to_lowercase()
}
