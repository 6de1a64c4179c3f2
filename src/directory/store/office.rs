//! Meetings as their office sees them: with what the public does not.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    load::parsed,
    notices::{Notices, notices_of},
    write::load_meetings,
};
use crate::{
    directory::{
        GroupContent, Meeting, MeetingContent, MeetingState, Place, StoredMeeting, WeeklyStart,
        document::MeetingDocument,
    },
    kernel::{FeedId, IntergroupId, MeetingId, Slug},
};

/// A meeting and what only its office sees of it.
#[derive(Debug, Clone, PartialEq)]
pub struct OfficeMeeting {
    /// The meeting.
    pub meeting: Meeting,
    /// The name of its intergroup in addresses.
    pub intergroup_slug: Slug,
    /// The name of its intergroup.
    pub intergroup_name: String,
    /// The slug of its region.
    pub region_slug: Option<Slug>,
    /// Whether its own word, not its group's, publishes its contacts.
    pub contacts_public: bool,
    /// Whether the public sees it where it is not deleted.
    pub published: bool,
    /// The office's own notes.
    pub admin_notes: Option<String>,
    /// What its source said besides.
    pub source_fields: Map<String, Value>,
    /// The feeds that list it.
    pub feeds: Vec<ListedBy>,
}

/// What the documents do not hold.
struct Around {
    intergroup_slug: Slug,
    intergroup_name: String,
    group: Option<(GroupContent, bool)>,
    place: Option<Place>,
    region: Option<(Slug, Vec<String>)>,
    verified_on: Option<NaiveDate>,
    synced_on: Option<NaiveDate>,
    updated_at: DateTime<Utc>,
    revision: i64,
    source_fields: Map<String, Value>,
    feeds: Vec<ListedBy>,
}

/// A feed that lists a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ListedBy {
    /// Its id.
    pub id: FeedId,
    /// Its name.
    pub name: String,
    /// Whether what it says is what is shown.
    pub leads: bool,
}

/// The ids of an office's meetings by slug, of one state or of all.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_office_meetings(
    connection: &mut PgConnection,
    office: IntergroupId,
    state: Option<MeetingState>,
    after: Option<&Slug>,
    limit: u16,
) -> Result<Vec<MeetingId>, sqlx::Error> {
    let state = state.map(|state| match state {
        MeetingState::Published => "published",
        MeetingState::Unpublished => "unpublished",
        MeetingState::Deleted => "deleted",
    });
    let ids = sqlx::query_scalar!(
        "SELECT id FROM directory.meetings
         WHERE intergroup_id = $1 AND ($3::text IS NULL OR slug > $3)
           AND ($2::text IS NULL OR $2 = CASE WHEN deleted_at IS NOT NULL THEN 'deleted'
                                              WHEN published THEN 'published' ELSE 'unpublished' END)
         ORDER BY slug LIMIT $4",
        office.0,
        state,
        after.map(Slug::as_str),
        i64::from(limit),
    )
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(MeetingId).collect())
}

