//! Passwords: choosing, forgetting, changing, and the address beside them.

use chrono::TimeDelta;
use openchair::auth::Role;
use serde_json::{Value, json};

use crate::support::{Bearer, PASSWORD, Response, TestApp, code_of};

const ACCOUNT: &str = "/v1/auth/office/account";
const TOKEN: &str = "/v1/auth/office/token";
const FORGOT: &str = "/v1/auth/office/password/forgot";
const RESET: &str = "/v1/auth/office/password/reset";
const NEW: &str = "a kettle sings at dawn";

async fn with_owner() -> (TestApp, Bearer) {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let owner = app.admin_as(office, Role::Owner, "kit@example.org").await;
    (app, owner)
}

fn with(password: &str) -> Value {
    json!({ "email": "kit@example.org", "password": password })
}

async fn rows(app: &TestApp) -> i64 {
    let tables = ["accounts", "sessions", "mails", "one_time_codes", "failures", "invitations", "grants", "keys"];
    let counts = tables.map(|table| format!("(SELECT count(*) FROM office.{table})")).join(" + ");
    let sql = sqlx::AssertSqlSafe(format!("SELECT {counts}"));
    sqlx::query_scalar(sql).fetch_one(&mut app.database.owner().await).await.unwrap()
}

#[tokio::test]
async fn a_forgotten_password_is_answered_alike_whether_or_not_there_is_an_account() {
    let (app, _) = with_owner().await;
    app.letters().await;
    let mut seen = Vec::new();
    for email in ["kit@example.org", "nobody@example.org"] {
        let (hashes, before) = (app.server.auth().hashes_done(), rows(&app).await);
        let answer = app.anonymous().post(FORGOT, &json!({ "email": email })).await;
        let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        seen.push((answer.status, answer.text(), names, rows(&app).await - before));
        assert_eq!(app.server.auth().hashes_done(), hashes);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!((seen[0].0, seen[0].3), (202, 1));
    let letters = app.letters().await;
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), ["kit@example.org"]);
}

#[tokio::test]
async fn who_asks_again_within_minutes_gets_one_letter_and_then_waits() {
    let (app, _) = with_owner().await;
    app.letters().await;
    let ask = || async { app.anonymous().post(FORGOT, &json!({ "email": "KIT@example.org" })).await };
    for _ in 0..5 {
        assert_eq!(ask().await.status, 202);
    }
    ask().await.is_problem(429, "too_many_requests", &[]);
    assert_eq!(app.letters().await.len(), 1);
    app.clock.advance(TimeDelta::minutes(11));
    assert_eq!(ask().await.status, 202);
    assert_eq!(app.letters().await.len(), 1);
}

#[tokio::test]
async fn the_link_of_a_forgotten_password_works_once_and_ends_every_session() {
    let (app, owner) = with_owner().await;
    let (authenticator, _) = app.second_factor(&owner).await;
    app.letters().await;
    app.anonymous().post(FORGOT, &json!({ "email": "kit@example.org" })).await;
    let letters = app.letters().await;
    let reset = json!({ "reset_code": code_of(&letters[0]), "password": NEW });
    let anonymous = app.anonymous();
    let (one, two) = tokio::join!(anonymous.post(RESET, &reset), anonymous.post(RESET, &reset));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 422]);
    app.anonymous().post(RESET, &reset).await.is_content_problem("invalid_content", &["/reset_code"]);
    owner.get(ACCOUNT).await.is_problem(401, "session_ended", &[]);
    app.anonymous().post(TOKEN, &with(PASSWORD)).await.is_problem(401, "sign_in_failed", &[]);
    // The second factor is as it was.
    app.anonymous().post(TOKEN, &with(NEW)).await.is_problem(401, "code_required", &[]);
    app.clock.advance(TimeDelta::seconds(30));
    let mut right = with(NEW);
    right["code"] = authenticator.code(openchair::kernel::Clock::now(&*app.clock)).into();
    assert_eq!(app.anonymous().post(TOKEN, &right).await.status, 200);
    assert_eq!(app.letters().await[0].subject, "Your password was changed");
}

#[tokio::test]
async fn a_link_runs_out_after_an_hour_and_a_newer_one_ends_it() {
    let (app, _) = with_owner().await;
    app.letters().await;
    let mut codes = Vec::new();
    for _ in 0..2 {
        app.anonymous().post(FORGOT, &json!({ "email": "kit@example.org" })).await;
        codes.push(code_of(&app.letters().await[0]));
        app.clock.advance(TimeDelta::minutes(10));
    }
    let reset = |code: &str| json!({ "reset_code": code, "password": NEW });
    let refused = app.anonymous().post(RESET, &reset(&codes[0])).await;
    refused.is_content_problem("invalid_content", &["/reset_code"]);
    app.clock.advance(TimeDelta::minutes(50));
    let before = app.server.auth().hashes_done();
    let late = app.anonymous().post(RESET, &reset(&codes[1])).await;
    late.is_content_problem("invalid_content", &["/reset_code"]);
    assert_eq!(app.server.auth().hashes_done(), before, "nothing is hashed for a link that is not open");
}

