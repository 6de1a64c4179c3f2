//! How one value is read: strictly, and refused with what is wanted.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{MAX_TEXT, Sort, times::TimeOfDay};
use crate::directory::{Attendance, TypeCode, all_types};
use crate::http::Refusal;
use crate::kernel::{Day, LocalTime, fold};
use crate::search::{geo::BBox, named::Named, text::TextQuery, view::MEETING_FIELDS};

/// As many digits as a double needs to be told from any other: phones write
/// their positions with up to so many, and more say nothing.
const MAX_DIGITS: usize = 17;
/// The longest decimal number: digits, zeros before them, a sign, a point.
const MAX_DECIMAL: usize = 24;
/// The longest district, in characters, as offices may write it.
pub(super) const MAX_DISTRICT: usize = 128;
/// The longest instant: nanoseconds and an offset.
const MAX_INSTANT: usize = 35;

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new("invalid", message)
}

/// A whole number without sign or leading zeros, from `min` to `max`.
pub(super) fn whole<T: Copy + PartialOrd + FromStr + std::fmt::Display>(
    min: T,
    max: T,
) -> impl Fn(&str) -> Result<T, Refusal> {
    move |text| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
        let number = if digits && text.len() <= MAX_DIGITS { text.parse().ok() } else { None };
        number
            .filter(|number| (min..=max).contains(number))
            .ok_or_else(|| Refusal::new("out_of_range", format!("must be a whole number from {min} to {max}")))
    }
}

/// Decimal degrees such as `-87.6298`: JSON's number without an exponent.
pub(super) fn degrees(text: &str) -> Result<f64, Refusal> {
    let wanted = || invalid("must be decimal degrees such as -87.6298");
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.len() > 1 && whole.starts_with('0')) {
        return Err(wanted());
    }
    let significant = unsigned.trim_start_matches(['0', '.']).bytes().filter(u8::is_ascii_digit).count();
    if significant > MAX_DIGITS || text.len() > MAX_DECIMAL {
        return Err(invalid(format!("must have at most {MAX_DIGITS} significant digits")));
    }
    // Adding zero makes the negative zero positive.
    text.parse().map(|degrees: f64| degrees + 0.0).map_err(|_| wanted())
}

/// Degrees of latitude.
pub(in crate::search) fn latitude(text: &str) -> Result<f64, Refusal> {
    within(degrees(text)?, 90.0, "must be a latitude from -90 to 90")
}

/// Degrees of longitude.
pub(in crate::search) fn longitude(text: &str) -> Result<f64, Refusal> {
    within(degrees(text)?, 180.0, "must be a longitude from -180 to 180")
}

fn within(degrees: f64, bound: f64, wanted: &'static str) -> Result<f64, Refusal> {
    if degrees.abs() <= bound { Ok(degrees) } else { Err(Refusal::new("out_of_range", wanted)) }
}

/// `west,south,east,north`.
pub(super) fn bbox(text: &str) -> Result<BBox, Refusal> {
    let edges = text.split(',').map(degrees).collect::<Result<Vec<_>, _>>()?;
    let [west, south, east, north] = edges[..] else {
        return Err(invalid("must be west,south,east,north in decimal degrees"));
    };
    BBox::new(west, south, east, north).map_err(|error| Refusal::new("out_of_range", error.to_string()))
}

/// `HH:MM`.
pub(super) fn time(text: &str) -> Result<LocalTime, Refusal> {
    text.parse().map_err(|error: crate::kernel::WeeklyError| invalid(error.to_string()))
}

/// 0 to 6.
pub(super) fn day(text: &str) -> Result<Day, Refusal> {
    let [digit @ b'0'..=b'6'] = text.as_bytes() else {
        return Err(Refusal::new("out_of_range", crate::kernel::WeeklyError::Day.to_string()));
    };
    Day::new(digit - b'0').map_err(|error| Refusal::new("out_of_range", error.to_string()))
}

