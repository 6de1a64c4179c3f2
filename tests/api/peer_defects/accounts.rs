//! R10 and R11: tokens that live on, and a sign-in that tells who is there.

use openchair::{auth::audience::Audience, http::EmailAddress};
use serde_json::json;

use super::Scene;
use crate::support::{Bearer, PASSWORD};

/// More of this in `auth::sign_in`.
#[tokio::test(flavor = "multi_thread")]
async fn r10_no_token_outlives_a_changed_or_reset_password() {
    let scene = Scene::new().await;
    let other = scene.app.sign_in("amy.realname@example.org").await;
    let body = json!({ "current_password": PASSWORD, "password": "a kettle sings at dawn" });
    let changed = scene.owner.post("/v1/auth/office/password", &body).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let newest = Bearer::of_pair(scene.app.anonymous(), &changed.json());
    let ended = async |bearer: &Bearer| {
        bearer.get("/v1/intergroups/lantern/meetings").await.is_problem(401, "session_ended", &[]);
        let refresh = json!({ "refresh_token": bearer.refresh_token });
        scene.app.anonymous().post("/v1/auth/office/refresh", &refresh).await.is_problem(401, "session_ended", &[]);
    };
    ended(&scene.owner).await;
    ended(&other).await;
    assert_eq!(newest.get("/v1/intergroups/lantern/meetings").await.status, 200);
    let address = EmailAddress::parse("amy.realname@example.org").unwrap();
    let link = scene.app.server.auth().reset_link(Audience::Office, &address, false).await.unwrap().unwrap();
    let reset = json!({ "reset_code": link.code, "password": "an otter under the bridge" });
    assert_eq!(scene.app.anonymous().post("/v1/auth/office/password/reset", &reset).await.status, 204);
    ended(&newest).await;
}

/// Time is not measured here: the work is counted.
#[tokio::test(flavor = "multi_thread")]
async fn r11_signing_in_costs_the_same_for_an_unknown_address_and_many_attempts_wait() {
    let scene = Scene::new().await;
    let auth = scene.app.server.auth();
    for email in ["amy.realname@example.org", "nobody@example.org"] {
        let wrong = json!({ "email": email, "password": "wrong lantern" });
        let before = auth.hashes_done();
        let mut statuses = Vec::new();
        for _ in 0..8 {
            statuses.push(scene.app.anonymous().post("/v1/auth/office/token", &wrong).await.status);
        }
        assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429, 429], "{email}");
        assert_eq!(auth.hashes_done() - before, 5, "{email}");
    }
}
