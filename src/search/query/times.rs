//! Times that a search asks for: of day, which compare a start's local minute,
//! and from now.

use chrono::{DateTime, TimeDelta, Utc};

use crate::kernel::LocalTime;
use crate::search::schedule::Occurrence;

const DAY_END: u16 = 24 * 60;

/// Starts from one time to before another, maybe past midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    /// The first minute that is meant, 0 to 1439.
    pub from: u16,
    /// The first minute that is no longer meant, 0 to 1440; less than `from`
    /// where the window passes midnight.
    pub before: u16,
}

impl Window {
    /// From `after` (else midnight) to before `before` (else midnight). `None`
    /// where nothing lies between the two.
    pub fn new(after: Option<LocalTime>, before: Option<LocalTime>) -> Option<Self> {
        let from = after.map_or(0, LocalTime::minutes);
        let before = before.map_or(DAY_END, LocalTime::minutes);
        (from != before).then_some(Self { from, before })
    }

    /// Whether a start at `minute` is meant.
    pub fn has(self, minute: u16) -> bool {
        if self.from < self.before {
            (self.from..self.before).contains(&minute)
        } else {
            minute >= self.from || minute < self.before
        }
    }
}

/// From so many minutes ago to so many ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Soon {
    /// Starts within so many minutes from now.
    pub within_minutes: u16,
    /// Or started at most so many ago, and is not over.
    pub started_within_minutes: u16,
}

impl Soon {
    /// Whether one of a meeting's `occurrences`, which are in order and not over
    /// at `now`, starts then.
    pub fn has(self, mut occurrences: impl Iterator<Item = Occurrence>, now: DateTime<Utc>) -> bool {
        let (from, to) = self.window(now);
        occurrences.find(|one| one.start >= from).is_some_and(|one| one.start <= to)
    }

    /// The same by the start of the first occurrence that is not over at `now`;
    /// `None` where a later one may matter.
    pub fn has_next(self, start: DateTime<Utc>, now: DateTime<Utc>) -> Option<bool> {
        let (from, to) = self.window(now);
        (start >= from).then_some(start <= to)
    }

    /// From when to when, both included.
    pub fn window(self, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
        let minutes = |minutes: u16| TimeDelta::minutes(i64::from(minutes));
        (now - minutes(self.started_within_minutes), now + minutes(self.within_minutes))
    }
}

/// A time of day by name; they overlap on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TimeOfDay {
    /// 04:00 to 11:59.
    Morning,
    /// 11:00 to 16:59.
    Midday,
    /// 16:00 to 20:59.
    Evening,
    /// 20:00 to 04:59.
    Night,
}

impl TimeOfDay {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Morning, Self::Midday, Self::Evening, Self::Night];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Morning => "morning",
            Self::Midday => "midday",
            Self::Evening => "evening",
            Self::Night => "night",
        }
    }

    /// The times that it means.
    pub const fn window(self) -> Window {
        let (from, before) = match self {
            Self::Morning => (4, 12),
            Self::Midday => (11, 17),
            Self::Evening => (16, 21),
            Self::Night => (20, 5),
        };
        Window { from: from * 60, before: before * 60 }
    }
}
