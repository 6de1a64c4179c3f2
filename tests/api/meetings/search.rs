//! `GET /v1/meetings`. The rules of matching and order are held against a slow
//! reference in `search`'s own tests; here is what a caller sees.

use std::collections::BTreeSet;

use crate::support::{TestApp, fixture};

/// The middle of the fixture's town.
const HERE: &str = "lat=45.527&lng=-122.66";

#[tokio::test(flavor = "multi_thread")]
async fn a_search_near_a_place_finds_doors_by_distance() {
    let app = TestApp::with_feed("clean.json").await;
    let page = app.anonymous().json(&format!("/v1/meetings?{HERE}")).await;
    let distances: Vec<f64> =
        page["data"].as_array().unwrap().iter().map(|meeting| meeting["distance_m"].as_f64().unwrap()).collect();
    assert!(distances.len() > 5 && distances.is_sorted(), "{distances:?}");
    assert_eq!(page["total"], distances.len());
    for meeting in page["data"].as_array().unwrap() {
        assert!(["in_person", "hybrid"].contains(&meeting["attendance"].as_str().unwrap()));
        assert_eq!(meeting["location"]["approximate"], false);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn online_meetings_of_the_area_join_only_when_named_and_come_last() {
    let app = TestApp::with_feed("clean.json").await;
    let feed = r#"[
        {"slug": "far-link", "name": "Far Link", "day": 1, "time": "12:00", "formatted_address": "Portland, OR, USA",
         "approximate": "yes", "latitude": 45.52, "longitude": -122.67, "conference_url": "https://zoom.us/j/0000000309"},
        {"slug": "near-door", "name": "Near Door", "day": 1, "time": "12:00", "address": "1 Main St", "city": "Portland",
         "approximate": "no", "latitude": 45.53, "longitude": -122.66}]"#;
    app.office("other", chrono_tz::America::Los_Angeles).await;
    app.import("other", feed.as_bytes()).await;
    let caller = app.anonymous();
    assert!(!caller.names(HERE).await.contains(&"Far Link".to_owned()));
    let page = caller.json(&format!("/v1/meetings?{HERE}&attendance=online,in_person&limit=100")).await;
    let last = page["data"].as_array().unwrap().last().unwrap();
    assert_eq!(last["name"], "Far Link");
    assert!(last.get("distance_m").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_combine_with_and_and_repeats_with_or() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    assert_eq!(caller.names("type=O,S").await, ["Silla Junto al Río"]);
    assert_eq!(caller.names("any_type=W&any_type=asl&sort=name").await, ["Pewter Street Women", "Signing Hands"]);
    assert_eq!(caller.names("day=1&not_type=ST").await, ["Herb Garden"]);
    assert_eq!(
        caller.names("day=1,4&starts_before=08:00&sort=day_time").await,
        ["Early Bus", "Herb Garden", "Herb Garden"]
    );
    assert_eq!(
        caller.names("starts_after=23:00&starts_before=06:30&sort=day_time").await,
        ["Early Bus", "Pewter Street Late"]
    );
    assert_eq!(caller.names("attendance=inactive").await, ["Scaffolding"]);
    assert_eq!(caller.names("time_of_day=night&attendance=in_person").await, ["Pewter Street Late"]);
    assert_eq!(caller.names("region=mill-end&day=4").await, ["Herb Garden"]);
    assert_eq!(caller.names("intergroup_id=lantern&day=0").await, ["Window Seat"]);
    assert_eq!(caller.names("intergroup_id=nobody").await, [""; 0]);
    assert_eq!(caller.names("bbox=-122.70,45.56,-122.60,45.60&sort=name").await, ["Silla Junto al Río", "Two Doors"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nearest_gives_the_nearest_and_all_that_tie_in_one_page() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    // Three meetings share the door on Pewter Street.
    let page = caller.json("/v1/meetings?lat=45.527&lng=-122.681&nearest=1").await;
    assert_eq!(page["data"].as_array().unwrap().len(), 3);
    assert_eq!(page["total"], 3);
    assert!(page.get("next_cursor").is_none());
    for refused in ["radius_m=5", "limit=5", "cursor=AA"] {
        caller.get(&format!("/v1/meetings?{HERE}&nearest=1&{refused}")).await.is_problem(
            400,
            "invalid_parameter",
            &[if refused.starts_with("cursor") { "cursor" } else { refused.split('=').next().unwrap() }],
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_together_while_the_directory_changes() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for sort in ["day_time", "name", "next"] {
        let mut seen = Vec::new();
        let mut path = format!("/v1/meetings?sort={sort}&limit=2");
        let mut pages = 0;
        loop {
            let response = caller.get(&path).await;
            let page = response.json();
            assert_eq!(page["total"], 11, "{sort}");
            seen.extend(page["data"].as_array().unwrap().iter().map(|m| m["id"].as_str().unwrap().to_owned()));
            pages += 1;
            if pages == 2 {
                // Something else is written meanwhile.
                app.office(&format!("while-{}", sort.replace('_', "-")), chrono_tz::Europe::Dublin).await;
            }
            let Some(cursor) = page["next_cursor"].as_str() else {
                assert_eq!(response.header("link"), "");
                break;
            };
            let link = response.header("link");
            let next = link.strip_prefix('<').unwrap().split_once('>').unwrap().0;
            assert!(link.ends_with("; rel=\"next\"") && next.ends_with(&format!("cursor={cursor}")), "{link}");
            path = format!("/v1/meetings?{}", next.split_once('?').unwrap().1);
        }
        assert_eq!(seen.len(), 11, "{sort}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 11, "{sort}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_query_or_none_is_refused() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let page = caller.json("/v1/meetings?limit=2&sort=name").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(caller.get(&format!("/v1/meetings?limit=5&sort=name&cursor={cursor}")).await.status, 200);
    for wrong in
        [format!("sort=day_time&cursor={cursor}"), format!("sort=name&day=1&cursor={cursor}"), "cursor=%21".into()]
    {
        caller.get(&format!("/v1/meetings?{wrong}")).await.is_problem(400, "invalid_parameter", &["cursor"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_by_name_and_all_at_once() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for (query, names) in [
        ("day=9", vec!["day"]),
        ("day=monday", vec!["day"]),
        ("day=", vec!["day"]),
        ("lat=45", vec!["lat"]),
        ("lng=45", vec!["lng"]),
        ("lat=91&lng=0", vec!["lat"]),
        ("lat=NaN&lng=0", vec!["lat"]),
        ("lat=1e1&lng=0", vec!["lat"]),
        ("sort=distance", vec!["sort"]),
        ("sort=relevance", vec!["sort"]),
        ("radius_m=10", vec!["radius_m"]),
        ("lat=0&lng=0&radius_m=500001", vec!["radius_m"]),
        ("bbox=0,10,10,0", vec!["bbox"]),
        ("bbox=0,0,10", vec!["bbox"]),
        ("type=XYZZY", vec!["type"]),
        ("type=ONL", vec!["type"]),
        ("starts_after=24:00", vec!["starts_after"]),
        ("limit=0", vec!["limit"]),
        ("limit=101", vec!["limit"]),
        ("limit=5&limit=6", vec!["limit"]),
        ("id=abc", vec!["id"]),
        ("colour=red", vec!["colour"]),
        ("contact_1_name=Fern", vec!["contact_1_name"]),
        ("day=9&limit=0&colour=red", vec!["day", "limit", "colour"]),
    ] {
        let response = caller.get(&format!("/v1/meetings?{query}")).await;
        response.is_problem(400, "invalid_parameter", &names);
        assert!(response.json()["errors"].as_array().unwrap().iter().all(|error| error["message"].is_string()));
    }
    let equal = caller.get("/v1/meetings?starts_after=10:00&starts_before=10:00").await;
    assert_eq!(equal.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn moving_fields_follow_the_clock_and_the_page_expires_before_they_change() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    // Monday, 10:00 in Portland: the early meetings of the day are over.
    let page = caller.json("/v1/meetings?day=1&sort=next").await;
    assert_eq!(page["data"][0]["next_start"], "2026-05-11T13:00:00Z");
    assert_eq!(page["data"][0]["under_way"], false);
    app.clock.advance(chrono::TimeDelta::hours(24 * 7 - 4));
    let response = caller.get("/v1/meetings?day=1&sort=next").await;
    let first = response.json()["data"][0].clone();
    assert_eq!((first["name"].as_str(), first["under_way"].as_bool()), (Some("Early Bus"), Some(true)));
    assert_eq!(first["next_end"], "2026-05-11T13:30:00Z");
    app.clock.advance(chrono::TimeDelta::seconds(29 * 60 + 50));
    let response = caller.get("/v1/meetings?day=1&sort=next").await;
    assert_eq!(response.header("cache-control"), "public, max-age=10");
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_choose_meetings_and_unknown_ones_are_no_error() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let page = caller.json("/v1/meetings?limit=2").await;
    let ids: Vec<&str> = page["data"].as_array().unwrap().iter().map(|m| m["id"].as_str().unwrap()).collect();
    let found = caller.json(&format!("/v1/meetings?id={},0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", ids.join(","))).await;
    assert_eq!(found["total"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_seen_by_a_second_node() {
    let app = TestApp::with_feed("clean.json").await;
    let second = app.second_node();
    let outcome = app.import("lantern", &fixture("clean-next.json")).await;
    assert!(outcome.run.created > 0);
    second.server.snapshots().wait_for(app.revision().await).await;
    let first = app.anonymous().json("/v1/meetings?limit=100").await;
    let second = second.anonymous().json("/v1/meetings?limit=100").await;
    assert_eq!(first, second);
}
