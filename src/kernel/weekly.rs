//! The day and local time that a weekly meeting starts at.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Why a day or time was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeeklyError {
    /// Not 0 to 6.
    #[error("must be 0 (Sunday) to 6 (Saturday)")]
    Day,
    /// Not `HH:MM`.
    #[error("must be HH:MM, from 00:00 to 23:59")]
    Time,
}

/// A day of the week, 0 = Sunday to 6 = Saturday, local to the meeting's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Day(u8);

impl Day {
    /// Takes 0 to 6.
    ///
    /// # Errors
    /// When it is another number.
    pub fn new(day: u8) -> Result<Self, WeeklyError> {
        if day < 7 { Ok(Self(day)) } else { Err(WeeklyError::Day) }
    }

    /// 0 = Sunday to 6 = Saturday.
    pub fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Day {
    type Error = WeeklyError;

    fn try_from(day: u8) -> Result<Self, WeeklyError> {
        Self::new(day)
    }
}

impl From<Day> for u8 {
    fn from(day: Day) -> Self {
        day.0
    }
}

/// A wall-clock time in whole minutes, written `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LocalTime(u16);

impl LocalTime {
    /// Takes 0 to 1439 minutes after midnight.
    ///
    /// # Errors
    /// When it is more.
    pub fn from_minutes(minutes: u16) -> Result<Self, WeeklyError> {
        if minutes < 24 * 60 { Ok(Self(minutes)) } else { Err(WeeklyError::Time) }
    }

    /// Minutes after midnight, 0 to 1439.
    pub fn minutes(self) -> u16 {
        self.0
    }

    /// The time `duration_minutes` later, past midnight if need be.
    #[must_use]
    pub fn plus(self, duration_minutes: u16) -> Self {
        let minutes = (u32::from(self.0) + u32::from(duration_minutes)) % (24 * 60);
        Self(u16::try_from(minutes).unwrap_or(0))
    }

    /// Minutes from this time to the next time the clock shows `end`
    /// (1 to 1440: the same time is a whole day later).
    pub fn minutes_until(self, end: Self) -> u16 {
        if end.0 > self.0 { end.0 - self.0 } else { 24 * 60 - self.0 + end.0 }
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for LocalTime {
    type Err = WeeklyError;

    fn from_str(text: &str) -> Result<Self, WeeklyError> {
        let bytes = text.as_bytes();
        let digit = |i: usize| bytes.get(i).filter(|b| b.is_ascii_digit()).map(|b| u16::from(b - b'0'));
        match (digit(0), digit(1), bytes.get(2), digit(3), digit(4), bytes.len()) {
            (Some(a), Some(b), Some(b':'), Some(c), Some(d), 5) if a * 10 + b < 24 && c < 6 => {
                Ok(Self((a * 10 + b) * 60 + c * 10 + d))
            }
            _ => Err(WeeklyError::Time),
        }
    }
}

impl TryFrom<String> for LocalTime {
    type Error = WeeklyError;

    fn try_from(text: String) -> Result<Self, WeeklyError> {
        text.parse()
    }
}

impl From<LocalTime> for String {
    fn from(time: LocalTime) -> Self {
        time.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_hh_mm_and_nothing_else() {
        assert_eq!("23:59".parse::<LocalTime>().unwrap().minutes(), 1439);
        for bad in ["24:00", "7:00", "07:60", "07:00:00", "", "0７:00", "+7:00", " 07:00"] {
            assert_eq!(bad.parse::<LocalTime>(), Err(WeeklyError::Time), "{bad}");
        }
    }

    #[test]
    fn the_end_may_lie_past_midnight() {
        let start: LocalTime = "23:30".parse().unwrap();
        assert_eq!(start.plus(60).to_string(), "00:30");
        assert_eq!(start.minutes_until("00:30".parse().unwrap()), 60);
        assert_eq!(start.minutes_until(start), 1440);
    }
}
