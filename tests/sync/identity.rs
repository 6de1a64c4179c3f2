//! A meeting keeps its id and its first slug, whatever its source calls it.

use std::collections::BTreeMap;

use openchair::{
    kernel::MeetingId,
    sync::{HeldReason, MeetingOp},
};
use serde_json::json;

use super::{
    Desk,
    desk::{counts, ops, row},
    rows,
};
use crate::support::fixture;

#[tokio::test(flavor = "multi_thread")]
async fn slugs_minted_anew_become_aliases_of_the_same_meetings() {
    let desk = Desk::with_fixture("clean.json").await;
    let before = desk.meetings().await;
    let outcome = desk.fixture("reminted-slugs.json").await;
    assert_eq!(counts(&outcome), [0, 0, 0, 12]);
    let after = desk.meetings().await;
    assert_eq!(after, before);
    let fixture: Vec<serde_json::Value> = serde_json::from_slice(&fixture("reminted-slugs.json")).unwrap();
    for (first, minted) in [("herb-garden", "herb-garden-monday"), ("early-bus", "early-bus-monday")] {
        let (by_first, by_alias) = (desk.get(first).await, desk.get(minted).await);
        assert_eq!((by_first.status, by_alias.status), (200, 200), "{minted}");
        assert_eq!(by_alias.json(), by_first.json());
        assert_eq!(by_alias.json()["slug"], first);
    }
    for row in &fixture {
        assert_eq!(desk.get(row["slug"].as_str().unwrap()).await.status, 200, "{}", row["slug"]);
    }
    // Back again, and once more: nothing is created, no alias is written twice.
    let stored = desk.contents().await["meeting_aliases"].clone();
    assert_eq!(counts(&desk.fixture("clean.json").await), [0, 0, 0, 12]);
    assert_eq!(counts(&desk.fixture("reminted-slugs.json").await), [0, 0, 0, 12]);
    assert_eq!(desk.contents().await["meeting_aliases"], stored);
    assert_eq!(desk.ids().await.len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_that_leaves_and_comes_back_is_the_same_one() {
    let desk = Desk::with(&rows(6)).await;
    let id = desk.meeting("m3").await.id;
    let gone: Vec<_> = rows(6).into_iter().filter(|row| row["slug"] != "m3").collect();
    assert_eq!(counts(&desk.import(&gone).await), [0, 0, 1, 5]);
    desk.get("m3").await.is_problem(410, "gone", &[]);
    let caller = desk.app.anonymous();
    caller.get(&format!("/v1/meetings/{id}")).await.is_problem(410, "gone", &[]);
    let outcome = desk.import(&rows(6)).await;
    assert_eq!(counts(&outcome), [1, 0, 0, 5]);
    assert_eq!(ops(&outcome), [(MeetingOp::Restore, "m3".to_owned())]);
    let back = desk.meeting("m3").await;
    assert_eq!((back.id, back.version), (id, 3));
    assert_eq!(desk.get("m3").await.status, 200);
    assert_eq!(caller.json(&format!("/v1/meetings/{id}")).await["id"], id.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_that_comes_back_under_another_slug_is_the_same_one() {
    let desk = Desk::with(&rows(6)).await;
    let id = desk.meeting("m3").await.id;
    let gone: Vec<_> = rows(6).into_iter().filter(|row| row["slug"] != "m3").collect();
    desk.import(&gone).await;
    let mut back = rows(6);
    back[2]["slug"] = json!("three");
    assert_eq!(counts(&desk.import(&back).await), [1, 0, 0, 5]);
    assert_eq!(desk.meeting("m3").await.id, id);
    assert_eq!(desk.get("three").await.json()["id"], id.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_whose_meeting_moved_and_was_renamed_is_still_that_meeting() {
    let desk = Desk::with(&rows(6)).await;
    let id = desk.meeting("m3").await.id;
    let mut changed = rows(6);
    changed[2] = row(
        "m3",
        json!({
            "name": "Another name", "day": 5, "time": "06:10", "location": "Pewter Hall",
            "formatted_address": "455 Pewter St, Chicago, IL 60601, USA",
        }),
    );
    assert_eq!(counts(&desk.import(&changed).await), [0, 1, 0, 5]);
    assert_eq!(desk.meeting("m3").await.id, id);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_meetings_that_swap_their_slugs_stay_who_they_are() {
    let desk = Desk::with(&rows(6)).await;
    let before = desk.meetings().await;
    let swap = |mut rows: Vec<serde_json::Value>| {
        (rows[0]["slug"], rows[1]["slug"]) = (json!("m2"), json!("m1"));
        rows
    };
    assert_eq!(counts(&desk.import(&swap(rows(6))).await), [0, 0, 0, 6]);
    assert_eq!(desk.meetings().await, before);
    // Afterwards the source's own names for them count, not the slugs that
    // they have here: one of them changes its time.
    let mut later = swap(rows(6));
    later[1]["time"] = json!("21:45");
    let outcome = desk.import(&later).await;
    assert_eq!(ops(&outcome), [(MeetingOp::Update, "m2".to_owned())]);
    assert_eq!(desk.ids().await, ids_of(&before));
    // And back.
    assert_eq!(counts(&desk.import(&rows(6)).await), [0, 1, 0, 5]);
    assert_eq!(desk.meetings().await.len(), 6);
    assert_eq!(desk.ids().await, ids_of(&before));
}

fn ids_of(meetings: &BTreeMap<String, openchair::directory::Meeting>) -> BTreeMap<String, MeetingId> {
    meetings.iter().map(|(slug, meeting)| (slug.clone(), meeting.id)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn slugs_that_all_move_up_by_one_move_no_meeting() {
    let desk = Desk::with(&rows(8)).await;
    let before = desk.meetings().await;
    // A new meeting takes the first number, and pushes the others on.
    let mut moved = rows(8);
    for (n, row) in moved.iter_mut().enumerate() {
        row["slug"] = json!(format!("m{}", n + 2));
    }
    moved.insert(0, row("m1", json!({ "name": "The new one", "day": 2, "time": "05:05" })));
    let outcome = desk.import(&moved).await;
    assert_eq!(counts(&outcome), [1, 0, 0, 8]);
    let after = desk.meetings().await;
    for (slug, meeting) in &before {
        assert_eq!(after[slug].id, meeting.id);
        assert_eq!(after[slug].content, meeting.content);
    }
    assert_eq!(counts(&desk.import(&moved).await), [0, 0, 0, 9]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_rows_of_one_slug_are_two_meetings_and_stay_so() {
    let same = |name: &str, day: u8| row("same", json!({ "name": name, "day": day }));
    let feed = [same("First", 1), same("Second", 4)];
    let desk = Desk::with(&feed).await;
    let ids = desk.ids().await;
    assert_eq!(ids.keys().collect::<Vec<_>>(), ["same", "same-2"]);
    assert_eq!(counts(&desk.import(&feed).await), [0, 0, 0, 2]);
    // The other way round the keys change hands, the meetings do not.
    assert_eq!(counts(&desk.import(&[same("Second", 4), same("First", 1)]).await), [0, 0, 0, 2]);
    assert_eq!(desk.ids().await, ids);
    assert_eq!(desk.meeting("same").await.content.name, "First");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_array_is_a_meeting_a_day_under_lasting_ids() {
    let days = |days: &[u8]| [row("daily", json!({ "day": days })), row("other", json!({ "time": "06:00" }))];
    let desk = Desk::with(&days(&[1, 3, 5])).await;
    let before = desk.ids().await;
    assert_eq!(before.keys().collect::<Vec<_>>(), ["daily-1", "daily-3", "daily-5", "other"]);
    let outcome = desk.import(&days(&[1, 3, 6])).await;
    assert_eq!(ops(&outcome), [(MeetingOp::Remove, "daily-5".to_owned()), (MeetingOp::Create, "daily-6".to_owned())]);
    let after = desk.ids().await;
    assert_eq!((after["daily-1"], after["daily-3"]), (before["daily-1"], before["daily-3"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_that_an_offices_own_meeting_has_is_not_taken_from_it() {
    let desk = Desk::new().await;
    let own = desk.make_by_hand("m1").await;
    // The row means what the office has under that slug; that it would change
    // an own meeting's day is for a person to see.
    assert_eq!(desk.import(&rows(2)).await.run.held_because, [HeldReason::ChangesTooMany]);
    assert_eq!(counts(&desk.force(&rows(2)).await), [1, 1, 0, 0]);
    let meetings = desk.meetings().await;
    assert_eq!(meetings["m1"].id.0, own);
    assert_eq!(meetings.len(), 2);
    assert_eq!(counts(&desk.import(&rows(2)).await), [0, 0, 0, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alias_of_another_office_stands_in_no_ones_way() {
    let desk = Desk::with(&rows(3)).await;
    let child = desk.app.office("child", chrono_tz::America::Chicago).await;
    desk.execute(&format!("UPDATE directory.intergroups SET parent_id = '{}' WHERE id = '{child}'", desk.office)).await;
    let renamed = |office: &str| {
        let mut rows = rows(3);
        rows[0]["slug"] = json!("renamed");
        rows[0]["name"] = json!(format!("Of {office}"));
        rows
    };
    let first = |office: &str| {
        let mut rows = renamed(office);
        rows[0]["slug"] = json!("m1");
        rows
    };
    desk.app.import("child", &super::desk::source(&first("child"))).await;
    desk.app.import("child", &super::desk::source(&renamed("child"))).await;
    desk.import(&first("lantern")).await;
    desk.import(&renamed("lantern")).await;
    let answer = desk.get("renamed").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["name"], "Of lantern");
    let of_child = desk.app.anonymous().json("/v1/intergroups/child/meetings/renamed").await;
    assert_eq!(of_child["name"], "Of child");
}
