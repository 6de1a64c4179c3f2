//! Query parameters as the OpenAPI document describes them. Reading them is
//! `search::query`'s and `search::listing`'s; a test asks of every parameter
//! here that the two agree on its name and bounds.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use utoipa::{
    IntoParams, OpenApi, PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, Type},
    },
};
use uuid::Uuid;

use crate::directory::{Attendance, TypeName, all_types};
use crate::search::view::MEETING_FIELDS;

/// The enums of parameters, which the document names once: a client then has
/// one type for each, whichever calls take it.
#[derive(Debug, OpenApi)]
#[openapi(components(schemas(
    Attendance,
    FieldParameter,
    LanguageParameter,
    SortParameter,
    TimeOfDayParameter,
    TypeName
)))]
pub struct ParameterSchemas;

/// What a search asks for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct FilterParameters {
    /// Only these meetings; at most 100.
    #[param(style = Form, explode = false, max_items = 100)]
    id: Option<Vec<Uuid>>,
    /// Words, all of which the name, group, place, address, region or notes have, begin with, or are a typo of; accents and case do not matter.
    #[param(min_length = 1, max_length = 200, example = "serenity")]
    q: Option<String>,
    /// IANA time zone: days, times, bands, their facets and order as somebody there sees the next occurrence.
    #[param(max_length = 64, example = "Europe/Berlin")]
    in_zone: Option<String>,
    /// Latitude of the place to search around, with `lng`; rounded to three decimals.
    #[param(minimum = -90, maximum = 90, example = 41.88)]
    lat: Option<f64>,
    /// Longitude of the place to search around, with `lat`; rounded to three decimals.
    #[param(minimum = -180, maximum = 180, example = -87.63)]
    lng: Option<f64>,
    /// How far around, in metres; needs a place. 40000 where it is not said.
    // No `default`: generated clients would send it, and without a place it is refused.
    #[param(minimum = 1, maximum = 500_000, example = 5000)]
    radius_m: Option<u32>,
    /// Instead of a radius the so many nearest, after all other filters, and all that tie with the last, in one page.
    #[param(minimum = 1, maximum = 500)]
    nearest: Option<u16>,
    /// `west,south,east,north` in degrees; west may be greater than east across 180°.
    #[param(value_type = Option<String>, example = "-88.1,41.6,-87.4,42.1")]
    bbox: Option<String>,
    /// Days of the start, 0 (Sunday) to 6, local to each meeting or in `in_zone`.
    #[param(style = Form, explode = false, minimum = 0, maximum = 6)]
    day: Option<Vec<u8>>,
    /// Starting at this local time (`HH:MM`) or later.
    #[param(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "17:00")]
    starts_after: Option<String>,
    /// Starting before this local time (`HH:MM`); a window may pass midnight and does not carry the day.
    #[param(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "21:00")]
    starts_before: Option<String>,
    /// `morning` 04:00–11:59, `midday` 11:00–16:59, `evening` 16:00–20:59, `night` 20:00–04:59; they overlap on purpose.
    #[param(style = Form, explode = false)]
    time_of_day: Option<Vec<TimeOfDayParameter>>,
    /// Type codes that the meeting has all of.
    #[param(style = Form, explode = false, max_items = 50, example = json!(["O", "W"]))]
    r#type: Option<Vec<TypeName>>,
    /// Type codes that the meeting has one of.
    #[param(style = Form, explode = false, max_items = 50)]
    any_type: Option<Vec<TypeName>>,
    /// Type codes that the meeting has none of.
    #[param(style = Form, explode = false, max_items = 50)]
    not_type: Option<Vec<TypeName>>,
    /// ISO 639-1 codes of languages that are spoken.
    #[param(style = Form, explode = false, max_items = 50)]
    language: Option<Vec<LanguageParameter>>,
    /// How one takes part; all but `inactive` where it is not said, with a place `in_person` and `hybrid`.
    #[param(style = Form, explode = false)]
    attendance: Option<Vec<Attendance>>,
    /// Ids or slugs of intergroups, with their descendants.
    #[param(style = Form, explode = false, max_items = 100, inline)]
    intergroup_id: Option<Vec<IdOrSlugParameter>>,
    /// Ids or slugs of regions, with their sub-regions; a slug means every office's region of that name.
    #[param(style = Form, explode = false, max_items = 100, inline)]
    region: Option<Vec<IdOrSlugParameter>>,
    /// Ids of groups.
    #[param(style = Form, explode = false, max_items = 100)]
    group_id: Option<Vec<Uuid>>,
    /// Ids of locations.
    #[param(style = Form, explode = false, max_items = 100)]
    location_id: Option<Vec<Uuid>>,
    /// Districts as offices write them; accents and case do not matter.
    #[param(style = Form, explode = false, max_items = 50, inline)]
    district: Option<Vec<DistrictParameter>>,
    /// With content that changed then or later, RFC 3339.
    #[param(max_length = 35, example = "2026-05-04T12:00:00Z")]
    updated_since: Option<DateTime<Utc>>,
    /// Starting within so many minutes from now, or started at most `started_within_minutes` ago and not over.
    #[param(minimum = 1, maximum = 10080, example = 60)]
    within_minutes: Option<u16>,
    /// How many minutes ago it may have started; with `within_minutes`, and then 10 where it is not said.
    // No `default`: see `radius_m`.
    #[param(minimum = 0, maximum = 1440, example = 10)]
    started_within_minutes: Option<u16>,
}

