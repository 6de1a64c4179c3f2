//! Rows of sources that list a meeting which another source brings, and who
//! leads.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    kernel::{FeedId, MeetingId},
    sync::plan::{Following, FollowingRow, Plan},
};

/// Adds this feed's rows that follow, and who leads next what it leads: of
/// those that follow the source that was connected first.
pub(super) async fn load_following(
    connection: &mut PgConnection,
    feed_id: FeedId,
    following: &mut Following,
) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT source_key, meeting_id, row_hash, apart FROM directory.meeting_followers WHERE feed_id = $1",
        feed_id.0
    )
    .fetch_all(&mut *connection)
    .await?;
    following.rows = rows
        .into_iter()
        .map(|row| FollowingRow {
            source_key: row.source_key,
            meeting_id: MeetingId(row.meeting_id),
            row_hash: row.row_hash.try_into().unwrap_or([0; 32]),
            apart: row.apart,
        })
        .collect();
    let heirs = sqlx::query!(
        "SELECT DISTINCT ON (f.meeting_id) f.meeting_id, f.feed_id
         FROM directory.meeting_sources s
         JOIN directory.meeting_followers f ON f.meeting_id = s.meeting_id AND f.feed_id <> s.feed_id AND NOT f.apart
         JOIN directory.feeds d ON d.id = f.feed_id AND d.deleted_at IS NULL
         WHERE s.feed_id = $1 ORDER BY f.meeting_id, d.created_at, d.id",
        feed_id.0
    )
    .fetch_all(connection)
    .await?;
    following.heirs = heirs.into_iter().map(|row| (MeetingId(row.meeting_id), FeedId(row.feed_id))).collect();
    Ok(())
}

/// Which rows of the plan's feed follow from now on, and who leads what it has
/// no more.
pub(super) async fn apply_followers(
    connection: &mut PgConnection,
    plan: &Plan,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let meetings: Vec<Uuid> = plan.follows.iter().map(|follow| follow.row.meeting_id.0).collect();
    let keys: Vec<String> = plan.follows.iter().map(|follow| follow.row.source_key.clone()).collect();
    let hashes: Vec<Vec<u8>> = plan.follows.iter().map(|follow| follow.row.row_hash.to_vec()).collect();
    let going = [keys.as_slice(), &plan.unfollows].concat();
    // All first: two rows may have swapped their keys.
    sqlx::query!(
        "DELETE FROM directory.meeting_followers
         WHERE feed_id = $1 AND NOT apart AND (source_key = ANY($2) OR meeting_id = ANY($3))",
        plan.feed_id.0,
        &going,
        &meetings,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO directory.meeting_followers (feed_id, source_key, intergroup_id, meeting_id, row_hash)
         SELECT $1, r.source_key, $2, r.meeting_id, r.row_hash
         FROM unnest($3::text[], $4::uuid[], $5::bytea[]) AS r (source_key, meeting_id, row_hash)",
        plan.feed_id.0,
        plan.intergroup_id.0,
        &keys,
        &meetings,
        &hashes,
    )
    .execute(&mut *connection)
    .await?;
    let (handed, heirs): (Vec<Uuid>, Vec<Uuid>) =
        plan.handed.iter().map(|handed| (handed.meeting_id.0, handed.heir.0)).unzip();
    lead(connection, &handed, &heirs, now).await
}

/// Lets each of the feeds lead its meeting, which no other leads any more: what
/// it says counts as soon as it is read again.
pub(in crate::sync::store) async fn lead(
    connection: &mut PgConnection,
    meetings: &[Uuid],
    feeds: &[Uuid],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH heirs AS (
             DELETE FROM directory.meeting_followers f USING unnest($1::uuid[], $2::uuid[]) AS h (meeting_id, feed_id)
             WHERE f.meeting_id = h.meeting_id AND f.feed_id = h.feed_id AND NOT f.apart
             RETURNING f.feed_id, f.source_key, f.intergroup_id, f.meeting_id, f.row_hash)
         INSERT INTO directory.meeting_sources (feed_id, source_key, intergroup_id, meeting_id, row_hash, unread)
         SELECT feed_id, source_key, intergroup_id, meeting_id, row_hash, true FROM heirs",
        meetings,
        feeds,
    )
    .execute(&mut *connection)
    .await?;
    read_anew(connection, feeds, now).await
}

/// Has sources read and planned at the next turn, whether they changed or not;
/// those that are sent to us when they are sent again.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync::store) async fn read_anew(
    connection: &mut PgConnection,
    feeds: &[Uuid],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.feeds
         SET etag = NULL, last_modified = NULL, body_hash = NULL,
             due_at = CASE WHEN url IS NOT NULL THEN least(due_at, $2) END
         WHERE id = ANY($1) AND deleted_at IS NULL",
        feeds,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Hands on what a feed that is being disconnected leads and others list.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn hand_on(
    connection: &mut PgConnection,
    feed_id: FeedId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let mut following = Following::default();
    load_following(connection, feed_id, &mut following).await?;
    sqlx::query!("DELETE FROM directory.meeting_followers WHERE feed_id = $1", feed_id.0)
        .execute(&mut *connection)
        .await?;
    let (meetings, heirs): (Vec<Uuid>, Vec<Uuid>) =
        following.heirs.iter().map(|(meeting, heir)| (meeting.0, heir.0)).unzip();
    lead(connection, &meetings, &heirs, now).await
}

/// Lets a feed that follows lead the meeting, and whoever led it follow;
/// whether it followed.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn change_leader(
    connection: &mut PgConnection,
    meeting_id: MeetingId,
    feed_id: FeedId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let follows = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM directory.meeting_followers
                          WHERE meeting_id = $1 AND feed_id = $2 AND NOT apart) AS "follows!""#,
        meeting_id.0,
        feed_id.0,
    )
    .fetch_one(&mut *connection)
    .await?;
    if !follows {
        return Ok(false);
    }
    sqlx::query!(
        "WITH led AS (DELETE FROM directory.meeting_sources WHERE meeting_id = $1 RETURNING *)
         INSERT INTO directory.meeting_followers (feed_id, source_key, intergroup_id, meeting_id, row_hash)
         SELECT feed_id, source_key, intergroup_id, meeting_id, row_hash FROM led",
        meeting_id.0,
    )
    .execute(&mut *connection)
    .await?;
    lead(connection, &[meeting_id.0], &[feed_id.0], now).await?;
    Ok(true)
}

/// Says that what a feed lists is another meeting than the one it follows;
/// whether it followed.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn set_apart(
    connection: &mut PgConnection,
    meeting_id: MeetingId,
    feed_id: FeedId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let set = sqlx::query!(
        "UPDATE directory.meeting_followers SET apart = true WHERE meeting_id = $1 AND feed_id = $2 AND NOT apart",
        meeting_id.0,
        feed_id.0,
    )
    .execute(&mut *connection)
    .await?;
    if set.rows_affected() == 0 {
        return Ok(false);
    }
    read_anew(connection, &[feed_id.0], now).await?;
    Ok(true)
}

/// Whether the feed leads the meeting.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn leads(
    connection: &mut PgConnection,
    meeting_id: MeetingId,
    feed_id: FeedId,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM directory.meeting_sources WHERE meeting_id = $1 AND feed_id = $2) AS "leads!""#,
        meeting_id.0,
        feed_id.0,
    )
    .fetch_one(connection)
    .await
}
