//! Passes and their rights.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::Audience,
    http::{ApiError, ErrorCode},
    kernel::{CircleId, CivilDay, IsoWeek, Kept, PassId, SessionId},
};

/// The present agreement of peers, which everybody accepts before they come in.
pub const AGREEMENT_VERSION: u32 = 1;

/// How long a circle's stewards may be away before all look after it.
const STEWARDS_IDLE_DAYS: u64 = 60;

/// What a pass is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PassKind {
    /// A place in a circle.
    Circle,
    /// Having written a story.
    Author,
}

impl PassKind {
    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Circle => "circle",
            Self::Author => "author",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        [Self::Circle, Self::Author].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What an operation asks of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// To be there; a suspended one may.
    Reads,
    /// To be there and not suspended.
    Writes,
    /// To be there and not suspended, and to look after the circle.
    Stewards,
    /// To have been there: also for 30 days after a removal.
    Exports,
}

/// A pass as of this request.
#[derive(Debug, Clone)]
pub struct Pass {
    /// Its id.
    pub id: PassId,
    /// The device.
    pub session: SessionId,
    /// What it is for.
    pub kind: PassKind,
    /// Its circle; an author has none.
    pub circle_id: Option<CircleId>,
    /// What peers see.
    pub alias: String,
    /// Whether it looks after the circle: as a steward, or because no steward
    /// is left who was there lately.
    pub steward: bool,
    /// Day of the week, 0 Sunday, on which it wants to be asked.
    pub ask_me_on: Option<i16>,
    /// About what: `goal` or `day`.
    pub ask_about: Option<String>,
    /// Until when, inclusive, it may not write.
    pub suspended_until: Option<NaiveDate>,
    /// Since when it is removed.
    pub removed_on: Option<NaiveDate>,
}

impl Pass {
    /// Whether it may do what asks for `asks`.
    ///
    /// # Errors
    /// `session_ended`, `pass_removed`, `suspended` or `forbidden`.
    pub fn may(&self, asks: Asks, now: DateTime<Utc>) -> Result<(), ApiError> {
        let today = now.date_naive();
        if let Some(removed_on) = self.removed_on {
            let exports = asks == Asks::Exports && removed_on >= Kept::RemovedPasses.before(today);
            return if exports { Ok(()) } else { Err(ApiError::new(ErrorCode::PassRemoved)) };
        }
        let writes = matches!(asks, Asks::Writes | Asks::Stewards);
        if writes && self.suspended_until.is_some_and(|until| today <= until) {
            return Err(ApiError::new(ErrorCode::Suspended));
        }
        if asks == Asks::Stewards && !self.steward {
            return Err(ApiError::new(ErrorCode::Forbidden).with_detail("Only a steward of the circle may do this."));
        }
        Ok(())
    }

    /// Its circle.
    ///
    /// # Errors
    /// `forbidden` for an author, who is in none.
    pub fn circle(&self) -> Result<CircleId, ApiError> {
        let none = || ApiError::new(ErrorCode::Forbidden).with_detail("An author's pass is in no circle.");
        self.circle_id.ok_or_else(none)
    }
}

/// The Monday of the week that it is.
pub fn this_week(now: DateTime<Utc>) -> NaiveDate {
    IsoWeek::of(CivilDay::of_utc(now)).monday().date()
}

/// The earliest week in which a session may have been used last and still be
/// good. Only the week is known, so its last day counts.
pub(super) fn idle_since(now: DateTime<Utc>) -> NaiveDate {
    let idle = Audience::Circle.refresh_idle().num_days().unsigned_abs() + 6;
    now.date_naive().checked_sub_days(Days::new(idle)).unwrap_or(NaiveDate::MIN)
}

/// Which stewards look after their circles today.
pub(super) fn stewards_since(now: DateTime<Utc>) -> Stewards {
    let today = now.date_naive();
    let since = today.checked_sub_days(Days::new(STEWARDS_IDLE_DAYS + 6)).unwrap_or(NaiveDate::MIN);
    Stewards { since, today }
}

/// Which stewards still look after their circle: those who were there since
/// that week, and are not suspended today.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stewards {
    pub since: NaiveDate,
    pub today: NaiveDate,
}
