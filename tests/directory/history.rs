//! History, going back, and saying that a listing is still right.

use chrono::TimeDelta;
use openchair::{
    directory::{self, Actor, Op, WriteError, Written},
    http::IfMatch,
};
use serde_json::json;

use super::{
    Desk,
    desk::{hall, online},
    refused,
};

#[tokio::test(flavor = "multi_thread")]
async fn any_version_can_be_gone_back_to() {
    let desk = Desk::new().await;
    let mut body = online("a");
    body["contacts"] = json!([{ "name": "Ida M." }]);
    let first = desk.create(body).await.unwrap();
    let second = desk.patch(&first, json!({ "name": "B", "contacts": [], "slug": "b" })).await.unwrap().into_inner();
    desk.patch(&first, json!({ "conference": { "url_notes": null }, "published": false })).await.unwrap();
    let back = desk.revert(&first, 1).await.unwrap();
    assert!(matches!(&back, Written::Changed(back) if back.document == first.document && back.version == 4));
    assert!(!desk.revert(&first, 1).await.unwrap().is_changed());
    assert!(!desk.revert(&first, 4).await.unwrap().is_changed());
    assert_eq!(desk.revert(&first, 2).await.unwrap().into_inner().document, second.document);
    for version in [0, 6, -1] {
        assert!(matches!(desk.revert(&first, version).await, Err(WriteError::NoSuchVersion)), "{version}");
    }
    assert_eq!(desk.history(first.id).await[0].op, Op::Update);
}

#[tokio::test(flavor = "multi_thread")]
async fn going_back_to_what_is_gone_is_refused_and_says_what() {
    let desk = Desk::new().await;
    let place = desk.location(hall()).await.unwrap();
    let mut body = online("a");
    body["location_id"] = json!(place.id);
    let meeting = desk.create(body).await.unwrap();
    desk.patch(&meeting, json!({ "location_id": null })).await.unwrap();
    desk.write(async |connection, stamp| directory::delete_location(connection, &place, &IfMatch::Any, stamp).await)
        .await
        .unwrap();
    assert!(matches!(desk.revert(&meeting, 1).await, Err(WriteError::Missing(_))));
    assert_eq!(refused(desk.revert(&meeting, 1).await), [("/location_id".to_owned(), "unknown_reference")]);
    desk.delete(&meeting).await.unwrap();
    assert!(matches!(desk.revert(&meeting, 2).await, Err(WriteError::Deleted)));
    desk.restore(&meeting).await.unwrap();
    // After version 3 there was nothing.
    assert!(matches!(desk.revert(&meeting, 3).await, Err(WriteError::NoSuchVersion)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_import_brought_can_be_gone_back_to() {
    let desk = Desk::new().await;
    let row = json!([{ "slug": "a", "name": "A", "day": 1, "time": "19:00", "notes": "Ring.", "types": ["O"],
        "location": "Tinder Hall", "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA", "region": "North",
        "contact_1_name": "Fern Loosestrife", "group": "G", "conference_url": "https://zoom.us/j/1" }]);
    desk.import(&serde_json::to_vec(&row).unwrap()).await;
    let meeting = desk.stored(desk.directory().await.meetings[0].id).await;
    assert!(meeting.document.contacts[0].likely_last_name);
    desk.patch(&meeting, json!({ "notes": "Knock.", "contacts": [{ "name": "Ida M." }] })).await.unwrap();
    let back = desk.revert(&meeting, 1).await.unwrap().into_inner();
    assert_eq!(back.document, meeting.document);
    let history = desk.history(meeting.id).await;
    let import = desk.query("SELECT id FROM directory.imports").await[0]["id"].clone();
    assert!(matches!(history[2].actor, Actor::Import(id) if json!(id) == import));
    assert_eq!(history[0].actor, Actor::Account(Desk::account()));
    assert_eq!(history[0].changed, ["contacts", "notes"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn history_comes_in_pages_the_latest_first() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    for n in 0..4 {
        desk.patch(&meeting, json!({ "notes": n.to_string() })).await.unwrap();
    }
    let whole = desk.history(meeting.id).await;
    assert_eq!(whole.iter().map(|line| line.version).collect::<Vec<_>>(), [5, 4, 3, 2, 1]);
    let mut read = openchair::db::begin_read(&desk.pools.directory, openchair::db::Scope::Read).await.unwrap();
    let page = directory::history(&mut read, meeting.id, Some(whole[1].id), 2).await.unwrap();
    assert_eq!(page, whole[2..4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn still_right_is_said_once_a_day_and_is_no_new_version() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    let before = desk.shown(meeting.id).await;
    desk.clock.advance(TimeDelta::hours(11));
    let verify = async || {
        let verified =
            desk.write(async |connection, stamp| directory::verify_meeting(connection, &meeting, stamp).await).await;
        verified.unwrap()
    };
    // 4 a.m. in UTC is the evening before in Chicago.
    let day = "2026-05-04".parse().unwrap();
    assert_eq!((verify().await, verify().await), (Written::Changed(day), Written::Unchanged(day)));
    let after = desk.shown(meeting.id).await;
    assert_eq!((after.verified_on, after.version, after.updated_at), (Some(day), 1, before.updated_at));
    assert!(after.revision > before.revision);
    let ops: Vec<Op> = desk.history(meeting.id).await.iter().map(|line| line.op).collect();
    assert_eq!(ops, [Op::Verify, Op::Create]);
    desk.patch(&meeting, json!({ "notes": "Ring." })).await.unwrap();
    assert!(desk.revert(&meeting, 1).await.unwrap().is_changed());
}
