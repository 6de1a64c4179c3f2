//! When a meeting takes place: its weekly start, its zone and its notices as
//! dated occurrences. Pure; the present is always a parameter.
//!
//! Rules:
//! - An occurrence is known by its *date*: the local day that the meeting is
//!   listed for. It starts then at the local time as RFC 5545 3.3.5 reads it:
//!   in a gap with the offset from before the gap (02:30 becomes 03:30), in a
//!   fold the first of the two. It lasts its duration in elapsed minutes, an
//!   hour where none is said.
//! - Which dates a notice covers says `rule`. `cancelled` and `closed` take
//!   away all that is on their dates, extra meetings too.
//! - Where there are `only` notices, nothing of the weekly meeting is left but
//!   the dates that one of them covers. Extra meetings stay.
//! - `time`, and `moved` where it says a time, give the weekly meeting another
//!   start on their dates. Of several the last in the order of
//!   `Meeting::notices` wins: the meeting's own before its place's, its group's
//!   and its office's, and among those of one thing the later `from`. Any other
//!   notice's time is only said.
//! - `extra` adds a meeting on each of its dates: at its own time, which no
//!   other notice changes, or at the time that the weekly meeting has or would
//!   have on that date. By appointment there is no such time. It lasts as long
//!   as the weekly one.
//! - What starts at the same instant is one occurrence.
//! - `open`, `speaker`, `business`, `online`, and `moved` and `time` without a
//!   time change nothing; the occurrences of their dates name them.
//! - Nothing looks further ahead than [`WEEKS_AHEAD`].
//!
//! To give another kind of notice an effect: an `Effect` in `rule`, then let
//! `Schedule::times` read it where it changes the starts of a date, and
//! `Schedule::date_from` where it brings dates in.

mod known;
mod rule;

use std::{borrow::Borrow, iter};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::directory::{Meeting, WeeklyStart};
use crate::kernel::{LocalTime, NoticeId, ZoneClock};
use known::Known;
pub(super) use known::{NextStart, minute_of};
use rule::{Effect, Rule, Rules, weekday_from};

/// How far ahead dates are looked at before a meeting counts as having no
/// further occurrence: more than a year, so that a yearly exception is passed.
pub const WEEKS_AHEAD: u64 = 60;
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
        Next { date: self.date, start: self.start, end: self.end, under_way: self.start <= now }
    }
}

/// The first occurrence that is not yet over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// The local day that it is listed for.
    pub date: NaiveDate,
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
    clock: ZoneClock,
    rules: Rules,
    weekly: Option<WeeklyStart>,
    pub(in crate::search) minutes: u16,
    known: Known,
}

/// Where to look on for an occurrence.
#[derive(Debug, Clone, Copy)]
struct Place {
    date: NaiveDate,
    /// It starts later than this.
    after: DateTime<Utc>,
}

/// The occurrences of a meeting that are not over at `from`, in order.
/// By appointment there are extra meetings only.
pub fn occurrences(meeting: &Meeting, from: DateTime<Utc>) -> impl Iterator<Item = Occurrence> {
    Schedule::of(meeting).into_iter().flat_map(move |schedule| walk(schedule, from))
}

/// The first occurrence of a meeting that is not over at `now`.
pub fn next(meeting: &Meeting, now: DateTime<Utc>) -> Option<Next> {
    Schedule::of(meeting)?.next(now)
}

fn walk(schedule: impl Borrow<Schedule>, from: DateTime<Utc>) -> impl Iterator<Item = Occurrence> {
    let first = schedule.borrow().next(from).map(|Next { date, start, end, .. }| Occurrence { date, start, end });
    let last = schedule.borrow().beginning(from).and_then(Place::last);
    iter::successors(first, move |found| {
        let schedule = schedule.borrow();
        // A notice may move what is listed for the day before behind this one.
        let date = if schedule.rules.is_empty() { found.date.succ_opt()? } else { found.date.pred_opt()? };
        schedule.first(Place { date, after: found.start }, last?)
    })
}

impl Place {
    /// The last date that is looked at from here on.
    fn last(self) -> Option<NaiveDate> {
        self.date.checked_add_days(Days::new(WEEKS_AHEAD * 7 - 1))
    }
}

impl Schedule {
    /// The schedule of a meeting; `None` where there is no date that it could
    /// take place on: by appointment, unless an extra meeting says its time.
    pub fn of(meeting: &Meeting) -> Option<Self> {
        let weekly = meeting.content.start;
        let rules: Rules = meeting.notices.iter().map(Rule::of).collect();
        let dated = weekly.is_some() || rules.iter().any(|rule| matches!(rule.effect, Effect::Extra(Some(_))));
        dated.then(|| Self {
            clock: ZoneClock::of(meeting.content.timezone),
            rules,
            weekly,
            minutes: meeting.content.duration_minutes.unwrap_or(ASSUMED_MINUTES),
            known: Known::default(),
        })
    }

    /// Where no notice may change a start: its clocks, and when in the week it
    /// starts on them, in minutes after Sunday's midnight.
    pub(super) fn weekly_alone(&self) -> Option<(&ZoneClock, u16)> {
        let weekly = self.weekly.filter(|_| self.rules.is_empty())?;
        Some((&self.clock, u16::from(weekly.day.number()) * 24 * 60 + weekly.time.minutes()))
    }

    /// The occurrences that are not over at `from`, in order.
    pub fn occurrences(&self, from: DateTime<Utc>) -> impl Iterator<Item = Occurrence> {
        walk(self, from)
    }

