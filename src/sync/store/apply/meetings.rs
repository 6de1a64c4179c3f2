//! Meetings of a plan, what is hidden of them, and the rows they stand for.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    directory::{MeetingContent, Stamp},
    kernel::{GroupId, IntergroupId, Slug},
    sync::{
        model::MeetingOp,
        plan::{MeetingChange, Plan},
    },
};

/// A meeting as a row of the table.
#[derive(Serialize)]
struct MeetingRow<'a> {
    id: Uuid,
    slug: &'a Slug,
    group_id: Option<GroupId>,
    location_id: Option<Uuid>,
    region_id: Option<Uuid>,
    day: Option<u8>,
    start_time: Option<String>,
    timezone: &'a str,
    conference_url: &'a Option<String>,
    conference_url_notes: &'a Option<String>,
    conference_phone: &'a Option<String>,
    conference_phone_notes: &'a Option<String>,
    venmo: &'a Option<String>,
    square: &'a Option<String>,
    paypal: &'a Option<String>,
    homegroup_online: &'a Option<String>,
    version: i64,
    updated_at: DateTime<Utc>,
    deleted: bool,
    content: &'a MeetingContent,
}

pub(super) async fn apply_meetings(
    connection: &mut PgConnection,
    office: IntergroupId,
    changes: &[MeetingChange],
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    let rows = changes.iter().filter_map(|change| serde_json::to_value(meeting_row(change)).ok()).collect();
    sqlx::query!(
        "INSERT INTO directory.meetings
             (id, intergroup_id, slug, group_id, location_id, region_id, name, day, start_time, duration_minutes,
              timezone, timezone_source, district, types, notes, conference_url, conference_url_notes,
              conference_phone, conference_phone_notes, venmo, square, paypal, homegroup_online, website,
              feedback_url, version, revision, created_at, updated_at, deleted_at)
         SELECT r.id, $2, r.slug, r.group_id, r.location_id, r.region_id, c.name, r.day, r.start_time,
                c.duration_minutes, r.timezone, c.timezone_source, c.district, coalesce(c.types, '{}'), c.notes,
                r.conference_url, r.conference_url_notes, r.conference_phone, r.conference_phone_notes, r.venmo,
                r.square, r.paypal, r.homegroup_online, c.website, c.feedback_url, r.version, $3, $4, r.updated_at,
                CASE WHEN r.deleted THEN $4::timestamptz END
         FROM jsonb_to_recordset($1::jsonb) AS r
                  (id uuid, slug text, group_id uuid, location_id uuid, region_id uuid, day smallint,
                   start_time time, timezone text, conference_url text, conference_url_notes text,
                   conference_phone text, conference_phone_notes text, venmo text, square text, paypal text,
                   homegroup_online text, version bigint, updated_at timestamptz, deleted boolean, content jsonb),
              jsonb_to_record(r.content) AS c
                  (name text, duration_minutes smallint, timezone_source text, district text, types text[],
                   notes text, website text, feedback_url text)
         ON CONFLICT (id) DO UPDATE SET group_id = excluded.group_id, location_id = excluded.location_id,
             region_id = excluded.region_id, name = excluded.name, day = excluded.day,
             start_time = excluded.start_time, duration_minutes = excluded.duration_minutes,
             timezone = excluded.timezone, timezone_source = excluded.timezone_source,
             district = excluded.district, types = excluded.types, notes = excluded.notes,
             conference_url = excluded.conference_url, conference_url_notes = excluded.conference_url_notes,
             conference_phone = excluded.conference_phone,
             conference_phone_notes = excluded.conference_phone_notes, venmo = excluded.venmo,
             square = excluded.square, paypal = excluded.paypal, homegroup_online = excluded.homegroup_online,
             website = excluded.website, feedback_url = excluded.feedback_url, version = excluded.version,
             revision = excluded.revision, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at,
             replaced_by = CASE WHEN excluded.deleted_at IS NOT NULL THEN meetings.replaced_by END",
        Value::Array(rows),
        office.0,
        stamp.revision,
        stamp.now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn meeting_row(change: &MeetingChange) -> MeetingRow<'_> {
    let content = &change.after;
    MeetingRow {
        id: change.id.0,
        slug: &change.slug,
        group_id: change.links.group_id,
        location_id: change.links.location_id.map(|id| id.0),
        region_id: change.links.region_id.map(|id| id.0),
        day: content.start.map(|start| start.day.number()),
        start_time: content.start.map(|start| start.time.to_string()),
        timezone: content.timezone.name(),
        conference_url: &content.conference.url,
        conference_url_notes: &content.conference.url_notes,
        conference_phone: &content.conference.phone,
        conference_phone_notes: &content.conference.phone_notes,
        venmo: &content.contribution.venmo,
        square: &content.contribution.square,
        paypal: &content.contribution.paypal,
        homegroup_online: &content.contribution.homegroup_online,
        version: if change.own { change.version + 1 } else { change.version },
        updated_at: change.updated_at,
        deleted: change.op == MeetingOp::Remove,
        content,
    }
}

/// Contacts and what else the source said, in their own tables. A removed
/// meeting keeps both until it is erased, so that it can come back whole.
pub(super) async fn apply_hidden(
    connection: &mut PgConnection,
    office: IntergroupId,
    changes: &[MeetingChange],
) -> Result<(), sqlx::Error> {
    let written = || changes.iter().filter(|change| change.op != MeetingOp::Remove);
    let ids: Vec<Uuid> = written().map(|change| change.id.0).collect();
    sqlx::query!("DELETE FROM directory.meeting_contacts WHERE meeting_id = ANY($1)", &ids)
        .execute(&mut *connection)
        .await?;
    let contacts: Vec<Value> = written()
        .flat_map(|change| {
            change.after.contacts.iter().zip(1..).map(|(contact, position)| {
                json!({
                    "meeting_id": change.id, "position": position, "name": contact.name, "email": contact.email,
                    "phone": contact.phone, "likely_last_name": contact.likely_last_name,
                })
            })
        })
        .collect();
    sqlx::query!(
        "INSERT INTO directory.meeting_contacts
             (meeting_id, intergroup_id, position, name, email, phone, likely_last_name)
         SELECT r.meeting_id, $2, r.position, r.name, r.email, r.phone, r.likely_last_name
         FROM jsonb_to_recordset($1::jsonb) AS r
             (meeting_id uuid, position smallint, name text, email text, phone text, likely_last_name boolean)",
        Value::Array(contacts),
        office.0,
    )
    .execute(&mut *connection)
    .await?;
    let private: Vec<Value> =
        written().map(|change| json!({ "meeting_id": change.id, "source_fields": change.source_fields })).collect();
    sqlx::query!(
        "INSERT INTO directory.meeting_private (meeting_id, intergroup_id, source_fields)
         SELECT r.meeting_id, $2, r.source_fields
         FROM jsonb_to_recordset($1::jsonb) AS r (meeting_id uuid, source_fields jsonb)
         ON CONFLICT (meeting_id) DO UPDATE SET source_fields = excluded.source_fields",
        Value::Array(private),
        office.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn apply_sources(connection: &mut PgConnection, plan: &Plan) -> Result<(), sqlx::Error> {
    let touched = plan.sources.iter().map(|source| source.meeting_id.0);
    let removed = plan.meetings.iter().filter(|change| change.op == MeetingOp::Remove).map(|change| change.id.0);
    let handed = plan.handed.iter().map(|handed| handed.meeting_id.0);
    let ids: Vec<Uuid> = touched.chain(removed).chain(handed).collect();
    // All first: two meetings may have swapped their keys.
    sqlx::query!(
        "DELETE FROM directory.meeting_sources WHERE feed_id = $1 AND meeting_id = ANY($2)",
        plan.feed_id.0,
        &ids
    )
    .execute(&mut *connection)
    .await?;
    let meetings: Vec<Uuid> = plan.sources.iter().map(|source| source.meeting_id.0).collect();
    let keys: Vec<String> = plan.sources.iter().map(|source| source.source_key.clone()).collect();
    let hashes: Vec<Vec<u8>> = plan.sources.iter().map(|source| source.row_hash.to_vec()).collect();
    let unread: Vec<bool> = plan.sources.iter().map(|source| source.unread).collect();
    sqlx::query!(
        "INSERT INTO directory.meeting_sources (feed_id, source_key, intergroup_id, meeting_id, row_hash, unread)
         SELECT $1, r.source_key, $2, r.meeting_id, r.row_hash, r.unread
         FROM unnest($3::text[], $4::uuid[], $5::bytea[], $6::bool[]) AS r (source_key, meeting_id, row_hash, unread)",
        plan.feed_id.0,
        plan.intergroup_id.0,
        &keys,
        &meetings,
        &hashes,
        &unread,
    )
    .execute(&mut *connection)
    .await?;
    let (slugs, meetings): (Vec<String>, Vec<Uuid>) =
        plan.aliases.iter().map(|(slug, id)| (slug.as_str().to_owned(), id.0)).unzip();
    sqlx::query!(
        "INSERT INTO directory.meeting_aliases (intergroup_id, slug, meeting_id)
         SELECT $1, r.slug, r.meeting_id FROM unnest($2::text[], $3::uuid[]) AS r (slug, meeting_id)",
        plan.intergroup_id.0,
        &slugs,
        &meetings,
    )
    .execute(connection)
    .await?;
    Ok(())
}
