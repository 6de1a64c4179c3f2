//! When a run waits for a person.

use openchair::sync::{HeldReason, ImportOutcome, RunStatus};
use serde_json::{Value, json};

use super::{Desk, desk::counts, rows};

/// Imports, and asserts that the run is held for these reasons and that
/// nothing of the directory has changed.
async fn is_held(desk: &Desk, rows: &[Value], reasons: &[HeldReason]) -> ImportOutcome {
    let before = desk.contents().await;
    let outcome = desk.import(rows).await;
    assert_eq!(outcome.run.status, RunStatus::Held);
    assert_eq!(outcome.run.held_because, reasons);
    assert_eq!(desk.contents().await, before);
    let runs = desk.query("SELECT status, held_because FROM directory.imports ORDER BY started_at, id").await;
    let said: Vec<&str> = reasons.iter().map(|reason| reason.as_str()).collect();
    assert_eq!(runs.last(), Some(&json!({ "status": "held", "held_because": said })));
    outcome
}

/// Rows of which the first so many are on another day.
fn moved(count: u32, moved: usize) -> Vec<Value> {
    let mut rows = rows(count);
    for row in &mut rows[..moved] {
        row["time"] = json!("05:55");
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_source_is_held_and_removes_nothing() {
    let desk = Desk::with(&rows(2)).await;
    // Two of two are too few for the share: the emptiness itself holds it.
    is_held(&desk, &[], &[HeldReason::SourceEmpty]).await;
    let desk = Desk::with(&rows(5)).await;
    is_held(&desk, &[], &[HeldReason::SourceEmpty, HeldReason::RemovesTooMany]).await;
    let forced = desk.force(&[]).await;
    assert_eq!((forced.run.status, counts(&forced)), (RunStatus::Applied, [0, 0, 5, 0]));
    assert!(desk.meetings().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_import_of_nothing_is_held() {
    let desk = Desk::new().await;
    is_held(&desk, &[], &[HeldReason::SourceEmpty]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shrunk_source_is_held_until_a_person_says_so() {
    let desk = Desk::with_fixture("clean.json").await;
    let shrunk: Vec<Value> = serde_json::from_slice(&crate::support::fixture("shrunk.json")).unwrap();
    let held = is_held(&desk, &shrunk, &[HeldReason::RemovesTooMany]).await;
    assert_eq!(counts(&held), [0, 0, 4, 8]);
    let forced = desk.force(&shrunk).await;
    assert_eq!((forced.run.status, counts(&forced)), (RunStatus::Applied, [0, 0, 4, 8]));
    assert_eq!(desk.meetings().await.len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_of_fifteen_may_go_and_four_may_not() {
    let desk = Desk::with(&rows(15)).await;
    is_held(&desk, &rows(15)[4..], &[HeldReason::RemovesTooMany]).await;
    let outcome = desk.import(&rows(15)[3..]).await;
    assert_eq!((outcome.run.status, counts(&outcome)), (RunStatus::Applied, [0, 0, 3, 12]));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_three_may_go_and_three_of_four_may_not() {
    let desk = Desk::with(&rows(3)).await;
    assert_eq!(counts(&desk.import(&rows(3)[2..]).await), [0, 0, 2, 1]);
    let desk = Desk::with(&rows(4)).await;
    is_held(&desk, &rows(4)[3..], &[HeldReason::RemovesTooMany]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_of_a_thousand_may_go_and_one_more_may_not() {
    let desk = Desk::with(&rows(1000)).await;
    is_held(&desk, &rows(1000)[101..], &[HeldReason::RemovesTooMany]).await;
    let outcome = desk.import(&rows(1000)[100..]).await;
    assert_eq!((outcome.run.status, counts(&outcome)), (RunStatus::Applied, [0, 0, 100, 900]));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_of_ten_may_change_their_time_and_four_may_not() {
    let desk = Desk::with(&rows(10)).await;
    is_held(&desk, &moved(10, 4), &[HeldReason::ChangesTooMany]).await;
    let outcome = desk.import(&moved(10, 3)).await;
    assert_eq!((outcome.run.status, counts(&outcome)), (RunStatus::Applied, [0, 3, 0, 7]));
}

#[tokio::test(flavor = "multi_thread")]
async fn day_zone_place_and_attendance_mislead_but_names_and_notes_do_not() {
    for (misleads, change) in [
        (true, json!({ "day": 6 })),
        (true, json!({ "timezone": "America/Denver" })),
        (true, json!({ "formatted_address": "99 Pewter St, Chicago, IL 60601, USA" })),
        (true, json!({ "types": ["O", "TC"] })),
        (true, json!({ "conference_url": "https://zoom.us/j/0000000900" })),
        (false, json!({ "notes": "Ring twice." })),
        (false, json!({ "types": ["C"] })),
        (false, json!({ "group": "A group", "group_notes": "Tea." })),
        (false, json!({ "location_notes": "Round the back." })),
        (false, json!({ "district": "4", "region": "South" })),
    ] {
        let mut said = rows(4);
        for row in &mut said {
            for (field, value) in change.as_object().unwrap() {
                row[field] = value.clone();
            }
        }
        let desk = Desk::with(&rows(4)).await;
        if misleads {
            is_held(&desk, &said, &[HeldReason::ChangesTooMany]).await;
        } else {
            let outcome = desk.import(&said).await;
            assert_eq!((outcome.run.status, counts(&outcome)), (RunStatus::Applied, [0, 4, 0, 0]), "{change}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_other_feeds_and_people_brought_does_not_count_for_the_share() {
    let desk = Desk::with(&rows(10)).await;
    for n in 0..40 {
        desk.make_by_hand(&format!("hand-{n}")).await;
    }
    is_held(&desk, &rows(10)[3..], &[HeldReason::RemovesTooMany]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_run_leaves_the_day_of_the_last_sync_alone() {
    let desk = Desk::with(&rows(5)).await;
    desk.app.clock.advance(chrono::TimeDelta::days(3));
    is_held(&desk, &[], &[HeldReason::SourceEmpty, HeldReason::RemovesTooMany]).await;
    assert_eq!(desk.query("SELECT synced_on FROM directory.feeds").await, [json!({ "synced_on": "2026-05-04" })]);
    desk.import(&rows(5)).await;
    assert_eq!(desk.query("SELECT synced_on FROM directory.feeds").await, [json!({ "synced_on": "2026-05-07" })]);
}