    /// The first occurrence that is not over at `now`.
    pub fn next(&self, now: DateTime<Utc>) -> Option<Next> {
        let known = self.known.at(now, self.minutes);
        if known.is_some() {
            return known;
        }
        let place = self.beginning(now)?;
        self.first(place, place.last()?).map(|occurrence| {
            self.known.keep(occurrence, now);
            occurrence.seen_at(now)
        })
    }

    /// The local day at an instant.
    pub fn date(&self, at: DateTime<Utc>) -> Option<NaiveDate> {
        self.clock.date(at)
    }

    /// The occurrences that are listed for one of these days, in order.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = Occurrence> {
        // A zone is less than a day from UTC, and a gap moves a start by a day at most.
        let days = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc();
        let (begin, end) = (days(from) - TimeDelta::days(2), days(to) + TimeDelta::days(4));
        let near = self.occurrences(begin).take_while(move |one| one.start < end);
        near.filter(move |one| (from..=to).contains(&one.date))
    }

    /// The notices that an occurrence is held under, in the meeting's order: of
    /// those that cover its date, an extra meeting's only where it is that
    /// meeting, and what is said of the weekly one only at that one's time.
    pub fn notices(&self, occurrence: Occurrence) -> impl Iterator<Item = NoticeId> {
        let Occurrence { date, start, .. } = occurrence;
        let usual = self.usual_time(date);
        let held_at = move |time: LocalTime| self.at(date, time).is_some_and(|one| one.start == start);
        let bears = move |rule: &&Rule| match rule.effect {
            Effect::Off => false,
            Effect::Only | Effect::Time(_) => usual.is_some_and(held_at),
            Effect::Extra(time) => time.or(usual).is_some_and(held_at),
            Effect::Said => true,
        };
        self.covering(date).filter(bears).map(|rule| rule.id)
    }

    /// Two days before the start of what is just over at `from`: a gap may move
    /// a start by a day, and clocks that are set back may show another.
    fn beginning(&self, from: DateTime<Utc>) -> Option<Place> {
        let after = from.checked_sub_signed(TimeDelta::minutes(i64::from(self.minutes)))?;
        let date = self.clock.date(after)?.checked_sub_days(Days::new(2))?;
        Some(Place { date, after })
    }

    /// The first to start of those that are listed from a place on.
    fn first(&self, place: Place, last: NaiveDate) -> Option<Occurrence> {
        if self.rules.is_empty() {
            return self.first_by_week(place).filter(|found| found.date <= last);
        }
        let mut found: Option<Occurrence> = None;
        let mut from = place.date;
        while let Some(date) = self.date_from(from).filter(|date| *date <= last) {
            // A gap may move what is listed for a day behind what is listed for
            // the next, never further.
            if found.is_some_and(|found| date.signed_duration_since(found.date).num_days() > 1) {
                break;
            }
            let held = self.times(date).filter_map(|time| self.at(date, time)).filter(|one| one.start > place.after);
            found = found.into_iter().chain(held).min_by_key(|one| one.start);
            let Some(following) = date.succ_opt() else { break };
            from = following;
        }
        found
    }

    /// The same without notices and in less time: hardly any meeting has some,
    /// and a search asks thousands.
    fn first_by_week(&self, place: Place) -> Option<Occurrence> {
        let weekly = self.weekly?;
        let first = weekday_from(place.date, weekly.day.number());
        let dates = iter::successors(first, |date| date.checked_add_days(Days::new(7))).take(WEEKS_AHEAD as usize);
        dates.filter_map(|date| self.at(date, weekly.time)).find(|one| one.start > place.after)
    }

    /// The first date from `first` on that something may take place on.
    fn date_from(&self, first: NaiveDate) -> Option<NaiveDate> {
        let weekly = self.weekly.and_then(|weekly| weekday_from(first, weekly.day.number()));
        let extra = self.rules.iter().filter_map(|rule| rule.extra_from(first));
        weekly.into_iter().chain(extra).min()
    }

    /// The local times at which something starts on a date, in no order; one
    /// may come twice.
    fn times(&self, date: NaiveDate) -> impl Iterator<Item = LocalTime> {
        let usual = self.usual_time(date);
        let is = |effect| move |rule: &Rule| rule.effect == effect;
        let off = self.covering(date).any(is(Effect::Off));
        let held = |weekly: WeeklyStart| {
            weekday_from(date, weekly.day.number()) == Some(date)
                && (self.covering(date).any(is(Effect::Only)) || !self.rules.iter().any(is(Effect::Only)))
        };
        let extra = self.covering(date).filter_map(move |rule| match rule.effect {
            Effect::Extra(time) => time.or(usual),
            _ => None,
        });
        let weekly = usual.filter(|_| self.weekly.is_some_and(held));
        weekly.into_iter().chain(extra).filter(move |_| !off)
    }

    /// When the weekly meeting starts on a date, were it held then.
    fn usual_time(&self, date: NaiveDate) -> Option<LocalTime> {
        let other = self.covering(date).filter_map(|rule| match rule.effect {
            Effect::Time(time) => Some(time),
            _ => None,
        });
        self.weekly.map(|weekly| other.last().unwrap_or(weekly.time))
    }

    fn covering(&self, date: NaiveDate) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.covers(date))
    }

    fn at(&self, date: NaiveDate, time: LocalTime) -> Option<Occurrence> {
        let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(time.minutes()) * 60, 0)?;
        let start = self.clock.instant(date, time)?;
        let end = start.checked_add_signed(TimeDelta::minutes(i64::from(self.minutes)))?;
        Some(Occurrence { date, start, end })
    }
}

#[cfg(test)]
mod notice_tests;
#[cfg(test)]
mod tests;
