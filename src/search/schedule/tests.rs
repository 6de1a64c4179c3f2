//! The schedule against named cases and against a clock that is watched minute
//! by minute.

use chrono::{Datelike, NaiveDateTime, Offset};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::directory::NoticeKind;
use crate::search::testing::{date, instant as utc, meeting, notice};

fn weekly(zone: Tz, day: u8, time: &str, minutes: Option<u16>) -> Meeting {
    let mut meeting = meeting(1);
    meeting.content.timezone = zone;
    meeting.content.start =
        Some(crate::directory::WeeklyStart { day: day.try_into().unwrap(), time: time.parse().unwrap() });
    meeting.content.duration_minutes = minutes;
    meeting
}

fn starts(meeting: &Meeting, from: &str, n: usize) -> Vec<String> {
    occurrences(meeting, utc(from)).take(n).map(|occurrence| occurrence.start.format("%F %R").to_string()).collect()
}

fn dates(meeting: &Meeting, from: &str, n: usize) -> Vec<String> {
    occurrences(meeting, utc(from)).take(n).map(|occurrence| occurrence.date.to_string()).collect()
}

const NEW_YORK: Tz = chrono_tz::America::New_York;

#[test]
fn the_present_occurrence_is_next_until_its_end() {
    let meeting = weekly(NEW_YORK, 0, "19:00", None);
    let at = |now| next(&meeting, utc(now)).map(|next| (next.start.format("%F %R").to_string(), next.under_way));
    assert_eq!(at("2026-01-04T23:59:59Z"), Some(("2026-01-05 00:00".into(), false)));
    assert_eq!(at("2026-01-05T00:00:00Z"), Some(("2026-01-05 00:00".into(), true)));
    assert_eq!(at("2026-01-05T00:59:59Z"), Some(("2026-01-05 00:00".into(), true)));
    assert_eq!(at("2026-01-05T01:00:00Z"), Some(("2026-01-12 00:00".into(), false)));
}

#[test]
fn a_meeting_that_started_yesterday_is_still_under_way() {
    let meeting = weekly(NEW_YORK, 6, "23:30", Some(120));
    let next = next(&meeting, utc("2026-01-04T05:45:00Z")).unwrap();
    assert!(next.under_way);
    assert_eq!(next.end, utc("2026-01-04T06:30:00Z"));
}

#[test]
fn a_start_in_a_gap_takes_the_offset_from_before_it() {
    let meeting = weekly(NEW_YORK, 0, "02:30", None);
    assert_eq!(starts(&meeting, "2026-03-02T00:00:00Z", 2), ["2026-03-08 07:30", "2026-03-15 06:30"]);
    let howe = weekly(chrono_tz::Australia::Lord_Howe, 0, "02:10", None);
    assert_eq!(starts(&howe, "2026-10-03T00:00:00Z", 1), ["2026-10-03 15:40"]);
}

#[test]
fn a_zone_keeps_to_the_rules_that_are_in_force() {
    // Alberta stopped changing its clocks in 2026 and stays six hours behind.
    let edmonton = weekly(chrono_tz::America::Edmonton, 0, "10:00", None);
    assert_eq!(starts(&edmonton, "2026-11-23T00:00:00Z", 1), ["2026-11-29 16:00"]);
}

#[test]
fn a_day_that_a_zone_skipped_is_held_a_day_later() {
    let apia = weekly(chrono_tz::Pacific::Apia, 5, "19:00", None);
    let first = occurrences(&apia, utc("2011-12-30T00:00:00Z")).next().unwrap();
    assert_eq!((first.date, first.start), (date("2011-12-30"), utc("2011-12-31T05:00:00Z")));
}

#[test]
fn a_day_long_meeting_of_a_skipped_day_is_under_way_two_days_on() {
    let apia = weekly(chrono_tz::Pacific::Apia, 5, "23:30", Some(1440));
    let next = next(&apia, utc("2012-01-01T09:00:00Z")).unwrap();
    assert_eq!((next.start, next.under_way), (utc("2011-12-31T09:30:00Z"), true));
}

#[test]
fn a_start_in_a_fold_is_the_first_of_the_two() {
    let meeting = weekly(NEW_YORK, 0, "01:30", None);
    assert_eq!(starts(&meeting, "2026-11-01T00:00:00Z", 2), ["2026-11-01 05:30", "2026-11-08 06:30"]);
}

