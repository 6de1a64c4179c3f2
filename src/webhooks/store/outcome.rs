//! What became of a try, for the delivery and for its webhook. The webhook is
//! held first: so nobody waits for somebody who waits for them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Due;
use crate::{
    kernel::{IntergroupId, WebhookId},
    webhooks::{model::DeliveryState, schedule::Attempt},
};

/// Holds a webhook until the transaction ends; since when nothing could be
/// delivered to it, where that is so, and nothing where it is gone.
pub(in crate::webhooks) async fn hold(
    connection: &mut PgConnection,
    webhook: WebhookId,
) -> Result<Option<Option<DateTime<Utc>>>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT CASE WHEN state = 'failing' THEN state_since END AS since FROM directory.webhooks
         WHERE id = $1 FOR NO KEY UPDATE",
        webhook.0,
    )
    .fetch_optional(connection)
    .await
}

/// Keeps what became of a delivery, unless somebody else has it by now; whether
/// it was kept.
pub(in crate::webhooks) async fn finish(
    connection: &mut PgConnection,
    due: &Due,
    attempt: &Attempt,
    (state, due_at): (DeliveryState, DateTime<Utc>),
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE directory.webhook_deliveries
         SET state = $3, due_at = $4, leased_until = NULL, took_ms = $5, status = $6, error = $7, answer = $8
         WHERE id = $1 AND lease = $2 AND state = 'waiting'",
        due.id,
        due.lease,
        state.as_str(),
        due_at,
        i32::try_from(attempt.took.as_millis()).unwrap_or(i32::MAX),
        attempt.status.and_then(|status| i16::try_from(status).ok()),
        attempt.error,
        attempt.answer,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A webhook that failed is well again.
pub(in crate::webhooks) async fn note_delivered(
    connection: &mut PgConnection,
    webhook: WebhookId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.webhooks SET state = 'ok', state_since = $2, state_reason = NULL, resting_until = NULL
         WHERE id = $1 AND state = 'failing'",
        webhook.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A webhook fails; since when stays as it is where it did already.
pub(in crate::webhooks) async fn note_failing(
    connection: &mut PgConnection,
    webhook: WebhookId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.webhooks
         SET state = 'failing', state_since = CASE WHEN state = 'ok' THEN $3 ELSE state_since END, state_reason = left($2, 500)
         WHERE id = $1 AND state <> 'disabled'",
        webhook.0,
        reason,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Nothing is sent there until then.
pub(in crate::webhooks) async fn rest(
    connection: &mut PgConnection,
    webhook: WebhookId,
    until: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE directory.webhooks SET resting_until = $2 WHERE id = $1", webhook.0, until)
        .execute(connection)
        .await?;
    Ok(())
}

/// Nothing is sent there any more; whose webhook that was, where it is new.
pub(in crate::webhooks) async fn switch_off(
    connection: &mut PgConnection,
    webhook: WebhookId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Option<IntergroupId>, sqlx::Error> {
    let office = sqlx::query_scalar!(
        "UPDATE directory.webhooks SET state = 'disabled', state_since = $3, state_reason = left($2, 500)
         WHERE id = $1 AND state <> 'disabled' RETURNING intergroup_id",
        webhook.0,
        reason,
        now,
    )
    .fetch_optional(connection)
    .await?;
    Ok(office.map(IntergroupId))
}
