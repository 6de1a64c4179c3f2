//! Regions that a source names and the office does not have yet.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::{
    directory::Region,
    kernel::{RegionId, Slug, slugify},
};

/// A region to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::sync) struct NewRegion {
    pub id: RegionId,
    pub parent_id: Option<RegionId>,
    pub slug: Slug,
    pub name: String,
}

/// The office's tree, and what has to be added to it.
pub(super) struct Tree {
    by_name: HashMap<(Option<RegionId>, String), RegionId>,
    slugs: HashSet<String>,
    pub new: Vec<NewRegion>,
}

impl Tree {
    pub(super) fn new(regions: &[Region], deleted: &HashSet<RegionId>) -> Self {
        let living = regions.iter().filter(|region| !deleted.contains(&region.id));
        Self {
            by_name: living.map(|region| ((region.parent_id, region.name.clone()), region.id)).collect(),
            slugs: regions.iter().map(|region| region.slug.as_str().to_owned()).collect(),
            new: Vec::new(),
        }
    }

    /// The region at the end of a path of names, made where it is missing.
    pub(super) fn at(&mut self, path: &[String], mut new_id: impl FnMut() -> RegionId) -> Option<RegionId> {
        let mut parent = None;
        for (depth, name) in path.iter().enumerate() {
            let key = (parent, name.clone());
            let id = match self.by_name.get(&key) {
                Some(id) => *id,
                None => {
                    let id = new_id();
                    let slug = free_slug(&path[..=depth], &mut self.slugs)?;
                    self.new.push(NewRegion { id, parent_id: parent, slug, name: name.clone() });
                    self.by_name.insert(key, id);
                    id
                }
            };
            parent = Some(id);
        }
        parent
    }
}

/// The slug of the last name; with the names above it where that is taken.
fn free_slug(path: &[String], taken: &mut HashSet<String>) -> Option<Slug> {
    let named = (0..path.len()).rev().filter_map(|from| slugify(&path[from..].join(" ")));
    let base = slugify("region").into_iter();
    let numbered = (2..).filter_map(|n: u32| slugify(&format!("region {n}")));
    let mut candidates = named.chain(base).chain(numbered);
    let slug = candidates.find(|slug| !taken.contains(slug.as_str()))?;
    taken.insert(slug.as_str().to_owned());
    Some(slug)
}
