//! What the clocks of a zone show, from the newest time-zone database.
//!
//! Names of zones are those of `chrono-tz`, whose rules stand still between its
//! rare releases; governments change theirs several times a year. The rules
//! used here come with `jiff`, which follows the IANA database.

use std::{
    collections::HashMap,
    ptr,
    sync::{LazyLock, OnceLock},
};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;
use jiff::{civil, tz::TimeZone};

/// The years, in seconds since 1970, for which it is written down once when the
/// clocks of a zone are set: from 2000 on, before 2100.
const WRITTEN: (i64, i64) = (946_684_800, 4_102_444_800);
/// How far from where clocks are set, in seconds, a local time is surely shown
/// once: no clocks are set by more than a day.
const CLEAR: i64 = 3 * 24 * 60 * 60;

/// The clocks of one zone. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ZoneClock(&'static Zone);

impl PartialEq for ZoneClock {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self.0, other.0)
    }
}

impl Eq for ZoneClock {}

/// What is known of a zone.
#[derive(Debug)]
struct Zone {
    rules: TimeZone,
    steady: OnceLock<Vec<Steady>>,
}

/// A time in which clocks are not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Steady {
    /// From this second since 1970 on, before that one.
    from: i64,
    to: i64,
    /// Seconds east of UTC.
    offset: i64,
}

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

static UTC: Zone = Zone { rules: TimeZone::UTC, steady: OnceLock::new() };
static ZONES: LazyLock<HashMap<&'static str, Zone>> = LazyLock::new(|| {
    let zone = |rules| Zone { rules, steady: OnceLock::new() };
    let named = |named: &Tz| TimeZone::get(named.name()).ok().map(|rules| (named.name(), zone(rules)));
    chrono_tz::TZ_VARIANTS.iter().filter_map(named).collect()
});

impl Zone {
    /// The time without a change that a second lies in, where that is written
    /// down: to reckon it from the rules takes twenty times as long.
    fn steady_at(&self, second: i64) -> Option<Steady> {
        let steady = self.steady.get_or_init(|| self.written().unwrap_or_default());
        let after = steady.partition_point(|one| one.from <= second);
        steady.get(after.checked_sub(1)?).copied().filter(|one| second < one.to)
    }

    fn written(&self) -> Option<Vec<Steady>> {
        let start = jiff::Timestamp::from_second(WRITTEN.0).ok()?;
        let (mut steady, mut offset) = (Vec::new(), self.rules.to_offset(start).seconds());
        let mut from = WRITTEN.0;
        for change in self.rules.following(start).take_while(|change| change.timestamp().as_second() < WRITTEN.1) {
            let to = change.timestamp().as_second();
            steady.push(Steady { from, to, offset: offset.into() });
            (from, offset) = (to, change.offset().seconds());
        }
        steady.push(Steady { from, to: WRITTEN.1, offset: offset.into() });
        Some(steady)
    }
}

impl ZoneClock {
    /// The clocks of a zone; UTC for one that the database has dropped, which a
    /// test says that there is not.
    pub fn of(zone: Tz) -> Self {
        Self(ZONES.get(zone.name()).unwrap_or(&UTC))
    }

    /// The name of the zone.
    pub fn name(&self) -> &str {
        self.0.rules.iana_name().unwrap_or("UTC")
    }

    /// When these clocks show a local time, as RFC 5545 3.3.5 reads it: in a gap
    /// with the offset from before the gap, in a fold the first of the two.
    /// `None` outside of the years that can be computed.
    pub fn instant(&self, date: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
        let local = date.and_time(time).and_utc().timestamp();
        let clear = |one: &Steady| (one.from + CLEAR..one.to - CLEAR).contains(&local);
        match self.0.steady_at(local).filter(clear) {
            Some(steady) => DateTime::from_timestamp(local - steady.offset, 0),
            None => self.instant_by_rules(date, time),
        }
    }

