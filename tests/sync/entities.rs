//! Groups and locations: shared by meetings, changed once, and never lost.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Desk,
    desk::{counts, row},
    rows,
};

/// Six rows in one hall; the first three of one group.
fn hall(fields: &Value) -> Vec<Value> {
    let mut all = rows(6);
    for (n, row) in all.iter_mut().enumerate() {
        for (field, value) in fields.as_object().unwrap() {
            if !field.starts_with("group") || n < 3 {
                row[field] = value.clone();
            }
        }
    }
    all
}

async fn log_since(desk: &Desk, revision: i64) -> Vec<Value> {
    let sql = format!("SELECT entity, op, version FROM directory.changes WHERE revision > {revision} ORDER BY id");
    desk.query(&sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_location_note_changes_the_location_alone() {
    let desk = Desk::with(&hall(&json!({ "location_notes": "Ring twice." }))).await;
    let (before, places) = (desk.meetings().await, desk.directory().await.locations);
    assert_eq!(places.len(), 1);
    let revision = desk.directory().await.revision;
    let outcome = desk.import(&hall(&json!({ "location_notes": "Ring once." }))).await;
    assert_eq!(counts(&outcome), [0, 6, 0, 0]);
    let directory = desk.directory().await;
    assert_eq!((directory.locations.len(), directory.locations[0].id), (1, places[0].id));
    assert_eq!(directory.locations[0].version, places[0].version + 1);
    assert_eq!(directory.locations[0].place.notes.as_deref(), Some("Ring once."));
    for (slug, meeting) in desk.meetings().await {
        assert_eq!(meeting.version, before[&slug].version, "{slug}: its own fields are as they were");
        assert_eq!(meeting.revision, directory.revision, "{slug} shows the note");
    }
    assert_eq!(log_since(&desk, revision).await, [json!({ "entity": "location", "op": "update", "version": 2 })]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_group_note_changes_the_group_and_stamps_its_meetings_only() {
    let desk = Desk::with(&hall(&json!({ "group": "Herb Garden", "group_notes": "Tea." }))).await;
    let (before, groups) = (desk.meetings().await, desk.directory().await.groups);
    let revision = desk.directory().await.revision;
    let outcome = desk.import(&hall(&json!({ "group": "Herb Garden", "group_notes": "Coffee." }))).await;
    assert_eq!(counts(&outcome), [0, 3, 0, 3]);
    let directory = desk.directory().await;
    assert_eq!((directory.groups.len(), directory.groups[0].id), (1, groups[0].id));
    assert_eq!((directory.groups[0].version, directory.groups[0].notes.as_deref()), (2, Some("Coffee.")));
    for (slug, meeting) in desk.meetings().await {
        let expected = if meeting.group_id.is_some() { directory.revision } else { before[&slug].revision };
        assert_eq!((meeting.version, meeting.revision), (before[&slug].version, expected), "{slug}");
    }
    assert_eq!(log_since(&desk, revision).await, [json!({ "entity": "group", "op": "update", "version": 2 })]);
}

#[tokio::test(flavor = "multi_thread")]
async fn meetings_of_a_changed_place_that_the_run_leaves_alone_are_stamped_too() {
    let desk = Desk::with(&hall(&json!({ "location_notes": "Ring twice." }))).await;
    // One by hand in the same hall.
    let own = desk.make_by_hand("own").await;
    let place = desk.directory().await.locations[0].id;
    desk.execute(&format!("UPDATE directory.meetings SET location_id = '{place}' WHERE id = '{own}'")).await;
    desk.import(&hall(&json!({ "location_notes": "Ring once." }))).await;
    let (meeting, revision) = (desk.meeting("own").await, desk.directory().await.revision);
    assert_eq!((meeting.revision, meeting.version), (revision, 1));
    assert_eq!(meeting.content.location.unwrap().notes.as_deref(), Some("Ring once."));
}

/// The notes of the place of each meeting.
async fn notes(desk: &Desk) -> BTreeMap<String, String> {
    let meetings = desk.meetings().await.into_iter();
    meetings.map(|(slug, meeting)| (slug, meeting.content.location.unwrap().notes.unwrap_or_default())).collect()
}

fn noted(notes: &[&str]) -> Vec<Value> {
    let mut rows = rows(u32::try_from(notes.len()).unwrap());
    for (row, notes) in rows.iter_mut().zip(notes) {
        row["location_notes"] = json!(notes);
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_one_address_with_other_notes_keep_their_own() {
    let desk = Desk::with(&noted(&["a", "b", "b"])).await;
    assert_eq!(notes(&desk).await.into_values().collect::<Vec<_>>(), ["a", "b", "b"]);
    assert_eq!(desk.directory().await.locations.len(), 2);
    assert_eq!(counts(&desk.import(&noted(&["a", "b", "b"])).await), [0, 0, 0, 3]);
}

/// Each of the two places may change, vanish, swap and come back, and every
/// meeting says what its row says.
#[tokio::test(flavor = "multi_thread")]
async fn notes_of_one_address_may_change_in_any_way() {
    let steps: [&[&str]; 9] = [
        &["a", "b", "b"],
        &["c", "b", "b"],
        &["b", "c", "c"],
        &["b", "b", "b"],
        &["a", "b", "c"],
        &["d", "b", "e"],
        &["b", "d", "e"],
        &["", "b", ""],
        &["a", "b", "b"],
    ];
    for from in 0..steps.len() {
        let desk = Desk::new().await;
        for step in steps.iter().cycle().skip(from).take(3) {
            desk.force(&noted(step)).await;
            assert_eq!(notes(&desk).await.into_values().collect::<Vec<_>>(), *step, "from {from}");
            let again = desk.contents().await;
            assert_eq!(counts(&desk.import(&noted(step)).await), [0, 0, 0, 3], "from {from}");
            assert_eq!(desk.contents().await, again, "from {from}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_row_that_changed_its_note_is_touched() {
    let desk = Desk::with(&noted(&["a", "b"])).await;
    let before = desk.meetings().await;
    assert_eq!(counts(&desk.import(&noted(&["c", "b"])).await), [0, 1, 0, 1]);
    let after = desk.meetings().await;
    assert_eq!(notes(&desk).await.into_values().collect::<Vec<_>>(), ["c", "b"]);
    assert_eq!(after["m2"], before["m2"]);
    assert_eq!(after["m1"].location_id, before["m1"].location_id, "the place is the same one with another note");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_meeting_needs_any_more_goes_and_comes_back_as_itself() {
    let mut first = rows(6);
    first.push(row(
        "lone",
        json!({
            "time": "05:30", "group": "Lone Group", "location": "Lone Hall",
            "formatted_address": "1 Lone Lane, Chicago, IL 60601, USA",
        }),
    ));
    let desk = Desk::with(&first).await;
    let lone = desk.meeting("lone").await;
    let state = |table: &'static str| {
        let desk = &desk;
        async move {
            let sql = format!("SELECT id, deleted_at IS NULL AS live FROM directory.{table} WHERE name LIKE 'Lone%'");
            desk.query(&sql).await
        }
    };
    let of = |id: Option<uuid::Uuid>, live: bool| json!({ "id": id.unwrap(), "live": live });
    let (group, place) = (lone.group_id.map(|id| id.0), lone.location_id.map(|id| id.0));
    assert_eq!(counts(&desk.import(&rows(6)).await), [0, 0, 1, 6]);
    assert_eq!(state("groups").await, [of(group, false)]);
    assert_eq!(state("locations").await, [of(place, false)]);
    let caller = desk.app.anonymous();
    assert_eq!(caller.json("/v1/groups?q=lone").await["data"], json!([]));
    assert_eq!(caller.json("/v1/locations?q=lone").await["data"], json!([]));
    assert_eq!(counts(&desk.import(&first).await), [1, 0, 0, 6]);
    assert_eq!(state("groups").await, [of(group, true)]);
    assert_eq!(state("locations").await, [of(place, true)]);
    let back = desk.meeting("lone").await;
    assert_eq!((back.id, back.group_id, back.location_id), (lone.id, lone.group_id, lone.location_id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_a_meeting_by_hand_needs_stays() {
    let desk = Desk::with(&hall(&json!({ "location_notes": "x" }))).await;
    let own = desk.make_by_hand("own").await;
    let place = desk.directory().await.locations[0].id;
    desk.execute(&format!("UPDATE directory.meetings SET location_id = '{place}' WHERE id = '{own}'")).await;
    desk.force(&[]).await;
    assert_eq!(desk.meetings().await.into_keys().collect::<Vec<_>>(), ["own"]);
    assert_eq!(desk.meeting("own").await.content.location.unwrap().name.as_deref(), Some("Tinder Hall"));
    assert_eq!(desk.query("SELECT deleted_at FROM directory.locations").await, [json!({ "deleted_at": null })]);
}

#[tokio::test(flavor = "multi_thread")]
async fn regions_are_made_once_and_found_again() {
    let mut first = rows(4);
    first[0]["regions"] = json!(["North", "Mill End"]);
    first[1]["regions"] = json!(["South", "Mill End"]);
    let desk = Desk::with(&first).await;
    let slugs = |desk: Vec<Value>| desk.iter().map(|row| row["slug"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let all = "SELECT slug FROM directory.regions ORDER BY slug";
    assert_eq!(slugs(desk.query(all).await), ["mill-end", "north", "south", "south-mill-end"]);
    first[2]["regions"] = json!(["South", "Mill End"]);
    assert_eq!(counts(&desk.import(&first).await), [0, 1, 0, 3]);
    assert_eq!(slugs(desk.query(all).await).len(), 4);
    assert_eq!(desk.meeting("m3").await.content.region, ["South", "Mill End"]);
}
