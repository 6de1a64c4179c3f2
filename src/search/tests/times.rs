//! Rules of the contract about days and times.

use super::{body, numbers, of, parse, shown};
use crate::search::{
    engine::search,
    snapshot::Snapshot,
    testing::{instant, meeting, on, online},
};

fn week() -> Vec<crate::directory::Meeting> {
    let mut appointment = meeting(9);
    appointment.content.start = None;
    let week = [
        on(meeting(1), 6, "23:30"),
        on(meeting(2), 0, "00:30"),
        on(meeting(3), 0, "04:59"),
        on(meeting(4), 0, "05:00"),
        on(meeting(5), 0, "11:00"),
        on(meeting(6), 0, "12:00"),
        on(meeting(7), 0, "16:30"),
        on(meeting(8), 0, "20:59"),
        appointment,
    ];
    week.map(online).into()
}

#[test]
fn days_are_alternatives_and_an_appointment_has_none() {
    assert_eq!(numbers(&week(), "day=6"), [1]);
    assert_eq!(numbers(&week(), "day=6,0").len(), 8);
    assert_eq!(numbers(&week(), "").len(), 9);
}

#[test]
fn a_start_is_from_the_first_bound_to_before_the_second() {
    assert_eq!(numbers(&week(), "starts_after=05:00&starts_before=12:00"), [4, 5]);
    assert_eq!(numbers(&week(), "starts_after=20:59"), [8, 1]);
    assert_eq!(numbers(&week(), "starts_before=04:59"), [2]);
}

#[test]
fn a_window_past_midnight_does_not_carry_the_day() {
    assert_eq!(numbers(&week(), "starts_after=22:00&starts_before=02:00"), [2, 1]);
    assert_eq!(numbers(&week(), "starts_after=22:00&starts_before=02:00&day=6"), [1]);
    assert_eq!(numbers(&week(), "starts_after=22:00&starts_before=02:00&day=0"), [2]);
}

#[test]
fn times_of_day_overlap_and_end_with_their_last_minute() {
    assert_eq!(numbers(&week(), "time_of_day=morning"), [3, 4, 5]);
    assert_eq!(numbers(&week(), "time_of_day=midday"), [5, 6, 7]);
    assert_eq!(numbers(&week(), "time_of_day=evening"), [7, 8]);
    assert_eq!(numbers(&week(), "time_of_day=night"), [2, 3, 8, 1]);
    assert_eq!(numbers(&week(), "time_of_day=evening,morning"), [3, 4, 5, 7, 8]);
    assert_eq!(numbers(&week(), "time_of_day=night&starts_after=04:00&starts_before=21:00"), [3, 8]);
}

#[test]
fn what_starts_soon_is_found_while_clocks_are_set() {
    // On 8 March New York's clocks go from 02:00 (07:00Z) to 03:00.
    let week = [on(meeting(1), 0, "01:30"), on(meeting(2), 0, "02:30"), on(meeting(3), 0, "04:00")].map(online);
    let snapshot = Snapshot::build(of(&week));
    let soon = |now: &str, minutes: u32| {
        let raw = format!("within_minutes={minutes}&started_within_minutes=0&sort=next");
        shown(&body(&search(&snapshot, &parse(&raw).unwrap(), instant(now)).unwrap()))
    };
    assert_eq!(soon("2026-03-08T06:30:00Z", 1), [1]);
    assert_eq!(soon("2026-03-08T06:30:00Z", 90), [1, 2, 3], "two and a half hours on the clock");
    assert_eq!(soon("2026-03-08T07:00:00Z", 30), [2], "at 03:30, since there is no 02:30");
    assert_eq!(soon("2026-03-08T07:00:00Z", 29), [0; 0]);
    // On 1 November they show 01:00 to 02:00 twice, from 05:00Z and from 06:00Z.
    assert_eq!(soon("2026-11-01T05:30:00Z", 60), [1], "the first of two");
    assert_eq!(soon("2026-11-01T06:00:00Z", 60), [0; 0]);
    assert_eq!(soon("2026-11-01T06:00:00Z", 90), [2]);
    assert_eq!(soon("2026-11-07T10:00:00Z", 1440), [1, 2, 3], "over the end of the week");
}
