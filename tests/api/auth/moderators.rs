//! Moderators: accounts of their own, that no grant can be given to, and that
//! see nothing without a second factor.

use chrono::TimeDelta;
use openchair::{auth::audience::Audience, http::EmailAddress, kernel::Clock};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::Executor;

use crate::support::{Bearer, PASSWORD, TestApp, auth_path, code_of};

const KIT: &str = "kit@example.org";
const NEW: &str = "a kettle sings at dawn";

fn path(operation: &str) -> String {
    auth_path(Audience::Moderator, operation)
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

#[tokio::test]
async fn before_a_second_factor_is_set_up_nothing_else_is_allowed() {
    let app = TestApp::new().await;
    let kit = app.enrolled(Audience::Moderator, KIT).await;
    let account = kit.account(Audience::Moderator).await;
    assert_eq!((account.status, account.header("cache-control")), (200, "no-store"));
    let account = account.json();
    assert_eq!((&account["email"], &account["has_totp"]), (&json!(KIT), &json!(false)));
    assert!(account.get("grants").is_none(), "{account}");
    let change = json!({ "current_password": PASSWORD, "password": NEW });
    let refused: [(Method, &str, Option<&Value>); 3] = [
        (Method::POST, "password", Some(&change)),
        (Method::POST, "recovery-codes", None),
        (Method::DELETE, "totp", None),
    ];
    for (method, operation, body) in refused {
        let answer = kit.send(method, &path(operation), &[], body).await;
        answer.is_problem(403, "totp_required", &[]);
    }
    // What sets it up, and getting out, need none.
    assert_eq!(kit.post(&path("step-up"), &json!({ "password": PASSWORD })).await.status, 200);
    app.second_factor_of(Audience::Moderator, &kit).await;
    assert_eq!(kit.account(Audience::Moderator).await.json()["has_totp"], true);
    assert_eq!(kit.poke(&path("recovery-codes")).await.status, 201);
    assert_eq!(kit.send(Method::DELETE, &path("totp"), &[], None).await.status, 204);
    kit.poke(&path("recovery-codes")).await.is_problem(403, "totp_required", &[]);
    assert_eq!(kit.poke(&path("revoke")).await.status, 204);
}

#[tokio::test]
async fn one_address_may_have_two_accounts_with_a_password_each() {
    let app = TestApp::new().await;
    let office = app.enrolled(Audience::Office, KIT).await;
    let moderator = app.moderator_as(KIT).await;
    let ids = [office.account(Audience::Office).await, moderator.account(Audience::Moderator).await];
    assert_ne!(ids[0].json()["id"], ids[1].json()["id"]);
    assert_eq!(ids[0].json()["has_totp"], false, "the second factor is the moderator's");
    // A new password for one leaves the other as it was.
    let change = json!({ "current_password": PASSWORD, "password": NEW });
    assert_eq!(office.post("/v1/auth/office/password", &change).await.status, 200);
    assert_eq!(moderator.account(Audience::Moderator).await.status, 200);
    app.anonymous().try_token(Audience::Office, KIT, PASSWORD, None).await.is_problem(401, "sign_in_failed", &[]);
    app.anonymous().try_token(Audience::Moderator, KIT, PASSWORD, None).await.is_problem(401, "code_required", &[]);
    // Guessing at one keeps nobody from the other.
    for _ in 0..6 {
        app.anonymous().try_token(Audience::Moderator, KIT, "wrong lantern", None).await;
    }
    app.anonymous().try_token(Audience::Moderator, KIT, PASSWORD, None).await.is_problem(429, "too_many_requests", &[]);
    assert_eq!(app.anonymous().try_token(Audience::Office, KIT, NEW, None).await.status, 200);
}

#[tokio::test]
async fn a_link_of_one_account_does_nothing_for_the_other() {
    let app = TestApp::new().await;
    app.enrolled(Audience::Office, KIT).await;
    app.moderator_as(KIT).await;
    app.letters().await;
    for (audience, other) in [(Audience::Office, Audience::Moderator), (Audience::Moderator, Audience::Office)] {
        app.anonymous().auth(audience, "password/forgot", &json!({ "email": KIT })).await;
        let letters = app.letters().await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].text.contains(&format!("/{audience}/reset?code=")), "{}", letters[0].text);
        let code = code_of(&letters[0]);
        let reset = json!({ "reset_code": code, "password": NEW });
        let stolen = app.anonymous().auth(other, "password/reset", &reset).await;
        stolen.is_content_problem("invalid_content", &["/reset_code"]);
        assert_eq!(app.anonymous().get(&format!("/{other}/reset?code={code}")).await.status, 410);
        assert_eq!(app.anonymous().get(&format!("/{audience}/reset?code={code}")).await.status, 200);
        assert_eq!(app.anonymous().auth(audience, "password/reset", &reset).await.status, 204);
        let invitation = app.invitation(audience, "robin@example.org").await;
        let enrol = json!({ "invitation": invitation, "password": PASSWORD });
        let stolen = app.anonymous().auth(other, "enrol", &enrol).await;
        stolen.is_content_problem("invalid_content", &["/invitation"]);
        assert_eq!(app.anonymous().get(&format!("/{other}/enrol?code={invitation}")).await.status, 410);
        assert_eq!(app.anonymous().auth(audience, "enrol", &enrol).await.status, 201);
        app.letters().await;
    }
}

