//! The intergroups and regions that everything hangs on. An update of a snapshot
//! leaves intergroups where they are; regions keep their place.

use foldhash::HashMap;

use super::{entry::Index, tree};
use crate::directory::{Intergroup, Region};
use crate::kernel::{IntergroupId, RegionId};

/// Intergroups and regions, and who lies in whom.
#[derive(Debug, Default, Clone)]
pub(in crate::search) struct Trees {
    /// By id.
    pub intergroups: Vec<Intergroup>,
    /// Those of intergroups that are there, and those that left.
    pub regions: Vec<Region>,
    intergroup_at: HashMap<IntergroupId, Index>,
    region_at: HashMap<RegionId, Index>,
    /// For every intergroup itself and what it belongs to, upwards.
    pub intergroup_lineage: Vec<Vec<Index>>,
    /// For every region itself and what it lies in, upwards.
    pub region_lineage: Vec<Vec<Index>>,
}

impl Trees {
    /// Intergroups without regions.
    pub(in crate::search) fn of(mut intergroups: Vec<Intergroup>) -> Self {
        intergroups.sort_by_key(|one| one.id);
        let intergroup_at: HashMap<_, _> = intergroups.iter().map(|one| one.id).zip(0..).collect();
        let above = |one: &Intergroup| one.parent_id.and_then(|id| intergroup_at.get(&id).copied());
        let intergroup_lineage = tree::lineages(&intergroups.iter().map(above).collect::<Vec<_>>());
        Self { intergroups, intergroup_at, intergroup_lineage, ..Self::default() }
    }

    /// The same with these intergroups as they are now, which belong to the same as
    /// before.
    pub(in crate::search) fn with_intergroups(&self, changed: &[Intergroup]) -> Self {
        let mut next = self.clone();
        for one in changed {
            if let Some(at) = self.intergroup(one.id) {
                next.intergroups[at as usize] = one.clone();
            }
        }
        next
    }

    /// The same with these regions as they are now, and without those that left.
    /// Whatever stays keeps its place; who left is found no longer, and lies in
    /// nothing.
    pub(in crate::search) fn with_regions(&self, regions: &[Region], left: &[RegionId]) -> Self {
        let (mut all, mut region_at) = (self.regions.clone(), self.region_at.clone());
        for at in left.iter().filter_map(|id| region_at.remove(id)) {
            all[at as usize].parent_id = None;
        }
        for region in regions.iter().filter(|one| self.intergroup_at.contains_key(&one.intergroup_id)) {
            match region_at.get(&region.id) {
                Some(at) => all[*at as usize] = region.clone(),
                None => {
                    region_at.insert(region.id, all.len() as Index);
                    all.push(region.clone());
                }
            }
        }
        let above = |one: &Region| one.parent_id.and_then(|id| region_at.get(&id).copied());
        let region_lineage = tree::lineages(&all.iter().map(above).collect::<Vec<_>>());
        let (intergroups, intergroup_at) = (self.intergroups.clone(), self.intergroup_at.clone());
        let intergroup_lineage = self.intergroup_lineage.clone();
        Self { intergroups, intergroup_at, intergroup_lineage, regions: all, region_at, region_lineage }
    }

    /// Where an intergroup stands.
    pub(in crate::search) fn intergroup(&self, id: IntergroupId) -> Option<Index> {
        self.intergroup_at.get(&id).copied()
    }

    /// Where a region stands.
    pub(in crate::search) fn region(&self, id: RegionId) -> Option<Index> {
        self.region_at.get(&id).copied()
    }

    /// What an intergroup belongs to.
    pub(in crate::search) fn parent(&self, intergroup: Index) -> Option<&Intergroup> {
        let parent = self.intergroups[intergroup as usize].parent_id.and_then(|id| self.intergroup(id))?;
        self.intergroups.get(parent as usize)
    }

    /// The names from the root to a region.
    pub(in crate::search) fn path(&self, region: Index) -> Vec<&str> {
        let upwards = self.region_lineage[region as usize].iter();
        upwards.rev().map(|index| self.regions[*index as usize].name.as_str()).collect()
    }
}
