//! Which meetings count as listed more than once.

use super::{area, found_in, meeting, number, of, online, report, street, typed, whole, with_place};
use crate::directory::{Directory, Group, GroupContent, Meeting, Place};
use crate::kernel::{GroupId, IntergroupId, LocationId, Slug};
use crate::search::{
    snapshot::Snapshot,
    testing::{at, on, uuid},
};

/// The sets of a directory, each with the first of it in front.
fn sets_in(directory: Directory) -> Vec<Vec<u32>> {
    let report = report(&Snapshot::build(directory), "kind=duplicate");
    let numbers = |finding: &serde_json::Value| {
        let others = finding["others"].as_array().unwrap().iter().map(number);
        std::iter::once(number(&finding["meeting"])).chain(others).collect()
    };
    report["data"].as_array().unwrap().iter().map(numbers).collect()
}

fn sets(meetings: &[Meeting]) -> Vec<Vec<u32>> {
    sets_in(of(meetings))
}

fn named(name: &str, mut meeting: Meeting) -> Meeting {
    meeting.content.name = name.to_owned();
    meeting
}

fn elm(meeting: Meeting) -> Meeting {
    named("Early Risers", meeting)
}

/// With a link to join by, and no place.
fn linked(n: u32, url: &str) -> Meeting {
    let mut one = elm(meeting(n));
    one.content.conference.url = Some(url.to_owned());
    one
}

/// At a location of its own that has coordinates alone.
fn door(n: u32, latitude: f64, longitude: f64) -> Meeting {
    Meeting { location_id: Some(LocationId(uuid(300 + n))), ..elm(at(meeting(n), latitude, longitude)) }
}

#[test]
fn the_same_name_time_and_place_is_the_same_meeting() {
    let twice = [elm(whole(1)), named("EARLY  risers!", whole(2)), named("Night Owls", whole(3))];
    assert_eq!(sets(&twice), [[1, 2]]);
    assert!(sets(&[elm(whole(1)), on(elm(whole(2)), 4, "19:00")]).is_empty(), "another day");
    assert!(sets(&[elm(whole(1)), on(elm(whole(2)), 3, "19:30")]).is_empty(), "another time");
    let appointment = |n| {
        let mut one = elm(whole(n));
        one.content.start = None;
        one
    };
    assert_eq!(sets(&[appointment(1), appointment(2), elm(whole(3))]), [[1, 2]]);
}

#[test]
fn a_place_is_the_same_within_a_hundred_metres() {
    // A ten-thousandth of a degree of latitude is 11.1 metres.
    assert_eq!(sets(&[door(1, 41.88, -87.63), door(2, 41.8808, -87.63)]), [[1, 2]]);
    assert!(sets(&[door(1, 41.88, -87.63), door(2, 41.881, -87.63)]).is_empty());
    assert_eq!(sets(&[door(1, 10.0, 180.0), door(2, 10.0, -179.9995)]), [[1, 2]], "across the date line");
    assert_eq!(sets(&[door(1, 90.0, 0.0), door(2, 89.9995, 120.0)]), [[1, 2]], "around a pole");
    let row = [door(1, 0.0, 0.0), door(2, 0.0, 0.0016), door(3, 0.0, 0.0008)];
    assert_eq!(sets(&row), [[1, 2, 3]], "the one between is near both");
}

#[test]
fn every_pair_within_a_hundred_metres_is_found_wherever_it_lies() {
    for step in 0..500_u32 {
        let (latitude, longitude) = (f64::from(step) * 0.17 - 42.0, f64::from(step) * 0.713 - 178.0);
        let pair = [door(1, latitude, longitude), door(2, latitude + 0.00088, longitude)];
        assert_eq!(sets(&pair), [[1, 2]], "{latitude}, {longitude}");
    }
}

