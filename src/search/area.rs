//! The area that a query asks for: a circle, a box, or what is in both.

use super::{
    geo::{BBox, Point, Spot},
    query::{Around, Reach, SearchQuery},
    snapshot::entry::Placed,
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

    /// The part of a list ordered by latitude that the area can reach.
    pub(super) fn band(self, placed: &[Placed]) -> &[Placed] {
        let boxes = || [self.circle, self.bbox].into_iter().flatten();
        let south = boxes().map(|one| one.south).fold(f64::NEG_INFINITY, f64::max);
        let north = boxes().map(|one| one.north).fold(f64::INFINITY, f64::min);
        let first = placed.partition_point(|one| one.point.latitude < south);
        let rest = &placed[first..];
        &rest[..rest.partition_point(|one| one.point.latitude <= north)]
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
