//! Meetings on a map, those that lie close together as one.
//!
//! The world is cut into squares as map tiles are (Web Mercator), each a quarter
//! of a tile wide; where there would be too many, into squares twice as wide,
//! and so on. A meeting's square depends on where it is alone, so clusters do
//! not dance while a map is moved.

use std::{cmp::Reverse, mem};

use chrono::{DateTime, Utc};
use foldhash::HashMap;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    area::Area,
    engine,
    geo::{Pixel, Point},
    grid::Placed,
    order::Hit,
    query::SearchQuery,
    snapshot::{
        Snapshot,
        entry::{Index, NONE},
    },
    view::Instant,
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

/// What lies in a square.
struct Gathered {
    latitude: i64,
    longitude: i64,
    count: i64,
    /// The one place, or [`NONE`] where they are at several.
    location: Index,
    /// In minutes since 1970.
    next_start: Option<i64>,
}

/// The clusters of what `query` matches and one can go to, as JSON.
///
/// # Errors
/// None that is known: what is gathered always serialises.
pub fn clusters(snapshot: &Snapshot, query: &SearchQuery, zoom: u8, now: DateTime<Utc>) -> serde_json::Result<Vec<u8>> {
    let now = engine::to_minute(now);
    let mut squares = Squares::default();
    let bits = u32::from(zoom.min(MAX_ZOOM)) + FINER;
    let area = Area::of(query).unmeasured();
    engine::visit(snapshot, query, &area, now, |hit, placed| {
        if let Some((pixel, one)) = gather(snapshot, &hit, placed, now) {
            squares.add(pixel.of_bits(bits), one);
        }
    });
    while squares.all.len() > MAX_CLUSTERS {
        let finer = mem::take(&mut squares).all;
        finer.into_iter().for_each(|(Pixel(x, y), one)| squares.add(Pixel(x / 2, y / 2), one));
    }
    let mut gathered = squares.all;
    gathered.sort_unstable_by_key(|(Pixel(x, y), one)| (Reverse(one.count), *x, *y));
    let total = gathered.iter().map(|(_, one)| one.count.unsigned_abs()).sum();
    let mut body = spare_body(gathered.len() * CLUSTER);
    let data = gathered.into_iter().map(|(_, one)| one.view(snapshot)).collect();
    serde_json::to_writer(&mut body, &ClustersView { data, total })?;
    Ok(body)
}

/// What lies in which square.
#[derive(Default)]
struct Squares {
    all: Vec<(Pixel, Gathered)>,
    at: HashMap<Pixel, usize>,
    /// Where the last one was put: mostly the next one is beside it.
    last: usize,
}

impl Squares {
    fn add(&mut self, square: Pixel, one: Gathered) {
        if self.all.get(self.last).is_none_or(|(last, _)| *last != square) {
            self.last = *self.at.entry(square).or_insert(self.all.len());
        }
        match self.all.get_mut(self.last) {
            Some((_, all)) => all.add(&one),
            None => self.all.push((square, one)),
        }
    }
}

/// A meeting by itself; `None` for one that one cannot go to.
fn gather(snapshot: &Snapshot, hit: &Hit, placed: Option<Placed<'_>>, now: DateTime<Utc>) -> Option<(Pixel, Gathered)> {
    if hit.joined {
        return None;
    }
    let schedule = || snapshot.entries[hit.meeting as usize].schedule.as_ref();
    if let Some(Placed { spotted, extra }) = placed {
        let one = Gathered::one(spotted.spot.point, extra.location, extra.next.minute(now, schedule));
        return Some((extra.pixel, one));
    }
    let point = snapshot.entries[hit.meeting as usize].point.get()?;
    let next = schedule().and_then(|schedule| schedule.next(now)).map(|next| next.start.timestamp().div_euclid(60));
    Some((point.into(), Gathered::one(point, snapshot.facts[hit.meeting as usize].location, next)))
}

impl Gathered {
    fn add(&mut self, one: &Self) {
        self.latitude += one.latitude;
        self.longitude += one.longitude;
        self.count += one.count;
        self.location = if self.location == one.location { self.location } else { NONE };
        self.next_start = self.next_start.into_iter().chain(one.next_start).min();
    }

    fn one(point: Point, location: Index, next_start: Option<i64>) -> Self {
        let whole = |degrees: f64| (degrees * PARTS).round() as i64;
        let (latitude, longitude) = (whole(point.latitude), whole(point.longitude));
        Self { latitude, longitude, count: 1, location, next_start }
    }

    fn view(&self, snapshot: &Snapshot) -> ClusterView {
        // To the nearest part, in whole numbers: the same everywhere.
        let mean = |sum: i64| (2 * sum + self.count).div_euclid(2 * self.count) as f64 / PARTS;
        ClusterView {
            latitude: mean(self.latitude),
            longitude: mean(self.longitude),
            count: self.count.unsigned_abs(),
            location_id: snapshot.locations.get(self.location as usize).map(|location| location.id),
            next_start: self.next_start.and_then(|minute| DateTime::from_timestamp(minute * 60, 0)).map(Instant),
        }
    }
}
