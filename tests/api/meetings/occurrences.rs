//! `GET /v1/meetings/{id}/occurrences`.

use serde_json::{Value, json};

use crate::support::TestApp;

async fn path_of(app: &TestApp, slug: &str) -> String {
    let meeting = app.anonymous().json(&format!("/v1/intergroups/lantern/meetings/{slug}")).await;
    format!("/v1/meetings/{}/occurrences", meeting["id"].as_str().unwrap())
}

fn dates(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|one| one["date"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn four_weeks_are_shown_and_what_is_asked_for() {
    let app = TestApp::with_feed("clean.json").await;
    let path = path_of(&app, "pewter-street-late").await;
    let caller = app.anonymous();
    assert_eq!(
        dates(&caller.json(&path).await),
        ["2026-05-09", "2026-05-16", "2026-05-23", "2026-05-30"],
        "a Saturday late, from a Monday on"
    );
    // Held until past midnight UTC, it counts for its own day.
    let one = caller.json(&format!("{path}?from=2026-05-09&to=2026-05-09")).await;
    assert_eq!(
        one,
        json!({ "data": [{ "date": "2026-05-09", "start": "2026-05-10T06:30:00Z", "end": "2026-05-10T07:30:00Z" }] })
    );
    assert_eq!(dates(&caller.json(&format!("{path}?from=2026-05-10&to=2026-05-15")).await), [""; 0]);
    // A year on, on both sides of the change of clocks.
    let year = caller.json(&format!("{path}?from=2026-05-04&to=2027-05-04")).await;
    assert_eq!(dates(&year).len(), 52);
    let winter = year["data"].as_array().unwrap().iter().find(|one| one["date"] == "2026-11-07").unwrap();
    assert_eq!(winter["start"], "2026-11-08T07:30:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn by_appointment_there_are_none() {
    let app = TestApp::with_feed("clean.json").await;
    let path = path_of(&app, "the-wandering-chair").await;
    assert_eq!(app.anonymous().json(&path).await, json!({ "data": [] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_cannot_be_are_refused_by_name() {
    let app = TestApp::with_feed("clean.json").await;
    let path = path_of(&app, "pewter-street-late").await;
    for (query, name) in [
        ("from=2026-5-4", "from"),
        ("from=2026-02-29", "from"),
        ("to=tomorrow", "to"),
        ("from=2020-01-01", "from"),
        ("from=9999-12-31", "from"),
        ("from=2026-05-04&to=2026-05-03", "to"),
        ("from=2026-05-04&to=2027-05-05", "to"),
        ("until=2026-05-04", "until"),
    ] {
        let refused = app.anonymous().get(&format!("{path}?{query}")).await;
        refused.is_problem(400, "invalid_parameter", &[name]);
    }
    let unknown = app.anonymous().get("/v1/meetings/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b/occurrences").await;
    unknown.is_problem(404, "not_found", &[]);
}
