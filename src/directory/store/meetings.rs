//! Meetings with everything they show.

use std::{mem, vec};

use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};
use foldhash::HashMap;
use futures_util::TryStreamExt;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    load::{Extent, Surroundings, parsed, region_paths},
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

/// Of how many sampled ids one ends a part. One page in a hundred is sampled, so
/// a part has some thousand meetings.
const SAMPLED: usize = 10;

/// Reads meetings a part at a time, in the order of their ids, so that they need
/// never be in memory all at once.
pub struct MeetingReader<'a> {
    extent: Extent,
    groups: HashMap<GroupId, &'a Group>,
    places: HashMap<LocationId, &'a Place>,
    paths: HashMap<RegionId, Vec<String>>,
    notices: &'a Notices,
    /// The last id of the part before.
    after: Uuid,
    /// The last id that each part may have.
    ends: vec::IntoIter<Uuid>,
}

/// A meeting as a row has it.
struct MeetingRow {
    id: Uuid,
    intergroup_id: Uuid,
    slug: String,
    group_id: Option<Uuid>,
    location_id: Option<Uuid>,
    region_id: Option<Uuid>,
    name: String,
    day: Option<i16>,
    start_time: Option<NaiveTime>,
    duration_minutes: Option<i16>,
    timezone: String,
    timezone_source: String,
    district: Option<String>,
    types: Vec<String>,
    notes: Option<String>,
    conference_url: Option<String>,
    conference_url_notes: Option<String>,
    conference_phone: Option<String>,
    conference_phone_notes: Option<String>,
    venmo: Option<String>,
    square: Option<String>,
    paypal: Option<String>,
    homegroup_online: Option<String>,
    website: Option<String>,
    feedback_url: Option<String>,
    contacts_public: bool,
    verified_on: Option<NaiveDate>,
    version: i64,
    revision: i64,
    updated_at: DateTime<Utc>,
    published: bool,
    deleted_at: Option<DateTime<Utc>>,
}

/// Meetings of which something holds: by a query for each, so that each is
/// planned for what it is.
macro_rules! meetings_where {
    ($condition:tt, $($value:expr),+) => {
        sqlx::query_as!(
            MeetingRow,
            "SELECT id, intergroup_id, slug, group_id, location_id, region_id, name, day, start_time,
                    duration_minutes, timezone, timezone_source, district, types, notes, conference_url,
                    conference_url_notes, conference_phone, conference_phone_notes, venmo, square, paypal,
                    homegroup_online, website, feedback_url, contacts_public, verified_on, version, revision,
                    updated_at, published, deleted_at
             FROM directory.meetings WHERE " + $condition,
            $($value),+
        )
    };
}

impl<'a> MeetingReader<'a> {
    /// Begins with the first of them. What is around them comes from the same
    /// transaction.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn new(
        connection: &mut PgConnection,
        extent: Extent,
        around: &'a Surroundings,
    ) -> Result<Self, sqlx::Error> {
        let Surroundings { directory, notices } = around;
        let mut ends = match extent {
            Extent::Public => {
                // To plan for each part anew what is the same for all takes longer than the parts.
                sqlx::query!("SELECT set_config('plan_cache_mode', 'force_generic_plan', true)")
                    .fetch_one(&mut *connection)
                    .await?;
                sampled_ids(connection).await?
            }
            Extent::Office(_) => vec![],
        };
        ends.push(Uuid::max());
        Ok(Self {
            extent,
            groups: directory.groups.iter().map(|group| (group.id, group)).collect(),
            places: directory.locations.iter().map(|one| (one.id, &one.place)).collect(),
            paths: region_paths(&directory.regions),
            notices,
            after: Uuid::nil(),
            ends: ends.into_iter(),
        })
    }

    /// The next part; `None` after the last.
    ///
    /// # Errors
    /// When the database cannot be reached, or holds what the program does not
    /// understand.
    pub async fn next(&mut self, connection: &mut PgConnection) -> Result<Option<Vec<Meeting>>, sqlx::Error> {
        let Some(end) = self.ends.next() else { return Ok(None) };
        let after = mem::replace(&mut self.after, end);
        let mut contacts = load_contacts(connection, self.extent, (after, end)).await?;
        let synced = load_synced(connection, self.extent, (after, end)).await?;
        let mut rows = match self.extent {
            Extent::Public => meetings_where!("id > $1 AND id <= $2 AND published AND deleted_at IS NULL", after, end)
                .fetch(connection),
            Extent::Office(id) => meetings_where!("intergroup_id = $1", id.0).fetch(connection),
        };
        let mut meetings = Vec::new();
        while let Some(row) = rows.try_next().await? {
            let (contacts, synced_on) = (contacts.remove(&row.id).unwrap_or_default(), synced.get(&row.id).copied());
            meetings.push(self.meeting(row, contacts, synced_on)?);
        }
        // Done here in memory: the database would sort whole rows on its disk.
        meetings.sort_by_cached_key(|meeting| meeting.id);
        Ok(Some(meetings))
    }

    fn meeting(
        &self,
        row: MeetingRow,
        contacts: Vec<Contact>,
        synced_on: Option<NaiveDate>,
    ) -> Result<Meeting, sqlx::Error> {
        let group = row.group_id.and_then(|id| self.groups.get(&GroupId(id)));
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
            location: row.location_id.and_then(|id| self.places.get(&LocationId(id))).map(|place| (*place).clone()),
            group: group.map(|group| GroupContent { name: group.name.clone(), notes: group.notes.clone() }),
            region: row.region_id.and_then(|id| self.paths.get(&RegionId(id))).cloned().unwrap_or_default(),
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
            contacts,
        };
        let subjects = [Some(row.intergroup_id), row.group_id, row.location_id, Some(row.id)];
        Ok(Meeting {
            id: MeetingId(row.id),
            intergroup_id: IntergroupId(row.intergroup_id),
            slug: parsed(Slug::parse(&row.slug))?,
            group_id: row.group_id.map(GroupId),
            location_id: row.location_id.map(LocationId),
            region_id: row.region_id.map(RegionId),
            content,
            contacts_public: row.contacts_public || group.is_some_and(|group| group.contacts_public),
            notices: subjects.iter().flatten().filter_map(|id| self.notices.get(id)).flatten().cloned().collect(),
            verified_on: row.verified_on,
            synced_on,
            updated_at: row.updated_at,
            version: row.version,
            revision: row.revision,
            state: match (row.deleted_at, row.published) {
                (Some(_), _) => MeetingState::Deleted,
                (None, true) => MeetingState::Published,
                (None, false) => MeetingState::Unpublished,
            },
        })
    }
}

