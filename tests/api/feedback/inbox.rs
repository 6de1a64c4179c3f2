//! The office's inbox, and who may read and answer it.

use openchair::auth::Role;
use serde_json::{Value, json};

use super::{Desk, later, made};
use crate::support::Bearer;

#[tokio::test]
async fn each_proposed_field_stands_beside_what_the_meeting_says() {
    let desk = Desk::new().await;
    let changes = json!({ "time": "19:30", "end_time": "21:00", "notes": "Ring twice." });
    desk.receipt(&json!({ "kind": "correction", "changes": changes })).await;
    let item = desk.inbox("").await["data"][0].clone();
    assert_eq!(
        item["meeting"],
        json!({ "id": desk.meeting, "slug": "nightcap", "name": "Nightcap", "deleted": false })
    );
    assert_eq!((&item["kind"], &item["status"], &item["stale"]), (&json!("correction"), &json!("open"), &json!(false)));
    assert_eq!(item["created_at"], "2026-05-04T17:00:00Z");
    let changes = json!([
        { "field": "end_time", "now": "20:00", "proposed": "21:00" },
        { "field": "notes", "proposed": "Ring twice." },
        { "field": "time", "now": "19:00", "proposed": "19:30" },
    ]);
    assert_eq!(item["changes"], changes);
    // A change of something else does not concern it; one of the same does.
    assert_eq!(desk.editor.patch(&desk.path(), 1, &json!({ "name": "Late" })).await.status, 200);
    let item = desk.inbox("").await["data"][0].clone();
    assert_eq!((&item["stale"], &item["meeting"]["name"]), (&json!(false), &json!("Late")));
    assert_eq!(desk.editor.patch(&desk.path(), 2, &json!({ "notes": "Knock." })).await.status, 200);
    let item = desk.inbox("").await["data"][0].clone();
    assert_eq!((&item["stale"], &item["changes"][1]["now"]), (&json!(true), &json!("Knock.")));
}

#[tokio::test]
async fn pages_hold_together_and_statuses_are_told_apart() {
    let desk = Desk::new().await;
    for number in 0..7 {
        desk.receipt(&json!({ "kind": "other", "words": format!("Words {number}") })).await;
    }
    let words = |page: &Value| -> Vec<String> {
        page["data"].as_array().unwrap().iter().map(|one| one["words"].as_str().unwrap().to_owned()).collect()
    };
    let first = desk.editor.get("/v1/intergroups/lantern/feedback?status=open&limit=3").await;
    assert_eq!(first.header("cache-control"), "no-store");
    let cursor = first.json()["next_cursor"].as_str().unwrap().to_owned();
    assert!(first.header("link").contains(&format!("status=open&limit=3&cursor={cursor}")));
    assert_eq!(words(&first.json()), ["Words 6", "Words 5", "Words 4"]);
    // One that comes meanwhile shifts nothing.
    desk.receipt(&json!({ "kind": "other", "words": "Words 7" })).await;
    let second = desk.inbox(&format!("status=open&limit=3&cursor={cursor}")).await;
    assert_eq!(words(&second), ["Words 3", "Words 2", "Words 1"]);
    let next = second["next_cursor"].as_str().unwrap();
    for filter in ["", "status=declined&"] {
        let other = desk.editor.get(&format!("/v1/intergroups/lantern/feedback?{filter}cursor={next}")).await;
        other.is_problem(400, "invalid_parameter", &["cursor"]);
    }
    let third = desk.inbox(&format!("status=open&limit=3&cursor={next}")).await;
    assert_eq!((words(&third), third.get("next_cursor")), (vec!["Words 0".to_owned()], None));
    let id = third["data"][0]["id"].as_str().unwrap();
    assert_eq!(desk.editor.poke(&format!("/v1/feedback/{id}/accept")).await.status, 200);
    assert_eq!(words(&desk.inbox("status=accepted").await), ["Words 0"]);
    assert_eq!(words(&desk.inbox("status=declined").await), [""; 0]);
    assert_eq!(words(&desk.inbox("status=open").await).len(), 7);
    let wrong = desk.editor.get("/v1/intergroups/lantern/feedback?status=new&limit=0&cursor=x&page=2").await;
    wrong.is_problem(400, "invalid_parameter", &["status", "cursor", "limit", "page"]);
}

