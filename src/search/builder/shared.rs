//! Groups and locations, which list the meetings that share them.

use super::Touched;
use crate::directory::{Group, Location};
use crate::kernel::{GroupId, IntergroupId, LocationId, fold};
use crate::search::{
    snapshot::{
        Shared, Snapshot,
        entry::{Index, NONE},
    },
    view::{GroupView, IntergroupRef, LocationView, PlaceView},
};

/// Takes in groups and locations, each with those that left.
pub(super) fn take_in(
    snapshot: &mut Snapshot,
    (groups, groups_left): (&[Group], &[GroupId]),
    (locations, locations_left): (&[Location], &[LocationId]),
    touched: &mut Touched,
) {
    for group in groups_left.iter().filter_map(|id| snapshot.groups.find(*id)).collect::<Vec<_>>() {
        group_leaves(snapshot, group, touched);
    }
    for location in locations_left.iter().filter_map(|id| snapshot.locations.find(*id)).collect::<Vec<_>>() {
        location_leaves(snapshot, location, touched);
    }
    // By id, in which order a roster keeps them in the least room.
    let (mut groups, mut locations): (Vec<_>, Vec<_>) = (groups.iter().collect(), locations.iter().collect());
    groups.sort_unstable_by_key(|one| one.id);
    locations.sort_unstable_by_key(|one| one.id);
    groups.into_iter().for_each(|one| group(snapshot, one, touched));
    locations.into_iter().for_each(|one| location(snapshot, one, touched));
}

fn group(snapshot: &mut Snapshot, group: &Group, touched: &mut Touched) {
    let trees = snapshot.trees.clone();
    let Some(office) = trees.intergroup(group.intergroup_id) else { return };
    let intergroup = IntergroupRef::of(&trees.intergroups[office as usize]);
    let json = snapshot.arena.push(&GroupView { meetings: None, ..GroupView::of(group, intergroup, vec![]) });
    let before = snapshot.groups.find(group.id).map(|at| snapshot.groups[at].clone());
    if let Some(before) = &before {
        snapshot.arena.waste(before.json);
        count(snapshot, before.intergroup_id, touched, |own| own.groups -= 1);
    }
    snapshot.groups.put(Shared {
        id: group.id,
        intergroup_id: group.intergroup_id,
        text: fold(&group.name).into(),
        version: group.version,
        meetings: before.map(|before| before.meetings).unwrap_or_default(),
        json,
        there: true,
    });
    count(snapshot, group.intergroup_id, touched, |own| own.groups += 1);
}

fn location(snapshot: &mut Snapshot, location: &Location, touched: &mut Touched) {
    let trees = snapshot.trees.clone();
    let Some(office) = trees.intergroup(location.intergroup_id) else { return };
    let json = snapshot.arena.push(&LocationView {
        place: PlaceView::of(location.id, &location.place),
        intergroup: IntergroupRef::of(&trees.intergroups[office as usize]),
        meetings: None,
    });
    let before = snapshot.locations.find(location.id).map(|at| snapshot.locations[at].clone());
    if let Some(before) = &before {
        snapshot.arena.waste(before.json);
        count(snapshot, before.intergroup_id, touched, |own| own.locations -= 1);
    }
    let words = [&location.place.name, &location.place.formatted_address];
    snapshot.locations.put(Shared {
        id: location.id,
        intergroup_id: location.intergroup_id,
        text: fold(&words.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")).into(),
        version: location.version,
        meetings: before.map(|before| before.meetings).unwrap_or_default(),
        json,
        there: true,
    });
    count(snapshot, location.intergroup_id, touched, |own| own.locations += 1);
}

fn group_leaves(snapshot: &mut Snapshot, group: usize, touched: &mut Touched) {
    let before = snapshot.groups[group].clone();
    before.meetings.iter().for_each(|meeting| snapshot.facts[*meeting as usize].group = NONE);
    snapshot.arena.waste(before.json);
    snapshot.groups.leave(group);
    count(snapshot, before.intergroup_id, touched, |own| own.groups -= 1);
}

fn location_leaves(snapshot: &mut Snapshot, location: usize, touched: &mut Touched) {
    let before = snapshot.locations[location].clone();
    before.meetings.iter().for_each(|meeting| snapshot.facts[*meeting as usize].location = NONE);
    snapshot.arena.waste(before.json);
    snapshot.locations.leave(location);
    count(snapshot, before.intergroup_id, touched, |own| own.locations -= 1);
}

/// Changes what an intergroup lists itself.
fn count(
    snapshot: &mut Snapshot,
    id: IntergroupId,
    touched: &mut Touched,
    change: impl FnOnce(&mut crate::search::view::Counts),
) {
    if let Some(at) = snapshot.trees.intergroup(id) {
        change(&mut snapshot.intergroups[at as usize].own);
        touched.counted.insert(at);
    }
}

/// The index of something on a roster, or [`NONE`].
pub(super) fn index(at: Option<usize>) -> Index {
    at.map_or(NONE, |at| at as Index)
}
