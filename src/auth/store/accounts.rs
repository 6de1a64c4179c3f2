//! Accounts of those who sign in with a password, by audience.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{auth::audience::Audience, kernel::AccountId};

/// An account as it is kept.
#[derive(Debug)]
pub(in crate::auth) struct AccountRow {
    pub id: AccountId,
    /// Whom its tokens are for: office or moderator.
    pub audience: Audience,
    pub email: String,
    /// Argon2id, PHC string.
    pub password: String,
    /// Encrypted; there before it is confirmed.
    pub totp_secret: Option<Vec<u8>>,
    pub totp_confirmed: bool,
    pub totp_last_step: Option<i64>,
}

macro_rules! account {
    ($connection:expr, $sql:literal, $($argument:expr),+) => {{
        let row = sqlx::query!($sql, $($argument),+).fetch_optional($connection).await?;
        row.map(|row| {
            let audience = Audience::parse(&row.audience).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
            Ok(AccountRow {
                id: AccountId(row.id),
                audience,
                email: row.email,
                password: row.password,
                totp_secret: row.totp_secret,
                totp_confirmed: row.totp_confirmed,
                totp_last_step: row.totp_last_step,
            })
        })
        .transpose()
    }};
}

pub(in crate::auth) async fn find_account(
    connection: &mut PgConnection,
    id: AccountId,
) -> Result<Option<AccountRow>, sqlx::Error> {
    account!(
        connection,
        "SELECT id, audience, email, password, totp_secret, totp_confirmed, totp_last_step
         FROM office.accounts WHERE id = $1",
        id.0
    )
}

/// The account of an address in an audience, compared without case.
pub(in crate::auth) async fn find_account_by_email(
    connection: &mut PgConnection,
    audience: Audience,
    email_folded: &str,
) -> Result<Option<AccountRow>, sqlx::Error> {
    account!(
        connection,
        "SELECT id, audience, email, password, totp_secret, totp_confirmed, totp_last_step
         FROM office.accounts WHERE audience = $1 AND email_folded = $2",
        audience.as_str(),
        email_folded
    )
}

/// Makes an account; the constraint `accounts_email_key` when there is one.
pub(in crate::auth) async fn insert_account(
    connection: &mut PgConnection,
    (id, audience): (AccountId, Audience),
    (email, email_folded): (&str, &str),
    password: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO office.accounts (id, audience, email, email_folded, password, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        id.0,
        audience.as_str(),
        email,
        email_folded,
        password,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Replaces the password.
pub(in crate::auth) async fn set_password(
    connection: &mut PgConnection,
    id: AccountId,
    password: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE office.accounts SET password = $2 WHERE id = $1", id.0, password).execute(connection).await?;
    Ok(())
}

/// Keeps the same password at a newer cost, unless it was changed meanwhile.
pub(in crate::auth) async fn store_rehash(
    connection: &mut PgConnection,
    id: AccountId,
    before: &str,
    after: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE office.accounts SET password = $3 WHERE id = $1 AND password = $2", id.0, before, after)
        .execute(connection)
        .await?;
    Ok(())
}

/// Replaces the address; the constraint `accounts_email_key` when it is taken.
pub(in crate::auth) async fn set_email(
    connection: &mut PgConnection,
    id: AccountId,
    email: &str,
    email_folded: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE office.accounts SET email = $2, email_folded = $3 WHERE id = $1", id.0, email, email_folded)
        .execute(connection)
        .await?;
    Ok(())
}

/// The password of an account as it is now, which stays so until the
/// transaction ends.
pub(in crate::auth) async fn lock_password(
    connection: &mut PgConnection,
    id: AccountId,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("SELECT password FROM office.accounts WHERE id = $1 FOR UPDATE", id.0)
        .fetch_optional(connection)
        .await
}
