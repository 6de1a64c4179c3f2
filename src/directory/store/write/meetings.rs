//! Meetings, what is hidden of them, and the slugs that lead to them.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Stamp, StoredMeeting, refusal, written};
use crate::{
    directory::{WriteError, store::load::parsed},
    kernel::{IntergroupId, MeetingId, Slug},
};

/// A meeting, deleted or not.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_meeting(connection: &mut PgConnection, id: MeetingId) -> Result<Option<StoredMeeting>, sqlx::Error> {
    Ok(load_meetings(connection, &[id.0]).await?.pop())
}

/// Some meetings, deleted or not; those that the scope does not show are left
/// out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find_meetings(
    connection: &mut PgConnection,
    ids: &[MeetingId],
) -> Result<Vec<StoredMeeting>, sqlx::Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    load_meetings(connection, &ids).await
}

/// Some meetings, by id.
pub(in crate::directory) async fn load_meetings(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<StoredMeeting>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT m.id, m.intergroup_id, m.version, m.deleted_at IS NOT NULL AS "deleted!",
               EXISTS (SELECT FROM directory.meeting_sources s WHERE s.meeting_id = m.id)
                   OR EXISTS (SELECT FROM directory.meeting_followers f WHERE f.meeting_id = m.id) AS "from_feed!",
               jsonb_strip_nulls(jsonb_build_object(
                   'intergroup_id', m.intergroup_id, 'slug', m.slug, 'name', m.name, 'group_id', m.group_id,
                   'location_id', m.location_id, 'region_id', m.region_id, 'day', m.day,
                   'time', to_char(m.start_time, 'HH24:MI'), 'duration_minutes', m.duration_minutes,
                   'timezone', m.timezone, 'timezone_source', m.timezone_source, 'district', m.district,
                   'types', m.types, 'notes', m.notes, 'conference', jsonb_build_object('url', m.conference_url,
                       'url_notes', m.conference_url_notes, 'phone', m.conference_phone,
                       'phone_notes', m.conference_phone_notes),
                   'contribution', jsonb_build_object('venmo', m.venmo, 'square', m.square, 'paypal', m.paypal,
                       'homegroup_online', m.homegroup_online),
                   'website', m.website, 'feedback_url', m.feedback_url, 'contacts_public', m.contacts_public,
                   'published', m.published,
                   'admin_notes', (SELECT p.admin_notes FROM directory.meeting_private p WHERE p.meeting_id = m.id),
                   'contacts', (SELECT jsonb_agg(jsonb_build_object('name', c.name, 'email', c.email,
                           'phone', c.phone, 'likely_last_name', c.likely_last_name) ORDER BY c.position)
                       FROM directory.meeting_contacts c WHERE c.meeting_id = m.id)
               )) AS "document!"
           FROM directory.meetings m WHERE m.id = ANY($1) ORDER BY m.id"#,
        ids,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(StoredMeeting {
                id: MeetingId(row.id),
                intergroup_id: IntergroupId(row.intergroup_id),
                version: row.version,
                deleted: row.deleted,
                from_feed: row.from_feed,
                document: parsed(serde_json::from_value(row.document))?,
            })
        })
        .collect()
}

