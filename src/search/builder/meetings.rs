//! Meetings: their bytes, what filters read of them, and the orders over them.

use super::{Arena, Source};
use crate::directory::{Attendance, Meeting, TypeCode, attendance};
use crate::kernel::fold;
use crate::search::{
    attendance_set::AttendanceSet,
    geo::{Point, Spot},
    quality::Kept,
    schedule::Schedule,
    snapshot::{
        Entry, Snapshot, bit,
        ending::EndingNotices,
        entry::{Facts, Index, NO_DAY, NONE, Placed},
    },
    view::{IntergroupRef, MeetingView, RegionRef},
};

/// The longest folded name that takes part in an order, in bytes: it travels in
/// cursors, and compatibility forms may fold to many times their length.
const NAME_KEY: usize = 1024;

pub(super) fn add(snapshot: &mut Snapshot, arena: &mut Arena, source: &Source<'_>) {
    snapshot.facts.reserve_exact(source.meetings.len());
    snapshot.entries.reserve_exact(source.meetings.len());
    for (meeting, index) in source.meetings.iter().zip(0..) {
        let attendance = attendance(&meeting.content);
        let point = point(meeting, attendance);
        if let Some(point) = point {
            let online = attendance == Attendance::Online;
            let list = if online { &mut snapshot.affinities } else { &mut snapshot.doors };
            list.push(Placed { point, meeting: index });
        }
        let facts = facts(meeting, attendance, source, &mut snapshot.type_codes);
        snapshot.facts.push(facts);
        let quality = Kept::of(meeting, attendance, point.is_some(), facts.region != NONE);
        snapshot.entries.push(entry(meeting, point, quality, arena, source));
    }
    for list in [&mut snapshot.doors, &mut snapshot.affinities] {
        list.sort_by(|a, b| a.point.latitude.total_cmp(&b.point.latitude));
        list.shrink_to_fit();
    }
    let names = source.meetings.iter().map(|meeting| Some(name_key(&meeting.content.name)));
    snapshot.names = rank(&mut snapshot.facts, names, |facts| &mut facts.name);
    let district = |meeting: &Meeting| meeting.content.district.as_deref().map(|text| fold(text).into());
    snapshot.districts = rank(&mut snapshot.facts, source.meetings.iter().map(district), |facts| &mut facts.district);
}

/// Where a search may find a meeting.
fn point(meeting: &Meeting, attendance: Attendance) -> Option<Point> {
    if attendance == Attendance::Inactive {
        return None;
    }
    let place = meeting.content.location.as_ref()?;
    Point::new(place.latitude?, place.longitude?).ok()
}

fn facts(meeting: &Meeting, attendance: Attendance, source: &Source<'_>, type_codes: &mut Vec<&'static str>) -> Facts {
    let start = meeting.content.start;
    let mut types = 0;
    // A code that the vocabulary does not have is shown, but no query can ask
    // for it.
    for code in meeting.content.types.iter().filter_map(|code| TypeCode::parse(code)).map(TypeCode::as_str) {
        let known = type_codes.iter().position(|one| *one == code);
        types |= bit(known.unwrap_or(type_codes.len()));
        if known.is_none() {
            type_codes.push(code);
        }
    }
    Facts {
        types,
        intergroup: source.intergroup(meeting.intergroup_id).0,
        group: meeting.group_id.and_then(|id| source.group_at.get(&id).copied()).unwrap_or(NONE),
        location: meeting.location_id.and_then(|id| source.location_at.get(&id).copied()).unwrap_or(NONE),
        region: meeting.region_id.and_then(|id| source.region_at.get(&id).copied()).unwrap_or(NONE),
        district: NONE,
        name: NONE,
        minute: start.map_or(0, |start| start.time.minutes()),
        day: start.map_or(NO_DAY, |start| start.day.number()),
        attendance: AttendanceSet::of(attendance).bits(),
    }
}

fn entry(meeting: &Meeting, point: Option<Point>, quality: Kept, arena: &mut Arena, source: &Source<'_>) -> Entry {
    let (intergroup, listed_by) = source.intergroup(meeting.intergroup_id);
    let region = meeting.region_id.and_then(|id| source.region_at.get(&id).copied());
    let path = region.map_or_else(Vec::new, |region| source.region_path(region));
    let region = region.map(|region| &source.regions[region as usize]);
    let region = region.map(|region| RegionRef { id: region.id, slug: &region.slug, name: &region.name, path: &path });
    let json = arena.push(&MeetingView::of(meeting, IntergroupRef::of(listed_by), region));
    Entry {
        id: meeting.id,
        version: meeting.version,
        revision: meeting.revision,
        updated_at: meeting.updated_at,
        schedule: Schedule::of(meeting),
        spot: point.map(Spot::from),
        quality,
        intergroup,
        notices: EndingNotices::find(meeting, arena.bytes(json)).map(Box::new),
        json,
    }
}

/// The distinct of a text that each meeting has or not, in order; each meeting
/// is told where its own stands.
fn rank(
    facts: &mut [Facts],
    texts: impl Iterator<Item = Option<Box<str>>>,
    rank: fn(&mut Facts) -> &mut Index,
) -> Vec<Box<str>> {
    let mut texts: Vec<(Box<str>, Index)> =
        texts.zip(0..).filter_map(|(text, meeting)| text.map(|text| (text, meeting))).collect();
    texts.sort_unstable();
    let mut distinct: Vec<Box<str>> = Vec::new();
    for (text, meeting) in texts {
        if distinct.last() != Some(&text) {
            distinct.push(text);
        }
        *rank(&mut facts[meeting as usize]) = distinct.len() as Index - 1;
    }
    distinct
}

/// The key that names are ordered by.
pub(in crate::search) fn name_key(name: &str) -> Box<str> {
    let folded = fold(name);
    folded[..folded.floor_char_boundary(NAME_KEY)].into()
}
