//! The whole directory as of one revision, ready to be answered from.
//!
//! Invariants: a snapshot never changes, and the next one is made of it, with
//! which it shares all that stays as it is (`chunks`, `roster`, `arena`); a
//! thing keeps its index from one to the next, so the order of two indexes says
//! nothing; every meeting's bytes are one JSON object without the fields that
//! move. What refers to an intergroup that is not there is not listed.
//!
//! To keep another fact of a meeting: a field in `entry::Facts` if a filter
//! reads it for every meeting, else in [`Entry`]; fill it in `builder`.

pub(in crate::search) mod arena;
mod chunks;
pub(in crate::search) mod ending;
pub(in crate::search) mod entry;
pub(in crate::search) mod roster;
mod shown;
pub(in crate::search) mod tree;
pub(in crate::search) mod trees;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::directory::Intergroup;
use crate::kernel::{GroupId, IntergroupId, LocationId, MeetingId, RegionId, Slug};

pub use chunks::Chunks;
pub use entry::{Entry, GroupEntry, IntergroupEntry, LocationEntry, RegionEntry, Shared};
pub use shown::Form;

use super::{
    area::Area,
    candidates::{Sets, Starts},
    geo::{Point, Spot},
    grid::{Grid, Placed, Sieve},
    named::Named,
    text::Texts,
};
use arena::Arena;
use entry::{Facts, Index};
use roster::Roster;
use trees::Trees;

/// The directory as of one revision. A copy shares everything with it.
#[derive(Debug, Default, Clone)]
pub struct Snapshot {
    pub(super) revision: i64,
    pub(super) arena: Arena,
    /// Of each place of `entries`.
    pub(super) facts: Chunks<Facts>,
    pub(super) entries: Roster<Entry>,
    /// The number of every folded district.
    pub(super) districts: Arc<HashMap<Box<str>, Index>>,
    /// The type codes that occur or did; a code's position is its [`bit`].
    pub(super) type_codes: Vec<&'static str>,
    /// What day, attendance, type and region tell.
    pub(super) sets: Sets,
    /// When in the week they start.
    pub(super) starts: Starts,
    /// Where one can go.
    pub(super) doors: Grid,
    /// The places that online meetings are tied to.
    pub(super) affinities: Grid,
    pub(super) trees: Arc<Trees>,
    pub(super) intergroups: Chunks<IntergroupEntry>,
    pub(super) intergroup_slugs: Arc<HashMap<Slug, Index>>,
    pub(super) regions: Chunks<RegionEntry>,
    pub(super) region_slugs: Arc<HashMap<Slug, Vec<Index>>>,
    pub(super) groups: Roster<GroupEntry>,
    pub(super) locations: Roster<LocationEntry>,
    pub(super) text: Texts,
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

    /// All meetings, in no order.
    pub fn meetings(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// How many meetings there are.
    pub fn meeting_count(&self) -> usize {
        self.entries.len()
    }

    /// A meeting by its id.
    pub fn meeting(&self, id: MeetingId) -> Lookup<'_> {
        if let Some(index) = self.meeting_index(id) {
            return Lookup::Found(&self.entries[index]);
        }
        let replaced_by = self.intergroups.iter().find_map(|one| one.former.gone.get(&id));
        replaced_by.map_or(Lookup::Unknown, |replaced_by| Lookup::Gone { replaced_by: *replaced_by })
    }

