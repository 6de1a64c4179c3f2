//! One week of the calendar.

use std::{fmt, str::FromStr};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::{CivilDay, day::YEARS};

/// The text is not a week, or the year has no such week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an ISO week as YYYY-Www such as 2026-W45, from 1970 to 9999")]
pub struct IsoWeekError;

/// A week from Monday to Sunday, written `YYYY-Www` (ISO 8601-1 5.2.3): the
/// year is the one that its Thursday lies in, so the last days of December may
/// belong to week 1 and the first of January to week 52 or 53. 1970 to 9999.
///
/// The first of these weeks begins, and the last ends, with days that cannot
/// be written as a [`CivilDay`]; they come up nowhere but at these two edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IsoWeek(
    // Its Monday.
    NaiveDate,
);

impl IsoWeek {
    /// The week that a day lies in.
    pub fn of(day: CivilDay) -> Self {
        let into = Days::new(day.0.weekday().num_days_from_monday().into());
        Self(day.0.checked_sub_days(into).unwrap_or(day.0))
    }

    /// Its first day; what the database knows it by.
    pub fn monday(self) -> CivilDay {
        CivilDay(self.0)
    }

    /// Its seven days, Monday first.
    pub fn days(self) -> impl Iterator<Item = CivilDay> {
        (0..7).map(move |at| CivilDay(self.0.checked_add_days(Days::new(at)).unwrap_or(self.0)))
    }

    /// The week after; none after the last week of 9999.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add_days(Days::new(7)).and_then(Self::starting)
    }

    /// The week before; none before the first week of 1970.
    pub fn previous(self) -> Option<Self> {
        self.0.checked_sub_days(Days::new(7)).and_then(Self::starting)
    }

    /// The week that begins on `monday`, where it is one that can be written.
    fn starting(monday: NaiveDate) -> Option<Self> {
        (monday.weekday() == Weekday::Mon && YEARS.contains(&monday.iso_week().year())).then_some(Self(monday))
    }
}

impl fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = self.0.iso_week();
        write!(f, "{:04}-W{:02}", week.year(), week.week())
    }
}

impl FromStr for IsoWeek {
    type Err = IsoWeekError;

    fn from_str(text: &str) -> Result<Self, IsoWeekError> {
        let number =
            |digits: &[u8]| digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i32::from(b - b'0')));
        let monday = match text.as_bytes() {
            [year @ .., b'-', b'W', a, b] if year.len() == 4 => number(year)
                .zip(number(&[*a, *b]).and_then(|week| u32::try_from(week).ok()))
                .and_then(|(year, week)| NaiveDate::from_isoywd_opt(year, week, Weekday::Mon)),
            _ => None,
        };
        monday.and_then(Self::starting).ok_or(IsoWeekError)
    }
}

impl TryFrom<CivilDay> for IsoWeek {
    type Error = IsoWeekError;

    /// Takes a Monday, as the database gives it back.
    fn try_from(monday: CivilDay) -> Result<Self, IsoWeekError> {
        Self::starting(monday.0).ok_or(IsoWeekError)
    }
}

impl TryFrom<String> for IsoWeek {
    type Error = IsoWeekError;

    fn try_from(text: String) -> Result<Self, IsoWeekError> {
        text.parse()
    }
}

impl From<IsoWeek> for String {
    fn from(week: IsoWeek) -> Self {
        week.to_string()
    }
}
