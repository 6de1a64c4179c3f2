//! Rules of the contract about who lists a meeting and what it is.

use super::{numbers, of, page, shown};
use crate::directory::{Directory, Meeting, Region};
use crate::kernel::{IntergroupId, RegionId, Slug};
use crate::search::{
    snapshot::Snapshot,
    testing::{intergroup, meeting, online, typed, uuid},
};

#[test]
fn types_are_all_of_any_of_and_none_of() {
    let meetings = [typed(meeting(1), &["O", "W"]), typed(meeting(2), &["O"]), typed(meeting(3), &["M"]), meeting(4)];
    let meetings = meetings.map(online);
    assert_eq!(numbers(&meetings, "type=o&type=W"), [1]);
    assert_eq!(numbers(&meetings, "any_type=W,M"), [1, 3]);
    assert_eq!(numbers(&meetings, "not_type=W,M"), [2, 4]);
    assert_eq!(numbers(&meetings, "type=O&not_type=W"), [2]);
    assert_eq!(numbers(&meetings, "type=O,ASL"), [0u32; 0]);
    assert_eq!(numbers(&meetings, "any_type=ASL"), [0u32; 0]);
    assert_eq!(numbers(&meetings, "not_type=ASL"), [1, 2, 3, 4]);
}

#[test]
fn attendance_is_exact_and_inactive_ones_are_asked_for_by_name() {
    let mut place = crate::search::testing::at(meeting(1), 0.0, 0.0);
    place.content.location.as_mut().unwrap().latitude = None;
    let meetings = [place.clone(), online(meeting(2)), online(Meeting { id: meeting(3).id, ..place }), meeting(4)];
    assert_eq!(numbers(&meetings, ""), [1, 2, 3]);
    assert_eq!(numbers(&meetings, "attendance=in_person"), [1]);
    assert_eq!(numbers(&meetings, "attendance=online"), [2]);
    assert_eq!(numbers(&meetings, "attendance=hybrid,inactive"), [3, 4]);
}

#[test]
fn ids_are_alternatives_and_unknown_ones_give_nothing() {
    let meetings = [meeting(1), meeting(2)].map(online);
    assert_eq!(numbers(&meetings, &format!("id={},{}&id={}", uuid(2), uuid(77), uuid(2))), [2]);
    for name in ["id", "group_id", "location_id", "intergroup_id", "region"] {
        assert_eq!(numbers(&meetings, &format!("{name}={}", uuid(77))), [0u32; 0], "{name}");
    }
}

fn two_offices() -> Directory {
    let mut child = intergroup(2);
    child.parent_id = Some(IntergroupId(uuid(1)));
    let region = |n: u32, office: u32, parent: Option<u32>, slug: &str| Region {
        id: RegionId(uuid(n)),
        intergroup_id: IntergroupId(uuid(office)),
        parent_id: parent.map(|n| RegionId(uuid(n))),
        slug: Slug::parse(slug).unwrap(),
        name: slug.to_uppercase(),
        version: 1,
    };
    let listed = |n: u32, office: u32, region: u32| Meeting {
        intergroup_id: IntergroupId(uuid(office)),
        region_id: Some(RegionId(uuid(region))),
        ..online(meeting(n))
    };
    Directory {
        intergroups: vec![child, intergroup(1)],
        regions: vec![region(101, 1, Some(100), "inner"), region(100, 1, None, "east"), region(102, 2, None, "east")],
        meetings: vec![listed(1, 1, 100), listed(2, 1, 101), listed(3, 2, 102)],
        ..of(&[])
    }
}

#[test]
fn an_intergroup_holds_its_descendants() {
    let snapshot = Snapshot::build(two_offices());
    let found = |raw: &str| shown(&super::body(&page(&snapshot, raw)));
    assert_eq!(found("intergroup_id=office-1"), [1, 2, 3]);
    assert_eq!(found(&format!("intergroup_id={}", uuid(2))), [3]);
    assert_eq!(found("intergroup_id=office-2,nobody"), [3]);
    assert_eq!(found("intergroup_id=nobody"), [0u32; 0]);
}

#[test]
fn a_region_holds_its_sub_regions_and_a_slug_matches_every_offices() {
    let snapshot = Snapshot::build(two_offices());
    let found = |raw: &str| shown(&super::body(&page(&snapshot, raw)));
    assert_eq!(found("region=east"), [1, 2, 3]);
    assert_eq!(found(&format!("region={}", uuid(100))), [1, 2]);
    assert_eq!(found("region=inner"), [2]);
    assert_eq!(found("region=east&intergroup_id=office-2"), [3]);
}
