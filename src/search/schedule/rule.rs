//! A notice as a schedule keeps it: which dates it covers, and what that does.
//!
//! Rules: it covers the dates from `from` to its last one, both included, of
//! these only those in one of its weeks of the month where it says any. The
//! week of a date is counted by the date's own weekday: the 8th to 14th are the
//! second of theirs. An extra meeting that repeats has the weekday of its
//! `from`.

use std::ops::Deref;

use chrono::{Datelike, Days, NaiveDate};

use crate::directory::{Notice, NoticeKind};
use crate::kernel::{LocalTime, NoticeId};

/// What a notice does to the dates that it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing takes place.
    Off,
    /// The weekly meeting takes place, and on dates without this it does not.
    Only,
    /// The weekly meeting starts at another time.
    Time(LocalTime),
    /// One more meeting, at a time of its own or at the weekly one's.
    Extra(Option<LocalTime>),
    /// It is told, and nothing changes.
    Said,
}

/// A notice in few bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub id: NoticeId,
    pub effect: Effect,
    from: NaiveDate,
    last: NaiveDate,
    weeks: Weeks,
}

/// Those of a meeting, in the room of an address where it has none, as hardly any
/// has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rules(Option<Box<Box<[Rule]>>>);

impl FromIterator<Rule> for Rules {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        let rules: Box<[Rule]> = rules.into_iter().collect();
        Self((!rules.is_empty()).then(|| Box::new(rules)))
    }
}

impl Deref for Rules {
    type Target = [Rule];

    fn deref(&self) -> &[Rule] {
        self.0.as_deref().map_or(&[], |rules| rules)
    }
}

impl Rule {
    pub(super) fn of(notice: &Notice) -> Self {
        use NoticeKind::{Business, Cancelled, Closed, Extra, Moved, Online, Only, Open, Speaker, Time};
        let effect = match notice.kind {
            Cancelled | Closed => Effect::Off,
            Only => Effect::Only,
            Time | Moved => notice.time.map_or(Effect::Said, Effect::Time),
            Extra => Effect::Extra(notice.time),
            Open | Speaker | Business | Online => Effect::Said,
        };
        let (from, last) = (notice.from, notice.last_date());
        Self { id: notice.id, effect, from, last, weeks: Weeks::of(&notice.weeks_of_month) }
    }

    pub(super) fn covers(&self, date: NaiveDate) -> bool {
        (self.from..=self.last).contains(&date)
            && self.weeks.contain(date)
            && (!self.has_weekday() || date.weekday() == self.from.weekday())
    }

    /// The first date from `first` on that its extra meeting may be held on;
    /// whether it is in one of its weeks is left open.
    pub(super) fn extra_from(&self, first: NaiveDate) -> Option<NaiveDate> {
        let Effect::Extra(_) = self.effect else { return None };
        let first = first.max(self.from);
        let date = if self.has_weekday() { weekday_from(first, weekday(self.from)) } else { Some(first) };
        date.filter(|date| *date <= self.last)
    }

    fn has_weekday(&self) -> bool {
        matches!(self.effect, Effect::Extra(_)) && self.weeks != Weeks::EVERY
    }
}

/// Weeks of a month, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Weeks(u8);

impl Weeks {
    /// No weeks were named; to name all five of them is something else.
    const EVERY: Self = Self(u8::MAX);
    const LAST: u8 = 1 << 5;

    /// Of 1 to 5 and -1 for the last; other numbers stand for none.
    fn of(weeks: &[i8]) -> Self {
        let bit = |week: i8| match week {
            1..=5 => 1 << (week - 1),
            -1 => Self::LAST,
            _ => 0,
        };
        if weeks.is_empty() { Self::EVERY } else { Self(weeks.iter().fold(0, |bits, week| bits | bit(*week))) }
    }

    fn contain(self, date: NaiveDate) -> bool {
        if self == Self::EVERY {
            return true;
        }
        let later = date.checked_add_days(Days::new(7));
        let last = later.is_none_or(|later| later.month() != date.month());
        let of_date = 1 << (date.day0() / 7) | if last { Self::LAST } else { 0 };
        self.0 & of_date != 0
    }
}

/// The first date from `first` on of a weekday, 0 = Sunday.
pub(super) fn weekday_from(first: NaiveDate, day: u8) -> Option<NaiveDate> {
    first.checked_add_days(Days::new(u64::from((day + 7 - weekday(first)) % 7)))
}

fn weekday(date: NaiveDate) -> u8 {
    date.weekday().num_days_from_sunday() as u8
}
