//! Notices as lines in the notes of a published listing: the one place that
//! knows what such a line looks like, for those who write it and those who
//! take it out again.
//!
//! Rules: a notice is told from 14 days before the first of its dates to the
//! last; of one that repeats, the dates within those days. A line stands at the
//! end of the notes and begins with `[Notice]` and a date. While a place is
//! closed the listing has the type `TC`; a line that says `temporarily closed`
//! is what put it there, so that one that the office itself gave is kept.

use std::fmt::{self, Write as _};

use chrono::{Datelike, Days, NaiveDate};

use crate::{
    directory::{Notice, NoticeKind},
    kernel::Day,
};

/// How many days ahead a notice is told.
const DAYS_AHEAD: u64 = 14;
const SIGN: &str = "[Notice] ";
/// What a line says that put `TC` among the types.
const TEMPORARILY: &str = "temporarily closed";

/// What notices add to a listing on a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Told {
    /// Lines for the end of its notes.
    pub lines: Vec<String>,
    /// It is closed on this day, and does not say so itself.
    pub closed: bool,
}

/// The dates that a notice is told for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeDates {
    /// Every day from one to another, or that one day.
    Stretch(NaiveDate, NaiveDate),
    /// These days.
    Each(Vec<NaiveDate>),
}

impl fmt::Display for NoticeDates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stretch(from, to) if from == to => write!(f, "{from}"),
            Self::Stretch(from, to) => write!(f, "{from} to {to}"),
            Self::Each(dates) => f.write_str(&dates.iter().map(NaiveDate::to_string).collect::<Vec<_>>().join(", ")),
        }
    }
}

/// The notices of a meeting that has `day` as its weekday which say something
/// of that meeting in the `days_ahead` days after `today`, each with its dates.
pub fn upcoming(
    notices: &[Notice],
    day: Option<Day>,
    today: NaiveDate,
    days_ahead: u64,
) -> impl Iterator<Item = (&Notice, NoticeDates)> {
    let only_day = only_day(notices, day);
    let concerning = notices.iter().filter(move |notice| concerns(notice, only_day));
    concerning.filter_map(move |notice| Some((notice, dates(notice, day, today, days_ahead)?)))
}

/// The one weekday that anything takes place on. What takes a date away may
/// take that of an additional meeting, on any day.
fn only_day(notices: &[Notice], day: Option<Day>) -> Option<Day> {
    let has_extra = notices.iter().any(|notice| notice.kind == NoticeKind::Extra);
    day.filter(|_| !has_extra)
}

/// What the notices of a meeting say on a local day. `day` is the weekday that
/// it meets on, `says_closed` that it has the type `TC` already.
pub(super) fn told(notices: &[Notice], day: Option<Day>, today: NaiveDate, says_closed: bool) -> Told {
    let mut told = Told::default();
    let only_day = only_day(notices, day);
    for (notice, dates) in upcoming(notices, day, today, DAYS_AHEAD) {
        let is_closed = notice.kind == NoticeKind::Closed
            && notice.weeks_of_month.is_empty()
            && (notice.from..=notice.last_date()).contains(&today)
            && is_next_within(only_day, today, notice.last_date())
            && !says_closed;
        told.closed |= is_closed;
        let line = format!("{SIGN}{dates}: {}", said(notice, is_closed));
        if !told.lines.contains(&line) {
            told.lines.push(line);
        }
    }
    told
}

/// The notes without the lines of notices at their end, and whether one of
/// these put `TC` among the types.
pub(super) fn without(notes: &str) -> (&str, bool) {
    let (mut own, mut closed) = (notes.trim_end(), false);
    loop {
        let at = own.rfind('\n').map_or(0, |at| at + 1);
        let Some(told) = own[at..].trim().strip_prefix(SIGN) else { return (own, closed) };
        let dated = told.get(..10).is_some_and(|date| date.parse::<NaiveDate>().is_ok());
        let Some((_, said)) = told.split_once(": ").filter(|_| dated) else { return (own, closed) };
        closed |= said.starts_with(TEMPORARILY);
        own = own[..at].trim_end();
    }
}

/// The dates that a notice is told for; `None` on days when it is not.
fn dates(notice: &Notice, day: Option<Day>, today: NaiveDate, days_ahead: u64) -> Option<NoticeDates> {
    let last = notice.last_date();
    let ahead = today.checked_add_days(Days::new(days_ahead))?;
    if notice.from > ahead || last < today {
        return None;
    }
    if notice.weeks_of_month.is_empty() {
        return Some(NoticeDates::Stretch(notice.from, last));
    }
    // An additional meeting has the weekday of its first date.
    let weekday = match (notice.kind, day) {
        (NoticeKind::Extra, _) => Some(notice.from.weekday().num_days_from_sunday()),
        (_, day) => day.map(|day| u32::from(day.number())),
    };
    let days = today.max(notice.from).iter_days().take_while(|date| *date <= ahead.min(last));
    let held = days.filter(|date| weekday.is_none_or(|day| date.weekday().num_days_from_sunday() == day));
    let dates: Vec<NaiveDate> = held.filter(|date| notice.covers(*date)).collect();
    (!dates.is_empty()).then_some(NoticeDates::Each(dates))
}

/// Whether a notice is about a meeting that meets on no other day than that one:
/// an office that is closed on a Sunday says nothing of its Tuesdays. That it
/// takes place on certain dates only says something of all others.
fn concerns(notice: &Notice, only_day: Option<Day>) -> bool {
    !notice.weeks_of_month.is_empty()
        || [NoticeKind::Extra, NoticeKind::Only].contains(&notice.kind)
        || is_next_within(only_day, notice.from, notice.last_date())
}

/// Whether the first such day from a date on is not after another date.
fn is_next_within(day: Option<Day>, from: NaiveDate, last: NaiveDate) -> bool {
    day.is_none_or(|day| {
        let ahead = (7 + u32::from(day.number()) - from.weekday().num_days_from_sunday()) % 7;
        from.checked_add_days(Days::new(ahead.into())).is_some_and(|next| next <= last)
    })
}

/// What a notice says, in one line.
fn said(notice: &Notice, is_closed: bool) -> String {
    let mut said = match notice.kind {
        NoticeKind::Cancelled => "cancelled",
        NoticeKind::Closed if is_closed => TEMPORARILY,
        NoticeKind::Closed => "closed",
        NoticeKind::Only => "takes place on these dates only",
        NoticeKind::Open => "open meeting",
        NoticeKind::Speaker => "speaker meeting",
        NoticeKind::Business => "business meeting",
        NoticeKind::Moved => "moved",
        NoticeKind::Time => "at another time",
        NoticeKind::Online => "online",
        NoticeKind::Extra => "additional meeting",
    }
    .to_owned();
    // Writing to a string cannot fail.
    if let Some(time) = notice.time {
        _ = write!(said, ", {time}");
    }
    for part in [&notice.location, &notice.conference.url, &notice.conference.phone].into_iter().flatten() {
        _ = write!(said, ", {part}");
    }
    for part in [&notice.words, &notice.conference.url_notes, &notice.conference.phone_notes].into_iter().flatten() {
        _ = write!(said, ". {part}");
    }
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "notice_line_tests.rs"]
mod tests;