#[test]
fn by_appointment_there_is_no_next() {
    let mut meeting = weekly(NEW_YORK, 0, "01:30", None);
    meeting.content.start = None;
    assert_eq!(next(&meeting, utc("2026-01-01T00:00:00Z")), None);
}

#[test]
fn a_notice_without_an_end_covers_one_date() {
    let mut meeting = weekly(NEW_YORK, 0, "19:00", None);
    meeting.notices = vec![notice(NoticeKind::Cancelled, "2026-01-11", None, &[])];
    assert_eq!(dates(&meeting, "2026-01-04T00:00:00Z", 3), ["2026-01-04", "2026-01-18", "2026-01-25"]);
}

#[test]
fn a_closure_covers_both_of_its_ends() {
    let mut meeting = weekly(NEW_YORK, 0, "19:00", None);
    meeting.notices = vec![notice(NoticeKind::Closed, "2026-01-04", Some("2026-01-18"), &[])];
    assert_eq!(dates(&meeting, "2026-01-01T00:00:00Z", 1), ["2026-01-25"]);
}

#[test]
fn a_repeating_notice_goes_on_until_it_ends() {
    let mut meeting = weekly(NEW_YORK, 0, "19:00", None);
    meeting.notices = vec![notice(NoticeKind::Cancelled, "2026-01-01", None, &[1, -1])];
    assert_eq!(
        dates(&meeting, "2026-01-01T00:00:00Z", 5),
        ["2026-01-11", "2026-01-18", "2026-02-08", "2026-02-15", "2026-03-08"]
    );
    meeting.notices[0].to = Some(date("2026-01-31"));
    assert_eq!(dates(&meeting, "2026-01-20T00:00:00Z", 2), ["2026-02-01", "2026-02-08"]);
}

#[test]
fn the_fifth_week_is_not_the_last() {
    let mut meeting = weekly(NEW_YORK, 0, "19:00", None);
    meeting.notices = vec![notice(NoticeKind::Only, "2026-01-01", None, &[5])];
    assert_eq!(dates(&meeting, "2026-01-01T00:00:00Z", 2), ["2026-03-29", "2026-05-31"]);
    meeting.notices = vec![notice(NoticeKind::Only, "2026-01-01", None, &[-1])];
    assert_eq!(dates(&meeting, "2026-01-01T00:00:00Z", 2), ["2026-01-25", "2026-02-22"]);
}

#[test]
fn only_leaves_the_named_dates_and_a_cancellation_still_takes_one() {
    let mut meeting = weekly(NEW_YORK, 0, "19:00", None);
    meeting.notices = vec![
        notice(NoticeKind::Only, "2026-02-01", Some("2026-02-15"), &[]),
        notice(NoticeKind::Only, "2026-03-01", None, &[]),
        notice(NoticeKind::Cancelled, "2026-02-08", None, &[]),
    ];
    assert_eq!(dates(&meeting, "2026-01-01T00:00:00Z", 9), ["2026-02-01", "2026-02-15", "2026-03-01"]);
}

#[test]
fn other_notices_take_nothing_away() {
    let mut meeting = weekly(NEW_YORK, 0, "19:00", None);
    meeting.notices = vec![notice(NoticeKind::Business, "2026-01-04", None, &[])];
    assert_eq!(dates(&meeting, "2026-01-01T00:00:00Z", 1), ["2026-01-04"]);
}

#[test]
fn looking_ahead_ends() {
    let mut meeting = weekly(NEW_YORK, 0, "19:00", None);
    meeting.notices = vec![notice(NoticeKind::Cancelled, "2026-01-01", Some("2031-01-01"), &[])];
    assert_eq!(next(&meeting, utc("2026-02-01T00:00:00Z")), None);
    assert_eq!(next(&meeting, DateTime::<Utc>::MAX_UTC), None);
    assert_eq!(next(&meeting, DateTime::<Utc>::MIN_UTC), None);
}

/// Watches the zone's clock minute by minute until it shows `local`; where it
/// jumps over it, the time is counted on with the clock as it was.
fn watched(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let mut minute = local.and_utc() - TimeDelta::hours(40);
    loop {
        let shown = minute.with_timezone(&zone).naive_local();
        let later = minute + TimeDelta::minutes(1);
        if shown == local {
            return minute;
        }
        if shown < local && later.with_timezone(&zone).naive_local() > local {
            let offset = minute.with_timezone(&zone).offset().fix().local_minus_utc();
            return local.and_utc() - TimeDelta::seconds(i64::from(offset));
        }
        minute = later;
    }
}

