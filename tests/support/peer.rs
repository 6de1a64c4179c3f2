//! Members with their accounts, and peers in circles: never the same bearer.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Anonymous, Bearer, Response, TestApp};

/// A member's account, and the device's key of it.
#[derive(Debug, Clone)]
pub struct Member {
    pub bearer: Bearer,
    pub auth_key: String,
    pub handle: String,
    pub vouchers: Vec<String>,
}

/// A pass, and the device's key of it.
#[derive(Debug, Clone)]
pub struct Peer {
    pub bearer: Bearer,
    pub pass_key: String,
    pub pass_id: String,
    pub alias: String,
    pub circle_id: String,
}

/// A key that no call before got.
pub fn device_key(number: u32) -> String {
    let mut bytes = [0x5a; 32];
    bytes[28..].copy_from_slice(&number.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A random id as a device draws one, UUID version 4.
pub fn device_id(number: u32) -> String {
    format!("0f1e2d3c-4b5a-4968-8776-{number:012x}")
}

/// What starts a circle.
pub fn circle_body(voucher: &str, pass_key: &str) -> Value {
    json!({ "voucher": voucher, "pass_key": pass_key, "agreement_version": 1, "adult": true })
}

/// What joins one.
pub fn join_body(invitation: &str, pass_key: &str) -> Value {
    json!({ "invitation": invitation, "pass_key": pass_key, "agreement_version": 1, "adult": true })
}

impl TestApp {
    /// A new member.
    pub async fn member(&self) -> Member {
        let auth_key = device_key(self.next_number());
        let response = self.anonymous().post("/v1/members", &json!({ "auth_key": auth_key })).await;
        assert_eq!(response.status, 201, "{}", response.text());
        let made = response.json();
        let vouchers = made["vouchers"].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect();
        let handle = made["handle"].as_str().unwrap().to_owned();
        Member { bearer: Bearer::of_pair(self.anonymous(), &made), auth_key, handle, vouchers }
    }

    /// Somebody new who starts a circle of 12 seats.
    pub async fn steward(&self) -> Peer {
        let member = self.member().await;
        let pass_key = device_key(self.next_number());
        let response = self.anonymous().post("/v1/circles", &circle_body(&member.vouchers[0], &pass_key)).await;
        assert_eq!(response.status, 201, "{}", response.text());
        Peer::of(self.anonymous(), &pass_key, &response)
    }

    /// Somebody who joins the circle of another.
    pub async fn peer_of(&self, other: &Peer) -> Peer {
        let pass_key = device_key(self.next_number());
        let response = self.anonymous().post("/v1/passes", &join_body(&other.invite().await, &pass_key)).await;
        assert_eq!(response.status, 201, "{}", response.text());
        Peer::of(self.anonymous(), &pass_key, &response)
    }

    /// A circle of so many; the first is its steward.
    pub async fn circle_of(&self, count: usize) -> Vec<Peer> {
        let mut peers = vec![self.steward().await];
        while peers.len() < count {
            peers.push(self.peer_of(&peers[0]).await);
        }
        peers
    }
}

impl Peer {
    pub fn of(caller: Anonymous, pass_key: &str, joined: &Response) -> Self {
        let body = joined.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            bearer: Bearer::of_pair(caller, &body),
            pass_key: pass_key.to_owned(),
            pass_id: text(&body["pass"]["id"]),
            alias: text(&body["pass"]["alias"]),
            circle_id: text(&body["circle"]["id"]),
        }
    }

    /// The code of a new invitation.
    pub async fn invite(&self) -> String {
        let response = self.bearer.poke("/v1/circles/self/invitations").await;
        assert_eq!(response.status, 201, "{}", response.text());
        response.json()["code"].as_str().unwrap().to_owned()
    }

    pub async fn get(&self, path: &str) -> Response {
        self.bearer.get(path).await
    }

    pub async fn put(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Response {
        self.bearer.send(Method::PUT, path, headers, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Response {
        self.bearer.send(Method::DELETE, path, &[], None).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Response {
        self.bearer.send(Method::PATCH, path, &[], Some(body)).await
    }

    /// The same pass with a session that begins now.
    pub async fn again(&self, app: &TestApp) -> Self {
        app.keys_are_loaded().await;
        let body = json!({ "pass_key": self.pass_key });
        let response = app.anonymous().post("/v1/auth/circle/token", &body).await;
        assert_eq!(response.status, 200, "{}", response.text());
        Self { bearer: Bearer::of_pair(app.anonymous(), &response.json()), ..self.clone() }
    }
}
