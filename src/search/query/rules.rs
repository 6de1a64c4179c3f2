//! The rules across parameters, and the defaults that depend on others.
//!
//! A refusal names the parameter that cannot stand as it is; one that was
//! refused by itself is not refused again for what another lacks.

use super::{Around, DEFAULT_RADIUS_M, Reach, Sort, parse::Given};
use crate::http::{QueryString, Refusal};
use crate::search::{attendance_set::AttendanceSet, geo::Point};

impl Given {
    /// Refuses what cannot be asked for together or is incomplete.
    pub(super) fn check(&self, query: &mut QueryString) {
        let (lat, lng) = (query.was_given("lat"), query.was_given("lng"));
        let words = query.was_given("q");
        let mut incomplete = |name, wrong: bool, message| {
            if wrong {
                query.refuse(name, Refusal::new("incomplete", message));
            }
        };
        let no_place = !lat && !lng;
        incomplete("lat", lat && !lng, "needs lng");
        incomplete("lng", lng && !lat, "needs lat");
        incomplete("radius_m", self.radius_m.is_some() && no_place, "needs lat and lng");
        incomplete("nearest", self.nearest.is_some() && no_place, "needs lat and lng");
        incomplete("sort", self.sort == Some(Sort::Distance) && no_place, "distance needs lat and lng");
        incomplete("sort", self.sort == Some(Sort::Relevance) && !words, "relevance needs q");
        let from_now = query.was_given("within_minutes");
        if self.started_within_minutes.is_some() && !from_now {
            query.refuse("started_within_minutes", Refusal::new("incomplete", "needs within_minutes"));
        }
        for name in ["radius_m", "limit", "cursor"] {
            if self.nearest.is_some() && query.was_given(name) {
                query.refuse(name, Refusal::new("conflict", "does not go with nearest, which is one page of its own"));
            }
        }
        let bounds = query.was_given("starts_before") && self.starts_before.is_some();
        let bounds = bounds && self.starts_after.is_some() == query.was_given("starts_after");
        if bounds && self.window().is_none() {
            query.refuse("starts_before", Refusal::new("empty_window", "must differ from starts_after (else 00:00)"));
        }
    }

    /// The point asked for and how far from it.
    pub(super) fn around(&self) -> Option<Around> {
        let center = Point::new(self.latitude?, self.longitude?).ok()?.rounded();
        let radius = || Reach::RadiusM(self.radius_m.unwrap_or(DEFAULT_RADIUS_M));
        Some(Around { center, reach: self.nearest.map_or_else(radius, Reach::Nearest) })
    }

    /// With a place, what one can go to; else whatever is active.
    pub(super) fn attendance_or_default(&self) -> AttendanceSet {
        let place = self.around().is_some() || self.bbox.is_some();
        self.attendance.unwrap_or(if place { AttendanceSet::AT_A_DOOR } else { AttendanceSet::ACTIVE })
    }

    /// With words what meets them best first, else around a point the nearest,
    /// else by day and time.
    pub(super) fn sort_or_default(&self) -> Sort {
        self.sort.unwrap_or(match (&self.text, self.around()) {
            (Some(_), _) => Sort::Relevance,
            (None, Some(_)) => Sort::Distance,
            (None, None) => Sort::DayTime,
        })
    }
}
