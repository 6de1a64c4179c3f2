//! Looking after a circle: removing, sharing, succession.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::json;

use crate::support::{Peer, TestApp, circle_body, device_id, device_key, join_body};

fn pass(peer: &Peer) -> String {
    format!("/v1/circles/self/passes/{}", peer.pass_id)
}

/// Who looks after the circle, as somebody in it sees.
async fn stewards(peer: &Peer) -> Vec<String> {
    let circle = peer.get("/v1/circles/self").await.json();
    let stewards = circle["passes"].as_array().unwrap().iter().filter(|pass| pass["steward"] == true);
    let mut stewards: Vec<String> = stewards.map(|pass| pass["id"].as_str().unwrap().to_owned()).collect();
    stewards.sort_unstable();
    stewards
}

fn ids(peers: &[&Peer]) -> Vec<String> {
    let mut ids: Vec<String> = peers.iter().map(|peer| peer.pass_id.clone()).collect();
    ids.sort_unstable();
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn a_steward_removes_somebody_whom_nobody_sees_any_more() {
    let app = TestApp::new().await;
    let (peers, other) = (app.circle_of(3).await, app.steward().await);
    let label = json!({ "kind": "win", "label": "up early" });
    assert_eq!(peers[1].put(&format!("/v1/milestones/{}", device_id(1)), &[], &label).await.status, 201);
    peers[2].delete(&pass(&peers[1])).await.is_problem(403, "forbidden", &[]);
    other.delete(&pass(&peers[1])).await.is_problem(404, "not_found", &[]);
    peers[0].delete(&pass(&other)).await.is_problem(404, "not_found", &[]);
    peers[0].delete("/v1/circles/self/passes/x").await.is_problem(404, "not_found", &[]);
    peers[0].delete(&pass(&peers[0])).await.is_problem(409, "conflict", &[]);
    let removed = peers[0].delete(&pass(&peers[1])).await;
    assert_eq!((removed.status, removed.json()), (200, json!({ "support": { "href": "/v1/help-lines" } })));
    peers[0].delete(&pass(&peers[1])).await.is_problem(404, "not_found", &[]);
    let circle = peers[2].get("/v1/circles/self").await.json();
    assert_eq!((&circle["circle"]["taken"], circle["passes"].as_array().unwrap().len()), (&json!(2), 2));
    assert_eq!(peers[2].get("/v1/milestones").await.json()["data"], json!([]));
    let answer = format!("/v1/milestones/{}/answers/1", device_id(1));
    peers[2].put(&answer, &[], &json!({ "reaction": "with_you" })).await.is_problem(404, "not_found", &[]);
    // They may sign in to fetch what they wrote, for 30 days, and do nothing else.
    peers[1].again(&app).await.get("/v1/milestones").await.is_problem(401, "pass_removed", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_that_was_freed_is_taken_under_another_alias_also_by_the_same_person() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let mut body = circle_body(&member.vouchers[0], &device_key(900));
    body["seats"] = 2.into();
    let steward = Peer::of(app.anonymous(), "", &app.anonymous().post("/v1/circles", &body).await);
    let peer = app.peer_of(&steward).await;
    let code = steward.invite().await;
    let join = async |code: &str, key: &str| app.anonymous().post("/v1/passes", &join_body(code, key)).await;
    join(&code, &device_key(901)).await.is_problem(409, "circle_full", &[]);
    assert_eq!(steward.delete(&pass(&peer)).await.status, 200);
    // What was open went with them.
    join(&code, &device_key(901)).await.is_content_problem("invalid_content", &["/invitation"]);
    let code = steward.invite().await;
    // The key is the removed pass's still; another is taken.
    join(&code, &peer.pass_key).await.is_content_problem("invalid_content", &["/pass_key"]);
    let back = join(&code, &device_key(901)).await;
    assert_eq!(back.status, 201, "{}", back.text());
    let back = Peer::of(app.anonymous(), "", &back);
    assert_ne!((&back.alias, &back.pass_id), (&peer.alias, &peer.pass_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_and_who_is_removed_at_once_never_fill_more_seats_than_there_are() {
    let app = TestApp::new().await;
    let peers = app.circle_of(12).await;
    let mut codes = Vec::new();
    for _ in 0..8 {
        codes.push(peers[0].invite().await);
    }
    let joins = codes.iter().zip(1000..).map(|(code, number)| {
        let caller = app.anonymous();
        async move { caller.post("/v1/passes", &join_body(code, &device_key(number))).await.status }
    });
    let removals = peers[1..5].iter().map(|peer| {
        let steward = peers[0].clone();
        async move { steward.delete(&pass(peer)).await.status }
    });
    let (joined, removed) =
        futures_util::join!(futures_util::future::join_all(joins), futures_util::future::join_all(removals));
    assert_eq!(removed, [200, 200, 200, 200]);
    // Full, or taken back with one who was removed.
    assert!(joined.iter().all(|status| [201, 409, 422].contains(status)), "{joined:?}");
    let came = joined.iter().filter(|status| **status == 201).count();
    let circle = peers[0].get("/v1/circles/self").await.json();
    assert_eq!(circle["circle"]["taken"], json!(8 + came));
    assert!(came <= 4);
    let aliases: BTreeSet<&str> =
        circle["passes"].as_array().unwrap().iter().map(|pass| pass["alias"].as_str().unwrap()).collect();
    assert_eq!(aliases.len(), 8 + came);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_care_is_shared_and_of_two_who_remove_one_another_one_is_late() {
    let app = TestApp::new().await;
    let (peers, other) = (app.circle_of(3).await, app.steward().await);
    let share = async |from: &Peer, with: &Peer| from.bearer.poke(&format!("{}/steward", pass(with))).await;
    share(&peers[1], &peers[1]).await.is_problem(403, "forbidden", &[]);
    share(&peers[0], &other).await.is_problem(404, "not_found", &[]);
    for _ in 0..2 {
        assert_eq!(share(&peers[0], &peers[1]).await.status, 200);
    }
    assert_eq!(stewards(&peers[2]).await, ids(&[&peers[0], &peers[1]]));
    let (first_path, second_path) = (pass(&peers[1]), pass(&peers[0]));
    let (first, second) = futures_util::join!(peers[0].delete(&first_path), peers[1].delete(&second_path));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    assert_eq!(stewards(&peers[2]).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_no_steward_left_all_are() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    assert_eq!(peers[0].delete("/v1/passes/self").await.status, 200);
    assert_eq!(stewards(&peers[1]).await, ids(&[&peers[1], &peers[2]]));
    assert_eq!(peers[1].get("/v1/passes/self").await.json()["pass"]["steward"], true);
    let newcomer = app.anonymous().post("/v1/passes", &join_body(&peers[1].invite().await, &device_key(900))).await;
    assert_eq!(newcomer.json()["pass"]["steward"], true);
    // Two take it up for good; then the others do not have it any more.
    let share = peers[1].bearer.poke(&format!("{}/steward", pass(&peers[2]))).await;
    assert_eq!(share.status, 200, "{}", share.text());
    assert_eq!(stewards(&peers[1]).await, ids(&[&peers[1], &peers[2]]));
    let newcomer = Peer::of(app.anonymous(), "", &newcomer);
    newcomer.delete(&pass(&peers[2])).await.is_problem(403, "forbidden", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_every_steward_away_for_60_days_all_are_until_one_is_back() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    app.clock.advance(TimeDelta::days(59));
    let peer = peers[1].again(&app).await;
    assert_eq!(stewards(&peer).await, ids(&[&peers[0]]));
    app.clock.advance(TimeDelta::days(15));
    let peer = peers[1].again(&app).await;
    assert_eq!(stewards(&peer).await, ids(&[&peers[0], &peers[1], &peers[2]]));
    assert_eq!(peer.delete(&pass(&peers[2])).await.status, 200);
    // Back again, they look after it, and nothing that was done is undone.
    let steward = peers[0].again(&app).await;
    assert_eq!(stewards(&peer).await, ids(&[&peers[0]]));
    peer.delete(&pass(&peers[0])).await.is_problem(403, "forbidden", &[]);
    assert_eq!(steward.get("/v1/circles/self").await.json()["circle"]["taken"], 2);
}
