use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;

use super::*;
use crate::kernel::ZoneClock;

fn day(text: &str) -> CivilDay {
    text.parse().unwrap()
}

fn week(text: &str) -> IsoWeek {
    text.parse().unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn a_day_is_yyyy_mm_dd_and_nothing_else() {
    for good in ["1970-01-01", "2024-02-29", "2026-11-02", "9999-12-31", "2011-12-30"] {
        assert_eq!(day(good).to_string(), good);
        assert_eq!(serde_json::to_string(&day(good)).unwrap(), format!("\"{good}\""));
        assert_eq!(serde_json::from_str::<CivilDay>(&format!("\"{good}\"")).unwrap(), day(good));
    }
    for bad in [
        "",
        "1969-12-31",
        "0000-01-01",
        "10000-01-01",
        "2023-02-29",
        "1900-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-01-00",
        "2026-1-1",
        "26-01-01",
        "+2026-01-01",
        "-026-01-01",
        " 2026-01-01",
        "2026-01-01 ",
        "2026-01-01T00:00:00Z",
        "2026/01/01",
        "2026-W01-1",
        "2026-001",
        "20260101",
        "2026-01-0１",
        "２０２６-01-01",
        "today",
    ] {
        assert_eq!(bad.parse::<CivilDay>(), Err(CivilDayError), "{bad}");
    }
    assert!(CivilDayError.to_string().contains("YYYY-MM-DD"));
    assert!(serde_json::from_str::<CivilDay>("20260101").is_err());
}

#[test]
fn a_week_is_yyyy_www_and_nothing_else() {
    for good in ["1970-W01", "2026-W45", "2026-W53", "2020-W53", "9999-W52"] {
        assert_eq!(week(good).to_string(), good);
        assert_eq!(serde_json::to_string(&week(good)).unwrap(), format!("\"{good}\""));
        assert_eq!(serde_json::from_str::<IsoWeek>(&format!("\"{good}\"")).unwrap(), week(good));
    }
    for bad in [
        "",
        "1969-W52",
        "10000-W01",
        "2026-W00",
        "2026-W54",
        "2025-W53",
        "2026-W1",
        "2026W45",
        "2026-w45",
        "2026-W45-1",
        "+026-W45",
        " 2026-W45",
        "2026-W4５",
        "é26-W45",
    ] {
        assert_eq!(bad.parse::<IsoWeek>(), Err(IsoWeekError), "{bad}");
    }
    assert!(IsoWeekError.to_string().contains("YYYY-Www"));
    assert_eq!((week("1970-W01").previous(), week("9999-W52").next()), (None, None));
    assert_eq!(IsoWeek::of(day("1970-01-01")).days().count(), 7);
    assert_eq!(IsoWeek::of(day("9999-12-31")), week("9999-W52"));
}

#[test]
fn years_of_53_weeks_are_known() {
    let long = |year: i32| format!("{year}-W53").parse::<IsoWeek>().is_ok();
    assert_eq!((2020..=2035).filter(|year| long(*year)).collect::<Vec<_>>(), [2020, 2026, 2032]);
    for (text, of) in [
        ("2020-12-31", "2020-W53"),
        ("2021-01-03", "2020-W53"),
        ("2021-01-04", "2021-W01"),
        ("2027-01-03", "2026-W53"),
        ("2032-12-27", "2032-W53"),
        ("2024-12-30", "2025-W01"),
        ("2024-02-29", "2024-W09"),
    ] {
        assert_eq!(IsoWeek::of(day(text)), week(of), "{text}");
    }
    assert_eq!(week("2026-W53").next(), Some(week("2027-W01")));
    assert_eq!(week("2027-W01").previous(), Some(week("2026-W53")));
}

#[test]
fn every_day_of_a_lifetime_lies_in_one_week_and_every_week_has_seven() {
    let mut date = day("1970-01-05").date();
    let mut before: Option<IsoWeek> = None;
    while date.year() < 2101 {
        let week = IsoWeek::of(CivilDay::try_from(date).unwrap());
        let days: Vec<CivilDay> = week.days().collect();
        for (at, day) in days.iter().enumerate() {
            assert_eq!(day.date(), date + TimeDelta::days(at as i64));
            assert_eq!((IsoWeek::of(*day), day.to_string().parse()), (week, Ok(*day)));
        }
        assert_eq!((week.to_string().parse(), IsoWeek::try_from(days[0])), (Ok(week), Ok(week)));
        assert!(days[1..].iter().all(|day| IsoWeek::try_from(*day).is_err()));
        if let Some(before) = before {
            assert_eq!((before.next(), week.previous()), (Some(week), Some(before)));
            assert!(before < week && before.to_string() < week.to_string());
        }
        (before, date) = (Some(week), date + TimeDelta::days(7));
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        prop_assert!(text.parse::<CivilDay>().is_err());
        prop_assert!(text.parse::<IsoWeek>().is_err());
    }

    #[test]
    fn what_nearly_is_one_is_itself_or_refused(text in "[0-9]{4}-[0-9W][0-9]{1,2}(-[0-9]{2})?") {
        prop_assert!(text.parse::<CivilDay>().is_ok_and(|day| day.to_string() == text) || text.parse::<CivilDay>().is_err());
        prop_assert!(text.parse::<IsoWeek>().is_ok_and(|week| week.to_string() == text) || text.parse::<IsoWeek>().is_err());
    }

    #[test]
    fn any_day_is_in_its_week(number in 719_163..=3_652_059) {
        let day = CivilDay::try_from(NaiveDate::from_num_days_from_ce_opt(number).unwrap()).unwrap();
        let week = IsoWeek::of(day);
        prop_assert!(week.days().any(|other| other == day));
        prop_assert_eq!(week.monday().date().weekday(), Weekday::Mon);
        prop_assert_eq!(week.to_string().parse(), Ok(week));
        prop_assert_eq!(day.to_string().parse(), Ok(day));
        prop_assert_eq!(week.next().and_then(IsoWeek::previous), week.next().map(|_| week));
    }

    #[test]
    fn whatever_the_clock_says_seventeen_days_may_be_written(second in -200_000_000_000_i64..300_000_000_000) {
        let days = writable_days(DateTime::from_timestamp(second, 0).unwrap());
        prop_assert_eq!(days.end().date() - days.start().date(), TimeDelta::days(16));
    }
}

#[test]
fn writing_is_open_from_fifteen_days_back_to_tomorrow() {
    for now in ["2026-03-01T00:00:00Z", "2026-03-01T23:59:59.999Z"] {
        let days = writable_days(utc(now));
        assert_eq!((days.start().to_string(), days.end().to_string()), ("2026-02-14".into(), "2026-03-02".into()));
        assert!(!days.contains(&day("2026-02-13")) && !days.contains(&day("2026-03-03")));
    }
}

/// What somebody sees whose device asks once an hour which day it is.
struct Wall {
    zone: &'static str,
    today: Option<CivilDay>,
    seen: BTreeSet<CivilDay>,
}

impl Wall {
    fn look(&mut self, clock: &ZoneClock, now: DateTime<Utc>) {
        let today = CivilDay::try_from(clock.date(now).unwrap()).unwrap();
        let open = writable_days(now);
        assert!(open.contains(&today), "{} at {now}: {today} is refused", self.zone);
        let into = today.date() - open.start().date();
        assert!(into >= TimeDelta::days(14), "{} at {now}: {} days back alone", self.zone, into.num_days());
        if let Some(before) = self.today {
            // A clock put back at midnight shows the last hour of a day again,
            // which is the same day with the same address.
            let step = (today.date() - before.date()).num_days();
            assert!((-1..=1).contains(&step), "{} at {now}: from {before} to {today}", self.zone);
            assert!(step >= 0 || self.seen.contains(&today), "{} at {now}: a day before the first", self.zone);
            let (week, last) = (IsoWeek::of(today), IsoWeek::of(before));
            let follows =
                week == last || (step > 0 && last.next() == Some(week)) || (step < 0 && week.next() == Some(last));
            assert!(follows, "{} at {now}: from {last} to {week}", self.zone);
        }
        self.today = Some(today);
        self.seen.insert(today);
    }

    /// As many days as the calendar has, and their weeks without a gap.
    fn whole(&self) {
        let (first, last) = (self.seen.first().unwrap().date(), self.seen.last().unwrap().date());
        assert_eq!(self.seen.len() as i64, (last - first).num_days() + 1, "{}: {first} to {last}", self.zone);
        let weeks: BTreeSet<IsoWeek> = self.seen.iter().map(|day| IsoWeek::of(*day)).collect();
        let gaps = weeks.iter().zip(weeks.iter().skip(1)).filter(|(week, next)| week.next() != Some(**next));
        assert_eq!(gaps.count(), 0, "{}: {first} to {last}", self.zone);
    }
}

fn walk(zone: chrono_tz::Tz, from: DateTime<Utc>, hours: i64) {
    let (clock, mut wall) = (ZoneClock::of(zone), Wall { zone: zone.name(), today: None, seen: BTreeSet::new() });
    for hour in 0..=hours {
        wall.look(&clock, from + TimeDelta::hours(hour));
    }
    wall.whole();
}

#[test]
fn no_zone_loses_or_doubles_a_day_or_week_from_2020_to_2035() {
    let (start, end) = (utc("2020-01-01T00:00:00Z"), utc("2036-01-01T00:00:00Z"));
    let mut transitions = 0;
    for zone in chrono_tz::TZ_VARIANTS {
        let rules = TimeZone::get(zone.name()).unwrap();
        let from = Timestamp::from_second(start.timestamp()).unwrap();
        for transition in rules.following(from).take_while(|t| t.timestamp().as_second() < end.timestamp()) {
            let at = DateTime::from_timestamp(transition.timestamp().as_second(), 0).unwrap();
            walk(zone, at - TimeDelta::days(2), 4 * 24);
            transitions += 1;
        }
        // Every New Year's, week 53 among them, and the leap days.
        for year in 2020..=2035 {
            walk(zone, utc(&format!("{year}-12-30T12:00:00Z")), 4 * 24);
        }
        for year in [2020, 2024, 2028, 2032] {
            walk(zone, utc(&format!("{year}-02-28T00:00:00Z")), 3 * 24);
        }
    }
    assert!(transitions > 3_000, "only {transitions}");
}

#[test]
fn the_day_that_samoa_left_out_is_a_day_all_the_same() {
    let clock = ZoneClock::of(chrono_tz::Pacific::Apia);
    let last = clock.date(utc("2011-12-30T09:59:59Z")).unwrap();
    let next = clock.date(utc("2011-12-30T10:00:00Z")).unwrap();
    assert_eq!((last.to_string(), next.to_string()), ("2011-12-29".into(), "2011-12-31".into()));
    // Nobody there lived it, yet the calendar of the week has seven squares.
    let week = IsoWeek::of(CivilDay::try_from(last).unwrap());
    assert_eq!(week, IsoWeek::of(CivilDay::try_from(next).unwrap()));
    assert_eq!((week.to_string(), week.days().count()), ("2011-W52".into(), 7));
    assert!(week.days().any(|square| square == day("2011-12-30")));
    for (now, today) in [("2011-12-30T09:59:59Z", last), ("2011-12-30T10:00:00Z", next)] {
        assert!(writable_days(utc(now)).contains(&CivilDay::try_from(today).unwrap()));
    }
}

#[test]
fn who_crosses_the_date_line_writes_into_the_day_that_they_see() {
    let now = utc("2026-11-02T10:30:00Z");
    let today = |zone| CivilDay::try_from(ZoneClock::of(zone).date(now).unwrap()).unwrap();
    let (west, east) = (today(chrono_tz::Pacific::Pago_Pago), today(chrono_tz::Pacific::Kiritimati));
    assert_eq!((west.to_string(), east.to_string()), ("2026-11-01".into(), "2026-11-03".into()));
    assert!(writable_days(now).contains(&west) && writable_days(now).contains(&east));
    assert_eq!((IsoWeek::of(west).to_string(), IsoWeek::of(east).to_string()), ("2026-W44".into(), "2026-W45".into()));
}
