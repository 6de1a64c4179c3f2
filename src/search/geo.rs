//! Points, distances and boxes on the globe. Pure.
//!
//! Distances are whole millimetres, so that they can be compared, tied and put
//! into a cursor exactly. A box is only ever used to leave out what cannot
//! match; [`BBox::around`] is never too small.
//!
//! To add another shape, give it a `contains(Point)` and a box that holds it.

use std::f64::consts::PI;

/// The mean radius of the earth in metres (IUGG's R1).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Why coordinates were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GeoError {
    /// Not a latitude.
    #[error("must be a latitude in degrees, from -90 to 90")]
    Latitude,
    /// Not a longitude.
    #[error("must be a longitude in degrees, from -180 to 180")]
    Longitude,
    /// South does not lie south of north.
    #[error("is upside down: south must be less than north")]
    UpsideDown,
    /// West is east.
    #[error("is empty: west must differ from east")]
    Empty,
}

/// A point, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
}

impl Point {
    /// Takes finite degrees within their bounds.
    ///
    /// # Errors
    /// When a coordinate is out of range.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, GeoError> {
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(GeoError::Latitude);
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(GeoError::Longitude);
        }
        Ok(Self { latitude, longitude })
    }

    /// The point with three decimals (about 110 m): what a caller's whereabouts
    /// are reduced to before anything is done with them.
    pub fn rounded(self) -> Self {
        Self { latitude: round3(self.latitude), longitude: round3(self.longitude) }
    }

    /// The great-circle distance in whole millimetres.
    pub fn distance_mm(self, other: Self) -> u64 {
        Spot::from(self).distance_mm(Spot::from(other))
    }
}

/// A point or none, in the room of one.
#[derive(Debug, Clone, Copy)]
pub struct MaybePoint(Point);

impl MaybePoint {
    /// The point.
    pub fn get(self) -> Option<Point> {
        Some(self.0).filter(|point| !point.latitude.is_nan())
    }
}

impl From<Option<Point>> for MaybePoint {
    fn from(point: Option<Point>) -> Self {
        Self(point.unwrap_or(Point { latitude: f64::NAN, longitude: f64::NAN }))
    }
}

impl PartialEq for MaybePoint {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

/// A point with what measuring from it needs: its place on the unit sphere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// The point.
    pub point: Point,
    unit: [f64; 3],
}

impl From<Point> for Spot {
    fn from(point: Point) -> Self {
        let (north, up) = point.latitude.to_radians().sin_cos();
        let (east, ahead) = point.longitude.to_radians().sin_cos();
        Self { point, unit: [up * ahead, up * east, north] }
    }
}

impl Spot {
    /// The cube of that side, along the earth's axes, that holds it. Spots that
    /// are no further apart lie in one cube or in two that touch.
    pub(super) fn cell(self, side_mm: u64) -> [i64; 3] {
        let sides = EARTH_RADIUS_M * 1000.0 / side_mm as f64;
        self.unit.map(|axis| (axis * sides).floor() as i64)
    }

    /// The square of the chord on the unit sphere.
    fn chord(self, other: Self) -> f64 {
        let across = |axis: usize| self.unit[axis] - other.unit[axis];
        across(0) * across(0) + across(1) * across(1) + across(2) * across(2)
    }

    /// The great-circle distance in whole millimetres: the haversine of the
    /// angle is a quarter of the square of the chord, which spares a search the
    /// sines and cosines of every candidate. Off by less than a micrometre but
    /// near the antipode, where it is the root's digits that are missing.
    pub fn distance_mm(self, other: Self) -> u64 {
        let metres = 2.0 * EARTH_RADIUS_M * (self.chord(other).sqrt() / 2.0).min(1.0).asin();
        // Never negative and at most half of the equator: 2e10 mm.
        (metres * 1000.0).round() as u64
    }
}

/// A circle, as its chords tell what lies within: that spares most candidates
/// the distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    center: Spot,
    radius_mm: u64,
    /// The squares of chords up to which all lies within, and from which on
    /// nothing does.
    sure: (f64, f64),
}

impl Circle {
    /// All that is at most so far away.
    pub fn new(center: Spot, radius_mm: u64) -> Self {
        // Two millimetres and a billionth outweigh all rounding.
        let chord = |mm: f64| {
            let half = (mm.max(0.0) / 2000.0 / EARTH_RADIUS_M).min(PI / 2.0).sin();
            4.0 * half * half
        };
        let radius = radius_mm as f64;
        // Near the antipode chords tell little.
        let is_far = radius > EARTH_RADIUS_M * 1000.0 * 3.0;
        let sure = if is_far {
            (0.0, f64::INFINITY)
        } else {
            (chord(radius - 2.0) * (1.0 - 1e-9), chord(radius + 2.0) * (1.0 + 1e-9))
        };
        Self { center, radius_mm, sure }
    }

