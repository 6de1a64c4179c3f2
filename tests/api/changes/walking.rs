//! From nothing to the whole scope, and what is refused.

use openchair::{auth::Role, kernel::IntergroupId};

use super::{
    make, online,
    reader::{Reader, searched},
};
use crate::support::{Anonymous, TestApp};

/// An area with a feed of its own, and a district of it with three meetings.
async fn area(app: &TestApp) -> (IntergroupId, IntergroupId) {
    let area = app.office("lantern", chrono_tz::America::Chicago).await;
    app.import("lantern", &crate::support::fixture("clean.json")).await;
    let district = app.office_below(Some(area), "harbor", chrono_tz::America::Chicago).await;
    let editor = app.admin(district, Role::Editor).await;
    for name in ["One", "Two", "Three"] {
        make(&editor, district, "meetings", &online(name)).await;
    }
    (area, district)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_size_of_its_pages_a_walk_ends_with_the_scope() {
    let app = TestApp::new().await;
    let (area, district) = area(&app).await;
    let caller = app.anonymous();
    let (area, district) = (area.to_string(), district.to_string());
    for (intergroup, count) in
        [(None, 15), (Some("lantern"), 15), (Some(area.as_str()), 15), (Some("harbor"), 3), (Some(&*district), 3)]
    {
        let expected = searched(&caller, intergroup).await;
        assert_eq!(expected.len(), count);
        for limit in [1, 2, 3, 7, 15, 2000] {
            let mut reader = Reader::of(intergroup, limit);
            reader.catch_up(&caller).await;
            assert_eq!(reader.held, expected, "{intergroup:?} by {limit}");
            assert_eq!(reader.told(&caller).await, []);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_meeting_moves_with_the_clock() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let first = caller.get("/v1/meetings/changes").await;
    let page = first.json();
    assert_eq!(page["data"].as_array().unwrap().len(), 12);
    assert!(page.get("total").is_none() && page["has_more"] == false);
    for name in ["next_start", "next_end", "under_way", "synced_on"] {
        assert!(!first.text().contains(name), "{name}");
    }
    app.clock.advance(chrono::TimeDelta::days(40));
    // The same source again: it was carried on another day, and nothing else.
    app.import("lantern", &crate::support::fixture("clean.json")).await;
    assert_eq!(caller.get("/v1/meetings/changes").await.body, first.body);
    let detail = caller.json(&format!("/v1/meetings/{}", page["data"][0]["id"].as_str().unwrap())).await;
    assert_eq!(detail["synced_on"], "2026-06-13");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intergroup_that_nobody_has_is_an_empty_scope() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for nobody in ["nobody", "0190a1b2-0000-7e5f-8a9b-0c1d2e3f4a5b"] {
        let mut reader = Reader::of(Some(nobody), 10);
        assert_eq!(reader.told(&caller).await, []);
        assert_eq!(reader.told(&caller).await, []);
    }
}

async fn refuses(caller: &Anonymous, query: &str, parameters: &[&str]) {
    caller.get(&format!("/v1/meetings/changes?{query}")).await.is_problem(400, "invalid_parameter", parameters);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_by_name() {
    let app = TestApp::new().await;
    area(&app).await;
    let caller = app.anonymous();
    let cursor = caller.json("/v1/meetings/changes?intergroup_id=harbor").await["next_cursor"].clone();
    let cursor = cursor.as_str().unwrap();
    for (query, parameters) in [
        ("limit=0", &["limit"][..]),
        ("limit=2001", &["limit"]),
        ("limit=1&limit=2", &["limit"]),
        ("cursor=x", &["cursor"]),
        ("cursor=", &["cursor"]),
        ("intergroup_id=a,b", &["intergroup_id"]),
        ("intergroup_id=%20", &["intergroup_id"]),
        ("day=1", &["day"]),
        // Of another scope.
        (&format!("cursor={cursor}"), &["cursor"]),
        (&format!("cursor={cursor}&intergroup_id=lantern"), &["cursor"]),
        (&format!("cursor={}&intergroup_id=harbor", &cursor[1..]), &["cursor"]),
    ] {
        refuses(&caller, query, parameters).await;
    }
}
