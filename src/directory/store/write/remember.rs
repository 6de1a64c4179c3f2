//! The change log of writes that are not made thing by thing: what was there
//! before is remembered, what is there afterwards is loaded again, and the log
//! gets the difference. So it tells what is stored, whatever wrote it.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Change, RawId, Stamp, Stored, StoredGroup, StoredLocation, StoredMeeting, StoredRegion, change,
    groups::load_groups, insert_changes, locations::load_locations, meetings::load_meetings, regions::load_regions,
};
use crate::directory::input::Document;

/// How many documents are held besides those that are remembered.
const AT_ONCE: usize = 1_000;

/// What a write is about to touch; of things that are not there yet, their
/// future ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ids {
    /// Regions.
    pub regions: Vec<Uuid>,
    /// Groups.
    pub groups: Vec<Uuid>,
    /// Locations.
    pub locations: Vec<Uuid>,
    /// Meetings.
    pub meetings: Vec<Uuid>,
}

/// What was there before a write.
#[derive(Debug)]
pub struct Remembered {
    ids: Ids,
    regions: HashMap<Uuid, StoredRegion>,
    groups: HashMap<Uuid, StoredGroup>,
    locations: HashMap<Uuid, StoredLocation>,
    meetings: HashMap<Uuid, StoredMeeting>,
}

fn by_id<Id: RawId, D>(stored: Vec<Stored<Id, D>>) -> HashMap<Uuid, Stored<Id, D>> {
    stored.into_iter().map(|stored| (stored.id.raw(), stored)).collect()
}

fn changes<Id: RawId, D: Document>(before: &HashMap<Uuid, Stored<Id, D>>, after: &[Stored<Id, D>]) -> Vec<Change> {
    let changed = after.iter().filter_map(|after| {
        let before = before.get(&after.id.raw());
        before.is_none_or(|before| before.version != after.version).then(|| change(before, after))
    });
    changed.collect()
}

impl Remembered {
    /// Remembers what is there of the ids.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn of(connection: &mut PgConnection, ids: Ids) -> Result<Self, sqlx::Error> {
        Ok(Self {
            regions: by_id(load_regions(connection, &ids.regions).await?),
            groups: by_id(load_groups(connection, &ids.groups).await?),
            locations: by_id(load_locations(connection, &ids.locations).await?),
            meetings: by_id(load_meetings(connection, &ids.meetings).await?),
            ids,
        })
    }

    /// Logs every new version of what is there now.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn log(self, connection: &mut PgConnection, stamp: &Stamp) -> Result<(), sqlx::Error> {
        for ids in self.ids.regions.chunks(AT_ONCE) {
            let changes = changes(&self.regions, &load_regions(connection, ids).await?);
            insert_changes(connection, &changes, stamp).await?;
        }
        for ids in self.ids.groups.chunks(AT_ONCE) {
            let changes = changes(&self.groups, &load_groups(connection, ids).await?);
            insert_changes(connection, &changes, stamp).await?;
        }
        for ids in self.ids.locations.chunks(AT_ONCE) {
            let changes = changes(&self.locations, &load_locations(connection, ids).await?);
            insert_changes(connection, &changes, stamp).await?;
        }
        for ids in self.ids.meetings.chunks(AT_ONCE) {
            let changes = changes(&self.meetings, &load_meetings(connection, ids).await?);
            insert_changes(connection, &changes, stamp).await?;
        }
        Ok(())
    }
}
