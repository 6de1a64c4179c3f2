//! Groups and locations, which list the meetings that share them.

use serde::Serialize;

use super::{Arena, Source};
use crate::directory::{Group, Location, Meeting};
use crate::kernel::{IntergroupId, fold};
use crate::search::{
    snapshot::{
        Shared, Snapshot,
        entry::{Facts, Index, NONE, Span},
    },
    view::{GroupView, IntergroupRef, LocationView, MeetingBrief, PlaceView},
};

pub(super) fn add(snapshot: &mut Snapshot, arena: &mut Arena, source: &Source<'_>) {
    let by_group = gather(&snapshot.facts, source.groups.len(), |facts| facts.group);
    snapshot.groups = source.groups.iter().zip(by_group).map(|(one, held)| group(one, held, arena, source)).collect();
    let by_location = gather(&snapshot.facts, source.locations.len(), |facts| facts.location);
    snapshot.locations =
        source.locations.iter().zip(by_location).map(|(one, held)| location(one, held, arena, source)).collect();
}

fn group(
    group: &Group,
    meetings: Vec<Index>,
    arena: &mut Arena,
    source: &Source<'_>,
) -> Shared<crate::kernel::GroupId> {
    let intergroup = reference(group.intergroup_id, source);
    let single = GroupView::of(group, intergroup, briefs(&meetings, source.meetings));
    let (listed, json) = push(arena, &single, &GroupView { meetings: None, ..single.clone() });
    let text = fold(&group.name).into();
    Shared { id: group.id, intergroup_id: group.intergroup_id, text, version: group.version, meetings, listed, json }
}

fn location(
    location: &Location,
    meetings: Vec<Index>,
    arena: &mut Arena,
    source: &Source<'_>,
) -> Shared<crate::kernel::LocationId> {
    let single = LocationView {
        place: PlaceView::of(location.id, &location.place),
        intergroup: reference(location.intergroup_id, source),
        meetings: Some(briefs(&meetings, source.meetings)),
    };
    let (listed, json) = push(arena, &single, &LocationView { meetings: None, ..single.clone() });
    let (id, intergroup_id, version) = (location.id, location.intergroup_id, location.version);
    let words = [&location.place.name, &location.place.formatted_address];
    let text = fold(&words.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")).into();
    Shared { id, intergroup_id, text, version, meetings, listed, json }
}

/// Writes an object once for both of its forms: the list's is the beginning of
/// the other, up to its closing brace.
fn push(arena: &mut Arena, single: &impl Serialize, listed: &impl Serialize) -> (Span, Span) {
    let listed = arena.measure(listed);
    let json = arena.push(single);
    (Span { start: json.start, len: listed.saturating_sub(1) }, json)
}

fn reference<'a>(id: IntergroupId, source: &Source<'a>) -> IntergroupRef<'a> {
    IntergroupRef::of(source.intergroup(id).1)
}

fn briefs<'a>(indexes: &[Index], meetings: &'a [Meeting]) -> Vec<MeetingBrief<'a>> {
    indexes.iter().map(|index| MeetingBrief::of(&meetings[*index as usize])).collect()
}

/// The meetings of every group or location, by day, time and id.
fn gather(facts: &[Facts], count: usize, owner: impl Fn(&Facts) -> Index) -> Vec<Vec<Index>> {
    let mut held = vec![Vec::new(); count];
    for (one, index) in facts.iter().zip(0..) {
        let owner = owner(one);
        if owner != NONE {
            held[owner as usize].push(index);
        }
    }
    let when = |index: &Index| (facts[*index as usize].day, facts[*index as usize].minute, *index);
    held.iter_mut().for_each(|meetings| meetings.sort_unstable_by_key(when));
    held
}