#[tokio::test]
async fn a_weak_password_is_named_and_does_not_cost_the_link() {
    let (app, _) = with_owner().await;
    app.letters().await;
    app.anonymous().post(FORGOT, &json!({ "email": "kit@example.org" })).await;
    let code = code_of(&app.letters().await[0]);
    let before = app.server.auth().hashes_done();
    for (password, rule) in [
        ("eleven char".to_owned(), "too_short"),
        ("é".repeat(5), "too_short"),
        ("passwordpassword".to_owned(), "too_weak"),
        ("kit@example.org".to_owned(), "too_weak"),
        ("aaaaaaaaaaaaaaaa".to_owned(), "too_weak"),
        ("a kettle sings ".repeat(20), "too_long"),
    ] {
        let refused = app.anonymous().post(RESET, &json!({ "reset_code": code, "password": password })).await;
        refused.is_content_problem("invalid_content", &["/password"]);
        assert_eq!(refused.json()["errors"][0]["code"], rule, "{password}");
        assert!(!refused.text().contains(&password));
    }
    assert_eq!(app.server.auth().hashes_done(), before, "what cannot be chosen is not hashed");
    assert_eq!(app.anonymous().post(RESET, &json!({ "reset_code": code, "password": NEW })).await.status, 204);
}

#[tokio::test]
async fn a_password_of_300_bytes_is_refused_without_being_hashed() {
    let (app, owner) = with_owner().await;
    let before = app.server.auth().hashes_done();
    let long = "x".repeat(300);
    app.anonymous().post(TOKEN, &with(&long)).await.is_content_problem("invalid_content", &["/password"]);
    let step_up = owner.post("/v1/auth/office/step-up", &json!({ "password": long })).await;
    step_up.is_content_problem("invalid_content", &["/password"]);
    let change = json!({ "current_password": long, "password": NEW });
    let changed = owner.post("/v1/auth/office/password", &change).await;
    changed.is_content_problem("invalid_content", &["/current_password"]);
    assert_eq!(app.server.auth().hashes_done(), before);
}

#[tokio::test]
async fn a_password_is_the_same_however_it_is_typed() {
    let (app, owner) = with_owner().await;
    let composed = "caf\u{e9} lanterns by the river";
    let change = json!({ "current_password": PASSWORD, "password": composed });
    assert_eq!(owner.post("/v1/auth/office/password", &change).await.status, 200);
    for typed in [composed, "cafe\u{301} lanterns by the river", "café\u{a0}lanterns by the river"] {
        assert_eq!(app.anonymous().post(TOKEN, &with(typed)).await.status, 200, "{typed}");
    }
}

#[tokio::test]
async fn a_changed_password_ends_the_links_that_were_sent_for_a_new_one() {
    let (app, owner) = with_owner().await;
    app.letters().await;
    app.anonymous().post(FORGOT, &json!({ "email": "kit@example.org" })).await;
    let code = code_of(&app.letters().await[0]);
    let change = json!({ "current_password": PASSWORD, "password": NEW });
    assert_eq!(owner.post("/v1/auth/office/password", &change).await.status, 200);
    let reset = json!({ "reset_code": code, "password": "somebody else's own words" });
    app.anonymous().post(RESET, &reset).await.is_content_problem("invalid_content", &["/reset_code"]);
}

#[tokio::test]
async fn a_new_address_is_confirmed_by_its_own_letter_and_the_old_one_is_told() {
    let (app, owner) = with_owner().await;
    app.letters().await;
    let asked = owner.post("/v1/auth/office/email", &json!({ "email": "Kit@example.net" })).await;
    assert_eq!(asked.status, 202, "{}", asked.text());
    let letters = app.letters().await;
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), ["Kit@example.net"]);
    assert_eq!(owner.get(ACCOUNT).await.json()["email"], "kit@example.org", "nothing has changed yet");
    let confirm = json!({ "email_code": code_of(&letters[0]) });
    assert_eq!(owner.post("/v1/auth/office/email/confirm", &confirm).await.status, 204);
    let again = owner.post("/v1/auth/office/email/confirm", &confirm).await;
    again.is_content_problem("invalid_content", &["/email_code"]);
    assert_eq!(owner.get(ACCOUNT).await.json()["email"], "Kit@example.net");
    app.sign_in("kit@example.net").await;
    app.anonymous().post(TOKEN, &with(PASSWORD)).await.is_problem(401, "sign_in_failed", &[]);
    let letters = app.letters().await;
    assert_eq!((letters.len(), letters[0].to.as_str()), (1, "kit@example.org"));
    assert!(!letters[0].text.contains("example.net"), "the old address is not told the new one");
}

