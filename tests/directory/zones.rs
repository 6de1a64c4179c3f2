//! Time zones that follow from places and intergroups.

use openchair::directory::{Op, TimezoneSource};
use serde_json::json;

use super::{
    Desk,
    desk::{hall, online},
};

#[tokio::test(flavor = "multi_thread")]
async fn meetings_follow_the_coordinates_of_their_place_with_history() {
    let desk = Desk::new().await;
    let place = desk.location(hall()).await.unwrap();
    let mut body = online("a");
    body["location_id"] = json!(place.id);
    let follows = desk.create(body.clone()).await.unwrap();
    body["slug"] = json!("b");
    body["timezone"] = json!("America/Denver");
    let given = desk.create(body).await.unwrap();
    desk.patch_location(&place, json!({ "latitude": 39.74, "longitude": -104.99 })).await.unwrap();
    let moved = desk.stored(follows.id).await;
    assert_eq!((moved.document.timezone.name(), moved.version), ("America/Denver", 2));
    assert_eq!(desk.history(follows.id).await[0].changed, ["timezone"]);
    assert_eq!(desk.stored(given.id).await, given);
    desk.patch_location(&place, json!({ "approximate": true })).await.unwrap();
    let moved = desk.stored(follows.id).await.document;
    assert_eq!((moved.timezone.name(), moved.timezone_source), ("America/Chicago", TimezoneSource::Intergroup));
    desk.patch_location(&place, json!({ "notes": "Ramp." })).await.unwrap();
    assert_eq!(desk.stored(follows.id).await.version, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn meetings_follow_the_zone_of_their_intergroup_with_history() {
    let desk = Desk::new().await;
    let place = desk.location(hall()).await.unwrap();
    let follows = desk.online("a").await;
    let mut body = online("b");
    body["location_id"] = json!(place.id);
    let at_its_place = desk.create(body).await.unwrap();
    let before = desk.shown(follows.id).await;
    desk.patch_intergroup(desk.office, json!({ "timezone": "America/Phoenix" })).await.unwrap();
    let moved = desk.stored(follows.id).await;
    assert_eq!((moved.document.timezone.name(), moved.version), ("America/Phoenix", 2));
    assert_eq!(desk.history(follows.id).await[0].op, Op::Update);
    assert!(desk.shown(follows.id).await.revision > before.revision);
    assert_eq!(desk.stored(at_its_place.id).await, at_its_place);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_that_is_taken_away_is_derived_again() {
    let desk = Desk::new().await;
    let mut body = online("a");
    body["timezone"] = json!("America/Denver");
    let meeting = desk.create(body).await.unwrap();
    let patched = desk.patch(&meeting, json!({ "timezone": null })).await.unwrap().into_inner().document;
    assert_eq!((patched.timezone.name(), patched.timezone_source), ("America/Chicago", TimezoneSource::Intergroup));
    assert!(!desk.patch(&meeting, json!({ "timezone": null })).await.unwrap().is_changed());
    let place = desk.location(hall()).await.unwrap();
    let patched = desk.patch(&meeting, json!({ "location_id": place.id })).await.unwrap().into_inner().document;
    assert_eq!(patched.timezone_source, TimezoneSource::Coordinates);
}
