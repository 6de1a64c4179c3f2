//! People who act for offices, and machines with keys.

use chrono::{DateTime, Utc};
use openchair::{
    auth::{Role, audience::Audience},
    http::EmailAddress,
    kernel::{AccountId, IntergroupId},
};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Anonymous, Response, TestApp};

/// A password that may be chosen.
pub const PASSWORD: &str = "four lanterns by the river";

/// Somebody with a token.
#[derive(Debug, Clone)]
pub struct Bearer {
    caller: Anonymous,
    pub token: String,
    /// Of somebody who signed in.
    pub refresh_token: String,
}

impl Bearer {
    pub fn new(caller: Anonymous, token: &str) -> Self {
        Self { caller, token: token.to_owned(), refresh_token: String::new() }
    }

    pub fn of_pair(caller: Anonymous, pair: &Value) -> Self {
        let text = |name: &str| pair[name].as_str().unwrap_or_else(|| panic!("{name}: {pair}")).to_owned();
        Self { caller, token: text("access_token"), refresh_token: text("refresh_token") }
    }

    /// The same person at another node.
    pub fn at(&self, caller: Anonymous) -> Self {
        Self { caller, ..self.clone() }
    }

    /// Any request with the token; without one where that is empty.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Response {
        if self.token.is_empty() {
            return self.caller.send_body(method, path, headers, body).await;
        }
        let authorization = format!("Bearer {}", self.token);
        let all = [&[("authorization", authorization.as_str())], headers].concat();
        self.caller.send_body(method, path, &all, body).await
    }

    /// The same with a body as it stands.
    pub async fn send_text(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Response {
        if self.token.is_empty() {
            return self.caller.send_text(method, path, headers, body).await;
        }
        let authorization = format!("Bearer {}", self.token);
        let all = [&[("authorization", authorization.as_str())], headers].concat();
        self.caller.send_text(method, path, &all, body).await
    }

    pub async fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, &[], None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    /// A `POST` without a body.
    pub async fn poke(&self, path: &str) -> Response {
        self.send(Method::POST, path, &[], None).await
    }

    pub async fn patch(&self, path: &str, version: i64, body: &Value) -> Response {
        self.send(Method::PATCH, path, &[("if-match", &format!("\"{version}\""))], Some(body)).await
    }

    pub async fn delete(&self, path: &str, version: i64) -> Response {
        self.send(Method::DELETE, path, &[("if-match", &format!("\"{version}\""))], None).await
    }

    /// The account of the token.
    pub async fn account_id(&self) -> AccountId {
        self.get("/v1/auth/office/account").await.json()["id"].as_str().unwrap().parse().unwrap()
    }
}

/// Somebody's authenticator app.
#[derive(Debug)]
pub struct Authenticator(totp_rs::Totp);

impl Authenticator {
    /// Scans the code that the service shows.
    pub fn scan(link: &str) -> Self {
        Self(totp_rs::Totp::from_url(link).unwrap())
    }

    /// What it shows at that time.
    pub fn code(&self, at: DateTime<Utc>) -> String {
        self.0.generate(at.timestamp() as u64).to_string()
    }
}

impl TestApp {
    /// Sets up a second factor for somebody who gave the password just now;
    /// the app and the recovery codes. The present code is then used up.
    pub async fn second_factor(&self, person: &Bearer) -> (Authenticator, Vec<String>) {
        self.second_factor_of(Audience::Office, person).await
    }

    /// Somebody new who acts for an office.
    pub async fn admin(&self, office: IntergroupId, role: Role) -> Bearer {
        let email = format!("{}-{}@example.org", role.as_str(), self.next_number());
        self.admin_as(office, role, &email).await
    }

    /// Invites an address and takes the invitation up.
    pub async fn admin_as(&self, office: IntergroupId, role: Role, email: &str) -> Bearer {
        let address = EmailAddress::parse(email).unwrap();
        let invited = self.server.auth().invite(office, &address, role).await.unwrap();
        self.keys_are_loaded().await;
        let body = json!({ "invitation": invited.code, "password": PASSWORD });
        let enrolled = self.anonymous().post("/v1/auth/office/enrol", &body).await;
        assert_eq!(enrolled.status, 201, "{}", enrolled.text());
        Bearer::of_pair(self.anonymous(), &enrolled.json())
    }

    /// Signs in anew.
    pub async fn sign_in(&self, email: &str) -> Bearer {
        let body = json!({ "email": email, "password": PASSWORD });
        let answer = self.anonymous().post("/v1/auth/office/token", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        Bearer::of_pair(self.anonymous(), &answer.json())
    }

    /// Waits until tokens can be signed.
    pub async fn keys_are_loaded(&self) {
        self.until(|node| node.server.auth().keys().are_loaded()).await;
    }
}