#[test]
fn a_place_is_the_same_at_the_same_address_or_location() {
    let other = Place { formatted_address: Some("12 ELM ST.; Springfield".into()), ..Place::default() };
    let parts = Place { address: Some("12 Elm St".into()), city: Some("Springfield".into()), ..Place::default() };
    let places = [street(), other, parts];
    let meetings: Vec<_> = (1..).zip(places).map(|(n, place)| elm(with_place(meeting(n), place))).collect();
    assert_eq!(sets(&meetings), [[1, 2, 3]]);
    let closed = [elm(with_place(meeting(1), street())), typed(elm(with_place(meeting(2), street())), &["TC"])];
    assert_eq!(sets(&closed), [[1, 2]], "also while it is closed");
    let hall = || Place { name: Some("Hall".into()), ..Place::default() };
    assert_eq!(sets(&[elm(with_place(meeting(1), hall())), elm(with_place(meeting(2), hall()))]), [[1, 2]]);
    assert!(sets(&[elm(with_place(meeting(1), area())), elm(with_place(meeting(2), area()))]).is_empty());
    let near = |n| elm(with_place(online(meeting(n)), Place { latitude: Some(1.0), longitude: Some(1.0), ..area() }));
    let mut elsewhere = near(2);
    elsewhere.content.conference.url = Some("https://zoom.us/j/2".to_owned());
    assert!(sets(&[near(1), elsewhere]).is_empty(), "the middle of an area is no place");
}

#[test]
fn a_link_is_the_same_whatever_its_host_and_password() {
    let links = [linked(1, "https://zoom.us/j/12"), linked(2, "https://us02web.zoom.us/j/12/?pwd=abc")];
    assert_eq!(sets(&links), [[1, 2]]);
    assert!(sets(&[linked(1, "https://zoom.us/j/12"), linked(2, "https://zoom.us/j/13")]).is_empty());
    let unknown = "https://rooms.example.org/elm";
    assert!(sets(&[linked(1, unknown), linked(2, unknown)]).is_empty(), "nobody joins by it");
}

#[test]
fn one_group_at_one_time_and_place_is_told_as_what_it_may_be() {
    let group = |n: u32| GroupId(uuid(200 + n));
    let of_group = |n, name: &str| {
        let mut one = named(name, whole(n));
        one.group_id = Some(group(1));
        one.content.group = Some(GroupContent { name: "Elm".into(), notes: None });
        one
    };
    let mut directory = of(&[of_group(1, "Beginners"), of_group(2, "Step Study"), named("Others", whole(3))]);
    directory.groups = vec![Group {
        id: group(1),
        intergroup_id: IntergroupId(uuid(1)),
        slug: Slug::parse("elm").unwrap(),
        name: "Elm".into(),
        notes: None,
        website: None,
        gso_number: None,
        contribution: Default::default(),
        contacts_public: false,
        version: 1,
    }];
    assert_eq!(sets_in(directory.clone()), [[1, 2]]);
    let report = report(&Snapshot::build(directory), "");
    assert!(report["data"][0]["detail"].as_str().unwrap().contains("under different names"));
}

#[test]
fn what_is_alike_in_several_ways_is_one_set_by_name_and_id() {
    let mut between = door(2, 41.88, -87.63);
    between.content.conference.url = Some("https://zoom.us/j/12".to_owned());
    let all = [linked(1, "https://zoom.us/j/12"), between, door(3, 41.88, -87.63), linked(4, "https://zoom.us/j/4")];
    assert_eq!(sets(&all), [[1, 2, 3]]);
}

#[test]
fn a_large_set_is_counted_whole_and_shown_in_part() {
    let all: Vec<_> = (1..=30).map(|n| elm(whole(n))).collect();
    let report = report(&Snapshot::build(of(&all)), "");
    assert_eq!(found_in(&report).len(), 1);
    assert_eq!(report["data"][0]["others"].as_array().unwrap().len(), 20);
    assert!(report["data"][0]["detail"].as_str().unwrap().contains("30 listings"));
}
