//! Sessions of accounts.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::AccountRow;
use crate::{
    auth::QuietSession,
    kernel::{MemberId, SessionId},
};

pub(in crate::members) async fn insert_session(
    connection: &mut PgConnection,
    (id, member): (SessionId, MemberId),
    state: &QuietSession,
    week: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO members.sessions (id, account_id, generation, hash_used, hash_next, used_week)
         VALUES ($1, $2, $3, $4, $5, $6)",
        id.0,
        member.0,
        state.generation,
        &state.hash_used[..],
        &state.hash_next[..],
        week,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The account of a session that still lives.
pub(in crate::members) async fn enter_session(
    connection: &mut PgConnection,
    (id, member): (SessionId, MemberId),
    idle_since: NaiveDate,
) -> Result<Option<AccountRow>, sqlx::Error> {
    sqlx::query_as!(
        AccountRow,
        "SELECT a.id, a.handle, a.made_week, a.seen_week, a.circle_vouchers, a.story_vouchers
         FROM members.sessions s JOIN members.accounts a ON a.id = s.account_id
         WHERE s.id = $1 AND s.account_id = $2 AND s.used_week >= $3",
        id.0,
        member.0,
        idle_since,
    )
    .fetch_optional(connection)
    .await
}

/// A session that still lives and whose it is, locked: refreshes of one take
/// turns. Where it is the first of a new `week` its account, which will be told so,
/// is locked before it: whoever ends the account takes the two in that order.
pub(in crate::members) async fn lock_session(
    connection: &mut PgConnection,
    id: SessionId,
    (idle_since, week): (NaiveDate, NaiveDate),
) -> Result<Option<(MemberId, QuietSession)>, sqlx::Error> {
    sqlx::query!(
        "SELECT w.id FROM members.accounts w WHERE w.seen_week < $2
         AND w.id = (SELECT account_id FROM members.sessions WHERE id = $1) FOR NO KEY UPDATE",
        id.0,
        week,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let row = sqlx::query!(
        "SELECT account_id, generation, hash_used, hash_next FROM members.sessions
         WHERE id = $1 AND used_week >= $2 FOR UPDATE",
        id.0,
        idle_since,
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let state = QuietSession::of_row(row.generation, &row.hash_used, &row.hash_next);
        Ok((MemberId(row.account_id), state.ok_or_else(|| sqlx::Error::Decode("a hash of another length".into()))?))
    })
    .transpose()
}

/// Keeps that a refresh token was used, and what comes after it.
pub(in crate::members) async fn advance_session(
    connection: &mut PgConnection,
    id: SessionId,
    state: &QuietSession,
    week: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE members.sessions SET generation = $2, hash_used = $3, hash_next = $4, used_week = $5 WHERE id = $1",
        id.0,
        state.generation,
        &state.hash_used[..],
        &state.hash_next[..],
        week,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends one session.
pub(in crate::members) async fn end_session(connection: &mut PgConnection, id: SessionId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM members.sessions WHERE id = $1", id.0).execute(connection).await?;
    Ok(())
}

/// Ends all sessions of an account, but for one where that is to stay.
pub(in crate::members) async fn end_sessions(
    connection: &mut PgConnection,
    member: MemberId,
    but: Option<SessionId>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM members.sessions WHERE account_id = $1 AND id IS DISTINCT FROM $2",
        member.0,
        but.map(|id| id.0)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A session as it is kept: all of it.
#[derive(Debug)]
pub struct SessionRow {
    /// Its id.
    pub id: Uuid,
    /// Counted from a random number.
    pub generation: i32,
    /// SHA-256 of the refresh token that was used last.
    pub hash_used: Vec<u8>,
    /// SHA-256 of the one that is due.
    pub hash_next: Vec<u8>,
    /// Monday of the week in which it was refreshed last.
    pub used_week: NaiveDate,
}

/// The sessions of an account, by their random ids.
pub(in crate::members) async fn list_sessions(
    connection: &mut PgConnection,
    member: MemberId,
) -> Result<Vec<SessionRow>, sqlx::Error> {
    sqlx::query_as!(
        SessionRow,
        "SELECT id, generation, hash_used, hash_next, used_week
         FROM members.sessions WHERE account_id = $1 ORDER BY id",
        member.0
    )
    .fetch_all(connection)
    .await
}
