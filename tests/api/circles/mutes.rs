//! Muting, which is silent.

use serde_json::{Value, json};

use crate::support::{Peer, TestApp, device_id};

async fn mute(peer: &Peer, other: &Peer) {
    let muted = peer.put(&format!("/v1/mutes/{}", other.pass_id), &[], &json!({})).await;
    assert_eq!(muted.status, 200, "{}", muted.text());
}

/// How many milestones, answers to the first, and nudges somebody sees.
async fn sees(peer: &Peer) -> (usize, usize, usize) {
    let len = |value: &Value| value.as_array().map_or(0, Vec::len);
    let (milestones, nudges) = (peer.get("/v1/milestones").await.json(), peer.get("/v1/nudges").await.json());
    (len(&milestones["data"]), len(&milestones["data"][0]["answers"]), len(&nudges["data"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_muted_is_not_seen_and_is_told_nothing() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    let [reader, muted, third] = [&peers[0], &peers[1], &peers[2]];
    let milestone = |number| format!("/v1/milestones/{}", device_id(number));
    let body = json!({ "kind": "win", "label": "slept well" });
    assert_eq!(reader.put(&milestone(1), &[], &body).await.status, 201);
    let answer = format!("{}/answers/1", milestone(1));
    let all = async || {
        let words = json!({ "words": "!" });
        let nudge = format!("/v1/nudges/{}/2026-05-04", reader.pass_id);
        let statuses = [
            muted.put(&milestone(2), &[], &body).await.status,
            muted.put(&answer, &[], &words).await.status,
            muted.put(&nudge, &[], &words).await.status,
        ];
        (statuses, sees(muted).await)
    };
    mute(reader, muted).await;
    let before = all().await;
    assert_eq!(before.0, [201, 201, 201]);
    // For the reader there is nothing of it; for the others everything.
    assert_eq!(sees(reader).await, (1, 0, 0));
    assert_eq!(third.get("/v1/milestones").await.json()["data"].as_array().unwrap().len(), 2);
    assert_eq!(before.1.0, 2);
    assert_eq!(before.1.2, 1);
    // Heard again, everything is there.
    let address = format!("/v1/mutes/{}", muted.pass_id);
    assert_eq!(
        reader.get("/v1/mutes").await.json()["data"],
        json!([{ "pass_id": muted.pass_id, "alias": muted.alias }])
    );
    assert_eq!(muted.get("/v1/mutes").await.json()["data"], json!([]));
    assert_eq!(reader.delete(&address).await.status, 200);
    assert_eq!(sees(reader).await.2, 1);
    assert_eq!(reader.get("/v1/milestones").await.json()["data"].as_array().unwrap().len(), 2);
    assert_eq!(all().await, ([200, 200, 200], before.1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mute_may_be_sent_again_and_is_of_ones_own_circle() {
    let app = TestApp::new().await;
    let (peers, other) = (app.circle_of(2).await, app.steward().await);
    mute(&peers[0], &peers[1]).await;
    mute(&peers[0], &peers[1]).await;
    let listed = peers[0].get("/v1/mutes").await.json();
    assert_eq!((listed["data"].as_array().unwrap().len(), listed["support"].is_object()), (1, true));
    let address = |id: &str| format!("/v1/mutes/{id}");
    for _ in 0..2 {
        assert_eq!(peers[0].delete(&address(&peers[1].pass_id)).await.status, 200);
    }
    for id in [other.pass_id.as_str(), &device_id(1), "x"] {
        peers[0].put(&address(id), &[], &json!({})).await.is_problem(404, "not_found", &[]);
        peers[0].delete(&address(id)).await.is_problem(404, "not_found", &[]);
    }
    let own = peers[0].put(&address(&peers[0].pass_id), &[], &json!({})).await;
    own.is_problem(400, "invalid_parameter", &["pass_id"]);
}
