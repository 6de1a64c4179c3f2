//! Failed sign-ins by a keyed hash of whom they were of; there need be no such
//! account.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::auth::delay::Delay;

/// How long a failure counts.
pub(in crate::auth) const REMEMBERED: TimeDelta = TimeDelta::hours(24);

/// Counts an attempt before it is made, so that a hundred at once are a
/// hundred. Refused while it has to wait: then nothing is counted and the
/// seconds to wait are returned.
pub(in crate::auth) async fn count_attempt(
    connection: &mut PgConnection,
    subject: &[u8; 32],
    delay: Delay,
    now: DateTime<Utc>,
) -> Result<Option<u32>, sqlx::Error> {
    // Made where it is missing and locked in one: between two statements
    // somebody who gets in might delete it.
    let row = sqlx::query!(
        "INSERT INTO office.failures AS f (subject, failures, last_at) VALUES ($1, 0, $2)
         ON CONFLICT (subject) DO UPDATE SET failures = f.failures RETURNING failures, last_at",
        subject.as_slice(),
        now,
    )
    .fetch_one(&mut *connection)
    .await?;
    let recent = now - row.last_at < REMEMBERED;
    let failures = if recent { u32::try_from(row.failures).unwrap_or(u32::MAX) } else { 0 };
    if let Some(wait_s) = delay.retry_after_s(failures, row.last_at, now) {
        return Ok(Some(wait_s));
    }
    sqlx::query!(
        "UPDATE office.failures SET failures = $2, last_at = $3 WHERE subject = $1",
        subject.as_slice(),
        i32::try_from(failures.saturating_add(1)).unwrap_or(i32::MAX),
        now,
    )
    .execute(connection)
    .await?;
    Ok(None)
}

/// Forgets the failures of somebody who got in.
pub(in crate::auth) async fn clear_failures(
    connection: &mut PgConnection,
    subject: &[u8; 32],
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM office.failures WHERE subject = $1", subject.as_slice()).execute(connection).await?;
    Ok(())
}
