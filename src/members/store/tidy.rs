//! Clearing away what is kept long enough.

use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::kernel::Kept;

/// Deletes accounts that nobody uses, with their vaults, and sessions that
/// nobody can use; forgets vouchers that no longer count.
pub(in crate::members) async fn clear_away(connection: &mut PgConnection, today: NaiveDate) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM members.accounts WHERE seen_week < $1", Kept::IdleAccounts.before_week(today))
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM members.sessions WHERE used_week < $1", Kept::MemberSessions.before_week(today))
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "UPDATE members.accounts
         SET circle_vouchers = array(SELECT week FROM unnest(circle_vouchers) week WHERE week >= $1 ORDER BY week),
             story_vouchers = array(SELECT week FROM unnest(story_vouchers) week WHERE week >= $1 ORDER BY week)
         WHERE $1 > ANY(circle_vouchers) OR $1 > ANY(story_vouchers)",
        Kept::VoucherCounts.before_week(today)
    )
    .execute(connection)
    .await?;
    Ok(())
}
