//! Rules of more than one field.

use openchair::directory::WriteError;
use serde_json::{Value, json};

use super::{Desk, desk::hall, refused};

fn with(mut body: Value, extra: &Value) -> Value {
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    body
}

fn bare() -> Value {
    json!({ "name": "Early Risers", "day": 1, "time": "07:00" })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_asserted_attendance_is_refused_with_what_is_missing() {
    let desk = Desk::new().await;
    let door = json!(desk.location(hall()).await.unwrap().id);
    let area = json!(desk.location(json!({ "city": "Chicago", "approximate": true })).await.unwrap().id);
    let zoom = json!({ "url": "https://zoom.us/j/1" });
    let phone = json!({ "phone": "312 626 6799" });
    for (extra, attendance, words) in [
        (json!({ "location_id": door }), "in_person", None),
        (json!({ "conference": zoom }), "online", None),
        (json!({ "conference": phone }), "online", None),
        (json!({ "conference": zoom, "location_id": area }), "online", None),
        (json!({ "conference": zoom, "location_id": door }), "hybrid", None),
        (json!({}), "inactive", None),
        (json!({ "location_id": door, "types": ["TC"] }), "inactive", None),
        (
            json!({ "location_id": area, "conference": zoom }),
            "in_person",
            Some("not approximate, and no type TC; without online"),
        ),
        (json!({ "location_id": door, "types": ["TC"], "conference": zoom }), "hybrid", Some("in person needs")),
        (json!({ "location_id": door }), "online", Some("online needs a conference link")),
        (json!({ "location_id": door, "conference": zoom }), "in_person", Some("without online it needs no")),
        (json!({}), "online", Some("phone number of ten digits")),
    ] {
        let body = with(with(bare(), &extra), &json!({ "attendance": attendance }));
        let outcome = desk.create(body.clone()).await;
        match (outcome, words) {
            (Ok(_), None) => {}
            (Err(WriteError::Invalid(invalid)), Some(words)) => {
                assert_eq!((invalid.len(), &*invalid[0].name), (1, "/attendance"), "{body}");
                assert!(invalid[0].message.contains(words), "{body}: {}", invalid[0].message);
            }
            (other, _) => panic!("{body}: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_meeting_that_nobody_could_attend_is_refused_unless_it_says_so() {
    let desk = Desk::new().await;
    assert_eq!(refused(desk.create(bare()).await), [("/location_id".to_owned(), "nowhere_to_go")]);
    desk.create(with(bare(), &json!({ "types": ["TC"] }))).await.unwrap();
    desk.create(with(bare(), &json!({ "attendance": "inactive" }))).await.unwrap();
    let kept = desk.create(with(bare(), &json!({ "published": false }))).await.unwrap();
    assert_eq!(refused(desk.patch(&kept, json!({ "published": true })).await)[0].1, "nowhere_to_go");
    desk.patch(&kept, json!({ "published": true, "conference": { "url": "https://zoom.us/j/1" } })).await.unwrap();
    assert_eq!(refused(desk.patch(&kept, json!({ "conference": null })).await)[0].1, "nowhere_to_go");
    desk.patch(&kept, json!({ "conference": null, "attendance": "inactive" })).await.unwrap();
    // What does not touch the venue goes through.
    assert!(desk.patch(&kept, json!({ "notes": "Soon again.", "time": "08:00" })).await.unwrap().is_changed());
}

#[tokio::test(flavor = "multi_thread")]
async fn day_and_time_stand_together() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    assert_eq!(refused(desk.patch(&meeting, json!({ "day": null })).await), [("/day".to_owned(), "missing_field")]);
    assert_eq!(refused(desk.patch(&meeting, json!({ "time": null })).await)[0].0, "/time");
    let by_appointment = desk.patch(&meeting, json!({ "day": null, "time": null })).await.unwrap().into_inner();
    assert_eq!((by_appointment.document.day, by_appointment.document.time), (None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_a_length_and_agrees_with_one() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    let length = async |patch: Value| {
        desk.patch(&meeting, patch).await.map(|written| written.into_inner().document.duration_minutes)
    };
    assert_eq!(length(json!({ "end_time": "20:30" })).await.unwrap(), Some(90));
    assert_eq!(length(json!({ "end_time": "19:00" })).await.unwrap(), Some(1440));
    assert_eq!(length(json!({ "end_time": "20:00", "duration_minutes": 60 })).await.unwrap(), Some(60));
    assert_eq!(refused(length(json!({ "end_time": "20:00", "duration_minutes": 61 })).await)[0].0, "/end_time");
    assert_eq!(length(json!({ "time": "18:00", "end_time": "20:00" })).await.unwrap(), Some(120));
    assert_eq!(length(json!({ "time": "19:00" })).await.unwrap(), Some(120));
    assert_eq!(length(json!({ "end_time": null })).await.unwrap(), None);
    let gone = json!({ "day": null, "time": null, "end_time": "20:00" });
    assert_eq!(refused(length(gone).await), [("/end_time".to_owned(), "without_time")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_is_not_both_open_and_closed() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    assert_eq!(
        refused(desk.patch(&meeting, json!({ "types": ["C", "O"] })).await),
        [("/types".to_owned(), "contradiction")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conference_link_is_of_a_known_service() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    let link = |url: &str| json!({ "conference": { "url": url } });
    for bad in ["https://evilzoom.us/j/1", "https://example.org/zoom.us"] {
        assert_eq!(
            refused(desk.patch(&meeting, link(bad)).await)[0],
            ("/conference/url".to_owned(), "unknown_provider")
        );
    }
    desk.patch(&meeting, link("https://us04web.zoom.us/j/2")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_at_most_three_and_each_says_something() {
    let desk = Desk::new().await;
    let meeting = desk.online("a").await;
    let ida = json!({ "name": "Ida M." });
    let four = json!({ "contacts": [ida, ida, ida, ida] });
    assert_eq!(refused(desk.patch(&meeting, four).await), [("/contacts".to_owned(), "too_many")]);
    assert_eq!(refused(desk.patch(&meeting, json!({ "contacts": [ida, {}] })).await)[0].0, "/contacts/1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_location_says_where_it_is() {
    let desk = Desk::new().await;
    assert_eq!(refused(desk.location(json!({ "notes": "Ramp." })).await), [(String::new(), "empty")]);
    assert_eq!(refused(desk.location(json!({ "name": "H", "latitude": 1.0 })).await)[0].0, "/longitude");
    assert_eq!(refused(desk.location(json!({ "name": "H", "latitude": 91, "longitude": 0 })).await)[0].0, "/latitude");
    assert_eq!(refused(desk.location(json!({ "latitude": 0, "longitude": 0 })).await)[0].1, "at_zero");
    let made = desk.location(json!({ "latitude": 41.884_251_9, "longitude": -0.000_001 })).await.unwrap();
    assert_eq!((made.document.latitude, made.document.longitude), (Some(41.88425), Some(0.0)));
    assert!(!made.document.approximate);
}
