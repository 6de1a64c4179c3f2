//! Importing what is there already.

use openchair::sync::RunStatus;
use serde_json::json;

use super::{
    Desk,
    desk::{counts, row},
    rows,
};
use crate::support::fixture;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_import_of_the_same_bytes_changes_nothing() {
    for name in ["clean.json", "dirty.json", "day-arrays.json", "duplicate-slugs.json", "no-timezone.json"] {
        let desk = Desk::with_fixture(name).await;
        let before = desk.contents().await;
        let again = desk.fixture(name).await;
        assert_eq!(again.run.status, RunStatus::Applied, "{name}");
        assert_eq!(counts(&again)[..3], [0, 0, 0], "{name}");
        assert_eq!(desk.contents().await, before, "{name}: neither a stamp nor a line of the log may be new");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_the_rows_does_not_matter() {
    let desk = Desk::with_fixture("clean.json").await;
    let before = desk.contents().await;
    let mut rows: Vec<serde_json::Value> = serde_json::from_slice(&fixture("clean.json")).unwrap();
    rows.reverse();
    assert_eq!(counts(&desk.import(&rows).await), [0, 0, 0, 12]);
    assert_eq!(desk.contents().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_source_mints_anew_is_no_change() {
    let desk = Desk::with(&rows(5)).await;
    let before = desk.contents().await;
    let reminted: Vec<_> = rows(5)
        .into_iter()
        .map(|mut row| {
            for (field, value) in [
                ("id", json!(9001)),
                ("url", json!("https://office.example.org/new")),
                ("edit_url", json!("https://office.example.org/edit")),
                ("region_id", json!(44)),
                ("author", json!("someone")),
                ("updated", json!("2026-05-01 10:00:00")),
            ] {
                row[field] = value;
            }
            row
        })
        .collect();
    assert_eq!(counts(&desk.import(&reminted).await), [0, 0, 0, 5]);
    assert_eq!(desk.contents().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_days_feed_changes_what_it_says_and_no_more() {
    let desk = Desk::with_fixture("clean.json").await;
    let before = desk.meetings().await;
    let outcome = desk.fixture("clean-next.json").await;
    assert_eq!(outcome.run.status, RunStatus::Applied);
    assert_eq!(counts(&outcome), [2, 3, 1, 8]);
    assert_eq!(outcome.run.rows, 13);
    let after = desk.meetings().await;
    assert_eq!(after.len(), 13);
    let changed = ["pewter-street-women", "two-doors", "herb-garden"];
    for (slug, meeting) in &after {
        let new = ["herb-garden-after-dark", "window-seat-at-night"].contains(&slug.as_str());
        match before.get(slug) {
            None => assert!(new, "{slug} is new"),
            Some(was) if changed.contains(&slug.as_str()) => {
                assert_eq!((meeting.id, meeting.version), (was.id, was.version + 1), "{slug}");
                assert!(meeting.revision > was.revision, "{slug}");
            }
            Some(was) => {
                assert_eq!((meeting.id, meeting.version, &meeting.content), (was.id, was.version, &was.content));
                assert_eq!((meeting.revision, meeting.updated_at), (was.revision, was.updated_at), "{slug}");
            }
        }
    }
    assert!(!after.contains_key("early-bus"));
    desk.get("early-bus").await.is_problem(410, "gone", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_made_here_stays_until_its_source_says_something_new() {
    let desk = Desk::with(&rows(4)).await;
    desk.execute("UPDATE directory.meetings SET notes = 'Edited here' WHERE slug = 'm1'").await;
    assert_eq!(counts(&desk.import(&rows(4)).await), [0, 0, 0, 4]);
    assert_eq!(desk.meeting("m1").await.content.notes.as_deref(), Some("Edited here"));
    let mut said = rows(4);
    said[0] = row("m1", json!({ "day": 1, "time": "00:00", "notes": "Said by the source" }));
    assert_eq!(counts(&desk.import(&said).await), [0, 1, 0, 3]);
    assert_eq!(desk.meeting("m1").await.content.notes.as_deref(), Some("Said by the source"));
}
