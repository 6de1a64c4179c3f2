//! What is written of the directory, one file a thing: loading some of it as
//! documents, and putting one back as its next version.
//!
//! Invariants: the caller holds the directory's clock, so nobody writes
//! besides; what is put must be the version after the one that is there; what a
//! constraint refuses is told by the constraint's name.

mod groups;
mod intergroups;
mod locations;
mod meetings;
mod notices;
mod references;
mod regions;
mod remember;
mod stamps;

use uuid::Uuid;

use super::log::{Change, Op, Stamp, insert_changes};
use crate::{
    db,
    directory::{
        GroupDocument, IntergroupDocument, MeetingDocument, NoticeDocument, Place, RegionDocument, WriteError,
        input::Document,
    },
    kernel::{GroupId, IntergroupId, LocationId, MeetingId, NoticeId, RegionId},
};

pub use groups::find_group;
pub use intergroups::find_intergroup_to_write;
pub use locations::find_location;
pub use meetings::{find_meeting, find_meetings};
pub use notices::find_notice;
pub use regions::find_region;
pub use remember::{Ids, Remembered};

pub(in crate::directory) use groups::{group_slugs, put_group};
pub(in crate::directory) use intergroups::{insert_intergroup, update_intergroup};
pub(in crate::directory) use locations::put_location;
pub(in crate::directory) use meetings::{
    add_alias, drop_aliases, follow_replacement, load_meetings, meeting_of_slug, meeting_slugs, put_meeting,
    set_replaced_by, set_verified,
};
pub(in crate::directory) use notices::{delete_notice, insert_notice};
pub(in crate::directory) use references::{
    References, deleted_of_group, is_public_meeting, living_of, references, settled_by, timezone_of,
};
pub(in crate::directory) use regions::{has_living_children, put_region, region_levels, region_slugs};
pub(in crate::directory) use stamps::{Shown, stamp_meetings};

/// A thing as it is stored, loaded for writing.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored<Id, D> {
    /// Its id.
    pub id: Id,
    /// The intergroup that it is of; of an intergroup, itself.
    pub intergroup_id: IntergroupId,
    /// Counts its own changes, from 1.
    pub version: i64,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Whether a feed brings it.
    pub from_feed: bool,
    /// Everything of it.
    pub document: D,
}

/// A meeting, loaded for writing.
pub type StoredMeeting = Stored<MeetingId, MeetingDocument>;
/// A group, loaded for writing.
pub type StoredGroup = Stored<GroupId, GroupDocument>;
/// A location, loaded for writing.
pub type StoredLocation = Stored<LocationId, Place>;
/// A region, loaded for writing.
pub type StoredRegion = Stored<RegionId, RegionDocument>;
/// An intergroup, loaded for writing.
pub type StoredIntergroup = Stored<IntergroupId, IntergroupDocument>;
/// A notice, loaded for writing.
pub type StoredNotice = Stored<NoticeId, NoticeDocument>;

impl<Id: Copy, D: Clone> Stored<Id, D> {
    /// A thing that is to be made: its first version.
    pub(in crate::directory) fn new(id: Id, intergroup_id: IntergroupId, document: D) -> Self {
        Self { id, intergroup_id, version: 1, deleted: false, from_feed: false, document }
    }

    /// Its next version.
    pub(in crate::directory) fn next(&self, document: D, deleted: bool) -> Self {
        Self { version: self.version + 1, deleted, document, ..self.clone() }
    }
}

/// Ids as rows have them.
pub(in crate::directory) trait RawId: Copy {
    /// The UUID.
    fn raw(self) -> Uuid;
}

macro_rules! raw_ids {
    ($($id:ident)*) => { $(
        impl RawId for $id {
            fn raw(self) -> Uuid {
                self.0
            }
        }
    )* };
}

raw_ids! { MeetingId GroupId LocationId RegionId IntergroupId NoticeId }

/// What happened between two versions of a thing.
fn op(before: Option<bool>, deleted: bool) -> Op {
    match (before, deleted) {
        (None, _) => Op::Create,
        (Some(false), true) => Op::Delete,
        (Some(true), false) => Op::Restore,
        (Some(_), _) => Op::Update,
    }
}

/// The line of the log between two versions of a thing.
pub(in crate::directory) fn change<Id: RawId, D: Document>(
    before: Option<&Stored<Id, D>>,
    after: &Stored<Id, D>,
) -> Change {
    let op = op(before.map(|before| before.deleted), after.deleted);
    let documents = (before.map(|before| &before.document), (!after.deleted).then_some(&after.document));
    Change::between(after.id.raw(), after.intergroup_id, op, after.version, documents)
}

/// Adds the line between two versions to the log.
pub(in crate::directory) async fn log<Id: RawId, D: Document>(
    connection: &mut sqlx::PgConnection,
    before: Option<&Stored<Id, D>>,
    after: &Stored<Id, D>,
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    insert_changes(connection, &[change(before, after)], stamp).await
}

/// What a database error says of a write.
fn refusal(error: sqlx::Error) -> WriteError {
    const SLUGS: [&str; 5] =
        ["meetings_slug_key", "groups_slug_key", "regions_slug_key", "intergroups_slug_key", "meeting_aliases_pkey"];
    const LINKS: [(&str, &str); 4] = [
        ("meetings_group_fkey", "/group_id"),
        ("meetings_location_fkey", "/location_id"),
        ("meetings_region_fkey", "/region_id"),
        ("regions_parent_fkey", "/parent_id"),
    ];
    if SLUGS.iter().any(|name| db::is_constraint(&error, name)) {
        return WriteError::SlugTaken;
    }
    if db::is_constraint(&error, "regions_name_key") {
        return WriteError::NameTaken;
    }
    match LINKS.iter().find(|(name, _)| db::is_constraint(&error, name)) {
        Some((_, pointer)) => WriteError::invalid(pointer, "unknown_reference", "must be one of this intergroup"),
        None => error.into(),
    }
}

/// Whether the one row was written that was meant.
fn written(rows: u64) -> Result<(), WriteError> {
    if rows == 1 { Ok(()) } else { Err(WriteError::Overtaken) }
}
