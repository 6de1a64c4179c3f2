//! `GET /v1/meetings/facets`.

use serde_json::{Value, json};

use crate::support::TestApp;

/// The counts as an app adds them up itself.
fn counted(meetings: &[Value], field: &str) -> Vec<(Value, u64)> {
    let mut counts: Vec<(Value, u64)> = Vec::new();
    for value in meetings.iter().filter_map(|meeting| meeting.get(field)) {
        match counts.iter_mut().find(|(known, _)| known == value) {
            Some((_, count)) => *count += 1,
            None => counts.push((value.clone(), 1)),
        }
    }
    counts.sort_by_key(|(value, _)| value.to_string());
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn facets_count_what_the_same_search_finds() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for filters in ["", "attendance=in_person", "day=1,2,3", "type=O", "starts_after=12:00&type=O"] {
        let found = caller.json(&format!("/v1/meetings?limit=100&{filters}")).await;
        let facets = caller.json(&format!("/v1/meetings/facets?{filters}")).await;
        let meetings = found["data"].as_array().unwrap();
        assert_eq!(facets["total"], found["total"], "{filters}");
        for (field, facet) in [("day", "days"), ("attendance", "attendance")] {
            let mut said: Vec<(Value, u64)> = facets[facet]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| (one[field].clone(), one["count"].as_u64().unwrap()))
                .collect();
            said.sort_by_key(|(value, _)| value.to_string());
            assert_eq!(said, counted(meetings, field), "{filters}");
        }
        let appointments = meetings.iter().filter(|meeting| meeting.get("day").is_none()).count();
        assert_eq!(facets["by_appointment"], appointments);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_has_is_left_out_and_pages_are_not_taken() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let none = caller.json("/v1/meetings/facets?group_id=0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b").await;
    let empty = json!({ "total": 0, "days": [], "by_appointment": 0, "times_of_day": [], "types": [],
                        "attendance": [], "regions": [] });
    assert_eq!(none, empty);
    for name in ["sort", "limit", "cursor"] {
        let refused = caller.get(&format!("/v1/meetings/facets?{name}=name")).await;
        refused.is_problem(400, "invalid_parameter", &[name]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_soon_is_fresh_for_a_minute_at_most() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let facets = caller.get("/v1/meetings/facets?within_minutes=60").await;
    assert_eq!(facets.status, 200);
    assert_eq!(facets.header("cache-control"), "public, max-age=60");
    app.clock.advance(chrono::TimeDelta::seconds(47));
    let facets = caller.get("/v1/meetings/facets?within_minutes=60").await;
    assert_eq!(facets.header("cache-control"), "public, max-age=13");
}
