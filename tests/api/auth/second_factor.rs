//! The second factor: setting it up, using it once, losing it.

use chrono::TimeDelta;
use openchair::{auth::Role, kernel::Clock};
use serde_json::{Value, json};

use crate::support::{Authenticator, Bearer, PASSWORD, Response, TestApp};

const TOKEN: &str = "/v1/auth/office/token";
const STEP_UP: &str = "/v1/auth/office/step-up";
const TOTP: &str = "/v1/auth/office/totp";

struct Scene {
    app: TestApp,
    owner: Bearer,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let office = app.office("lantern", chrono_tz::America::Chicago).await;
        let owner = app.admin_as(office, Role::Owner, "kit@example.org").await;
        Self { app, owner }
    }

    async fn sign_in(&self, code: Option<&str>) -> Response {
        let mut body = json!({ "email": "kit@example.org", "password": PASSWORD });
        if let Some(code) = code {
            body["code"] = code.into();
        }
        self.app.anonymous().post(TOKEN, &body).await
    }

    /// What the app shows, so many steps from now.
    fn shown(&self, authenticator: &Authenticator, steps: i32) -> String {
        authenticator.code(self.app.clock.now() + TimeDelta::seconds(30) * steps)
    }

    fn next_step(&self) {
        self.app.clock.advance(TimeDelta::seconds(30));
    }
}

fn proof(code: &str) -> Value {
    json!({ "password": PASSWORD, "code": code })
}

#[tokio::test]
async fn signing_in_asks_for_a_code_once_it_is_set_up_and_not_before() {
    let scene = Scene::new().await;
    let other = scene.app.sign_in("kit@example.org").await;
    let proposed = scene.owner.poke(TOTP).await;
    assert_eq!((proposed.status, proposed.header("cache-control")), (201, "no-store"));
    assert_eq!(scene.sign_in(None).await.status, 200, "what is not confirmed does not count");
    let (authenticator, recovery) = scene.app.second_factor(&scene.owner).await;
    assert_eq!(recovery.len(), 10);
    other.get("/v1/auth/office/account").await.is_problem(401, "session_ended", &[]);
    let account = scene.owner.get("/v1/auth/office/account").await.json();
    assert_eq!((&account["has_totp"], &account["recovery_codes_left"]), (&json!(true), &json!(10)));
    scene.sign_in(None).await.is_problem(401, "code_required", &[]);
    scene.next_step();
    assert_eq!(scene.sign_in(Some(&scene.shown(&authenticator, 0))).await.status, 200);
    let told = scene.app.letters().await;
    assert_eq!(told[0].subject, "Signing in now needs a code");
    scene.owner.poke(TOTP).await.is_problem(409, "conflict", &[]);
}

#[tokio::test]
async fn a_wrong_first_code_confirms_nothing() {
    let scene = Scene::new().await;
    let confirm = |code: &str| {
        let body = json!({ "code": code });
        let owner = &scene.owner;
        async move { owner.post("/v1/auth/office/totp/confirm", &body).await }
    };
    confirm("000000").await.is_problem(409, "conflict", &[]);
    let proposed = scene.owner.poke(TOTP).await.json();
    let authenticator = Authenticator::scan(proposed["otpauth_url"].as_str().unwrap());
    let later = scene.shown(&authenticator, 5);
    confirm(&later).await.is_content_problem("invalid_content", &["/code"]);
    // Asked for anew, the first secret counts no more.
    scene.owner.poke(TOTP).await;
    confirm(&scene.shown(&authenticator, 0)).await.is_content_problem("invalid_content", &["/code"]);
    assert_eq!(scene.sign_in(None).await.status, 200);
}

#[tokio::test]
async fn a_code_is_taken_once_whatever_it_is_for() {
    let scene = Scene::new().await;
    let (authenticator, _) = scene.app.second_factor(&scene.owner).await;
    // The one that confirmed it is used up.
    scene.sign_in(Some(&scene.shown(&authenticator, 0))).await.is_problem(401, "sign_in_failed", &[]);
    scene.next_step();
    let code = scene.shown(&authenticator, 0);
    assert_eq!(scene.sign_in(Some(&code)).await.status, 200);
    scene.sign_in(Some(&code)).await.is_problem(401, "sign_in_failed", &[]);
    scene.owner.post(STEP_UP, &proof(&code)).await.is_problem(401, "sign_in_failed", &[]);
    scene.next_step();
    let code = scene.shown(&authenticator, 0);
    assert_eq!(scene.owner.post(STEP_UP, &proof(&code)).await.status, 200);
    scene.sign_in(Some(&code)).await.is_problem(401, "sign_in_failed", &[]);
    // Of two at once, one.
    scene.next_step();
    let code = scene.shown(&authenticator, 0);
    let (one, two) = tokio::join!(scene.sign_in(Some(&code)), scene.sign_in(Some(&code)));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
}

