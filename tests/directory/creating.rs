//! Making things.

use openchair::directory::{Op, TimezoneSource, WriteError};
use serde_json::json;

use super::{
    Desk,
    desk::{hall, online},
    refused,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_is_made_as_it_was_sent_with_its_line_in_the_log() {
    let desk = Desk::new().await;
    let group = desk.group(json!({ "name": "Lantern Group" })).await.unwrap();
    let place = desk.location(hall()).await.unwrap();
    let north = desk.region(json!({ "name": "North" })).await.unwrap();
    let body = json!({
        "name": "  Early Risers ", "slug": "early", "group_id": group.id, "location_id": place.id,
        "region_id": north.id, "day": 0, "time": "23:30", "end_time": "00:45", "timezone": "America/Denver",
        "district": "12", "types": ["D", "O", "D"], "attendance": "hybrid", "notes": "Ring twice.\r\nBell.",
        "conference": { "url": "https://zoom.us/j/1", "phone": "+1 (312) 626-6799,,1#" },
        "contribution": { "venmo": "@Lantern", "square": "$Lantern", "paypal": "Lantern", "homegroup_online": "l" },
        "website": "https://example.org/", "feedback_url": "mailto:office@example.org",
        "contacts": [{ "name": "Ida M.", "phone": "312-555-0100" }, { "name": "John Smith" }],
        "contacts_public": true, "admin_notes": "Key.", "published": false,
    });
    let made = desk.create(body).await.unwrap();
    assert_eq!(desk.stored(made.id).await, made);
    let document = &made.document;
    assert_eq!((document.name.as_str(), document.duration_minutes), ("Early Risers", Some(75)));
    assert_eq!(document.types, ["D", "O"]);
    assert_eq!(document.notes.as_deref(), Some("Ring twice.\nBell."));
    assert_eq!(document.conference.phone.as_deref(), Some("+13126266799,,1#"));
    assert_eq!(document.contacts.iter().map(|contact| contact.likely_last_name).collect::<Vec<_>>(), [false, true]);
    assert_eq!((made.version, made.deleted, made.from_feed), (1, false, false));
    let history = desk.history(made.id).await;
    assert_eq!(history.len(), 1);
    assert_eq!((history[0].op, history[0].version, &history[0].before), (Op::Create, 1, &None));
    assert_eq!(json!(history[0].after), json!(document));
    let apart = desk
        .query("SELECT after ? 'contacts' AS within, contacts_after FROM directory.changes WHERE entity = 'meeting'")
        .await;
    assert_eq!(apart[0]["within"], json!(false));
    assert_eq!(apart[0]["contacts_after"][1], json!({ "name": "John Smith", "likely_last_name": true }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_without_a_slug_gets_one_of_its_name() {
    let desk = Desk::new().await;
    let mut slugs = Vec::new();
    for name in ["Early Risers", "Early Risers", "日本", "!!!"] {
        let mut body = online("x");
        body["name"] = json!(name);
        body.as_object_mut().unwrap().remove("slug");
        slugs.push(desk.create(body).await.unwrap().document.slug.to_string());
    }
    assert_eq!(slugs, ["early-risers", "early-risers-2", "ri-ben", "meeting"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slug_is_taken_by_living_deleted_and_renamed_meetings() {
    let desk = Desk::new().await;
    desk.online("a").await;
    let gone = desk.online("b").await;
    desk.delete(&gone).await.unwrap();
    let renamed = desk.online("c").await;
    desk.patch(&renamed, json!({ "slug": "d" })).await.unwrap();
    for slug in ["a", "b", "c", "d"] {
        assert!(matches!(desk.create(online(slug)).await, Err(WriteError::SlugTaken)), "{slug}");
    }
    // Another office's slugs stand in no one's way.
    assert_eq!(desk.create_in(desk.other, online("a")).await.unwrap().document.slug.as_str(), "a");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_zone_is_given_or_that_of_the_place_or_the_intergroups() {
    let desk = Desk::new().await;
    let brighton = desk.location(json!({ "latitude": 50.83, "longitude": -0.14 })).await.unwrap();
    let area = json!({ "city": "Brighton", "latitude": 50.83, "longitude": -0.14, "approximate": true });
    let area = desk.location(area).await.unwrap();
    for (slug, extra, zone, source) in [
        ("a", json!({ "timezone": "America/Chicago" }), "America/Chicago", TimezoneSource::Given),
        ("b", json!({ "location_id": brighton.id }), "Europe/London", TimezoneSource::Coordinates),
        ("c", json!({ "location_id": area.id }), "America/Chicago", TimezoneSource::Intergroup),
        ("d", json!({}), "America/Chicago", TimezoneSource::Intergroup),
    ] {
        let mut body = online(slug);
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let made = desk.create(body).await.unwrap().document;
        assert_eq!((made.timezone.name(), made.timezone_source), (zone, source), "{slug}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_is_told_at_once_and_nothing_is_written() {
    let desk = Desk::new().await;
    let before = desk.contents().await;
    let body = json!({
        "slug": "a b", "day": 7, "time": "7pm", "types": ["O", "ONL", "XX"], "timezone": "CST",
        "conference": { "url": "zoom.us", "phone": "911" }, "contribution": { "venmo": "Lantern" },
        "website": "javascript:alert(1)", "contacts": [{ "email": "x" }], "notes": null, "role": "owner",
        "duration_minutes": 0,
    });
    let mut told = refused(desk.create(body).await);
    told.sort();
    let told: Vec<&str> = told.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(
        told,
        [
            "/conference/phone",
            "/conference/url",
            "/contacts/0/email",
            "/contribution/venmo",
            "/day",
            "/duration_minutes",
            "/name",
            "/notes",
            "/role",
            "/slug",
            "/time",
            "/timezone",
            "/types/1",
            "/types/2",
            "/website",
        ]
    );
    assert_eq!(desk.contents().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_meeting_points_to_is_of_its_own_intergroup_and_not_deleted() {
    let desk = Desk::new().await;
    let theirs = desk.group_in(desk.other, json!({ "name": "Theirs" })).await.unwrap();
    let place = desk.location_in(desk.other, hall()).await.unwrap();
    let mut body = online("a");
    body["group_id"] = json!(theirs.id);
    body["location_id"] = json!(place.id);
    body["region_id"] = json!(theirs.id);
    let unknown = |pointer: &str| (pointer.to_owned(), "unknown_reference");
    assert_eq!(refused(desk.create(body).await), ["/group_id", "/location_id", "/region_id"].map(unknown));
    let mut body = online("a");
    body["intergroup_id"] = json!(desk.other);
    assert_eq!(refused(desk.create(body.clone()).await).len(), 1);
    body["intergroup_id"] = json!(desk.office);
    desk.create(body).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_belongs_to_its_parent_and_is_no_ones_else() {
    let desk = Desk::new().await;
    let input: openchair::directory::NewIntergroupInput =
        super::desk::input(json!({ "slug": "lantern-north", "name": "North", "timezone": "America/Denver" })).unwrap();
    let again = input.clone();
    let child = desk
        .write(async |connection, stamp| {
            openchair::directory::create_child(connection, desk.office, input, stamp, &desk.entropy).await
        })
        .await
        .unwrap();
    assert_eq!(child.document.parent_id, Some(desk.office));
    let twice = desk
        .write(async |connection, stamp| {
            openchair::directory::create_child(connection, desk.office, again, stamp, &desk.entropy).await
        })
        .await;
    assert!(matches!(twice, Err(WriteError::SlugTaken)));
    // The parent's scope covers the child from now on.
    desk.write(async |connection, stamp| {
        let input = super::desk::input(online("a"))?;
        openchair::directory::create_meeting(connection, child.id, &input, stamp, &desk.entropy).await
    })
    .await
    .unwrap();
}
