//! From a query string to what each parameter says.

use super::{
    DEFAULT_LIMIT, DEFAULT_STARTED_MINUTES, MAX_IDS, MAX_LIMIT, MAX_NEAREST, MAX_RADIUS_M, MAX_STARTED_MINUTES,
    MAX_WITHIN_MINUTES, SearchQuery, Sort, TypeFilter,
    times::{Soon, TimeOfDay, Window},
    values,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::directory::Attendance;
use crate::http::{QueryString, Refusal};
use crate::kernel::{GroupId, IntergroupId, Invalid, LocalTime, LocationId, MeetingId, RegionId};
use crate::search::{attendance_set::AttendanceSet, fields::Fields, geo::BBox, named::Named, text::TextQuery};

/// The most values of a list of codes.
const MAX_CODES: usize = 50;

/// Each parameter as it was given, before the rules across them.
pub(super) struct Given {
    pub ids: Option<Vec<MeetingId>>,
    pub text: Option<TextQuery>,
    pub in_zone: Option<Tz>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub radius_m: Option<u32>,
    pub nearest: Option<u16>,
    pub bbox: Option<BBox>,
    pub days: Option<u8>,
    pub starts_after: Option<LocalTime>,
    pub starts_before: Option<LocalTime>,
    pub times_of_day: Option<Vec<TimeOfDay>>,
    pub types: TypeFilter,
    pub languages: Option<Vec<&'static str>>,
    pub attendance: Option<AttendanceSet>,
    pub intergroups: Option<Vec<Named<IntergroupId>>>,
    pub regions: Option<Vec<Named<RegionId>>>,
    pub groups: Option<Vec<GroupId>>,
    pub locations: Option<Vec<LocationId>>,
    pub districts: Option<Vec<String>>,
    pub updated_since: Option<DateTime<Utc>>,
    pub within_minutes: Option<u16>,
    pub started_within_minutes: Option<u16>,
    pub fields: Option<Fields>,
    pub sort: Option<Sort>,
    pub limit: Option<u8>,
    pub cursor: Option<String>,
}

impl SearchQuery {
    /// Reads a search and refuses every parameter that is left over. A call
    /// with parameters of its own takes those first.
    ///
    /// All that is wrong is told at once, each by the parameter's name.
    ///
    /// # Errors
    /// Every parameter that is refused.
    pub fn parse(query: &mut QueryString) -> Result<Self, Vec<Invalid>> {
        Self::read(query, true, &[])
    }

    /// Reads what a search asks for where there are no pages and no order: for
    /// the same matches, counted or all at once.
    ///
    /// # Errors
    /// Every parameter that is refused; `sort`, `limit` and `cursor` too.
    pub fn parse_filters(query: &mut QueryString) -> Result<Self, Vec<Invalid>> {
        Self::read(query, false, &[])
    }

    /// The same of what a map shows.
    ///
    /// # Errors
    /// Every parameter that is refused; a `bbox` that is not there too.
    pub fn parse_map(query: &mut QueryString) -> Result<Self, Vec<Invalid>> {
        Self::read(query, false, &["bbox"])
    }

    fn read(query: &mut QueryString, paged: bool, required: &[&'static str]) -> Result<Self, Vec<Invalid>> {
        let mut given = Given::take(query);
        for name in required.iter().filter(|name| !query.was_given(name)).copied().collect::<Vec<_>>() {
            query.refuse(name, Refusal::new("missing", "is required"));
        }
        if paged {
            given.take_page(query);
        }
        given.check(query);
        let (around, attendance, sort) = (given.around(), given.attendance_or_default(), given.sort_or_default());
        query.deny_unknown()?;
        Ok(Self {
            around,
            attendance,
            sort,
            window: given.window(),
            soon: given.soon(),
            ids: given.ids,
            text: given.text,
            in_zone: given.in_zone,
            bbox: given.bbox,
            days: given.days,
            times_of_day: given.times_of_day,
            types: given.types,
            languages: given.languages,
            intergroups: given.intergroups,
            regions: given.regions,
            groups: given.groups,
            locations: given.locations,
            districts: given.districts,
            updated_since: given.updated_since,
            fields: given.fields,
            limit: given.limit.unwrap_or(DEFAULT_LIMIT),
            cursor: given.cursor,
        })
    }
}

impl Given {
    fn take(query: &mut QueryString) -> Self {
        Self {
            ids: list(query, "id", MAX_IDS, values::id),
            text: query.take_one("q", values::text),
            in_zone: query.take_one("in_zone", values::zone),
            latitude: query.take_one("lat", values::latitude),
            longitude: query.take_one("lng", values::longitude),
            radius_m: query.take_one("radius_m", values::whole(1, MAX_RADIUS_M)),
            nearest: query.take_one("nearest", values::whole(1, MAX_NEAREST)),
            bbox: query.take_one("bbox", values::bbox),
            days: query
                .take_list("day", MAX_CODES, values::day)
                .map(|days| days.iter().fold(0, |bits, day| bits | 1 << day.number())),
            starts_after: query.take_one("starts_after", values::time),
            starts_before: query.take_one("starts_before", values::time),
            times_of_day: list(query, "time_of_day", MAX_CODES, values::time_of_day),
            types: TypeFilter {
                all: list(query, "type", MAX_CODES, values::type_code).unwrap_or_default(),
                any: list(query, "any_type", MAX_CODES, values::type_code).unwrap_or_default(),
                none: list(query, "not_type", MAX_CODES, values::type_code).unwrap_or_default(),
            },
            languages: list(query, "language", MAX_CODES, values::language),
            attendance: list(query, "attendance", MAX_CODES, values::attendance).and_then(|options| set(&options)),
            intergroups: list(query, "intergroup_id", MAX_IDS, values::named),
            regions: list(query, "region", MAX_IDS, values::named),
            groups: list(query, "group_id", MAX_IDS, values::id),
            locations: list(query, "location_id", MAX_IDS, values::id),
            districts: list(query, "district", MAX_CODES, values::district),
            updated_since: query.take_one("updated_since", values::instant),
            within_minutes: query.take_one("within_minutes", values::whole(1, MAX_WITHIN_MINUTES)),
            started_within_minutes: query.take_one("started_within_minutes", values::whole(0, MAX_STARTED_MINUTES)),
            fields: None,
            sort: None,
            limit: None,
            cursor: None,
        }
    }

    /// The order, and which part of the answer.
    fn take_page(&mut self, query: &mut QueryString) {
        let fields = query.take_list("fields", MAX_CODES, values::field);
        self.fields = fields.and_then(|names| Fields::of(names).ok());
        self.sort = query.take_one("sort", values::sort);
        self.limit = query.take_one("limit", values::whole(1, MAX_LIMIT));
        self.cursor = query.take_text("cursor");
    }

    pub(super) fn window(&self) -> Option<Window> {
        let asked = self.starts_after.is_some() || self.starts_before.is_some();
        if asked { Window::new(self.starts_after, self.starts_before) } else { None }
    }

    fn soon(&self) -> Option<Soon> {
        let started_within_minutes = self.started_within_minutes.unwrap_or(DEFAULT_STARTED_MINUTES);
        self.within_minutes.map(|within_minutes| Soon { within_minutes, started_within_minutes })
    }
}

/// A list in order and without repeats.
fn list<T: Ord>(
    query: &mut QueryString,
    name: &'static str,
    max: usize,
    read: impl Fn(&str) -> Result<T, Refusal>,
) -> Option<Vec<T>> {
    let mut values = query.take_list(name, max, read)?;
    values.sort_unstable();
    values.dedup();
    Some(values)
}

fn set(options: &[Attendance]) -> Option<AttendanceSet> {
    let (first, rest) = options.split_first()?;
    Some(rest.iter().fold(AttendanceSet::of(*first), |set, option| set.with(*option)))
}
