//! Intergroups and regions, which stand in trees and count what lies below.

use std::{collections::HashMap, sync::Arc};

use super::Touched;
use crate::directory::{Intergroup, Region};
use crate::kernel::{RegionId, Slug, fold};
use crate::search::{
    snapshot::{
        IntergroupEntry, RegionEntry, Snapshot,
        arena::Address,
        entry::{Index, NONE},
        tree,
    },
    view::{Counts, IntergroupRef, IntergroupView, RegionView, office},
};

/// Puts intergroups in their place, without anything that they list. All of
/// them have to be counted.
pub(super) fn plant(snapshot: &mut Snapshot) -> Touched {
    let trees = snapshot.trees.clone();
    let descendants = tree::descendants(&trees.intergroup_lineage);
    let mut slugs = HashMap::new();
    for ((intergroup, descendants), index) in trees.intergroups.iter().zip(descendants).zip(0..) {
        slugs.insert(intergroup.slug.clone(), index);
        let shown = snapshot.arena.push_bytes(&office(IntergroupRef::of(intergroup)));
        snapshot.intergroups.push(IntergroupEntry {
            id: intergroup.id,
            slug: intergroup.slug.clone(),
            text: fold(&intergroup.name).into(),
            version: intergroup.version,
            descendants: descendants.into(),
            meetings: Arc::default(),
            own: Counts::default(),
            by_slug: Arc::default(),
            former: Arc::default(),
            json: Address::NOTHING,
            shown,
        });
    }
    snapshot.intergroup_slugs = Arc::new(slugs);
    Touched { counted: (0..trees.intergroups.len() as Index).collect(), ..Touched::default() }
}

/// Writes intergroups anew that are others now, and what shows their names
/// besides what they list.
pub(super) fn rename(snapshot: &mut Snapshot, changed: &[Intergroup], touched: &mut Touched) {
    if changed.is_empty() {
        return;
    }
    snapshot.trees = Arc::new(snapshot.trees.with_intergroups(changed));
    let trees = snapshot.trees.clone();
    for one in changed {
        let Some(at) = trees.intergroup(one.id) else { continue };
        let before = snapshot.intergroups[at as usize].shown;
        snapshot.arena.waste(before);
        let shown = snapshot.arena.push_bytes(&office(IntergroupRef::of(one)));
        let entry = &mut snapshot.intergroups[at as usize];
        (entry.slug, entry.text, entry.version) = (one.slug.clone(), fold(&one.name).into(), one.version);
        entry.shown = shown;
        // It says to whom it belongs, and is said by who belongs to it.
        touched.counted.extend(entry.descendants.iter());
    }
    let slugs = trees.intergroups.iter().map(|one| one.slug.clone()).zip(0..).collect();
    snapshot.intergroup_slugs = Arc::new(slugs);
}

/// Puts regions in their place, and takes those away that left.
pub(super) fn take_in(snapshot: &mut Snapshot, (regions, left): (&[Region], &[RegionId]), touched: &mut Touched) {
    if regions.is_empty() && left.is_empty() {
        return;
    }
    for at in left.iter().filter_map(|id| snapshot.trees.region(*id)).collect::<Vec<_>>() {
        leave(snapshot, at, touched);
    }
    let trees = Arc::new(snapshot.trees.with_regions(regions, left));
    let mut slugs: HashMap<Slug, Vec<Index>> = HashMap::new();
    for ((region, descendants), index) in trees.regions.iter().zip(tree::descendants(&trees.region_lineage)).zip(0..) {
        if trees.region(region.id) != Some(index) {
            continue;
        }
        slugs.entry(region.slug.clone()).or_default().push(index);
        let before = snapshot.regions.get(index as usize);
        if before.is_none_or(|before| before.descendants[..] != descendants[..]) {
            touched.regions.insert(index);
        }
        if trees.regions.get(index as usize) != snapshot.trees.regions.get(index as usize) {
            // Its name stands in the path of all below.
            touched.regions.extend(&descendants);
        }
        let (own, json) = before.map_or_else(Default::default, |before| (before.own, before.json));
        if touched.regions.contains(&index) {
            snapshot.regions.put(index as usize, entry(region, descendants, own, json));
        }
    }
    snapshot.region_slugs = Arc::new(slugs);
    snapshot.trees = trees;
}

fn entry(region: &Region, descendants: Vec<Index>, own: u32, json: Address) -> RegionEntry {
    RegionEntry {
        id: region.id,
        intergroup_id: region.intergroup_id,
        slug: region.slug.clone(),
        name: region.name.as_str().into(),
        text: fold(&region.name).into(),
        version: region.version,
        descendants: descendants.into(),
        own,
        json,
        there: true,
    }
}

/// A region is no longer there; what lay in it lies in none.
fn leave(snapshot: &mut Snapshot, at: Index, touched: &mut Touched) {
    let before = snapshot.regions[at as usize].clone();
    touched.regions.extend(before.descendants.iter());
    for meeting in 0..if before.own > 0 { snapshot.facts.len() } else { 0 } {
        if snapshot.facts[meeting].region == at {
            snapshot.facts[meeting].region = NONE;
        }
    }
    snapshot.arena.waste(before.json);
    let gone = RegionEntry { own: 0, json: Address::NOTHING, descendants: [at].into(), there: false, ..before };
    snapshot.regions[at as usize] = gone;
}

/// Writes those anew of which a count may have changed, and all above them.
pub(super) fn count(snapshot: &mut Snapshot, touched: &Touched) {
    let trees = snapshot.trees.clone();
    for at in with_all_above(&touched.counted, &trees.intergroup_lineage) {
        let entry = &snapshot.intergroups[at as usize];
        let own = |below: &Index| snapshot.intergroups[*below as usize].own;
        let counts = entry.descendants.iter().map(own).fold(Counts::default(), Counts::plus);
        snapshot.arena.waste(entry.json);
        let parent = trees.parent(at).map(IntergroupRef::of);
        let view = IntergroupView::of(&trees.intergroups[at as usize], parent, counts);
        snapshot.intergroups[at as usize].json = snapshot.arena.push(&view);
    }
    for at in with_all_above(&touched.regions, &trees.region_lineage) {
        let entry = &snapshot.regions[at as usize];
        if !entry.there {
            continue;
        }
        let meetings = entry.descendants.iter().map(|below| snapshot.regions[*below as usize].own).sum();
        snapshot.arena.waste(entry.json);
        let path = trees.path(at);
        let view = RegionView::of(&trees.regions[at as usize], &path, meetings);
        snapshot.regions[at as usize].json = snapshot.arena.push(&view);
    }
}

fn with_all_above<'a>(
    touched: impl IntoIterator<Item = &'a Index>,
    lineages: &[Vec<Index>],
) -> std::collections::BTreeSet<Index> {
    touched.into_iter().flat_map(|at| &lineages[*at as usize]).copied().collect()
}
