//! Replacing a leaked key.

use serde_json::json;

use super::count;
use crate::support::{Bearer, TestApp, device_key};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_signs_in_and_the_old_one_and_its_sessions_do_not() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let old = json!({ "auth_key": member.auth_key });
    let thief = Bearer::of_pair(app.anonymous(), &app.anonymous().post("/v1/auth/member/token", &old).await.json());
    let new = json!({ "auth_key": device_key(900) });
    for _ in 0..2 {
        let replaced = member.bearer.post("/v1/me/auth-key", &new).await;
        assert_eq!((replaced.status, replaced.header("cache-control")), (204, "no-store"), "{}", replaced.text());
    }
    thief.get("/v1/me").await.is_problem(401, "session_ended", &[]);
    let refresh = json!({ "refresh_token": thief.refresh_token });
    app.anonymous().post("/v1/auth/member/refresh", &refresh).await.is_problem(401, "session_ended", &[]);
    app.anonymous().post("/v1/auth/member/token", &old).await.is_problem(401, "sign_in_failed", &[]);
    assert_eq!(member.bearer.get("/v1/me").await.json()["handle"], member.handle.as_str());
    assert_eq!(app.anonymous().post("/v1/auth/member/token", &new).await.status, 200);
    // To the key before, as somebody may who found it was never known to anyone.
    assert_eq!(member.bearer.post("/v1/me/auth-key", &old).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_another_account_is_refused_and_nothing_changes() {
    let app = TestApp::new().await;
    let (member, other) = (app.member().await, app.member().await);
    let body = json!({ "auth_key": other.auth_key });
    let refused = member.bearer.post("/v1/me/auth-key", &body).await;
    refused.is_content_problem("invalid_content", &["/auth_key"]);
    assert!(!refused.text().contains(&other.handle) && !refused.text().contains(&other.auth_key));
    for mine in [&member, &other] {
        let key = json!({ "auth_key": mine.auth_key });
        assert_eq!(app.anonymous().post("/v1/auth/member/token", &key).await.status, 200);
        assert_eq!(mine.bearer.get("/v1/me").await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_key_is_refused_by_its_pointer() {
    let app = TestApp::new().await;
    let member = app.member().await;
    for (body, pointers) in [
        (json!({}), ["/auth_key"]),
        (json!({ "auth_key": "short" }), ["/auth_key"]),
        (json!({ "auth_key": null }), ["/auth_key"]),
        (json!({ "auth_key": device_key(900), "end_sessions": false }), ["/end_sessions"]),
    ] {
        member.bearer.post("/v1/me/auth-key", &body).await.is_content_problem("invalid_content", &pointers);
    }
    member.bearer.poke("/v1/me/auth-key").await.is_problem(400, "malformed_request", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_with_a_key_while_it_is_replaced_is_out() {
    let app = TestApp::new().await;
    let member = app.member().await;
    for round in 0..6 {
        let (old, new) = (if round == 0 { member.auth_key.clone() } else { device_key(900 + round - 1) }, round);
        let old = json!({ "auth_key": old });
        let new = json!({ "auth_key": device_key(900 + new) });
        let thieves = futures_util::future::join_all((0..12).map(|_| {
            let (caller, old) = (app.anonymous(), old.clone());
            async move { caller.post("/v1/auth/member/token", &old).await.status }
        }));
        let (statuses, replaced) = tokio::join!(thieves, member.bearer.post("/v1/me/auth-key", &new));
        assert_eq!(replaced.status, 204);
        assert!(statuses.iter().all(|status| [200, 401].contains(status)), "{statuses:?}");
        // Whoever got in before is out, whoever came later never got in.
        assert_eq!(count(&app, "SELECT count(*) FROM members.sessions").await, 1, "round {round}: {statuses:?}");
    }
}

/// The first refresh of a week tells the account so, while another device ends
/// that account's sessions: neither waits for the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_week_and_the_end_of_everything_do_not_wait_for_one_another() {
    use sqlx::Executor;
    let app = TestApp::new().await;
    for round in 0..16 {
        let member = app.member().await;
        let sign_in = json!({ "auth_key": member.auth_key });
        let mut others = Vec::new();
        for _ in 0..3 {
            let pair = app.anonymous().post("/v1/auth/member/token", &sign_in).await.json();
            others.push(json!({ "refresh_token": pair["refresh_token"] }));
        }
        // As after a Sunday.
        let last_week = "UPDATE members.accounts SET seen_week = seen_week - 7";
        app.database.owner().await.execute(last_week).await.unwrap();
        let refreshes = others.iter().map(|body| async { app.anonymous().post("/v1/auth/member/refresh", body).await });
        let ending = async {
            if round % 2 == 0 {
                member.bearer.send(reqwest::Method::DELETE, "/v1/me", &[], None).await
            } else {
                member.bearer.post("/v1/me/auth-key", &json!({ "auth_key": device_key(2000 + round) })).await
            }
        };
        let (ended, refreshed) = tokio::join!(ending, futures_util::future::join_all(refreshes));
        assert_eq!(ended.status, 204, "{}", ended.text());
        for one in refreshed {
            assert!([200, 401].contains(&one.status), "{}", one.text());
        }
    }
}
