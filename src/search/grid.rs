//! Meetings by where one can go: strips of latitude, in each of which cells of
//! longitude follow one another from west to east, and in a cell its days. A
//! search looks at the strips that it can reach, and in these at what lies
//! between its two meridians on the days that it asks for: few stretches of
//! memory, which is what it costs.
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
/// How many cells a degree of a strip has.
const CELLS_A_DEGREE: f64 = 5.0;
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
    /// 0 to 6, or `NO_DAY`.
    pub day: u8,
    /// One bit of `AttendanceSet`.
    pub attendance: u8,
}

/// Meetings by place and day.
#[derive(Debug, Clone, Default)]
pub(super) struct Grid {
    /// From the south; none without meetings.
    strips: Vec<Arc<Strip>>,
}

#[derive(Debug, Default)]
struct Strip {
    /// By cell, then by day.
    placed: Box<[Placed]>,
    /// From west to east; only those that have meetings.
    cells: Box<[Cell]>,
}

#[derive(Debug)]
struct Cell {
    /// Cells east of the 180th meridian.
    east: u16,
    /// Where in the strip each of its days begins, and where the last one ends.
    starts: [u32; DAYS + 1],
}

/// What leaves a grid and comes into it.
#[derive(Debug, Default)]
pub(super) struct Moves(BTreeMap<usize, (Vec<Index>, Vec<Placed>)>);

impl Moves {
    /// A meeting is no longer there.
    pub(super) fn leave(&mut self, point: Point, meeting: Index) {
        self.0.entry(strip(point.latitude)).or_default().0.push(meeting);
    }

    /// A meeting is there.
    pub(super) fn come(&mut self, placed: Placed) {
        self.0.entry(strip(placed.spot.point.latitude)).or_default().1.push(placed);
    }
}

impl Grid {
    /// Lets meetings leave and come.
    pub(super) fn change(&mut self, moves: Moves) {
        for (strip, (mut leaving, coming)) in moves.0 {
            if self.strips.is_empty() {
                self.strips.resize(STRIPS, Arc::default());
            }
            leaving.sort_unstable();
            let staying = |placed: &&Placed| leaving.binary_search(&placed.meeting).is_err();
            let placed = self.strips[strip].placed.iter().filter(staying).cloned().chain(coming);
            self.strips[strip] = Arc::new(Strip::of(placed.collect()));
        }
    }

    /// Shows what lies within an area, and some more, to `visit`: on days of
    /// which the bit is set, the eighth for by appointment.
    pub(super) fn visit(&self, days: u8, area: &Area, mut visit: impl FnMut(&Placed)) {
        let (south, north) = area.latitudes();
        if south > north || self.strips.is_empty() {
            return;
        }
        let between = area.longitudes().map(|(west, east)| (west <= east).then(|| (cell(west), cell(east))));
        // Two parts that have nothing in common may have a cell.
        let between = match between {
            [Some(one), Some(other)] if one.0 <= other.1 && other.0 <= one.1 => {
                [Some((one.0.min(other.0), one.1.max(other.1))), None]
            }
            apart => apart,
        };
        for strip in &self.strips[strip(south)..=strip(north)] {
            for (west, east) in between.into_iter().flatten() {
                strip.visit(days, (west, east), &mut visit);
            }
        }
    }
}

impl Strip {
    fn of(mut placed: Vec<Placed>) -> Self {
        placed.sort_unstable_by_key(|one| (cell(one.spot.point.longitude), one.day, one.meeting));
        let mut cells: Vec<Cell> = Vec::new();
        for (at, one) in (0..).zip(&placed) {
            let east = cell(one.spot.point.longitude);
            if cells.last().is_none_or(|last| last.east != east) {
                cells.push(Cell { east, starts: [at; DAYS + 1] });
            }
            if let Some(last) = cells.last_mut() {
                last.starts[usize::from(one.day) + 1..].fill(at + 1);
            }
        }
        Self { placed: placed.into(), cells: cells.into() }
    }

    fn visit(&self, days: u8, (west, east): (u16, u16), mut visit: impl FnMut(&Placed)) {
        let first = self.cells.partition_point(|cell| cell.east < west);
        for cell in self.cells[first..].iter().take_while(|cell| cell.east <= east) {
            let mut day = 0;
            while day < DAYS {
                // Days that follow one another are one stretch.
                let from = day + (days >> day).trailing_zeros() as usize;
                let to = from + (!(u32::from(days) >> from)).trailing_zeros() as usize;
                if from >= DAYS {
                    break;
                }
                self.placed[cell.starts[from] as usize..cell.starts[to] as usize].iter().for_each(&mut visit);
                day = to;
            }
        }
    }
}

/// The strip of a latitude; beyond a pole the one at it.
fn strip(latitude: f64) -> usize {
    ((latitude + 90.0) * A_DEGREE).floor().clamp(0.0, (STRIPS - 1) as f64) as usize
}

/// The cell of a longitude.
fn cell(longitude: f64) -> u16 {
    ((longitude + 180.0) * CELLS_A_DEGREE).floor().clamp(0.0, 360.0 * CELLS_A_DEGREE) as u16
}
