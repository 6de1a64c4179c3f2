//! `GET /v1/meetings/{id}` and by slug.

use serde_json::Value;

use crate::support::{TestApp, fixture};

async fn id_of(app: &TestApp, slug: &str) -> String {
    let meeting = app.anonymous().json(&format!("/v1/intergroups/lantern/meetings/{slug}")).await;
    meeting["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_meeting_has_its_group_place_and_next_three_occurrences() {
    let app = TestApp::with_feed("clean.json").await;
    let id = id_of(&app, "pewter-street-late").await;
    let meeting = app.anonymous().json(&format!("/v1/meetings/{id}")).await;
    assert_eq!(meeting["group"]["name"], "Pewter Street");
    assert_eq!(meeting["location"]["city"], "Portland");
    assert_eq!(meeting["region"]["path"], serde_json::json!(["Northwest"]));
    let starts: Vec<&str> =
        meeting["occurrences"].as_array().unwrap().iter().map(|o| o["start"].as_str().unwrap()).collect();
    assert_eq!(starts, ["2026-05-10T06:30:00Z", "2026-05-17T06:30:00Z", "2026-05-24T06:30:00Z"]);
    assert_eq!(meeting["occurrences"][0]["date"], "2026-05-09");
    assert_eq!(meeting["occurrences"][0]["end"], "2026-05-10T07:30:00Z");
    assert_eq!(meeting["next_start"], starts[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_by_appointment_has_neither_day_nor_occurrence() {
    let app = TestApp::with_feed("clean.json").await;
    let meeting = app.anonymous().json("/v1/intergroups/lantern/meetings/the-wandering-chair").await;
    for absent in ["day", "time", "end_time", "next_start", "next_end", "under_way"] {
        assert!(meeting.get(absent).is_none(), "{absent}");
    }
    assert_eq!(meeting["occurrences"], Value::Array(Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_id_and_the_slug_give_the_same_bytes() {
    let app = TestApp::with_feed("clean.json").await;
    let id = id_of(&app, "two-doors").await;
    let caller = app.anonymous();
    let by_id = caller.get(&format!("/v1/meetings/{id}")).await;
    let by_slug = caller.get("/v1/intergroups/lantern/meetings/two-doors").await;
    assert_eq!(by_id.body, by_slug.body);
    assert_eq!(by_id.header("etag"), by_slug.header("etag"));
    assert!(by_id.header("etag").starts_with("\"1."));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_was_is_404_and_what_is_deleted_is_410() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for path in [
        "/v1/meetings/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
        "/v1/meetings/not-an-id",
        "/v1/meetings/%00",
        "/v1/meetings/%FF",
        "/v1/intergroups/lantern/meetings/nothing",
        "/v1/intergroups/nobody/meetings/two-doors",
    ] {
        caller.get(path).await.is_problem(404, "not_found", &[]);
    }
    let before: Vec<Value> =
        caller.json("/v1/meetings?limit=100&attendance=in_person,online,hybrid,inactive").await["data"]
            .as_array()
            .unwrap()
            .clone();
    app.import("lantern", &fixture("clean-next.json")).await;
    let mut gone = Vec::new();
    for meeting in before {
        let response = caller.get(&format!("/v1/meetings/{}", meeting["id"].as_str().unwrap())).await;
        if response.status != 200 {
            response.is_problem(410, "gone", &[]);
            let slug = meeting["slug"].as_str().unwrap();
            let by_slug = caller.get(&format!("/v1/intergroups/lantern/meetings/{slug}")).await;
            by_slug.is_problem(410, "gone", &[]);
            gone.push(slug.to_owned());
        }
    }
    assert_eq!(gone.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_shown_only_where_they_are_published_and_never_a_full_name() {
    let app = TestApp::with_feed("clean.json").await;
    let feed = r#"[{"slug": "asks", "name": "Asks", "day": 1, "time": "12:00", "address": "1 Main St", "city": "Portland",
        "contact_1_name": "Fern L.", "contact_1_phone": "503-555-0170",
        "contact_2_name": "Wilhelmina Featherstone", "contact_2_email": "wf@example.org"}]"#;
    app.office("asking", chrono_tz::America::Los_Angeles).await;
    app.import("asking", feed.as_bytes()).await;
    let caller = app.anonymous();
    let meeting = caller.get("/v1/intergroups/asking/meetings/asks").await;
    assert!(!meeting.text().contains("Fern") && !meeting.text().contains("0170"), "{}", meeting.text());
    app.as_owner("UPDATE directory.meetings SET contacts_public = true WHERE slug = 'asks'").await;
    let meeting = caller.get("/v1/intergroups/asking/meetings/asks").await;
    assert_eq!(meeting.json()["contacts"], serde_json::json!([{"name": "Fern L.", "phone": "503-555-0170"}]));
    let feed = caller.get("/v1/intergroups/asking/feed.json").await.text();
    assert!(feed.contains("Fern L.") && !feed.contains("Featherstone") && !feed.contains("wf@example.org"), "{feed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpublished_meeting_is_nowhere() {
    let app = TestApp::with_feed("clean.json").await;
    let id = id_of(&app, "two-doors").await;
    app.as_owner("UPDATE directory.meetings SET published = false WHERE slug = 'two-doors'").await;
    let caller = app.anonymous();
    caller.get(&format!("/v1/meetings/{id}")).await.is_problem(404, "not_found", &[]);
    caller.get("/v1/intergroups/lantern/meetings/two-doors").await.is_problem(404, "not_found", &[]);
    assert_eq!(caller.json(&format!("/v1/meetings?id={id}")).await["total"], 0);
    for path in ["/v1/meetings?limit=100", "/v1/intergroups/lantern/feed.json", "/v1/groups", "/v1/locations"] {
        let text = caller.get(path).await.text();
        assert!(!text.contains(&id) && !text.contains("zoom.us/j/0000000301"), "{path}");
    }
    assert_eq!(caller.json("/v1/intergroups/lantern").await["counts"]["meetings"], 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_occurrence_is_skipped() {
    let app = TestApp::with_feed("clean.json").await;
    app.as_owner(
        "INSERT INTO directory.notices (id, intergroup_id, meeting_id, kind, from_date, words, revision)
         SELECT gen_random_uuid(), intergroup_id, id, 'cancelled', '2026-05-09', 'Roof repairs', 1
         FROM directory.meetings WHERE slug = 'pewter-street-late'",
    )
    .await;
    let meeting = app.anonymous().json("/v1/intergroups/lantern/meetings/pewter-street-late").await;
    assert_eq!(meeting["next_start"], "2026-05-17T06:30:00Z");
    assert_eq!(meeting["notices"][0]["kind"], "cancelled");
    assert_eq!(meeting["notices"][0]["words"], "Roof repairs");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offices_notice_is_told_of_each_of_its_meetings_and_at_their_dates() {
    let app = TestApp::with_feed("clean.json").await;
    app.as_owner(
        "INSERT INTO directory.notices (id, intergroup_id, kind, from_date, start_time, words, revision)
         SELECT gen_random_uuid(), id, kind, from_date::date, '22:00', 'Roof repairs', 1
         FROM directory.intergroups, (VALUES ('time', '2026-05-09'), ('time', '2026-04-25')) given (kind, from_date)",
    )
    .await;
    let meeting = app.anonymous().json("/v1/intergroups/lantern/meetings/pewter-street-late").await;
    assert_eq!(meeting["next_start"], "2026-05-10T05:00:00Z");
    assert_eq!(meeting["notices"].as_array().unwrap().len(), 1, "the other is over");
    assert_eq!(meeting["occurrences"][0]["notices"], serde_json::json!([meeting["notices"][0]["id"]]));
    assert!(meeting["occurrences"][1].get("notices").is_none());
    let other = app.anonymous().json("/v1/intergroups/lantern/meetings/two-doors").await;
    assert_eq!(other["notices"], meeting["notices"]);
}