/// Some ids of meetings, in order, with as many meetings between one and the
/// next, about.
async fn sampled_ids(connection: &mut PgConnection) -> Result<Vec<Uuid>, sqlx::Error> {
    let mut ids = sqlx::query_scalar!("SELECT id FROM directory.meetings TABLESAMPLE SYSTEM (1) REPEATABLE (1)")
        .fetch_all(connection)
        .await?;
    ids.sort_unstable();
    Ok(ids.into_iter().skip(SAMPLED - 1).step_by(SAMPLED).collect())
}

fn timezone_source(text: &str) -> TimezoneSource {
    match text {
        "given" => TimezoneSource::Given,
        "coordinates" => TimezoneSource::Coordinates,
        _ => TimezoneSource::Intergroup,
    }
}

/// The day that a feed last carried the meetings between two ids, or an office's.
async fn load_synced(
    connection: &mut PgConnection,
    extent: Extent,
    (after, end): (Uuid, Uuid),
) -> Result<HashMap<Uuid, NaiveDate>, sqlx::Error> {
    let rows: Vec<(Uuid, Option<NaiveDate>)> = match extent {
        Extent::Public => {
            let synced = sqlx::query!(
                "SELECT s.meeting_id, max(f.synced_on) AS synced_on
                 FROM directory.meeting_sources s JOIN directory.feeds f ON f.id = s.feed_id
                 WHERE s.meeting_id > $1 AND s.meeting_id <= $2 GROUP BY s.meeting_id",
                after,
                end,
            );
            synced.map(|row| (row.meeting_id, row.synced_on)).fetch_all(connection).await?
        }
        Extent::Office(id) => {
            let synced = sqlx::query!(
                "SELECT s.meeting_id, max(f.synced_on) AS synced_on
                 FROM directory.meeting_sources s JOIN directory.feeds f ON f.id = s.feed_id
                 WHERE s.intergroup_id = $1 GROUP BY s.meeting_id",
                id.0,
            );
            synced.map(|row| (row.meeting_id, row.synced_on)).fetch_all(connection).await?
        }
    };
    Ok(rows.into_iter().filter_map(|(meeting, synced_on)| Some((meeting, synced_on?))).collect())
}

/// A contact as a row has it.
struct ContactRow {
    meeting_id: Uuid,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    likely_last_name: bool,
}

/// Contacts of the meetings between two ids, or of an office's, in their order.
async fn load_contacts(
    connection: &mut PgConnection,
    extent: Extent,
    (after, end): (Uuid, Uuid),
) -> Result<HashMap<Uuid, Vec<Contact>>, sqlx::Error> {
    let rows = match extent {
        Extent::Public => {
            sqlx::query_as!(
                ContactRow,
                "SELECT meeting_id, name, email, phone, likely_last_name
                 FROM directory.meeting_contacts
                 WHERE meeting_id > $1 AND meeting_id <= $2 ORDER BY meeting_id, position",
                after,
                end,
            )
            .fetch_all(connection)
            .await?
        }
        Extent::Office(id) => {
            sqlx::query_as!(
                ContactRow,
                "SELECT meeting_id, name, email, phone, likely_last_name
                 FROM directory.meeting_contacts
                 WHERE intergroup_id = $1 ORDER BY meeting_id, position",
                id.0,
            )
            .fetch_all(connection)
            .await?
        }
    };
    let mut contacts: HashMap<Uuid, Vec<Contact>> = HashMap::default();
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
