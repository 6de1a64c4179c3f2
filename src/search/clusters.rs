//! Meetings on a map, those that lie close together as one.
//!
//! The world is cut into squares as map tiles are (Web Mercator), each a quarter
//! of a tile wide; where there would be too many, into squares twice as wide,
//! and so on. A meeting's square depends on where it is alone, so clusters do
//! not dance while a map is moved.

use std::{cmp::Reverse, mem};

use chrono::{DateTime, Utc};
use foldhash::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    area::Area,
    engine,
    geo::{Pixel, Point},
    grid::Placed,
    order::Hit,
    query::SearchQuery,
    schedule::{NextStart, minute_of},
    snapshot::{
        Snapshot,
        entry::{Index, NONE},
    },
    view::{Instant, write_decimal},
};
use crate::{http::spare_body, kernel::LocationId};

/// The most clusters of an answer.
pub const MAX_CLUSTERS: usize = 500;
/// The closest that a map looks.
pub const MAX_ZOOM: u8 = 22;
/// Squares along the side of a tile: two steps finer than the map.
const FINER: u32 = 2;
/// How many bytes a cluster has at most, mostly.
const CLUSTER: usize = 176;
/// How many bytes there are beside them.
const BESIDE: usize = 48;
/// Of how many squares along a side the place is known at once.
const SIDE: u32 = 16;
const RECENT: usize = (SIDE * SIDE) as usize;
/// How much of a degree is one of the whole numbers that places are added up in.
const PARTS: f64 = 100_000.0;
/// The decimals of a degree that this makes.
const DECIMALS: usize = 5;

/// What there is to see on a map.
#[derive(Debug, ToSchema)]
#[schema(as = Clusters)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct ClustersView {
    /// At most 500, those of the most meetings first.
    data: Vec<ClusterView>,
    /// How many meetings they are of.
    total: u64,
}

/// Meetings that lie close together.
#[derive(Debug, ToSchema)]
#[schema(as = Cluster)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct ClusterView {
    /// Degrees north of their middle.
    #[schema(minimum = -90, maximum = 90)]
    latitude: f64,
    /// Degrees east of it.
    #[schema(minimum = -180, maximum = 180)]
    longitude: f64,
    /// How many there are.
    #[schema(minimum = 1)]
    count: u64,
    /// The place, where all of them are at one.
    #[schema(value_type = Option<Uuid>, nullable = false)]
    location_id: Option<LocationId>,
    /// When the next of them starts, or the one under way started; absent where
    /// none is foreseen.
    #[schema(value_type = Option<DateTime<Utc>>, nullable = false)]
    next_start: Option<Instant>,
}

/// What lies in a square.
struct Gathered {
    latitude: i64,
    longitude: i64,
    count: i64,
    /// The one place, or [`NONE`] where they are at several.
    location: Index,
    /// In minutes since 1970, or [`NEVER`].
    next_start: i64,
}

/// What comes after every start.
const NEVER: i64 = i64::MAX;