#[tokio::test]
async fn a_clock_may_be_one_step_off_and_not_two() {
    let scene = Scene::new().await;
    let (authenticator, _) = scene.app.second_factor(&scene.owner).await;
    for steps in [-1, 0, 1] {
        scene.app.clock.advance(TimeDelta::minutes(2));
        let code = scene.shown(&authenticator, steps);
        assert_eq!(scene.sign_in(Some(&code)).await.status, 200, "{steps}");
    }
    for steps in [-2, 2] {
        scene.app.clock.advance(TimeDelta::minutes(3));
        let code = scene.shown(&authenticator, steps);
        scene.sign_in(Some(&code)).await.is_problem(401, "sign_in_failed", &[]);
    }
}

#[tokio::test]
async fn a_recovery_code_stands_for_the_app_once() {
    let scene = Scene::new().await;
    let (_, recovery) = scene.app.second_factor(&scene.owner).await;
    let typed = recovery[3].to_uppercase().replace('-', " ");
    assert_eq!(scene.sign_in(Some(&typed)).await.status, 200);
    scene.sign_in(Some(&recovery[3])).await.is_problem(401, "sign_in_failed", &[]);
    let account = scene.owner.get("/v1/auth/office/account").await.json();
    assert_eq!(account["recovery_codes_left"], 9);
    let renewed = scene.owner.poke("/v1/auth/office/recovery-codes").await;
    assert_eq!(renewed.status, 201, "{}", renewed.text());
    scene.sign_in(Some(&recovery[4])).await.is_problem(401, "sign_in_failed", &[]);
    let new = renewed.json()["recovery_codes"][0].as_str().unwrap().to_owned();
    assert_eq!(scene.sign_in(Some(&new)).await.status, 200);
}

#[tokio::test]
async fn failures_at_the_second_factor_are_counted_and_delay() {
    let scene = Scene::new().await;
    let (authenticator, recovery) = scene.app.second_factor(&scene.owner).await;
    scene.next_step();
    let wrong = ["000000", "0000-0000-0000-0000", "nonsense", "-", "111111"];
    for code in wrong {
        scene.sign_in(Some(code)).await.is_problem(401, "sign_in_failed", &[]);
    }
    let before = scene.app.server.auth().hashes_done();
    let right = scene.shown(&authenticator, 0);
    for code in [right.as_str(), &recovery[0]] {
        let waits = scene.sign_in(Some(code)).await;
        waits.is_problem(429, "too_many_requests", &[]);
        assert_eq!(waits.header("retry-after"), "1");
    }
    assert_eq!(scene.app.server.auth().hashes_done(), before);
    scene.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(
        scene.sign_in(Some(&right)).await.status,
        200,
        "waiting is all that it takes, and the code was not used"
    );
}

#[tokio::test]
async fn failures_of_giving_the_password_again_are_counted_and_delay() {
    let scene = Scene::new().await;
    for _ in 0..20 {
        scene.owner.post(STEP_UP, &json!({ "password": "wrong" })).await.is_problem(401, "sign_in_failed", &[]);
    }
    let right = json!({ "password": PASSWORD });
    scene.owner.post(STEP_UP, &right).await.is_problem(429, "too_many_requests", &[]);
    scene.app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(scene.owner.post(STEP_UP, &right).await.status, 200);
}

#[tokio::test]
async fn what_needs_the_password_just_now_says_so_ten_minutes_later() {
    let scene = Scene::new().await;
    scene.app.clock.advance(TimeDelta::minutes(10));
    let refreshed = json!({ "refresh_token": scene.owner.refresh_token });
    let refreshed = scene.app.anonymous().post("/v1/auth/office/refresh", &refreshed).await;
    let owner = Bearer::of_pair(scene.app.anonymous(), &refreshed.json());
    let code = json!({ "code": "000000" });
    let email = json!({ "email": "kit@example.net" });
    for (path, body) in [
        (TOTP, None),
        ("/v1/auth/office/totp/confirm", Some(&code)),
        ("/v1/auth/office/recovery-codes", None),
        ("/v1/auth/office/email", Some(&email)),
    ] {
        let answer = owner.send(reqwest::Method::POST, path, &[], body).await;
        answer.is_problem(403, "step_up_required", &[]);
    }
    owner.send(reqwest::Method::DELETE, TOTP, &[], None).await.is_problem(403, "step_up_required", &[]);
    let stepped_up = owner.post(STEP_UP, &json!({ "password": PASSWORD })).await;
    assert_eq!(stepped_up.json()["stepped_up_until"], "2026-05-04T17:20:00Z");
    assert_eq!(owner.poke(TOTP).await.status, 201);
}

#[tokio::test]
async fn a_removed_second_factor_takes_its_recovery_codes_along() {
    let scene = Scene::new().await;
    let (_, recovery) = scene.app.second_factor(&scene.owner).await;
    scene.app.letters().await;
    assert_eq!(scene.owner.send(reqwest::Method::DELETE, TOTP, &[], None).await.status, 204);
    assert_eq!(scene.sign_in(None).await.status, 200);
    assert_eq!(scene.app.letters().await[0].subject, "Signing in needs no code any more");
    scene.app.second_factor(&scene.owner).await;
    scene.sign_in(Some(&recovery[0])).await.is_problem(401, "sign_in_failed", &[]);
}
