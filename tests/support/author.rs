//! Authors of stories, and moderators.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Anonymous, Bearer, Response, TestApp, device_key};

/// An author's pass, and the device's key of it.
#[derive(Debug, Clone)]
pub struct Author {
    pub bearer: Bearer,
    pub pass_key: String,
    pub pass_id: String,
    pub story_id: String,
}

/// What a story says.
pub fn story_body(title: &str) -> Value {
    json!({ "topic": "social_pressure", "language": "en", "title": title, "words": "I hold a glass of water." })
}

/// What begins one.
pub fn new_story_body(voucher: &str, pass_key: &str, title: &str) -> Value {
    let mut body = story_body(title);
    body["voucher"] = voucher.into();
    body["pass_key"] = pass_key.into();
    body
}

impl Author {
    pub fn of(caller: Anonymous, pass_key: &str, made: &Response) -> Self {
        let body = made.json();
        Self {
            bearer: Bearer::of_pair(caller, &body),
            pass_key: pass_key.to_owned(),
            pass_id: body["pass"]["id"].as_str().unwrap().to_owned(),
            story_id: body["story"]["id"].as_str().unwrap().to_owned(),
        }
    }

    /// The story as its author sees it.
    pub async fn story(&self) -> Value {
        let response = self.bearer.get("/v1/stories/self").await;
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()["story"].clone()
    }

    /// Changes the story.
    pub async fn edit(&self, body: &Value) -> Response {
        self.bearer.send(Method::PUT, "/v1/stories/self", &[], Some(body)).await
    }
}

impl TestApp {
    /// Somebody new who wrote a story, which waits for a moderator.
    pub async fn author(&self, title: &str) -> Author {
        let (member, pass_key) = (self.member().await, device_key(self.next_number()));
        let body = new_story_body(&member.vouchers[0], &pass_key, title);
        let made = self.anonymous().post("/v1/stories", &body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        Author::of(self.anonymous(), &pass_key, &made)
    }

    /// Somebody whose story was let through.
    pub async fn shown_author(&self, title: &str) -> Author {
        let author = self.author(title).await;
        let moderator = self.moderator().await;
        let waiting = waiting(&moderator).await;
        let id = waiting.iter().find(|one| one["item"]["words"][0] == title).unwrap()["id"].as_str().unwrap();
        let decided = decide(&moderator, id, &keep()).await;
        assert_eq!(decided.status, 200, "{}", decided.text());
        author
    }
}

/// Everything that waits for a moderator.
pub async fn waiting(moderator: &Bearer) -> Vec<Value> {
    let response = moderator.get("/v1/moderation/queue?limit=50").await;
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(response.header("cache-control"), "no-store");
    response.json()["data"].as_array().unwrap().clone()
}

/// Decides something.
pub async fn decide(moderator: &Bearer, id: &str, body: &Value) -> Response {
    moderator.post(&format!("/v1/moderation/{id}/decide"), body).await
}

/// That it stays.
pub fn keep() -> Value {
    json!({ "decision": "keep", "reason": "within_agreement" })
}

/// That it goes.
pub fn remove(decision: &str) -> Value {
    json!({ "decision": decision, "reason": "spam", "words": "A circle is no place to sell things." })
}
