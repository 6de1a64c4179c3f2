//! The source's names of regions, in the office's words.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
};

use crate::{
    directory::Region,
    feeds::ReadFeed,
    kernel::{RegionId, fold},
};

/// The most levels above a region that are followed.
const LEVELS: usize = 32;

/// What was read, with each region that the office maps written as the office's
/// own. A row's most specific name that is mapped counts; one that is mapped to
/// a deleted region is none.
pub(in crate::sync) fn mapped<'a>(
    read: &'a ReadFeed,
    map: &BTreeMap<String, RegionId>,
    regions: &[Region],
    deleted: &HashSet<RegionId>,
) -> Cow<'a, ReadFeed> {
    let by_id: HashMap<RegionId, &Region> =
        regions.iter().filter(|region| !deleted.contains(&region.id)).map(|region| (region.id, region)).collect();
    let paths: HashMap<String, Vec<String>> =
        map.iter().filter_map(|(name, id)| Some((fold(name), path(*by_id.get(id)?, &by_id)))).collect();
    if paths.is_empty() {
        return Cow::Borrowed(read);
    }
    let mut read = read.clone();
    for row in &mut read.rows {
        if let Some(ours) = row.content.region.iter().rev().find_map(|name| paths.get(&fold(name))) {
            row.content.region.clone_from(ours);
        }
    }
    Cow::Owned(read)
}

/// Names from the top down.
fn path(region: &Region, by_id: &HashMap<RegionId, &Region>) -> Vec<String> {
    let up = std::iter::successors(Some(region), |region| by_id.get(&region.parent_id?).copied());
    let mut names: Vec<String> = up.take(LEVELS).map(|region| region.name.clone()).collect();
    names.reverse();
    names
}
