//! Signing in with an address and a password, which offices and moderators have
//! alike: what is tested of it is tested of both.

use openchair::{
    auth::{Role, audience::Audience},
    db::{self, Scope},
    directory,
    http::EmailAddress,
    kernel::{Clock as _, IntergroupId},
};
use serde_json::{Value, json};

use super::{Anonymous, Authenticator, Bearer, PASSWORD, Response, TestApp};

/// Who signs in so.
pub const BY_PASSWORD: [Audience; 2] = [Audience::Office, Audience::Moderator];

/// The address of an operation of signing in.
pub fn auth_path(audience: Audience, operation: &str) -> String {
    format!("/v1/auth/{audience}/{operation}")
}

/// What signs somebody in, and steps them up.
pub fn proof(password: &str, code: Option<&str>) -> Value {
    match code {
        Some(code) => json!({ "password": password, "code": code }),
        None => json!({ "password": password }),
    }
}

impl Anonymous {
    /// `POST` to an operation of signing in.
    pub async fn auth(&self, audience: Audience, operation: &str, body: &Value) -> Response {
        self.post(&auth_path(audience, operation), body).await
    }

    /// Tries to sign in.
    pub async fn try_token(&self, audience: Audience, email: &str, password: &str, code: Option<&str>) -> Response {
        let mut body = proof(password, code);
        body["email"] = email.into();
        self.auth(audience, "token", &body).await
    }

    /// Tries to refresh.
    pub async fn refresh(&self, audience: Audience, token: &str) -> Response {
        self.auth(audience, "refresh", &json!({ "refresh_token": token })).await
    }
}

impl Bearer {
    /// One's own account.
    pub async fn account(&self, audience: Audience) -> Response {
        self.get(&auth_path(audience, "account")).await
    }
}

impl TestApp {
    /// The office that everybody belongs to who need not belong to any other.
    async fn lantern(&self) -> IntergroupId {
        let mut read = db::begin_read(&self.pools.directory, Scope::Read).await.unwrap();
        let found = directory::find_intergroup(&mut read, "lantern").await.unwrap();
        read.commit().await.unwrap();
        match found {
            Some(office) => office.id,
            None => self.office("lantern", chrono_tz::America::Chicago).await,
        }
    }

    /// The code of an invitation: of an owner of `lantern`, or of a moderator.
    pub async fn invitation(&self, audience: Audience, email: &str) -> String {
        let address = EmailAddress::parse(email).unwrap();
        let auth = self.server.auth();
        self.keys_are_loaded().await;
        match audience {
            Audience::Office => auth.invite(self.lantern().await, &address, Role::Owner).await.unwrap().code,
            Audience::Moderator => auth.invite_moderator(&address).await.unwrap().unwrap().code,
            other => panic!("{other} is not invited"),
        }
    }

    /// Somebody who took up an invitation just now.
    pub async fn enrolled(&self, audience: Audience, email: &str) -> Bearer {
        let body = json!({ "invitation": self.invitation(audience, email).await, "password": PASSWORD });
        let enrolled = self.anonymous().auth(audience, "enrol", &body).await;
        assert_eq!(enrolled.status, 201, "{}", enrolled.text());
        Bearer::of_pair(self.anonymous(), &enrolled.json())
    }

    /// Signs in anew, without a second factor.
    pub async fn signed_in(&self, audience: Audience, email: &str) -> Bearer {
        let answer = self.anonymous().try_token(audience, email, PASSWORD, None).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        Bearer::of_pair(self.anonymous(), &answer.json())
    }

    /// Sets up a second factor for somebody who gave the password just now;
    /// the app and the recovery codes. The present code is then used up.
    pub async fn second_factor_of(&self, audience: Audience, person: &Bearer) -> (Authenticator, Vec<String>) {
        let proposed = person.poke(&auth_path(audience, "totp")).await;
        assert_eq!(proposed.status, 201, "{}", proposed.text());
        let authenticator = Authenticator::scan(proposed.json()["otpauth_url"].as_str().unwrap());
        let code = authenticator.code(self.clock.now());
        let confirmed = person.post(&auth_path(audience, "totp/confirm"), &json!({ "code": code })).await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.text());
        let codes = confirmed.json()["recovery_codes"].as_array().unwrap().clone();
        (authenticator, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
    }

    /// Somebody new who may look at what was reported.
    pub async fn moderator(&self) -> Bearer {
        self.moderator_as(&format!("moderator-{}@example.org", self.next_number())).await
    }

    /// The same, of that address.
    pub async fn moderator_as(&self, email: &str) -> Bearer {
        let moderator = self.enrolled(Audience::Moderator, email).await;
        self.second_factor_of(Audience::Moderator, &moderator).await;
        moderator
    }
}
