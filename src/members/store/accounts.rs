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

/// The account that a device's key is of, locked: should the key be replaced
/// at the same moment, the session that it begins here is either ended with the
/// others or never begun.
pub(in crate::members) async fn find_account_by_key(
    connection: &mut PgConnection,
    auth_hash: &[u8; 32],
) -> Result<Option<AccountRow>, sqlx::Error> {
    sqlx::query_as!(
        AccountRow,
        "SELECT id, handle, made_week, seen_week, circle_vouchers, story_vouchers
         FROM members.accounts WHERE auth_hash = $1 FOR NO KEY UPDATE",
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

/// Gives an account another handle; whether it was there.
///
/// # Errors
/// `accounts_handle_key` where somebody has that one.
pub(in crate::members) async fn rename_account(
    connection: &mut PgConnection,
    member: MemberId,
    handle: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("UPDATE members.accounts SET handle = $2 WHERE id = $1", member.0, handle)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives an account another key; whether it was there.
///
/// # Errors
/// `accounts_auth_key` where another account has that one.
pub(in crate::members) async fn replace_key(
    connection: &mut PgConnection,
    member: MemberId,
    auth_hash: &[u8; 32],
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!("UPDATE members.accounts SET auth_hash = $2 WHERE id = $1", member.0, &auth_hash[..])
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes an account, and with it its sessions and its vault.
pub(in crate::members) async fn delete_account(
    connection: &mut PgConnection,
    member: MemberId,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM members.accounts WHERE id = $1", member.0).execute(connection).await?;
    Ok(())
}

/// Makes those who change one account take turns; whether it is there.
pub(in crate::members) async fn lock_account(
    connection: &mut PgConnection,
    member: MemberId,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!("SELECT id FROM members.accounts WHERE id = $1 FOR NO KEY UPDATE", member.0)
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}
