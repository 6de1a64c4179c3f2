//! Makes a [`Snapshot`] of a directory: sorts everything by id, resolves who
//! belongs to whom, writes every object once.
//!
//! Invariants: what refers to an intergroup that is not there is left out; a
//! group, place or region that is not there is not shown. To index something
//! new, give it a field as [`super::snapshot`] says and fill it in the file named
//! after the thing.

mod arena;
mod meetings;
mod shared;
mod tree;
mod trees;
mod words;

use std::collections::HashMap;

use super::snapshot::{Snapshot, entry::Index};
use crate::directory::{Directory, Group, Intergroup, Location, Meeting, Region};
use crate::kernel::{GroupId, IntergroupId, LocationId, RegionId};
use arena::Arena;

/// A directory in order, and where each thing stands in it.
struct Source<'a> {
    intergroups: &'a [Intergroup],
    regions: &'a [Region],
    groups: &'a [Group],
    locations: &'a [Location],
    meetings: &'a [Meeting],
    intergroup_at: HashMap<IntergroupId, Index>,
    region_at: HashMap<RegionId, Index>,
    group_at: HashMap<GroupId, Index>,
    location_at: HashMap<LocationId, Index>,
    /// For every region itself and what it lies in, upwards.
    region_lineage: Vec<Vec<Index>>,
}

impl Snapshot {
    /// Builds the snapshot of a directory, which is given up for it.
    pub fn build(mut directory: Directory) -> Self {
        put_in_order(&mut directory);
        let source = Source::of(&directory);
        let mut arena = Arena::with_capacity(directory.meetings.len() * 1024);
        let mut snapshot = Self { revision: directory.revision, ..Self::default() };
        meetings::add(&mut snapshot, &mut arena, &source);
        shared::add(&mut snapshot, &mut arena, &source);
        trees::add(&mut snapshot, &mut arena, &source);
        trees::add_slugs(&mut snapshot, &source, &directory);
        snapshot.text = words::index(&source);
        snapshot.gone = directory.gone.iter().map(|gone| (gone.id, gone.replaced_by)).collect();
        snapshot.arena = arena.into_bytes();
        snapshot
    }
}

/// Everything by id, and without what belongs to no intergroup.
fn put_in_order(directory: &mut Directory) {
    directory.intergroups.sort_by_key(|one| one.id);
    directory.regions.sort_by_key(|one| one.id);
    directory.groups.sort_by_key(|one| one.id);
    directory.locations.sort_by_key(|one| one.id);
    directory.meetings.sort_by_key(|one| one.id);
    let intergroups = &directory.intergroups;
    let listed = |id: IntergroupId| intergroups.binary_search_by_key(&id, |one| one.id).is_ok();
    directory.regions.retain(|one| listed(one.intergroup_id));
    directory.groups.retain(|one| listed(one.intergroup_id));
    directory.locations.retain(|one| listed(one.intergroup_id));
    directory.meetings.retain(|one| listed(one.intergroup_id));
}

impl<'a> Source<'a> {
    fn of(directory: &'a Directory) -> Self {
        let region_at = positions(&directory.regions, |one| one.id);
        let parent = |region: &Region| region.parent_id.and_then(|id| region_at.get(&id).copied());
        let region_parents: Vec<_> = directory.regions.iter().map(parent).collect();
        Self {
            region_lineage: tree::lineages(&region_parents),
            intergroup_at: positions(&directory.intergroups, |one| one.id),
            region_at,
            group_at: positions(&directory.groups, |one| one.id),
            location_at: positions(&directory.locations, |one| one.id),
            intergroups: &directory.intergroups,
            regions: &directory.regions,
            groups: &directory.groups,
            locations: &directory.locations,
            meetings: &directory.meetings,
        }
    }

    /// An intergroup that is known to be there.
    fn intergroup(&self, id: IntergroupId) -> (Index, &'a Intergroup) {
        let index = self.intergroup_at.get(&id).copied().unwrap_or_default();
        (index, &self.intergroups[index as usize])
    }

    /// The names from the root to a region.
    fn region_path(&self, region: Index) -> Vec<&'a str> {
        let upwards = self.region_lineage[region as usize].iter();
        upwards.rev().map(|index| self.regions[*index as usize].name.as_str()).collect()
    }
}

fn positions<T, I: std::hash::Hash + Eq>(things: &[T], id: impl Fn(&T) -> I) -> HashMap<I, Index> {
    things.iter().zip(0..).map(|(thing, index)| (id(thing), index)).collect()
}
