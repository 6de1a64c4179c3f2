//! A set of attendance options, a bit each.

use crate::directory::Attendance;

/// A set of attendance options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AttendanceSet(u8);

impl AttendanceSet {
    /// Every option but `inactive`: what is listed where nothing is asked for.
    pub const ACTIVE: Self = Self::of(Attendance::InPerson).with(Attendance::Online).with(Attendance::Hybrid);
    /// Where one can go.
    pub const AT_A_DOOR: Self = Self::of(Attendance::InPerson).with(Attendance::Hybrid);

    /// One option alone.
    pub const fn of(attendance: Attendance) -> Self {
        Self(match attendance {
            Attendance::InPerson => 1,
            Attendance::Online => 2,
            Attendance::Hybrid => 4,
            Attendance::Inactive => 8,
        })
    }

    /// The set with one more option.
    pub const fn with(self, attendance: Attendance) -> Self {
        Self(self.0 | Self::of(attendance).0)
    }

    /// Whether an option is in it.
    pub const fn has(self, attendance: Attendance) -> bool {
        self.0 & Self::of(attendance).0 != 0
    }

    /// The set as bits.
    pub const fn bits(self) -> u8 {
        self.0
    }
}
