//! Giving a correction, and following it by its receipt.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Desk, later, made};
use crate::support::TestApp;

#[tokio::test]
async fn anybody_corrects_a_meeting_and_follows_it_by_a_receipt() {
    let desk = Desk::new().await;
    let given = desk.give(&later()).await;
    assert_eq!(given.status, 201, "{}", given.text());
    assert_eq!(given.header("cache-control"), "no-store");
    let given = given.json();
    assert_eq!(given.as_object().unwrap().keys().collect::<Vec<_>>(), ["receipt"]);
    let receipt = given["receipt"].as_str().unwrap();
    assert_eq!(receipt.len(), 43);
    let path = format!("/v1/feedback/{receipt}");
    let waiting = desk.public().get(&path).await;
    assert_eq!((waiting.status, waiting.json()), (200, json!({ "status": "open" })));
    assert_eq!(waiting.header("cache-control"), "no-store");
    let inbox = desk.inbox("").await;
    let id = inbox["data"][0]["id"].as_str().unwrap();
    desk.app.clock.advance(TimeDelta::days(1));
    let editor = desk.app.sign_in("editor-0@example.org").await;
    let reason = json!({ "reason": "The group says that it still meets at seven." });
    let declined = editor.post(&format!("/v1/feedback/{id}/decline"), &reason).await;
    assert_eq!(declined.status, 200, "{}", declined.text());
    assert_eq!(
        desk.outcome(receipt).await,
        json!({ "status": "declined", "reason": "The group says that it still meets at seven.",
                "decided_on": "2026-05-05" })
    );
    assert_eq!(desk.public().send(Method::HEAD, &path, &[]).await.status, 200);
    // It tells no more than that: who has the receipt need not have sent it.
    assert!(!desk.public().get(&path).await.text().contains("May"));
}