/// The name of a time of day.
pub(super) fn time_of_day(text: &str) -> Result<TimeOfDay, Refusal> {
    let found = TimeOfDay::ALL.into_iter().find(|one| one.name() == text);
    found.ok_or_else(|| Refusal::new("unknown_code", "must be morning, midday, evening or night"))
}

/// An attendance option.
pub(super) fn attendance(text: &str) -> Result<Attendance, Refusal> {
    match text {
        "in_person" => Ok(Attendance::InPerson),
        "online" => Ok(Attendance::Online),
        "hybrid" => Ok(Attendance::Hybrid),
        "inactive" => Ok(Attendance::Inactive),
        _ => Err(Refusal::new("unknown_code", "must be in_person, online, hybrid or inactive")),
    }
}

/// A type code, in any case.
pub(super) fn type_code(text: &str) -> Result<&'static str, Refusal> {
    let unknown = || Refusal::new("unknown_code", "must be a type code; GET /v1/vocabulary lists them");
    TypeCode::parse(text).map(TypeCode::as_str).ok_or_else(unknown)
}

/// A language that a type code stands for, ISO 639-1 in any case.
pub(super) fn language(text: &str) -> Result<&'static str, Refusal> {
    let known = all_types().filter_map(|(_, info)| info.iso639.as_deref());
    let unknown = || Refusal::new("unknown_code", "must be an ISO 639-1 code of a language in GET /v1/vocabulary");
    known.into_iter().find(|known| known.eq_ignore_ascii_case(text)).ok_or_else(unknown)
}

/// A district as an office writes it, folded.
pub(super) fn district(text: &str) -> Result<String, Refusal> {
    let folded = fold(text);
    if text.chars().count() > MAX_DISTRICT || folded.is_empty() {
        return Err(invalid(format!("must be 1 to {MAX_DISTRICT} characters with a letter or a digit")));
    }
    Ok(folded)
}

/// RFC 3339, such as `2026-05-04T12:00:00Z`.
pub(super) fn instant(text: &str) -> Result<DateTime<Utc>, Refusal> {
    let read = DateTime::parse_from_rfc3339(text).ok().filter(|_| text.len() <= MAX_INSTANT);
    read.map(|instant| instant.to_utc()).ok_or_else(|| invalid("must be an instant such as 2026-05-04T12:00:00Z"))
}

/// Words to look for.
pub(super) fn text(text: &str) -> Result<TextQuery, Refusal> {
    let read = TextQuery::parse(text).filter(|_| text.chars().count() <= MAX_TEXT);
    read.ok_or_else(|| invalid(format!("must be 1 to {MAX_TEXT} characters with a letter or a digit")))
}

/// An IANA zone by its name.
pub(super) fn zone(text: &str) -> Result<Tz, Refusal> {
    text.parse().map_err(|_| Refusal::new("unknown_code", "must be an IANA time zone such as America/Chicago"))
}

/// A field of a meeting that everybody may see.
pub(super) fn field(text: &str) -> Result<&'static str, Refusal> {
    let known = MEETING_FIELDS.into_iter().find(|field| *field == text);
    known.ok_or_else(|| Refusal::new("unknown_field", "must be a field of a meeting, such as name or next_start"))
}

/// An order.
pub(super) fn sort(text: &str) -> Result<Sort, Refusal> {
    match text {
        "distance" => Ok(Sort::Distance),
        "next" => Ok(Sort::Next),
        "day_time" => Ok(Sort::DayTime),
        "name" => Ok(Sort::Name),
        "relevance" => Ok(Sort::Relevance),
        _ => Err(Refusal::new("unknown_code", "must be distance, next, day_time, name or relevance")),
    }
}

/// An id.
pub(super) fn id<I: FromStr<Err = crate::kernel::IdError>>(text: &str) -> Result<I, Refusal> {
    text.parse().map_err(|error: crate::kernel::IdError| invalid(error.to_string()))
}

/// An id or a slug.
pub(super) fn named<I: FromStr>(text: &str) -> Result<Named<I>, Refusal> {
    text.parse().map_err(|_| invalid("must be a UUID, or a slug of letters, digits, '-' and '_'"))
}
