//! The area that a query asks for: a circle, a box, or what is in both.

use super::{
    geo::{BBox, Circle, Point, Spot},
    query::{Around, Reach, SearchQuery},
};

/// An area; without any condition it is everywhere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    center: Option<Spot>,
    circle: Option<Circle>,
    /// Holds the circle, and some more.
    around: Option<BBox>,
    bbox: Option<BBox>,
    /// Whether it is told how far from the centre something is.
    is_measured: bool,
}

impl Area {
    /// The area of a query. `nearest` has no radius: see [`Self::narrowed`].
    pub(super) fn of(query: &SearchQuery) -> Self {
        let everywhere = Self {
            center: query.around.map(|around| around.center.into()),
            circle: None,
            around: None,
            bbox: query.bbox,
            is_measured: true,
        };
        match query.around {
            Some(Around { reach: Reach::RadiusM(metres), .. }) => everywhere.narrowed(u64::from(metres) * 1000),
            _ => everywhere,
        }
    }

    /// What of the area lies within a distance of its centre.
    pub(super) fn narrowed(self, radius_mm: u64) -> Self {
        let circle = self.center.map(|center| Circle::new(center, radius_mm));
        let around = self.center.map(|center| BBox::around(center.point, radius_mm));
        Self { circle, around, ..self }
    }

    /// The same where nobody asks how far something is.
    pub(super) fn unmeasured(self) -> Self {
        Self { is_measured: false, ..self }
    }

    /// What lies within this distance of a spot.
    pub(super) fn around(spot: Spot, radius_mm: u64) -> Self {
        Self { center: Some(spot), circle: None, around: None, bbox: None, is_measured: true }.narrowed(radius_mm)
    }

    /// The southern and northern edge of all that can lie within; nothing can
    /// where south is greater.
    pub(super) fn latitudes(&self) -> (f64, f64) {
        let boxes = || [self.around, self.bbox].into_iter().flatten();
        let south = boxes().map(|one| one.south).fold(f64::NEG_INFINITY, f64::max);
        (south, boxes().map(|one| one.north).fold(f64::INFINITY, f64::min))
    }

    /// From west to east, in at most two parts that have nothing in common,
    /// where all that can lie within lies. One that is upside down is empty.
    pub(super) fn longitudes(&self) -> [(f64, f64); 2] {
        const NOWHERE: (f64, f64) = (1.0, -1.0);
        match self.around.or(self.bbox) {
            None => [(-180.0, 180.0), NOWHERE],
            Some(BBox { west, east, .. }) if west > east => [(west, 180.0), (-180.0, east)],
            // The meridians 180 and -180 are the same.
            Some(BBox { west: -180.0, east, .. }) if east < 180.0 => [(-180.0, east), (180.0, 180.0)],
            Some(BBox { west, east: 180.0, .. }) if west > -180.0 => [(west, 180.0), (-180.0, -180.0)],
            Some(BBox { west, east, .. }) => [(west, east), NOWHERE],
        }
    }

    /// Whether a point can lie within; cheap, and never wrongly false.
    #[inline]
    pub(super) fn may_contain(&self, point: Point) -> bool {
        self.around.is_none_or(|around| around.contains(point)) && self.bbox.is_none_or(|bbox| bbox.contains(point))
    }

    /// `None` outside; inside the distance from the centre in millimetres, where
    /// there is a centre and somebody asks.
    #[expect(clippy::inline_always, reason = "it is asked of thousands, and a call costs as much as most of it")]
    #[inline(always)]
    pub(super) fn reach(&self, spot: Spot) -> Option<Option<u64>> {
        if !self.may_contain(spot.point) {
            return None;
        }
        match &self.circle {
            Some(circle) if self.is_measured => circle.distance_mm(spot).map(Some),
            Some(circle) => circle.has(spot).then_some(None),
            None => Some(self.center.filter(|_| self.is_measured).map(|center| center.distance_mm(spot))),
        }
    }
}
