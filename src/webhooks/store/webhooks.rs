//! Webhooks themselves.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::{
    kernel::{IntergroupId, WebhookId},
    webhooks::{
        input::WebhookInput,
        model::{StoredWebhook, WebhookState},
    },
};

/// A row, as it comes.
struct Row {
    id: uuid::Uuid,
    intergroup_id: uuid::Uuid,
    settings: Value,
    state: String,
    state_since: DateTime<Utc>,
    state_reason: Option<String>,
    former_until: Option<DateTime<Utc>>,
    version: i64,
    created_at: DateTime<Utc>,
}

impl TryFrom<Row> for StoredWebhook {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let settings = serde_json::from_value(row.settings).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        Ok(Self {
            id: WebhookId(row.id),
            intergroup_id: IntergroupId(row.intergroup_id),
            settings,
            // A state that a newer program wrote is told as the one that asks to be looked at.
            state: WebhookState::of(&row.state).unwrap_or(WebhookState::Failing),
            state_since: row.state_since,
            state_reason: row.state_reason,
            former_until: row.former_until,
            version: row.version,
            created_at: row.created_at,
        })
    }
}

/// A webhook's keys as they lie, wrapped.
#[derive(Debug)]
pub(in crate::webhooks) struct Keys<'a> {
    pub secret: &'a [u8],
    /// Until when the one before signs, too.
    pub former_until: DateTime<Utc>,
}

/// The webhook of an id.
pub(in crate::webhooks) async fn find_webhook(
    connection: &mut PgConnection,
    id: WebhookId,
) -> Result<Option<StoredWebhook>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, intergroup_id, state, state_since, state_reason, former_until, version, created_at,
               jsonb_build_object('url', url, 'events', events, 'active', state <> 'disabled') AS "settings!"
           FROM directory.webhooks WHERE id = $1"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// An intergroup's webhooks, the newest first.
pub(in crate::webhooks) async fn list_webhooks(
    connection: &mut PgConnection,
    office: IntergroupId,
) -> Result<Vec<StoredWebhook>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, intergroup_id, state, state_since, state_reason, former_until, version, created_at,
               jsonb_build_object('url', url, 'events', events, 'active', state <> 'disabled') AS "settings!"
           FROM directory.webhooks WHERE intergroup_id = $1 ORDER BY created_at DESC, id DESC"#,
        office.0,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Keeps a new one, with its key, wrapped.
pub(in crate::webhooks) async fn insert_webhook(
    connection: &mut PgConnection,
    id: WebhookId,
    office: IntergroupId,
    settings: &WebhookInput,
    secret: &[u8],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO directory.webhooks (id, intergroup_id, url, events, secret, state, state_since, state_reason, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $8, $7, $8)",
        id.0,
        office.0,
        settings.url.as_str(),
        &words(settings),
        secret,
        settings.state().as_str(),
        settings.reason(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Changes one; its version becomes the next. How it is changes where it is
/// switched on or off.
pub(in crate::webhooks) async fn update_webhook(
    connection: &mut PgConnection,
    id: WebhookId,
    settings: &WebhookInput,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.webhooks w
         SET url = $2, events = $3, version = version + 1,
             state = CASE WHEN switched THEN $4 ELSE state END,
             state_reason = CASE WHEN switched THEN $5 ELSE state_reason END,
             state_since = CASE WHEN switched THEN $6 ELSE state_since END,
             resting_until = CASE WHEN switched THEN NULL ELSE resting_until END
         FROM (SELECT id, (state = 'disabled') <> ($4 = 'disabled') AS switched FROM directory.webhooks WHERE id = $1) now
         WHERE w.id = now.id",
        id.0,
        settings.url.as_str(),
        &words(settings),
        settings.state().as_str(),
        settings.reason(),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes one away, with all that it was told.
pub(in crate::webhooks) async fn delete_webhook(
    connection: &mut PgConnection,
    id: WebhookId,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM directory.webhooks WHERE id = $1", id.0).execute(connection).await?;
    Ok(())
}

/// Gives one another key, unless the one before still signs, too; whether it
/// got it.
pub(in crate::webhooks) async fn rotate(
    connection: &mut PgConnection,
    id: WebhookId,
    keys: &Keys<'_>,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE directory.webhooks
         SET former_secret = secret, former_until = $3, secret = $2, version = version + 1
         WHERE id = $1 AND (former_until IS NULL OR former_until <= $4)",
        id.0,
        keys.secret,
        keys.former_until,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

fn words(settings: &WebhookInput) -> Vec<String> {
    settings.events.iter().map(|event| event.as_str().to_owned()).collect()
}
