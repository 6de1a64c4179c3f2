//! SQL of sources. All of it runs in the scope of the transaction.

mod standing;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;

pub(in crate::sync) use standing::{
    let_be, note_failed, note_read, note_unchanged, settle_feed, show_anew, tell_failing, tell_held,
};

use super::{FeedInput, FeedState, StoredFeed};
use crate::{
    kernel::{FeedId, ImportId, IntergroupId},
    sync::{model::Failure, store},
};

/// A row, as it comes.
struct Row {
    id: uuid::Uuid,
    intergroup_id: uuid::Uuid,
    settings: Value,
    state: String,
    state_since: DateTime<Utc>,
    state_code: Option<String>,
    state_reason: Option<String>,
    due_at: Option<DateTime<Utc>>,
    read_at: Option<DateTime<Utc>>,
    synced_on: Option<chrono::NaiveDate>,
    last_import: Option<uuid::Uuid>,
    version: i64,
}

impl TryFrom<Row> for StoredFeed {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let settings = serde_json::from_value(row.settings).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        // A state that a newer program wrote is told as the one that asks to be looked at.
        let state = FeedState::ALL.into_iter().find(|state| state.as_str() == row.state);
        Ok(Self {
            id: FeedId(row.id),
            intergroup_id: IntergroupId(row.intergroup_id),
            settings,
            state: state.unwrap_or(FeedState::Failing),
            state_since: row.state_since,
            state_code: row.state_code,
            state_reason: row.state_reason,
            due_at: row.due_at,
            read_at: row.read_at,
            synced_on: row.synced_on,
            last_import: row.last_import.map(ImportId),
            version: row.version,
        })
    }
}

/// A source that is not deleted.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_feed(connection: &mut PgConnection, id: FeedId) -> Result<Option<StoredFeed>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT f.id, f.intergroup_id, f.state, f.state_since, f.state_code, f.state_reason, f.due_at,
               f.read_at, f.synced_on, f.version,
               jsonb_strip_nulls(jsonb_build_object(
                   'name', f.name, 'format', f.format, 'url', f.url, 'every_hours', f.every_hours,
                   'timezone', f.timezone, 'guard', f.guard, 'region_map', f.region_map, 'type_map', f.type_map,
                   'office_keeps', f.office_keeps)) AS "settings!",
               (SELECT i.id FROM directory.imports i WHERE i.feed_id = f.id ORDER BY i.started_at DESC, i.id DESC LIMIT 1)
                   AS last_import
           FROM directory.feeds f WHERE f.id = $1 AND f.deleted_at IS NULL"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// An intergroup's sources, the newest first; the command line's is one.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_feeds(connection: &mut PgConnection, office: IntergroupId) -> Result<Vec<StoredFeed>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT f.id, f.intergroup_id, f.state, f.state_since, f.state_code, f.state_reason, f.due_at,
               f.read_at, f.synced_on, f.version,
               jsonb_strip_nulls(jsonb_build_object(
                   'name', f.name, 'format', f.format, 'url', f.url, 'every_hours', f.every_hours,
                   'timezone', f.timezone, 'guard', f.guard, 'region_map', f.region_map, 'type_map', f.type_map,
                   'office_keeps', f.office_keeps)) AS "settings!",
               (SELECT i.id FROM directory.imports i WHERE i.feed_id = f.id ORDER BY i.started_at DESC, i.id DESC LIMIT 1)
                   AS last_import
           FROM directory.feeds f WHERE f.intergroup_id = $1 AND f.deleted_at IS NULL
           ORDER BY f.created_at DESC, f.id DESC"#,
        office.0,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Connects a source.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert_feed(
    connection: &mut PgConnection,
    id: FeedId,
    office: IntergroupId,
    settings: &FeedInput,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO directory.feeds
             (id, intergroup_id, kind, name, format, url, every_hours, timezone, guard, region_map, type_map,
              office_keeps, state_since, created_at, due_at)
         SELECT $1, $2, CASE WHEN s.url IS NULL THEN 'upload' ELSE 'url' END, s.name, s.format, s.url, s.every_hours,
                s.timezone, s.guard, s.region_map, s.type_map, s.office_keeps, $4, $4,
                CASE WHEN s.url IS NOT NULL THEN $4::timestamptz END
         FROM jsonb_to_record($3) AS s (name text, format text, url text, every_hours smallint, timezone text,
                                        guard jsonb, region_map jsonb, type_map jsonb, office_keeps text[])",
        id.0,
        office.0,
        json!(settings),
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Changes how a source is read; its version becomes the next, and what has an
/// address is read anew. That of the command line becomes one like others when it
/// is given an address.
///
/// # Errors
/// When the database cannot be reached.
pub async fn update_feed(
    connection: &mut PgConnection,
    id: FeedId,
    settings: &FeedInput,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.feeds f
         SET kind = CASE WHEN s.url IS NOT NULL THEN 'url' WHEN f.kind = 'command_line' THEN f.kind ELSE 'upload' END,
             name = s.name, format = s.format, url = s.url, every_hours = s.every_hours, timezone = s.timezone,
             guard = s.guard, region_map = s.region_map, type_map = s.type_map, office_keeps = s.office_keeps,
             version = f.version + 1, due_at = CASE WHEN s.url IS NOT NULL THEN $3::timestamptz END,
             etag = CASE WHEN f.url = s.url THEN f.etag END,
             last_modified = CASE WHEN f.url = s.url THEN f.last_modified END
         FROM jsonb_to_record($2) AS s (name text, format text, url text, every_hours smallint, timezone text,
                                        guard jsonb, region_map jsonb, type_map jsonb, office_keeps text[])
         WHERE f.id = $1",
        id.0,
        json!(settings),
        now,
    )
    .execute(&mut *connection)
    .await?;
    if settings.url.is_none() {
        let failure = Failure::of("refused_address", "The source's address was taken away.");
        store::fail_queued(connection, id, &failure, now).await?;
    }
    Ok(())
}

/// Disconnects a source. What it brought stays, led by another that lists it or
/// as the office's own.
///
/// # Errors
/// When the database cannot be reached.
pub async fn delete_feed(connection: &mut PgConnection, id: FeedId, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    store::hand_on(connection, id, now).await?;
    sqlx::query!("DELETE FROM directory.meeting_sources WHERE feed_id = $1", id.0).execute(&mut *connection).await?;
    sqlx::query!("UPDATE directory.groups SET feed_id = NULL, source_key = NULL WHERE feed_id = $1", id.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("UPDATE directory.locations SET feed_id = NULL, source_key = NULL WHERE feed_id = $1", id.0)
        .execute(&mut *connection)
        .await?;
    store::fail_queued(connection, id, &Failure::of("disconnected", "The source was disconnected."), now).await?;
    sqlx::query!(
        "UPDATE directory.feeds SET deleted_at = $2, due_at = NULL, version = version + 1 WHERE id = $1",
        id.0,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}
