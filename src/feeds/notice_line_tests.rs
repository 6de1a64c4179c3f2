//! Lines on the day that they begin and end, and off again.

use proptest::prelude::*;

use super::*;
use crate::{directory::Conference, kernel::NoticeId};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn notice(kind: NoticeKind, from: &str, to: Option<&str>, weeks: &[i8], words: Option<&str>) -> Notice {
    Notice {
        id: NoticeId(uuid::Uuid::nil()),
        kind,
        from: date(from),
        to: to.map(date),
        weeks_of_month: weeks.to_vec(),
        time: None,
        location: None,
        conference: Conference::default(),
        words: words.map(str::to_owned),
    }
}

fn lines(notices: &[Notice], today: &str) -> String {
    told(notices, Day::new(6).ok(), date(today), false).lines.join("|")
}

#[test]
fn a_notice_is_told_from_two_weeks_before_to_its_last_day() {
    let holidays = [notice(NoticeKind::Closed, "2026-12-24", Some("2026-12-26"), &[], Some("Back on the\n 27th."))];
    let ahead = "[Notice] 2026-12-24 to 2026-12-26: closed. Back on the 27th.";
    let now = "[Notice] 2026-12-24 to 2026-12-26: temporarily closed. Back on the 27th.";
    for (today, expected) in [
        ("2026-12-09", ""),
        ("2026-12-10", ahead),
        ("2026-12-23", ahead),
        ("2026-12-24", now),
        ("2026-12-26", now),
        ("2026-12-27", ""),
    ] {
        assert_eq!(lines(&holidays, today), expected, "{today}");
    }
    // One that says so itself has its own `TC`.
    let told = told(&holidays, None, date("2026-12-25"), true);
    assert_eq!((told.lines.join("|"), told.closed), (ahead.to_owned(), false));
}

/// An office that closes for a day says it of all its meetings.
#[test]
fn dates_on_which_it_does_not_meet_are_not_told() {
    let sunday = [notice(NoticeKind::Closed, "2026-12-20", None, &[], None)];
    assert_eq!(lines(&sunday, "2026-12-20"), "");
    // Of a meeting of Thursdays the closing is over once the Thursday is.
    let holidays = [notice(NoticeKind::Closed, "2026-12-24", Some("2026-12-26"), &[], None)];
    let of_thursdays = |today| told(&holidays, Day::new(4).ok(), date(today), false);
    assert!(of_thursdays("2026-12-24").closed);
    assert!(!of_thursdays("2026-12-25").closed && !of_thursdays("2026-12-25").lines.is_empty());
    assert!(told(&sunday, None, date("2026-12-20"), false).closed, "by appointment it may be any day");
    // What is off on all its own days, and what may be off on another one, is.
    let only = [notice(NoticeKind::Only, "2026-12-20", None, &[], None)];
    assert_eq!(lines(&only, "2026-12-20"), "[Notice] 2026-12-20: takes place on these dates only");
    let [closed] = sunday;
    let with_extra = [notice(NoticeKind::Extra, "2026-12-20", None, &[], None), closed];
    let told = told(&with_extra, Day::new(6).ok(), date("2026-12-20"), false);
    assert_eq!((told.lines.len(), told.closed), (2, true));
}

#[test]
fn a_notice_that_repeats_is_told_by_its_dates() {
    let last_saturday = [notice(NoticeKind::Open, "2026-01-01", None, &[-1], None)];
    assert_eq!(lines(&last_saturday, "2026-12-11"), "");
    assert_eq!(lines(&last_saturday, "2026-12-12"), "[Notice] 2026-12-26: open meeting");
    assert_eq!(lines(&last_saturday, "2026-12-26"), "[Notice] 2026-12-26: open meeting");
    assert_eq!(lines(&last_saturday, "2026-12-27"), "");
    let often = [notice(NoticeKind::Business, "2026-12-01", Some("2026-12-12"), &[1, 2, 3], None)];
    assert_eq!(lines(&often, "2026-12-01"), "[Notice] 2026-12-05, 2026-12-12: business meeting");
    let closed = [notice(NoticeKind::Closed, "2026-12-01", None, &[1], None)];
    assert!(!told(&closed, Day::new(6).ok(), date("2026-12-05"), false).closed);
}

