//! The sources that an office connects.

use openchair::auth::Role;
use serde_json::{Value, json};

use crate::support::{Bearer, TestApp};

const FEEDS: &str = "/v1/intergroups/lantern/feeds";

async fn owner() -> (TestApp, Bearer) {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let owner = app.admin(office, Role::Owner).await;
    (app, owner)
}

fn website() -> Value {
    json!({ "name": "Our website", "url": "https://lantern.example.org/feed.json?key=s3cret" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_connected_changed_and_disconnected() {
    let (app, owner) = owner().await;
    let made = owner.post(FEEDS, &website()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let feed = made.json();
    assert_eq!(
        (&feed["format"], &feed["every_hours"], &feed["state"]),
        (&json!("meeting_guide"), &json!(12), &json!("ok"))
    );
    assert_eq!(owner.get(FEEDS).await.json()["data"], json!([feed]));

    let path = format!("/v1/feeds/{}", feed["id"].as_str().unwrap());
    let region = owner.post("/v1/intergroups/lantern/regions", &json!({ "name": "North" })).await.json();
    let change = json!({
        "every_hours": 24, "timezone": "America/New_York", "guard": { "max_removed_rows": 5 },
        "region_map": { "Northside": region["id"] }, "type_map": { "BEG": ["BE"], "JUNK": [] },
        "office_keeps": ["notes", "name", "notes"], "url": null,
    });
    let changed = owner.patch(&path, 1, &change).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let changed = changed.json();
    assert_eq!((&changed["version"], &changed["every_hours"], changed.get("url")), (&json!(2), &json!(24), None));
    assert_eq!(changed["office_keeps"], json!(["name", "notes"]));
    assert_eq!(changed["type_map"], json!({ "BEG": ["BE"], "JUNK": [] }));
    owner.patch(&path, 1, &json!({ "every_hours": 6 })).await.is_problem(412, "precondition_failed", &[]);
    // What is so already makes no version.
    assert_eq!(owner.patch(&path, 2, &json!({ "every_hours": 24 })).await.json()["version"], 2);

    // Sent, and asked for where it has no address any more.
    let source = json!([{ "name": "Dusk", "day": 1, "time": "19:00", "location": "Tinder Hall",
        "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA", "group": "Dusk" }]);
    let sent = owner.post(&format!("{path}/imports?mode=apply"), &source).await;
    assert_eq!(sent.json()["created"], 1);
    let back = owner.patch(&path, 2, &website()).await.json();
    assert_eq!(back["version"], 3, "{back}");
    let asked = owner.post(&format!("{path}/imports"), &json!({ "mode": "plan" })).await.json();
    assert_eq!(owner.delete(&path, 3).await.status, 204);
    // What waits for it ends; what it brought is the office's own.
    let run = owner.get(&format!("/v1/imports/{}", asked["id"].as_str().unwrap())).await.json();
    assert_eq!((&run["status"], &run["failure"]["code"]), (&json!("failed"), &json!("disconnected")), "{run}");
    let brought = app.anonymous().json("/v1/meetings?limit=5").await;
    assert_eq!(brought["total"], 1);
    let meeting = &brought["data"][0];
    let meeting_path = format!("/v1/meetings/{}", meeting["id"].as_str().unwrap());
    assert_eq!(owner.delete(&meeting_path, meeting["version"].as_i64().unwrap()).await.status, 204);
    assert_eq!(owner.get(FEEDS).await.json()["data"], json!([]));
    owner.delete(&path, 3).await.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_source_cannot_be_is_told_by_field() {
    let (app, owner) = owner().await;
    let brook = app.office("brook", chrono_tz::America::Chicago).await;
    let theirs = app.admin(brook, Role::Owner).await;
    let foreign = theirs.post("/v1/intergroups/brook/regions", &json!({ "name": "South" })).await.json();
    for (name, value, pointer) in [
        ("name", json!(""), "/name"),
        ("format", json!("bmlt"), "/format"),
        ("url", json!("ftp://example.org/feed"), "/url"),
        ("url", json!("https://me@example.org/feed"), "/url"),
        ("every_hours", json!(0), "/every_hours"),
        ("every_hours", json!(169), "/every_hours"),
        ("timezone", json!("Chicago"), "/timezone"),
        ("guard", json!({ "max_removed_share": 1.5 }), "/guard/max_removed_share"),
        ("guard", json!({ "max_removed_rows": -1 }), "/guard/max_removed_rows"),
        ("guard", json!({ "rows": 1 }), "/guard/rows"),
        ("region_map", json!({ "A/B": foreign["id"] }), "/region_map/A~1B"),
        ("region_map", json!({ "": foreign["id"] }), "/region_map"),
        ("type_map", json!({ "BEG": ["XX"] }), "/type_map/BEG/0"),
        ("office_keeps", json!(["slug"]), "/office_keeps/0"),
        ("every", json!(1), "/every"),
    ] {
        let mut body = website();
        body[name] = value;
        owner.post(FEEDS, &body).await.is_content_problem("invalid_content", &[pointer]);
    }
    assert_eq!(owner.get(FEEDS).await.json()["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_has_fifty_sources_and_its_audit_no_address() {
    let (_app, owner) = owner().await;
    for _ in 0..50 {
        assert_eq!(owner.post(FEEDS, &website()).await.status, 201);
    }
    owner.post(FEEDS, &website()).await.is_problem(409, "conflict", &[]);
    let audit = owner.get("/v1/intergroups/lantern/audit").await.text();
    assert!(audit.contains("Our website") && !audit.contains("s3cret"), "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sharing_key_is_shown_to_those_alone_who_may_change_the_source() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let owner = app.admin(office, Role::Owner).await;
    let whole = "https://lantern.example.org/wp-admin/admin-ajax.php?action=meetings&key=s3cret";
    let made = owner.post(FEEDS, &json!({ "name": "Our website", "url": whole })).await;
    assert_eq!((made.status, &made.json()["url"]), (201, &json!(whole)));
    let editor = app.admin(office, Role::Editor).await;
    for allowed in [&owner, &editor] {
        assert_eq!(allowed.get(FEEDS).await.json()["data"][0]["url"], whole);
    }
    let key = json!({ "name": "Machine", "scopes": ["directory:read", "directory:write", "imports:write"] });
    let key = owner.post("/v1/intergroups/lantern/keys", &key).await.json();
    let key = Bearer::new(app.anonymous(), key["key"].as_str().unwrap());
    let observer = app.admin(office, Role::Observer).await;
    for looking in [&key, &observer] {
        let feeds = looking.get(FEEDS).await;
        assert_eq!(feeds.status, 200, "{}", feeds.text());
        let shown = "https://lantern.example.org/wp-admin/admin-ajax.php?action=meetings&key=hidden";
        assert_eq!(feeds.json()["data"][0]["url"], shown);
        assert!(!feeds.text().contains("s3cret"), "{}", feeds.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_command_line_brought_can_be_given_an_address() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let owner = app.admin(office, Role::Owner).await;
    let row = r#"[{"slug": "noon", "name": "Noon", "day": 1, "time": "12:00", "conference_url": "https://zoom.us/j/123456789"}]"#;
    app.import("lantern", row.as_bytes()).await;
    let feed = owner.get(FEEDS).await.json()["data"][0].clone();
    let path = format!("/v1/feeds/{}", feed["id"].as_str().unwrap());
    let version = feed["version"].as_i64().unwrap();
    let changed = owner.patch(&path, version, &json!({ "url": "https://lantern.example.org/feed.json" })).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(changed.json()["url"], "https://lantern.example.org/feed.json");
    assert!(changed.json()["next_read_at"].is_string(), "{}", changed.text());
    // The next import from there is a source of its own, which follows.
    app.import("lantern", row.as_bytes()).await;
    let feeds = owner.get(FEEDS).await.json();
    assert_eq!(feeds["data"].as_array().unwrap().len(), 2, "{feeds}");
    assert_eq!(app.anonymous().json("/v1/meetings").await["total"], 1);
    let back = owner.patch(&path, version + 1, &json!({ "url": null })).await;
    assert_eq!(back.status, 200, "{}", back.text());
}
