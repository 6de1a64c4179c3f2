//! What a search asks for, read strictly from a query string.
//!
//! Invariants: a value that exists is possible; what was left out has its
//! default filled in; lists are sorted and without repeats, so that two ways to
//! ask for the same have one [`SearchQuery::canonical_hash`]. Nothing here
//! looks at a directory: an unknown id is a filter that nothing meets.
//!
//! To add a filter: a field, its line in `parse`, its rules with others in
//! `rules`, its bytes in `hash`, its test in `search::filter` (in this order the
//! compiler and `every_filter_changes_the_hash` lead the way).

mod hash;
mod parse;
mod rules;
mod times;
mod values;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::kernel::{GroupId, IntergroupId, LocationId, MeetingId, RegionId};

use super::{
    attendance_set::AttendanceSet,
    fields::Fields,
    geo::{BBox, Point},
    named::Named,
    text::TextQuery,
};
pub use hash::QueryHash;
pub use times::{Soon, TimeOfDay, Window};
pub(super) use values::{latitude, longitude};

/// The most values that a list of ids takes.
pub const MAX_IDS: usize = 100;
/// The radius in metres where none is given.
pub const DEFAULT_RADIUS_M: u32 = 40_000;
/// The longest radius in metres.
pub const MAX_RADIUS_M: u32 = 500_000;
/// The most meetings that `nearest` asks for.
pub const MAX_NEAREST: u16 = 500;
/// The furthest ahead that `within_minutes` looks: a week.
pub const MAX_WITHIN_MINUTES: u16 = 7 * 24 * 60;
/// The furthest back that `started_within_minutes` looks: a day.
pub const MAX_STARTED_MINUTES: u16 = 24 * 60;
/// How many minutes late one may be where it is not said.
pub const DEFAULT_STARTED_MINUTES: u16 = 10;
/// The longest text that `q` takes, in characters.
pub const MAX_TEXT: usize = 200;
/// How many meetings a page holds where it is not said.
pub const DEFAULT_LIMIT: u8 = 20;
/// The most meetings of a page.
pub const MAX_LIMIT: u8 = 100;

/// A search, complete and possible.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchQuery {
    /// Only these.
    pub ids: Option<Vec<MeetingId>>,
    /// With all of these words.
    pub text: Option<TextQuery>,
    /// As somebody in this zone sees the next occurrence.
    pub in_zone: Option<Tz>,
    /// Around a point.
    pub around: Option<Around>,
    /// Within a box.
    pub bbox: Option<BBox>,
    /// On these days, a bit each from Sunday.
    pub days: Option<u8>,
    /// Starting within these times.
    pub window: Option<Window>,
    /// Starting in one of these times of day.
    pub times_of_day: Option<Vec<TimeOfDay>>,
    /// By type codes.
    pub types: TypeFilter,
    /// In one of these languages, ISO 639-1.
    pub languages: Option<Vec<&'static str>>,
    /// With one of these attendance options.
    pub attendance: AttendanceSet,
    /// Listed by one of these or their descendants.
    pub intergroups: Option<Vec<Named<IntergroupId>>>,
    /// In one of these or their sub-regions.
    pub regions: Option<Vec<Named<RegionId>>>,
    /// Held by one of these.
    pub groups: Option<Vec<GroupId>>,
    /// At one of these.
    pub locations: Option<Vec<LocationId>>,
    /// In one of these districts, folded.
    pub districts: Option<Vec<String>>,
    /// With content that changed then or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// Starting soon, or just begun.
    pub soon: Option<Soon>,
    /// What of each meeting to show; `None`: all of it.
    pub fields: Option<Fields>,
    /// The order of the answer.
    pub sort: Sort,
    /// How many a page holds; `nearest` has one page of all.
    pub limit: u8,
    /// Where to go on, as an answer gave it.
    pub cursor: Option<String>,
}

/// A point and how far from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Around {
    /// The point, to three decimals.
    pub center: Point,
    /// How far.
    pub reach: Reach,
}

/// How far from a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Up to so many metres.
    RadiusM(u32),
    /// The so many nearest and all that tie with the last.
    Nearest(u16),
}

/// Type codes as the vocabulary writes them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TypeFilter {
    /// Each of these.
    pub all: Vec<&'static str>,
    /// One of these at least; empty: no such condition.
    pub any: Vec<&'static str>,
    /// None of these.
    pub none: Vec<&'static str>,
}

/// The order of an answer; ties are broken by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Nearest first; online meetings last.
    Distance,
    /// The next to start, or under way, first; without an occurrence last.
    Next,
    /// By day and local time; by appointment last.
    DayTime,
    /// By folded name.
    Name,
    /// What meets the words of `text` best first.
    Relevance,
}

impl SearchQuery {
    /// Whether online meetings that are tied to the place asked for join the
    /// meetings there: only when they are asked for by name, and they have no
    /// distance that `nearest` could measure.
    pub fn affinity_joins(&self) -> bool {
        self.attendance.has(crate::directory::Attendance::Online) && self.reach_of_nearest().is_none()
    }

    /// How many of the nearest it asks for, instead of a radius.
    pub fn reach_of_nearest(&self) -> Option<u16> {
        match self.around?.reach {
            Reach::Nearest(count) => Some(count),
            Reach::RadiusM(_) => None,
        }
    }

    /// Whether what it finds may be another with every minute.
    pub fn moves(&self) -> bool {
        self.soon.is_some() || self.in_zone.is_some()
    }

    /// Whether it asks for a place at all.
    pub fn has_place(&self) -> bool {
        self.around.is_some() || self.bbox.is_some()
    }
}

#[cfg(test)]
mod tests;