#[tokio::test]
async fn who_is_revoked_is_out_on_every_node_at_once() {
    let app = TestApp::new().await;
    let second = app.second_node();
    second.until(|node| node.server.auth().keys().are_loaded()).await;
    let office = app.enrolled(Audience::Office, KIT).await;
    let kit = app.moderator_as(KIT).await;
    let there = kit.at(second.anonymous());
    assert_eq!(there.account(Audience::Moderator).await.status, 200);
    let auth = app.server.auth();
    assert!(auth.revoke_moderator(&address("KIT@example.org")).await.unwrap());
    for bearer in [&kit, &there] {
        bearer.account(Audience::Moderator).await.is_problem(401, "session_ended", &[]);
    }
    app.anonymous().refresh(Audience::Moderator, &kit.refresh_token).await.is_problem(401, "session_ended", &[]);
    app.anonymous().try_token(Audience::Moderator, KIT, PASSWORD, None).await.is_problem(401, "sign_in_failed", &[]);
    assert_eq!(office.account(Audience::Office).await.status, 200, "the office account is another");
    assert!(!auth.revoke_moderator(&address(KIT)).await.unwrap(), "there is none any more");
    // Nothing is left of it.
    let rows = "SELECT (SELECT count(*) FROM office.accounts WHERE audience = 'moderator')
                     + (SELECT count(*) FROM office.recovery_codes) + (SELECT count(*) FROM office.one_time_codes)";
    let rows: i64 = sqlx::query_scalar(rows).fetch_one(&mut app.database.owner().await).await.unwrap();
    assert_eq!(rows, 0);
    second.server.stop().await.unwrap();
}

#[tokio::test]
async fn an_invitation_is_good_once_and_only_the_newest() {
    let app = TestApp::new().await;
    let first = app.invitation(Audience::Moderator, KIT).await;
    let second = app.invitation(Audience::Moderator, "Kit@Example.org").await;
    let enrol = |code: &str| json!({ "invitation": code, "password": PASSWORD });
    let refused = app.anonymous().auth(Audience::Moderator, "enrol", &enrol(&first)).await;
    refused.is_content_problem("invalid_content", &["/invitation"]);
    assert_eq!(app.anonymous().auth(Audience::Moderator, "enrol", &enrol(&second)).await.status, 201);
    let again = app.anonymous().auth(Audience::Moderator, "enrol", &enrol(&second)).await;
    again.is_content_problem("invalid_content", &["/invitation"]);
    let auth = app.server.auth();
    assert!(auth.invite_moderator(&address(KIT)).await.unwrap().is_none(), "is one already");
    // One that is taken back, and one that ran out.
    let revoked = app.invitation(Audience::Moderator, "robin@example.org").await;
    assert!(auth.revoke_moderator(&address("robin@example.org")).await.unwrap());
    let late = app.invitation(Audience::Moderator, "sam@example.org").await;
    app.clock.advance(TimeDelta::days(7));
    for code in [&revoked, &late] {
        let refused = app.anonymous().auth(Audience::Moderator, "enrol", &enrol(code)).await;
        refused.is_content_problem("invalid_content", &["/invitation"]);
    }
}

