//! Moving to another intergroup.

use openchair::{
    db::Scope,
    directory::{self, WriteError},
    http::IfMatch,
};
use serde_json::json;

use super::{
    Desk,
    desk::{hall, online},
    refused,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_moves_with_all_that_is_its_own() {
    let desk = Desk::new().await;
    let place = desk.location(hall()).await.unwrap();
    let mut body = online("a");
    body["location_id"] = json!(place.id);
    body["contacts"] = json!([{ "name": "Ida M." }]);
    body["admin_notes"] = json!("Key.");
    let meeting = desk.create(body).await.unwrap();
    desk.patch(&meeting, json!({ "slug": "b" })).await.unwrap();
    desk.notice(
        directory::NoticeSubject::Meeting(meeting.id),
        json!({ "kind": "cancelled", "from": "2026-12-24", "words": "Holidays." }),
    )
    .await
    .unwrap();
    let there = json!({ "intergroup_id": desk.other });
    assert_eq!(refused(desk.patch(&meeting, there).await), [("/location_id".to_owned(), "unknown_reference")]);
    let moved = json!({ "intergroup_id": desk.other, "location_id": null });
    let moved = desk.patch(&meeting, moved).await.unwrap().into_inner();
    assert_eq!((moved.intergroup_id, moved.version), (desk.other, 3));
    assert_eq!(moved.document.timezone.name(), "America/New_York");
    assert_eq!(desk.stored(meeting.id).await, moved);
    for table in ["meeting_contacts", "meeting_private", "meeting_aliases", "notices"] {
        let rows = desk.query(&format!("SELECT intergroup_id FROM directory.{table}")).await;
        assert_eq!(rows, [json!({ "intergroup_id": desk.other })], "{table}");
    }
    let back = json!({ "intergroup_id": desk.office, "location_id": place.id });
    desk.patch(&meeting, back).await.unwrap();
}

/// The peer lets an administrator push a meeting into a body that is not hers.
#[tokio::test(flavor = "multi_thread")]
async fn r3_a_meeting_is_not_pushed_into_an_intergroup_that_one_does_not_act_for() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    let before = desk.contents().await;
    let outcome = desk
        .write(async |connection, stamp| {
            let patch = json!({ "intergroup_id": desk.other });
            directory::patch_meeting(connection, &meeting, &patch, &IfMatch::Any, &|_| true, stamp).await
        })
        .await;
    assert_eq!(refused(outcome), [("/intergroup_id".to_owned(), "unknown_reference")]);
    let group = desk.group(json!({ "name": "G" })).await.unwrap();
    let outcome = desk
        .write(async |connection, stamp| {
            let patch = json!({ "intergroup_id": desk.other });
            directory::patch_group(connection, &group, &patch, &IfMatch::Any, &|_| true, stamp).await
        })
        .await;
    assert_eq!(refused(outcome), [("/intergroup_id".to_owned(), "unknown_reference")]);
    // Nor into one that one only looks at.
    let outcome = desk
        .write_both(async |connection, stamp| {
            let patch = json!({ "intergroup_id": desk.other });
            let editor = |office| office == desk.office;
            directory::patch_meeting(connection, &meeting, &patch, &IfMatch::Any, &editor, stamp).await
        })
        .await;
    assert_eq!(refused(outcome), [("/intergroup_id".to_owned(), "unknown_reference")]);
    // Nor is a meeting pulled out of one.
    let seen = desk
        .write_as(Scope::office(desk.other), async |connection, _| {
            Ok(directory::find_meeting(connection, meeting.id).await?)
        })
        .await;
    assert!(seen.unwrap().is_none());
    let after: Vec<_> =
        desk.contents().await.into_iter().filter(|row| row["entity"] != "group" && row["name"] != "G").collect();
    assert_eq!(after, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_may_be_taken_where_a_meeting_moves_to() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    desk.create_in(desk.other, online("a")).await.unwrap();
    let outcome = desk.patch(&meeting, json!({ "intergroup_id": desk.other })).await;
    assert!(matches!(outcome, Err(WriteError::SlugTaken)));
    desk.patch(&meeting, json!({ "intergroup_id": desk.other, "slug": "b" })).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_feed_brings_stays_where_the_feed_is() {
    let desk = Desk::new().await;
    let row = json!([{ "slug": "a", "name": "A", "day": 1, "time": "19:00", "group": "G",
        "conference_url": "https://zoom.us/j/1" }]);
    desk.import(&serde_json::to_vec(&row).unwrap()).await;
    let all = desk.directory().await;
    let meeting = desk.stored(all.meetings[0].id).await;
    assert!(meeting.from_feed);
    let there = json!({ "intergroup_id": desk.other, "group_id": null });
    assert!(matches!(desk.patch(&meeting, there).await, Err(WriteError::FromFeed)));
    let outcome = desk
        .write_both(async |connection, stamp| {
            let group = directory::find_group(connection, all.groups[0].id).await?.unwrap();
            let patch = json!({ "intergroup_id": desk.other });
            directory::patch_group(connection, &group, &patch, &IfMatch::Any, &|_| true, stamp).await
        })
        .await;
    assert!(matches!(outcome, Err(WriteError::FromFeed)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_moves_once_it_has_no_meetings_and_its_deleted_ones_stay() {
    let desk = Desk::new().await;
    let group = desk.group(json!({ "name": "G" })).await.unwrap();
    let mut body = online("a");
    body["group_id"] = json!(group.id);
    let meeting = desk.create(body).await.unwrap();
    let there = json!({ "intergroup_id": desk.other });
    assert!(matches!(desk.patch_group(&group, there.clone()).await, Err(WriteError::InUse("meetings"))));
    desk.delete(&meeting).await.unwrap();
    let moved = desk.patch_group(&group, there).await.unwrap().into_inner();
    assert_eq!((moved.intergroup_id, moved.document.intergroup_id), (desk.other, desk.other));
    let left = desk.stored(meeting.id).await;
    assert_eq!((left.document.group_id, left.deleted, left.version), (None, true, 3));
    assert_eq!(desk.restore(&meeting).await.unwrap().into_inner().document.group_id, None);
}