#[tokio::test]
async fn an_unknown_receipt_is_404_whatever_it_looks_like() {
    let desk = Desk::new().await;
    let receipt = desk.receipt(&later()).await;
    let other = if receipt.starts_with('A') { "B" } else { "A" };
    for unknown in [format!("{other}{}", &receipt[1..]), receipt[..42].to_owned(), "x".to_owned(), "%00".to_owned()] {
        let answer = desk.public().get(&format!("/v1/feedback/{unknown}")).await;
        assert!([400, 404].contains(&answer.status), "{unknown}: {}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    desk.public().get(&format!("/v1/feedback/{receipt}?q=1")).await.is_problem(400, "invalid_parameter", &["q"]);
}

#[tokio::test]
async fn what_is_not_a_correction_is_refused_by_name_and_nothing_is_kept() {
    let desk = Desk::new().await;
    let correction = |changes: Value| json!({ "kind": "correction", "changes": changes });
    for (body, pointer) in [
        (json!({ "kind": "correction" }), "/changes"),
        (json!({ "kind": "other" }), "/words"),
        (json!({ "kind": "rumour" }), "/kind"),
        (json!({ "kind": "gone", "words": "x".repeat(2_001) }), "/words"),
        (json!({ "kind": "gone", "words": null }), "/words"),
        (json!({ "kind": "gone", "email": "me@example.org" }), "/email"),
        (json!({ "kind": "gone", "changes": { "time": "19:30" } }), "/changes"),
        (correction(json!({ "slug": "x" })), "/changes/slug"),
        (correction(json!({ "contacts": [] })), "/changes/contacts"),
        (correction(json!({ "admin_notes": null })), "/changes/admin_notes"),
        (correction(json!({ "published": false })), "/changes/published"),
        (correction(json!({ "intergroup_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b" })), "/changes/intergroup_id"),
        (correction(json!({ "location_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b" })), "/changes/location_id"),
        (correction(json!({ "day": 7 })), "/changes/day"),
        (correction(json!({ "name": null })), "/changes/name"),
        (correction(json!({ "time": null })), "/changes/time"),
        (correction(json!({ "types": ["O", "C"] })), "/changes/types"),
        (
            correction(json!({ "conference": { "url": "https://chat.example.org/", "phone": "+13125550100" } })),
            "/changes/conference/url",
        ),
        (correction(json!({ "conference": null })), "/changes/location_id"),
        (correction(json!({ "time": "19:00" })), "/changes"),
    ] {
        let refused = desk.give(&body).await;
        refused.is_content_problem("invalid_content", &[pointer]);
    }
    let path = format!("{}/feedback", desk.path());
    desk.public().send_body(Method::POST, &path, &[], None).await.is_problem(400, "malformed_request", &[]);
    desk.public().post(&format!("{path}?who=me"), &later()).await.is_problem(400, "invalid_parameter", &["who"]);
    assert_eq!(desk.inbox("").await, json!({ "data": [] }));
}

#[tokio::test]
async fn a_meeting_with_a_place_may_lose_its_link() {
    let desk = Desk::new().await;
    let place = json!({ "name": "Old Mill Hall", "address": "5 Mill Street", "city": "Lantern", "latitude": 41.9,
                        "longitude": -87.6 });
    let place = desk.editor.post("/v1/intergroups/lantern/locations", &place).await.json();
    let moved = desk.editor.patch(&desk.path(), 1, &json!({ "location_id": place["id"] })).await;
    assert_eq!(moved.status, 200, "{}", moved.text());
    let given = desk.given(&json!({ "kind": "correction", "changes": { "conference": null } })).await;
    let item = desk.inbox("").await["data"][0].clone();
    let change = json!([{ "field": "conference", "now": { "url": "https://zoom.us/j/123456789" } }]);
    assert_eq!(item["changes"], change);
    assert_eq!(desk.editor.poke(&format!("{given}/accept")).await.status, 200);
    assert_eq!(desk.now().await["attendance"], "in_person");
}

#[tokio::test]
async fn a_meeting_that_nobody_sees_takes_no_correction() {
    let desk = Desk::new().await;
    let give = async |id: &str| desk.public().post(&format!("/v1/meetings/{id}/feedback"), &later()).await;
    give("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b").await.is_problem(404, "not_found", &[]);
    give("nightcap").await.is_problem(404, "not_found", &[]);
    let hidden = json!({ "name": "Hidden", "day": 1, "time": "19:00", "published": false });
    let hidden = desk.editor.post("/v1/intergroups/lantern/meetings", &hidden).await.json();
    give(hidden["id"].as_str().unwrap()).await.is_problem(404, "not_found", &[]);
    let other = made(&desk.editor, "Other").await;
    assert_eq!(desk.editor.delete(&format!("{}?replaced_by={other}", desk.path()), 1).await.status, 204);
    let gone = give(&desk.meeting).await;
    gone.is_problem(410, "gone", &[]);
    assert_eq!(gone.json()["replaced_by"], *other);
}

#[tokio::test]
async fn one_that_went_a_moment_ago_is_gone_too() {
    let desk = Desk::new().await;
    // The node may not have heard of it yet.
    desk.app.as_owner_unseen("UPDATE directory.meetings SET deleted_at = now()").await;
    desk.give(&later()).await.is_problem(410, "gone", &[]);
}

#[tokio::test]
async fn an_address_sends_five_an_hour() {
    let desk = Desk::of(TestApp::with_limits().await).await;
    let path = format!("{}/feedback", desk.path());
    let give = async |address: &str| {
        let headers = [("x-forwarded-for", address)];
        desk.public().send_body(Method::POST, &path, &headers, Some(&later())).await
    };
    for left in (0..5).rev() {
        let given = give("203.0.113.1").await;
        assert_eq!((given.status, given.header("ratelimit")), (201, &*format!("\"feedback\";r={left};t=3600")));
    }
    let refused = give("203.0.113.1").await;
    refused.is_problem(429, "too_many_requests", &[]);
    assert_eq!(refused.header("retry-after"), "720");
    assert_eq!(give("203.0.113.2").await.status, 201);
    desk.app.clock.advance(TimeDelta::minutes(12));
    assert_eq!(give("203.0.113.1").await.status, 201);
}

#[tokio::test]
async fn so_much_waits_of_a_meeting_and_of_an_office_and_no_more() {
    let desk = Desk::new().await;
    let gone = json!({ "kind": "gone" });
    let answers = futures_util::future::join_all((0..25).map(|_| desk.give(&gone))).await;
    let taken = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(taken, 20);
    for full in answers.iter().filter(|answer| answer.status != 201) {
        full.is_problem(429, "too_many_requests", &[]);
        assert_eq!(full.header("retry-after"), "3600");
        assert!(full.json()["detail"].as_str().unwrap().contains("of this meeting"));
    }
    // An answer makes room for another.
    let first = desk.inbox("limit=1").await["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.editor.poke(&format!("/v1/feedback/{first}/decline")).await.status, 200);
    assert_eq!(desk.give(&gone).await.status, 201);
    let other = made(&desk.editor, "Other").await;
    let fill = "INSERT INTO directory.feedback (id, intergroup_id, meeting_id, receipt_hash, kind, meeting_version, created_at)
                SELECT gen_random_uuid(), m.intergroup_id, m.id, sha256(n::text::bytea), 'gone', 1, now()
                FROM directory.meetings m, generate_series(1, 980) n WHERE m.slug = 'nightcap'";
    desk.app.as_owner(fill).await;
    let full = desk.public().post(&format!("/v1/meetings/{other}/feedback"), &gone).await;
    full.is_problem(429, "too_many_requests", &[]);
    assert!(full.json()["detail"].as_str().unwrap().contains("write to the office"));
}

#[tokio::test]
async fn with_the_database_away_it_is_said_and_the_directory_stays() {
    let desk = Desk::new().await;
    desk.app.database.cut().await;
    desk.give(&later()).await.is_problem(503, "unavailable", &[]);
    let unknown = desk.public().get(&format!("/v1/feedback/{}", "A".repeat(43))).await;
    unknown.is_problem(503, "unavailable", &[]);
    assert_eq!(desk.public().get(&desk.path()).await.status, 200);
    desk.app.database.mend().await;
}

#[tokio::test]
async fn a_page_of_another_origin_may_send_one() {
    let desk = Desk::new().await;
    let preflight = desk.public().send(Method::OPTIONS, &format!("{}/feedback", desk.path()), &[]).await;
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (204, "*"));
    assert_eq!(preflight.header("access-control-allow-methods"), "POST, OPTIONS");
    assert!(preflight.header("access-control-allow-headers").contains("Content-Type"));
}