#[tokio::test]
async fn the_link_to_a_new_address_is_good_for_its_own_account_only() {
    let (app, owner) = with_owner().await;
    let office = app.office("harbour", chrono_tz::America::Chicago).await;
    let other = app.admin(office, Role::Owner).await;
    app.letters().await;
    owner.post("/v1/auth/office/email", &json!({ "email": "kit@example.net" })).await;
    let confirm = json!({ "email_code": code_of(&app.letters().await[0]) });
    let stolen = other.post("/v1/auth/office/email/confirm", &confirm).await;
    stolen.is_content_problem("invalid_content", &["/email_code"]);
    assert_eq!(
        owner.post("/v1/auth/office/email/confirm", &confirm).await.status,
        204,
        "and it cost the owner nothing"
    );
}

#[tokio::test]
async fn an_address_that_is_taken_is_409_and_only_after_it_was_confirmed() {
    let (app, owner) = with_owner().await;
    let office = app.office("harbour", chrono_tz::America::Chicago).await;
    app.admin_as(office, Role::Owner, "robin@example.org").await;
    app.letters().await;
    let asked = owner.post("/v1/auth/office/email", &json!({ "email": "ROBIN@example.org" })).await;
    assert_eq!(asked.status, 202, "who asks does not learn whether somebody has it");
    let confirm = json!({ "email_code": code_of(&app.letters().await[0]) });
    owner.post("/v1/auth/office/email/confirm", &confirm).await.is_problem(409, "conflict", &[]);
    assert_eq!(owner.get(ACCOUNT).await.json()["email"], "kit@example.org");
}

#[tokio::test]
async fn a_stranger_is_not_flooded_with_letters_about_a_change_of_address() {
    let (_app, owner) = with_owner().await;
    let ask = || async { owner.post("/v1/auth/office/email", &json!({ "email": "stranger@example.net" })).await };
    for _ in 0..5 {
        assert_eq!(ask().await.status, 202);
    }
    ask().await.is_problem(429, "too_many_requests", &[]);
}

#[tokio::test]
async fn a_link_for_a_password_ends_with_the_address_that_it_was_sent_to() {
    let (app, owner) = with_owner().await;
    app.anonymous().post(FORGOT, &json!({ "email": "kit@example.org" })).await;
    owner.post("/v1/auth/office/email", &json!({ "email": "kit@example.net" })).await;
    let letters = app.letters().await;
    let of =
        |to: &str| code_of(letters.iter().find(|letter| letter.to == to && letter.text.contains("code=")).unwrap());
    let confirm = json!({ "email_code": of("kit@example.net") });
    assert_eq!(owner.post("/v1/auth/office/email/confirm", &confirm).await.status, 204);
    let reset = json!({ "reset_code": of("kit@example.org"), "password": NEW });
    app.anonymous().post(RESET, &reset).await.is_content_problem("invalid_content", &["/reset_code"]);
}

#[tokio::test]
async fn more_sign_ins_than_can_wait_are_told_so_without_being_hashed() {
    let app = TestApp::new().await;
    let before = app.server.auth().hashes_done();
    let (anonymous, begun) = (app.anonymous(), std::time::Instant::now());
    let sign_ins = (0..250).map(|n| {
        let body = json!({ "email": format!("nobody{n}@example.org"), "password": PASSWORD });
        let anonymous = &anonymous;
        async move { (anonymous.post(TOKEN, &body).await, begun.elapsed()) }
    });
    let answers = futures_util::future::join_all(sign_ins).await;
    let (hashed, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|(answer, _)| answer.status == 401);
    for (answer, _) in &refused {
        answer.is_problem(503, "unavailable", &[]);
    }
    // On a machine that is busy enough, some have waited in vain for the database.
    assert!(refused.iter().any(|(answer, _)| answer.header("retry-after") == "1"), "nobody was told that others wait");
    let last = |of: &[&(Response, std::time::Duration)]| of.iter().map(|(_, after)| *after).max();
    assert!(last(&refused) < last(&hashed), "{:?} {:?}", last(&refused), last(&hashed));
    assert!(!refused.is_empty(), "{} were hashed", hashed.len());
    assert_eq!(app.server.auth().hashes_done() - before, hashed.len() as u64);
}
