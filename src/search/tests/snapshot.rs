//! What a snapshot finds by its addresses.

use serde_json::Value;

use super::of;
use crate::directory::{Directory, Gone, Group, Meeting};
use crate::kernel::{GroupId, IntergroupId, MeetingId, Slug};
use crate::search::{
    named::Named,
    snapshot::{Entry, Form, Lookup, Scope, Snapshot, entry::Facts},
    testing::{intergroup, meeting, on, online, uuid},
};

fn id(n: u32) -> MeetingId {
    MeetingId(uuid(n))
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

fn office(n: u32) -> IntergroupId {
    IntergroupId(uuid(n))
}

fn directory() -> Directory {
    let mut child = intergroup(2);
    child.parent_id = Some(office(1));
    Directory {
        intergroups: vec![child, intergroup(1)],
        meetings: vec![
            Meeting { intergroup_id: office(2), ..online(meeting(3)) },
            online(meeting(2)),
            online(meeting(1)),
            Meeting { intergroup_id: office(9), ..online(meeting(8)) },
        ],
        aliases: vec![(office(1), slug("old-name"), id(2)), (office(1), slug("older"), id(7))],
        gone: vec![
            Gone { id: id(7), intergroup_id: office(1), slug: slug("meeting-7"), replaced_by: Some(id(1)) },
            Gone { id: id(6), intergroup_id: office(1), slug: slug("meeting-2"), replaced_by: None },
        ],
        ..of(&[])
    }
}

#[test]
fn a_meeting_is_found_gone_or_unknown_by_its_id() {
    let snapshot = Snapshot::build(directory());
    assert!(matches!(snapshot.meeting(id(1)), Lookup::Found(entry) if entry.id == id(1)));
    assert_eq!(snapshot.meeting(id(7)), Lookup::Gone { replaced_by: Some(id(1)) });
    assert_eq!(snapshot.meeting(id(6)), Lookup::Gone { replaced_by: None });
    assert_eq!(snapshot.meeting(id(99)), Lookup::Unknown);
    assert_eq!(snapshot.meeting(id(8)), Lookup::Unknown, "nobody lists it");
    assert_eq!(snapshot.revision(), 7);
}

#[test]
fn a_slug_leads_to_what_has_it_now_then_to_what_had_it() {
    let snapshot = Snapshot::build(directory());
    let office = snapshot.intergroup(&Named::Slug(slug("office-1"))).unwrap();
    let found = |text| match snapshot.meeting_by_slug(office, text) {
        Lookup::Found(entry) => Some(entry.id),
        _ => None,
    };
    assert_eq!(found("meeting-1"), Some(id(1)));
    assert_eq!(found("old-name"), Some(id(2)));
    assert_eq!(found("meeting-2"), Some(id(2)), "a deleted one's slug does not hide a present one");
    assert_eq!(snapshot.meeting_by_slug(office, "older"), Lookup::Gone { replaced_by: Some(id(1)) });
    assert_eq!(snapshot.meeting_by_slug(office, "meeting-7"), Lookup::Gone { replaced_by: Some(id(1)) });
    assert_eq!(snapshot.meeting_by_slug(office, "meeting-3"), Lookup::Unknown, "it is another office's");
}

#[test]
fn an_intergroups_meetings_are_its_own_or_with_its_descendants() {
    let snapshot = Snapshot::build(directory());
    let named = |text: &str| snapshot.intergroup(&text.parse().unwrap()).unwrap();
    let ids = |text, scope| snapshot.meetings_of(named(text), scope).map(|entry| entry.id).collect::<Vec<_>>();
    assert_eq!(ids("office-1", Scope::Own), [id(1), id(2)]);
    assert_eq!(ids("office-1", Scope::WithDescendants), [id(1), id(2), id(3)]);
    assert_eq!(ids(&uuid(2).to_string(), Scope::WithDescendants), [id(3)]);
    let Lookup::Found(third) = snapshot.meeting(id(3)) else { panic!("it is there") };
    assert_eq!(snapshot.intergroup_of(third).id, office(2));
}

#[test]
fn an_intergroup_counts_what_its_descendants_list() {
    let snapshot = Snapshot::build(directory());
    let json =
        |n: usize| serde_json::from_slice::<Value>(snapshot.intergroup_json(&snapshot.intergroups()[n])).unwrap();
    assert_eq!(json(0)["counts"]["meetings"], 3);
    assert_eq!(json(1)["counts"]["meetings"], 1);
    assert_eq!(json(1)["parent"]["slug"], "office-1");
    assert!(json(0).get("parent").is_none());
}

#[test]
fn a_group_lists_its_meetings_by_day_and_time() {
    let mut directory = of(&[]);
    let group = GroupId(uuid(200));
    directory.groups = vec![Group {
        id: group,
        intergroup_id: office(1),
        slug: slug("home"),
        name: "Home".into(),
        notes: None,
        website: None,
        gso_number: None,
        contribution: Default::default(),
        contacts_public: true,
        version: 1,
    }];
    let mut appointment = meeting(1);
    appointment.content.start = None;
    let meetings = [appointment, on(meeting(2), 3, "19:00"), on(meeting(3), 3, "07:00"), on(meeting(4), 0, "20:00")];
    directory.meetings = meetings.map(|one| Meeting { group_id: Some(group), ..one }).into();
    let snapshot = Snapshot::build(directory);
    let mut out = Vec::new();
    snapshot.write_shared(snapshot.group(group).unwrap(), Form::Single, &mut out);
    let body: Value = serde_json::from_slice(&out).unwrap();
    let ids: Vec<_> = body["meetings"].as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap()).collect();
    assert_eq!(ids, ["meeting-4", "meeting-3", "meeting-2", "meeting-1"]);
    assert_eq!(body["meetings"][0]["attendance"], "inactive");
}

#[test]
fn parents_in_a_circle_do_not_stop_the_builder() {
    let mut directory = directory();
    directory.intergroups[1].parent_id = Some(office(2));
    let snapshot = Snapshot::build(directory);
    let first = &snapshot.intergroups()[0];
    assert_eq!(snapshot.meetings_of(first, Scope::WithDescendants).count(), 3);
}

#[test]
fn what_is_kept_of_each_meeting_besides_its_bytes_is_small() {
    assert!(size_of::<Entry>() <= 176);
    assert!(size_of::<Facts>() <= 48);
}
