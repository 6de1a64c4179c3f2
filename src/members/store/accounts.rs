//! Accounts.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::kernel::MemberId;

/// An account as it is kept: all of it.
#[derive(Debug)]
pub struct AccountRow {
    /// Its id.
    pub id: Uuid,
    /// Three words.
    pub handle: String,
    /// Monday of the week in which it was made.
    pub made_week: NaiveDate,
    /// Monday of the week in which its tokens were last refreshed.
    pub seen_week: NaiveDate,
    /// Mondays of the weeks in which it was given vouchers for circles.
    pub circle_vouchers: Vec<NaiveDate>,
    /// The same for stories.
    pub story_vouchers: Vec<NaiveDate>,
}

/// An account to be kept.
#[derive(Debug)]
pub(in crate::members) struct NewAccount<'a> {
    pub id: MemberId,
    pub handle: &'a str,
    pub auth_hash: &'a [u8; 32],
    pub week: NaiveDate,
}

pub(in crate::members) async fn insert_account(
    connection: &mut PgConnection,
    new: &NewAccount<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO members.accounts (id, handle, auth_hash, made_week, seen_week) VALUES ($1, $2, $3, $4, $4)",
        new.id.0,
        new.handle,
        &new.auth_hash[..],
        new.week,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The account that a device's key is of.
pub(in crate::members) async fn find_account_by_key(
    connection: &mut PgConnection,
    auth_hash: &[u8; 32],
) -> Result<Option<AccountRow>, sqlx::Error> {
    sqlx::query_as!(
        AccountRow,
        "SELECT id, handle, made_week, seen_week, circle_vouchers, story_vouchers
         FROM members.accounts WHERE auth_hash = $1",
        &auth_hash[..]
    )
    .fetch_optional(connection)
    .await
}

/// Keeps in which week an account was last seen.
pub(in crate::members) async fn note_week(
    connection: &mut PgConnection,
    member: MemberId,
    week: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE members.accounts SET seen_week = $2 WHERE id = $1 AND seen_week < $2", member.0, week)
        .execute(connection)
        .await?;
    Ok(())
}
