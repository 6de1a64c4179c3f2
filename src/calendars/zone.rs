//! A zone with the times at which its clocks are set (RFC 5545 3.6.5).
//!
//! Where they are set by a yearly rule (the second Sunday in March) for good, it
//! is written as one, which every calendar reads; what follows no such rule is
//! written date by date. That a rule holds for good is known when it holds for
//! as long as it takes until the same dates are the same weekdays again: some
//! (the Friday before the last Sunday) look like another for years.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::lines::{self, Lines};
use crate::kernel::{Keeps, ZoneClock};

const WEEKDAYS: [&str; 7] = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
/// After so many years the same dates are the same weekdays again.
const CYCLE_YEARS: i32 = 28;

/// Writes a zone from one year to another, both included.
pub(super) fn write(out: &mut Lines, zone: Tz, years: (i32, i32)) {
    let clock = ZoneClock::of(zone);
    let beginning = |year: i32| Some(NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(0, 0, 0)?.and_utc());
    let last_year = years.1 + CYCLE_YEARS;
    let (Some(from), Some(to)) = (beginning(years.0), beginning(last_year + 1)) else { return };
    let Some(first) = clock.keeps(from) else { return };
    out.add("BEGIN", "VTIMEZONE");
    out.add("TZID", zone.name());
    let start = from.naive_utc() + TimeDelta::seconds(first.offset_s.into());
    component(out, &first, first.offset_s, &[start], None);
    for ((_, before_s), (keeps, settings)) in &groups(&clock, from, to, &first) {
        let (dates, ruled) = settings.split_at(rule_from(settings, last_year));
        let told = dates.partition_point(|date| date.year() <= years.1);
        component(out, keeps, *before_s, &dates[..told], None);
        if let Some(first) = ruled.first().filter(|first| first.year() <= years.1) {
            component(out, keeps, *before_s, &[*first], Some(&rule(ruled)));
        }
    }
    out.add("END", "VTIMEZONE");
}

type Groups = BTreeMap<(usize, i32), (Keeps, Vec<NaiveDateTime>)>;

/// The settings by what they are from and to, in the order of the first of
/// each; as the clocks show them before they are set.
fn groups(clock: &ZoneClock, from: DateTime<Utc>, to: DateTime<Utc>, first: &Keeps) -> Groups {
    let (mut groups, mut seen, mut before_s) = (Groups::new(), Vec::new(), first.offset_s);
    for (at, keeps) in clock.changes(from, to) {
        let known = (keeps.clone(), before_s);
        let place = seen.iter().position(|one| *one == known).unwrap_or_else(|| {
            seen.push(known);
            seen.len() - 1
        });
        let shown = at.naive_utc() + TimeDelta::seconds(before_s.into());
        let after_s = keeps.offset_s;
        groups.entry((place, before_s)).or_insert_with(|| (keeps, Vec::new())).1.push(shown);
        before_s = after_s;
    }
    groups
}

fn component(out: &mut Lines, keeps: &Keeps, before_s: i32, dates: &[NaiveDateTime], rule: Option<&str>) {
    let name = if keeps.summer { "DAYLIGHT" } else { "STANDARD" };
    let Some((first, more)) = dates.split_first() else { return };
    out.add("BEGIN", name);
    out.add("DTSTART", &lines::local(*first));
    out.add("TZOFFSETFROM", &lines::offset(before_s));
    out.add("TZOFFSETTO", &lines::offset(keeps.offset_s));
    out.text("TZNAME", &keeps.name);
    if let Some(rule) = rule {
        out.add("RRULE", rule);
    }
    for date in more {
        out.add("RDATE", &lines::local(*date));
    }
    out.add("END", name);
}

/// From where on settings follow one yearly rule, to the last year and for a
/// whole cycle at least.
fn rule_from(settings: &[NaiveDateTime], last_year: i32) -> usize {
    let Some(last) = settings.last().filter(|last| last.year() == last_year) else { return settings.len() };
    let follows = |index: &usize| {
        let one = settings[*index];
        let years_before = settings.len() - 1 - index;
        one.year() == last_year - years_before as i32
            && (one.month(), one.weekday(), one.time()) == (last.month(), last.weekday(), last.time())
            && week(&settings[*index..]).is_some()
    };
    let from = (0..settings.len()).rev().take_while(follows).last().unwrap_or(settings.len());
    if settings.len() - from < CYCLE_YEARS as usize { settings.len() } else { from }
}

/// Which one of its weekday in the month all of these are; -1 is the last.
fn week(settings: &[NaiveDateTime]) -> Option<i8> {
    let nth = |date: &NaiveDateTime| i8::try_from(date.day0() / 7 + 1).unwrap_or(0);
    let is_last =
        |date: &NaiveDateTime| date.checked_add_days(Days::new(7)).is_none_or(|later| later.month() != date.month());
    let first = nth(settings.first()?);
    if settings.iter().all(|date| nth(date) == first) {
        Some(first)
    } else {
        settings.iter().all(is_last).then_some(-1)
    }
}

fn rule(settings: &[NaiveDateTime]) -> String {
    let Some(first) = settings.first() else { return String::new() };
    let weekday = WEEKDAYS[first.weekday().num_days_from_sunday() as usize];
    format!("FREQ=YEARLY;BYMONTH={};BYDAY={}{weekday}", first.month(), week(settings).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(zone: Tz) -> String {
        let mut lines = Lines::default();
        write(&mut lines, zone, (2024, 2036));
        String::from_utf8(lines.into_bytes()).unwrap()
    }

    #[test]
    fn a_yearly_rule_is_written_as_one() {
        let chicago = written(chrono_tz::America::Chicago);
        assert!(chicago.contains("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"), "{chicago}");
        assert!(chicago.contains("RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n"), "{chicago}");
        assert!(
            chicago.contains("DTSTART:20240310T020000\r\nTZOFFSETFROM:-0600\r\nTZOFFSETTO:-0500\r\nTZNAME:CDT\r\n")
        );
        let london = written(chrono_tz::Europe::London);
        assert!(london.contains("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n"), "{london}");
        assert!(!chicago.contains("RDATE") && !london.contains("RDATE"));
    }

    #[test]
    fn what_follows_no_rule_is_written_by_date() {
        // The Friday before the last Sunday is the fourth or the last of March.
        let jerusalem = written(chrono_tz::Asia::Jerusalem);
        assert!(jerusalem.matches("RDATE:").count() > 10, "{jerusalem}");
        assert!(jerusalem.contains("RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"), "{jerusalem}");
        let morocco = written(chrono_tz::Africa::Casablanca);
        assert!(morocco.contains("RDATE:") && !morocco.contains("RRULE"), "{morocco}");
        let tokyo = written(chrono_tz::Asia::Tokyo);
        assert_eq!(tokyo.matches("BEGIN:").count(), 2);
    }
}
