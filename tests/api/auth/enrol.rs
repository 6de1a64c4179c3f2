//! Taking up invitations.

use chrono::TimeDelta;
use openchair::{
    auth::Role,
    http::EmailAddress,
    kernel::{Clock, IntergroupId},
};
use serde_json::{Value, json};

use crate::support::{Bearer, PASSWORD, TestApp};

const ENROL: &str = "/v1/auth/office/enrol";

async fn invite(app: &TestApp, office: IntergroupId, role: Role) -> String {
    let email = EmailAddress::parse("kit@example.org").unwrap();
    app.server.auth().invite(office, &email, role).await.unwrap().code
}

fn with(invitation: &str, password: &str) -> Value {
    json!({ "invitation": invitation, "password": password })
}

#[tokio::test]
async fn an_address_with_an_account_adds_the_grant_by_its_own_password() {
    let app = TestApp::new().await;
    let lantern = app.office("lantern", chrono_tz::America::Chicago).await;
    let harbour = app.office("harbour", chrono_tz::America::Chicago).await;
    let kit = app.admin_as(lantern, Role::Owner, "kit@example.org").await;
    let code = invite(&app, harbour, Role::Editor).await;
    let wrong = app.anonymous().post(ENROL, &with(&code, "a kettle sings at dawn")).await;
    wrong.is_problem(401, "sign_in_failed", &[]);
    let enrolled = app.anonymous().post(ENROL, &with(&code, PASSWORD)).await;
    assert_eq!(enrolled.status, 201, "{}", enrolled.text());
    let same = Bearer::of_pair(app.anonymous(), &enrolled.json());
    assert_eq!(same.account_id().await, kit.account_id().await);
    // Whoever was signed in already has it, too.
    for person in [&same, &kit] {
        let account = person.get("/v1/auth/office/account").await.json();
        let grants = account["grants"].as_array().unwrap().iter();
        let grants: Vec<_> = grants.map(|grant| (grant["slug"].clone(), grant["role"].clone())).collect();
        assert_eq!(grants, [(json!("harbour"), json!("editor")), (json!("lantern"), json!("owner"))]);
    }
}

#[tokio::test]
async fn the_second_factor_of_that_account_is_asked_for() {
    let app = TestApp::new().await;
    let lantern = app.office("lantern", chrono_tz::America::Chicago).await;
    let harbour = app.office("harbour", chrono_tz::America::Chicago).await;
    let kit = app.admin_as(lantern, Role::Owner, "kit@example.org").await;
    let (authenticator, _) = app.second_factor(&kit).await;
    let mut body = with(&invite(&app, harbour, Role::Editor).await, PASSWORD);
    app.anonymous().post(ENROL, &body).await.is_problem(401, "code_required", &[]);
    body["code"] = "000000".into();
    app.anonymous().post(ENROL, &body).await.is_problem(401, "sign_in_failed", &[]);
    app.clock.advance(TimeDelta::seconds(30));
    body["code"] = authenticator.code(app.clock.now()).into();
    assert_eq!(app.anonymous().post(ENROL, &body).await.status, 201);
}

#[tokio::test]
async fn an_invitation_that_is_not_open_makes_nothing_and_hashes_nothing() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    app.keys_are_loaded().await;
    let email = EmailAddress::parse("kit@example.org").unwrap();
    let revoked = invite(&app, office, Role::Owner).await;
    app.server.auth().revoke_grant(office, &email, false).await.unwrap();
    let replaced = invite(&app, office, Role::Owner).await;
    let late = invite(&app, office, Role::Owner).await;
    app.clock.advance(TimeDelta::days(7));
    for code in [&revoked, &replaced, &late, "short", &"A".repeat(43), &"A".repeat(64)] {
        let refused = app.anonymous().post(ENROL, &with(code, PASSWORD)).await;
        refused.is_content_problem("invalid_content", &["/invitation"]);
    }
    assert_eq!(app.server.auth().hashes_done(), 0);
}

#[tokio::test]
async fn a_weak_password_does_not_cost_the_invitation() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    app.keys_are_loaded().await;
    let code = invite(&app, office, Role::Owner).await;
    for (password, rule) in [("short", "too_short"), ("kit@example.org", "too_weak"), (&*"x".repeat(257), "too_long")] {
        let refused = app.anonymous().post(ENROL, &with(&code, password)).await;
        refused.is_content_problem("invalid_content", &["/password"]);
        assert_eq!(refused.json()["errors"][0]["code"], rule);
    }
    assert_eq!(app.anonymous().post(ENROL, &with(&code, PASSWORD)).await.status, 201);
}
