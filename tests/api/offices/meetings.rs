//! Keeping meetings.

use openchair::{auth::Role, kernel::IntergroupId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bearer, Response, TestApp, fixture};

async fn office(app: &TestApp) -> (IntergroupId, Bearer) {
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    (office, app.admin(office, Role::Editor).await)
}

fn online(name: &str) -> Value {
    json!({ "name": name, "day": 1, "time": "19:00", "duration_minutes": 60, "types": ["O"],
            "conference": { "url": "https://zoom.us/j/123456789" } })
}

async fn made(editor: &Bearer, body: &Value) -> Value {
    let answer = editor.post("/v1/intergroups/lantern/meetings", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn a_meeting_is_made_and_shown_to_the_next_read_of_the_node() {
    let app = TestApp::new().await;
    let (_, editor) = office(&app).await;
    let place = json!({ "name": "Old Mill Hall", "address": "5 Mill Street", "city": "Lantern", "state": "IL",
                        "latitude": 41.9, "longitude": -87.6 });
    let place = editor.post("/v1/intergroups/lantern/locations", &place).await;
    assert_eq!(place.status, 201, "{}", place.text());
    let group = editor.post("/v1/intergroups/lantern/groups", &json!({ "name": "Early Risers" })).await;
    assert_eq!(group.status, 201, "{}", group.text());
    let region = editor.post("/v1/intergroups/lantern/regions", &json!({ "name": "North" })).await;
    assert_eq!(region.status, 201, "{}", region.text());
    let body = json!({
        "name": "Sunrise", "day": 1, "time": "06:30", "end_time": "07:30", "types": ["O", "D"],
        "location_id": place.json()["id"], "group_id": group.json()["id"], "region_id": region.json()["id"],
        "contacts": [{ "name": "Kit L.", "phone": "+1-312-555-0100" }], "admin_notes": "zebrafish",
        "attendance": "in_person",
    });
    let meeting = made(&editor, &body).await;
    assert_eq!(meeting["slug"], "sunrise");
    assert_eq!(meeting["timezone"], "America/Chicago");
    assert_eq!(meeting["timezone_source"], "coordinates");
    assert_eq!(meeting["duration_minutes"], 60);
    assert_eq!(meeting["contacts"][0]["name"], "Kit L.");
    assert_eq!(meeting["admin_notes"], "zebrafish");
    let public = app.anonymous().json(&format!("/v1/meetings/{}", meeting["id"].as_str().unwrap())).await;
    assert_eq!(public["attendance"], "in_person");
    assert_eq!(public["region"]["name"], "North");
    assert!(public.get("contacts").is_none() && !public.to_string().contains("zebrafish"));
}

#[tokio::test]
async fn of_two_editors_with_the_same_version_one_is_told_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let (_, editor) = office(&app).await;
    let meeting = made(&editor, &online("Nightcap")).await;
    let path = format!("/v1/meetings/{}", meeting["id"].as_str().unwrap());
    let (one, two) = (json!({ "notes": "ring twice" }), json!({ "name": "Night Cap" }));
    let (one, two) = tokio::join!(editor.patch(&path, 1, &one), editor.patch(&path, 1, &two));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let (won, lost) = if one.status == 200 { (one, "name") } else { (two, "notes") };
    assert_eq!(won.json()["version"], 2);
    let again = editor.patch(&path, 2, &json!({ lost: "again" })).await;
    assert_eq!(again.status, 200, "{}", again.text());
    let now = again.json();
    assert_eq!(now[lost], "again");
    assert!(now["notes"] == "ring twice" || now["name"] == "Night Cap");
    editor.send(Method::PATCH, &path, &[], Some(&json!({ "name": "x" }))).await.is_problem(
        428,
        "precondition_required",
        &[],
    );
    let nothing = json!({});
    editor.send(Method::PATCH, &path, &[], Some(&nothing)).await.is_problem(428, "precondition_required", &[]);
    // Where an id or a slug may stand, what looks like an id is one.
    let id = json!({ "slug": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b" });
    editor.patch(&path, 3, &id).await.is_content_problem("invalid_content", &["/slug"]);
    // What is so already is no change, also when stale.
    let same = editor.patch(&path, 1, &json!({ lost: "again" })).await;
    assert_eq!((same.status, same.json()["version"].as_i64()), (200, Some(3)));
}

#[tokio::test]
async fn a_hundred_posts_with_one_key_make_one_meeting() {
    let app = TestApp::new().await;
    let (_, editor) = office(&app).await;
    let body = online("Nightcap");
    let headers = [("idempotency-key", "a-key-of-mine")];
    let path = "/v1/intergroups/lantern/meetings";
    let answers =
        futures_util::future::join_all((0..100).map(|_| editor.send(Method::POST, path, &headers, Some(&body)))).await;
    let made: Vec<Value> = answers.iter().filter(|answer| answer.status == 201).map(Response::json).collect();
    assert!(!made.is_empty());
    assert!(made.iter().all(|one| one == &made[0]));
    for answer in &answers {
        assert!([201, 409].contains(&answer.status), "{}", answer.text());
    }
    let replayed = editor.send(Method::POST, path, &headers, Some(&body)).await;
    assert_eq!((replayed.status, replayed.header("idempotent-replayed")), (201, "true"));
    assert_eq!(replayed.json(), made[0]);
    assert_eq!(replayed.header("etag"), answers.iter().find(|a| a.status == 201).unwrap().header("etag"));
    let other = editor.send(Method::POST, path, &headers, Some(&online("Another"))).await;
    other.is_problem(422, "idempotency_mismatch", &[]);
    assert_eq!(app.anonymous().json("/v1/meetings?attendance=online").await["total"], 1);
    // The pool is as it was.
    assert_eq!(editor.get("/v1/auth/office/account").await.status, 200);
}

#[tokio::test]
async fn an_office_sees_what_the_public_does_not() {
    let app = TestApp::new().await;
    let (_, editor) = office(&app).await;
    let mut hidden = online("Hidden");
    hidden["published"] = json!(false);
    let hidden = made(&editor, &hidden).await;
    let gone = made(&editor, &online("Gone")).await;
    made(&editor, &online("Shown")).await;
    let path = format!("/v1/meetings/{}", gone["id"].as_str().unwrap());
    assert_eq!(editor.delete(&path, 1).await.status, 204);
    assert_eq!(app.anonymous().get(&path).await.status, 410);
    let names = async |query: &str| {
        let page = editor.get(&format!("/v1/intergroups/lantern/meetings?{query}")).await;
        assert_eq!(page.status, 200, "{}", page.text());
        let page = page.json();
        page["data"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["Gone", "Hidden", "Shown"]);
    assert_eq!(names("state=unpublished").await, ["Hidden"]);
    assert_eq!(names("state=deleted").await, ["Gone"]);
    assert_eq!(names("state=published").await, ["Shown"]);
    let one = format!("/v1/intergroups/lantern/meetings/{}", hidden["id"].as_str().unwrap());
    assert_eq!(editor.get(&one).await.json()["state"], "unpublished");
    app.anonymous().get(&one).await.is_problem(401, "token_missing", &[]);
    let first = editor.get("/v1/intergroups/lantern/meetings?limit=2").await;
    let next = first.json()["next_cursor"].as_str().unwrap().to_owned();
    assert!(first.header("link").contains(&next));
    assert_eq!(names(&format!("limit=2&cursor={next}")).await, ["Shown"]);
    for other in [format!("meetings?state=published&cursor={next}"), format!("feedback?cursor={next}")] {
        let other = editor.get(&format!("/v1/intergroups/lantern/{other}")).await;
        other.is_problem(400, "invalid_parameter", &["cursor"]);
    }
    assert_eq!(editor.post(&format!("{path}/restore"), &json!({})).await.status, 200);
    assert_eq!(app.anonymous().get(&path).await.status, 200);
}

#[tokio::test]
async fn history_tells_and_undoes_every_change() {
    let app = TestApp::new().await;
    let (office, editor) = office(&app).await;
    let owner = app.admin(office, Role::Owner).await;
    let meeting = made(&editor, &online("Nightcap")).await;
    let path = format!("/v1/meetings/{}", meeting["id"].as_str().unwrap());
    assert_eq!(editor.patch(&path, 1, &json!({ "time": "20:00", "name": "Late" })).await.status, 200);
    let history = editor.get(&format!("{path}/history")).await;
    assert_eq!(history.status, 200, "{}", history.text());
    let history = history.json();
    assert_eq!(history["data"][0]["changed"], json!(["name", "time"]));
    assert_eq!(history["data"][0]["before"]["time"], "19:00");
    assert_eq!(history["data"][1]["op"], "create");
    let reverted = editor.post(&format!("{path}/revert"), &json!({ "version": 1 })).await;
    assert_eq!(reverted.status, 200, "{}", reverted.text());
    assert_eq!((reverted.json()["name"].as_str(), reverted.json()["version"].as_i64()), (Some("Nightcap"), Some(3)));
    let verified = editor.poke(&format!("{path}/verify")).await;
    assert_eq!(verified.status, 200, "{}", verified.text());
    assert_eq!(verified.json()["verified_on"], "2026-05-04");
    editor.get("/v1/intergroups/lantern/audit").await.is_problem(403, "forbidden", &[]);
    let audit =
        owner.get(&format!("/v1/intergroups/lantern/audit?meeting_id={}", meeting["id"].as_str().unwrap())).await;
    assert_eq!(audit.status, 200, "{}", audit.text());
    let ops: Vec<String> =
        audit.json()["data"].as_array().unwrap().iter().map(|one| one["op"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ops, ["verify", "update", "update", "create"]);
    assert!(audit.json()["data"][0]["by"]["email"].as_str().unwrap().starts_with("editor"));
}

#[tokio::test]
async fn a_notice_of_the_office_takes_the_next_occurrence_away() {
    let app = TestApp::new().await;
    let (_, editor) = office(&app).await;
    let meeting = made(&editor, &online("Nightcap")).await;
    let path = format!("/v1/meetings/{}", meeting["id"].as_str().unwrap());
    let next = async || app.anonymous().json(&path).await["next_start"].as_str().unwrap().to_owned();
    assert_eq!(next().await, "2026-05-05T00:00:00Z");
    let closed = json!({ "kind": "cancelled", "from": "2026-05-04", "words": "Closed for repairs" });
    let notice = editor.post("/v1/intergroups/lantern/notices", &closed).await;
    assert_eq!(notice.status, 201, "{}", notice.text());
    assert_eq!(next().await, "2026-05-12T00:00:00Z");
    for far in ["0000-01-01", "9999-12-31", "1899-12-31"] {
        let wrong = json!({ "kind": "cancelled", "from": far });
        let refused = editor.post("/v1/intergroups/lantern/notices", &wrong).await;
        refused.is_content_problem("invalid_content", &["/from"]);
    }
    let id = notice.json()["id"].as_str().unwrap().to_owned();
    let gone = editor.send(Method::DELETE, &format!("/v1/intergroups/lantern/notices/{id}"), &[], None).await;
    assert_eq!(gone.status, 204, "{}", gone.text());
    assert_eq!(next().await, "2026-05-05T00:00:00Z");
}

#[tokio::test]
async fn a_batch_is_taken_whole_or_in_parts() {
    let app = TestApp::new().await;
    let (_, editor) = office(&app).await;
    let mut one = online("One");
    one["slug"] = json!("one");
    let wrong = json!({ "slug": "two", "name": "Two", "day": 9 });
    let path = "/v1/intergroups/lantern/meetings/batch";
    let refused = editor.post(path, &json!({ "items": [one, wrong] })).await;
    refused.is_content_problem("invalid_content", &["/items/1/day"]);
    assert_eq!(app.anonymous().json("/v1/meetings?attendance=online").await["total"], 0);
    let taken = editor.post(&format!("{path}?partial=true"), &json!({ "items": [one, wrong] })).await;
    assert_eq!(taken.status, 200, "{}", taken.text());
    let outcomes: Vec<Value> =
        taken.json()["results"].as_array().unwrap().iter().map(|one| one["outcome"].clone()).collect();
    assert_eq!(outcomes, ["created", "refused"]);
    let again = editor.post(path, &json!({ "items": [{ "slug": "one", "notes": "new", "version": 1 }] })).await;
    assert_eq!(again.json()["results"][0]["outcome"], "updated", "{}", again.text());
}

#[tokio::test]
async fn an_owner_makes_a_key_that_does_what_its_scopes_say() {
    let app = TestApp::new().await;
    let (office, _) = office(&app).await;
    let owner = app.admin(office, Role::Owner).await;
    let body = json!({ "name": "Website", "scopes": ["directory:read"] });
    let key = owner.post("/v1/intergroups/lantern/keys", &body).await;
    assert_eq!(key.status, 201, "{}", key.text());
    let machine = Bearer::new(app.anonymous(), key.json()["key"].as_str().unwrap());
    assert!(machine.token.starts_with("oc_live_"));
    assert_eq!(machine.get("/v1/intergroups/lantern/meetings").await.status, 200);
    let refused = machine.post("/v1/intergroups/lantern/meetings", &online("By key")).await;
    refused.is_problem(403, "forbidden", &[]);
    let listed = owner.get("/v1/intergroups/lantern/keys").await;
    assert!(!listed.text().contains("oc_live_"));
    assert_eq!(listed.json()["data"][0]["last_used_on"], "2026-05-04");
    let path = format!("/v1/intergroups/lantern/keys/{}", key.json()["id"].as_str().unwrap());
    assert_eq!(owner.send(Method::DELETE, &path, &[], None).await.status, 204);
    machine.get("/v1/intergroups/lantern/meetings").await.is_problem(401, "session_ended", &[]);
}

#[tokio::test]
async fn an_office_is_told_what_its_listings_lack() {
    let app = TestApp::new().await;
    let (_, editor) = office(&app).await;
    made(&editor, &online("Nightcap")).await;
    made(&editor, &online("Nightcap")).await;
    let report = editor.get("/v1/intergroups/lantern/quality?kind=duplicate").await;
    assert_eq!(report.status, 200, "{}", report.text());
    let report = report.json();
    assert_eq!((report["total"].as_i64(), report["meetings"].as_i64()), (Some(1), Some(2)), "{report}");
    assert_eq!(report["data"][0]["kind"], "duplicate");
    editor.get("/v1/intergroups/lantern/quality?kind=no_such").await.is_problem(400, "invalid_parameter", &["kind"]);
}

#[tokio::test]
async fn what_an_office_deleted_its_source_does_not_bring_back() {
    let app = TestApp::with_feed("clean.json").await;
    let mut feed: Vec<Value> = serde_json::from_slice(&fixture("clean.json")).unwrap();
    let list = app.anonymous().json("/v1/intergroups/lantern").await;
    let editor = app.admin(list["id"].as_str().unwrap().parse().unwrap(), Role::Editor).await;
    let page = editor.get("/v1/intergroups/lantern/meetings").await.json();
    let slug = feed[0]["slug"].as_str().unwrap().to_owned();
    let meeting = page["data"].as_array().unwrap().iter().find(|one| one["slug"] == slug.as_str()).unwrap();
    let path = format!("/v1/meetings/{}", meeting["id"].as_str().unwrap());
    assert_eq!(editor.delete(&path, 1).await.status, 204);
    feed[0]["notes"] = json!("Ring the other bell.");
    let run = app.import("lantern", &serde_json::to_vec(&feed).unwrap()).await.run;
    assert_eq!((run.created, run.updated, run.removed), (0, 0, 0));
    assert_eq!(app.anonymous().get(&path).await.status, 410);
    // It is the office's to take back.
    assert_eq!(editor.poke(&format!("{path}/restore")).await.status, 200);
}
