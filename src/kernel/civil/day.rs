//! One day of the calendar.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The text is not a day, or a day out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a day as YYYY-MM-DD such as 2026-11-02, from 1970 to 9999")]
pub struct CivilDayError;

/// A day of the calendar, of no zone, written `YYYY-MM-DD` (RFC 3339 5.6,
/// `full-date`); 1970 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CivilDay(pub(super) NaiveDate);

pub(super) const YEARS: RangeInclusive<i32> = 1970..=9999;

impl CivilDay {
    /// The day that it is in UTC; the nearest there is, for a clock that stands
    /// outside of the years.
    pub fn of_utc(now: DateTime<Utc>) -> Self {
        let date = now.date_naive();
        let edge = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or(date);
        Self(date.clamp(edge(*YEARS.start(), 1, 1), edge(*YEARS.end(), 12, 31)))
    }

    /// The day, for reckoning and for the database.
    pub fn date(self) -> NaiveDate {
        self.0
    }
}

/// The days that may be written to: from 15 days back to tomorrow, counted from
/// the present day in UTC.
///
/// Clocks on Earth are at most 14 hours ahead of UTC and 12 behind, so the day
/// that it is for anybody is yesterday, today or tomorrow of UTC. All three lie
/// inside, and nobody has less than the 14 days before their own.
pub fn writable_days(now: DateTime<Utc>) -> RangeInclusive<CivilDay> {
    let today = CivilDay::of_utc(now);
    let first = today.0.checked_sub_days(Days::new(15)).map_or(today, CivilDay);
    let last = today.0.checked_add_days(Days::new(1)).map_or(today, CivilDay);
    first..=last
}

impl fmt::Display for CivilDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl FromStr for CivilDay {
    type Err = CivilDayError;

    // The form is read here: what reads dates elsewhere takes `2026-2-3` and
    // `+2026-02-03` as well, and one day has one address.
    fn from_str(text: &str) -> Result<Self, CivilDayError> {
        let digits = |range: std::ops::Range<usize>| {
            let digits = text.as_bytes().get(range)?;
            digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
        };
        let hyphens = text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
        let date = || NaiveDate::from_ymd_opt(i32::try_from(digits(0..4)?).ok()?, digits(5..7)?, digits(8..10)?);
        hyphens.then(date).flatten().ok_or(CivilDayError)?.try_into()
    }
}

impl TryFrom<NaiveDate> for CivilDay {
    type Error = CivilDayError;

    fn try_from(date: NaiveDate) -> Result<Self, CivilDayError> {
        if YEARS.contains(&date.year()) { Ok(Self(date)) } else { Err(CivilDayError) }
    }
}

impl TryFrom<String> for CivilDay {
    type Error = CivilDayError;

    fn try_from(text: String) -> Result<Self, CivilDayError> {
        text.parse()
    }
}

impl From<CivilDay> for String {
    fn from(day: CivilDay) -> Self {
        day.to_string()
    }
}
