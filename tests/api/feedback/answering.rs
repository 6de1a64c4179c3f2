//! Accepting and declining.

use openchair::auth::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Desk, later};

#[tokio::test]
async fn accepting_changes_the_meeting_with_its_history_and_is_told() {
    let desk = Desk::new().await;
    let receipt = desk.receipt(&later()).await;
    let id = desk.inbox("").await["data"][0]["id"].as_str().unwrap().to_owned();
    let accepted = desk.editor.poke(&format!("/v1/feedback/{id}/accept")).await;
    assert_eq!(accepted.status, 200, "{}", accepted.text());
    assert_eq!(accepted.header("cache-control"), "no-store");
    let item = accepted.json();
    assert_eq!((&item["status"], &item["decided_at"]), (&json!("accepted"), &json!("2026-05-04T17:00:00Z")));
    assert_eq!(item["stale"], false);
    // The node that answered shows it.
    let public = desk.public().json(&desk.path()).await;
    assert_eq!((&public["time"], &public["version"]), (&json!("19:30"), &json!(2)));
    let history = desk.editor.get(&format!("{}/history", desk.path())).await.json();
    assert_eq!(history["data"][0]["changed"], json!(["time"]));
    assert_eq!(history["data"][0]["by"], "office");
    assert_eq!(desk.outcome(&receipt).await, json!({ "status": "accepted", "decided_on": "2026-05-04" }));
    // Who decided, owners find; the words they do not.
    let owner = desk.app.admin(desk.office, Role::Owner).await;
    let audit = owner.get(&format!("/v1/intergroups/lantern/audit?meeting_id={}", desk.meeting)).await;
    let lines = audit.json()["data"].clone();
    assert_eq!((&lines[0]["entity"], &lines[0]["op"]), (&json!("feedback"), &json!("update")));
    assert_eq!((&lines[0]["entity_id"], &lines[0]["meeting_id"]), (&json!(id), &json!(desk.meeting)));
    assert!(lines[0]["by"]["email"].as_str().unwrap().starts_with("editor"));
    assert_eq!(lines[0]["after"], json!({ "kind": "correction", "status": "accepted" }));
    assert_eq!(lines[1]["entity"], "meeting");
    assert!(!audit.text().contains("moved in May"));
}

#[tokio::test]
async fn gone_deletes_and_still_right_verifies() {
    let desk = Desk::new().await;
    let right = desk.given(&json!({ "kind": "still_right" })).await;
    assert_eq!(desk.editor.poke(&format!("{right}/accept")).await.status, 200);
    let meeting = desk.public().json(&desk.path()).await;
    assert_eq!((&meeting["verified_on"], &meeting["version"]), (&json!("2026-05-04"), &json!(1)));
    let gone = desk.given(&json!({ "kind": "gone", "words": "The door was locked." })).await;
    let accepted = desk.editor.poke(&format!("{gone}/accept")).await;
    assert_eq!((accepted.status, &accepted.json()["meeting"]["deleted"]), (200, &json!(true)));
    desk.public().get(&desk.path()).await.is_problem(410, "gone", &[]);
    assert_eq!(desk.editor.poke(&format!("{}/restore", desk.path())).await.status, 200);
}

#[tokio::test]
async fn words_alone_change_nothing_and_are_answered_all_the_same() {
    let desk = Desk::new().await;
    let receipt = desk.receipt(&json!({ "kind": "other", "words": "The bell is broken." })).await;
    let id = desk.inbox("").await["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.editor.post(&format!("/v1/feedback/{id}/accept"), &json!({})).await.status, 200);
    assert_eq!(desk.now().await["version"], 1);
    assert_eq!(desk.outcome(&receipt).await["status"], "accepted");
}

#[tokio::test]
async fn what_is_declined_changes_nothing() {
    let desk = Desk::new().await;
    let given = desk.given(&later()).await;
    for wrong in [json!({ "reason": " " }), json!({ "reason": "two\nlines" }), json!({ "reason": "x".repeat(501) })] {
        desk.editor.post(&format!("{given}/decline"), &wrong).await.is_content_problem("invalid_content", &["/reason"]);
    }
    let wrong = desk.editor.post(&format!("{given}/decline"), &json!({ "changes": {} })).await;
    wrong.is_content_problem("invalid_content", &["/changes"]);
    let declined = desk.editor.post(&format!("{given}/decline"), &json!({ "reason": "Not so." })).await;
    assert_eq!((declined.status, &declined.json()["reason"]), (200, &json!("Not so.")));
    assert_eq!((&desk.now().await["time"], &desk.now().await["version"]), (&json!("19:00"), &json!(1)));
}

#[tokio::test]
async fn an_office_may_do_something_else_than_was_proposed() {
    let desk = Desk::new().await;
    let given = desk.given(&later()).await;
    let instead = json!({ "changes": { "time": "20:00", "notes": "Since May.", "admin_notes": "asked Kit" } });
    let accepted = desk.editor.post(&format!("{given}/accept"), &instead).await;
    assert_eq!(accepted.status, 200, "{}", accepted.text());
    let now = desk.now().await;
    assert_eq!(
        (&now["time"], &now["notes"], &now["admin_notes"]),
        (&json!("20:00"), &json!("Since May."), &json!("asked Kit"))
    );
    let given = desk.given(&json!({ "kind": "gone" })).await;
    let wrong = json!({ "changes": { "day": 9, "version": 3 }, "reason": "x" });
    let refused = desk.editor.post(&format!("{given}/accept"), &wrong).await;
    refused.is_content_problem("invalid_content", &["/reason"]);
    let refused = desk.editor.post(&format!("{given}/accept"), &json!({ "changes": wrong["changes"] })).await;
    assert_eq!(refused.status, 422);
    let mut pointers: Vec<String> = refused.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["pointer"].as_str().unwrap().to_owned())
        .collect();
    pointers.sort();
    assert_eq!(pointers, ["/changes/day", "/changes/version"]);
    let online = json!({ "changes": { "conference": { "phone": "+13125550100" }, "notes": null } });
    assert_eq!(desk.editor.post(&format!("{given}/accept"), &online).await.status, 200);
    let now = desk.now().await;
    assert_eq!((&now["state"], &now["conference"]["phone"]), (&json!("published"), &json!("+13125550100")));
    assert!(now.get("notes").is_none());
}

