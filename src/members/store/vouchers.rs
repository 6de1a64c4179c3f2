//! Counts of vouchers.

use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::kernel::MemberId;

/// Mondays of the weeks in which an account was given vouchers.
#[derive(Debug)]
pub(in crate::members) struct Vouchers {
    pub circle_vouchers: Vec<NaiveDate>,
    pub story_vouchers: Vec<NaiveDate>,
}

/// The counts of an account, locked: two requests at once take turns.
pub(in crate::members) async fn lock_vouchers(
    connection: &mut PgConnection,
    member: MemberId,
) -> Result<Option<Vouchers>, sqlx::Error> {
    sqlx::query_as!(
        Vouchers,
        "SELECT circle_vouchers, story_vouchers FROM members.accounts WHERE id = $1 FOR NO KEY UPDATE",
        member.0
    )
    .fetch_optional(connection)
    .await
}

/// Keeps the counts of an account.
pub(in crate::members) async fn keep_vouchers(
    connection: &mut PgConnection,
    member: MemberId,
    vouchers: &Vouchers,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE members.accounts SET circle_vouchers = $2, story_vouchers = $3 WHERE id = $1",
        member.0,
        &vouchers.circle_vouchers,
        &vouchers.story_vouchers,
    )
    .execute(connection)
    .await?;
    Ok(())
}
