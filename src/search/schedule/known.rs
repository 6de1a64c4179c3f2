//! The next occurrence, kept where it was found: searches ask for those of
//! thousands of meetings, and each stays the next one until it is over.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Next, Occurrence, Schedule};

/// Bits of the minute from which on it is known, of the minute of its start, and
/// of how far its date is from that of the start in UTC, counted from a day less.
const START_BITS: u32 = 30;
const DATE_BITS: u32 = 2;

/// What was found last, in one word, so that it is read and written whole;
/// nothing at first. Two that only differ in it are equal.
#[derive(Debug, Default)]
pub(super) struct Known(AtomicU64);

impl Clone for Known {
    fn clone(&self) -> Self {
        Self(AtomicU64::new(self.0.load(Ordering::Relaxed)))
    }
}

impl PartialEq for Known {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Known {}

impl Known {
    /// The next occurrence at `now`, of a meeting that lasts `minutes`; `None`
    /// where it is not known.
    pub(super) fn at(&self, now: DateTime<Utc>, minutes: u16) -> Option<Next> {
        let kept = self.kept(minute_of(now), minutes)?;
        let start = DateTime::from_timestamp(kept.start * 60, 0)?;
        let end = start.checked_add_signed(TimeDelta::minutes(i64::from(minutes)))?;
        let date = start.date_naive().checked_add_signed(TimeDelta::days(kept.days - 1))?;
        Some(Occurrence { date, start, end }.seen_at(now))
    }

    /// The same by the minute, counted since 1970.
    #[inline]
    fn kept(&self, now: i64, minutes: u16) -> Option<Kept> {
        let word = self.0.load(Ordering::Relaxed);
        let field = |from: u32, bits: u32| (word >> from & ((1 << bits) - 1)) as i64;
        let from = field(START_BITS + DATE_BITS, u64::BITS - START_BITS - DATE_BITS);
        let (start, days) = (field(DATE_BITS, START_BITS), field(0, DATE_BITS));
        let over = start + i64::from(minutes);
        (word != 0 && (from..over).contains(&now)).then_some(Kept { start, days })
    }

    /// Keeps what was found at `now`. Occurrences start and end with a minute
    /// and last all as long, so that it is the next one from the beginning of
    /// this minute until it is over; where that does not hold it is not kept.
    pub(super) fn keep(&self, found: Occurrence, now: DateTime<Utc>) {
        let (start, from) = (found.start.timestamp(), minute_of(now));
        let days = found.date.signed_duration_since(found.start.date_naive()).num_days() + 1;
        let fits = |value: i64, bits: u32| u64::try_from(value).ok().filter(|value| value >> bits == 0);
        if start % 60 != 0 {
            return;
        }
        let start = fits(start / 60, START_BITS);
        let from = fits(from, u64::BITS - START_BITS - DATE_BITS);
        if let (Some(from), Some(start), Some(days)) = (from, start, fits(days, DATE_BITS)) {
            self.0.store(from << (START_BITS + DATE_BITS) | start << DATE_BITS | days, Ordering::Relaxed);
        }
    }
}

/// What was kept: when it starts, in minutes since 1970, and by how many days its
/// date is later than that of the start in UTC, counted from a day less.
struct Kept {
    start: i64,
    days: i64,
}

/// When the next occurrence of a meeting starts, kept apart from all else that
/// is known of it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::search) struct NextStart {
    known: Known,
    minutes: u16,
}

impl NextStart {
    pub(in crate::search) fn of(schedule: Option<&Schedule>) -> Self {
        Self { known: Known::default(), minutes: schedule.map_or(0, |schedule| schedule.minutes) }
    }

    /// The start in minutes since 1970, where it is not over at `minute`, counted
    /// alike; `None` where no occurrence is foreseen.
    #[inline]
    pub(in crate::search) fn minute<'a>(
        &self,
        minute: i64,
        schedule: impl FnOnce() -> Option<&'a Schedule>,
    ) -> Option<i64> {
        let kept = self.known.kept(minute, self.minutes).map(|kept| kept.start);
        kept.or_else(|| self.found(minute, schedule()?))
    }

    fn found(&self, minute: i64, schedule: &Schedule) -> Option<i64> {
        let now = DateTime::from_timestamp(minute * 60, 0)?;
        let Next { date, start, end, .. } = schedule.next(now)?;
        self.known.keep(Occurrence { date, start, end }, now);
        Some(minute_of(start))
    }
}

/// The minute of an instant, counted since 1970.
pub(in crate::search) fn minute_of(instant: DateTime<Utc>) -> i64 {
    instant.timestamp().div_euclid(60)
}
