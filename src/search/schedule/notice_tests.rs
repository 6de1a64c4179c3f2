//! What each kind of notice makes of a Sunday meeting at 19:00 in New York.

use super::*;
use crate::directory::{Notice, NoticeKind};
use crate::search::testing::{date, instant as utc, meeting, notice, on, uuid};

fn sundays(notices: &[Notice]) -> Meeting {
    let mut meeting = on(meeting(1), 0, "19:00");
    meeting.notices = notices.to_vec();
    for (notice, n) in meeting.notices.iter_mut().zip(1..) {
        notice.id = NoticeId(uuid(n));
    }
    meeting
}

fn at(notice: Notice, time: &str) -> Notice {
    Notice { time: Some(time.parse().unwrap()), ..notice }
}

/// The first few of 2026 with their local starts, and the numbers of the
/// notices that they are held under.
fn held(meeting: &Meeting, n: usize) -> Vec<(String, Vec<u32>)> {
    let Some(schedule) = Schedule::of(meeting) else { return vec![] };
    let local = |one: Occurrence| one.start.with_timezone(&meeting.content.timezone).format("%m-%d %R").to_string();
    let numbers = |one| schedule.notices(one).map(|id| id.0.as_u128() as u32).collect();
    let first = schedule.occurrences(utc("2026-01-01T00:00:00Z")).take(n);
    first.map(|one| (local(one), numbers(one))).collect()
}

fn starts(meeting: &Meeting, n: usize) -> Vec<String> {
    held(meeting, n).into_iter().map(|(start, _)| start).collect()
}

fn is(shown: &[(String, Vec<u32>)], wanted: &[(&str, &[u32])]) {
    let shown: Vec<_> = shown.iter().map(|(start, notices)| (start.as_str(), notices.as_slice())).collect();
    assert_eq!(shown, wanted);
}

#[test]
fn another_time_holds_on_the_dates_of_its_notice() {
    let meeting = sundays(&[at(notice(NoticeKind::Time, "2026-01-11", Some("2026-01-18"), &[]), "07:30")]);
    is(&held(&meeting, 4), &[("01-04 19:00", &[]), ("01-11 07:30", &[1]), ("01-18 07:30", &[1]), ("01-25 19:00", &[])]);
    let first = occurrences(&meeting, utc("2026-01-11T12:00:00Z")).next().unwrap();
    assert_eq!(first.end - first.start, TimeDelta::hours(1), "it lasts as long as ever");
}

#[test]
fn another_time_that_is_not_said_changes_nothing() {
    let meeting = sundays(&[notice(NoticeKind::Time, "2026-01-04", None, &[])]);
    is(&held(&meeting, 1), &[("01-04 19:00", &[1])]);
}

#[test]
fn moving_may_be_to_another_time_too() {
    let elsewhere = notice(NoticeKind::Moved, "2026-01-04", None, &[]);
    is(&held(&sundays(std::slice::from_ref(&elsewhere)), 1), &[("01-04 19:00", &[1])]);
    is(&held(&sundays(&[at(elsewhere, "20:00")]), 1), &[("01-04 20:00", &[1])]);
}

#[test]
fn what_happens_at_the_meeting_is_named_and_moves_nothing() {
    use NoticeKind::{Business, Online, Open, Speaker};
    let kinds = [Open, Speaker, Business, Online];
    let meeting = sundays(&kinds.map(|kind| at(notice(kind, "2026-01-01", None, &[-1]), "10:00")));
    is(&held(&meeting, 4)[2..], &[("01-18 19:00", &[]), ("01-25 19:00", &[1, 2, 3, 4])]);
}

#[test]
fn of_several_times_the_last_given_wins() {
    let office = at(notice(NoticeKind::Time, "2026-01-04", Some("2026-01-18"), &[]), "17:00");
    let own = at(notice(NoticeKind::Time, "2026-01-04", None, &[]), "18:00");
    is(&held(&sundays(&[office, own]), 2), &[("01-04 18:00", &[1, 2]), ("01-11 17:00", &[1])]);
}

#[test]
fn a_cancellation_wins_over_another_time_and_over_only() {
    let meeting = sundays(&[
        notice(NoticeKind::Cancelled, "2026-01-04", None, &[]),
        at(notice(NoticeKind::Time, "2026-01-04", None, &[]), "18:00"),
        notice(NoticeKind::Only, "2026-01-04", Some("2026-01-11"), &[]),
    ]);
    is(&held(&meeting, 9), &[("01-11 19:00", &[3])]);
}

#[test]
fn an_extra_meeting_may_be_on_any_day_at_a_time_of_its_own() {
    let meeting = sundays(&[
        at(notice(NoticeKind::Extra, "2026-01-06", None, &[]), "12:00"),
        notice(NoticeKind::Extra, "2026-01-08", Some("2026-01-09"), &[]),
    ]);
    is(
        &held(&meeting, 5),
        &[
            ("01-04 19:00", &[]),
            ("01-06 12:00", &[1]),
            ("01-08 19:00", &[2]),
            ("01-09 19:00", &[2]),
            ("01-11 19:00", &[]),
        ],
    );
}

