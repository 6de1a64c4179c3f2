//! Meetings by where one can go: strips of latitude, in each of which the days
//! follow one another, and in a day its meetings from west to east. A search
//! looks at the strips that it can reach, and in these at what lies between its
//! two meridians on the days that it asks for: few stretches of memory, which is
//! what it costs.
//!
//! Invariant: strips are shared between snapshots; to change a meeting's place
//! writes its strips anew, and no other.

use std::{collections::BTreeMap, hint::black_box, ops::Range, sync::Arc};

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
/// How many columns the world has, some six hundred metres wide at the equator.
const COLUMNS: f64 = 65_536.0;
/// Sunday to Saturday, and by appointment.
const DAYS: usize = 8;
/// How many meetings' lines of memory are asked for together.
const AT_ONCE: usize = 256;

/// A meeting's place, with what rules most meetings out: neighbours lie beside
/// one another here, each in a line of memory, and what else is known of them far
/// apart.
#[derive(Debug, Clone, PartialEq)]
#[repr(align(64))]
pub(super) struct Spotted {
    pub spot: Spot,
    /// One bit a type code, see `Snapshot::type_bit`.
    pub types: u128,
    pub meeting: Index,
    /// Minutes after local midnight.
    pub minute: u16,
    /// 0 to 6, or `NO_DAY`.
    pub day: u8,
    /// One bit of `AttendanceSet`.
    pub attendance: u8,
}

/// What a map and facets tell of a meeting besides.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Extra {
    pub next: NextStart,
    /// Where it is on a map.
    pub pixel: Pixel,
    pub location: Index,
    pub region: Index,
}

/// A meeting in the grid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'a> {
    pub spotted: &'a Spotted,
    pub extra: &'a Extra,
}

/// What meetings are asked for, as far as the eight bytes of a key tell: what
/// does not pass does not match, and its line of memory is not read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sieve {
    all: u64,
    any: [u64; 3],
    /// Whether some types do not pass: how one takes part tells little of what one
    /// can go to.
    narrows: bool,
}

impl Sieve {
    /// What has all of these types, some of each of those, and an attendance of
    /// the set.
    pub(super) fn new(types_all: u128, types_any: [Option<u128>; 2], attendances: u8) -> Self {
        let [one, other] = types_any.map(|types| types.map_or(u64::MAX, key::of_types));
        let narrows = types_all != 0 || types_any != [None; 2];
        Self { all: key::of_types(types_all), any: [one, other, key::of_attendances(attendances)], narrows }
    }

    /// Everything.
    pub(super) fn everything() -> Self {
        Self::new(0, [None, None], u8::MAX)
    }

    fn passes(self, key: u64) -> bool {
        key & self.all == self.all && self.any.iter().all(|any| key & any != 0)
    }
}

/// What of a meeting is in a number: its column, its types, of which some have a
/// bit together, and its attendance.
mod key {
    use super::Spotted;

    const ATTENDANCES: u32 = 4;
    const COLUMN: u32 = 48;
    const TYPES: u32 = COLUMN - ATTENDANCES;

    pub(super) fn of(spotted: &Spotted) -> u64 {
        let column = u64::from(super::column(spotted.spot.point.longitude)) << COLUMN;
        column | of_types(spotted.types) | of_attendances(spotted.attendance)
    }

    pub(super) fn of_types(types: u128) -> u64 {
        let folded = types | types >> TYPES | types >> (2 * TYPES);
        (folded as u64 & ((1 << TYPES) - 1)) << ATTENDANCES
    }

    pub(super) fn of_attendances(attendances: u8) -> u64 {
        u64::from(attendances) & ((1 << ATTENDANCES) - 1)
    }

    pub(super) fn column(key: u64) -> u16 {
        (key >> COLUMN) as u16
    }
}

/// Meetings by place and day.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    /// From the south; none without meetings.
    strips: Vec<Arc<Strip>>,
}

/// Its meetings by day, then by column, in lists that go together.
#[derive(Debug, Default)]
struct Strip {
    /// Where each of the days begins, and where the last one ends.
    starts: [u32; DAYS + 1],
    keys: Box<[u64]>,
    spotted: Box<[Spotted]>,
    extras: Box<[Extra]>,
}

/// What leaves a grid and comes into it.
#[derive(Debug, Default)]
pub(super) struct Moves(BTreeMap<usize, Moved>);

/// The same of one strip.
#[derive(Debug, Default)]
struct Moved {
    leaving: Vec<Index>,
    coming: Vec<Spotted>,
    /// Of those that come.
    extras: Vec<Extra>,
}

impl Moves {
    /// A meeting is no longer there.
    pub(super) fn leave(&mut self, point: Point, meeting: Index) {
        self.0.entry(strip(point.latitude)).or_default().leaving.push(meeting);
    }

    /// A meeting is there.
    pub(super) fn come(&mut self, spotted: Spotted, extra: Extra) {
        let moved = self.0.entry(strip(spotted.spot.point.latitude)).or_default();
        moved.coming.push(spotted);
        moved.extras.push(extra);
    }
}

