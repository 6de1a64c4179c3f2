//! Intergroups and regions, which stand in trees and count what lies below.

use super::{Arena, Source, tree};
use crate::directory::Directory;
use crate::kernel::fold;
use crate::search::{
    snapshot::{
        IntergroupEntry, RegionEntry, Snapshot,
        entry::{Facts, Index, NONE},
    },
    view::{Counts, IntergroupRef, IntergroupView, RegionView},
};

pub(super) fn add(snapshot: &mut Snapshot, arena: &mut Arena, source: &Source<'_>) {
    add_regions(snapshot, arena, source);
    add_intergroups(snapshot, arena, source);
}

fn add_regions(snapshot: &mut Snapshot, arena: &mut Arena, source: &Source<'_>) {
    let mut counts = vec![0u32; source.regions.len()];
    for Facts { region, .. } in snapshot.facts.iter().filter(|facts| facts.region != NONE) {
        source.region_lineage[*region as usize].iter().for_each(|above| counts[*above as usize] += 1);
    }
    let descendants = tree::descendants(&source.region_lineage);
    for ((region, index), descendants) in source.regions.iter().zip(0..).zip(descendants) {
        let path = source.region_path(index);
        snapshot.region_slugs.entry(region.slug.clone()).or_default().push(index);
        snapshot.regions.push(RegionEntry {
            id: region.id,
            intergroup_id: region.intergroup_id,
            slug: region.slug.clone(),
            name: region.name.as_str().into(),
            text: fold(&region.name).into(),
            version: region.version,
            descendants,
            above: source.region_lineage[index as usize].as_slice().into(),
            json: arena.push(&RegionView::of(region, &path, counts[index as usize])),
        });
    }
}

fn add_intergroups(snapshot: &mut Snapshot, arena: &mut Arena, source: &Source<'_>) {
    let parent = |id| source.intergroup_at.get(&id).copied();
    let parents: Vec<Option<Index>> = source.intergroups.iter().map(|one| one.parent_id.and_then(parent)).collect();
    let own = own_counts(snapshot, source);
    let mut meetings: Vec<Vec<Index>> = vec![Vec::new(); source.intergroups.len()];
    for (facts, index) in snapshot.facts.iter().zip(0..) {
        meetings[facts.intergroup as usize].push(index);
    }
    let rows = source
        .intergroups
        .iter()
        .zip(&parents)
        .zip(tree::descendants(&tree::lineages(&parents)))
        .zip(meetings)
        .zip(0..);
    for ((((intergroup, parent), descendants), meetings), index) in rows {
        let parent = parent.map(|parent| IntergroupRef::of(&source.intergroups[parent as usize]));
        let counts = descendants.iter().fold(Counts::default(), |sum, index| sum.plus(own[*index as usize]));
        snapshot.intergroup_slugs.insert(intergroup.slug.clone(), index);
        snapshot.intergroups.push(IntergroupEntry {
            id: intergroup.id,
            slug: intergroup.slug.clone(),
            text: fold(&intergroup.name).into(),
            version: intergroup.version,
            descendants,
            meetings,
            slugs: std::collections::HashMap::default(),
            json: arena.push(&IntergroupView::of(intergroup, parent, counts)),
        });
    }
}

fn own_counts(snapshot: &Snapshot, source: &Source<'_>) -> Vec<Counts> {
    let mut own = vec![Counts::default(); source.intergroups.len()];
    snapshot.facts.iter().for_each(|facts| own[facts.intergroup as usize].meetings += 1);
    source.groups.iter().for_each(|one| own[source.intergroup(one.intergroup_id).0 as usize].groups += 1);
    source.locations.iter().for_each(|one| own[source.intergroup(one.intergroup_id).0 as usize].locations += 1);
    own
}

/// Every slug that leads to a meeting: those of deleted ones, former ones, and
/// over both the present ones.
pub(super) fn add_slugs(snapshot: &mut Snapshot, source: &Source<'_>, directory: &Directory) {
    let gone = directory.gone.iter().map(|one| (one.intergroup_id, &one.slug, one.id));
    let former = directory.aliases.iter().map(|(intergroup, slug, id)| (*intergroup, slug, *id));
    let present = directory.meetings.iter().map(|one| (one.intergroup_id, &one.slug, one.id));
    for (intergroup, slug, meeting) in gone.chain(former).chain(present) {
        if let Some(index) = source.intergroup_at.get(&intergroup) {
            snapshot.intergroups[*index as usize].slugs.insert(slug.as_str().into(), meeting);
        }
    }
}
