//! The second factor: setting it up, using it once, losing it.

use chrono::TimeDelta;
use openchair::{auth::audience::Audience, kernel::Clock};
use serde_json::json;

use crate::support::{Authenticator, BY_PASSWORD, Bearer, PASSWORD, Response, TestApp, auth_path, proof};

const KIT: &str = "kit@example.org";

struct Scene {
    app: TestApp,
    audience: Audience,
    owner: Bearer,
}

impl Scene {
    async fn new(audience: Audience) -> Self {
        let app = TestApp::new().await;
        let owner = app.enrolled(audience, KIT).await;
        Self { app, audience, owner }
    }

    async fn sign_in(&self, code: Option<&str>) -> Response {
        self.app.anonymous().try_token(self.audience, KIT, PASSWORD, code).await
    }

    async fn second_factor(&self) -> (Authenticator, Vec<String>) {
        self.app.second_factor_of(self.audience, &self.owner).await
    }

    fn path(&self, operation: &str) -> String {
        auth_path(self.audience, operation)
    }

    async fn step_up(&self, code: Option<&str>) -> Response {
        self.owner.post(&self.path("step-up"), &proof(PASSWORD, code)).await
    }

    /// What the app shows, so many steps from now.
    fn shown(&self, authenticator: &Authenticator, steps: i32) -> String {
        authenticator.code(self.app.clock.now() + TimeDelta::seconds(30) * steps)
    }

    fn next_step(&self) {
        self.app.clock.advance(TimeDelta::seconds(30));
    }
}

#[tokio::test]
async fn signing_in_asks_for_a_code_once_it_is_set_up_and_not_before() {
    for audience in BY_PASSWORD {
        let scene = Scene::new(audience).await;
        let other = scene.app.signed_in(audience, KIT).await;
        let proposed = scene.owner.poke(&scene.path("totp")).await;
        assert_eq!((proposed.status, proposed.header("cache-control")), (201, "no-store"));
        assert_eq!(scene.sign_in(None).await.status, 200, "what is not confirmed does not count");
        let (authenticator, recovery) = scene.second_factor().await;
        assert_eq!(recovery.len(), 10);
        other.account(audience).await.is_problem(401, "session_ended", &[]);
        let account = scene.owner.account(audience).await.json();
        assert_eq!((&account["has_totp"], &account["recovery_codes_left"]), (&json!(true), &json!(10)));
        scene.sign_in(None).await.is_problem(401, "code_required", &[]);
        scene.next_step();
        assert_eq!(scene.sign_in(Some(&scene.shown(&authenticator, 0))).await.status, 200);
        let told = scene.app.letters().await;
        assert_eq!(told[0].subject, "Signing in now needs a code");
        scene.owner.poke(&scene.path("totp")).await.is_problem(409, "conflict", &[]);
    }
}

#[tokio::test]
async fn a_wrong_first_code_confirms_nothing() {
    for audience in BY_PASSWORD {
        let scene = Scene::new(audience).await;
        let confirm = |code: &str| {
            let body = json!({ "code": code });
            let (owner, path) = (&scene.owner, scene.path("totp/confirm"));
            async move { owner.post(&path, &body).await }
        };
        confirm("000000").await.is_problem(409, "conflict", &[]);
        let proposed = scene.owner.poke(&scene.path("totp")).await.json();
        let authenticator = Authenticator::scan(proposed["otpauth_url"].as_str().unwrap());
        let later = scene.shown(&authenticator, 5);
        confirm(&later).await.is_content_problem("invalid_content", &["/code"]);
        // Asked for anew, the first secret counts no more.
        scene.owner.poke(&scene.path("totp")).await;
        confirm(&scene.shown(&authenticator, 0)).await.is_content_problem("invalid_content", &["/code"]);
        assert_eq!(scene.sign_in(None).await.status, 200);
    }
}

#[tokio::test]
async fn a_code_is_taken_once_whatever_it_is_for() {
    for audience in BY_PASSWORD {
        let scene = Scene::new(audience).await;
        let (authenticator, _) = scene.second_factor().await;
        // The one that confirmed it is used up.
        scene.sign_in(Some(&scene.shown(&authenticator, 0))).await.is_problem(401, "sign_in_failed", &[]);
        scene.next_step();
        let code = scene.shown(&authenticator, 0);
        assert_eq!(scene.sign_in(Some(&code)).await.status, 200);
        scene.sign_in(Some(&code)).await.is_problem(401, "sign_in_failed", &[]);
        scene.step_up(Some(&code)).await.is_problem(401, "sign_in_failed", &[]);
        scene.next_step();
        let code = scene.shown(&authenticator, 0);
        assert_eq!(scene.step_up(Some(&code)).await.status, 200);
        scene.sign_in(Some(&code)).await.is_problem(401, "sign_in_failed", &[]);
        // Of two at once, one.
        scene.next_step();
        let code = scene.shown(&authenticator, 0);
        let (one, two) = tokio::join!(scene.sign_in(Some(&code)), scene.sign_in(Some(&code)));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
    }
}