    fn instant_by_rules(&self, date: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
        let small = |n: u32| i8::try_from(n).ok();
        let date = civil::Date::new(i16::try_from(date.year()).ok()?, small(date.month())?, small(date.day())?).ok()?;
        let time = civil::Time::new(small(time.hour())?, small(time.minute())?, small(time.second())?, 0).ok()?;
        let timestamp = self.0.rules.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok()?;
        DateTime::from_timestamp(timestamp.as_second(), 0)
    }

    /// The local date at an instant.
    pub fn date(&self, instant: DateTime<Utc>) -> Option<NaiveDate> {
        self.local(instant).map(|local| local.date())
    }

    /// What these clocks show at an instant.
    pub fn local(&self, instant: DateTime<Utc>) -> Option<NaiveDateTime> {
        let steady = self.0.steady_at(instant.timestamp()).map(|steady| steady.offset);
        let offset = steady.or_else(|| self.offset_by_rules(instant))?;
        instant.naive_utc().checked_add_signed(TimeDelta::seconds(offset))
    }

    fn offset_by_rules(&self, instant: DateTime<Utc>) -> Option<i64> {
        let timestamp = jiff::Timestamp::from_second(instant.timestamp()).ok()?;
        Some(self.0.rules.to_offset(timestamp).seconds().into())
    }

    /// What these clocks keep to at an instant.
    pub fn keeps(&self, instant: DateTime<Utc>) -> Option<Keeps> {
        let timestamp = jiff::Timestamp::from_second(instant.timestamp()).ok()?;
        let info = self.0.rules.to_offset_info(timestamp);
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
        let all = self.0.rules.following(start).filter_map(|change| {
            let at = DateTime::from_timestamp(change.timestamp().as_second(), 0)?;
            let name = change.abbreviation().to_owned();
            Some((at, Keeps { offset_s: change.offset().seconds(), name, summer: change.dst().is_dst() }))
        });
        all.take_while(|(at, _)| *at < to).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_zone_that_can_be_named_has_clocks() {
        let without: Vec<&str> =
            chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| !ZONES.contains_key(name)).collect();
        assert_eq!(without, [""; 0]);
    }

    /// Whether what is written down says of these seconds what the rules say, as
    /// local times and as instants.
    fn agrees(clock: &ZoneClock, seconds: impl Iterator<Item = i64>) {
        for at in seconds.filter_map(|second| DateTime::from_timestamp(second, 0)) {
            let (name, local) = (clock.name(), at.naive_utc());
            let instant = clock.instant(local.date(), local.time());
            assert_eq!(instant, clock.instant_by_rules(local.date(), local.time()), "{name} {local}");
            let offset = clock.offset_by_rules(at).map(TimeDelta::seconds);
            assert_eq!(clock.local(at), offset.and_then(|offset| local.checked_add_signed(offset)), "{name} {at}");
        }
    }

    #[test]
    fn around_every_change_what_is_written_down_is_what_the_rules_say() {
        for zone in chrono_tz::TZ_VARIANTS {
            let clock = ZoneClock::of(zone);
            let edges = clock.0.written().unwrap().into_iter().flat_map(|one| [one.from, one.to]);
            let hours = [-80, -72, -71, -25, -13, -2, -1, 0, 1, 2, 13, 25, 71, 72, 80].map(|hours| hours * 3600);
            // Of all years of every zone these are too many; of each some.
            let near = edges.step_by(7).flat_map(|edge| hours.map(|hours| edge + hours));
            agrees(&clock, near.flat_map(|second| [second - 1, second]));
        }
    }

    proptest! {
        #[test]
        fn at_any_time_what_is_written_down_is_what_the_rules_say(
            zone in prop::sample::select(&chrono_tz::TZ_VARIANTS[..]), second in 800_000_000_i64..4_300_000_000,
        ) {
            agrees(&ZoneClock::of(zone), [second].into_iter());
        }
    }
}
