//! Deleting and restoring.

use openchair::{
    directory::{self, MeetingState, Op, WriteError, Written},
    http::IfMatch,
    kernel::MeetingId,
};
use serde_json::json;

use super::{
    Desk,
    desk::{hall, online},
    refused,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_meeting_comes_back_whole_under_its_id_and_slug() {
    let desk = Desk::new().await;
    let mut body = online("a");
    body["contacts"] = json!([{ "name": "Ida M." }]);
    body["admin_notes"] = json!("Key.");
    let meeting = desk.create(body).await.unwrap();
    assert!(desk.delete(&meeting).await.unwrap().is_changed());
    assert_eq!(desk.shown(meeting.id).await.state, MeetingState::Deleted);
    let before = desk.contents().await;
    assert!(!desk.delete(&meeting).await.unwrap().is_changed());
    assert_eq!(desk.contents().await, before);
    let back = desk.restore(&meeting).await.unwrap();
    assert!(matches!(&back, Written::Changed(back) if back.document == meeting.document && back.version == 3));
    assert!(!desk.restore(&meeting).await.unwrap().is_changed());
    let ops: Vec<Op> = desk.history(meeting.id).await.iter().map(|line| line.op).collect();
    assert_eq!(ops, [Op::Restore, Op::Delete, Op::Create]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_is_replaced_by_a_public_one_of_any_office() {
    let desk = Desk::new().await;
    let (a, b, c) = (desk.online("a").await, desk.online("b").await, desk.online("c").await);
    let theirs = desk.create_in(desk.other, online("theirs")).await.unwrap();
    desk.patch(&c, json!({ "published": false })).await.unwrap();
    let nobody = MeetingId(uuid::Uuid::nil());
    for wrong in [a.id, c.id, nobody] {
        assert_eq!(refused(desk.delete_for(&a, Some(wrong)).await)[0].0, "/replaced_by");
    }
    desk.delete_for(&a, Some(theirs.id)).await.unwrap();
    // So no chain of replacements comes back to where it began.
    assert_eq!(refused(desk.delete_for(&b, Some(a.id)).await)[0].0, "/replaced_by");
    let gone = desk.directory().await.gone;
    assert_eq!(gone.iter().find(|gone| gone.id == a.id).unwrap().replaced_by, Some(theirs.id));
    desk.restore(&a).await.unwrap();
    desk.delete(&a).await.unwrap();
    assert_eq!(desk.directory().await.gone.iter().find(|gone| gone.id == a.id).unwrap().replaced_by, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_use_is_not_deleted() {
    let desk = Desk::new().await;
    let group = desk.group(json!({ "name": "G" })).await.unwrap();
    let place = desk.location(hall()).await.unwrap();
    let north = desk.region(json!({ "name": "North" })).await.unwrap();
    let inner = desk.region(json!({ "name": "Inner", "parent_id": north.id })).await.unwrap();
    let mut body = online("a");
    body["group_id"] = json!(group.id);
    body["location_id"] = json!(place.id);
    body["region_id"] = json!(inner.id);
    let meeting = desk.create(body).await.unwrap();
    let delete = async || {
        let any = &IfMatch::Any;
        let group = desk.write(async |connection, stamp| directory::delete_group(connection, &group, any, stamp).await);
        let group = group.await;
        let place =
            desk.write(async |connection, stamp| directory::delete_location(connection, &place, any, stamp).await);
        let place = place.await;
        let inner =
            desk.write(async |connection, stamp| directory::delete_region(connection, &inner, any, stamp).await);
        let inner = inner.await;
        let north =
            desk.write(async |connection, stamp| directory::delete_region(connection, &north, any, stamp).await);
        (group.map(drop), place.map(drop), inner.map(drop), north.await.map(drop))
    };
    let in_use =
        |outcome: Result<(), WriteError>, what: &str| matches!(outcome, Err(WriteError::InUse(by)) if by == what);
    let (of_group, of_place, of_inner, of_north) = delete().await;
    assert!(in_use(of_group, "meetings") && in_use(of_place, "meetings") && in_use(of_inner, "meetings"));
    assert!(in_use(of_north, "regions"));
    desk.delete(&meeting).await.unwrap();
    let (of_group, of_place, of_inner, of_north) = delete().await;
    assert!(of_group.is_ok() && of_place.is_ok() && of_inner.is_ok() && of_north.is_ok());

    // The meeting cannot come back to what is gone, and is told what that is.
    let told = refused(desk.restore(&meeting).await);
    let pointers: Vec<&str> = told.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, ["/group_id", "/location_id", "/region_id"]);
    let stored = async |id| {
        let mut read = openchair::db::begin_read(&desk.pools.directory, openchair::db::Scope::Read).await.unwrap();
        directory::find_region(&mut read, id).await.unwrap().unwrap()
    };
    let inner = stored(inner.id).await;
    let outcome =
        desk.write(async |connection, stamp| directory::restore_region(connection, &inner, stamp).await).await;
    assert_eq!(refused(outcome)[0].0, "/parent_id");
    let north = stored(north.id).await;
    desk.write(async |connection, stamp| directory::restore_region(connection, &north, stamp).await).await.unwrap();
    desk.write(async |connection, stamp| directory::restore_region(connection, &inner, stamp).await).await.unwrap();
    assert_eq!(refused(desk.restore(&meeting).await).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_region_is_not_public_and_frees_its_name_but_not_its_slug() {
    let desk = Desk::new().await;
    let north = desk.region(json!({ "name": "North" })).await.unwrap();
    assert!(matches!(desk.region(json!({ "name": "North", "slug": "n" })).await, Err(WriteError::NameTaken)));
    desk.write(async |connection, stamp| directory::delete_region(connection, &north, &IfMatch::Any, stamp).await)
        .await
        .unwrap();
    let mut read = openchair::db::begin_read(&desk.pools.directory, openchair::db::Scope::Read).await.unwrap();
    let public = directory::load(&mut read, directory::Extent::Public).await.unwrap();
    assert!(public.regions.is_empty());
    drop(read);
    assert!(matches!(desk.region(json!({ "name": "N", "slug": "north" })).await, Err(WriteError::SlugTaken)));
    let second = desk.region(json!({ "name": "North" })).await.unwrap();
    assert_eq!(second.document.slug.as_str(), "north-2");
    let deleted = openchair::directory::StoredRegion { deleted: true, version: 2, ..north };
    let back = desk.write(async |connection, stamp| directory::restore_region(connection, &deleted, stamp).await).await;
    assert!(matches!(back, Err(WriteError::NameTaken)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_makes_a_deleted_region_anew_under_another_slug() {
    let desk = Desk::new().await;
    let row = |slug: &str, region: Option<&str>| {
        json!({ "slug": slug, "name": slug, "day": 1, "time": "19:00", "region": region,
            "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA" })
    };
    desk.import(&serde_json::to_vec(&json!([row("a", Some("North"))])).unwrap()).await;
    desk.import(&serde_json::to_vec(&json!([row("a", None)])).unwrap()).await;
    let region = desk.directory().await.regions[0].id;
    desk.write(async |connection, stamp| {
        let north = directory::find_region(connection, region).await?.unwrap();
        directory::delete_region(connection, &north, &IfMatch::Any, stamp).await
    })
    .await
    .unwrap();
    desk.import(&serde_json::to_vec(&json!([row("a", Some("North"))])).unwrap()).await;
    let mut slugs: Vec<String> = desk.directory().await.regions.iter().map(|region| region.slug.to_string()).collect();
    slugs.sort();
    assert_eq!(slugs, ["north", "region"]);
}