#[tokio::test]
async fn a_clock_may_be_one_step_off_and_not_two() {
    for audience in BY_PASSWORD {
        let scene = Scene::new(audience).await;
        let (authenticator, _) = scene.second_factor().await;
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
}

#[tokio::test]
async fn a_recovery_code_stands_for_the_app_once() {
    for audience in BY_PASSWORD {
        let scene = Scene::new(audience).await;
        let (_, recovery) = scene.second_factor().await;
        let typed = recovery[3].to_uppercase().replace('-', " ");
        assert_eq!(scene.sign_in(Some(&typed)).await.status, 200);
        scene.sign_in(Some(&recovery[3])).await.is_problem(401, "sign_in_failed", &[]);
        let account = scene.owner.account(audience).await.json();
        assert_eq!(account["recovery_codes_left"], 9);
        let renewed = scene.owner.poke(&scene.path("recovery-codes")).await;
        assert_eq!(renewed.status, 201, "{}", renewed.text());
        scene.sign_in(Some(&recovery[4])).await.is_problem(401, "sign_in_failed", &[]);
        let new = renewed.json()["recovery_codes"][0].as_str().unwrap().to_owned();
        assert_eq!(scene.sign_in(Some(&new)).await.status, 200);
    }
}

#[tokio::test]
async fn failures_at_the_second_factor_are_counted_and_delay() {
    for audience in BY_PASSWORD {
        let scene = Scene::new(audience).await;
        let (authenticator, recovery) = scene.second_factor().await;
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
}

#[tokio::test]
async fn failures_of_giving_the_password_again_are_counted_and_delay() {
    for audience in BY_PASSWORD {
        let scene = Scene::new(audience).await;
        for _ in 0..20 {
            scene.owner.post(&scene.path("step-up"), &proof("wrong", None)).await.is_problem(
                401,
                "sign_in_failed",
                &[],
            );
        }
        scene.step_up(None).await.is_problem(429, "too_many_requests", &[]);
        scene.app.clock.advance(TimeDelta::seconds(1));
        assert_eq!(scene.step_up(None).await.status, 200);
    }
}

#[tokio::test]
async fn what_needs_the_password_just_now_says_so_ten_minutes_later() {
    for audience in BY_PASSWORD {
        let scene = Scene::new(audience).await;
        scene.app.clock.advance(TimeDelta::minutes(10));
        let refreshed = scene.app.anonymous().refresh(audience, &scene.owner.refresh_token).await;
        let owner = Bearer::of_pair(scene.app.anonymous(), &refreshed.json());
        let code = json!({ "code": "000000" });
        let email = json!({ "email": "kit@example.net" });
        let all = [("totp", None), ("totp/confirm", Some(&code)), ("recovery-codes", None), ("email", Some(&email))];
        // Without a second factor a moderator is told of that first, and has no other address.
        let count = if audience == Audience::Office { 4 } else { 2 };
        for (operation, body) in &all[..count] {
            let answer = owner.send(reqwest::Method::POST, &scene.path(operation), &[], *body).await;
            answer.is_problem(403, "step_up_required", &[]);
        }
        let code = if audience == Audience::Office { "step_up_required" } else { "totp_required" };
        owner.send(reqwest::Method::DELETE, &scene.path("totp"), &[], None).await.is_problem(403, code, &[]);
        let stepped_up = owner.post(&scene.path("step-up"), &proof(PASSWORD, None)).await;
        assert_eq!(stepped_up.json()["stepped_up_until"], "2026-05-04T17:20:00Z");
        assert_eq!(owner.poke(&scene.path("totp")).await.status, 201);
    }
}

#[tokio::test]
async fn a_removed_second_factor_takes_its_recovery_codes_along() {
    for audience in BY_PASSWORD {
        let scene = Scene::new(audience).await;
        let (_, recovery) = scene.second_factor().await;
        scene.app.letters().await;
        assert_eq!(scene.owner.send(reqwest::Method::DELETE, &scene.path("totp"), &[], None).await.status, 204);
        assert_eq!(scene.sign_in(None).await.status, 200);
        assert_eq!(scene.app.letters().await[0].subject, "Signing in needs no code any more");
        scene.second_factor().await;
        scene.sign_in(Some(&recovery[0])).await.is_problem(401, "sign_in_failed", &[]);
    }
}
