//! Clearing away what was kept for as long as the table says. Circles and keys
//! may lie in two databases, and no transaction is over both: passes go first,
//! and a key that is left behind goes the next time.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::store;
use crate::kernel::Kept;

/// Clears away in circles. Safe to repeat, and on several nodes at once.
///
/// # Errors
/// When a database cannot be reached.
pub async fn tidy(circles: &PgPool, keys: &PgPool, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let today = now.date_naive();
    let mut transaction = circles.begin().await?;
    store::erase_old_words(&mut transaction, today).await?;
    let gone = store::delete_old_passes(&mut transaction, today).await?;
    store::delete_spent(&mut transaction, today, good_since(today)).await?;
    store::delete_empty_circles(&mut transaction).await?;
    transaction.commit().await?;
    store::delete_keys(&mut *keys.acquire().await?, &gone).await
}

/// Clears away keys whose pass or report is no more, or never came to be.
///
/// # Errors
/// When a database cannot be reached.
pub async fn tidy_keys(circles: &PgPool, keys: &PgPool, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let since = Kept::OrphanKeys.before_week(now.date_naive());
    let mut last = Uuid::nil();
    loop {
        // Keys before owners: whoever comes in between has a key that is not old.
        let old = store::list_old_keys(&mut *keys.acquire().await?, since, last).await?;
        let Some(end) = old.last() else { return Ok(()) };
        last = *end;
        let owners = store::owners_among(&mut *circles.acquire().await?, &old).await?;
        let orphans: Vec<Uuid> = old.into_iter().filter(|id| !owners.contains(id)).collect();
        store::delete_keys(&mut *keys.acquire().await?, &orphans).await?;
    }
}

/// The first month whose vouchers are still good: they are in their month and
/// the next.
fn good_since(today: NaiveDate) -> NaiveDate {
    let month = today.with_day(1).unwrap_or(today);
    month.checked_sub_months(Months::new(1)).unwrap_or(month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vouchers_are_kept_until_they_would_have_run_out() {
        let day = |month, day| NaiveDate::from_ymd_opt(2027, month, day).unwrap();
        assert_eq!(good_since(day(2, 28)), day(1, 1));
        assert_eq!(good_since(day(3, 1)), day(2, 1));
        assert_eq!(good_since(day(1, 31)), NaiveDate::from_ymd_opt(2026, 12, 1).unwrap());
    }
}
