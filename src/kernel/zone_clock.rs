//! What the clocks of a zone show, from the newest time-zone database.
//!
//! Names of zones are those of `chrono-tz`, whose rules stand still between its
//! rare releases; governments change theirs several times a year. The rules
//! used here come with `jiff`, which follows the IANA database.

use std::{collections::HashMap, sync::LazyLock};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use jiff::{civil, tz::TimeZone};

/// The clocks of one zone. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneClock(TimeZone);

/// What the clocks of a zone keep to for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeps {
    /// Seconds east of UTC.
    pub offset_s: i32,
    /// What people call it, such as `CDT`.
    pub name: String,
    /// Whether it is summer time.
    pub summer: bool,
}

static CLOCKS: LazyLock<HashMap<&'static str, TimeZone>> = LazyLock::new(|| {
    let clock = |zone: &Tz| TimeZone::get(zone.name()).ok().map(|clock| (zone.name(), clock));
    chrono_tz::TZ_VARIANTS.iter().filter_map(clock).collect()
});

impl ZoneClock {
    /// The clocks of a zone; UTC for one that the database has dropped, which a
    /// test says that there is not.
    pub fn of(zone: Tz) -> Self {
        Self(CLOCKS.get(zone.name()).cloned().unwrap_or(TimeZone::UTC))
    }

    /// The name of the zone.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// When these clocks show a local time, as RFC 5545 3.3.5 reads it: in a gap
    /// with the offset from before the gap, in a fold the first of the two.
    /// `None` outside of the years that can be computed.
    pub fn instant(&self, date: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
        let small = |n: u32| i8::try_from(n).ok();
        let date = civil::Date::new(i16::try_from(date.year()).ok()?, small(date.month())?, small(date.day())?).ok()?;
        let time = civil::Time::new(small(time.hour())?, small(time.minute())?, small(time.second())?, 0).ok()?;
        let timestamp = self.0.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok()?;
        DateTime::from_timestamp(timestamp.as_second(), 0)
    }

    /// The local date at an instant.
    pub fn date(&self, instant: DateTime<Utc>) -> Option<NaiveDate> {
        self.local(instant).map(|local| local.date())
    }

    /// What these clocks show at an instant.
    pub fn local(&self, instant: DateTime<Utc>) -> Option<NaiveDateTime> {
        let timestamp = jiff::Timestamp::from_second(instant.timestamp()).ok()?;
        let offset = TimeDelta::seconds(self.0.to_offset(timestamp).seconds().into());
        instant.naive_utc().checked_add_signed(offset)
    }

    /// What these clocks keep to at an instant.
    pub fn keeps(&self, instant: DateTime<Utc>) -> Option<Keeps> {
        let timestamp = jiff::Timestamp::from_second(instant.timestamp()).ok()?;
        let info = self.0.to_offset_info(timestamp);
        Some(Keeps {
            offset_s: info.offset().seconds(),
            name: info.abbreviation().to_owned(),
            summer: info.dst().is_dst(),
        })
    }

    /// When these clocks are set after one instant and before another, in
    /// order, and to what.
    pub fn changes(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(DateTime<Utc>, Keeps)> {
        let Ok(start) = jiff::Timestamp::from_second(from.timestamp()) else { return Vec::new() };
        let all = self.0.following(start).filter_map(|change| {
            let at = DateTime::from_timestamp(change.timestamp().as_second(), 0)?;
            let name = change.abbreviation().to_owned();
            Some((at, Keeps { offset_s: change.offset().seconds(), name, summer: change.dst().is_dst() }))
        });
        all.take_while(|(at, _)| *at < to).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_that_can_be_named_has_clocks() {
        let without: Vec<&str> =
            chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| !CLOCKS.contains_key(name)).collect();
        assert_eq!(without, [""; 0]);
    }
}
