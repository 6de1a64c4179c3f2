//! `GET /v1/intergroups/{id}/feed.json` and `feed.csv`; calendars.

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

#[tokio::test(flavor = "multi_thread")]
async fn a_table_has_the_rows_of_the_feed() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let table = caller.get("/v1/intergroups/lantern/feed.csv?1716235678901").await;
    assert_eq!((table.status, table.header("content-type")), (200, "text/csv; charset=utf-8; header=present"));
    let rows = caller.json("/v1/intergroups/lantern/feed.json").await;
    let text = std::str::from_utf8(&table.body).unwrap().trim_start_matches('\u{feff}');
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let slug = reader.headers().unwrap().iter().position(|name| name == "Slug").unwrap();
    let slugs: Vec<String> = reader.records().map(|record| record.unwrap()[slug].to_owned()).collect();
    let of_feed: Vec<&str> = rows.as_array().unwrap().iter().map(|row| row["slug"].as_str().unwrap()).collect();
    assert_eq!(slugs, of_feed);
    caller.get("/v1/intergroups/nobody/feed.csv").await.is_problem(404, "not_found", &[]);
    app.office("new", chrono_tz::America::Chicago).await;
    assert_eq!(caller.get("/v1/intergroups/new/feed.csv").await.text().lines().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn calendars_of_a_meeting_its_group_and_its_office_have_the_same_event() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let meeting = caller.json("/v1/intergroups/lantern/meetings/two-doors").await;
    let (id, group) = (meeting["id"].as_str().unwrap(), meeting["group"]["id"].as_str());
    let event = |calendar: &str| {
        let start = calendar.find(&format!("UID:{id}\r\n")).unwrap_or_else(|| panic!("{calendar}"));
        calendar[start..start + calendar[start..].find("END:VEVENT").unwrap()].to_owned()
    };
    let mut paths = vec![format!("/v1/meetings/{id}/calendar.ics"), "/v1/intergroups/lantern/feed.ics?x=1".to_owned()];
    paths.extend(group.map(|group| format!("/v1/groups/{group}/calendar.ics")));
    let mut events = Vec::new();
    for path in &paths {
        let calendar = caller.get(path).await;
        assert_eq!((calendar.status, calendar.header("content-type")), (200, "text/calendar; charset=utf-8"), "{path}");
        events.push(event(&calendar.text()));
    }
    assert!(events.iter().all(|event| *event == events[0]), "{events:#?}");
    assert!(events[0].contains("RRULE:FREQ=WEEKLY;BYDAY="), "{}", events[0]);
    let feed = caller.get("/v1/intergroups/lantern/feed.ics").await.text();
    // Twelve meetings, one of them by appointment.
    assert_eq!(feed.matches("BEGIN:VEVENT").count(), 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_of_what_is_gone_says_so_and_of_what_never_was_is_404() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let gone = caller.json("/v1/intergroups/lantern/meetings/early-bus").await["id"].as_str().unwrap().to_owned();
    app.import("lantern", &fixture("clean-next.json")).await;
    caller.get(&format!("/v1/meetings/{gone}/calendar.ics")).await.is_problem(410, "gone", &[]);
    let nobody = "00000000-0000-7000-8000-000000000000";
    for path in [
        format!("/v1/meetings/{nobody}/calendar.ics"),
        format!("/v1/groups/{nobody}/calendar.ics"),
        "/v1/meetings/x/calendar.ics".to_owned(),
        "/v1/intergroups/nobody/feed.ics".to_owned(),
    ] {
        caller.get(&path).await.is_problem(404, "not_found", &[]);
    }
    let query = caller.get(&format!("/v1/meetings/{nobody}/calendar.ics?x=1")).await;
    query.is_problem(400, "invalid_parameter", &["x"]);
}