#[tokio::test]
async fn a_lost_second_factor_is_removed_by_the_operator_and_set_up_anew() {
    let app = TestApp::new().await;
    let office = app.enrolled(Audience::Office, KIT).await;
    let kit = app.moderator_as(KIT).await;
    app.letters().await;
    let reset = app.server.auth().reset_link(Audience::Moderator, &address(KIT), true).await.unwrap().unwrap();
    assert!(reset.link.contains("/moderator/reset?code="), "{}", reset.link);
    kit.account(Audience::Moderator).await.is_problem(401, "session_ended", &[]);
    assert_eq!(office.account(Audience::Office).await.status, 200);
    let letters = app.letters().await;
    assert_eq!(letters[0].subject, "Signing in needs no code any more");
    assert!(letters[0].text.contains("tell whoever runs this service"), "{}", letters[0].text);
    let fields = [("code", reset.code.as_str()), ("password", NEW), ("again", NEW)];
    assert_eq!(app.anonymous().submit("/moderator/reset", &[], &fields).await.status, 200);
    let signed_in = app.anonymous().try_token(Audience::Moderator, KIT, NEW, None).await;
    let kit = Bearer::of_pair(app.anonymous(), &signed_in.json());
    kit.poke(&path("recovery-codes")).await.is_problem(403, "totp_required", &[]);
    let (authenticator, _) = app.second_factor_of(Audience::Moderator, &kit).await;
    app.clock.advance(TimeDelta::seconds(30));
    let code = authenticator.code(app.clock.now());
    assert_eq!(app.anonymous().try_token(Audience::Moderator, KIT, NEW, Some(&code)).await.status, 200);
}

#[tokio::test]
async fn an_invitation_is_taken_up_on_its_page() {
    let app = TestApp::new().await;
    let code = app.invitation(Audience::Moderator, KIT).await;
    let page = app.anonymous().get(&format!("/moderator/enrol?code={code}")).await;
    assert_eq!(page.status, 200);
    for words in ["You are invited to be a moderator", "value=\"kit@example.org\"", "Choose a password"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.text().contains("meeting list of"), "{}", page.text());
    let fields = [("code", code.as_str()), ("password", PASSWORD), ("again", PASSWORD)];
    let done = app.anonymous().submit("/moderator/enrol", &[], &fields).await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert!(done.text().contains("You are a moderator now.") && done.text().contains("authenticator app"));
    app.signed_in(Audience::Moderator, KIT).await;
    // Only offices change the address that they sign in with.
    assert_eq!(app.anonymous().get("/moderator/email").await.status, 404);
}

/// The database, not the program: nothing that a mistake writes makes a
/// moderator act for an office.
#[tokio::test]
async fn no_grant_can_be_given_to_a_moderator() {
    let app = TestApp::new().await;
    app.enrolled(Audience::Office, "owner@example.org").await;
    app.moderator_as(KIT).await;
    let account = "(SELECT id FROM office.accounts WHERE audience = 'moderator')";
    let office = "(SELECT id FROM directory.intergroups)";
    let owner = "(SELECT account_id FROM office.grants)";
    let refused = [
        (format!("INSERT INTO office.grants (account_id, intergroup_id, role, granted_at) VALUES ({account}, {office}, 'observer', now())"), "grants_account_fkey"),
        (format!("INSERT INTO office.grants (account_id, intergroup_id, role, granted_at, audience) VALUES ({account}, {office}, 'owner', now(), 'moderator')"), "grants_audience_check"),
        (format!("UPDATE office.grants SET account_id = {account}"), "grants_account_fkey"),
        (format!("UPDATE office.grants SET account_id = {account}, audience = 'moderator'"), "grants_audience_check"),
        (format!("UPDATE office.accounts SET audience = 'moderator' WHERE id = {owner}"), "grants_account_fkey"),
        (format!("UPDATE office.accounts SET audience = 'circle' WHERE id = {account}"), "accounts_audience_check"),
        (format!("INSERT INTO office.invitations (id, code_hash, email, email_folded, intergroup_id, created_at, expires_at)
                  VALUES (gen_random_uuid(), sha256('x'), 'a@b', 'a@b', {office}, now(), now())"), "invitations_of_check"),
        ("UPDATE office.invitations SET role = 'owner' WHERE intergroup_id IS NULL".to_owned(), "invitations_of_check"),
    ];
    let mut database = app.database.owner().await;
    for (sql, constraint) in refused {
        let error = database.execute(sqlx::AssertSqlSafe(sql.clone())).await.unwrap_err();
        assert_eq!(error.as_database_error().unwrap().constraint(), Some(constraint), "{sql}: {error}");
    }
}