/// Writes a meeting's next version, and what is hidden of it. `content`: it
/// says something else than before.
pub(in crate::directory) async fn put_meeting(
    connection: &mut PgConnection,
    meeting: &StoredMeeting,
    content: bool,
    stamp: &Stamp,
) -> Result<(), WriteError> {
    let rows = sqlx::query!(
        r#"INSERT INTO directory.meetings AS m
             (id, intergroup_id, slug, group_id, location_id, region_id, name, day, start_time, duration_minutes,
              timezone, timezone_source, district, types, notes, conference_url, conference_url_notes,
              conference_phone, conference_phone_notes, venmo, square, paypal, homegroup_online, website,
              feedback_url, published, contacts_public, version, revision, created_at, updated_at, deleted_at)
         SELECT $1, d.intergroup_id, d.slug, d.group_id, d.location_id, d.region_id, d.name, d.day, d."time",
                d.duration_minutes, d.timezone, d.timezone_source, d.district, coalesce(d.types, '{}'), d.notes,
                d.conference ->> 'url', d.conference ->> 'url_notes', d.conference ->> 'phone',
                d.conference ->> 'phone_notes', d.contribution ->> 'venmo', d.contribution ->> 'square',
                d.contribution ->> 'paypal', d.contribution ->> 'homegroup_online', d.website, d.feedback_url,
                d.published, d.contacts_public, $3, $4, $5, $5, CASE WHEN $6 THEN $5::timestamptz END
         FROM jsonb_to_record($2::jsonb) AS d
             (intergroup_id uuid, slug text, group_id uuid, location_id uuid, region_id uuid, name text,
              day smallint, "time" time, duration_minutes smallint, timezone text, timezone_source text,
              district text, types text[], notes text, conference jsonb, contribution jsonb, website text,
              feedback_url text, published boolean, contacts_public boolean)
         ON CONFLICT (id) DO UPDATE SET intergroup_id = excluded.intergroup_id, slug = excluded.slug,
             group_id = excluded.group_id, location_id = excluded.location_id, region_id = excluded.region_id,
             name = excluded.name, day = excluded.day, start_time = excluded.start_time,
             duration_minutes = excluded.duration_minutes, timezone = excluded.timezone,
             timezone_source = excluded.timezone_source, district = excluded.district, types = excluded.types,
             notes = excluded.notes, conference_url = excluded.conference_url,
             conference_url_notes = excluded.conference_url_notes, conference_phone = excluded.conference_phone,
             conference_phone_notes = excluded.conference_phone_notes, venmo = excluded.venmo,
             square = excluded.square, paypal = excluded.paypal, homegroup_online = excluded.homegroup_online,
             website = excluded.website, feedback_url = excluded.feedback_url, published = excluded.published,
             contacts_public = excluded.contacts_public, version = excluded.version, revision = excluded.revision,
             updated_at = CASE WHEN $7 THEN excluded.updated_at ELSE m.updated_at END,
             deleted_at = CASE WHEN $6 THEN coalesce(m.deleted_at, excluded.deleted_at) END
         WHERE m.version = excluded.version - 1"#,
        meeting.id.0,
        json!(meeting.document),
        meeting.version,
        stamp.revision,
        stamp.now,
        meeting.deleted,
        content,
    )
    .execute(&mut *connection)
    .await
    .map_err(refusal)?;
    written(rows.rows_affected())?;
    put_hidden(connection, meeting).await.map_err(refusal)
}

async fn put_hidden(connection: &mut PgConnection, meeting: &StoredMeeting) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM directory.meeting_contacts WHERE meeting_id = $1", meeting.id.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "INSERT INTO directory.meeting_contacts
             (meeting_id, intergroup_id, position, name, email, phone, likely_last_name)
         SELECT $1, $2, c.position::smallint, c.contact ->> 'name', c.contact ->> 'email', c.contact ->> 'phone',
                coalesce((c.contact ->> 'likely_last_name')::boolean, false)
         FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS c (contact, position)",
        meeting.id.0,
        meeting.intergroup_id.0,
        json!(meeting.document.contacts),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO directory.meeting_private (meeting_id, intergroup_id, admin_notes) VALUES ($1, $2, $3)
         ON CONFLICT (meeting_id) DO UPDATE SET admin_notes = excluded.admin_notes",
        meeting.id.0,
        meeting.intergroup_id.0,
        meeting.document.admin_notes,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Says what to look at instead of a deleted meeting, or nothing.
pub(in crate::directory) async fn set_replaced_by(
    connection: &mut PgConnection,
    id: MeetingId,
    replaced_by: Option<MeetingId>,
) -> Result<(), WriteError> {
    let rows =
        sqlx::query!("UPDATE directory.meetings SET replaced_by = $2 WHERE id = $1", id.0, replaced_by.map(|id| id.0))
            .execute(connection)
            .await?;
    written(rows.rows_affected())
}

