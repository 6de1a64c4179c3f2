//! Meetings by where one can go, one grid a day: strips of latitude, each by
//! longitude. A search looks at the days that it asks for and at the strips
//! that it can reach, and in these at what lies between its two meridians.
//!
//! Invariant: strips are shared between snapshots; to change a meeting's place
//! writes its strips anew, and no other.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    area::Area,
    geo::{Pixel, Point, Spot},
    schedule::NextStart,
    snapshot::entry::Index,
};

/// How many strips a degree has: each is some eleven kilometres wide, so that
/// a city lies in a few.
const A_DEGREE: f64 = 10.0;
const STRIPS: usize = 1800;
/// Sunday to Saturday, and by appointment.
const DAYS: usize = 8;

/// A meeting's place, with what rules most meetings out and what a map and
/// facets tell of it: neighbours lie beside one another here, and what else is
/// known of them far apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub spot: Spot,
    /// One bit a type code, see `Snapshot::type_bit`.
    pub types: u128,
    pub next: NextStart,
    /// Where it is on a map.
    pub pixel: Pixel,
    pub meeting: Index,
    pub location: Index,
    pub region: Index,
    /// Minutes after local midnight.
    pub minute: u16,
    /// One bit of `AttendanceSet`.
    pub attendance: u8,
}

/// Meetings by day and place.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    /// Strips from the south; no strips on a day without meetings.
    days: [Vec<Arc<[Placed]>>; DAYS],
}

/// What leaves a grid and comes into it.
#[derive(Debug, Default)]
pub(super) struct Moves(BTreeMap<(u8, usize), (Vec<Index>, Vec<Placed>)>);

impl Moves {
    /// A meeting is no longer there.
    pub(super) fn leave(&mut self, day: u8, point: Point, meeting: Index) {
        self.0.entry((day, strip(point.latitude))).or_default().0.push(meeting);
    }

    /// A meeting is there.
    pub(super) fn come(&mut self, day: u8, placed: Placed) {
        self.0.entry((day, strip(placed.spot.point.latitude))).or_default().1.push(placed);
    }
}

impl Grid {
    /// Lets meetings leave and come.
    pub(super) fn change(&mut self, moves: Moves) {
        for ((day, strip), (mut leaving, coming)) in moves.0 {
            let strips = &mut self.days[usize::from(day)];
            if strips.is_empty() {
                strips.resize(STRIPS, Arc::default());
            }
            leaving.sort_unstable();
            let staying = |placed: &&Placed| leaving.binary_search(&placed.meeting).is_err();
            let mut placed: Vec<Placed> = strips[strip].iter().filter(staying).cloned().chain(coming).collect();
            placed.sort_unstable_by(|a, b| {
                let [one, other] = [a, b].map(|placed| placed.spot.point.longitude);
                one.total_cmp(&other).then(a.meeting.cmp(&b.meeting))
            });
            strips[strip] = placed.into();
        }
    }

    /// Shows what lies within an area, and some more, to `visit`: on days of
    /// which the bit is set, the eighth for by appointment.
    pub(super) fn visit(&self, days: u8, area: &Area, mut visit: impl FnMut(u8, &Placed)) {
        let (south, north) = area.latitudes();
        if south > north {
            return;
        }
        let (first, last, between) = (strip(south), strip(north), area.longitudes());
        for (strips, day) in
            self.days.iter().zip(0..).filter(|(strips, day)| !strips.is_empty() && days >> day & 1 == 1)
        {
            for strip in &strips[first..=last] {
                for (west, east) in between {
                    let from = strip.partition_point(|placed| placed.spot.point.longitude < west);
                    let within = strip[from..].iter().take_while(|placed| placed.spot.point.longitude <= east);
                    within.for_each(|placed| visit(day, placed));
                }
            }
        }
    }
}

/// The strip of a latitude; beyond a pole the one at it.
fn strip(latitude: f64) -> usize {
    ((latitude + 90.0) * A_DEGREE).floor().clamp(0.0, (STRIPS - 1) as f64) as usize
}
