//! Rules of accounts.

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::{
    auth::Audience,
    kernel::{CivilDay, IsoWeek},
};

/// The Monday of the week that it is.
pub(super) fn this_week(now: DateTime<Utc>) -> NaiveDate {
    IsoWeek::of(CivilDay::of_utc(now)).monday().date()
}

/// The earliest week in which a session may have been used last and still be
/// good. Only the week is known, so its last day counts.
pub(super) fn idle_since(now: DateTime<Utc>) -> NaiveDate {
    let idle = Audience::Member.refresh_idle().num_days().unsigned_abs() + 6;
    now.date_naive().checked_sub_days(Days::new(idle)).unwrap_or(NaiveDate::MIN)
}
