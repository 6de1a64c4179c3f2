//! Answers to writes that carried an `Idempotency-Key`.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// How long an answer is kept.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);
/// After so long whoever was at it is taken to be no more. One that is all the
/// same finds its claim gone when it would keep its answer, and writes nothing.
const ABANDONED_AFTER: TimeDelta = TimeDelta::seconds(15);

/// Whose request it is, and which.
#[derive(Debug, Clone)]
pub(in crate::offices) struct Kept {
    pub caller: Uuid,
    pub operation: String,
    pub key_hash: [u8; 32],
    pub request_hash: [u8; 32],
    /// Who is at it.
    pub claim: Uuid,
}

/// What was found.
#[derive(Debug)]
pub(in crate::offices) enum Claimed {
    /// It is ours to do.
    Ours,
    /// Somebody is at it, and gives it up or has done it within so many seconds.
    InFlight { within_s: u32 },
    /// The key was used for another request.
    Mismatch,
    /// It was done, and this was answered.
    Done { status: u16, headers: Value, body: Vec<u8> },
}

/// Claims a request, or finds what became of it. Commit before going on, so
/// that others see the claim and do not wait for it.
pub(in crate::offices) async fn claim(
    connection: &mut PgConnection,
    kept: &Kept,
    now: DateTime<Utc>,
) -> Result<Claimed, sqlx::Error> {
    let taken = sqlx::query!(
        "INSERT INTO office.idempotency AS i (caller, operation, key_hash, request_hash, claim, claimed_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (caller, operation, key_hash) DO UPDATE
             SET claim = excluded.claim, claimed_at = excluded.claimed_at, request_hash = excluded.request_hash,
                 status = NULL, headers = NULL, body = NULL
             WHERE i.claimed_at < $7 OR (i.status IS NULL AND i.claimed_at < $8)",
        kept.caller,
        kept.operation,
        kept.key_hash.as_slice(),
        kept.request_hash.as_slice(),
        kept.claim,
        now,
        now - KEPT_FOR,
        now - ABANDONED_AFTER,
    )
    .execute(&mut *connection)
    .await?;
    if taken.rows_affected() == 1 {
        return Ok(Claimed::Ours);
    }
    let row = sqlx::query!(
        "SELECT request_hash, claimed_at, status, headers, body FROM office.idempotency
         WHERE caller = $1 AND operation = $2 AND key_hash = $3",
        kept.caller,
        kept.operation,
        kept.key_hash.as_slice(),
    )
    .fetch_optional(connection)
    .await?;
    // Released between the two: whoever asks again finds it free.
    let Some(row) = row else { return Ok(Claimed::InFlight { within_s: 1 }) };
    if row.request_hash != kept.request_hash {
        return Ok(Claimed::Mismatch);
    }
    Ok(match (row.status, row.body) {
        (Some(status), Some(body)) => Claimed::Done {
            status: u16::try_from(status).unwrap_or(500),
            headers: row.headers.unwrap_or_default(),
            body,
        },
        _ => {
            let left = (row.claimed_at + ABANDONED_AFTER - now).num_seconds();
            // Most are done at once; one that is not may have died.
            let young = now - row.claimed_at < TimeDelta::seconds(2);
            Claimed::InFlight { within_s: if young { 1 } else { u32::try_from(left).unwrap_or(1).max(1) } }
        }
    })
}

/// Keeps the answer, in the transaction that writes. False where the claim was
/// lost: then nothing may be written.
pub(in crate::offices) async fn keep(
    connection: &mut PgConnection,
    kept: &Kept,
    status: u16,
    headers: Value,
    body: &[u8],
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE office.idempotency SET status = $5, headers = $6, body = $7
         WHERE caller = $1 AND operation = $2 AND key_hash = $3 AND claim = $4",
        kept.caller,
        kept.operation,
        kept.key_hash.as_slice(),
        kept.claim,
        i16::try_from(status).unwrap_or(500),
        headers,
        body,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a claim back of which nothing came.
pub(in crate::offices) async fn release(connection: &mut PgConnection, kept: &Kept) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM office.idempotency
         WHERE caller = $1 AND operation = $2 AND key_hash = $3 AND claim = $4 AND status IS NULL",
        kept.caller,
        kept.operation,
        kept.key_hash.as_slice(),
        kept.claim,
    )
    .execute(connection)
    .await?;
    Ok(())
}