fn near_a_change() -> impl Strategy<Value = (Tz, DateTime<Utc>)> {
    let change = proptest::sample::select(vec![
        (NEW_YORK, "2026-03-08T07:00:00Z"),
        (NEW_YORK, "2026-11-01T06:00:00Z"),
        (chrono_tz::Europe::London, "2026-03-29T01:00:00Z"),
        (chrono_tz::Europe::London, "2026-10-25T01:00:00Z"),
        (chrono_tz::Australia::Lord_Howe, "2026-04-04T15:00:00Z"),
        (chrono_tz::Australia::Lord_Howe, "2026-10-03T15:30:00Z"),
        (chrono_tz::Asia::Kathmandu, "2026-06-01T00:00:00Z"),
        (chrono_tz::Pacific::Apia, "2011-12-30T10:00:00Z"),
        (chrono_tz::Pacific::Kwajalein, "1993-08-21T12:00:00Z"),
        (chrono_tz::America::St_Johns, "2006-04-02T03:31:00Z"),
        (chrono_tz::America::St_Johns, "2006-10-29T02:31:00Z"),
        (chrono_tz::Africa::Casablanca, "2026-02-15T02:00:00Z"),
        (chrono_tz::America::Havana, "2026-03-08T05:00:00Z"),
        (chrono_tz::Asia::Pyongyang, "2018-05-04T15:00:00Z"),
    ]);
    (change, -3 * 1440..3 * 1440i64, 0..60i64).prop_map(|((zone, change), minutes, seconds)| {
        (zone, utc(change) + TimeDelta::minutes(minutes) + TimeDelta::seconds(seconds))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn the_next_occurrence_is_the_one_that_a_watched_clock_shows(
        (zone, now) in near_a_change(), day in 0u8..7, hour in 0u16..24, quarter in 0u16..4,
        minutes in proptest::option::of(1u16..=1440), cancel in proptest::option::of(-1i64..2),
    ) {
        let mut meeting = weekly(zone, day, &format!("{hour:02}:{:02}", quarter * 15), minutes);
        let today = now.with_timezone(&zone).date_naive();
        if let Some(week) = cancel {
            let skipped = today + TimeDelta::days(7 * week);
            meeting.notices = vec![notice(NoticeKind::Cancelled, &skipped.to_string(), None, &[])];
        }
        let time = NaiveTime::from_hms_opt(u32::from(hour), u32::from(quarter) * 15, 0).unwrap();
        let length = TimeDelta::minutes(i64::from(minutes.unwrap_or(60)));
        let expected = (-4..16)
            .map(|days| today + TimeDelta::days(days))
            .filter(|date| date.weekday().num_days_from_sunday() == u32::from(day))
            .filter(|date| cancel.is_none_or(|week| *date != today + TimeDelta::days(7 * week)))
            .map(|date| (date, watched(zone, date.and_time(time))))
            .map(|(date, start)| Next { date, start, end: start + length, under_way: start <= now })
            .find(|next| next.end > now);
        prop_assert_eq!(next(&meeting, now), expected);
    }

    #[test]
    fn what_is_kept_is_what_would_be_found(
        (zone, now) in near_a_change(), day in 0u8..7, minute in 0u16..1440, minutes in proptest::option::of(1u16..=1440),
        dated in proptest::option::of((0usize..4, -9i64..9)),
        steps in proptest::collection::vec((-20_000i64..20_000, 0i64..60), 1..24),
    ) {
        let mut meeting = weekly(zone, day, &format!("{:02}:{:02}", minute / 60, minute % 60), minutes);
        if let Some((kind, days)) = dated {
            let kinds = [NoticeKind::Cancelled, NoticeKind::Extra, NoticeKind::Only, NoticeKind::Time];
            let on = now.with_timezone(&zone).date_naive() + TimeDelta::days(days);
            meeting.notices = vec![notice(kinds[kind], &on.to_string(), None, &[])];
            meeting.notices[0].time = (kind % 2 == 1).then(|| "03:10".parse().unwrap());
        }
        let kept = Schedule::of(&meeting).unwrap();
        for (minutes, seconds) in steps {
            let at = now + TimeDelta::minutes(minutes) + TimeDelta::seconds(seconds);
            prop_assert_eq!(kept.next(at), next(&meeting, at), "{}", at);
        }
    }
}
