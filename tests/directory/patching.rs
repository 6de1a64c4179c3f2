//! PATCH changes what it names and nothing else.

use chrono::TimeDelta;
use openchair::{
    directory::{Op, WriteError, Written},
    http::{ErrorCode, IfMatch},
};
use serde_json::{Value, json};

use super::{
    Desk,
    desk::{hall, input, online},
    refused,
};

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_sent_changes() {
    let desk = Desk::new().await;
    let place = desk.location(hall()).await.unwrap();
    let mut body = online("a");
    body["location_id"] = json!(place.id);
    body["contacts"] = json!([{ "name": "Ida M.", "email": "ida@example.org" }]);
    body["contribution"] = json!({ "venmo": "@Lantern" });
    let before = desk.create(body).await.unwrap();
    desk.clock.advance(TimeDelta::days(1));
    let after = desk.patch(&before, json!({ "conference": { "url_notes": null, "phone": "3126266799" } })).await;
    let after = after.unwrap().into_inner();
    let mut wanted = before.document.clone();
    wanted.conference.url_notes = None;
    wanted.conference.phone = Some("3126266799".to_owned());
    assert_eq!((&after.document, after.version), (&wanted, 2));
    assert_eq!(desk.stored(before.id).await, after);
    let line = &desk.history(before.id).await[0];
    assert_eq!((line.op, line.version, &line.changed), (Op::Update, 2, &vec!["conference".to_owned()]));
    assert_eq!((json!(line.before), json!(line.after)), (json!(before.document), json!(wanted)));
    assert_eq!(desk.shown(before.id).await.updated_at, desk.now());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_is_there_already_writes_nothing_even_when_stale() {
    let desk = Desk::new().await;
    let mut body = online("a");
    body["contacts"] = json!([{ "name": "John Smith" }]);
    let meeting = desk.create(body.clone()).await.unwrap();
    let before = desk.contents().await;
    desk.clock.advance(TimeDelta::days(1));
    for patch in [
        json!({}),
        json!({ "name": "Meeting a" }),
        json!({ "name": "  Meeting a ", "types": ["O", "O"], "end_time": "20:00" }),
        json!({ "district": null, "conference": { "phone": null }, "attendance": "online" }),
        body,
    ] {
        for stale in [IfMatch::Absent, IfMatch::Versions(vec![99])] {
            let outcome = desk.patch_if(&meeting, patch.clone(), &stale).await.unwrap();
            assert_eq!(outcome, Written::Unchanged(meeting.clone()), "{patch}");
        }
    }
    assert_eq!(desk.contents().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_version_is_asked_for_before_the_content() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    let code = |outcome| match outcome {
        Err(WriteError::Precondition(error)) => error.code(),
        other => panic!("{other:?}"),
    };
    for patch in [json!({ "name": "B" }), json!({ "name": 5 }), json!({ "time": null })] {
        let absent = desk.patch_if(&meeting, patch.clone(), &IfMatch::Absent).await;
        assert_eq!(code(absent), ErrorCode::PreconditionRequired);
        let stale = desk.patch_if(&meeting, patch, &IfMatch::Versions(vec![2])).await;
        assert_eq!(code(stale), ErrorCode::PreconditionFailed);
    }
    desk.patch_if(&meeting, json!({ "name": "B" }), &IfMatch::Versions(vec![1])).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_editors_with_one_version_the_second_is_told() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    let first = IfMatch::Versions(vec![1]);
    let (one, two) = tokio::join!(
        desk.patch_if(&meeting, json!({ "name": "One" }), &first),
        desk.patch_if(&meeting, json!({ "notes": "Two" }), &first),
    );
    assert_ne!(one.is_ok(), two.is_ok());
    assert_eq!(desk.stored(meeting.id).await.version, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_field_is_refused_whatever_its_value() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    for patch in [
        json!({ "role": "owner" }),
        json!({ "role": null }),
        json!({ "name": "Meeting a", "role": {} }),
        json!({ "timezone_source": "given" }),
        json!({ "timezone_source": "intergroup" }),
        json!({ "version": 1 }),
        json!({ "likely_last_name": true }),
        json!({ "conference": { "provider": "Zoom" } }),
        json!({ "conference": { "provider": null } }),
        json!({ "contribution": { "bitcoin": {} } }),
        json!({ "contacts": [{ "name": "Ida M.", "likely_last_name": false }] }),
    ] {
        let told = refused(desk.patch(&meeting, patch.clone()).await);
        assert!(told.iter().all(|(_, code)| *code == "unknown_field") && told.len() == 1, "{patch}: {told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_meeting_cannot_be_without_is_not_taken_away() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    for (patch, code) in [
        (json!({ "name": null }), "missing_field"),
        (json!({ "slug": null }), "null_not_allowed"),
        (json!({ "intergroup_id": null }), "null_not_allowed"),
    ] {
        assert_eq!(refused(desk.patch(&meeting, patch.clone()).await)[0].1, code, "{patch}");
    }
    assert_eq!(refused(desk.patch(&meeting, json!(["name"])).await), [(String::new(), "wrong_type")]);
    // What has a default goes back to it.
    desk.patch(&meeting, json!({ "published": false })).await.unwrap();
    assert!(desk.patch(&meeting, json!({ "published": null })).await.unwrap().into_inner().document.published);
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_notes_do_not_move_the_day_that_a_listing_changed() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    let then = desk.now();
    desk.clock.advance(TimeDelta::days(1));
    let patched = desk.patch(&meeting, json!({ "admin_notes": "Key." })).await.unwrap().into_inner();
    let shown = desk.shown(meeting.id).await;
    assert_eq!((patched.version, shown.version, shown.updated_at), (2, 2, then));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_former_slug_goes_on_leading_to_its_meeting() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    let aliases = async || desk.query("SELECT slug FROM directory.meeting_aliases ORDER BY 1").await;
    desk.patch(&meeting, json!({ "slug": "b" })).await.unwrap();
    assert_eq!(aliases().await, [json!({ "slug": "a" })]);
    desk.patch(&meeting, json!({ "slug": "c" })).await.unwrap();
    assert_eq!(aliases().await.len(), 2);
    desk.patch(&meeting, json!({ "slug": "a" })).await.unwrap();
    assert_eq!(aliases().await, [json!({ "slug": "b" }), json!({ "slug": "c" })]);
    let other = desk.online("d").await;
    for taken in ["a", "b"] {
        assert!(matches!(desk.patch(&other, json!({ "slug": taken })).await, Err(WriteError::SlugTaken)), "{taken}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_meeting_is_not_patched() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    desk.delete(&meeting).await.unwrap();
    assert!(matches!(desk.patch(&meeting, json!({ "name": "B" })).await, Err(WriteError::Deleted)));
}

/// The peer loses the parent of a service body that is patched without it.
#[tokio::test(flavor = "multi_thread")]
async fn r1_an_intergroup_that_is_patched_without_its_parent_keeps_it() {
    let desk = Desk::new().await;
    let child: openchair::directory::NewIntergroupInput =
        input(json!({ "slug": "north", "name": "North", "timezone": "America/Denver" })).unwrap();
    let child = desk
        .write(async |connection, stamp| {
            openchair::directory::create_child(connection, desk.office, child, stamp, &desk.entropy).await
        })
        .await
        .unwrap();
    let patched = desk.patch_intergroup(child.id, json!({ "name": "Northern" })).await.unwrap().into_inner();
    assert_eq!((patched.document.parent_id, patched.document.name.as_str()), (Some(desk.office), "Northern"));
    let patch = |field: &str, value: Value| json!({ field: value });
    for (field, value) in [("parent_id", json!(desk.other)), ("parent_id", json!(null)), ("slug", json!("south"))] {
        let told = refused(desk.patch_intergroup(child.id, patch(field, value)).await);
        assert_eq!(told, [(format!("/{field}"), "unknown_field")]);
    }
}

/// The peer turns a temporarily virtual meeting into a virtual one when its
/// name is patched.
#[tokio::test(flavor = "multi_thread")]
async fn r2_a_meeting_closed_for_now_stays_so_when_its_name_is_patched() {
    let desk = Desk::new().await;
    let place = desk.location(hall()).await.unwrap();
    let mut body = online("a");
    body["location_id"] = json!(place.id);
    body["types"] = json!(["O", "TC"]);
    body["attendance"] = json!("online");
    let meeting = desk.create(body).await.unwrap();
    let patched = desk.patch(&meeting, json!({ "name": "Still closed" })).await.unwrap().into_inner();
    assert_eq!(patched.document.types, ["O", "TC"]);
    assert_eq!(patched.document.location_id, Some(place.id));
}
