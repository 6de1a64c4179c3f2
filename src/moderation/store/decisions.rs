//! The chain of decisions.

use sqlx::PgConnection;

use crate::{
    kernel::ReportId,
    moderation::chain::{Chain, DecisionRow, FIRST},
};

/// Of the lock that those who append hold until their transaction ends.
const CHAIN_LOCK: i64 = 0x6f63_6465_6369;
/// How many rows are looked at in one go.
const STEP: i64 = 1_000;

/// Waits for whoever appends now.
pub(in crate::moderation) async fn lock_chain(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT pg_advisory_xact_lock($1)::text AS "void""#, CHAIN_LOCK)
        .fetch_one(connection)
        .await?;
    Ok(())
}

/// Where the next row goes: its number and the hash of the one before.
pub(in crate::moderation) async fn append(connection: &mut PgConnection) -> Result<(i64, [u8; 32]), sqlx::Error> {
    let last = sqlx::query_as!(DecisionRow, "SELECT * FROM circles.decisions ORDER BY seq DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    Ok(last.map_or((1, FIRST), |last| (last.seq + 1, last.hash())))
}

pub(in crate::moderation) async fn insert_decision(
    connection: &mut PgConnection,
    row: &DecisionRow,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO circles.decisions (seq, id, report_id, on_appeal, decision, reason, moderator_id, decided_on,
                                        changed_since, words, previous)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        row.seq,
        row.id,
        row.report_id,
        row.on_appeal,
        row.decision,
        row.reason,
        row.moderator_id,
        row.decided_on,
        row.changed_since,
        row.words.as_deref(),
        row.previous,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The decisions about a report: the first, then that on appeal.
pub(in crate::moderation) async fn decisions_of(
    connection: &mut PgConnection,
    report: ReportId,
) -> Result<Vec<DecisionRow>, sqlx::Error> {
    sqlx::query_as!(DecisionRow, "SELECT * FROM circles.decisions WHERE report_id = $1 ORDER BY on_appeal", report.0)
        .fetch_all(connection)
        .await
}

/// Walks along the whole chain.
///
/// # Errors
/// When the database cannot be reached.
pub async fn check_chain(connection: &mut PgConnection) -> Result<Chain, sqlx::Error> {
    let (mut chain, mut after) = (Chain::START, i64::MIN);
    loop {
        let rows = sqlx::query_as!(
            DecisionRow,
            "SELECT * FROM circles.decisions WHERE seq > $1 ORDER BY seq LIMIT $2",
            after,
            STEP,
        )
        .fetch_all(&mut *connection)
        .await?;
        let Some(last) = rows.last() else { return Ok(chain) };
        after = last.seq;
        chain = rows.iter().fold(chain, Chain::follow);
    }
}
