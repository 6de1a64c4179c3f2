//! Rules of the contract about order and pages.

use chrono::TimeDelta;

use super::{body, numbers, of, page, parse, shown, sunday};
use crate::search::{
    engine::search,
    page::expires_in_s,
    snapshot::Snapshot,
    testing::{meeting, on, online},
};

#[test]
fn names_are_ordered_by_their_folded_key_and_ties_by_id() {
    let names = ["Zebra", "élan", "ELAN", "Apple", "Elan!"];
    let meetings: Vec<_> = names
        .iter()
        .zip(1..)
        .map(|(name, n)| {
            let mut one = online(meeting(n));
            one.content.name = (*name).to_owned();
            one
        })
        .collect();
    assert_eq!(numbers(&meetings, "sort=name"), [4, 2, 3, 5, 1]);
}

#[test]
fn next_is_what_is_under_way_and_then_what_starts_first() {
    let mut appointment = online(meeting(1));
    appointment.content.start = None;
    let meetings = [
        appointment,
        online(on(meeting(2), 0, "13:00")),
        online(on(meeting(3), 0, "11:30")),
        online(on(meeting(4), 0, "11:00")),
    ];
    assert_eq!(numbers(&meetings, "sort=next"), [3, 2, 4, 1], "it is noon, and an hour is assumed");
    assert_eq!(numbers(&meetings, "sort=day_time"), [4, 3, 2, 1]);
}

#[test]
fn without_an_occurrence_nothing_is_said_of_the_next() {
    let mut appointment = online(meeting(1));
    appointment.content.start = None;
    let body = body(&page(&Snapshot::build(of(&[appointment])), ""));
    for field in ["day", "time", "next_start", "next_end", "under_way"] {
        assert!(body["data"][0].get(field).is_none(), "{field}");
    }
}

#[test]
fn a_page_lives_until_the_first_thing_on_it_changes() {
    let expires = |time: &str, millis: i64| {
        let snapshot = Snapshot::build(of(&[online(on(meeting(1), 0, time)), online(on(meeting(2), 3, "19:00"))]));
        let now = sunday() + TimeDelta::milliseconds(millis);
        expires_in_s(search(&snapshot, &parse("").unwrap(), now).unwrap().changes_at, now)
    };
    assert_eq!(expires("13:00", 0), 60);
    assert_eq!(expires("12:01", 0), 60);
    assert_eq!(expires("12:00", -30_000), 30);
    assert_eq!(expires("12:00", -500), 0);
    assert_eq!(expires("11:00", -2_500), 2);
    assert_eq!(expires("11:00", 0), 60);
}

#[test]
fn the_cursor_keeps_the_total_and_the_present_of_the_first_page() {
    let meetings =
        [online(on(meeting(1), 0, "11:30")), online(on(meeting(2), 0, "13:00")), online(on(meeting(3), 1, "13:00"))];
    let first = page(&Snapshot::build(of(&meetings)), "sort=next&limit=1");
    assert_eq!((shown(&body(&first)), first.total), (vec![1], 3));
    let raw = format!("sort=next&cursor={}", first.next_cursor.unwrap());
    let fewer = Snapshot::build(of(&meetings[..2]));
    let later = search(&fewer, &parse(&raw).unwrap(), sunday() + TimeDelta::hours(2)).unwrap();
    let later = body(&later);
    // An hour on the first is next week's; it does not come again.
    assert_eq!(shown(&later), [2]);
    assert_eq!(later["total"], 3);
    assert_eq!(later["data"][0]["next_start"], "2026-01-11T18:00:00Z", "what is shown is as of now");
}

#[test]
fn a_cursor_goes_on_where_its_meeting_is_no_longer() {
    let meetings: Vec<_> = (1..=6).map(|n| online(meeting(n))).collect();
    for sort in ["name", "day_time", "next"] {
        let first = page(&Snapshot::build(of(&meetings)), &format!("sort={sort}&limit=3"));
        let raw = format!("sort={sort}&cursor={}", first.next_cursor.unwrap());
        let mut left = meetings.clone();
        left.remove(2);
        assert_eq!(shown(&body(&page(&Snapshot::build(of(&left)), &raw))), [4, 5, 6], "{sort}");
    }
}

#[test]
fn a_cursor_that_is_none_is_refused_by_name() {
    let snapshot = Snapshot::build(of(&[]));
    let refused = search(&snapshot, &parse("cursor=nonsense").unwrap(), sunday()).unwrap_err();
    assert_eq!((&*refused.name, refused.code), ("cursor", "invalid_cursor"));
}

#[test]
fn an_empty_directory_answers_an_empty_page() {
    let page = page(&Snapshot::default(), "lat=1&lng=1&nearest=5&region=east&type=O");
    assert_eq!(page.body, br#"{"data":[],"total":0}"#);
    assert_eq!((page.shown, expires_in_s(page.changes_at, sunday())), (0, 60));
}

#[test]
fn the_last_full_page_has_no_cursor() {
    let meetings: Vec<_> = (1..=4).map(|n| online(meeting(n))).collect();
    let snapshot = Snapshot::build(of(&meetings));
    assert!(page(&snapshot, "limit=4").next_cursor.is_none());
    let first = page(&snapshot, "limit=2");
    let second = page(&snapshot, &format!("limit=2&cursor={}", first.next_cursor.unwrap()));
    assert_eq!((shown(&body(&second)), second.next_cursor), (vec![3, 4], None));
}

#[test]
fn a_very_long_name_still_makes_a_cursor_that_can_be_sent() {
    let meetings: Vec<_> = (1..=3)
        .map(|n| {
            let mut one = online(meeting(n));
            one.content.name = "\u{fdfa}".repeat(255);
            one
        })
        .collect();
    let snapshot = Snapshot::build(of(&meetings));
    let cursor = page(&snapshot, "sort=name&limit=1").next_cursor.unwrap();
    assert_eq!(shown(&body(&page(&snapshot, &format!("sort=name&cursor={cursor}")))), [2, 3]);
}
