//! Rules of the contract about places.

use super::{body, numbers, of, page};
use crate::search::{
    snapshot::Snapshot,
    testing::{at, meeting, online, typed},
};

#[test]
fn a_place_matches_only_where_one_can_go() {
    let mut area = at(meeting(4), 0.0, 0.0);
    area.content.location.as_mut().unwrap().approximate = true;
    let meetings = [
        at(meeting(1), 0.0, 0.1),
        online(at(meeting(2), 0.0, 0.2)),
        online(meeting(3)),
        area,
        typed(at(meeting(5), 0.0, 0.0), &["TC"]),
    ];
    assert_eq!(numbers(&meetings, "lat=0&lng=0"), [1, 2]);
    assert_eq!(numbers(&meetings, "bbox=-1,-1,1,1"), [1, 2]);
    assert_eq!(numbers(&meetings, "lat=0&lng=0&attendance=inactive"), [0u32; 0]);
    assert_eq!(numbers(&meetings, "attendance=inactive"), [4, 5]);
}

#[test]
fn online_meetings_with_an_affinity_join_last_and_without_a_distance_when_named() {
    let mut area = online(at(meeting(1), 0.0, 0.0));
    area.content.location.as_mut().unwrap().approximate = true;
    let closed = typed(online(at(meeting(2), 0.0, 0.0)), &["TC"]);
    let far = online(typed(at(meeting(3), 5.0, 0.0), &["TC"]));
    let meetings = [area, closed, far, at(meeting(4), 0.0, 0.3), at(meeting(5), 0.0, 0.2), online(meeting(6))];
    assert_eq!(numbers(&meetings, "lat=0&lng=0"), [5, 4]);
    assert_eq!(numbers(&meetings, "lat=0&lng=0&attendance=online,in_person"), [5, 4, 1, 2]);
    assert_eq!(numbers(&meetings, "lat=0&lng=0&attendance=online,in_person&sort=name"), [4, 5, 1, 2]);
    assert_eq!(numbers(&meetings, "lat=0&lng=0&attendance=online"), [1, 2]);
    assert_eq!(numbers(&meetings, "lat=0&lng=0&attendance=online&nearest=5"), [0u32; 0]);
    let body = body(&page(&Snapshot::build(of(&meetings)), "lat=0&lng=0&attendance=online,in_person"));
    assert!(body["data"][0]["distance_m"].is_number() && body["data"][2].get("distance_m").is_none());
}

#[test]
fn nearest_takes_all_that_tie_with_the_last() {
    let meetings = [
        at(meeting(1), 0.0, 0.2),
        at(meeting(2), 0.0, -0.1),
        at(meeting(3), 0.0, 0.1),
        at(meeting(4), 0.1, 0.0),
        at(meeting(5), 0.0, 0.05),
        at(meeting(6), 60.0, 0.0),
    ];
    assert_eq!(numbers(&meetings, "lat=0&lng=0&nearest=1"), [5]);
    assert_eq!(numbers(&meetings, "lat=0&lng=0&nearest=2"), [5, 2, 3, 4]);
    assert_eq!(numbers(&meetings, "lat=0&lng=0&nearest=5"), [5, 2, 3, 4, 1]);
    assert_eq!(numbers(&meetings, "lat=0&lng=0&nearest=500"), [5, 2, 3, 4, 1, 6]);
    assert_eq!(numbers(&meetings, "lat=0&lng=0&nearest=2&sort=name"), [2, 3, 4, 5]);
}

#[test]
fn nearest_counts_after_all_other_filters() {
    let meetings = [at(meeting(1), 0.0, 0.0), typed(at(meeting(2), 0.0, 9.0), &["W"])];
    assert_eq!(numbers(&meetings, "lat=0&lng=0&nearest=1&type=W"), [2]);
    assert_eq!(numbers(&meetings, "lat=0&lng=0&nearest=1&bbox=8,-1,10,1"), [2]);
}

#[test]
fn where_one_stands_is_rounded_before_anything_is_measured() {
    let meetings = [at(meeting(1), 0.0, 0.0)];
    let body = body(&page(&Snapshot::build(of(&meetings)), "lat=0.0004&lng=-0.0004"));
    assert_eq!(body["data"][0]["distance_m"], 0.0);
    assert_eq!(numbers(&meetings, "lat=0.0014&lng=0&radius_m=112"), [1]);
    assert_eq!(numbers(&meetings, "lat=0.0014&lng=0&radius_m=111"), [0u32; 0]);
}

#[test]
fn a_radius_holds_what_is_exactly_so_far() {
    let kilometre = 1000.0 / crate::search::geo::EARTH_RADIUS_M;
    let millimetre = kilometre / 1e6;
    let meetings =
        [at(meeting(1), 0.0, kilometre.to_degrees()), at(meeting(2), 0.0, (kilometre + millimetre).to_degrees())];
    assert_eq!(numbers(&meetings, "lat=0&lng=0&radius_m=1000"), [1]);
    assert_eq!(numbers(&meetings, "lat=0&lng=0&radius_m=1001"), [1, 2]);
}

#[test]
fn a_place_and_a_box_both_hold() {
    let meetings = [at(meeting(1), 0.0, 0.1), at(meeting(2), 0.0, -0.1)];
    assert_eq!(numbers(&meetings, "lat=0&lng=0&bbox=0,-1,1,1"), [1]);
    assert_eq!(numbers(&meetings, "bbox=0,-1,1,1"), [1]);
}

#[test]
fn a_box_across_the_180th_meridian_holds_both_sides() {
    let meetings = [at(meeting(1), 0.0, 179.9), at(meeting(2), 0.0, -179.9), at(meeting(3), 0.0, 0.0)];
    assert_eq!(numbers(&meetings, "bbox=179,-1,-179,1"), [1, 2]);
    assert_eq!(numbers(&meetings, "lat=0&lng=180"), [1, 2]);
}

#[test]
fn a_box_of_nearly_the_whole_world_holds_each_once() {
    let meetings = [at(meeting(1), 0.0, 0.1), at(meeting(2), 0.0, 0.03), at(meeting(3), 0.0, 0.0)];
    assert_eq!(numbers(&meetings, "bbox=0.05,-1,0.02,1"), [1, 3]);
    let meetings = [at(meeting(1), 0.0, -179.9), at(meeting(2), 0.0, -180.0), at(meeting(3), 0.0, -179.97)];
    assert_eq!(numbers(&meetings, "bbox=-179.95,-1,180,1"), [1, 2]);
}

#[test]
fn distance_is_in_metres_to_the_millimetre() {
    let body = body(&page(&Snapshot::build(of(&[at(meeting(1), 0.0, 0.1)])), "lat=0&lng=0"));
    assert_eq!(body["data"][0]["distance_m"], 11_119.508);
}
