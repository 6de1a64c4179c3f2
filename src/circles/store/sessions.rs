//! Sessions of passes.

use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::{
    auth::QuietSession,
    circles::model::{Pass, PassKind, Stewards},
    kernel::{CircleId, PassId, SessionId},
};

pub(in crate::circles) async fn insert_session(
    connection: &mut PgConnection,
    (id, pass): (SessionId, PassId),
    state: &QuietSession,
    week: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO circles.sessions (id, pass_id, generation, hash_used, hash_next, used_week)
         VALUES ($1, $2, $3, $4, $5, $6)",
        id.0,
        pass.0,
        state.generation,
        &state.hash_used[..],
        &state.hash_next[..],
        week,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The pass of a session that still lives: since `idle_since`. Where none of
/// `stewards` looks after its circle, it does, as all do.
pub(in crate::circles) async fn enter_session(
    connection: &mut PgConnection,
    (id, pass): (SessionId, PassId),
    (idle_since, stewards): (NaiveDate, Stewards),
) -> Result<Option<Pass>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT p.kind, p.circle_id, p.alias, p.ask_me_on, p.ask_about, p.suspended_until, p.removed_on,
                  p.steward OR NOT EXISTS (SELECT FROM circles.passes o
                                           WHERE o.circle_id = p.circle_id AND o.steward AND o.removed_on IS NULL
                                             AND o.seen_week >= $4
                                             AND (o.suspended_until IS NULL OR o.suspended_until < $5)) AS "steward!"
           FROM circles.sessions s JOIN circles.passes p ON p.id = s.pass_id
           WHERE s.id = $1 AND s.pass_id = $2 AND s.used_week >= $3"#,
        id.0,
        pass.0,
        idle_since,
        stewards.since,
        stewards.today,
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let kind = PassKind::parse(&row.kind).ok_or_else(|| sqlx::Error::Decode("an unknown kind of pass".into()))?;
        Ok(Pass {
            id: pass,
            session: id,
            kind,
            circle_id: row.circle_id.map(CircleId),
            alias: row.alias,
            steward: row.steward && kind == PassKind::Circle,
            ask_me_on: row.ask_me_on,
            ask_about: row.ask_about,
            suspended_until: row.suspended_until,
            removed_on: row.removed_on,
        })
    })
    .transpose()
}

/// A session that still lives and whose it is, locked: refreshes of one take
/// turns. Where it is the first of a new `week` its pass, which will be told so,
/// is locked before it: whoever ends the pass takes the two in that order.
pub(in crate::circles) async fn lock_session(
    connection: &mut PgConnection,
    id: SessionId,
    (idle_since, week): (NaiveDate, NaiveDate),
) -> Result<Option<(PassId, QuietSession)>, sqlx::Error> {
    sqlx::query!(
        "SELECT w.id FROM circles.passes w WHERE w.seen_week < $2
         AND w.id = (SELECT pass_id FROM circles.sessions WHERE id = $1) FOR NO KEY UPDATE",
        id.0,
        week,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let row = sqlx::query!(
        "SELECT pass_id, generation, hash_used, hash_next FROM circles.sessions
         WHERE id = $1 AND used_week >= $2 FOR UPDATE",
        id.0,
        idle_since,
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let state = QuietSession::of_row(row.generation, &row.hash_used, &row.hash_next);
        Ok((PassId(row.pass_id), state.ok_or_else(|| sqlx::Error::Decode("a hash of another length".into()))?))
    })
    .transpose()
}

/// Keeps that a refresh token was used, and what comes after it.
pub(in crate::circles) async fn advance_session(
    connection: &mut PgConnection,
    id: SessionId,
    state: &QuietSession,
    week: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE circles.sessions SET generation = $2, hash_used = $3, hash_next = $4, used_week = $5 WHERE id = $1",
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
pub(in crate::circles) async fn end_session(connection: &mut PgConnection, id: SessionId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM circles.sessions WHERE id = $1", id.0).execute(connection).await?;
    Ok(())
}

/// Ends all sessions of a pass, but for one where that is to stay.
pub(in crate::circles) async fn end_sessions(
    connection: &mut PgConnection,
    pass: PassId,
    but: Option<SessionId>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM circles.sessions WHERE pass_id = $1 AND id IS DISTINCT FROM $2",
        pass.0,
        but.map(|id| id.0)
    )
    .execute(connection)
    .await?;
    Ok(())
}