#[test]
fn an_extra_meeting_that_repeats_keeps_to_the_weekday_of_its_first_date() {
    let repeating = at(notice(NoticeKind::Extra, "2026-01-07", Some("2026-03-31"), &[1, -1]), "12:00");
    let mut meeting = sundays(&[repeating]);
    meeting.content.start = None;
    let wednesdays = ["01-07 12:00", "01-28 12:00", "02-04 12:00", "02-25 12:00", "03-04 12:00", "03-25 12:00"];
    assert_eq!(starts(&meeting, 9), wednesdays);
}

#[test]
fn an_extra_meeting_when_there_is_one_anyway_is_the_same() {
    let extra = notice(NoticeKind::Extra, "2026-01-04", None, &[]);
    is(&held(&sundays(&[at(extra.clone(), "19:00")]), 2), &[("01-04 19:00", &[1]), ("01-11 19:00", &[])]);
    let other = at(notice(NoticeKind::Time, "2026-01-04", None, &[]), "18:00");
    is(&held(&sundays(&[extra.clone(), other.clone()]), 2), &[("01-04 18:00", &[1, 2]), ("01-11 19:00", &[])]);
    is(&held(&sundays(&[at(extra.clone(), "12:00"), other]), 2), &[("01-04 12:00", &[1]), ("01-04 18:00", &[2])]);
    is(&held(&sundays(&[at(extra.clone(), "12:00"), at(extra, "12:00")]), 1), &[("01-04 12:00", &[1, 2])]);
}

#[test]
fn only_leaves_extra_meetings_and_a_closed_room_does_not() {
    let meeting = sundays(&[
        notice(NoticeKind::Only, "2026-01-11", None, &[]),
        at(notice(NoticeKind::Extra, "2026-01-06", Some("2026-01-08"), &[]), "12:00"),
        notice(NoticeKind::Closed, "2026-01-07", None, &[]),
    ]);
    assert_eq!(starts(&meeting, 9), ["01-06 12:00", "01-08 12:00", "01-11 19:00"]);
}

#[test]
fn by_appointment_there_is_what_an_extra_notice_says_and_no_more() {
    let extra = notice(NoticeKind::Extra, "2026-01-06", None, &[]);
    let mut meeting = sundays(&[at(extra.clone(), "12:00"), extra.clone()]);
    meeting.content.start = None;
    is(&held(&meeting, 9), &[("01-06 12:00", &[1])]);
    meeting.notices = vec![extra, at(notice(NoticeKind::Time, "2026-01-06", None, &[]), "12:00")];
    assert_eq!(Schedule::of(&meeting), None);
}

#[test]
fn extra_meetings_of_a_date_come_in_the_order_of_their_starts() {
    // At 02:00 of March 8 the clocks jump to 03:00, so half past two is the
    // later of the two.
    let extra = |time| at(notice(NoticeKind::Extra, "2026-03-08", None, &[]), time);
    let mut meeting = sundays(&[extra("02:30"), extra("03:00"), extra("03:30")]);
    meeting.content.start = None;
    is(&held(&meeting, 9), &[("03-08 03:00", &[2]), ("03-08 03:30", &[1, 3])]);
}

#[test]
fn extra_meetings_without_end_are_looked_at_for_so_long_only() {
    let mut meeting = sundays(&[at(notice(NoticeKind::Extra, "2026-01-01", Some("2126-01-01"), &[]), "12:00")]);
    meeting.content.start = None;
    let all: Vec<_> = occurrences(&meeting, utc("2026-06-01T00:00:00Z")).collect();
    assert_eq!(all.first().map(|one| one.date), Some(date("2026-06-01")));
    assert!(all.len() < 7 * WEEKS_AHEAD as usize);
    meeting.notices.push(notice(NoticeKind::Closed, "2026-01-01", Some("2126-01-01"), &[]));
    assert_eq!(next(&meeting, utc("2026-06-01T00:00:00Z")), None);
}

#[test]
fn a_schedule_is_small() {
    assert!(size_of::<Schedule>() <= 40 && size_of::<Rule>() <= 32);
}

#[test]
fn a_notice_covers_the_dates_that_its_rule_does() {
    for weeks in [&[][..], &[1], &[5], &[-1], &[2, 4], &[1, 2, 3, 4, 5], &[4, -1]] {
        for to in [None, Some("2026-06-30")] {
            let notice = notice(NoticeKind::Closed, "2026-01-05", to, weeks);
            let rule = Rule::of(&notice);
            for day in date("2025-12-20").iter_days().take(800) {
                assert_eq!(notice.covers(day), rule.covers(day), "{weeks:?} {to:?} {day}");
            }
        }
    }
}
