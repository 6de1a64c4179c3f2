//! What a snapshot keeps of each thing besides its bytes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::ending::EndingNotices;
use crate::kernel::{GroupId, IntergroupId, LocationId, MeetingId, RegionId, Slug};
use crate::search::{
    geo::{Point, Spot},
    quality::Kept,
    schedule::Schedule,
};

/// Where a row stands in one of the snapshot's lists.
pub(in crate::search) type Index = u32;
/// The index of nothing.
pub(in crate::search) const NONE: Index = Index::MAX;
/// The day of a meeting by appointment.
pub(in crate::search) const NO_DAY: u8 = 7;

/// A stretch of the arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::search) struct Span {
    pub start: usize,
    pub len: usize,
}

/// What filters look at, kept small and apart so that a scan stays in cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) struct Facts {
    /// One bit a type code, see `Snapshot::type_bit`.
    pub types: u128,
    pub intergroup: Index,
    pub group: Index,
    pub location: Index,
    pub region: Index,
    /// Where its folded district stands among all.
    pub district: Index,
    /// Where its folded name stands among all.
    pub name: Index,
    /// Minutes after local midnight; nothing by appointment.
    pub minute: u16,
    /// 0 to 6, or [`NO_DAY`].
    pub day: u8,
    /// One bit of `AttendanceSet`.
    pub attendance: u8,
}

/// A published meeting.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id; entries are ordered by it.
    pub id: MeetingId,
    /// Counts changes of its own fields.
    pub version: i64,
    /// The directory's clock when anything it shows last changed.
    pub revision: i64,
    /// When its content last changed.
    pub updated_at: DateTime<Utc>,
    /// When it takes place; `None` where no date is known, as by appointment.
    pub schedule: Option<Schedule>,
    /// Where its notices stand in its bytes; `None` without any that end.
    pub(in crate::search) notices: Option<Box<EndingNotices>>,
    /// The door of an in-person or hybrid meeting; whatever coordinates an
    /// online one has; `None` for inactive ones.
    pub(in crate::search) spot: Option<Spot>,
    /// For its office alone.
    pub(in crate::search) quality: Kept,
    pub(in crate::search) intergroup: Index,
    pub(in crate::search) json: Span,
}

/// A meeting's place in a list ordered by latitude.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::search) struct Placed {
    pub point: Point,
    pub meeting: Index,
}

/// An intergroup.
#[derive(Debug, Clone, PartialEq)]
pub struct IntergroupEntry {
    /// Its id; entries are ordered by it.
    pub id: IntergroupId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its folded name.
    pub(in crate::search) text: Box<str>,
    /// Counts its own changes.
    pub version: i64,
    /// Itself and all that belong to it.
    pub(in crate::search) descendants: Vec<Index>,
    /// Its own meetings, by id.
    pub(in crate::search) meetings: Vec<Index>,
    /// Every slug that a meeting of it has or had.
    pub(in crate::search) slugs: HashMap<Box<str>, MeetingId>,
    pub(in crate::search) json: Span,
}

/// A node of a tree of regions.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionEntry {
    /// Its id; entries are ordered by it.
    pub id: RegionId,
    /// The intergroup whose tree it stands in.
    pub intergroup_id: IntergroupId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name.
    pub name: Box<str>,
    /// Its folded name.
    pub(in crate::search) text: Box<str>,
    /// Counts its own changes.
    pub version: i64,
    /// Itself and its sub-regions.
    pub(in crate::search) descendants: Vec<Index>,
    /// Itself and the regions that it lies in, upwards.
    pub(in crate::search) above: Box<[Index]>,
    pub(in crate::search) json: Span,
}

/// A group.
pub type GroupEntry = Shared<GroupId>;
/// A location.
pub type LocationEntry = Shared<LocationId>;

/// Something that several meetings share.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared<I> {
    /// Its id; entries are ordered by it.
    pub id: I,
    /// The intergroup that lists it.
    pub intergroup_id: IntergroupId,
    /// Its folded name; of a location its address too.
    pub(in crate::search) text: Box<str>,
    /// Counts its own changes.
    pub version: i64,
    /// Its meetings by day and time, those by appointment last.
    pub(in crate::search) meetings: Vec<Index>,
    /// The object as lists show it, without its closing brace.
    pub(in crate::search) listed: Span,
    /// The object as it is shown on its own; it begins with what lists show.
    pub(in crate::search) json: Span,
}
