//! Which check-ins are asked for.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    circles::{check_in::CheckIn, store::CheckInQuery},
    http::{ApiError, PageCursor, QueryString, Refusal},
    kernel::{CivilDay, PassId, writable_days},
};

const MAX_LIMIT: i64 = 100;
/// The longest time at once.
const MOST_DAYS: TimeDelta = TimeDelta::days(366);
/// The time where nothing is said of its beginning.
const USUAL_DAYS: Days = Days::new(30);

/// Of a list of check-ins.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its derived documentation is used")]
pub struct CheckInParameters {
    /// The first day; 30 days before the last where nothing is said.
    #[param(value_type = Option<String>, format = Date, example = "2026-04-27")]
    from: Option<NaiveDate>,
    /// The last day, at most 366 days later; tomorrow in UTC where nothing is said.
    #[param(value_type = Option<String>, format = Date, example = "2026-05-03")]
    to: Option<NaiveDate>,
    /// Only those of this pass.
    pass_id: Option<Uuid>,
    /// Where the page begins, as the page before said; with the same other
    /// parameters, but for `limit`.
    #[param(max_length = 46, pattern = "^[A-Za-z0-9_-]{46}$")]
    cursor: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: Option<u8>,
}

/// Reads a query; how many there are to be on a page, and its cursors.
pub(super) fn read_query(raw: &str, now: DateTime<Utc>) -> Result<(CheckInQuery, i64, PageCursor), ApiError> {
    let mut query = QueryString::parse(raw)?;
    let from = query.take_one("from", day);
    let to = query.take_one("to", day);
    let pass = query.take_one("pass_id", |text| {
        text.parse::<PassId>().map_err(|error| Refusal::new("invalid_value", error.to_string()))
    });
    // Of what was said, not of what holds where nothing was: that moves at midnight.
    let cursor = PageCursor::of("check-ins", &(from, to, pass));
    let after = query.take_one("cursor", |text| {
        let (day, id) = cursor.read(text)?;
        Ok((day.parse::<CivilDay>().map_err(|_| PageCursor::refused())?.date(), id))
    });
    let limit = query.take_one("limit", |text| match text.parse::<i64>() {
        Ok(limit @ 1..=MAX_LIMIT) if !text.starts_with(['+', '0']) => Ok(limit),
        _ => Err(Refusal::new("out_of_range", format!("must be a whole number from 1 to {MAX_LIMIT}"))),
    });
    let to = to.unwrap_or_else(|| writable_days(now).end().date());
    let from = from.unwrap_or_else(|| to.checked_sub_days(USUAL_DAYS).unwrap_or(to));
    if from > to {
        query.refuse("from", Refusal::new("out_of_range", "must not be after to"));
    } else if to - from > MOST_DAYS {
        query.refuse("from", Refusal::new("out_of_range", "must be at most 366 days before to"));
    }
    query.finish()?;
    let limit = limit.unwrap_or(MAX_LIMIT);
    Ok((CheckInQuery { from, to, pass, after, limit }, limit, cursor))
}

/// Where the page after that check-in begins.
pub(super) fn next_cursor(last: &CheckIn, cursor: PageCursor) -> String {
    cursor.write(&last.day.to_string(), last.id)
}

fn day(text: &str) -> Result<NaiveDate, Refusal> {
    text.parse::<CivilDay>().map(CivilDay::date).map_err(|error| Refusal::new("invalid_value", error.to_string()))
}
