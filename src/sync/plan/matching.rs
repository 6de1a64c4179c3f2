//! Which row stands for which meeting, one to one.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    hash::Hash,
};

use super::identity::Identity;

/// A meeting that a row may stand for.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    /// Every name that a row may know it by: its source key, its slug, its
    /// aliases.
    pub names: Vec<&'a str>,
    pub identity: Identity,
    pub deleted: bool,
}

/// A row, as matching sees it.
#[derive(Debug)]
pub(super) struct Listing<'a> {
    /// Its source key and its slug.
    pub names: [&'a str; 2],
    pub identity: Identity,
}

/// For each row the index of the candidate it stands for.
///
/// In this order: the same name and the same identity; an identity that is
/// unique on both sides (its name was minted anew); the name alone (it moved,
/// or was renamed); a deleted meeting's identity, unique on both sides.
pub(super) fn match_rows(candidates: &[Candidate<'_>], rows: &[Listing<'_>]) -> Vec<Option<usize>> {
    let mut matches = Matches { of_row: vec![None; rows.len()], taken: HashSet::new() };
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    for live_first in [false, true] {
        for (index, candidate) in candidates.iter().enumerate().filter(|(_, c)| c.deleted == live_first) {
            for name in &candidate.names {
                by_name.entry(name).or_insert(index);
            }
        }
    }
    let named =
        |row: &Listing<'_>| row.names.iter().filter_map(|name| by_name.get(name).copied()).collect::<Vec<usize>>();
    for (index, row) in rows.iter().enumerate() {
        let same = named(row).into_iter().find(|c| candidates[*c].identity == row.identity && matches.is_free(*c));
        matches.take(index, same);
    }
    matches.unique_identities(candidates, rows, false);
    for (index, row) in rows.iter().enumerate() {
        if matches.of_row[index].is_none() {
            let same = named(row).into_iter().find(|c| matches.is_free(*c));
            matches.take(index, same);
        }
    }
    matches.unique_identities(candidates, rows, true);
    matches.of_row
}

struct Matches {
    of_row: Vec<Option<usize>>,
    taken: HashSet<usize>,
}

impl Matches {
    fn is_free(&self, candidate: usize) -> bool {
        !self.taken.contains(&candidate)
    }

    fn take(&mut self, row: usize, candidate: Option<usize>) {
        if let Some(candidate) = candidate {
            self.of_row[row] = Some(candidate);
            self.taken.insert(candidate);
        }
    }

    fn unique_identities(&mut self, candidates: &[Candidate<'_>], rows: &[Listing<'_>], deleted: bool) {
        let free_candidates = candidates.iter().enumerate().filter(|(i, c)| c.deleted == deleted && self.is_free(*i));
        let theirs = uniques(free_candidates.map(|(i, c)| (&c.identity, i)));
        let free_rows = rows.iter().enumerate().filter(|(i, _)| self.of_row[*i].is_none());
        let ours = uniques(free_rows.map(|(i, row)| (&row.identity, i)));
        for (identity, row) in ours {
            self.take(row, theirs.get(identity).copied());
        }
    }
}

/// What occurs exactly once.
fn uniques<K: Hash + Eq + Copy, V>(items: impl Iterator<Item = (K, V)>) -> HashMap<K, V> {
    let mut seen: HashMap<K, Option<V>> = HashMap::new();
    for (key, value) in items {
        match seen.entry(key) {
            Entry::Vacant(entry) => _ = entry.insert(Some(value)),
            Entry::Occupied(mut entry) => _ = entry.insert(None),
        }
    }
    seen.into_iter().filter_map(|(key, value)| value.map(|value| (key, value))).collect()
}