    /// Whether a spot lies within.
    pub fn has(&self, spot: Spot) -> bool {
        let chord = self.center.chord(spot);
        chord < self.sure.0 || chord < self.sure.1 && self.center.distance_mm(spot) <= self.radius_mm
    }

    /// How far a spot is from the middle; `None` for one outside.
    pub fn distance_mm(&self, spot: Spot) -> Option<u64> {
        let may = self.center.chord(spot) < self.sure.1;
        may.then(|| self.center.distance_mm(spot)).filter(|distance| *distance <= self.radius_mm)
    }
}

/// Where a point is on a map of the world (Web Mercator): the column and row of
/// its pixel, from the north-west, of 2^[`Pixel::BITS`] each way. Beyond 85
/// degrees, where the map ends, it is the outermost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pixel(pub u32, pub u32);

impl Pixel {
    /// The binary digits of a column.
    pub const BITS: u32 = 24;

    /// The larger pixel around it, of `2^bits` each way.
    #[must_use]
    pub fn of_bits(self, bits: u32) -> Self {
        let coarser = Self::BITS.saturating_sub(bits);
        Self(self.0 >> coarser, self.1 >> coarser)
    }
}

impl From<Point> for Pixel {
    fn from(point: Point) -> Self {
        let across = f64::from(1_u32 << Self::BITS);
        let x = (point.longitude + 180.0) / 360.0;
        let north = point.latitude.to_radians().sin();
        let y = 0.5 - ((1.0 + north) / (1.0 - north)).ln() / (4.0 * PI);
        let at = |share: f64| (share * across).floor().clamp(0.0, across - 1.0) as u32;
        Self(at(x), at(y))
    }
}

/// Rounds degrees to three decimals, halves away from zero; never `-0`.
pub fn round3(degrees: f64) -> f64 {
    (degrees * 1000.0).round() / 1000.0 + 0.0
}

/// A box between two latitudes and two longitudes, its edges included. Where
/// west is greater than east it crosses the 180th meridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BBox {
    /// Its western edge in degrees east.
    pub west: f64,
    /// Its southern edge in degrees north.
    pub south: f64,
    /// Its eastern edge in degrees east.
    pub east: f64,
    /// Its northern edge in degrees north.
    pub north: f64,
}

impl BBox {
    /// Takes a box that has an inside.
    ///
    /// # Errors
    /// When an edge is out of range, or nothing lies between two of them.
    pub fn new(west: f64, south: f64, east: f64, north: f64) -> Result<Self, GeoError> {
        Point::new(south, west)?;
        Point::new(north, east)?;
        if south >= north {
            return Err(GeoError::UpsideDown);
        }
        if west == east {
            return Err(GeoError::Empty);
        }
        Ok(Self { west, south, east, north })
    }

    /// A box that holds every point within `radius_mm` of `center`, and some
    /// more: around a pole it is the whole cap.
    pub fn around(center: Point, radius_mm: u64) -> Self {
        // A metre and a millionth more than asked for outweighs all rounding.
        let angle = (radius_mm as f64 / 1000.0 * (1.0 + 1e-6) + 1.0) / EARTH_RADIUS_M;
        let (south, north) = (center.latitude - angle.to_degrees(), center.latitude + angle.to_degrees());
        let cap = Self { west: -180.0, south, east: 180.0, north };
        if south <= -90.0 || north >= 90.0 || angle >= PI / 2.0 {
            return cap;
        }
        let width = (angle.sin() / center.latitude.to_radians().cos()).min(1.0).asin().to_degrees() + 1e-9;
        if width >= 90.0 {
            return cap;
        }
        Self { west: turned(center.longitude - width), east: turned(center.longitude + width), ..cap }
    }

    /// Whether a point lies within or on an edge. The meridians 180 and -180
    /// are the same.
    pub fn contains(&self, point: Point) -> bool {
        (self.south..=self.north).contains(&point.latitude)
            && (self.spans(point.longitude) || point.longitude.abs() == 180.0 && self.spans(-point.longitude))
    }

    fn spans(&self, longitude: f64) -> bool {
        if self.west <= self.east {
            (self.west..=self.east).contains(&longitude)
        } else {
            longitude >= self.west || longitude <= self.east
        }
    }
}

fn turned(longitude: f64) -> f64 {
    if longitude < -180.0 {
        longitude + 360.0
    } else if longitude > 180.0 {
        longitude - 360.0
    } else {
        longitude
    }
}

#[cfg(test)]
mod tests;
