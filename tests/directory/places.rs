//! Groups, locations and regions, and the meetings that show them.

use chrono::TimeDelta;
use openchair::directory::WriteError;
use serde_json::json;

use super::{
    Desk,
    desk::{hall, online},
    refused,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_stamped_on_every_meeting_that_shows_it_and_on_no_other() {
    let desk = Desk::new().await;
    let group = desk.group(json!({ "name": "G" })).await.unwrap();
    let place = desk.location(hall()).await.unwrap();
    let north = desk.region(json!({ "name": "North" })).await.unwrap();
    let inner = desk.region(json!({ "name": "Inner", "parent_id": north.id })).await.unwrap();
    let mut ids = Vec::new();
    for (slug, field, value) in [
        ("g", "group_id", json!(group.id)),
        ("l", "location_id", json!(place.id)),
        ("r", "region_id", json!(inner.id)),
        ("n", "notes", json!("None of them.")),
    ] {
        let mut body = online(slug);
        body[field] = value;
        ids.push(desk.create(body).await.unwrap().id);
    }
    let revisions = async || {
        let mut revisions = Vec::new();
        for id in &ids {
            let shown = desk.shown(*id).await;
            revisions.push((shown.revision, shown.updated_at, shown.version));
        }
        revisions
    };
    let mut before = revisions().await;
    // Which of them are stamped, and of these, which count as changed now.
    let mut stamped = async || {
        let after = revisions().await;
        let changed = |at: usize| {
            assert_eq!(before[at].2, after[at].2, "a version changed");
            (before[at].0 != after[at].0).then_some(before[at].1 != after[at].1)
        };
        let stamped: [_; 4] = std::array::from_fn(changed);
        before = after;
        stamped
    };
    desk.clock.advance(TimeDelta::days(1));
    desk.patch_group(&group, json!({ "notes": "Tea." })).await.unwrap();
    assert_eq!(stamped().await, [Some(true), None, None, None]);
    desk.clock.advance(TimeDelta::days(1));
    desk.patch_group(&group, json!({ "contacts_public": true })).await.unwrap();
    assert_eq!(stamped().await, [Some(false), None, None, None]);
    desk.patch_location(&place, json!({ "notes": "Ramp." })).await.unwrap();
    assert_eq!(stamped().await, [None, Some(true), None, None]);
    desk.patch_region(&north, json!({ "name": "Far North" })).await.unwrap();
    assert_eq!(stamped().await, [None, None, Some(true), None]);
    desk.patch_intergroup(desk.office, json!({ "name": "Lantern" })).await.unwrap();
    assert_eq!(stamped().await, [Some(false); 4]);
    desk.patch_intergroup(desk.office, json!({ "phone": "312-555-0100" })).await.unwrap();
    assert_eq!(stamped().await, [None; 4]);
    desk.patch_group(&group, json!({ "contacts_public": true })).await.unwrap();
    assert_eq!(stamped().await, [None; 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_of_regions_has_no_circle_and_eight_levels() {
    let desk = Desk::new().await;
    let mut regions = Vec::new();
    for level in 1..=8 {
        let parent = regions.last().map(|region: &openchair::directory::StoredRegion| region.id);
        let mut body = json!({ "name": format!("Level {level}") });
        if let Some(parent) = parent {
            body["parent_id"] = json!(parent);
        }
        regions.push(desk.region(body).await.unwrap());
    }
    let too_deep = json!({ "name": "Level 9", "parent_id": regions[7].id });
    assert_eq!(refused(desk.region(too_deep).await), [("/parent_id".to_owned(), "too_deep")]);
    let under_itself = json!({ "parent_id": regions[3].id });
    assert_eq!(refused(desk.patch_region(&regions[2], under_itself.clone()).await)[0].1, "circle");
    assert_eq!(refused(desk.patch_region(&regions[3], under_itself).await)[0].1, "circle");
    let root = desk.region(json!({ "name": "Root" })).await.unwrap();
    let below = json!({ "parent_id": root.id });
    assert_eq!(refused(desk.patch_region(&regions[0], below.clone()).await)[0].1, "too_deep");
    desk.patch_region(&regions[1], below).await.unwrap();
    let nowhere = json!({ "parent_id": desk.office });
    assert_eq!(refused(desk.patch_region(&root, nowhere).await)[0].1, "unknown_reference");
    let top = desk.patch_region(&regions[1], json!({ "parent_id": null })).await.unwrap().into_inner();
    assert_eq!((top.document.parent_id, top.version), (None, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn slugs_of_groups_and_regions_are_their_own() {
    let desk = Desk::new().await;
    let group = desk.group(json!({ "name": "Lantern Group" })).await.unwrap();
    let second = desk.group(json!({ "name": "Lantern Group" })).await.unwrap();
    let slugs = [&group, &second].map(|group| group.document.slug.to_string());
    assert_eq!(slugs, ["lantern-group", "lantern-group-2"]);
    let taken = json!({ "slug": "lantern-group" });
    assert!(matches!(desk.patch_group(&second, taken).await, Err(WriteError::SlugTaken)));
    let north = desk.region(json!({ "name": "North" })).await.unwrap();
    let south = desk.region(json!({ "name": "South" })).await.unwrap();
    assert!(matches!(desk.patch_region(&south, json!({ "name": "North" })).await, Err(WriteError::NameTaken)));
    desk.patch_region(&south, json!({ "name": "North", "parent_id": north.id })).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_changes_is_in_the_log_with_who_did_it() {
    let desk = Desk::new().await;
    let group = desk.group(json!({ "name": "G" })).await.unwrap();
    desk.patch_group(&group, json!({ "name": "H" })).await.unwrap();
    let place = desk.location(hall()).await.unwrap();
    desk.patch_location(&place, json!({ "notes": "Ramp." })).await.unwrap();
    desk.patch_intergroup(desk.office, json!({ "name": "Lantern" })).await.unwrap();
    let log = desk
        .query(
            "SELECT entity, op, version, before ->> 'name' AS was, after ->> 'name' AS is, actor
                FROM directory.changes WHERE actor <> 'operator' AND op <> 'create' ORDER BY id",
        )
        .await;
    let line = |entity: &str, was: &str, is: &str| {
        let actor = if entity == "intergroup" || entity == "group" || entity == "location" {
            Desk::account()
        } else {
            panic!()
        };
        json!({ "entity": entity, "op": "update", "version": 2, "was": was, "is": is, "actor": actor })
    };
    assert_eq!(
        log,
        [
            line("group", "G", "H"),
            line("location", "Tinder Hall", "Tinder Hall"),
            line("intergroup", "lantern office", "Lantern"),
        ]
    );
}
