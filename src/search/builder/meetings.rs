//! Meetings: their bytes, what filters read of them, and who lists them where.

use std::{mem, sync::Arc};

use foldhash::HashSet;

use super::{Touched, shared, words};
use crate::directory::{Attendance, Meeting, TypeCode, attendance};
use crate::kernel::{MeetingId, fold};
use crate::search::{
    attendance_set::AttendanceSet,
    candidates,
    geo::{Pixel, Point, Spot},
    grid,
    quality::Kept,
    schedule::{NextStart, Schedule},
    snapshot::{
        Entry, Snapshot,
        arena::Address,
        bit,
        ending::EndingNotices,
        entry::{Facts, Index, NO_DAY, NONE, beginning},
        trees::Trees,
    },
    view::{IntergroupRef, MeetingView, PIECES, RegionRef, Split},
};

/// The longest folded name that takes part in an order, in bytes: it travels in
/// cursors, and compatibility forms may fold to many times their length.
const NAME_KEY: usize = 1024;
/// The bit of an online meeting.
const ONLINE: u8 = AttendanceSet::of(Attendance::Online).bits();

/// Takes meetings in, one after the other.
struct TakingIn<'a> {
    snapshot: &'a mut Snapshot,
    trees: Arc<Trees>,
    touched: &'a mut Touched,
    doors: grid::Moves,
    affinities: grid::Moves,
    starts: candidates::Moves,
    /// Names that came already.
    names: HashSet<Arc<str>>,
    bytes: Split,
}

/// What is left to do once meetings are taken in.
pub(super) struct Taken {
    /// Their words, and in the same order their places.
    pub words: words::Reading,
    pub places: Vec<Index>,
    /// The places of those whose words are others now, or none.
    pub stale: Vec<Index>,
    pub doors: grid::Moves,
    pub affinities: grid::Moves,
    pub starts: candidates::Moves,
}

/// Takes those away that left, and takes parts in of which all have later places
/// than those of the part before; those before are handed back for the next.
pub(super) fn take_in(
    snapshot: &mut Snapshot,
    mut left: Vec<MeetingId>,
    (mut parts, many): (impl FnMut(Vec<Meeting>) -> Option<Vec<Meeting>>, bool),
    touched: &mut Touched,
) -> Taken {
    let trees = snapshot.trees.clone();
    let (mut words, mut places, mut stale) = (words::Reading::of(trees.clone(), many), vec![], vec![]);
    let (doors, affinities, names) = (grid::Moves::default(), grid::Moves::default(), HashSet::default());
    let (starts, bytes) = (candidates::Moves::default(), Split::default());
    let mut taking = TakingIn { snapshot, trees: trees.clone(), touched, doors, affinities, starts, names, bytes };
    let mut done = vec![];
    while let Some(mut meetings) = parts(mem::take(&mut done)) {
        // What lost its intergroup is as good as gone.
        meetings.retain(|one| {
            let listed = trees.intergroup(one.intergroup_id).is_some();
            left.extend((!listed).then_some(one.id));
            listed
        });
        // In the order of their places, which is that of their words.
        meetings.sort_by_cached_key(|one| (shared::index(taking.snapshot.entries.place(one.id)), one.id));
        for meeting in &meetings {
            let (at, was_there) = taking.put(meeting);
            places.push(at);
            stale.extend(was_there.then_some(at));
        }
        done = words.read(meetings);
    }
    for at in left.into_iter().filter_map(|id| taking.snapshot.entries.find(id)).collect::<Vec<_>>() {
        taking.leave(at);
        let pieces = taking.snapshot.entries[at].pieces;
        pieces.into_iter().for_each(|piece| taking.snapshot.arena.waste(piece));
        taking.snapshot.facts[at] = Facts::LEFT;
        taking.snapshot.entries.leave(at);
        stale.push(at as Index);
    }
    let TakingIn { doors, affinities, starts, .. } = taking;
    Taken { words, places, stale, doors, affinities, starts }
}

