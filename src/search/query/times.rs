//! Times of day that a search asks for. All compare a start's local minute.

use crate::kernel::LocalTime;

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
