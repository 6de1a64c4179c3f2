//! Answering check-ins, goals and milestones.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor};

use crate::support::{Peer, TestApp, device_id};

/// A milestone of somebody's, as it is answered.
async fn milestone(peer: &Peer, number: u32) -> String {
    let path = format!("/v1/milestones/{}", device_id(number));
    let made = peer.put(&path, &[], &json!({ "kind": "win", "label": "a quiet evening" })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    format!("{path}/answers")
}

async fn answers(peer: &Peer) -> Value {
    peer.get("/v1/milestones").await.json()["data"][0]["answers"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn peers_and_the_author_answer_what_was_shared() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    let at = milestone(&peers[0], 1).await;
    let made = peers[1].put(&format!("{at}/1"), &[], &json!({ "reaction": "proud_of_you" })).await;
    assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.text());
    assert_eq!(made.json()["support"].to_string(), r#"{"href":"/v1/help-lines"}"#);
    let both = json!({ "words": "So glad", "reaction": "with_you" });
    assert_eq!(peers[1].put(&format!("{at}/2"), &[], &both).await.status, 201);
    assert_eq!(peers[0].put(&format!("{at}/1"), &[], &json!({ "words": "Thank you" })).await.status, 201);
    for peer in &peers {
        let said = answers(peer).await;
        let said: Vec<_> = said.as_array().unwrap().iter().map(|a| (&a["pass_id"], &a["n"], &a["words"])).collect();
        assert_eq!(said.len(), 3);
        assert!(said.contains(&(&json!(peers[1].pass_id), &json!(1), &Value::Null)), "{said:?}");
        assert!(said.contains(&(&json!(peers[1].pass_id), &json!(2), &json!("So glad"))), "{said:?}");
        assert!(said.contains(&(&json!(peers[0].pass_id), &json!(1), &json!("Thank you"))), "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn check_ins_and_goals_are_answered_alike() {
    let app = TestApp::new().await;
    let (peers, other) = (app.circle_of(2).await, app.steward().await);
    let id = device_id(7);
    let rows = format!(
        "INSERT INTO circles.check_ins (id, pass_id, day, version, marks) VALUES ('{id}', '{pass}', '2026-05-04', 1, '');
         INSERT INTO circles.goals (id, pass_id, week, version, marks) VALUES ('{id}', '{pass}', '2026-05-04', 1, '')",
        pass = peers[0].pass_id
    );
    app.database.owner().await.execute(AssertSqlSafe(rows)).await.unwrap();
    let body = json!({ "reaction": "been_there" });
    for (kind, n) in [("check-ins", 1), ("goals", 2)] {
        let at = format!("/v1/{kind}/{id}/answers/{n}");
        assert_eq!(peers[1].put(&at, &[], &body).await.status, 201, "{kind}");
        assert_eq!(peers[1].put(&at, &[], &body).await.status, 200, "{kind}");
        other.put(&at, &[], &body).await.is_problem(404, "not_found", &[]);
        // Of the other two kinds there is none of that id for it.
        let elsewhere = format!("/v1/milestones/{id}/answers/{n}");
        peers[1].put(&elsewhere, &[], &body).await.is_problem(404, "not_found", &[]);
        peers[1].delete(&elsewhere).await.is_problem(404, "not_found", &[]);
        assert_eq!(peers[1].delete(&at).await.status, 200, "{kind}");
        peers[1].delete(&at).await.is_problem(404, "not_found", &[]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_may_be_sent_again_changed_and_taken_away() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let at = format!("{}/5", milestone(&peers[0], 1).await);
    let body = json!({ "words": "Well done" });
    let version = peers[1].put(&at, &[], &body).await.json()["version"].as_i64().unwrap();
    let again = peers[1].put(&at, &[("if-match", "\"1\"")], &body).await;
    assert_eq!((again.status, again.json()["version"].as_i64()), (200, Some(version)));
    let changed = json!({ "reaction": "with_you" });
    peers[1].put(&at, &[("if-match", "\"1\"")], &changed).await.is_problem(412, "precondition_failed", &[]);
    let kept = peers[1].put(&at, &[], &changed).await.json();
    assert_eq!((kept["version"].as_i64(), kept.get("words")), (Some(version + 1), None));
    let stale = peers[1].bearer.send(Method::DELETE, &at, &[("if-match", "\"1\"")], None).await;
    stale.is_problem(412, "precondition_failed", &[]);
    // What it answers is taken away; the answer is its author's all the same.
    let milestone = at.split("/answers").next().unwrap();
    assert_eq!(peers[0].delete(milestone).await.status, 200);
    peers[1].put(&at, &[], &changed).await.is_problem(404, "not_found", &[]);
    assert_eq!(peers[1].delete(&at).await.status, 200);
    peers[1].delete(&at).await.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_answer_cannot_be_is_refused_with_a_reason() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let at = milestone(&peers[0], 1).await;
    let first = format!("{at}/1");
    for (body, pointers) in [
        (json!({}), &[""][..]),
        (json!({ "words": "" }), &["/words"]),
        (json!({ "words": "a".repeat(501) }), &["/words"]),
        (json!({ "words": "write to me@example.org" }), &["/words"]),
        (json!({ "reaction": "dislike" }), &["/reaction"]),
        (json!({ "reaction": null, "words": "x" }), &["/reaction"]),
        (json!({ "reaction": "with_you", "emoji": "x" }), &["/emoji"]),
    ] {
        peers[1].put(&first, &[], &body).await.is_content_problem("invalid_content", pointers);
    }
    let good = json!({ "words": "👍🏽".repeat(500) });
    assert_eq!(peers[1].put(&first, &[], &good).await.status, 201);
    for n in ["0", "6", "01", "+1", "-1", "x", "99999999999"] {
        peers[1].put(&format!("{at}/{n}"), &[], &good).await.is_problem(400, "invalid_parameter", &["n"]);
    }
    // What there is to answer is asked before what is wrong with the answer.
    let nothing = format!("/v1/milestones/{}/answers/1", device_id(99));
    peers[1].put(&nothing, &[], &json!({})).await.is_problem(404, "not_found", &[]);
    app.steward().await.put(&first, &[], &json!({})).await.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_devices_at_once_each_is_answered_and_one_answer_is_there() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let at = format!("{}/1", milestone(&peers[0], 1).await);
    let all = (0..6).map(|number| {
        let (peer, at) = (peers[1].clone(), at.clone());
        async move { peer.put(&at, &[], &json!({ "words": format!("{number}") })).await.status }
    });
    let mut statuses = futures_util::future::join_all(all).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 201]);
    assert_eq!(answers(&peers[0]).await.as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_new_counts_toward_the_posts_of_a_day() {
    let app = TestApp::with_limits().await;
    let peers = app.circle_of(2).await;
    let good = json!({ "reaction": "with_you" });
    let mut items = Vec::new();
    for number in 1..=5 {
        items.push(milestone(&peers[0], number).await);
    }
    for (number, item) in items.iter().enumerate().take(4) {
        for n in 1..=5 {
            assert_eq!(peers[1].put(&format!("{item}/{n}"), &[], &good).await.status, 201, "{number} {n}");
        }
    }
    let refused = peers[1].put(&format!("{}/1", items[4]), &[], &good).await;
    refused.is_problem(429, "too_many_requests", &[]);
    assert!(refused.header("ratelimit").starts_with("\"post\";r=0"), "{}", refused.header("ratelimit"));
    // A repeat and a change go on, and what others write.
    assert_eq!(peers[1].put(&format!("{}/1", items[0]), &[], &good).await.status, 200);
    let changed = peers[1].put(&format!("{}/1", items[0]), &[], &json!({ "words": "with you" })).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(peers[0].put(&format!("{}/1", items[4]), &[], &good).await.status, 201);
    app.clock.advance(TimeDelta::minutes(10));
    peers[1].put(&format!("{}/1", items[4]), &[], &good).await.is_problem(429, "too_many_requests", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_sealed_and_says_nothing_of_what_is_in_it() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let at = milestone(&peers[0], 1).await;
    for (n, body) in [(1, json!({ "words": "canary" })), (2, json!({ "reaction": "with_you" }))] {
        assert_eq!(peers[1].put(&format!("{at}/{n}"), &[], &body).await.status, 201);
    }
    let sql = "SELECT marks, words FROM circles.answers ORDER BY n";
    let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(sql).fetch_all(&mut app.database.owner().await).await.unwrap();
    let [(marks, words), (other_marks, other_words)] = &rows[..] else { panic!("{}", rows.len()) };
    assert_eq!((marks.len(), words.len()), (other_marks.len(), other_words.len()));
    assert!(!words.windows(6).any(|bytes| bytes == b"canary"));
    // A row given the words of another answer opens for nobody.
    let swap = "UPDATE circles.answers a SET words = b.words FROM circles.answers b WHERE a.n = 2 AND b.n = 1";
    app.database.owner().await.execute(swap).await.unwrap();
    assert_eq!(peers[0].get("/v1/milestones").await.status, 500);
}
