//! The whole directory as of one revision, ready to be answered from.
//!
//! Invariants: a snapshot never changes; its lists are ordered by id, so that
//! the order of two indexes is the order of two ids; every meeting's bytes are
//! one JSON object without the fields that move, in one arena. What refers to
//! an intergroup that is not there is not listed.
//!
//! To keep another fact of a meeting: a field in `entry::Facts` if a filter
//! reads it for every meeting, else in [`Entry`]; fill it in `builder`.

pub(in crate::search) mod ending;
pub(in crate::search) mod entry;
mod shown;

use std::collections::{HashMap, HashSet};

use crate::kernel::{GroupId, IntergroupId, LocationId, MeetingId, RegionId, Slug};

pub use entry::{Entry, GroupEntry, IntergroupEntry, LocationEntry, RegionEntry, Shared};
pub use shown::Form;

use super::{
    geo::{Point, Spot},
    named::Named,
    text::TextIndex,
};
use entry::{Facts, Index, Placed};

/// The directory as of one revision.
#[derive(Debug, Default)]
pub struct Snapshot {
    pub(super) revision: i64,
    pub(super) arena: Vec<u8>,
    pub(super) facts: Vec<Facts>,
    pub(super) entries: Vec<Entry>,
    /// The distinct folded names in order.
    pub(super) names: Vec<Box<str>>,
    /// The distinct folded districts in order.
    pub(super) districts: Vec<Box<str>>,
    /// The type codes that occur; a code's position is its [`bit`].
    pub(super) type_codes: Vec<&'static str>,
    /// Where one can go, by latitude.
    pub(super) doors: Vec<Placed>,
    /// The places that online meetings are tied to, by latitude.
    pub(super) affinities: Vec<Placed>,
    pub(super) intergroups: Vec<IntergroupEntry>,
    pub(super) intergroup_slugs: HashMap<Slug, Index>,
    pub(super) regions: Vec<RegionEntry>,
    pub(super) region_slugs: HashMap<Slug, Vec<Index>>,
    pub(super) groups: Vec<GroupEntry>,
    pub(super) locations: Vec<LocationEntry>,
    pub(super) gone: HashMap<MeetingId, Option<MeetingId>>,
    pub(super) text: TextIndex,
}

/// The bit of the `position`th type code. The vocabulary is far from the 128
/// that have one; no query would find by a code beyond.
pub(super) fn bit(position: usize) -> u128 {
    u32::try_from(position).ok().and_then(|position| 1u128.checked_shl(position)).unwrap_or(0)
}

/// What there is under an address of a meeting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lookup<'a> {
    /// The meeting.
    Found(&'a Entry),
    /// It was public once.
    Gone {
        /// The meeting to look at instead.
        replaced_by: Option<MeetingId>,
    },
    /// There never was one.
    Unknown,
}

/// Whose meetings are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those that the intergroup itself lists.
    Own,
    /// Those of all that belong to it as well.
    WithDescendants,
}

impl Snapshot {
    /// The directory's clock.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// All meetings by id.
    pub fn meetings(&self) -> &[Entry] {
        &self.entries
    }

