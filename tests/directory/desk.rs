//! An office's desk: one intergroup with another beside it, and every write as
//! one call.

use chrono::{DateTime, TimeZone, Utc};
use openchair::{
    db::{self, Databases, Pools, Scope},
    directory::{
        self, Actor, Directory, Extent, HistoryEntry, Meeting, NewIntergroup, NoticeSubject, Stamp, StoredGroup,
        StoredIntergroup, StoredLocation, StoredMeeting, StoredNotice, StoredRegion, WriteError, Written,
    },
    feeds::{self, FeedContext},
    http::{IfMatch, read_input},
    kernel::{AccountId, Clock, Entropy, FixedClock, IntergroupId, Invalid, MeetingId, SeededEntropy, Slug},
    sync::{self, ImportOptions, ImportOutcome, Mode},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use utoipa::PartialSchema;

use crate::support::TestDatabase;

pub type Result<T> = std::result::Result<T, WriteError>;

pub struct Desk {
    pub pools: Pools,
    pub clock: FixedClock,
    pub entropy: SeededEntropy,
    /// `lantern`, in Chicago.
    pub office: IntergroupId,
    /// `harbor`, in New York, beside it.
    pub other: IntergroupId,
    pub database: TestDatabase,
}

/// A body as a route reads it.
pub fn input<T: DeserializeOwned + PartialSchema>(body: Value) -> Result<T> {
    read_input(body).map_err(|error| WriteError::Invalid(error.invalid().to_vec()))
}

/// What a refusal says of fields: pointer and code.
pub fn refused<T: std::fmt::Debug>(outcome: Result<T>) -> Vec<(String, &'static str)> {
    match outcome {
        Err(WriteError::Invalid(invalid) | WriteError::Missing(invalid)) => codes(&invalid),
        other => panic!("not refused for a field: {other:?}"),
    }
}

fn codes(invalid: &[Invalid]) -> Vec<(String, &'static str)> {
    invalid.iter().map(|invalid| (invalid.name.to_string(), invalid.code)).collect()
}

impl Desk {
    pub async fn new() -> Self {
        let database = TestDatabase::new().await;
        let pools = Pools::new(&Databases::one(database.options()), 4);
        let clock = FixedClock::at(Utc.with_ymd_and_hms(2026, 5, 4, 17, 0, 0).unwrap());
        let entropy = SeededEntropy::new(1);
        let [office, other] = [(); 2].map(|()| IntergroupId(entropy.uuid_v7(clock.now())));
        let desk = Self { pools, clock, entropy, office, other, database };
        for (id, slug, timezone) in
            [(office, "lantern", chrono_tz::America::Chicago), (other, "harbor", chrono_tz::America::New_York)]
        {
            let new = NewIntergroup {
                id,
                slug: Slug::parse(slug).unwrap(),
                name: format!("{slug} office"),
                parent_id: None,
                timezone,
                website: None,
                email: None,
                phone: None,
                location: None,
            };
            let insert = async |connection: &mut PgConnection, stamp: &Stamp| {
                directory::insert_intergroup(connection, &new, stamp).await
            };
            desk.write_as(Scope::Operator, insert).await.unwrap();
        }
        desk
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Somebody who acts for the office.
    pub fn account() -> AccountId {
        "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b".parse().unwrap()
    }

    /// One transaction in a scope; given up when it is refused.
    pub async fn write_as<T>(
        &self,
        scope: Scope,
        work: impl AsyncFnOnce(&mut PgConnection, &Stamp) -> Result<T>,
    ) -> Result<T> {
        let mut write = db::begin_write(&self.pools.directory, scope).await?;
        let stamp = Stamp { revision: write.revision, now: self.now(), actor: Actor::Account(Self::account()) };
        let done = work(&mut write.transaction, &stamp).await?;
        write.commit().await?;
        Ok(done)
    }

    /// One transaction of the office.
    pub async fn write<T>(&self, work: impl AsyncFnOnce(&mut PgConnection, &Stamp) -> Result<T>) -> Result<T> {
        self.write_as(Scope::office(self.office), work).await
    }

    /// One transaction of somebody who acts for both offices.
    pub async fn write_both<T>(&self, work: impl AsyncFnOnce(&mut PgConnection, &Stamp) -> Result<T>) -> Result<T> {
        self.write_as(Scope::Offices(vec![self.office, self.other]), work).await
    }

    pub async fn create(&self, body: Value) -> Result<StoredMeeting> {
        self.create_in(self.office, body).await
    }

    pub async fn create_in(&self, office: IntergroupId, body: Value) -> Result<StoredMeeting> {
        let input = input(body)?;
        self.write_as(Scope::office(office), async |connection, stamp| {
            directory::create_meeting(connection, office, &input, stamp, &self.entropy).await
        })
        .await
    }

    /// A published meeting that one can join online.
    pub async fn online(&self, slug: &str) -> StoredMeeting {
        self.create(online(slug)).await.unwrap()
    }

    pub async fn patch(&self, meeting: &StoredMeeting, patch: Value) -> Result<Written<StoredMeeting>> {
        self.patch_if(meeting, patch, &IfMatch::Any).await
    }

    pub async fn patch_if(
        &self,
        meeting: &StoredMeeting,
        patch: Value,
        if_match: &IfMatch,
    ) -> Result<Written<StoredMeeting>> {
        self.write_both(async |connection, stamp| {
            let stored = directory::find_meeting(connection, meeting.id).await?.unwrap();
            directory::patch_meeting(connection, &stored, &patch, if_match, &|_| true, stamp).await
        })
        .await
    }

    pub async fn delete(&self, meeting: &StoredMeeting) -> Result<Written<StoredMeeting>> {
        self.delete_for(meeting, None).await
    }

    pub async fn delete_for(
        &self,
        meeting: &StoredMeeting,
        replaced_by: Option<MeetingId>,
    ) -> Result<Written<StoredMeeting>> {
        self.write(async |connection, stamp| {
            let stored = directory::find_meeting(connection, meeting.id).await?.unwrap();
            directory::delete_meeting(connection, &stored, replaced_by, &IfMatch::Any, stamp).await
        })
        .await
    }

    pub async fn restore(&self, meeting: &StoredMeeting) -> Result<Written<StoredMeeting>> {
        self.write(async |connection, stamp| {
            let stored = directory::find_meeting(connection, meeting.id).await?.unwrap();
            directory::restore_meeting(connection, &stored, stamp).await
        })
        .await
    }

    pub async fn revert(&self, meeting: &StoredMeeting, version: i64) -> Result<Written<StoredMeeting>> {
        self.write(async |connection, stamp| {
            let stored = directory::find_meeting(connection, meeting.id).await?.unwrap();
            directory::revert_meeting(connection, &stored, version, stamp).await
        })
        .await
    }

    pub async fn stored(&self, id: MeetingId) -> StoredMeeting {
        let mut read = db::begin_read(&self.pools.directory, Scope::Read).await.unwrap();
        directory::find_meeting(&mut read, id).await.unwrap().unwrap()
    }

    pub async fn history(&self, id: MeetingId) -> Vec<HistoryEntry> {
        let mut read = db::begin_read(&self.pools.directory, Scope::office(self.office)).await.unwrap();
        directory::history(&mut read, id, None, 100).await.unwrap()
    }

    pub async fn location(&self, body: Value) -> Result<StoredLocation> {
        self.location_in(self.office, body).await
    }

    pub async fn location_in(&self, office: IntergroupId, body: Value) -> Result<StoredLocation> {
        let input = input(body)?;
        self.write_both(async |connection, stamp| {
            directory::create_location(connection, office, &input, stamp, &self.entropy).await
        })
        .await
    }

    pub async fn patch_location(&self, location: &StoredLocation, patch: Value) -> Result<Written<StoredLocation>> {
        self.write(async |connection, stamp| {
            let stored = directory::find_location(connection, location.id).await?.unwrap();
            directory::patch_location(connection, &stored, &patch, &IfMatch::Any, stamp).await
        })
        .await
    }

    pub async fn group(&self, body: Value) -> Result<StoredGroup> {
        self.group_in(self.office, body).await
    }

    pub async fn group_in(&self, office: IntergroupId, body: Value) -> Result<StoredGroup> {
        let input = input(body)?;
        self.write_both(async |connection, stamp| {
            directory::create_group(connection, office, &input, stamp, &self.entropy).await
        })
        .await
    }

    pub async fn patch_group(&self, group: &StoredGroup, patch: Value) -> Result<Written<StoredGroup>> {
        self.write_both(async |connection, stamp| {
            let stored = directory::find_group(connection, group.id).await?.unwrap();
            directory::patch_group(connection, &stored, &patch, &IfMatch::Any, &|_| true, stamp).await
        })
        .await
    }

    pub async fn region(&self, body: Value) -> Result<StoredRegion> {
        let input = input(body)?;
        self.write(async |connection, stamp| {
            directory::create_region(connection, self.office, &input, stamp, &self.entropy).await
        })
        .await
    }

    pub async fn patch_region(&self, region: &StoredRegion, patch: Value) -> Result<Written<StoredRegion>> {
        self.write(async |connection, stamp| {
            let stored = directory::find_region(connection, region.id).await?.unwrap();
            directory::patch_region(connection, &stored, &patch, &IfMatch::Any, stamp).await
        })
        .await
    }

    pub async fn patch_intergroup(&self, id: IntergroupId, patch: Value) -> Result<Written<StoredIntergroup>> {
        self.write_both(async |connection, stamp| {
            let stored = directory::find_intergroup_to_write(connection, id).await?.unwrap();
            directory::patch_intergroup(connection, &stored, &patch, &IfMatch::Any, stamp).await
        })
        .await
    }

    pub async fn notice(&self, subject: NoticeSubject, body: Value) -> Result<StoredNotice> {
        let input = input(body)?;
        self.write(async |connection, stamp| {
            directory::add_notice(connection, subject, input, stamp, &self.entropy).await
        })
        .await
    }

    /// All that the office has, deleted things too.
    pub async fn directory(&self) -> Directory {
        let mut read = db::begin_read(&self.pools.directory, Scope::Read).await.unwrap();
        directory::load(&mut read, Extent::Office(self.office)).await.unwrap()
    }

    /// A meeting as the rest of the program sees it.
    pub async fn shown(&self, id: MeetingId) -> Meeting {
        self.directory().await.meetings.into_iter().find(|meeting| meeting.id == id).unwrap()
    }

    pub async fn import(&self, feed: &[u8]) -> ImportOutcome {
        let context = FeedContext::of(chrono_tz::America::Chicago);
        let read = feeds::read_meeting_guide(feed, &context).unwrap();
        let options = ImportOptions { mode: Mode::Apply, allow_shrink: true };
        sync::import(&self.pools.directory, &self.clock, &self.entropy, self.office, &read, options).await.unwrap()
    }

    /// The rows of a query, each as JSON.
    pub async fn query(&self, sql: &str) -> Vec<Value> {
        let mut owner = self.database.owner().await;
        let sql = format!("SELECT to_jsonb(q) FROM ({sql}) q");
        let rows = owner.fetch_all(AssertSqlSafe(sql)).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }

    pub async fn execute(&self, sql: &str) {
        let mut owner = self.database.owner().await;
        owner.execute(AssertSqlSafe(sql.to_owned())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Every row of the directory but its clock.
    pub async fn contents(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for table in [
            "intergroups",
            "regions",
            "groups",
            "locations",
            "meetings",
            "meeting_aliases",
            "meeting_contacts",
            "meeting_private",
            "meeting_sources",
            "notices",
            "changes",
        ] {
            all.extend(self.query(&format!("SELECT * FROM directory.{table} t ORDER BY to_jsonb(t)::text")).await);
        }
        all
    }
}

/// The body of a meeting that one can join online.
pub fn online(slug: &str) -> Value {
    json!({
        "name": format!("Meeting {slug}"), "slug": slug, "day": 1, "time": "19:00", "duration_minutes": 60,
        "conference": { "url": "https://zoom.us/j/1", "url_notes": "Password: serenity" }, "types": ["O"],
    })
}

/// The body of a hall in Chicago.
pub fn hall() -> Value {
    json!({
        "name": "Tinder Hall", "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA",
        "latitude": 41.88425, "longitude": -87.63245,
    })
}
