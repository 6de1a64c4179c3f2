//! Sessions: families of refresh tokens.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    auth::audience::Audience,
    kernel::{AccountId, SessionId},
};

/// A session to be kept.
#[derive(Debug)]
pub(in crate::auth) struct NewSession {
    pub id: SessionId,
    pub account_id: AccountId,
    pub hash_next: [u8; 32],
    pub stepped_up_until: DateTime<Utc>,
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// A session as it is kept.
#[derive(Debug)]
pub(in crate::auth) struct SessionRow {
    pub account_id: AccountId,
    pub generation_used: Option<u32>,
    pub hash_used: Option<[u8; 32]>,
    pub hash_next: [u8; 32],
    pub used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub ended: bool,
}

pub(in crate::auth) async fn insert_session(
    connection: &mut PgConnection,
    new: &NewSession,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO office.sessions (id, account_id, hash_next, stepped_up_until, created_at, used_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $5, $6)",
        new.id.0,
        new.account_id.0,
        new.hash_next.as_slice(),
        new.stepped_up_until,
        new.now,
        new.expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A session of an account of that audience, locked: refreshes of one take turns.
pub(in crate::auth) async fn lock_session(
    connection: &mut PgConnection,
    id: SessionId,
    audience: Audience,
) -> Result<Option<SessionRow>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT s.account_id, s.generation_used, s.hash_used, s.hash_next, s.used_at, s.expires_at,
                  s.ended_at IS NOT NULL AS "ended!"
           FROM office.sessions s JOIN office.accounts a ON a.id = s.account_id
           WHERE s.id = $1 AND a.audience = $2 FOR UPDATE OF s"#,
        id.0,
        audience.as_str(),
    )
    .fetch_optional(connection)
    .await?;
    let hash = |bytes: Vec<u8>| {
        <[u8; 32]>::try_from(bytes).map_err(|_| sqlx::Error::Decode("a hash of another length".into()))
    };
    row.map(|row| {
        Ok(SessionRow {
            account_id: AccountId(row.account_id),
            generation_used: row.generation_used.and_then(|generation| u32::try_from(generation).ok()),
            hash_used: row.hash_used.map(hash).transpose()?,
            hash_next: hash(row.hash_next)?,
            used_at: row.used_at,
            expires_at: row.expires_at,
            ended: row.ended,
        })
    })
    .transpose()
}

/// Keeps that a refresh token was used, and what comes after it.
pub(in crate::auth) async fn advance_session(
    connection: &mut PgConnection,
    id: SessionId,
    generation: u32,
    hash_used: &[u8; 32],
    hash_next: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE office.sessions SET generation_used = $2, hash_used = $3, hash_next = $4, used_at = $5 WHERE id = $1",
        id.0,
        i32::try_from(generation).unwrap_or(i32::MAX),
        hash_used.as_slice(),
        hash_next.as_slice(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends one session.
pub(in crate::auth) async fn end_session(
    connection: &mut PgConnection,
    id: SessionId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE office.sessions SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", id.0, now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends all sessions of an account, but for one where that is to stay.
pub(in crate::auth) async fn end_sessions(
    connection: &mut PgConnection,
    account: AccountId,
    but: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE office.sessions SET ended_at = $3
         WHERE account_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $2",
        account.0,
        but.map(|id| id.0),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets the password count as given just now.
pub(in crate::auth) async fn step_up(
    connection: &mut PgConnection,
    id: SessionId,
    until: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE office.sessions SET stepped_up_until = $2 WHERE id = $1", id.0, until)
        .execute(connection)
        .await?;
    Ok(())
}
