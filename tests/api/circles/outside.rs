//! Who is not in the circle, or not any more: every operation between peers.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bearer, Member, Peer, TestApp, device_id};

/// Every operation of these, as somebody would call it on what is of `peer`.
fn operations(peer: &Peer) -> Vec<(Method, String, Option<Value>)> {
    let (id, pass) = (device_id(1), &peer.pass_id);
    let words = Some(json!({ "words": "x" }));
    let mut all = vec![
        (Method::PUT, format!("/v1/milestones/{id}"), Some(json!({ "kind": "win", "label": "x" }))),
        (Method::DELETE, format!("/v1/milestones/{id}"), None),
        (Method::PUT, format!("/v1/nudges/{pass}/2026-05-04"), words.clone()),
        (Method::PUT, format!("/v1/mutes/{pass}"), None),
        (Method::DELETE, format!("/v1/mutes/{pass}"), None),
        (Method::DELETE, format!("/v1/circles/self/passes/{pass}"), None),
        (Method::POST, format!("/v1/circles/self/passes/{pass}/steward"), None),
    ];
    for kind in ["check-ins", "goals", "milestones"] {
        all.push((Method::PUT, format!("/v1/{kind}/{id}/answers/1"), words.clone()));
        all.push((Method::DELETE, format!("/v1/{kind}/{id}/answers/1"), None));
    }
    all
}

fn of_oneself() -> Vec<(Method, String, Option<Value>)> {
    let read = |path: &str| (Method::GET, path.to_owned(), None);
    vec![
        read("/v1/milestones"),
        read("/v1/nudges"),
        read("/v1/mutes"),
        read("/v1/passes/self"),
        (Method::PATCH, "/v1/passes/self".to_owned(), Some(json!({ "ask_me_on": 1 }))),
    ]
}

async fn all_refused(bearer: &Bearer, peer: &Peer, status: u16, code: &str) {
    for (method, path, body) in operations(peer).into_iter().chain(of_oneself()) {
        let refused = bearer.send(method.clone(), &path, &[], body.as_ref()).await;
        assert_eq!((refused.status, &refused.json()["code"]), (status, &json!(code)), "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_pass_is_told_so_and_an_erased_one_has_no_session() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    let removed = peers[0].delete(&format!("/v1/circles/self/passes/{}", peers[1].pass_id)).await;
    assert_eq!(removed.status, 200, "{}", removed.text());
    all_refused(&peers[1].bearer, &peers[0], 401, "pass_removed").await;
    assert_eq!(peers[2].delete("/v1/passes/self").await.status, 200);
    all_refused(&peers[2].bearer, &peers[0], 401, "session_ended").await;
    peers[2].bearer.send(Method::DELETE, "/v1/passes/self", &[], None).await.is_problem(401, "session_ended", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_without_a_pass_does_any_of_it() {
    let app = TestApp::new().await;
    let (steward, member): (Peer, Member) = (app.steward().await, app.member().await);
    assert!(!steward.get("/v1/circles/self").await.text().contains(&member.handle));
    all_refused(&member.bearer, &steward, 401, "wrong_audience").await;
    all_refused(&Bearer::new(app.anonymous(), ""), &steward, 401, "token_missing").await;
    all_refused(&Bearer::new(app.anonymous(), "invented"), &steward, 401, "token_invalid").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn to_another_circle_there_is_nothing_here() {
    let app = TestApp::new().await;
    let (peers, other) = (app.circle_of(2).await, app.steward().await);
    let milestone = format!("/v1/milestones/{}", device_id(1));
    let label = json!({ "kind": "win", "label": "x" });
    assert_eq!(peers[0].put(&milestone, &[], &label).await.status, 201);
    for (method, path, body) in operations(&peers[1]) {
        // That an id is taken is all that one can learn of it.
        let status = if method == Method::PUT && path == milestone { 409 } else { 404 };
        let refused = other.bearer.send(method.clone(), &path, &[], body.as_ref()).await;
        assert_eq!(refused.status, status, "{method} {path}: {}", refused.text());
    }
    for path in ["/v1/milestones", "/v1/nudges", "/v1/mutes"] {
        assert_eq!(other.get(path).await.json()["data"], json!([]), "{path}");
    }
}