impl TakingIn<'_> {
    /// Puts a meeting at its place; says which that is, and whether it was there
    /// before.
    fn put(&mut self, meeting: &Meeting) -> (Index, bool) {
        let attendance = attendance(&meeting.content);
        let point = point(meeting, attendance);
        let name = self.name(&meeting.content.name);
        let facts = self.facts(meeting, attendance, &name);
        let before = self.snapshot.entries.find(meeting.id);
        let pieces = before.map_or([Address::NOTHING; PIECES], |before| self.snapshot.entries[before].pieces);
        if let Some(before) = before {
            self.leave(before);
        }
        let quality = Kept::of(meeting, attendance, point.is_some(), facts.region != NONE);
        let entry = self.entry(meeting, (point, quality), &facts, (name, pieces));
        // Others may show it still: rather that is counted as waste too often.
        let pieces = pieces.into_iter().zip(entry.pieces);
        pieces.filter(|(before, now)| before != now).for_each(|(before, _)| self.snapshot.arena.waste(before));
        let at = self.snapshot.entries.put(entry);
        self.snapshot.facts.put(at, facts);
        self.come(at as Index, &facts, point);
        (at as Index, before.is_some())
    }

    fn come(&mut self, at: Index, facts: &Facts, point: Option<Point>) {
        let snapshot = &mut *self.snapshot;
        snapshot.sets.come(at, facts);
        if let Some(schedule) = &snapshot.entries[at as usize].schedule {
            snapshot.starts.come(at, schedule, &mut self.starts);
        }
        self.touched.intergroups.come.push((facts.intergroup, at));
        if facts.group != NONE {
            self.touched.groups.come.push((facts.group, at));
        }
        if facts.location != NONE {
            self.touched.locations.come.push((facts.location, at));
        }
        if facts.region != NONE {
            self.snapshot.regions[facts.region as usize].own += 1;
            self.touched.regions.insert(facts.region);
        }
        if let Some(point) = point {
            let Facts { day, minute, attendance, types, location, region, .. } = *facts;
            let schedule = self.snapshot.entries[at as usize].schedule.as_ref();
            let (spot, pixel, next) = (Spot::from(point), Pixel::from(point), NextStart::of(schedule));
            let spotted = grid::Spotted { spot, types, meeting: at, minute, day, attendance };
            self.moves(attendance).come(spotted, grid::Extra { next, pixel, location, region });
        }
    }

    /// Takes a meeting out of all that lists it.
    fn leave(&mut self, at: usize) {
        let (facts, meeting) = (self.snapshot.facts[at], at as Index);
        let entry = &self.snapshot.entries[at];
        let (point, json) = (entry.point.get(), entry.json);
        self.snapshot.arena.waste(json);
        let snapshot = &mut *self.snapshot;
        snapshot.sets.leave(meeting, &facts);
        if let Some(schedule) = &snapshot.entries[at].schedule {
            snapshot.starts.leave(meeting, schedule, &mut self.starts);
        }
        self.touched.intergroups.leave.push((facts.intergroup, meeting));
        if facts.group != NONE {
            self.touched.groups.leave.push((facts.group, meeting));
        }
        if facts.location != NONE {
            self.touched.locations.leave.push((facts.location, meeting));
        }
        if facts.region != NONE {
            self.snapshot.regions[facts.region as usize].own -= 1;
            self.touched.regions.insert(facts.region);
        }
        if let Some(point) = point {
            self.moves(facts.attendance).leave(point, meeting);
        }
    }

    fn moves(&mut self, attendance: u8) -> &mut grid::Moves {
        if attendance == ONLINE { &mut self.affinities } else { &mut self.doors }
    }

    fn facts(&mut self, meeting: &Meeting, attendance: Attendance, name: &str) -> Facts {
        let (snapshot, start) = (&mut *self.snapshot, meeting.content.start);
        let mut types = 0;
        // A code that the vocabulary does not have is shown, but no query can ask
        // for it.
        for code in meeting.content.types.iter().filter_map(|code| TypeCode::parse(code)).map(TypeCode::as_str) {
            let known = snapshot.type_codes.iter().position(|one| *one == code);
            types |= bit(known.unwrap_or(snapshot.type_codes.len()));
            if known.is_none() {
                snapshot.type_codes.push(code);
            }
        }
        Facts {
            types,
            intergroup: self.trees.intergroup(meeting.intergroup_id).unwrap_or_default(),
            group: shared::index(meeting.group_id.and_then(|id| snapshot.groups.find(id))),
            location: shared::index(meeting.location_id.and_then(|id| snapshot.locations.find(id))),
            region: meeting.region_id.and_then(|id| self.trees.region(id)).unwrap_or(NONE),
            district: meeting.content.district.as_deref().map_or(NONE, |text| district(snapshot, &fold(text))),
            name: beginning(name),
            minute: start.map_or(0, |start| start.time.minutes()),
            day: start.map_or(NO_DAY, |start| start.day.number()),
            attendance: AttendanceSet::of(attendance).bits(),
        }
    }

    fn entry(
        &mut self,
        meeting: &Meeting,
        (point, quality): (Option<Point>, Kept),
        facts: &Facts,
        (name, mut pieces): (Arc<str>, [Address; PIECES]),
    ) -> Entry {
        let trees = &self.trees;
        let listed_by = IntergroupRef::of(&trees.intergroups[facts.intergroup as usize]);
        let region = trees.regions.get(facts.region as usize);
        let path = if region.is_some() { trees.path(facts.region) } else { vec![] };
        let region =
            region.map(|region| RegionRef { id: region.id, slug: &region.slug, name: &region.name, path: &path });
        self.bytes.write(MeetingView::of(meeting, listed_by, region));
        for (piece, bytes) in pieces.iter_mut().zip(&self.bytes.pieces) {
            *piece = self.touched.known.piece(&mut self.snapshot.arena, bytes, *piece);
        }
        let notices = EndingNotices::find(meeting, &self.bytes.own[self.bytes.head..]).map(Box::new);
        Entry {
            id: meeting.id,
            version: meeting.version,
            revision: meeting.revision,
            updated_at: meeting.updated_at,
            schedule: Schedule::of(meeting),
            point: point.into(),
            quality,
            name,
            intergroup: facts.intergroup,
            notices,
            json: self.snapshot.arena.push_bytes(&self.bytes.own),
            head: self.bytes.head as u32,
            pieces,
            there: true,
        }
    }

    /// The key of a name, which meetings of the same name share.
    fn name(&mut self, name: &str) -> Arc<str> {
        let key = name_key(name);
        if let Some(known) = self.names.get(&*key) {
            return known.clone();
        }
        let key: Arc<str> = key.into();
        self.names.insert(key.clone());
        key
    }
}

/// Where a search may find a meeting.
fn point(meeting: &Meeting, attendance: Attendance) -> Option<Point> {
    if attendance == Attendance::Inactive {
        return None;
    }
    let place = meeting.content.location.as_ref()?;
    Point::new(place.latitude?, place.longitude?).ok()
}

/// The number of a folded district.
fn district(snapshot: &mut Snapshot, folded: &str) -> Index {
    if let Some(number) = snapshot.districts.get(folded) {
        return *number;
    }
    let number = snapshot.districts.len() as Index;
    Arc::make_mut(&mut snapshot.districts).insert(folded.into(), number);
    number
}

/// The key that names are ordered by.
pub(in crate::search) fn name_key(name: &str) -> Box<str> {
    let folded = fold(name);
    folded[..folded.floor_char_boundary(NAME_KEY)].into()
}
