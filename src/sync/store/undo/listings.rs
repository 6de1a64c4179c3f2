//! Who lists what, when a run is taken back: which row of its source each
//! meeting stood for, and who leads and who follows.
//!
//! Invariant: a meeting has one leader at most, and none that is disconnected.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    directory::Stamp,
    kernel::FeedId,
    sync::{
        model::StoredRun,
        store::followers::{lead, read_anew},
    },
};

/// Lets whoever else lists what the run made or brought back lead it: it is not
/// for this source alone to take it off the list again.
pub(super) async fn hand_on_made(
    connection: &mut PgConnection,
    run: &StoredRun,
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    let heirs = sqlx::query!(
        "SELECT DISTINCT ON (f.meeting_id) f.meeting_id, f.feed_id
         FROM directory.import_rows r
         JOIN directory.meeting_sources s ON s.meeting_id = r.entity_id AND s.feed_id = $2
         JOIN directory.meeting_followers f ON f.meeting_id = r.entity_id AND f.feed_id <> $2 AND NOT f.apart
         JOIN directory.feeds d ON d.id = f.feed_id AND d.deleted_at IS NULL
         WHERE r.import_id = $1 AND r.entity = 'meeting'
           AND (r.before IS NULL OR r.before ->> 'deleted_at' IS NOT NULL)
         ORDER BY f.meeting_id, d.created_at, d.id",
        run.id.0,
        run.feed_id.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    let (meetings, feeds): (Vec<Uuid>, Vec<Uuid>) = heirs.into_iter().map(|row| (row.meeting_id, row.feed_id)).unzip();
    sqlx::query!(
        "DELETE FROM directory.meeting_sources WHERE feed_id = $1 AND meeting_id = ANY($2)",
        run.feed_id.0,
        &meetings,
    )
    .execute(&mut *connection)
    .await?;
    lead(connection, &meetings, &feeds, stamp.now).await
}

/// What another source leads now, and not because this run handed it on: it is
/// shown as that one says.
pub(super) async fn led_by_others(connection: &mut PgConnection, run: &StoredRun) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT r.entity_id FROM directory.import_rows r
         JOIN directory.meeting_sources s ON s.meeting_id = r.entity_id AND s.feed_id <> $2
         JOIN directory.feeds d ON d.id = s.feed_id AND d.deleted_at IS NULL
         WHERE r.import_id = $1 AND r.entity = 'meeting' AND (r.hidden ->> 'heir')::uuid IS DISTINCT FROM s.feed_id",
        run.id.0,
        run.feed_id.0,
    )
    .fetch_all(connection)
    .await
}

/// What the source lists still, as the run left it, or lists no more because of
/// the run.
pub(super) async fn listed(connection: &mut PgConnection, run: &StoredRun) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT r.entity_id FROM directory.import_rows r JOIN directory.meetings m ON m.id = r.entity_id
         WHERE r.import_id = $1 AND r.entity = 'meeting'
           AND (m.deleted_at IS NOT NULL OR r.hidden ->> 'heir' IS NOT NULL
                OR EXISTS (SELECT FROM directory.meeting_sources s WHERE s.meeting_id = m.id AND s.feed_id = $2))",
        run.id.0,
        run.feed_id.0,
    )
    .fetch_all(connection)
    .await
}

pub(super) async fn is_connected(connection: &mut PgConnection, feed: FeedId) -> Result<bool, sqlx::Error> {
    let connected = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM directory.feeds WHERE id = $1 AND deleted_at IS NULL) AS "connected!""#,
        feed.0
    );
    connected.fetch_one(connection).await
}

