//! Goals of a week.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Peer, TestApp};

const MAKE: &[(&str, &str)] = &[("if-none-match", "*")];
const GOAL: &str = "/v1/goals/9e8d7c6b-5a49-4382-9170-6f5e4d3c2b1a";

fn path(n: u8) -> String {
    format!("/v1/goals/{}", uuid::Builder::from_random_bytes([n; 16]).into_uuid())
}

fn meetings() -> Value {
    json!({ "week": "2026-W19", "words": "Three meetings", "target": 3 })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_is_set_followed_and_answered_for() {
    let app = TestApp::new().await;
    let [heron, wren] = &*app.circle_of(2).await else { panic!() };
    let made = heron.put(GOAL, MAKE, &meetings()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let view = made.json();
    assert_eq!((&view["id"], &view["pass_id"]), (&json!(&GOAL[10..]), &json!(heron.pass_id)));
    assert_eq!(
        (&view["week"], &view["words"], &view["target"]),
        (&json!("2026-W19"), &json!("Three meetings"), &json!(3))
    );
    assert_eq!((view.get("progress"), view.get("outcome")), (None, None));
    assert_eq!(heron.put(GOAL, MAKE, &meetings()).await.json(), view);
    let mut body = meetings();
    (body["progress"], body["outcome"]) = (json!(4), json!("met"));
    let version = format!("\"{}\"", view["version"]);
    let changed = heron.put(GOAL, &[("if-match", &version)], &body).await;
    assert_eq!(
        (changed.status, &changed.json()["outcome"], &changed.json()["progress"]),
        (200, &json!("met"), &json!(4))
    );
    assert_eq!(heron.put(GOAL, &[("if-match", &version)], &body).await.json(), changed.json());
    heron.put(GOAL, &[("if-match", &version)], &meetings()).await.is_problem(412, "precondition_failed", &[]);
    let seen = wren.get("/v1/goals?week=2026-W19").await.json();
    assert_eq!((seen["data"].as_array().unwrap().len(), &seen["data"][0]["alias"]), (1, &json!(heron.alias)));
    assert_eq!(wren.get("/v1/goals").await.json(), seen);
    assert_eq!(wren.get("/v1/goals?week=2026-W20").await.json()["data"], json!([]));
    wren.mute(heron, &app).await;
    assert_eq!(wren.get("/v1/goals").await.json()["data"], json!([]));
    for outcome in ["partly", "not_this_week", "rather_not_say"] {
        body["outcome"] = json!(outcome);
        let changed = heron.put(GOAL, &[("if-match", "*")], &body).await;
        assert_eq!((changed.status, &changed.json()["outcome"]), (200, &json!(outcome)));
    }
    // What was meant for a week may be taken into the next.
    body["week"] = json!("2026-W20");
    assert_eq!(heron.put(GOAL, &[("if-match", "*")], &body).await.json()["week"], "2026-W20");
    let stale = heron.bearer.send(Method::DELETE, GOAL, &[("if-match", &version)], None).await;
    stale.is_problem(412, "precondition_failed", &[]);
    assert_eq!(heron.delete(GOAL).await.status, 200);
    heron.delete(GOAL).await.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_goal_may_say_is_bounded() {
    let app = TestApp::new().await;
    let heron = app.steward().await;
    let with = |name: &str, value: Value| {
        let mut body = meetings();
        body[name] = value;
        body
    };
    heron.put(GOAL, &[], &meetings()).await.is_problem(428, "precondition_required", &[]);
    for (body, pointers) in [
        (json!({}), &["/week", "/words"][..]),
        (with("target", json!(0)), &["/target"]),
        (with("target", json!(100)), &["/target"]),
        (with("progress", json!(-1)), &["/progress"]),
        (with("progress", json!(100)), &["/progress"]),
        (with("outcome", json!("failed")), &["/outcome"]),
        (with("words", json!("")), &["/words"]),
        (with("week", json!("2026-19")), &["/week"]),
        (with("week", json!("2026-W15")), &["/week"]),
        (with("week", json!("2026-W21")), &["/week"]),
        (with("units", json!(3)), &["/units"]),
    ] {
        heron.put(GOAL, MAKE, &body).await.is_content_problem("invalid_content", pointers);
    }
    for (n, week) in (1..).zip(["2026-W16", "2026-W20"]) {
        assert_eq!(heron.put(&path(n), MAKE, &with("week", json!(week))).await.status, 201, "{week}");
    }
    heron.put("/v1/goals/nine", MAKE, &meetings()).await.is_problem(404, "not_found", &[]);
    let dated = "/v1/goals/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
    heron.put(dated, MAKE, &meetings()).await.is_problem(400, "invalid_parameter", &["goal_id"]);
    heron.get("/v1/goals?week=2026-18").await.is_problem(400, "invalid_parameter", &["week"]);
    heron.get("/v1/goals?month=5").await.is_problem(400, "invalid_parameter", &["month"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_has_room_for_ten_goals_however_fast_they_come() {
    let app = TestApp::new().await;
    let heron = app.steward().await;
    let all = (0..14).map(|n| {
        let heron = &heron;
        async move { heron.put(&path(n), MAKE, &meetings()).await.status }
    });
    let mut statuses = futures_util::future::join_all(all).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [[201; 10].as_slice(), &[409; 4]].concat());
    let next = json!({ "week": "2026-W20", "words": "Rest" });
    assert_eq!(heron.put(GOAL, MAKE, &next).await.status, 201);
    heron.put(GOAL, &[("if-match", "*")], &meetings()).await.is_problem(409, "conflict", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_devices_that_set_one_goal_at_once_exactly_one_wins() {
    let app = TestApp::new().await;
    let heron = app.steward().await;
    let all = (0..8).map(|n| {
        let body = json!({ "week": "2026-W19", "words": format!("device {n}") });
        let heron = &heron;
        async move { heron.put(GOAL, MAKE, &body).await.status }
    });
    let mut statuses = futures_util::future::join_all(all).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 412, 412, 412, 412, 412, 412, 412]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_is_nobody_elses_to_touch() {
    let app = TestApp::new().await;
    let [heron, wren] = &*app.circle_of(2).await else { panic!() };
    let other = app.steward().await;
    assert_eq!(heron.put(GOAL, MAKE, &meetings()).await.status, 201);
    let untouched = heron.get("/v1/goals").await.json();
    let stranger = |peer: Peer| async move {
        peer.put(GOAL, MAKE, &meetings()).await.is_problem(409, "conflict", &[]);
        let changed = peer.put(GOAL, &[("if-match", "*")], &meetings()).await;
        changed.is_problem(412, "precondition_failed", &[]);
        peer.delete(GOAL).await.is_problem(404, "not_found", &[]);
    };
    stranger(wren.clone()).await;
    stranger(other.clone()).await;
    assert_eq!(other.get("/v1/goals").await.json()["data"], json!([]));
    assert_eq!(heron.get("/v1/goals").await.json(), untouched);
    for (method, path) in [(Method::PUT, GOAL), (Method::DELETE, GOAL), (Method::GET, "/v1/goals")] {
        let body = meetings();
        let body = (method == Method::PUT).then_some(&body);
        let nobody = app.anonymous().send_body(method.clone(), path, MAKE, body).await;
        nobody.is_problem(401, "token_missing", &[]);
    }
    wren.suspend(&app).await;
    wren.put(&path(1), MAKE, &meetings()).await.is_problem(403, "suspended", &[]);
    assert_eq!(wren.get("/v1/goals").await.status, 200);
    heron.remove(&app).await;
    heron.delete(GOAL).await.is_problem(401, "pass_removed", &[]);
    assert_eq!(wren.get("/v1/goals").await.json()["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_it_says_so() {
    let app = TestApp::new().await;
    let heron = app.steward().await;
    app.database.cut().await;
    heron.put(GOAL, MAKE, &meetings()).await.is_problem(503, "unavailable", &[]);
    heron.get("/v1/goals").await.is_problem(503, "unavailable", &[]);
    app.database.mend().await;
    assert_eq!(heron.put(GOAL, MAKE, &meetings()).await.status, 201);
}
