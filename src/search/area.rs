//! The area that a query asks for: a circle, a box, or what is in both.

use super::{
    geo::{BBox, Point, Spot},
    query::{Around, Reach, SearchQuery},
};

/// An area; without any condition it is everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    center: Option<Spot>,
    radius_mm: Option<u64>,
    /// Holds the circle, and some more.
    circle: Option<BBox>,
    bbox: Option<BBox>,
}

impl Area {
    /// The area of a query. `nearest` has no radius: see [`Self::narrowed`].
    pub(super) fn of(query: &SearchQuery) -> Self {
        let everywhere = Self {
            center: query.around.map(|around| around.center.into()),
            radius_mm: None,
            circle: None,
            bbox: query.bbox,
        };
        match query.around {
            Some(Around { reach: Reach::RadiusM(metres), .. }) => everywhere.narrowed(u64::from(metres) * 1000),
            _ => everywhere,
        }
    }

    /// What of the area lies within a distance of its centre.
    pub(super) fn narrowed(self, radius_mm: u64) -> Self {
        let circle = self.center.map(|center| BBox::around(center.point, radius_mm));
        Self { radius_mm: Some(radius_mm), circle, ..self }
    }

    /// What lies within this distance of a spot.
    pub(super) fn around(spot: Spot, radius_mm: u64) -> Self {
        Self { center: Some(spot), radius_mm: None, circle: None, bbox: None }.narrowed(radius_mm)
    }

    /// The southern and northern edge of all that can lie within; nothing can
    /// where south is greater.
    pub(super) fn latitudes(self) -> (f64, f64) {
        let boxes = || [self.circle, self.bbox].into_iter().flatten();
        let south = boxes().map(|one| one.south).fold(f64::NEG_INFINITY, f64::max);
        (south, boxes().map(|one| one.north).fold(f64::INFINITY, f64::min))
    }

    /// From west to east, in at most two parts that have nothing in common,
    /// where all that can lie within lies. One that is upside down is empty.
    pub(super) fn longitudes(self) -> [(f64, f64); 2] {
        const NOWHERE: (f64, f64) = (1.0, -1.0);
        match self.circle.or(self.bbox) {
            None => [(-180.0, 180.0), NOWHERE],
            Some(BBox { west, east, .. }) if west > east => [(west, 180.0), (-180.0, east)],
            // The meridians 180 and -180 are the same.
            Some(BBox { west: -180.0, east, .. }) if east < 180.0 => [(-180.0, east), (180.0, 180.0)],
            Some(BBox { west, east: 180.0, .. }) if west > -180.0 => [(west, 180.0), (-180.0, -180.0)],
            Some(BBox { west, east, .. }) => [(west, east), NOWHERE],
        }
    }

    /// Whether a point can lie within; cheap, and never wrongly false.
    pub(super) fn may_contain(self, point: Point) -> bool {
        self.circle.is_none_or(|circle| circle.contains(point)) && self.bbox.is_none_or(|bbox| bbox.contains(point))
    }

    /// `None` outside; inside the distance from the centre in millimetres, where
    /// there is a centre.
    pub(super) fn reach(self, spot: Spot) -> Option<Option<u64>> {
        if !self.may_contain(spot.point) {
            return None;
        }
        let distance = self.center.map(|center| center.distance_mm(spot));
        let within = distance.zip(self.radius_mm).is_none_or(|(distance, radius)| distance <= radius);
        within.then_some(distance)
    }
}