impl Grid {
    /// Lets meetings leave and come.
    pub(super) fn change(&mut self, moves: Moves) {
        for (strip, Moved { mut leaving, coming, extras }) in moves.0 {
            if self.strips.is_empty() {
                self.strips.resize(STRIPS, Arc::default());
            }
            leaving.sort_unstable();
            let before = Arc::clone(&self.strips[strip]);
            let there = before.spotted.iter().zip(&before.extras);
            let staying = there.filter(|(spotted, _)| leaving.binary_search(&spotted.meeting).is_err());
            self.strips[strip] = Arc::new(Strip::of(staying.chain(coming.iter().zip(&extras)).collect()));
        }
    }

    /// Shows what lies within an area and passes the sieve, and some more, to
    /// `visit`, many at a time: on days of which the bit is set, the eighth for by
    /// appointment.
    pub(super) fn visit<'a>(&'a self, days: u8, area: &Area, sieve: Sieve, mut visit: impl FnMut(&[Placed<'a>])) {
        let (south, north) = area.latitudes();
        if south > north || self.strips.is_empty() {
            return;
        }
        let between = area.longitudes().map(|(west, east)| (west <= east).then(|| (column(west), column(east))));
        // Two parts that have nothing in common may have a column.
        let between = match between {
            [Some(one), Some(other)] if one.0 <= other.1 && other.0 <= one.1 => {
                [Some((one.0.min(other.0), one.1.max(other.1))), None]
            }
            apart => apart,
        };
        let mut some = Vec::with_capacity(AT_ONCE);
        for strip in &self.strips[strip(south)..=strip(north)] {
            for day in (0..DAYS).filter(|day| days >> day & 1 == 1) {
                for (west, east) in between.into_iter().flatten() {
                    let stretch = strip.between(day, west, east);
                    for at in stretch.filter(|at| !sieve.narrows || sieve.passes(strip.keys[*at])) {
                        some.push(Placed { spotted: &strip.spotted[at], extra: &strip.extras[at] });
                        if some.len() == AT_ONCE {
                            show(&mut some, &mut visit);
                        }
                    }
                }
            }
        }
        show(&mut some, &mut visit);
    }
}

/// Shows them. Their lines of memory are asked for first, all together: to wait
/// for one after the other would take several times as long.
fn show<'a>(placed: &mut Vec<Placed<'a>>, visit: &mut impl FnMut(&[Placed<'a>])) {
    black_box(placed.iter().fold(0, |all, one| all ^ one.spotted.meeting));
    visit(placed);
    placed.clear();
}

impl Strip {
    fn of(mut placed: Vec<(&Spotted, &Extra)>) -> Self {
        // Nearly all of them are in order already, which this sort makes use of.
        placed.sort_by_key(|(one, _)| (one.day, column(one.spot.point.longitude), one.meeting));
        let mut starts = [0; DAYS + 1];
        for (at, (one, _)) in (0..).zip(&placed) {
            starts[usize::from(one.day) + 1..].fill(at + 1);
        }
        let keys = placed.iter().map(|(one, _)| key::of(one)).collect();
        let spotted = placed.iter().map(|(spotted, _)| (*spotted).clone()).collect();
        Self { starts, keys, spotted, extras: placed.iter().map(|(_, extra)| (*extra).clone()).collect() }
    }

    /// What of a day lies in the columns from west to east.
    fn between(&self, day: usize, west: u16, east: u16) -> Range<usize> {
        let (start, end) = (self.starts[day] as usize, self.starts[day + 1] as usize);
        let keys = &self.keys[start..end];
        let from = keys.partition_point(|key| key::column(*key) < west);
        let to = from + keys[from..].partition_point(|key| key::column(*key) <= east);
        start + from..start + to
    }
}

/// The strip of a latitude; beyond a pole the one at it.
fn strip(latitude: f64) -> usize {
    ((latitude + 90.0) * A_DEGREE).floor().clamp(0.0, (STRIPS - 1) as f64) as usize
}

/// The column of a longitude.
fn column(longitude: f64) -> u16 {
    ((longitude + 180.0) / 360.0 * COLUMNS).floor().clamp(0.0, COLUMNS - 1.0) as u16
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spotted(longitude: f64, types: u128, attendance: u8) -> Spotted {
        let spot = Point { latitude: 1.0, longitude }.into();
        Spotted { spot, types, meeting: 0, minute: 0, day: 0, attendance }
    }

    proptest! {
        #[test]
        fn whatever_matches_passes_the_sieve(
            longitude in -180.0..=180.0,
            (types, all, any) in (any::<u128>(), any::<u128>(), prop::option::of((0_u32..128).prop_map(|bit| 1 << bit))),
            (attendance, asked) in (0_u8..4, 1_u8..16),
        ) {
            let (attendance, types_all) = (1 << attendance, types & all);
            let matches = attendance & asked != 0 && any.is_none_or(|any| types & any != 0);
            let key = key::of(&spotted(longitude, types, attendance));
            prop_assert!(!matches || Sieve::new(types_all, [any, None], asked).passes(key));
            prop_assert!(Sieve::everything().passes(key));
            prop_assert_eq!(key::column(key), column(longitude));
        }
    }

    #[test]
    fn what_does_not_match_mostly_does_not_pass() {
        let key = key::of(&spotted(-180.0, 0b0110, 1));
        for (all, any, attendances) in [(0b1000, None, 1), (0, Some(0b1001), 1), (0b0010, None, 2)] {
            assert!(!Sieve::new(all, [any, None], attendances).passes(key));
        }
        assert!(Sieve::new(0b0010, [Some(0b1100), None], 1).passes(key));
    }
}