/// The row of the source that each meeting stood for.
pub(super) async fn restore_sources(
    connection: &mut PgConnection,
    run: &StoredRun,
    meetings: &[Uuid],
    listed: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM directory.meeting_sources WHERE feed_id = $1 AND meeting_id = ANY($2)",
        run.feed_id.0,
        meetings
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO directory.meeting_sources (feed_id, source_key, intergroup_id, meeting_id, row_hash, unread)
         SELECT $2, r.hidden -> 'source' ->> 'key', r.intergroup_id, r.entity_id,
             decode(r.hidden -> 'source' ->> 'hash', 'hex'), coalesce((r.hidden -> 'source' ->> 'unread')::boolean, false)
         FROM directory.import_rows r
         WHERE r.import_id = $1 AND r.entity = 'meeting' AND r.entity_id = ANY($3) AND r.entity_id = ANY($4)
           AND jsonb_typeof(r.hidden -> 'source') = 'object'
           AND NOT EXISTS (SELECT FROM directory.meeting_sources o WHERE o.meeting_id = r.entity_id)
         ON CONFLICT DO NOTHING",
        run.id.0,
        run.feed_id.0,
        meetings,
        listed,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whoever led what the run handed on follows again; what it began to follow it
/// does not.
pub(super) async fn restore_followers(
    connection: &mut PgConnection,
    run: &StoredRun,
    meetings: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH led AS (
             DELETE FROM directory.meeting_sources s USING directory.import_rows r
             WHERE r.import_id = $1 AND r.entity = 'meeting' AND r.entity_id = ANY($2) AND s.meeting_id = r.entity_id
               AND s.feed_id = (r.hidden ->> 'heir')::uuid
             RETURNING s.*)
         INSERT INTO directory.meeting_followers (feed_id, source_key, intergroup_id, meeting_id, row_hash)
         SELECT feed_id, source_key, intergroup_id, meeting_id, row_hash FROM led ON CONFLICT DO NOTHING",
        run.id.0,
        meetings,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM directory.meeting_followers f USING directory.import_changes c
         WHERE c.import_id = $1 AND c.op = 'follow' AND f.meeting_id = c.meeting_id AND f.feed_id = $2 AND NOT f.apart",
        run.id.0,
        run.feed_id.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What the run left as it was is listed by its source as before, unless another
/// brings it since, or the source itself does for another reason than this run;
/// of what somebody else brings the source's row follows again.
pub(super) async fn restore_listings(connection: &mut PgConnection, run: &StoredRun) -> Result<(), sqlx::Error> {
    let led = sqlx::query_scalar!(
        "DELETE FROM directory.meeting_sources s USING directory.import_rows r
         WHERE r.import_id = $1 AND r.entity = 'listing' AND s.meeting_id = r.entity_id AND s.feed_id = $2
           AND coalesce((r.hidden ->> 'leads')::boolean, true)
         RETURNING s.meeting_id",
        run.id.0,
        run.feed_id.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM directory.meeting_followers f USING directory.import_rows r
         WHERE r.import_id = $1 AND r.entity = 'listing' AND f.meeting_id = r.entity_id AND f.feed_id = $2
           AND NOT f.apart",
        run.id.0,
        run.feed_id.0,
    )
    .execute(&mut *connection)
    .await?;
    // What it does not list any more, because an earlier run was taken back, stays so.
    sqlx::query!(
        "INSERT INTO directory.meeting_sources (feed_id, source_key, intergroup_id, meeting_id, row_hash, unread)
         SELECT $2, r.hidden -> 'source' ->> 'key', r.intergroup_id, r.entity_id,
             decode(r.hidden -> 'source' ->> 'hash', 'hex'), coalesce((r.hidden -> 'source' ->> 'unread')::boolean, false)
         FROM directory.import_rows r
         WHERE r.import_id = $1 AND r.entity = 'listing' AND jsonb_typeof(r.hidden -> 'source') = 'object'
           AND r.entity_id = ANY($3)
           AND NOT EXISTS (SELECT FROM directory.meeting_sources o WHERE o.meeting_id = r.entity_id)
         ON CONFLICT DO NOTHING",
        run.id.0,
        run.feed_id.0,
        &led,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO directory.meeting_followers (feed_id, source_key, intergroup_id, meeting_id, row_hash)
         SELECT $2, r.hidden -> 'follows' ->> 'key', r.intergroup_id, r.entity_id,
             decode(r.hidden -> 'follows' ->> 'hash', 'hex')
         FROM directory.import_rows r
         WHERE r.import_id = $1 AND r.entity = 'listing' AND jsonb_typeof(r.hidden -> 'follows') = 'object'
           AND EXISTS (SELECT FROM directory.meeting_sources o WHERE o.meeting_id = r.entity_id AND o.feed_id <> $2)
         ON CONFLICT DO NOTHING",
        run.id.0,
        run.feed_id.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What others list and nobody leads after all that is led by the first of them;
/// of what is off the list they say anew whether it is on it.
pub(super) async fn lead_again(
    connection: &mut PgConnection,
    run: &StoredRun,
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    let heirs = sqlx::query!(
        r#"SELECT DISTINCT ON (f.meeting_id) f.meeting_id, f.feed_id, m.deleted_at IS NULL AS "lives!"
           FROM directory.import_rows r
           JOIN directory.meetings m ON m.id = r.entity_id
           JOIN directory.meeting_followers f ON f.meeting_id = m.id AND NOT f.apart
           JOIN directory.feeds d ON d.id = f.feed_id AND d.deleted_at IS NULL
           WHERE r.import_id = $1 AND r.entity IN ('meeting', 'listing')
             AND NOT EXISTS (SELECT FROM directory.meeting_sources s WHERE s.meeting_id = m.id)
           ORDER BY f.meeting_id, d.created_at, d.id"#,
        run.id.0,
    )
    .fetch_all(&mut *connection)
    .await?;
    let (living, gone): (Vec<_>, Vec<_>) = heirs.into_iter().partition(|heir| heir.lives);
    let (meetings, feeds): (Vec<Uuid>, Vec<Uuid>) =
        living.into_iter().map(|heir| (heir.meeting_id, heir.feed_id)).unzip();
    lead(connection, &meetings, &feeds, stamp.now).await?;
    let feeds: Vec<Uuid> = gone.into_iter().map(|heir| heir.feed_id).collect();
    read_anew(connection, &feeds, stamp.now).await
}