#[tokio::test]
async fn nothing_is_moved_to_another_office_by_accepting() {
    let desk = Desk::new().await;
    let harbor = desk.app.office("harbor", chrono_tz::America::New_York).await;
    let given = desk.given(&later()).await;
    let instead = json!({ "changes": { "intergroup_id": harbor } });
    desk.editor.post(&format!("{given}/accept"), &instead).await.is_problem(403, "forbidden", &[]);
    assert_eq!(desk.now().await["version"], 1);
    assert_eq!(desk.inbox("status=open").await["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_does_not_fit_any_more_is_told_and_stays_open() {
    let desk = Desk::new().await;
    // Where a place is, the link may go.
    let place = json!({ "name": "Old Mill Hall", "address": "5 Mill Street", "latitude": 41.9, "longitude": -87.6 });
    let place = desk.editor.post("/v1/intergroups/lantern/locations", &place).await.json();
    let patch = json!({ "location_id": place["id"] });
    assert_eq!(desk.editor.patch(&desk.path(), 1, &patch).await.status, 200);
    let given = desk.given(&json!({ "kind": "correction", "changes": { "conference": null } })).await;
    assert_eq!(desk.editor.patch(&desk.path(), 2, &json!({ "location_id": null })).await.status, 200);
    let before = desk.app.revision().await;
    let refused = desk.editor.poke(&format!("{given}/accept")).await;
    refused.is_content_problem("invalid_content", &["/changes/location_id"]);
    assert_eq!(desk.app.revision().await, before);
    assert_eq!(desk.inbox("status=open").await["data"].as_array().unwrap().len(), 1);
    assert_eq!(desk.now().await["version"], 3);
}

#[tokio::test]
async fn of_two_answers_at_once_one_stands() {
    let desk = Desk::new().await;
    let receipt = desk.receipt(&later()).await;
    let given = format!("/v1/feedback/{}", desk.inbox("").await["data"][0]["id"].as_str().unwrap());
    let (accept, decline) = (format!("{given}/accept"), format!("{given}/decline"));
    let answers = tokio::join!(desk.editor.poke(&accept), desk.editor.poke(&accept), desk.editor.poke(&decline));
    let mut statuses = [answers.0.status, answers.1.status, answers.2.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
    let accepted = answers.2.status == 409;
    let expected = if accepted { ("accepted", 2) } else { ("declined", 1) };
    let status = desk.outcome(&receipt).await["status"].as_str().unwrap().to_owned();
    assert_eq!((&*status, desk.now().await["version"].as_i64().unwrap()), expected);
    let late = desk.editor.post(&decline, &json!({ "reason": "too late" })).await;
    late.is_problem(409, "conflict", &[]);
    assert!(desk.outcome(&receipt).await.get("reason").is_none());
}

#[tokio::test]
async fn an_answer_that_is_sent_again_is_given_once() {
    let desk = Desk::new().await;
    let given = desk.given(&later()).await;
    let accept = async |key: &str| {
        let headers = [("idempotency-key", key)];
        desk.editor.send(Method::POST, &format!("{given}/accept"), &headers, None).await
    };
    let first = accept("mine").await;
    assert_eq!(first.status, 200, "{}", first.text());
    let again = accept("mine").await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, "true"));
    assert_eq!(again.json(), first.json());
    accept("another").await.is_problem(409, "conflict", &[]);
    assert_eq!(desk.now().await["version"], 2);
}

#[tokio::test]
async fn a_proposal_that_came_true_meanwhile_makes_no_version() {
    let desk = Desk::new().await;
    let given = desk.given(&later()).await;
    assert_eq!(desk.editor.patch(&desk.path(), 1, &json!({ "time": "19:30" })).await.status, 200);
    let item: Value = desk.inbox("").await["data"][0].clone();
    assert_eq!(item["stale"], true);
    assert_eq!(desk.editor.poke(&format!("{given}/accept")).await.status, 200);
    assert_eq!(desk.now().await["version"], 2);
}
