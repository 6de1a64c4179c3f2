//! Meetings with everything they show.

use std::collections::HashMap;

use chrono::{NaiveTime, Timelike};
use futures_util::TryStreamExt;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    load::{Extent, parsed},
    notices::Notices,
};
use crate::{
    directory::{
        Conference, Contact, Contribution, Group, GroupContent, Meeting, MeetingContent, MeetingState, Place,
        TimezoneSource, WeeklyStart,
    },
    kernel::{Day, GroupId, IntergroupId, LocalTime, LocationId, MeetingId, RegionId, Slug, WeeklyError, parse_zone},
};

/// A wall-clock time as the database holds it.
pub(super) fn local_time(time: NaiveTime) -> Result<LocalTime, sqlx::Error> {
    let minutes = time.num_seconds_from_midnight() / 60;
    parsed(u16::try_from(minutes).map_err(|_| WeeklyError::Time).and_then(LocalTime::from_minutes))
}

pub(super) async fn load_meetings(
    connection: &mut PgConnection,
    extent: Extent,
    groups: &HashMap<GroupId, &Group>,
    places: &HashMap<LocationId, &Place>,
    paths: &HashMap<RegionId, Vec<String>>,
    notices: &Notices,
) -> Result<Vec<Meeting>, sqlx::Error> {
    let mut contacts = load_contacts(connection, extent).await?;
    let mut rows = sqlx::query!(
        "SELECT id, intergroup_id, slug, group_id, location_id, region_id, name, day, start_time, duration_minutes,
                timezone, timezone_source, district, types, notes, conference_url, conference_url_notes,
                conference_phone, conference_phone_notes, venmo, square, paypal, homegroup_online, website,
                feedback_url, contacts_public, verified_on, version, revision, updated_at, published, deleted_at,
                synced_on
         FROM directory.meetings m
         LEFT JOIN (SELECT s.meeting_id, max(f.synced_on) AS synced_on
                    FROM directory.meeting_sources s JOIN directory.feeds f ON f.id = s.feed_id
                    WHERE $1::uuid IS NULL OR s.intergroup_id = $1
                    GROUP BY s.meeting_id) s ON s.meeting_id = m.id
         WHERE CASE WHEN $1::uuid IS NULL THEN published AND deleted_at IS NULL ELSE intergroup_id = $1 END",
        extent.office(),
    )
    .fetch(connection);
    let mut meetings = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let group = row.group_id.and_then(|id| groups.get(&GroupId(id)));
        let start = match (row.day, row.start_time) {
            (Some(day), Some(time)) => Some(WeeklyStart {
                day: parsed(u8::try_from(day).map_err(|_| WeeklyError::Day).and_then(Day::new))?,
                time: local_time(time)?,
            }),
            _ => None,
        };
        let content = MeetingContent {
            name: row.name,
            start,
            duration_minutes: row.duration_minutes.and_then(|minutes| u16::try_from(minutes).ok()),
            timezone: parsed(parse_zone(&row.timezone))?,
            timezone_source: timezone_source(&row.timezone_source),
            location: row.location_id.and_then(|id| places.get(&LocationId(id))).map(|place| (*place).clone()),
            group: group.map(|group| GroupContent { name: group.name.clone(), notes: group.notes.clone() }),
            region: row.region_id.and_then(|id| paths.get(&RegionId(id))).cloned().unwrap_or_default(),
            district: row.district,
            types: row.types,
            notes: row.notes,
            conference: Conference {
                url: row.conference_url,
                url_notes: row.conference_url_notes,
                phone: row.conference_phone,
                phone_notes: row.conference_phone_notes,
            },
            contribution: Contribution {
                venmo: row.venmo,
                square: row.square,
                paypal: row.paypal,
                homegroup_online: row.homegroup_online,
            },
            website: row.website,
            feedback_url: row.feedback_url,
            contacts: contacts.remove(&row.id).unwrap_or_default(),
        };
        let subjects = [Some(row.intergroup_id), row.group_id, row.location_id, Some(row.id)];
        meetings.push(Meeting {
            id: MeetingId(row.id),
            intergroup_id: IntergroupId(row.intergroup_id),
            slug: parsed(Slug::parse(&row.slug))?,
            group_id: row.group_id.map(GroupId),
            location_id: row.location_id.map(LocationId),
            region_id: row.region_id.map(RegionId),
            content,
            contacts_public: row.contacts_public || group.is_some_and(|group| group.contacts_public),
            notices: subjects.iter().flatten().filter_map(|id| notices.get(id)).flatten().cloned().collect(),
            verified_on: row.verified_on,
            synced_on: row.synced_on,
            updated_at: row.updated_at,
            version: row.version,
            revision: row.revision,
            state: match (row.deleted_at, row.published) {
                (Some(_), _) => MeetingState::Deleted,
                (None, true) => MeetingState::Published,
                (None, false) => MeetingState::Unpublished,
            },
        });
    }
    // Done here in memory: the database would sort whole rows on its disk.
    meetings.sort_by_cached_key(|meeting| meeting.id);
    Ok(meetings)
}

fn timezone_source(text: &str) -> TimezoneSource {
    match text {
        "given" => TimezoneSource::Given,
        "coordinates" => TimezoneSource::Coordinates,
        _ => TimezoneSource::Intergroup,
    }
}

/// Contacts of meetings, in their order.
async fn load_contacts(
    connection: &mut PgConnection,
    extent: Extent,
) -> Result<HashMap<Uuid, Vec<Contact>>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT meeting_id, name, email, phone, likely_last_name
         FROM directory.meeting_contacts
         WHERE $1::uuid IS NULL OR intergroup_id = $1 ORDER BY meeting_id, position",
        extent.office(),
    )
    .fetch_all(connection)
    .await?;
    let mut contacts: HashMap<Uuid, Vec<Contact>> = HashMap::new();
    for row in rows {
        contacts.entry(row.meeting_id).or_default().push(Contact {
            name: row.name,
            email: row.email,
            phone: row.phone,
            likely_last_name: row.likely_last_name,
        });
    }
    Ok(contacts)
}
