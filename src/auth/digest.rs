//! Who wants a letter a week, and when it is due: on Monday mornings, as the
//! clocks of their office show them.
//!
//! The row of the account is the queue. Whoever moves its time on tells of the
//! week, in the same transaction; so of two nodes one does.

use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{
    account::Account,
    caller::AccountCaller,
    service::Auth,
    store::{self, DigestOffice},
};
use crate::{
    db::{self, Scope},
    http::ApiError,
    kernel::{AccountId, ZoneClock},
};

/// The hour of a Monday at which it is due.
const HOUR: u32 = 8;
/// Two letters have more than so much between them, also where the first was
/// late.
const APART: TimeDelta = TimeDelta::days(3);

/// Whose week is to be told.
#[derive(Debug)]
pub struct DueDigest {
    /// Who wants it.
    pub account_id: AccountId,
    /// Of which offices, the account's first one first.
    pub offices: Vec<DigestOffice>,
}

impl Auth {
    /// Says whether an account wants a letter a week; the account as it is then.
    pub(super) async fn set_preferences(
        &self,
        caller: &AccountCaller,
        weekly_digest: bool,
    ) -> Result<Account, ApiError> {
        let mut transaction = db::begin(&self.pool, Scope::Operator).await?;
        let first = if weekly_digest {
            let offices = store::digest_offices(&mut transaction, caller.id).await?;
            Some(next_monday(zone_of(&offices), self.clock.now()))
        } else {
            None
        };
        store::set_digest(&mut transaction, caller.id, first).await?;
        transaction.commit().await?;
        self.account(caller).await
    }
}

/// Takes an account whose week is to be told, in the transaction that tells it,
/// in the scope of the operator; `None` where there is none that nobody else is
/// at.
///
/// # Errors
/// When the database cannot be reached.
pub async fn claim_digest(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<DueDigest>, sqlx::Error> {
    let Some((account_id, due_at)) = store::find_due_digest(connection, now).await? else { return Ok(None) };
    let offices = store::digest_offices(connection, account_id).await?;
    let next = next_monday(zone_of(&offices), now + APART);
    let moved = store::move_digest(connection, account_id, (due_at, next)).await?;
    Ok(moved.then_some(DueDigest { account_id, offices }))
}

/// The zone of an account's first office.
fn zone_of(offices: &[DigestOffice]) -> Tz {
    offices.first().and_then(|office| office.timezone.parse().ok()).unwrap_or(Tz::UTC)
}

/// The next Monday morning after an instant.
fn next_monday(zone: Tz, after: DateTime<Utc>) -> DateTime<Utc> {
    let clock = ZoneClock::of(zone);
    let morning = NaiveTime::from_hms_opt(HOUR, 0, 0).unwrap_or_default();
    let today = clock.date(after).unwrap_or(after.date_naive());
    let mondays = (0..8).filter_map(|ahead| today.checked_add_days(Days::new(ahead)));
    let mornings = mondays.filter(|day| day.weekday() == Weekday::Mon).filter_map(|day| clock.instant(day, morning));
    mornings.filter(|at| *at > after).min().unwrap_or(after + TimeDelta::weeks(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_is_told_on_monday_at_eight_by_the_offices_clocks() {
        let chicago = chrono_tz::America::Chicago;
        for (zone, after, expected) in [
            (chicago, "2026-05-04T17:00:00Z", "2026-05-11T13:00:00Z"),
            (chicago, "2026-05-11T12:59:59Z", "2026-05-11T13:00:00Z"),
            (chicago, "2026-05-11T13:00:00Z", "2026-05-18T13:00:00Z"),
            // Winter time by then; Sunday there while it is Monday in Greenwich.
            (chicago, "2026-11-02T01:00:00Z", "2026-11-02T14:00:00Z"),
            (chrono_tz::Pacific::Auckland, "2026-05-04T17:00:00Z", "2026-05-10T20:00:00Z"),
        ] {
            assert_eq!(next_monday(zone, at(after)), at(expected), "{after}");
        }
    }

    #[test]
    fn two_letters_are_never_close_together() {
        let monday = at("2026-05-11T08:00:00Z");
        for late in 0..14 * 24 {
            let sent = monday + TimeDelta::hours(late);
            let between = next_monday(Tz::UTC, sent + APART) - sent;
            assert!(between > APART && between <= TimeDelta::days(10), "{late}: {between}");
        }
        assert_eq!(next_monday(Tz::UTC, monday + APART), monday + TimeDelta::weeks(1));
    }
}
