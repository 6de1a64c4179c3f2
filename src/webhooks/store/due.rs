//! Taking what is due. The lease is the time until which nobody else takes it;
//! its number says who took it last.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::kernel::WebhookId;

/// A delivery that is to be sent.
#[derive(Debug)]
pub(in crate::webhooks) struct Due {
    pub id: Uuid,
    pub webhook_id: Uuid,
    pub lease: i64,
    /// This one included.
    pub attempts: i16,
    pub event_id: Uuid,
    pub kind: String,
    pub occurred_at: DateTime<Utc>,
    pub data: Value,
    pub url: String,
    /// Wrapped.
    pub secret: Vec<u8>,
    /// Wrapped, while it signs, too.
    pub former_secret: Option<Vec<u8>>,
}

/// Webhooks for which something is due, a few, whichever; until the transaction
/// ends nobody else takes of theirs, nor says how they are.
pub(in crate::webhooks) async fn find_claimable(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    most: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT w.id FROM directory.webhooks w
         WHERE w.state <> 'disabled' AND (w.resting_until IS NULL OR w.resting_until <= $1)
           AND EXISTS (SELECT FROM directory.webhook_deliveries d
                       WHERE d.webhook_id = w.id AND d.state = 'waiting' AND d.due_at <= $1)
         ORDER BY random() LIMIT $2
         FOR NO KEY UPDATE OF w SKIP LOCKED",
        now,
        most,
    )
    .fetch_all(connection)
    .await
}

/// Takes of these webhooks what is due, the earliest first: of each at most so
/// many as leave `each` under way, on all nodes together.
pub(in crate::webhooks) async fn claim(
    connection: &mut PgConnection,
    webhooks: &[Uuid],
    (now, lease_ends): (DateTime<Utc>, DateTime<Utc>),
    (each, most): (i64, i64),
) -> Result<Vec<Due>, sqlx::Error> {
    sqlx::query_as!(
        Due,
        r#"WITH taken AS (
               SELECT due.id FROM unnest($1::uuid[]) AS w (id)
               CROSS JOIN LATERAL (
                   SELECT d.id, d.due_at, d.position FROM directory.webhook_deliveries d
                   WHERE d.webhook_id = w.id AND d.state = 'waiting' AND d.due_at <= $2
                   ORDER BY d.due_at, d.position
                   LIMIT greatest(0, $4 - (SELECT count(*) FROM directory.webhook_deliveries busy
                                           WHERE busy.webhook_id = w.id AND busy.state = 'waiting'
                                             AND busy.leased_until > $2))
                   FOR NO KEY UPDATE SKIP LOCKED
               ) due
               LIMIT $5
           )
           UPDATE directory.webhook_deliveries d
           SET lease = d.lease + 1, attempts = d.attempts + 1, leased_until = $3, due_at = $3, tried_at = $2,
               took_ms = NULL, status = NULL, error = NULL, answer = NULL
           FROM taken, directory.webhooks w
           WHERE d.id = taken.id AND w.id = d.webhook_id
           RETURNING d.id, d.webhook_id, d.lease, d.attempts, d.event_id, d.type AS kind, d.occurred_at, d.data, w.url,
               w.secret, CASE WHEN w.former_until > $2 THEN w.former_secret END AS former_secret"#,
        webhooks,
        now,
        lease_ends,
        each,
        most,
    )
    .fetch_all(connection)
    .await
}

impl Due {
    /// Where it goes.
    pub(in crate::webhooks) fn webhook(&self) -> WebhookId {
        WebhookId(self.webhook_id)
    }
}
