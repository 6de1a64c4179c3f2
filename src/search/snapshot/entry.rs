//! What a snapshot keeps of each thing besides its bytes.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use chrono::{DateTime, Utc};

use super::{arena::Address, ending::EndingNotices, roster::Row};
use crate::kernel::{GroupId, IntergroupId, LocationId, MeetingId, RegionId, Slug};
use crate::search::{
    geo::MaybePoint,
    quality::Kept,
    schedule::Schedule,
    view::{Counts, PIECES},
};

/// Where a row stands in one of the snapshot's lists.
pub(in crate::search) type Index = u32;
/// The index of nothing.
pub(in crate::search) const NONE: Index = Index::MAX;
/// The day of a meeting by appointment.
pub(in crate::search) const NO_DAY: u8 = 7;

/// What filters look at, kept small and apart so that a scan stays in cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) struct Facts {
    /// One bit a type code, see `Snapshot::type_bit`.
    pub types: u128,
    pub intergroup: Index,
    pub group: Index,
    pub location: Index,
    pub region: Index,
    /// The number of its folded district.
    pub district: Index,
    /// The beginning of its folded name, see [`beginning`].
    pub name: u64,
    /// Minutes after local midnight; nothing by appointment.
    pub minute: u16,
    /// 0 to 6, or [`NO_DAY`].
    pub day: u8,
    /// One bit of `AttendanceSet`; none of a meeting that left.
    pub attendance: u8,
}

impl Facts {
    /// Those of a meeting that left: no search finds it.
    pub(in crate::search) const LEFT: Self = Self {
        types: 0,
        intergroup: NONE,
        group: NONE,
        location: NONE,
        region: NONE,
        district: NONE,
        name: 0,
        minute: 0,
        day: NO_DAY,
        attendance: 0,
    };
}

/// The first bytes of a text as a number: where two differ, so do the texts,
/// and in the same order.
pub(in crate::search) fn beginning(text: &str) -> u64 {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
    u64::from_be_bytes(bytes)
}

/// A published meeting.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id.
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
    pub(in crate::search) point: MaybePoint,
    /// For its office alone.
    pub(in crate::search) quality: Kept,
    /// What it is ordered by: its folded name, which meetings of one name share.
    pub(in crate::search) name: Arc<str>,
    pub(in crate::search) intergroup: Index,
    /// What it alone says, and where in that its intergroup and its pieces
    /// belong.
    pub(in crate::search) json: Address,
    pub(in crate::search) head: u32,
    /// What others say, too, as [`crate::search::view::Split`] has it.
    pub(in crate::search) pieces: [Address; PIECES],
    /// Whether it is there still.
    pub(in crate::search) there: bool,
}

impl Entry {
    /// A number that has to do with all the memory that is read to show it: who
    /// asks for those of several has what they show at hand sooner.
    pub(in crate::search) fn touched(&self) -> u32 {
        let known = self.schedule.as_ref().map_or(0, |schedule| u32::from(schedule.minutes));
        known ^ self.head ^ self.intergroup ^ self.version as u32 ^ u32::from(self.notices.is_some())
    }
}

impl Row for Entry {
    type Id = MeetingId;

    fn id(&self) -> MeetingId {
        self.id
    }

    fn is_there(&self) -> bool {
        self.there
    }

    fn leave(&mut self) {
        (self.schedule, self.notices, self.point) = (None, None, None.into());
        (self.name, self.there) = (Arc::default(), false);
        (self.json, self.head, self.pieces) = (Address::NOTHING, 0, [Address::NOTHING; PIECES]);
    }
}

/// An intergroup.
#[derive(Debug, Clone, PartialEq)]
pub struct IntergroupEntry {
    /// Its id; entries are ordered by it.
    pub id: IntergroupId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its folded name.
    pub(in crate::search) text: Arc<str>,
    /// Counts its own changes.
    pub version: i64,
    /// Itself and all that belong to it, in order.
    pub(in crate::search) descendants: Arc<[Index]>,
    /// Its own meetings, by id.
    pub(in crate::search) meetings: Arc<[Index]>,
    /// How much it lists itself.
    pub(in crate::search) own: Counts,
    /// The same by slug.
    pub(in crate::search) by_slug: Arc<[Index]>,
    /// What it listed before.
    pub(in crate::search) former: Arc<Former>,
    pub(in crate::search) json: Address,
    /// As what it lists shows it, with the comma before it.
    pub(in crate::search) shown: Address,
}

/// What an intergroup listed before.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::search) struct Former {
    /// The slugs that meetings had, and those of meetings that are gone where no
    /// other has had them since.
    pub slugs: HashMap<Box<str>, MeetingId>,
    /// Meetings that are gone, with what replaced them.
    pub gone: HashMap<MeetingId, Option<MeetingId>>,
}

/// A node of a tree of regions.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionEntry {
    /// Its id.
    pub id: RegionId,
    /// The intergroup whose tree it stands in.
    pub intergroup_id: IntergroupId,
    /// Its name in addresses.
    pub slug: Slug,
    /// Its name.
    pub name: Arc<str>,
    /// Its folded name.
    pub(in crate::search) text: Arc<str>,
    /// Counts its own changes.
    pub version: i64,
    /// Itself and its sub-regions.
    pub(in crate::search) descendants: Arc<[Index]>,
    /// How many meetings lie in it and in none of its sub-regions.
    pub(in crate::search) own: u32,
    pub(in crate::search) json: Address,
    /// Whether it is there still.
    pub(in crate::search) there: bool,
}

/// A group.
pub type GroupEntry = Shared<GroupId>;
/// A location.
pub type LocationEntry = Shared<LocationId>;

/// Something that several meetings share.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared<I> {
    /// Its id.
    pub id: I,
    /// The intergroup that lists it.
    pub(in crate::search) intergroup: Index,
    /// Its folded name; of a location its address too.
    pub(in crate::search) text: Arc<str>,
    /// Counts its own changes.
    pub version: i64,
    /// Its meetings by day and time, those by appointment last.
    pub(in crate::search) meetings: Arc<[Index]>,
    /// The object as lists show it, without its intergroup, where in these bytes
    /// it begins, and where its intergroup belongs.
    pub(in crate::search) json: Address,
    pub(in crate::search) from: u32,
    pub(in crate::search) head: u32,
    /// Whether it is there still.
    pub(in crate::search) there: bool,
}

impl<I: Copy + Ord + Hash> Row for Shared<I> {
    type Id = I;

    fn id(&self) -> I {
        self.id
    }

    fn is_there(&self) -> bool {
        self.there
    }

    fn leave(&mut self) {
        (self.text, self.meetings) = (Arc::default(), Arc::default());
        (self.json, self.from, self.head, self.there) = (Address::NOTHING, 0, 0, false);
    }
}