#[tokio::test]
async fn a_deleted_meetings_corrections_stay_in_the_inbox() {
    let desk = Desk::new().await;
    let given = desk.given(&later()).await;
    assert_eq!(desk.editor.delete(&desk.path(), 1).await.status, 204);
    let item = desk.inbox("status=open").await["data"][0].clone();
    assert_eq!(item["meeting"]["deleted"], true);
    let refused = desk.editor.poke(&format!("{given}/accept")).await;
    refused.is_problem(409, "conflict", &[]);
    assert_eq!(desk.inbox("status=open").await["data"][0], item);
    assert_eq!(desk.editor.poke(&format!("{given}/decline")).await.status, 200);
    // That it is gone, it is.
    let restored = desk.editor.poke(&format!("{}/restore", desk.path())).await;
    assert_eq!(restored.status, 200);
    let gone = desk.given(&json!({ "kind": "gone" })).await;
    assert_eq!(desk.editor.delete(&desk.path(), 3).await.status, 204);
    assert_eq!(desk.editor.poke(&format!("{gone}/accept")).await.status, 200);
    assert_eq!(desk.now().await["version"], 4);
}

#[tokio::test]
async fn only_who_keeps_the_directory_reads_and_answers() {
    let desk = Desk::new().await;
    let given = desk.given(&later()).await;
    let (app, list) = (&desk.app, "/v1/intergroups/lantern/feedback");
    let harbor = app.office("harbor", chrono_tz::America::New_York).await;
    let (observer, stranger) = (app.admin(desk.office, Role::Observer).await, app.admin(harbor, Role::Owner).await);
    for path in [format!("{given}/accept"), format!("{given}/decline")] {
        desk.public().post(&path, &json!({})).await.is_problem(401, "token_missing", &[]);
        observer.poke(&path).await.is_problem(403, "forbidden", &[]);
        // The inbox is nobody else's to know of.
        stranger.poke(&path).await.is_problem(404, "not_found", &[]);
        let other =
            path.replace(&given[13..], &format!("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b{}", &path[given.len()..]));
        stranger.poke(&other).await.is_problem(404, "not_found", &[]);
    }
    desk.public().get(list).await.is_problem(401, "token_missing", &[]);
    observer.get(list).await.is_problem(403, "forbidden", &[]);
    stranger.get(list).await.is_problem(403, "forbidden", &[]);
    assert_eq!(stranger.get("/v1/intergroups/harbor/feedback").await.json(), json!({ "data": [] }));
    assert_eq!(desk.inbox("status=open").await["data"].as_array().unwrap().len(), 1);
    let owner = app.admin(desk.office, Role::Owner).await;
    assert_eq!(owner.get(list).await.status, 200);
    assert_eq!(owner.poke(&format!("{given}/decline")).await.status, 200);
}

#[tokio::test]
async fn a_key_reads_the_inbox_by_its_scope_and_answers_nothing() {
    let desk = Desk::new().await;
    let given = desk.given(&later()).await;
    let owner = desk.app.admin(desk.office, Role::Owner).await;
    for scope in ["directory:read", "directory:write", "imports:write", "feedback:read"] {
        let body = json!({ "name": scope, "scopes": [scope] });
        let key = owner.post("/v1/intergroups/lantern/keys", &body).await.json();
        let machine = Bearer::new(desk.public(), key["key"].as_str().unwrap());
        let read = machine.get("/v1/intergroups/lantern/feedback").await;
        assert_eq!(read.status, if scope == "feedback:read" { 200 } else { 403 }, "{scope}");
        machine.poke(&format!("{given}/accept")).await.is_problem(403, "forbidden", &[]);
        machine.poke(&format!("{given}/decline")).await.is_problem(403, "forbidden", &[]);
    }
}

#[tokio::test]
async fn a_meeting_that_moves_takes_its_corrections_along() {
    let desk = Desk::new().await;
    let given = desk.given(&later()).await;
    let harbor = desk.app.office("harbor", chrono_tz::America::New_York).await;
    made(&desk.editor, "Stays").await;
    desk.app
        .as_owner(&format!("UPDATE directory.meetings SET intergroup_id = '{harbor}' WHERE slug = 'nightcap'"))
        .await;
    assert_eq!(desk.inbox("").await, json!({ "data": [] }));
    desk.editor.poke(&format!("{given}/accept")).await.is_problem(404, "not_found", &[]);
    let editor = desk.app.admin(harbor, Role::Editor).await;
    let accepted = editor.poke(&format!("{given}/accept")).await;
    assert_eq!(accepted.status, 200, "{}", accepted.text());
}