/// In which order, which part of the answer, and what of each meeting.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct PageParameters {
    /// The order; where it is not said `relevance` with `q`, else `distance` with `lat` and `lng`, else `day_time`. Ties are broken by id.
    sort: Option<SortParameter>,
    /// What of each meeting to show besides its id; all of it where it is not said.
    #[param(style = Form, explode = false, max_items = 50, example = json!(["name", "next_start"]))]
    fields: Option<Vec<FieldParameter>>,
    /// How many meetings a page holds.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u8>,
    /// Where to go on: the `next_cursor` of the page before, with the same parameters.
    #[param(max_length = 4096)]
    cursor: Option<String>,
}

/// Of a list of groups, locations or regions.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct ListParameters {
    /// Ids or slugs of intergroups, with their descendants.
    #[param(style = Form, explode = false, max_items = 100, inline)]
    intergroup_id: Option<Vec<IdOrSlugParameter>>,
    /// Ids or slugs of regions, with their sub-regions.
    #[param(style = Form, explode = false, max_items = 100, inline)]
    region: Option<Vec<IdOrSlugParameter>>,
    /// Beginnings of words of the name; accents and case do not matter.
    #[param(min_length = 1, max_length = 200)]
    q: Option<String>,
    /// How many a page holds.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<u8>,
    /// Where to go on: the `next_cursor` of the page before, with the same parameters.
    #[param(max_length = 4096)]
    cursor: Option<String>,
}

/// Of a list of intergroups.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct PlainListParameters {
    /// Latitude of a place, with `lng`; rounded to three decimals. Gives in one page those that list a meeting one can go to, nearest first; those whose nearest is more than 500 km away are left out.
    #[param(minimum = -90, maximum = 90, example = 41.88)]
    lat: Option<f64>,
    /// Longitude of the place, with `lat`; rounded to three decimals.
    #[param(minimum = -180, maximum = 180, example = -87.63)]
    lng: Option<f64>,
    /// Ids or slugs of intergroups, with their descendants.
    #[param(style = Form, explode = false, max_items = 100, inline)]
    intergroup_id: Option<Vec<IdOrSlugParameter>>,
    /// Beginnings of words of the name; accents and case do not matter.
    #[param(min_length = 1, max_length = 200)]
    q: Option<String>,
    /// How many a page holds.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<u8>,
    /// Where to go on: the `next_cursor` of the page before, with the same parameters.
    #[param(max_length = 4096)]
    cursor: Option<String>,
}

/// An id or a slug.
#[derive(Debug, utoipa::ToSchema)]
#[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_-]{1,64}$")]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct IdOrSlugParameter(String);

/// A district.
#[derive(Debug, utoipa::ToSchema)]
#[schema(value_type = String, min_length = 1, max_length = 128)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct DistrictParameter(String);

/// A language that a type code stands for.
#[derive(Debug)]
pub struct LanguageParameter;

impl PartialSchema for LanguageParameter {
    fn schema() -> RefOr<Schema> {
        let mut codes: Vec<&str> = all_types().filter_map(|(_, info)| info.iso639.as_deref()).collect();
        codes.sort_unstable();
        codes.dedup();
        let language = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
        language.description(Some("ISO 639-1 code of a language that a type code stands for.")).into()
    }
}

impl ToSchema for LanguageParameter {
    fn name() -> Cow<'static, str> {
        Cow::from("LanguageCode")
    }
}

/// A field of a meeting.
#[derive(Debug)]
pub struct FieldParameter;

impl PartialSchema for FieldParameter {
    fn schema() -> RefOr<Schema> {
        let field = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(MEETING_FIELDS));
        field.description(Some("A field of a meeting.")).into()
    }
}

impl ToSchema for FieldParameter {
    fn name() -> Cow<'static, str> {
        Cow::from("MeetingField")
    }
}

/// A part of the day; they overlap on purpose.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = TimeOfDay, rename_all = "snake_case")]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub enum TimeOfDayParameter {
    /// 04:00–11:59
    Morning,
    /// 11:00–16:59
    Midday,
    /// 16:00–20:59
    Evening,
    /// 20:00–04:59
    Night,
}

/// In which order meetings come.
#[derive(Debug, utoipa::ToSchema)]
#[schema(as = MeetingSort, rename_all = "snake_case")]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub enum SortParameter {
    /// Nearest first.
    Distance,
    /// The next to start, or under way, first.
    Next,
    /// By day and local time.
    DayTime,
    /// By name.
    Name,
    /// What meets `q` best first.
    Relevance,
}
