//! Groups and locations, which list the meetings that share them.

use super::Touched;
use crate::directory::{Group, Location};
use crate::kernel::{GroupId, LocationId, fold};
use crate::search::{
    snapshot::{
        Shared, Snapshot,
        arena::Address,
        entry::{Index, NONE},
    },
    view::{GroupView, IntergroupRef, PlaceView, group_alone, place},
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
    let (bytes, head) = group_alone(GroupView::of(group, intergroup, vec![]));
    let json = snapshot.arena.push_bytes(&bytes);
    let before = snapshot.groups.find(group.id).map(|at| snapshot.groups[at].clone());
    if let Some(before) = &before {
        snapshot.arena.waste(before.json);
        count(snapshot, before.intergroup, touched, |own| own.groups -= 1);
    }
    snapshot.groups.put(Shared {
        id: group.id,
        intergroup: office,
        text: fold(&group.name).into(),
        version: group.version,
        meetings: before.map(|before| before.meetings).unwrap_or_default(),
        json,
        from: 0,
        head: head as u32,
        there: true,
    });
    count(snapshot, office, touched, |own| own.groups += 1);
}

fn location(snapshot: &mut Snapshot, location: &Location, touched: &mut Touched) {
    let trees = snapshot.trees.clone();
    let Some(office) = trees.intergroup(location.intergroup_id) else { return };
    // It begins as its meetings show it, with which it is kept.
    let (bytes, from) = place(PlaceView::of(location.id, &location.place));
    let before = snapshot.locations.find(location.id).map(|at| snapshot.locations[at].clone());
    let said_before = before.as_ref().map_or(Address::NOTHING, |before| before.json);
    let json = touched.known.piece(&mut snapshot.arena, &bytes, said_before);
    if let Some(before) = &before {
        if before.json != json {
            snapshot.arena.waste(before.json);
        }
        count(snapshot, before.intergroup, touched, |own| own.locations -= 1);
    }
    let words = location.place.name.as_deref().into_iter().chain(location.place.address_texts());
    snapshot.locations.put(Shared {
        id: location.id,
        intergroup: office,
        text: fold(&words.collect::<Vec<_>>().join(" ")).into(),
        version: location.version,
        meetings: before.map(|before| before.meetings).unwrap_or_default(),
        json,
        from: from as u32,
        head: bytes.len() as u32 - 1,
        there: true,
    });
    count(snapshot, office, touched, |own| own.locations += 1);
}

fn group_leaves(snapshot: &mut Snapshot, group: usize, touched: &mut Touched) {
    let before = snapshot.groups[group].clone();
    before.meetings.iter().for_each(|meeting| snapshot.facts[*meeting as usize].group = NONE);
    snapshot.arena.waste(before.json);
    snapshot.groups.leave(group);
    count(snapshot, before.intergroup, touched, |own| own.groups -= 1);
}

fn location_leaves(snapshot: &mut Snapshot, location: usize, touched: &mut Touched) {
    let before = snapshot.locations[location].clone();
    before.meetings.iter().for_each(|meeting| snapshot.facts[*meeting as usize].location = NONE);
    snapshot.arena.waste(before.json);
    snapshot.locations.leave(location);
    count(snapshot, before.intergroup, touched, |own| own.locations -= 1);
}

/// Changes what an intergroup lists itself.
fn count(
    snapshot: &mut Snapshot,
    at: Index,
    touched: &mut Touched,
    change: impl FnOnce(&mut crate::search::view::Counts),
) {
    change(&mut snapshot.intergroups[at as usize].own);
    touched.counted.insert(at);
}

/// The index of something on a roster, or [`NONE`].
pub(super) fn index(at: Option<usize>) -> Index {
    at.map_or(NONE, |at| at as Index)
}
