//! Meetings on a map, those that lie close together as one.
//!
//! The world is cut into squares as map tiles are (Web Mercator), each a quarter
//! of a tile wide; where there would be too many, into squares twice as wide,
//! and so on. A meeting's square depends on where it is alone, so clusters do
//! not dance while a map is moved.

use std::{cmp::Reverse, f64::consts::PI};

use chrono::{DateTime, Utc};
use foldhash::{HashMap, HashMapExt};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    engine,
    geo::Point,
    order::Hit,
    query::SearchQuery,
    snapshot::{
        Snapshot,
        entry::{Index, NONE},
    },
    view::Instant,
};
use crate::kernel::LocationId;

/// The most clusters of an answer.
pub const MAX_CLUSTERS: usize = 500;
/// The closest that a map looks.
pub const MAX_ZOOM: u8 = 22;
/// Squares along the side of a tile: two steps finer than the map.
const FINER: u32 = 2;
/// How much of a degree is one of the whole numbers that places are added up in.
const PARTS: f64 = 100_000.0;

/// What there is to see on a map.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Clusters)]
pub struct ClustersView {
    /// At most 500, those of the most meetings first.
    pub data: Vec<ClusterView>,
    /// How many meetings they are of.
    pub total: u64,
}

/// Meetings that lie close together.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Cluster)]
pub struct ClusterView {
    /// Degrees north of their middle.
    #[schema(minimum = -90, maximum = 90)]
    pub latitude: f64,
    /// Degrees east of it.
    #[schema(minimum = -180, maximum = 180)]
    pub longitude: f64,
    /// How many there are.
    #[schema(minimum = 1)]
    pub count: u64,
    /// The place, where all of them are at one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub location_id: Option<LocationId>,
    /// When the next of them starts, or the one under way started; absent where
    /// none is foreseen.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DateTime<Utc>>, nullable = false)]
    pub next_start: Option<Instant>,
}

/// A square of the map: column and row, from the north-west.
type Square = (u32, u32);

/// What lies in a square.
struct Gathered {
    latitude: i64,
    longitude: i64,
    count: i64,
    /// The one place, or [`NONE`] where they are at several.
    location: Index,
    next_start: Option<DateTime<Utc>>,
}

/// The clusters of what `query` matches and one can go to, as JSON.
///
/// # Errors
/// None that is known: what is gathered always serialises.
pub fn clusters(snapshot: &Snapshot, query: &SearchQuery, zoom: u8, now: DateTime<Utc>) -> serde_json::Result<Vec<u8>> {
    let now = engine::to_minute(now);
    let mut squares: HashMap<Square, Gathered> = HashMap::with_capacity(MAX_CLUSTERS);
    let across = 1_u32 << (u32::from(zoom.min(MAX_ZOOM)) + FINER);
    engine::visit(snapshot, query, now, |hit| {
        if let Some((point, one)) = gather(snapshot, &hit, now) {
            add(&mut squares, square(point, across), one);
        }
    });
    while squares.len() > MAX_CLUSTERS {
        let finer = std::mem::take(&mut squares);
        finer.into_iter().for_each(|((x, y), one)| add(&mut squares, (x / 2, y / 2), one));
    }
    let mut gathered: Vec<(Square, Gathered)> = squares.into_iter().collect();
    gathered.sort_unstable_by_key(|(square, one)| (Reverse(one.count), *square));
    let total = gathered.iter().map(|(_, one)| one.count.unsigned_abs()).sum();
    let data = gathered.into_iter().map(|(_, one)| one.view(snapshot)).collect();
    serde_json::to_vec(&ClustersView { data, total })
}

/// A meeting by itself; `None` for one that one cannot go to.
fn gather(snapshot: &Snapshot, hit: &Hit, now: DateTime<Utc>) -> Option<(Point, Gathered)> {
    let entry = &snapshot.entries[hit.meeting as usize];
    let point = entry.spot.filter(|_| !hit.joined)?.point;
    let whole = |degrees: f64| (degrees * PARTS).round() as i64;
    let next = entry.schedule.as_ref().and_then(|schedule| schedule.next(now));
    let one = Gathered {
        latitude: whole(point.latitude),
        longitude: whole(point.longitude),
        count: 1,
        location: snapshot.facts[hit.meeting as usize].location,
        next_start: next.map(|next| next.start),
    };
    Some((point, one))
}

fn add(squares: &mut HashMap<Square, Gathered>, square: Square, one: Gathered) {
    let Some(all) = squares.get_mut(&square) else {
        squares.insert(square, one);
        return;
    };
    all.latitude += one.latitude;
    all.longitude += one.longitude;
    all.count += one.count;
    all.location = if all.location == one.location { all.location } else { NONE };
    all.next_start = all.next_start.into_iter().chain(one.next_start).min();
}

/// The square of a point, of `across` by `across`. Beyond 85 degrees, where the
/// map ends, it is the outermost.
fn square(point: Point, across: u32) -> Square {
    let x = (point.longitude + 180.0) / 360.0;
    let north = point.latitude.to_radians().sin();
    let y = 0.5 - ((1.0 + north) / (1.0 - north)).ln() / (4.0 * PI);
    let at = |share: f64| ((share * f64::from(across)).floor().clamp(0.0, f64::from(across - 1))) as u32;
    (at(x), at(y))
}

impl Gathered {
    fn view(&self, snapshot: &Snapshot) -> ClusterView {
        // To the nearest part, in whole numbers: the same everywhere.
        let mean = |sum: i64| (2 * sum + self.count).div_euclid(2 * self.count) as f64 / PARTS;
        ClusterView {
            latitude: mean(self.latitude),
            longitude: mean(self.longitude),
            count: self.count.unsigned_abs(),
            location_id: snapshot.locations.get(self.location as usize).map(|location| location.id),
            next_start: self.next_start.map(Instant),
        }
    }
}