/// Lets the sources that listed a deleted meeting follow the one that is to be
/// looked at instead, where another source of the same intergroup brings that:
/// then the two are one from now on.
pub(in crate::directory) async fn follow_replacement(
    connection: &mut PgConnection,
    deleted: MeetingId,
    replaced_by: MeetingId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH led AS (
             DELETE FROM directory.meeting_sources s
             WHERE s.meeting_id = $1
               AND EXISTS (SELECT FROM directory.meeting_sources l
                           WHERE l.meeting_id = $2 AND l.intergroup_id = s.intergroup_id)
               AND NOT EXISTS (SELECT FROM directory.meeting_sources l
                               WHERE l.meeting_id = $2 AND l.feed_id = s.feed_id)
               AND NOT EXISTS (SELECT FROM directory.meeting_followers f
                               WHERE f.meeting_id = $2 AND f.feed_id = s.feed_id AND NOT f.apart)
             RETURNING s.*)
         INSERT INTO directory.meeting_followers (feed_id, source_key, intergroup_id, meeting_id, row_hash)
         SELECT feed_id, source_key, intergroup_id, $2, row_hash FROM led
         ON CONFLICT (feed_id, source_key) DO UPDATE SET meeting_id = excluded.meeting_id, apart = false",
        deleted.0,
        replaced_by.0,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE directory.meeting_followers s SET meeting_id = $2
         WHERE s.meeting_id = $1 AND NOT s.apart
           AND EXISTS (SELECT FROM directory.meeting_sources l
                       WHERE l.meeting_id = $2 AND l.intergroup_id = s.intergroup_id)
           AND NOT EXISTS (SELECT FROM directory.meeting_sources l
                           WHERE l.meeting_id = $2 AND l.feed_id = s.feed_id)
           AND NOT EXISTS (SELECT FROM directory.meeting_followers f
                           WHERE f.meeting_id = $2 AND f.feed_id = s.feed_id AND NOT f.apart)",
        deleted.0,
        replaced_by.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Says that a meeting was right on that day; whether that is new.
pub(in crate::directory) async fn set_verified(
    connection: &mut PgConnection,
    id: MeetingId,
    on: NaiveDate,
    stamp: &Stamp,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "UPDATE directory.meetings SET verified_on = $2, revision = $3
         WHERE id = $1 AND verified_on IS DISTINCT FROM $2",
        id.0,
        on,
        stamp.revision,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}

/// All slugs of an intergroup's meetings, former ones and those of deleted
/// meetings too.
pub(in crate::directory) async fn meeting_slugs(
    connection: &mut PgConnection,
    office: IntergroupId,
) -> Result<HashSet<String>, sqlx::Error> {
    let slugs = sqlx::query_scalar!(
        r#"SELECT slug AS "slug!" FROM directory.meetings WHERE intergroup_id = $1
           UNION SELECT slug FROM directory.meeting_aliases WHERE intergroup_id = $1"#,
        office.0
    )
    .fetch_all(connection)
    .await?;
    Ok(slugs.into_iter().collect())
}

/// The meeting that a slug of an intergroup leads to, deleted or not: its
/// present one before a former one.
pub(in crate::directory) async fn meeting_of_slug(
    connection: &mut PgConnection,
    office: IntergroupId,
    slug: &Slug,
) -> Result<Option<MeetingId>, sqlx::Error> {
    let id = sqlx::query_scalar!(
        r#"SELECT coalesce(
               (SELECT id FROM directory.meetings WHERE intergroup_id = $1 AND slug = $2),
               (SELECT meeting_id FROM directory.meeting_aliases WHERE intergroup_id = $1 AND slug = $2))"#,
        office.0,
        slug.as_str(),
    )
    .fetch_one(connection)
    .await?;
    Ok(id.map(MeetingId))
}

/// Lets a former slug go on leading to a meeting.
pub(in crate::directory) async fn add_alias(
    connection: &mut PgConnection,
    office: IntergroupId,
    slug: &Slug,
    meeting: MeetingId,
) -> Result<(), WriteError> {
    sqlx::query!(
        "INSERT INTO directory.meeting_aliases (intergroup_id, slug, meeting_id) VALUES ($1, $2, $3)",
        office.0,
        slug.as_str(),
        meeting.0,
    )
    .execute(connection)
    .await
    .map_err(refusal)?;
    Ok(())
}

/// Drops those former slugs of a meeting that it has again, or that lead to
/// another in the intergroup that it moves to.
pub(in crate::directory) async fn drop_aliases(
    connection: &mut PgConnection,
    meeting: MeetingId,
    office: IntergroupId,
    slug: &Slug,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM directory.meeting_aliases own
         WHERE own.meeting_id = $1
           AND (own.slug = $3
                OR EXISTS (SELECT FROM directory.meetings m
                           WHERE m.intergroup_id = $2 AND m.slug = own.slug AND m.id <> $1)
                OR EXISTS (SELECT FROM directory.meeting_aliases a
                           WHERE a.intergroup_id = $2 AND a.slug = own.slug AND a.meeting_id <> $1))",
        meeting.0,
        office.0,
        slug.as_str(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
