//! Sharing milestones.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::{TestApp, device_id};

const SUPPORT: &str = r#"{"href":"/v1/help-lines"}"#;

fn at(number: u32) -> String {
    format!("/v1/milestones/{}", device_id(number))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_milestone_is_shared_with_the_circle_and_with_nobody_else() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let body = json!({ "kind": "time", "label": " 90 days " });
    let made = peers[0].put(&at(1), &[], &body).await;
    assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.text());
    let made = made.json();
    assert_eq!((&made["label"], &made["week"], &made["kind"]), (&json!("90 days"), &json!("2026-W19"), &json!("time")));
    assert_eq!((&made["alias"], made["support"].to_string()), (&json!(peers[0].alias), SUPPORT.to_owned()));
    let seen = peers[1].get("/v1/milestones").await;
    assert_eq!((seen.status, seen.header("cache-control")), (200, "no-store"));
    let seen = seen.json();
    assert_eq!(seen["support"].to_string(), SUPPORT);
    assert_eq!(seen["data"][0]["label"], "90 days");
    assert_eq!((&seen["data"][0]["answers"], seen["data"].as_array().unwrap().len()), (&json!([]), 1));
    assert!(seen.get("next_cursor").is_none());
    let other = app.steward().await;
    assert_eq!(other.get("/v1/milestones").await.json()["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_milestone_may_be_sent_again_changed_and_taken_away() {
    let app = TestApp::new().await;
    let steward = app.steward().await;
    let body = json!({ "kind": "win", "label": "I called first" });
    let made = steward.put(&at(1), &[], &body).await.json();
    let version = made["version"].as_i64().unwrap();
    // Sent again as it was, even with a version that is not the present one.
    for headers in [&[][..], &[("if-match", "\"1\"")]] {
        let again = steward.put(&at(1), headers, &body).await;
        assert_eq!((again.status, again.json()["version"].as_i64()), (200, Some(version)));
    }
    app.clock.advance(TimeDelta::days(7));
    let steward = steward.again(&app).await;
    let changed = json!({ "kind": "win", "label": "I called first, twice" });
    steward.put(&at(1), &[("if-match", "\"1\"")], &changed).await.is_problem(412, "precondition_failed", &[]);
    steward.put(&at(2), &[("if-match", "*")], &changed).await.is_problem(412, "precondition_failed", &[]);
    let tag = format!("\"{version}\"");
    let kept = steward.put(&at(1), &[("if-match", &tag)], &changed).await;
    assert_eq!((kept.status, kept.json()["version"].as_i64()), (200, Some(version + 1)));
    // It stays in its week.
    assert_eq!(kept.json()["week"], "2026-W19");
    let headers = [("if-match", tag.as_str())];
    let stale = steward.bearer.send(reqwest::Method::DELETE, &at(1), &headers, None).await;
    stale.is_problem(412, "precondition_failed", &[]);
    assert_eq!(steward.delete(&at(1)).await.status, 200);
    steward.delete(&at(1)).await.is_problem(404, "not_found", &[]);
    assert_eq!(steward.get("/v1/milestones").await.json()["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_milestone_cannot_be_is_refused_with_a_reason() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let good = json!({ "kind": "time", "label": "one year" });
    for (body, pointers) in [
        (json!({}), &["/kind", "/label"][..]),
        (json!({ "kind": "date", "label": "one year" }), &["/kind"]),
        (json!({ "kind": "time", "label": "" }), &["/label"]),
        (json!({ "kind": "time", "label": "a".repeat(81) }), &["/label"]),
        (json!({ "kind": "time", "label": "one\nyear" }), &["/label"]),
        (json!({ "kind": "time", "label": "see example.com" }), &["/label"]),
        (json!({ "kind": "time", "label": null }), &["/label"]),
        (json!({ "kind": "time", "label": "one year", "date": "2025-05-04" }), &["/date"]),
    ] {
        peers[0].put(&at(1), &[], &body).await.is_content_problem("invalid_content", pointers);
    }
    let label = "é".repeat(80);
    assert_eq!(peers[0].put(&at(9), &[], &json!({ "kind": "time", "label": label })).await.status, 201);
    // An id that tells when it was drawn; one that is none.
    let v7 = "/v1/milestones/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
    peers[0].put(v7, &[], &good).await.is_problem(400, "invalid_parameter", &["milestone_id"]);
    peers[0].put("/v1/milestones/1", &[], &good).await.is_problem(404, "not_found", &[]);
    peers[0].put(&format!("{}?x=1", at(1)), &[], &good).await.is_problem(400, "invalid_parameter", &["x"]);
    // Somebody else's, in this circle or another.
    let others = [app.steward().await, peers[1].clone()];
    assert_eq!(peers[0].put(&at(1), &[], &good).await.status, 201);
    for other in others {
        other.put(&at(1), &[], &good).await.is_problem(409, "conflict", &[]);
        other.delete(&at(1)).await.is_problem(404, "not_found", &[]);
    }
    for query in ["limit=0", "limit=101", "cursor=x", "cursor=2026-W19_1"] {
        let name = query.split('=').next().unwrap();
        peers[0].get(&format!("/v1/milestones?{query}")).await.is_problem(400, "invalid_parameter", &[name]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn milestones_come_in_pages_the_latest_weeks_first() {
    let app = TestApp::new().await;
    let mut steward = app.steward().await;
    for number in 1..=5 {
        let body = json!({ "kind": "win", "label": format!("win {number}") });
        assert_eq!(steward.put(&at(number), &[], &body).await.status, 201);
        if number % 2 == 0 {
            app.clock.advance(TimeDelta::days(7));
            steward = steward.again(&app).await;
        }
    }
    let (mut labels, mut path) = (Vec::new(), "/v1/milestones?limit=2".to_owned());
    loop {
        let page = steward.get(&path).await;
        let (link, page) = (page.header("link").to_owned(), page.json());
        let data = page["data"].as_array().unwrap();
        labels.extend(data.iter().map(|milestone| milestone["label"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        assert!(link.ends_with("rel=\"next\"") && link.contains(cursor), "{link}");
        path = format!("/v1/milestones?limit=2&cursor={cursor}");
    }
    assert_eq!(labels, ["win 5", "win 4", "win 3", "win 2", "win 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_devices_at_once_each_is_answered_and_one_milestone_is_there() {
    let app = TestApp::new().await;
    let steward = app.steward().await;
    let all = (0..6).map(|number| {
        let steward = steward.clone();
        async move { steward.put(&at(1), &[], &json!({ "kind": "win", "label": format!("{number}") })).await.status }
    });
    let mut statuses = futures_util::future::join_all(all).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 200, 201]);
    assert_eq!(steward.get("/v1/milestones").await.json()["data"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_milestone_is_stored_in_clear() {
    let app = TestApp::new().await;
    let steward = app.steward().await;
    for (number, kind) in [(1, "time"), (2, "win")] {
        let body = json!({ "kind": kind, "label": "canary in the mine" });
        assert_eq!(steward.put(&at(number), &[], &body).await.status, 201);
    }
    let sql = "SELECT marks, words FROM circles.milestones";
    let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(sql).fetch_all(&mut app.database.owner().await).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].0.len(), rows[1].0.len());
    for (marks, words) in rows {
        assert!(!words.windows(6).any(|bytes| bytes == b"canary"));
        assert!(!marks.windows(3).any(|bytes| bytes == b"{\"k"));
    }
}
