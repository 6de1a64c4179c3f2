//! How long a session lives.

use chrono::TimeDelta;
use openchair::auth::Role;
use serde_json::json;

use crate::support::{Bearer, Response, TestApp};

const ACCOUNT: &str = "/v1/auth/office/account";

async fn refresh(app: &TestApp, token: &str) -> Response {
    app.anonymous().post("/v1/auth/office/refresh", &json!({ "refresh_token": token })).await
}

async fn owner(app: &TestApp) -> Bearer {
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    app.admin(office, Role::Owner).await
}

#[tokio::test]
async fn an_access_token_lives_five_minutes_and_five_seconds_of_leeway() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    app.clock.advance(TimeDelta::seconds(304));
    assert_eq!(owner.get(ACCOUNT).await.status, 200);
    app.clock.advance(TimeDelta::seconds(1));
    let expired = owner.get(ACCOUNT).await;
    expired.is_problem(401, "token_expired", &[]);
    assert_eq!(expired.header("www-authenticate"), "Bearer realm=\"openchair\", error=\"invalid_token\"");
}

#[tokio::test]
async fn a_session_that_lies_idle_for_twelve_hours_ends() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    app.clock.advance(TimeDelta::hours(12) - TimeDelta::seconds(1));
    let refreshed = refresh(&app, &owner.refresh_token).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.text());
    let owner = Bearer::of_pair(app.anonymous(), &refreshed.json());
    assert_eq!(owner.get(ACCOUNT).await.status, 200);
    app.clock.advance(TimeDelta::hours(12));
    refresh(&app, &owner.refresh_token).await.is_problem(401, "session_ended", &[]);
}

#[tokio::test]
async fn a_session_ends_after_seven_days_however_often_it_is_refreshed() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let (mut token, mut passed) = (owner.refresh_token.clone(), TimeDelta::zero());
    while passed < TimeDelta::days(7) - TimeDelta::hours(11) {
        app.clock.advance(TimeDelta::hours(11));
        passed += TimeDelta::hours(11);
        let pair = refresh(&app, &token).await.json();
        let left_s = (TimeDelta::days(7) - passed).num_seconds().min(12 * 3600);
        assert_eq!(pair["refresh_expires_in_s"], left_s, "{passed}");
        token = pair["refresh_token"].as_str().unwrap().to_owned();
    }
    app.clock.advance(TimeDelta::days(7) - passed);
    refresh(&app, &token).await.is_problem(401, "session_ended", &[]);
}

#[tokio::test]
async fn a_refresh_token_of_another_audience_or_none_is_told_apart_from_an_ended_session() {
    let app = TestApp::new().await;
    let owner = owner(&app).await;
    let good = &owner.refresh_token;
    for (token, code) in [
        (good.replace("_office_", "_member_"), "token_invalid"),
        (good.replace("_office_", "_admin_"), "token_invalid"),
        (good.to_uppercase(), "token_invalid"),
        (good[..good.len() - 1].to_owned(), "token_invalid"),
        (owner.token.clone(), "token_invalid"),
        ("oc_live_something".to_owned(), "token_invalid"),
        (String::new(), "token_invalid"),
    ] {
        refresh(&app, &token).await.is_problem(401, code, &[]);
    }
    assert_eq!(owner.get(ACCOUNT).await.status, 200, "and none of it ended the session");
    assert_eq!(refresh(&app, good).await.status, 200);
}

#[tokio::test]
async fn signing_out_everywhere_ends_the_other_devices() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let one = app.admin_as(office, Role::Owner, "kit@example.org").await;
    let two = app.sign_in("kit@example.org").await;
    assert_eq!(one.poke("/v1/auth/office/revoke-all").await.status, 204);
    for device in [&one, &two] {
        device.get(ACCOUNT).await.is_problem(401, "session_ended", &[]);
        refresh(&app, &device.refresh_token).await.is_problem(401, "session_ended", &[]);
    }
}