    /// A meeting by its id.
    pub fn meeting(&self, id: MeetingId) -> Lookup<'_> {
        match (self.meeting_index(id), self.gone.get(&id)) {
            (Ok(index), _) => Lookup::Found(&self.entries[index]),
            (Err(_), Some(replaced_by)) => Lookup::Gone { replaced_by: *replaced_by },
            (Err(_), None) => Lookup::Unknown,
        }
    }

    /// A meeting of an intergroup by a slug that it has or had.
    pub fn meeting_by_slug(&self, intergroup: &IntergroupEntry, slug: &str) -> Lookup<'_> {
        intergroup.slugs.get(slug).map_or(Lookup::Unknown, |id| self.meeting(*id))
    }

    /// The meetings of an intergroup; by id within each that belongs to it.
    pub fn meetings_of(&self, intergroup: &IntergroupEntry, scope: Scope) -> impl Iterator<Item = &Entry> {
        let descendants = intergroup.descendants.iter().map(|index| &self.intergroups[*index as usize]);
        let meant = descendants.filter(move |one| scope == Scope::WithDescendants || one.id == intergroup.id);
        meant.flat_map(|one| one.meetings.iter().map(|index| &self.entries[*index as usize]))
    }

    /// The intergroup that lists a meeting.
    pub fn intergroup_of(&self, meeting: &Entry) -> &IntergroupEntry {
        &self.intergroups[meeting.intergroup as usize]
    }

    /// All intergroups by id.
    pub fn intergroups(&self) -> &[IntergroupEntry] {
        &self.intergroups
    }

    /// An intergroup by id or slug.
    pub fn intergroup(&self, named: &Named<IntergroupId>) -> Option<&IntergroupEntry> {
        let index = match named {
            Named::Id(id) => self.intergroups.binary_search_by_key(id, |one| one.id).ok()?,
            Named::Slug(slug) => *self.intergroup_slugs.get(slug)? as usize,
        };
        self.intergroups.get(index)
    }

    /// For each intergroup how far it is to the nearest door of a meeting that it
    /// or one that belongs to it lists; `None` where there is none.
    pub(super) fn intergroup_distances_mm(&self, from: Point) -> Vec<Option<u64>> {
        let from = Spot::from(from);
        let mut own: Vec<Option<u64>> = vec![None; self.intergroups.len()];
        for entry in self.doors.iter().map(|door| &self.entries[door.meeting as usize]) {
            let nearest = &mut own[entry.intergroup as usize];
            let distance = entry.spot.map(|spot| spot.distance_mm(from));
            *nearest = nearest.iter().copied().chain(distance).min();
        }
        let below = |one: &IntergroupEntry| one.descendants.iter().filter_map(|index| own[*index as usize]).min();
        self.intergroups.iter().map(below).collect()
    }

    /// All regions by id.
    pub fn regions(&self) -> &[RegionEntry] {
        &self.regions
    }

    /// The regions of an id, or of a slug in every office's tree.
    pub fn regions_named(&self, named: &Named<RegionId>) -> impl Iterator<Item = &RegionEntry> {
        let indexes = match named {
            Named::Id(id) => self.regions.binary_search_by_key(id, |one| one.id).map_or(vec![], |index| vec![index]),
            Named::Slug(slug) => {
                self.region_slugs.get(slug).into_iter().flatten().map(|index| *index as usize).collect()
            }
        };
        indexes.into_iter().map(|index| &self.regions[index])
    }

    /// All groups by id.
    pub fn groups(&self) -> &[GroupEntry] {
        &self.groups
    }

    /// A group by id.
    pub fn group(&self, id: GroupId) -> Option<&GroupEntry> {
        self.groups.binary_search_by_key(&id, |one| one.id).ok().map(|index| &self.groups[index])
    }

    /// The meetings of a group or at a location, by day and time.
    pub fn meetings_at<I>(&self, shared: &Shared<I>) -> impl Iterator<Item = &Entry> {
        shared.meetings.iter().map(|index| &self.entries[*index as usize])
    }

    /// All locations by id.
    pub fn locations(&self) -> &[LocationEntry] {
        &self.locations
    }

    /// A location by id.
    pub fn location(&self, id: LocationId) -> Option<&LocationEntry> {
        self.locations.binary_search_by_key(&id, |one| one.id).ok().map(|index| &self.locations[index])
    }

    /// The ids of intergroups and of all that belong to them.
    pub(super) fn intergroup_ids(&self, named: &[Named<IntergroupId>]) -> HashSet<IntergroupId> {
        let found = named.iter().filter_map(|named| self.intergroup(named));
        found.flat_map(|one| one.descendants.iter().map(|index| self.intergroups[*index as usize].id)).collect()
    }

    /// The ids of regions and of all that lie in them.
    pub(super) fn region_ids(&self, named: &[Named<RegionId>]) -> HashSet<RegionId> {
        let found = named.iter().flat_map(|named| self.regions_named(named));
        found.flat_map(|one| one.descendants.iter().map(|index| self.regions[*index as usize].id)).collect()
    }

    /// Whether any meeting of a group or location lies in one of the regions.
    pub(super) fn any_in_regions<I>(&self, shared: &Shared<I>, regions: &HashSet<RegionId>) -> bool {
        let mut places = shared.meetings.iter().map(|index| self.facts[*index as usize].region);
        places.any(|region| self.regions.get(region as usize).is_some_and(|one| regions.contains(&one.id)))
    }

    /// Where a meeting stands, or would stand.
    pub(super) fn meeting_index(&self, id: MeetingId) -> Result<usize, usize> {
        self.entries.binary_search_by_key(&id, |entry| entry.id)
    }

    /// The bit of a type code; none where no meeting has it.
    pub(super) fn type_bit(&self, code: &str) -> u128 {
        self.type_codes.iter().position(|one| *one == code).map_or(0, bit)
    }
}
