//! What the clocks of a zone show, from the newest time-zone database.
//!
//! Names of zones are those of `chrono-tz`, whose rules stand still between its
//! rare releases; governments change theirs several times a year. The rules
//! used here come with `jiff`, which follows the IANA database.

use std::{collections::HashMap, sync::LazyLock};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;
use jiff::{civil, tz::TimeZone};

/// The clocks of one zone. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneClock(TimeZone);

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

    /// What these clocks show at an instant, in whole seconds. `None` outside of
    /// the years that can be computed.
    pub fn local(&self, instant: DateTime<Utc>) -> Option<NaiveDateTime> {
        let local = self.0.to_datetime(jiff::Timestamp::from_second(instant.timestamp()).ok()?);
        let small = |n: i8| u32::try_from(n).ok();
        let date = NaiveDate::from_ymd_opt(local.year().into(), small(local.month())?, small(local.day())?)?;
        date.and_hms_opt(small(local.hour())?, small(local.minute())?, small(local.second())?)
    }

    /// The local date at an instant.
    pub fn date(&self, instant: DateTime<Utc>) -> Option<NaiveDate> {
        self.local(instant).map(|local| local.date())
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
