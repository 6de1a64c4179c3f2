//! Who is not let in, and what is said while the database is away.

use reqwest::Method;
use serde_json::json;

use super::{content, delete, first_vault};
use crate::support::{Response, TestApp, device_key};

const OPERATIONS: [(&str, &str); 8] = [
    ("GET", "/v1/me"),
    ("GET", "/v1/me/export"),
    ("GET", "/v1/me/vault"),
    ("PUT", "/v1/me/vault"),
    ("POST", "/v1/me/vouchers"),
    ("POST", "/v1/me/handle"),
    ("POST", "/v1/me/auth-key"),
    ("DELETE", "/v1/me"),
];

/// A request that would do, but for its token.
async fn ask(app: &TestApp, (method, path): (&str, &str), token: &str, wrong: bool) -> Response {
    let method: Method = method.parse().unwrap();
    let authorization = format!("Bearer {token}");
    let mut headers = vec![("if-none-match", "*")];
    if !token.is_empty() {
        headers.push(("authorization", &authorization));
    }
    if method == Method::PUT {
        headers.push(("content-type", "application/octet-stream"));
        return app.anonymous().send_text(method, path, &headers, content(b'x', if wrong { 5 } else { 4096 })).await;
    }
    let body = match (path, wrong) {
        ("/v1/me/vouchers", false) => Some(json!({ "for": "circle" })),
        ("/v1/me/auth-key", false) => Some(json!({ "auth_key": device_key(950) })),
        ("/v1/me/vouchers" | "/v1/me/auth-key", true) => Some(json!({ "nonsense": 1 })),
        _ => None,
    };
    app.anonymous().send_body(method, path, &headers, body.as_ref()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_is_let_in() {
    let app = TestApp::new().await;
    let (peer, gone) = (app.steward().await, app.member().await);
    assert_eq!(delete(&gone).await.status, 204);
    let out = app.member().await;
    assert_eq!(out.bearer.poke("/v1/auth/member/revoke").await.status, 204);
    for operation in OPERATIONS {
        ask(&app, operation, "", false).await.is_problem(401, "token_missing", &[]);
        ask(&app, operation, "nonsense", false).await.is_problem(401, "token_invalid", &[]);
        ask(&app, operation, &peer.bearer.token, false).await.is_problem(401, "wrong_audience", &[]);
        for ended in [&gone, &out] {
            // Before anything is said of what was sent.
            for wrong in [false, true] {
                ask(&app, operation, &ended.bearer.token, wrong).await.is_problem(401, "session_ended", &[]);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_member_has_opens_nothing_of_circles() {
    let app = TestApp::new().await;
    let member = app.member().await;
    for path in ["/v1/circles/self", "/v1/circles/self/invitations"] {
        member.bearer.get(path).await.is_problem(401, "wrong_audience", &[]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_it_says_when_to_come_back() {
    let app = TestApp::new().await;
    let member = app.member().await;
    first_vault(&app, &member, content(b'a', 4096)).await;
    app.database.cut().await;
    for operation in OPERATIONS {
        let refused = ask(&app, operation, &member.bearer.token, false).await;
        refused.is_problem(503, "unavailable", &[]);
        assert_eq!(refused.header("retry-after"), "5", "{operation:?}");
    }
    app.database.mend().await;
    // Nothing of it was done.
    let read = member.bearer.get("/v1/me/vault").await;
    assert_eq!((read.status, read.body), (200, content(b'a', 4096)));
    assert_eq!(member.bearer.get("/v1/me").await.json()["handle"], member.handle.as_str());
}
