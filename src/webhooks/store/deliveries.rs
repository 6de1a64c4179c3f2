//! The log of what was told.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    kernel::{DeliveryId, IntergroupId, WebhookId},
    webhooks::model::{DeliveryState, LastAttempt, StoredDelivery},
};

/// A row, as it comes.
struct Row {
    id: Uuid,
    position: i64,
    webhook_id: Uuid,
    intergroup_id: Uuid,
    event_id: Uuid,
    kind: String,
    occurred_at: DateTime<Utc>,
    data: Value,
    state: String,
    under_way: bool,
    webhook_disabled: bool,
    due_at: DateTime<Utc>,
    attempts: i16,
    tried_at: Option<DateTime<Utc>>,
    took_ms: Option<i32>,
    status: Option<i16>,
    error: Option<String>,
    answer: Option<String>,
}

impl From<Row> for StoredDelivery {
    fn from(row: Row) -> Self {
        let (status, error, answer) = (row.status, row.error, row.answer);
        let last = row.tried_at.map(|at| LastAttempt { at, took_ms: row.took_ms.unwrap_or(0), status, error, answer });
        Self {
            id: DeliveryId(row.id),
            position: row.position,
            webhook_id: WebhookId(row.webhook_id),
            intergroup_id: IntergroupId(row.intergroup_id),
            event_id: row.event_id,
            event: row.kind,
            occurred_at: row.occurred_at,
            data: row.data,
            state: DeliveryState::of(&row.state).unwrap_or(DeliveryState::Waiting),
            under_way: row.under_way,
            webhook_disabled: row.webhook_disabled,
            due_at: row.due_at,
            attempts: row.attempts,
            last,
        }
    }
}

/// Which deliveries of a webhook are asked for.
#[derive(Debug, Clone, Copy)]
pub(in crate::webhooks) struct DeliveryFilter {
    pub state: Option<DeliveryState>,
    /// The place of the last of the page before.
    pub before: Option<i64>,
    pub limit: u16,
}

/// The delivery of an id.
pub(in crate::webhooks) async fn find_delivery(
    connection: &mut PgConnection,
    id: DeliveryId,
) -> Result<Option<StoredDelivery>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT d.id, d.position, d.webhook_id, d.intergroup_id, d.event_id, d.type AS kind, d.occurred_at, d.data,
               d.state, d.due_at, d.attempts, d.tried_at, d.took_ms, d.status, d.error, d.answer,
               d.leased_until IS NOT NULL AS "under_way!", w.state = 'disabled' AS "webhook_disabled!"
           FROM directory.webhook_deliveries d JOIN directory.webhooks w ON w.id = d.webhook_id
           WHERE d.id = $1"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Into::into))
}

/// A webhook's deliveries, the latest first.
pub(in crate::webhooks) async fn list_deliveries(
    connection: &mut PgConnection,
    webhook: WebhookId,
    filter: DeliveryFilter,
) -> Result<Vec<StoredDelivery>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT d.id, d.position, d.webhook_id, d.intergroup_id, d.event_id, d.type AS kind, d.occurred_at, d.data,
               d.state, d.due_at, d.attempts, d.tried_at, d.took_ms, d.status, d.error, d.answer,
               d.leased_until IS NOT NULL AS "under_way!", w.state = 'disabled' AS "webhook_disabled!"
           FROM directory.webhook_deliveries d JOIN directory.webhooks w ON w.id = d.webhook_id
           WHERE d.webhook_id = $1 AND ($2::text IS NULL OR d.state = $2) AND ($3::bigint IS NULL OR d.position < $3)
           ORDER BY d.position DESC LIMIT $4"#,
        webhook.0,
        filter.state.map(DeliveryState::as_str),
        filter.before,
        i64::from(filter.limit),
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Makes a delivery due now: one that waits keeps count of its tries, one that
/// is over begins anew. One that somebody is at stays as it is.
pub(in crate::webhooks) async fn redeliver(
    connection: &mut PgConnection,
    id: DeliveryId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.webhook_deliveries
         SET due_at = $2, attempts = CASE WHEN state = 'waiting' THEN attempts ELSE 0 END, state = 'waiting'
         WHERE id = $1 AND leased_until IS NULL",
        id.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives up on everything that waits for a webhook.
pub(in crate::webhooks) async fn give_up(connection: &mut PgConnection, webhook: WebhookId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.webhook_deliveries
         SET state = 'failed', leased_until = NULL
         WHERE webhook_id = $1 AND state = 'waiting'",
        webhook.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Forgets what happened before then.
pub(in crate::webhooks) async fn forget_deliveries(
    connection: &mut PgConnection,
    before: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM directory.webhook_deliveries WHERE occurred_at < $1", before).execute(connection).await?;
    Ok(())
}
