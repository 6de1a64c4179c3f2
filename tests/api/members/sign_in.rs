//! Making an account and its tokens.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bearer, TestApp, device_key};

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_a_handle_and_tokens_and_two_vouchers() {
    let app = TestApp::new().await;
    let body = json!({ "auth_key": device_key(7) });
    let response = app.anonymous().post("/v1/members", &body).await;
    assert_eq!((response.status, response.header("cache-control")), (201, "no-store"));
    let made = response.json();
    assert_eq!(made["handle"].as_str().unwrap().split('-').count(), 3);
    assert_eq!(made["vouchers"].as_array().unwrap().len(), 2);
    assert_eq!(made["expires_in_s"], 900);
    // The answer was lost: the same account, and no second pair of vouchers.
    let again = app.anonymous().post("/v1/members", &body).await.json();
    assert_eq!((&again["handle"], &again["vouchers"]), (&made["handle"], &json!([])));
    let token = app.anonymous().post("/v1/auth/member/token", &body).await;
    assert_eq!(token.status, 200, "{}", token.text());
    app.anonymous().post("/v1/auth/member/token", &json!({ "auth_key": device_key(8) })).await.is_problem(
        401,
        "sign_in_failed",
        &[],
    );
    for wrong in [json!({}), json!({ "auth_key": "short" }), json!({ "auth_key": device_key(9), "email": "a@b.c" })] {
        assert_eq!(app.anonymous().post("/v1/members", &wrong).await.status, 422, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_that_was_lost_gives_the_same_again_and_an_older_one_ends_the_session() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let refresh =
        async |token: &str| app.anonymous().post("/v1/auth/member/refresh", &json!({ "refresh_token": token })).await;
    let first = member.bearer.refresh_token.clone();
    let second = refresh(&first).await.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(refresh(&first).await.json()["refresh_token"], Value::from(second.clone()));
    let third = refresh(&second).await.json();
    refresh(&first).await.is_problem(401, "session_ended", &[]);
    let late = Bearer::of_pair(app.anonymous(), &third);
    late.poke("/v1/auth/member/revoke").await.is_problem(401, "session_ended", &[]);
    // As a pass's it is nobody's.
    app.anonymous().post("/v1/auth/circle/refresh", &json!({ "refresh_token": second })).await.is_problem(
        401,
        "wrong_audience",
        &[],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_refreshes_at_once_leave_one_branch() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let body = json!({ "refresh_token": member.bearer.refresh_token });
    let all = (0..50).map(|_| {
        let (caller, body) = (app.anonymous(), body.clone());
        async move { caller.post("/v1/auth/member/refresh", &body).await }
    });
    let answers = futures_util::future::join_all(all).await;
    let tokens: std::collections::HashSet<String> =
        answers.iter().map(|answer| answer.json()["refresh_token"].as_str().unwrap().to_owned()).collect();
    assert_eq!(tokens.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_being_told_to_or_after_half_a_year() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let body = json!({ "auth_key": member.auth_key });
    let second = Bearer::of_pair(app.anonymous(), &app.anonymous().post("/v1/auth/member/token", &body).await.json());
    assert_eq!(member.bearer.poke("/v1/auth/member/revoke").await.status, 204);
    member.bearer.poke("/v1/auth/member/revoke").await.is_problem(401, "session_ended", &[]);
    assert_eq!(second.poke("/v1/auth/member/revoke-all").await.status, 204);
    second.poke("/v1/auth/member/revoke-all").await.is_problem(401, "session_ended", &[]);
    let third = app.anonymous().post("/v1/auth/member/token", &body).await.json();
    app.clock.advance(TimeDelta::days(187));
    app.keys_are_loaded().await;
    let refresh = json!({ "refresh_token": third["refresh_token"] });
    app.anonymous().post("/v1/auth/member/refresh", &refresh).await.is_problem(401, "session_ended", &[]);
    assert_eq!(app.anonymous().send(Method::GET, "/v1/members", &[]).await.status, 405);
}