/// These meetings as their office sees them, in the order of the ids; those
/// that the scope does not show are left out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn load_office_meetings(
    connection: &mut PgConnection,
    ids: &[MeetingId],
) -> Result<Vec<OfficeMeeting>, sqlx::Error> {
    let raw: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let mut around = load_around(connection, &raw).await?;
    let stored = load_meetings(connection, &raw).await?;
    let subjects: Vec<Uuid> = stored.iter().flat_map(subjects).collect();
    let notices = notices_of(connection, &subjects).await?;
    let mut by_id: HashMap<MeetingId, OfficeMeeting> = stored
        .into_iter()
        .filter_map(|stored| {
            let around = around.remove(&stored.id.0)?;
            Some((stored.id, office_meeting(stored, around, &notices)))
        })
        .collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

/// Whose notices a meeting shows, in their order.
fn subjects(stored: &StoredMeeting) -> Vec<Uuid> {
    let document = &stored.document;
    let (group, place) = (document.group_id.map(|id| id.0), document.location_id.map(|id| id.0));
    [Some(stored.intergroup_id.0), group, place, Some(stored.id.0)].into_iter().flatten().collect()
}

fn office_meeting(stored: StoredMeeting, around: Around, notices: &Notices) -> OfficeMeeting {
    let notices = subjects(&stored).iter().filter_map(|id| notices.get(id)).flatten().cloned().collect();
    let state = match (stored.deleted, stored.document.published) {
        (true, _) => MeetingState::Deleted,
        (false, true) => MeetingState::Published,
        (false, false) => MeetingState::Unpublished,
    };
    let document = stored.document;
    let (contacts_public, published) = (document.contacts_public, document.published);
    let admin_notes = document.admin_notes.clone();
    let group_publishes = around.group.as_ref().is_some_and(|(_, publishes)| *publishes);
    let meeting = Meeting {
        id: stored.id,
        intergroup_id: stored.intergroup_id,
        slug: document.slug.clone(),
        group_id: document.group_id,
        location_id: document.location_id,
        region_id: document.region_id,
        contacts_public: contacts_public || group_publishes,
        notices,
        verified_on: around.verified_on,
        synced_on: around.synced_on,
        updated_at: around.updated_at,
        version: stored.version,
        revision: around.revision,
        state,
        content: content(document, around.group, around.place, around.region.as_ref()),
    };
    OfficeMeeting {
        meeting,
        intergroup_slug: around.intergroup_slug,
        intergroup_name: around.intergroup_name,
        region_slug: around.region.map(|(slug, _)| slug),
        contacts_public,
        published,
        admin_notes,
        source_fields: around.source_fields,
        feeds: around.feeds,
    }
}

fn content(
    document: MeetingDocument,
    group: Option<(GroupContent, bool)>,
    location: Option<Place>,
    region: Option<&(Slug, Vec<String>)>,
) -> MeetingContent {
    MeetingContent {
        name: document.name,
        start: document.day.zip(document.time).map(|(day, time)| WeeklyStart { day, time }),
        duration_minutes: document.duration_minutes,
        timezone: document.timezone,
        timezone_source: document.timezone_source,
        location,
        group: group.map(|(group, _)| group),
        region: region.map(|(_, path)| path.clone()).unwrap_or_default(),
        district: document.district,
        types: document.types,
        notes: document.notes,
        conference: document.conference,
        contribution: document.contribution,
        website: document.website,
        feedback_url: document.feedback_url,
        contacts: document.contacts,
    }
}

async fn load_around(connection: &mut PgConnection, ids: &[Uuid]) -> Result<HashMap<Uuid, Around>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT m.id, i.slug AS intergroup_slug, i.name AS intergroup_name, m.verified_on, m.updated_at, m.revision,
                  g.name AS "group_name?", g.notes AS "group_notes?", g.contacts_public AS "group_publishes?",
                  CASE WHEN l.id IS NOT NULL THEN jsonb_strip_nulls(jsonb_build_object(
                      'name', l.name, 'formatted_address', l.formatted_address, 'address', l.address, 'city', l.city,
                      'state', l.state, 'postal_code', l.postal_code, 'country', l.country, 'latitude', l.latitude,
                      'longitude', l.longitude, 'approximate', l.approximate, 'notes', l.notes)) END AS place,
                  r.slug AS "region_slug?", path.names AS region_path,
                  p.source_fields AS "source_fields?", feeds.list AS feeds, feeds.synced_on
           FROM directory.meetings m
               JOIN directory.intergroups i ON i.id = m.intergroup_id
               LEFT JOIN directory.groups g ON g.id = m.group_id
               LEFT JOIN directory.locations l ON l.id = m.location_id
               LEFT JOIN directory.regions r ON r.id = m.region_id
               LEFT JOIN directory.meeting_private p ON p.meeting_id = m.id
               CROSS JOIN LATERAL (
                   WITH RECURSIVE up AS (
                       SELECT r.name, r.parent_id, 1 AS depth WHERE r.id IS NOT NULL
                       UNION ALL
                       SELECT n.name, n.parent_id, up.depth + 1 FROM up JOIN directory.regions n ON n.id = up.parent_id
                       WHERE up.depth < 16
                   )
                   SELECT array_agg(up.name ORDER BY up.depth DESC) AS names FROM up
               ) path
               CROSS JOIN LATERAL (
                   SELECT jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'leads', s.leads)
                                    ORDER BY s.leads DESC, f.name, f.id) AS list,
                          max(f.synced_on) FILTER (WHERE s.leads) AS synced_on
                   FROM (SELECT feed_id, true AS leads FROM directory.meeting_sources WHERE meeting_id = m.id
                         UNION ALL SELECT feed_id, false FROM directory.meeting_followers
                                   WHERE meeting_id = m.id AND NOT apart) s
                       JOIN directory.feeds f ON f.id = s.feed_id
               ) feeds
           WHERE m.id = ANY($1)"#,
        ids,
    )
    .fetch_all(connection)
    .await?;
    let mut around = HashMap::new();
    for row in rows {
        let names = row.region_path.unwrap_or_default();
        let region = row.region_slug.as_deref().map(Slug::parse).transpose();
        let group = row.group_name.map(|name| GroupContent { name, notes: row.group_notes });
        let source_fields = match row.source_fields {
            Some(Value::Object(fields)) => fields,
            _ => Map::new(),
        };
        around.insert(
            row.id,
            Around {
                intergroup_slug: parsed(Slug::parse(&row.intergroup_slug))?,
                intergroup_name: row.intergroup_name,
                group: group.map(|group| (group, row.group_publishes.unwrap_or(false))),
                place: row.place.map(|place| parsed(serde_json::from_value(place))).transpose()?,
                region: parsed(region)?.map(|slug| (slug, names)),
                verified_on: row.verified_on,
                synced_on: row.synced_on,
                updated_at: row.updated_at,
                revision: row.revision,
                source_fields,
                feeds: row.feeds.map(|feeds| parsed(serde_json::from_value(feeds))).transpose()?.unwrap_or_default(),
            },
        );
    }
    Ok(around)
}
