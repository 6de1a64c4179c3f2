//! The plan: what a source would change, as a value.

mod build;
mod diff;
mod entities;
mod follow;
mod guard;
mod identity;
mod keeps;
mod mapped;
mod matching;
mod refused;
mod regions;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

pub(super) use build::{Basis, MeetingSource};
pub(super) use entities::{EntityChange, EntityOp, EntitySource};
pub(super) use follow::{Following, FollowingRow};
pub(super) use mapped::mapped;
pub(super) use regions::NewRegion;

use super::{
    feed::KeptField,
    model::{FieldChange, HeldReason, MeetingOp, PlannedChange},
};
use crate::{
    directory::{GroupContent, MeetingContent, Place},
    kernel::{FeedId, GroupId, IntergroupId, LocationId, MeetingId, RegionId, Slug},
};

/// What one run would change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    pub(super) feed_id: FeedId,
    pub(super) intergroup_id: IntergroupId,
    /// Parents before children.
    pub(super) regions: Vec<NewRegion>,
    pub(super) groups: Vec<EntityChange<GroupId, GroupContent>>,
    pub(super) locations: Vec<EntityChange<LocationId, Place>>,
    pub(super) meetings: Vec<MeetingChange>,
    /// Which row each meeting of the feed stands for, where that is new.
    pub(super) sources: Vec<SourceChange>,
    /// Rows that follow a meeting of another feed, where that is new or the row is.
    pub(super) follows: Vec<FollowChange>,
    /// Keys of rows that follow no more.
    pub(super) unfollows: Vec<String>,
    /// Meetings that the source has no more and another feed has: that leads now.
    pub(super) handed: Vec<Handed>,
    /// Slugs that the source minted anew.
    pub(super) aliases: Vec<(Slug, MeetingId)>,
    pub(super) unchanged: u32,
    /// Of these, kept only because a refused row may stand for them.
    pub(super) protected: u32,
    /// Meetings on which the office keeps fields of which the source says
    /// otherwise.
    pub(super) kept: u32,
    /// Rows that follow a meeting of another feed.
    pub(super) followed: u32,
    /// Why a person should look at it first.
    pub(super) held_because: Vec<HeldReason>,
}

/// What happens to one meeting.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct MeetingChange {
    pub op: MeetingOp,
    pub id: MeetingId,
    pub slug: Slug,
    /// Its version before; 0 for a new one.
    pub version: i64,
    pub before: Option<MeetingContent>,
    /// What it says afterwards; of a removed one, what it said.
    pub after: MeetingContent,
    pub links: Links,
    pub fields: Vec<FieldChange>,
    /// What the office keeps while the source says otherwise.
    pub kept: Vec<KeptField>,
    /// Whether anything of its own changes, not only of its place or group.
    pub own: bool,
    pub source_fields: Map<String, Value>,
    pub updated_at: DateTime<Utc>,
}

/// What a meeting points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(super) struct Links {
    pub group_id: Option<GroupId>,
    pub location_id: Option<LocationId>,
    pub region_id: Option<RegionId>,
}

/// The row that a meeting stands for from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct SourceChange {
    pub meeting_id: MeetingId,
    pub source_key: String,
    pub row_hash: [u8; 32],
    /// What the row says is to be applied when it is read next, changed or not.
    pub unread: bool,
}

/// A row that follows a meeting of another feed from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct FollowChange {
    pub row: SourceChange,
    pub slug: Slug,
    pub name: String,
    pub leader: FeedId,
    /// Whether it did not before.
    pub is_new: bool,
}

/// A meeting that another feed leads from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Handed {
    pub meeting_id: MeetingId,
    pub slug: Slug,
    pub name: String,
    pub heir: FeedId,
}

impl Plan {
    /// The plan as it is shown, meeting by meeting.
    pub fn changes(&self) -> impl Iterator<Item = PlannedChange> + '_ {
        let meetings = self.meetings.iter().map(|change| PlannedChange {
            fields: change.fields.clone(),
            kept: change.kept.clone(),
            ..PlannedChange::of(change.op, change.id, &change.slug, &change.after.name)
        });
        let follows = self.follows.iter().filter(|follow| follow.is_new).map(|follow| PlannedChange {
            feed_id: Some(follow.leader),
            ..PlannedChange::of(MeetingOp::Follow, follow.row.meeting_id, &follow.slug, &follow.name)
        });
        let handed = self.handed.iter().map(|handed| PlannedChange {
            feed_id: Some(handed.heir),
            ..PlannedChange::of(MeetingOp::HandOn, handed.meeting_id, &handed.slug, &handed.name)
        });
        meetings.chain(follows).chain(handed)
    }

    /// SHA-256 of everything that it would write: equal for the same plan alone.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which plain data always can.
    pub(super) fn hash(&self) -> Result<[u8; 32], serde_json::Error> {
        Ok(Sha256::digest(serde_json::to_vec(self)?).into())
    }

    /// How many meetings see one of these.
    pub(super) fn count(&self, ops: &[MeetingOp]) -> u32 {
        let count = self.meetings.iter().filter(|change| ops.contains(&change.op)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Whether applying it would write nothing to the directory.
    pub(super) fn is_empty(&self) -> bool {
        self.regions.is_empty()
            && self.groups.is_empty()
            && self.locations.is_empty()
            && self.meetings.is_empty()
            && self.sources.is_empty()
            && self.follows.is_empty()
            && self.unfollows.is_empty()
            && self.handed.is_empty()
            && self.aliases.is_empty()
    }
}