    /// A meeting of an intergroup by a slug that it has or had.
    pub fn meeting_by_slug(&self, intergroup: &IntergroupEntry, slug: &str) -> Lookup<'_> {
        let present = intergroup.by_slug.binary_search_by(|one| self.slug_of(*one).cmp(slug));
        if let Ok(at) = present {
            return Lookup::Found(&self.entries[intergroup.by_slug[at] as usize]);
        }
        intergroup.former.slugs.get(slug).map_or(Lookup::Unknown, |id| self.meeting(*id))
    }

    /// The slug of a meeting, which stands in its bytes behind its id. No slug has
    /// a character that JSON would escape.
    pub(super) fn slug_of(&self, meeting: Index) -> &str {
        const BEFORE: usize = r#"{"id":"01900000-0000-7000-8000-000000000001","slug":""#.len();
        let own = self.arena.get(self.entries[meeting as usize].json);
        let slug = own.get(BEFORE..).unwrap_or_default();
        let end = slug.iter().position(|byte| *byte == b'"').unwrap_or(slug.len());
        str::from_utf8(&slug[..end]).unwrap_or_default()
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

    /// The intergroup that lists a group or a location.
    pub fn lister_of<I>(&self, shared: &Shared<I>) -> &IntergroupEntry {
        &self.intergroups[shared.intergroup as usize]
    }

    /// All intergroups by id, as the database has them.
    pub fn offices(&self) -> &[Intergroup] {
        &self.trees.intergroups
    }

    /// All intergroups by id.
    pub fn intergroups(&self) -> &Chunks<IntergroupEntry> {
        &self.intergroups
    }

    /// An intergroup by id or slug.
    pub fn intergroup(&self, named: &Named<IntergroupId>) -> Option<&IntergroupEntry> {
        let index = match named {
            Named::Id(id) => self.trees.intergroup(*id)?,
            Named::Slug(slug) => *self.intergroup_slugs.get(slug)?,
        };
        self.intergroups.get(index as usize)
    }

    /// For each intergroup how far it is to the nearest door of a meeting that it
    /// or one that belongs to it lists; `None` where there is none within
    /// `radius_mm`.
    pub(super) fn intergroup_distances_mm(&self, from: Point, radius_mm: u64) -> Vec<Option<u64>> {
        let from = Spot::from(from);
        let mut own: Vec<Option<u64>> = vec![None; self.intergroups.len()];
        self.doors.visit(u8::MAX, &Area::around(from, radius_mm), Sieve::everything(), |doors| {
            for Placed { spotted: door, .. } in doors {
                let nearest = &mut own[self.facts[door.meeting as usize].intergroup as usize];
                let distance = Some(door.spot.distance_mm(from)).filter(|distance| *distance <= radius_mm);
                *nearest = nearest.iter().copied().chain(distance).min();
            }
        });
        let below = |one: &IntergroupEntry| one.descendants.iter().filter_map(|index| own[*index as usize]).min();
        self.intergroups.iter().map(below).collect()
    }

    /// All regions, in no order.
    pub fn regions(&self) -> impl Iterator<Item = &RegionEntry> {
        self.regions.iter().filter(|region| region.there)
    }

    /// The regions of an id, or of a slug in every office's tree.
    pub fn regions_named(&self, named: &Named<RegionId>) -> impl Iterator<Item = &RegionEntry> {
        let indexes = match named {
            Named::Id(id) => self.trees.region(*id).into_iter().collect(),
            Named::Slug(slug) => self.region_slugs.get(slug).cloned().unwrap_or_default(),
        };
        indexes.into_iter().map(|index| &self.regions[index as usize])
    }

    /// All groups, in no order.
    pub fn groups(&self) -> impl Iterator<Item = &GroupEntry> {
        self.groups.iter()
    }

    /// A group by id.
    pub fn group(&self, id: GroupId) -> Option<&GroupEntry> {
        self.groups.find(id).map(|index| &self.groups[index])
    }

    /// The meetings of a group or at a location, by day and time.
    pub fn meetings_at<I>(&self, shared: &Shared<I>) -> impl Iterator<Item = &Entry> {
        shared.meetings.iter().map(|index| &self.entries[*index as usize])
    }

    /// All locations, in no order.
    pub fn locations(&self) -> impl Iterator<Item = &LocationEntry> {
        self.locations.iter()
    }

    /// A location by id.
    pub fn location(&self, id: LocationId) -> Option<&LocationEntry> {
        self.locations.find(id).map(|index| &self.locations[index])
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

    /// The index of a meeting.
    pub(super) fn meeting_index(&self, id: MeetingId) -> Option<usize> {
        self.entries.find(id)
    }

    /// Whether it is time to build everything afresh: what is left of former
    /// snapshots takes too much room.
    pub fn is_worn(&self) -> bool {
        let kept = |there: usize, places: usize| places > there + there / 2 + 10_000;
        self.arena.is_worn() || kept(self.entries.len(), self.entries.places())
    }

    /// The bit of a type code; none where no meeting has it.
    pub(super) fn type_bit(&self, code: &str) -> u128 {
        self.type_codes.iter().position(|one| *one == code).map_or(0, bit)
    }
}
