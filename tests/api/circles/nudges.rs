//! Asking how it is going.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor};

use crate::support::{Peer, TestApp, device_id};

fn at(to: &Peer, day: &str) -> String {
    format!("/v1/nudges/{}/{day}", to.pass_id)
}

async fn nudges(peer: &Peer) -> Vec<Value> {
    peer.get("/v1/nudges").await.json()["data"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_asked_on_the_day_that_they_asked_for_and_on_another() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    // Monday, 4 May 2026.
    assert_eq!(peers[0].patch("/v1/passes/self", &json!({ "ask_me_on": 1 })).await.status, 200);
    let made = peers[1].put(&at(&peers[0], "2026-05-04"), &[], &json!({ "words": "How did it go?" })).await;
    assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.text());
    let made = made.json();
    assert_eq!((&made["on_their_day"], &made["alias"]), (&json!(true), &json!(peers[1].alias)));
    assert_eq!(made["support"].to_string(), r#"{"href":"/v1/help-lines"}"#);
    let other_day = peers[1].put(&at(&peers[0], "2026-05-05"), &[], &json!({})).await;
    assert_eq!((other_day.status, &other_day.json()["on_their_day"]), (201, &json!(false)));
    for peer in &peers[..2] {
        let seen = nudges(peer).await;
        let days: Vec<&Value> = seen.iter().map(|nudge| &nudge["date"]).collect();
        assert_eq!(days, ["2026-05-05", "2026-05-04"]);
        assert_eq!((&seen[1]["words"], &seen[0].get("words")), (&json!("How did it go?"), &None));
        assert_eq!(seen[0]["to_pass_id"], peers[0].pass_id);
    }
    assert!(nudges(&peers[2]).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_asks_once_a_day_and_may_say_it_otherwise() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let path = at(&peers[0], "2026-05-04");
    let all = (0..6).map(|number| {
        let (peer, path) = (peers[1].clone(), path.clone());
        async move { peer.put(&path, &[], &json!({ "words": format!("{number}") })).await.status }
    });
    let mut statuses = futures_util::future::join_all(all).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 201]);
    assert_eq!(peers[1].put(&path, &[], &json!({ "words": "Well?" })).await.status, 200);
    let seen = nudges(&peers[0]).await;
    assert_eq!((seen.len(), &seen[0]["words"]), (1, &json!("Well?")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nudge_is_about_a_goal_of_theirs_or_about_none() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    for (number, peer) in [(1, &peers[0]), (2, &peers[1])] {
        let goal = format!(
            "INSERT INTO circles.goals (id, pass_id, week, version, marks) VALUES ('{}', '{}', '2026-05-04', 1, '')",
            device_id(number),
            peer.pass_id
        );
        app.database.owner().await.execute(AssertSqlSafe(goal)).await.unwrap();
    }
    let ask = async |goal: Value| peers[1].put(&at(&peers[0], "2026-05-04"), &[], &json!({ "goal_id": goal })).await;
    for wrong in [json!(device_id(2)), json!(device_id(3)), json!("x"), Value::Null] {
        ask(wrong).await.is_content_problem("invalid_content", &["/goal_id"]);
    }
    let made = ask(json!(device_id(1))).await;
    assert_eq!((made.status, &made.json()["goal_id"]), (201, &json!(device_id(1))));
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_and_when_one_cannot_ask_is_refused_with_a_reason() {
    let app = TestApp::new().await;
    let (peers, other) = (app.circle_of(2).await, app.steward().await);
    let put = async |path: String| peers[1].put(&path, &[], &json!({})).await;
    for (day, status) in [("2026-05-03", 201), ("2026-05-05", 201), ("2026-05-02", 400), ("2026-05-06", 400)] {
        assert_eq!(put(at(&peers[0], day)).await.status, status, "{day}");
    }
    for day in ["2026-5-4", "monday", "2026-02-30"] {
        put(at(&peers[0], day)).await.is_problem(400, "invalid_parameter", &["date"]);
    }
    put(at(&peers[1], "2026-05-04")).await.is_problem(400, "invalid_parameter", &["pass_id"]);
    put(at(&other, "2026-05-04")).await.is_problem(404, "not_found", &[]);
    put(format!("/v1/nudges/{}/2026-05-04", device_id(1))).await.is_problem(404, "not_found", &[]);
    put("/v1/nudges/x/2026-05-04".to_owned()).await.is_problem(404, "not_found", &[]);
    let long = json!({ "words": "a".repeat(501) });
    peers[1].put(&at(&peers[0], "2026-05-04"), &[], &long).await.is_content_problem("invalid_content", &["/words"]);
    let none = peers[1].bearer.send(Method::PUT, &at(&peers[0], "2026-05-04"), &[], None).await;
    none.is_problem(400, "malformed_request", &[]);
}
