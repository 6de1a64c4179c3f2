//! Meetings that are listed more than once: at the same day and time (or all by
//! appointment), of the same folded name or the same group, and at the same
//! place. That is one address, one link to join by, or a door at most
//! [`NEAR_MM`] from the first one there.
//!
//! Meetings that are alike in one way and in another are one set. What is
//! compared is looked up by what must be equal, and distances by cells that are
//! as wide as what is near, so that the time does not grow with the square of
//! how many meetings start at once.

use std::{collections::HashMap, num::NonZeroU32};

use crate::search::{
    attendance_set::AttendanceSet,
    geo::Spot,
    snapshot::{
        Snapshot,
        entry::{Facts, Index, NONE},
    },
};

/// How far apart two descriptions of one door may be.
pub(super) const NEAR_MM: u64 = 100_000;

/// Who meets.
#[derive(PartialEq, Eq, Hash)]
enum Who<'a> {
    Named(&'a str),
    Group(Index),
}

/// Where they meet.
#[derive(PartialEq, Eq, Hash)]
enum Place {
    Address(NonZeroU32),
    Link(NonZeroU32),
}

/// The sets of two and more among these meetings, each in their order.
pub(super) fn sets(snapshot: &Snapshot, meetings: &[Index]) -> Vec<Vec<Index>> {
    let mut alike: HashMap<(u8, u16, Who<'_>), Vec<usize>> = HashMap::new();
    for (at, meeting) in meetings.iter().enumerate() {
        let Facts { day, minute, group, .. } = snapshot.facts[*meeting as usize];
        let name = &snapshot.entries[*meeting as usize].name;
        alike.entry((day, minute, Who::Named(name))).or_default().push(at);
        if group != NONE {
            alike.entry((day, minute, Who::Group(group))).or_default().push(at);
        }
    }
    let mut joined = Joined((0..meetings.len()).collect());
    for alike in alike.into_values().filter(|alike| alike.len() > 1) {
        join_at_one_place(snapshot, meetings, &alike, &mut joined);
    }
    let mut sets: HashMap<usize, Vec<Index>> = HashMap::new();
    for (at, meeting) in meetings.iter().enumerate() {
        sets.entry(joined.first(at)).or_default().push(*meeting);
    }
    sets.into_values().filter(|set| set.len() > 1).collect()
}

fn join_at_one_place(snapshot: &Snapshot, meetings: &[Index], alike: &[usize], joined: &mut Joined) {
    let mut places: HashMap<Place, usize> = HashMap::new();
    let mut doors = Doors::default();
    for at in alike.iter().copied() {
        let meeting = meetings[at] as usize;
        let entry = &snapshot.entries[meeting];
        let address = entry.quality.place.map(Place::Address);
        let link = entry.quality.link.map(Place::Link);
        for place in [address, link].into_iter().flatten() {
            joined.join(*places.entry(place).or_insert(at), at);
        }
        let at_a_door = snapshot.facts[meeting].attendance & AttendanceSet::AT_A_DOOR.bits() != 0;
        if let Some(point) = entry.point.get().filter(|_| at_a_door) {
            doors.add(point.into(), at).into_iter().for_each(|near| joined.join(near, at));
        }
    }
}

/// Doors by their cell. Of those that are near one another only the first is
/// kept, so a cell never holds more than a few.
#[derive(Default)]
struct Doors(HashMap<[i64; 3], Vec<(Spot, usize)>>);

impl Doors {
    /// Those near a door; adds it if there is none.
    fn add(&mut self, spot: Spot, at: usize) -> Vec<usize> {
        let [x, y, z] = spot.cell(NEAR_MM);
        let sides = || -1..=1;
        let cells = sides().flat_map(|i| sides().flat_map(move |j| sides().map(move |k| [x + i, y + j, z + k])));
        let held = cells.filter_map(|cell| self.0.get(&cell)).flatten();
        let near: Vec<usize> =
            held.filter(|(other, _)| other.distance_mm(spot) <= NEAR_MM).map(|(_, near)| *near).collect();
        if near.is_empty() {
            self.0.entry([x, y, z]).or_default().push((spot, at));
        }
        near
    }
}

/// Which meetings belong together, as the one before that each was joined to.
struct Joined(Vec<usize>);

impl Joined {
    fn first(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first(a), self.first(b));
        self.0[a.max(b)] = a.min(b);
    }
}