#[test]
fn everything_that_one_needs_stands_in_the_line() {
    let mut moved = notice(NoticeKind::Moved, "2026-12-12", None, &[], Some("Ring twice."));
    moved.time = "18:30".parse().ok();
    moved.location = Some("Annexe, 2 Tinder Row".to_owned());
    assert_eq!(
        lines(&[moved.clone(), moved], "2026-12-12"),
        "[Notice] 2026-12-12: moved, 18:30, Annexe, 2 Tinder Row. Ring twice."
    );
}

#[test]
fn only_lines_of_notices_at_the_end_are_taken_off() {
    for (notes, own, closed) in [
        ("Side door.\n[Notice] 2026-12-12: open meeting", "Side door.", false),
        ("[Notice] 2026-12-12: closed\n [Notice] 2026-12-13 to 2026-12-14: temporarily closed. x ", "", true),
        ("[Notice] 2026-12-12: closed\nSide door.", "[Notice] 2026-12-12: closed\nSide door.", false),
        ("[Notice] new room", "[Notice] new room", false),
        ("[Notice] 2026-12-41: closed", "[Notice] 2026-12-41: closed", false),
        ("[Notice] 2026-12-1é: closed", "[Notice] 2026-12-1é: closed", false),
        ("[Notice] 2026-12-12", "[Notice] 2026-12-12", false),
        ("", "", false),
    ] {
        assert_eq!(without(notes), (own, closed), "{notes}");
    }
}

fn any_notice() -> impl Strategy<Value = Notice> {
    use NoticeKind::{Business, Cancelled, Closed, Extra, Moved, Online, Only, Open, Speaker, Time};
    let kinds = vec![Business, Cancelled, Closed, Extra, Moved, Online, Only, Open, Speaker, Time];
    let weeks = prop::sample::subsequence(vec![1i8, 2, 3, 4, 5, -1], 0..3);
    let parts =
        (prop::option::of("\\PC{0,30}(\n\\PC{0,9})?"), prop::option::of("\\PC{1,30}"), prop::option::of(0u16..1440));
    (prop::sample::select(kinds), 0u64..40, prop::option::of(0u64..40), weeks, parts).prop_map(
        |(kind, from, days, weeks, (words, location, time))| {
            let from = date("2026-11-20") + Days::new(from);
            Notice {
                from,
                to: days.map(|days| from + Days::new(days)),
                time: time.and_then(|minutes| crate::kernel::LocalTime::from_minutes(minutes).ok()),
                location,
                ..notice(kind, "2026-01-01", None, &weeks, words.as_deref())
            }
        },
    )
}

proptest! {
    /// Put on and taken off, the notes are the office's own again.
    #[test]
    fn what_is_told_is_taken_off_again(
        own in prop::collection::vec("[a-z .\\[\\]]{0,12}[a-z.]", 0..4),
        notices in prop::collection::vec(any_notice(), 0..5),
        day in prop::option::of(0u8..7), today in 0u64..60, says_closed in any::<bool>(),
    ) {
        let own = own.join("\n");
        let today = date("2026-11-20") + Days::new(today);
        let told = told(&notices, day.and_then(|day| Day::new(day).ok()), today, says_closed);
        let all = [own.as_str()].into_iter().filter(|own| !own.is_empty()).chain(told.lines.iter().map(String::as_str));
        let all = all.collect::<Vec<_>>().join("\n");
        prop_assert_eq!(without(&all), (own.trim_end(), told.closed));
        prop_assert!(told.lines.iter().all(|line| !line.contains('\n')));
        prop_assert!(!(told.closed && says_closed));
    }
}
