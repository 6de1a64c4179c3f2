//! When a meeting takes place: its weekly start, its zone and its notices as
//! dated occurrences. Pure; the present is always a parameter.
//!
//! Rules:
//! - An occurrence is known by its *date*: the local day that the meeting is
//!   listed for. It starts then at the local time as RFC 5545 3.3.5 reads it:
//!   in a gap with the offset from before the gap (02:30 becomes 03:30), in a
//!   fold the first of the two. It lasts its duration in elapsed minutes, an
//!   hour where none is said.
//! - `cancelled` and `closed` take the dates away that they cover; where there
//!   are `only` notices, nothing but the dates that one of them covers is left.
//! - Nothing looks further ahead than [`WEEKS_AHEAD`].
//!
//! To give another kind of notice an effect: keep it in `Rule::of`, then let
//! `Schedule::on` read it where it changes the occurrence of its date (`time`,
//! `moved`), or let `Schedule::dates` bring its dates in (`extra`).

use std::iter;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::directory::{Meeting, Notice, NoticeKind};
use crate::kernel::ZoneClock;

/// How many weekly dates are looked at before a meeting counts as having no
/// further occurrence: more than a year, so that a yearly exception is passed.
pub const WEEKS_AHEAD: usize = 60;
/// What is assumed where no duration is said, in minutes.
pub const ASSUMED_MINUTES: u16 = 60;

/// One dated instance of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// The local day that it is listed for.
    pub date: NaiveDate,
    /// When it starts.
    pub start: DateTime<Utc>,
    /// When it is over.
    pub end: DateTime<Utc>,
}

impl Occurrence {
    /// How it looks at `now`, before its end.
    pub fn seen_at(self, now: DateTime<Utc>) -> Next {
        Next { start: self.start, end: self.end, under_way: self.start <= now }
    }
}

/// The first occurrence that is not yet over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// When it starts, or started.
    pub start: DateTime<Utc>,
    /// When it is over.
    pub end: DateTime<Utc>,
    /// Whether it has started.
    pub under_way: bool,
}

/// What of a meeting its occurrences depend on, in few bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    time: NaiveTime,
    minutes: u16,
    clock: ZoneClock,
    day: u8,
    rules: Box<[Rule]>,
}

/// A notice that decides whether a date takes place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    only: bool,
    from: NaiveDate,
    to: NaiveDate,
    weeks_of_month: Box<[i8]>,
}

/// The occurrences of a meeting that are not over at `from`, in order.
/// None for a meeting by appointment.
pub fn occurrences(meeting: &Meeting, from: DateTime<Utc>) -> impl Iterator<Item = Occurrence> {
    Schedule::of(meeting).into_iter().flat_map(move |schedule| {
        let dates = schedule.dates(from);
        dates.filter_map(move |date| schedule.not_over(date, from))
    })
}

/// The first occurrence of a meeting that is not over at `now`.
pub fn next(meeting: &Meeting, now: DateTime<Utc>) -> Option<Next> {
    Schedule::of(meeting)?.next(now)
}

impl Schedule {
    /// The schedule of a meeting; `None` by appointment.
    pub fn of(meeting: &Meeting) -> Option<Self> {
        let start = meeting.content.start?;
        let minutes = u32::from(start.time.minutes());
        Some(Self {
            time: NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0)?,
            minutes: meeting.content.duration_minutes.unwrap_or(ASSUMED_MINUTES),
            clock: ZoneClock::of(meeting.content.timezone),
            day: start.day.number(),
            rules: meeting.notices.iter().filter_map(Rule::of).collect(),
        })
    }

    /// The occurrences that are not over at `from`, in order.
    pub fn occurrences(&self, from: DateTime<Utc>) -> impl Iterator<Item = Occurrence> {
        self.dates(from).filter_map(move |date| self.not_over(date, from))
    }

    /// The first occurrence that is not over at `now`.
    pub fn next(&self, now: DateTime<Utc>) -> Option<Next> {
        self.occurrences(now).next().map(|occurrence| occurrence.seen_at(now))
    }

    /// The dates on the meeting's weekday from some days before `from`: an
    /// occurrence lasts up to a day, and a gap may move it by one more.
    fn dates(&self, from: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> + use<> {
        let earliest = self.clock.date(from).and_then(|date| date.checked_sub_days(Days::new(3)));
        let first = earliest.and_then(|date| {
            let weekday = u64::from(date.weekday().num_days_from_sunday());
            date.checked_add_days(Days::new((u64::from(self.day) + 7 - weekday) % 7))
        });
        iter::successors(first, |date| date.checked_add_days(Days::new(7))).take(WEEKS_AHEAD)
    }

    fn not_over(&self, date: NaiveDate, from: DateTime<Utc>) -> Option<Occurrence> {
        self.on(date).filter(|occurrence| occurrence.end > from)
    }

    /// The occurrence of a date, unless a notice takes it away.
    fn on(&self, date: NaiveDate) -> Option<Occurrence> {
        if !self.takes_place(date) {
            return None;
        }
        let start = self.clock.instant(date, self.time)?;
        let end = start.checked_add_signed(TimeDelta::minutes(i64::from(self.minutes)))?;
        Some(Occurrence { date, start, end })
    }

    fn takes_place(&self, date: NaiveDate) -> bool {
        let (mut restricted, mut named) = (false, false);
        for rule in &self.rules {
            let covers = rule.covers(date);
            if !rule.only && covers {
                return false;
            }
            restricted |= rule.only;
            named |= rule.only && covers;
        }
        named || !restricted
    }
}

impl Rule {
    fn of(notice: &Notice) -> Option<Self> {
        use NoticeKind::{Business, Cancelled, Closed, Extra, Moved, Online, Only, Open, Speaker, Time};
        let only = match notice.kind {
            Cancelled | Closed => false,
            Only => true,
            // These happen at the meeting or tell of it; no date comes or goes.
            Open | Speaker | Business | Moved | Time | Online | Extra => return None,
        };
        let repeats = !notice.weeks_of_month.is_empty();
        let open_end = if repeats { NaiveDate::MAX } else { notice.from };
        Some(Self {
            only,
            from: notice.from,
            to: notice.to.unwrap_or(open_end),
            weeks_of_month: notice.weeks_of_month.clone().into(),
        })
    }

    fn covers(&self, date: NaiveDate) -> bool {
        (self.from..=self.to).contains(&date)
            && (self.weeks_of_month.is_empty() || self.weeks_of_month.iter().any(|week| is_week(date, *week)))
    }
}

/// Whether a date is the `week`th of its weekday in its month; -1: the last.
fn is_week(date: NaiveDate, week: i8) -> bool {
    match u32::try_from(week) {
        Ok(week) => date.day0() / 7 + 1 == week,
        Err(_) => week == -1 && date.checked_add_days(Days::new(7)).is_none_or(|later| later.month() != date.month()),
    }
}

#[cfg(test)]
mod tests;
