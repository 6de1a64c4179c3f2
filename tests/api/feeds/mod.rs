//! `GET /v1/intergroups/{id}/feed.json`.

use serde_json::Value;

use crate::support::{TestApp, fixture, profile};

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_meets_the_profile_of_its_readers_whatever_came_in() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let sources = [
        "dirty.json",
        "windows-1252.json",
        "appointment.json",
        "day-arrays.json",
        "duplicate-slugs.json",
        "no-timezone.json",
    ];
    for (place, name) in ["clean.json"].into_iter().chain(sources).enumerate() {
        let office = if place == 0 { "lantern".to_owned() } else { format!("office-{place}") };
        if place > 0 {
            app.office(&office, chrono_tz::America::Chicago).await;
            app.import(&office, &fixture(name)).await;
        }
        let feed = caller.get(&format!("/v1/intergroups/{office}/feed.json")).await;
        assert_eq!((feed.status, feed.header("content-type")), (200, "application/json"));
        assert_eq!(profile::faults(&feed.body), [""; 0], "{name}");
        assert!(!feed.json().as_array().unwrap().is_empty(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_feed_comes_back_as_it_went_in() {
    let app = TestApp::with_feed("clean.json").await;
    let published = app.anonymous().json("/v1/intergroups/lantern/feed.json").await;
    let source: Value = serde_json::from_slice(&fixture("clean.json")).unwrap();
    // Ours, never published, or said of the office and not of the meeting.
    let ours = ["group_id", "updated"];
    let not_published =
        ["id", "url", "edit_url", "region_id", "location_id", "author", "time_formatted", "attendance_option"];
    for row in source.as_array().unwrap() {
        let slug = &row["slug"];
        let out = published.as_array().unwrap().iter().find(|out| out["slug"] == *slug).unwrap();
        for (field, value) in row.as_object().unwrap() {
            let skipped = ours.contains(&field.as_str())
                || not_published.contains(&field.as_str())
                || field.starts_with("contact_")
                || field.starts_with("entity")
                || field.starts_with("feedback_emails");
            if !skipped {
                assert_eq!(out.get(field), Some(value), "{slug}: {field}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_read_into_another_office_is_published_the_same() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    app.office("copy", chrono_tz::Asia::Tokyo).await;
    let first = caller.get("/v1/intergroups/lantern/feed.json").await;
    app.import("copy", &first.body).await;
    let (mut first, mut copy) = (first.json(), caller.json("/v1/intergroups/copy/feed.json").await);
    for row in first.as_array_mut().unwrap().iter_mut().chain(copy.as_array_mut().unwrap()) {
        let row = row.as_object_mut().unwrap();
        row.retain(|field, _| field != "group_id" && !field.starts_with("entity"));
    }
    assert_eq!(first, copy);
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_may_append_what_they_like_and_an_unknown_office_is_404() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let plain = caller.get("/v1/intergroups/lantern/feed.json").await;
    for query in ["?1716235678901", "?key=abc&x=%00", "?&&"] {
        assert_eq!(caller.get(&format!("/v1/intergroups/lantern/feed.json{query}")).await.body, plain.body);
    }
    caller.get("/v1/intergroups/nobody/feed.json").await.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_without_meetings_has_an_empty_feed() {
    let app = TestApp::new().await;
    app.office("new", chrono_tz::America::Chicago).await;
    assert_eq!(app.anonymous().json("/v1/intergroups/new/feed.json").await, serde_json::json!([]));
}