/// The clusters of what `query` matches and one can go to, as JSON
/// ([`ClustersView`]).
pub fn clusters(snapshot: &Snapshot, query: &SearchQuery, zoom: u8, now: DateTime<Utc>) -> Vec<u8> {
    let now = engine::to_minute(now);
    let mut squares = Squares::default();
    let bits = u32::from(zoom.min(MAX_ZOOM)) + FINER;
    let area = Area::of(query).unmeasured();
    let minute = minute_of(now);
    engine::visit(snapshot, query, &area, now, |hit, placed| {
        if let Some((pixel, one)) = gather(snapshot, &hit, placed, minute) {
            squares.add(pixel.of_bits(bits), one);
        }
    });
    while squares.all.len() > MAX_CLUSTERS {
        let finer = mem::take(&mut squares).all;
        finer.into_iter().for_each(|(Pixel(x, y), one)| squares.add(Pixel(x / 2, y / 2), one));
    }
    let mut gathered = squares.all;
    gathered.sort_unstable_by_key(|(Pixel(x, y), one)| (Reverse(one.count), *x, *y));
    let mut body = spare_body(BESIDE + gathered.len() * CLUSTER);
    body.extend_from_slice(br#"{"data":["#);
    for (place, (_, one)) in gathered.iter().enumerate() {
        if place > 0 {
            body.push(b',');
        }
        one.write(snapshot, &mut body);
    }
    body.extend_from_slice(br#"],"total":"#);
    write_decimal(&mut body, gathered.iter().map(|(_, one)| one.count).sum(), 0);
    body.push(b'}');
    body
}

/// What lies in which square.
struct Squares {
    all: Vec<(Pixel, Gathered)>,
    at: HashMap<u64, usize>,
    /// Where those were put that came last, by a few digits of their squares:
    /// mostly there is what comes next.
    recent: [u32; RECENT],
}

impl Default for Squares {
    fn default() -> Self {
        Self { all: Vec::new(), at: HashMap::default(), recent: [0; RECENT] }
    }
}

impl Squares {
    #[inline]
    fn add(&mut self, square: Pixel, one: Gathered) {
        let Pixel(x, y) = square;
        let recent = (x % SIDE * SIDE + y % SIDE) as usize;
        if let Some((known, all)) = self.all.get_mut(self.recent[recent] as usize)
            && *known == square
        {
            return all.add(&one);
        }
        self.recent[recent] = self.add_by_key(square, one);
    }

    /// The same for one that is not known at once; says where it was put.
    fn add_by_key(&mut self, square: Pixel, one: Gathered) -> u32 {
        let (Pixel(x, y), next) = (square, self.all.len());
        let at = *self.at.entry(u64::from(x) << u32::BITS | u64::from(y)).or_insert(next);
        match self.all.get_mut(at) {
            Some((_, all)) => all.add(&one),
            None => self.all.push((square, one)),
        }
        at as u32
    }
}

/// A meeting by itself in that minute; `None` for one that one cannot go to.
#[inline]
fn gather(snapshot: &Snapshot, hit: &Hit, placed: Option<Placed<'_>>, minute: i64) -> Option<(Pixel, Gathered)> {
    if hit.joined {
        return None;
    }
    let entry = || &snapshot.entries[hit.meeting as usize];
    if let Some(Placed { spotted, extra }) = placed {
        let next = extra.next.minute(minute, || entry().schedule.as_ref());
        return Some((extra.pixel, Gathered::one(spotted.spot.point, extra.location, next)));
    }
    let (point, schedule) = (entry().point.get()?, entry().schedule.as_ref());
    let next = NextStart::of(schedule).minute(minute, || schedule);
    Some((point.into(), Gathered::one(point, snapshot.facts[hit.meeting as usize].location, next)))
}

impl Gathered {
    fn add(&mut self, one: &Self) {
        self.latitude += one.latitude;
        self.longitude += one.longitude;
        self.count += one.count;
        self.location = if self.location == one.location { self.location } else { NONE };
        self.next_start = self.next_start.min(one.next_start);
    }

    #[inline]
    fn one(point: Point, location: Index, next_start: Option<i64>) -> Self {
        // To the nearest: what is behind the point is cut off.
        let whole = |degrees: f64| (degrees * PARTS + 0.5_f64.copysign(degrees)) as i64;
        let (latitude, longitude) = (whole(point.latitude), whole(point.longitude));
        Self { latitude, longitude, count: 1, location, next_start: next_start.unwrap_or(NEVER) }
    }

    fn write(&self, snapshot: &Snapshot, out: &mut Vec<u8>) {
        // To the nearest part, in whole numbers: the same everywhere.
        let mean = |sum: i64| (2 * sum + self.count).div_euclid(2 * self.count);
        out.extend_from_slice(br#"{"latitude":"#);
        write_decimal(out, mean(self.latitude), DECIMALS);
        out.extend_from_slice(br#","longitude":"#);
        write_decimal(out, mean(self.longitude), DECIMALS);
        out.extend_from_slice(br#","count":"#);
        write_decimal(out, self.count, 0);
        if let Some(location) = snapshot.locations.get(self.location as usize) {
            out.extend_from_slice(br#","location_id":""#);
            out.extend_from_slice(location.id.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
            out.push(b'"');
        }
        if self.next_start < NEVER
            && let Some(start) = DateTime::from_timestamp(self.next_start * 60, 0)
        {
            out.extend_from_slice(br#","next_start":""#);
            Instant(start).write(out);
            out.push(b'"');
        }
        out.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_lies_in_a_square_is_together_and_nothing_else(
            all in prop::collection::vec((0_u32..40, 0_u32..40, 0_u32..3), 0..200),
        ) {
            let (mut squares, mut expected) = (Squares::default(), BTreeMap::new());
            for (x, y, location) in all {
                let point = Point { latitude: f64::from(y), longitude: f64::from(x) };
                squares.add(Pixel(x, y), Gathered::one(point, location, Some(i64::from(location))));
                expected.entry((x, y)).or_insert_with(Vec::new).push(location);
            }
            let found: BTreeMap<_, _> = squares.all.iter().map(|(Pixel(x, y), one)| ((*x, *y), one)).collect();
            prop_assert_eq!((found.len(), squares.all.len()), (expected.len(), expected.len()));
            for ((x, y), locations) in expected {
                let one = found[&(x, y)];
                prop_assert_eq!(one.count, locations.len() as i64);
                prop_assert_eq!(one.latitude, i64::from(y) * 100_000 * one.count);
                let alike = locations.iter().all(|location| *location == locations[0]);
                prop_assert_eq!(one.location, if alike { locations[0] } else { NONE });
                prop_assert_eq!(Some(one.next_start), locations.iter().min().map(|least| i64::from(*least)));
            }
        }
    }
}
