//! Which row stands for which meeting, one to one.

use std::{
    collections::{HashMap, HashSet, VecDeque, hash_map::Entry},
    hash::Hash,
};

use super::identity::Identity;

/// A meeting that a row may stand for.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    /// What its source calls it; absent: no row has stood for it yet, or not
    /// since it was deleted.
    pub key: Option<&'a str>,
    pub slug: &'a str,
    /// What its source called it before.
    pub aliases: Vec<&'a str>,
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
/// unique on both sides (its name was minted anew), or that several have on
/// both, one by one by their slugs, for which is which no one can tell, and none
/// of them is to lose its id; both of a deleted meeting; the name alone (it moved, or was renamed); a deleted
/// meeting's identity, unique on both sides. So a meeting that lives is never
/// removed for the sake of a deleted one that says the same.
pub(super) fn match_rows(candidates: &[Candidate<'_>], rows: &[Listing<'_>]) -> Vec<Option<usize>> {
    let mut matches = Matches { of_row: vec![None; rows.len()], taken: HashSet::new() };
    let names = Names::of(candidates);
    let is_same = |row: &Listing<'_>, candidate: usize| candidates[candidate].identity == row.identity;
    matches.named(&names, rows, |row, candidate| is_same(row, candidate) && !candidates[candidate].deleted);
    matches.unique_identities(candidates, rows, false);
    matches.alike(candidates, rows);
    matches.named(&names, rows, is_same);
    matches.named(&names, rows, |_, _| true);
    matches.unique_identities(candidates, rows, true);
    matches.of_row
}

/// The candidates by each name that a row may know them by.
///
/// After two meetings have swapped their slugs at the source, each has the
/// other's name for its own slug: so what the source calls a meeting now counts
/// before what it is called here, for all rows, and that before its aliases.
struct Names<'a>(HashMap<(usize, &'a str), usize>);

impl<'a> Names<'a> {
    /// Key, slug and aliases of those that live, then of deleted ones.
    const WAYS: usize = 6;

    fn of(candidates: &[Candidate<'a>]) -> Self {
        let mut names = HashMap::new();
        for (index, candidate) in candidates.iter().enumerate() {
            let after = if candidate.deleted { Self::WAYS / 2 } else { 0 };
            let aliases = candidate.aliases.iter().map(|alias| (2, *alias));
            let all = candidate.key.map(|key| (0, key)).into_iter().chain([(1, candidate.slug)]).chain(aliases);
            for (way, name) in all {
                names.entry((way + after, name)).or_insert(index);
            }
        }
        Self(names)
    }
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

    /// Gives each row that has none the first candidate of one of its names.
    fn named<'a>(&mut self, names: &Names<'a>, rows: &[Listing<'a>], fits: impl Fn(&Listing<'a>, usize) -> bool) {
        for way in 0..Names::WAYS {
            for (index, row) in rows.iter().enumerate() {
                if self.of_row[index].is_some() {
                    continue;
                }
                let known = row.names.iter().filter_map(|name| names.0.get(&(way, *name)).copied());
                let candidate = known.into_iter().find(|candidate| self.is_free(*candidate) && fits(row, *candidate));
                self.take(index, candidate);
            }
        }
    }

    /// Meetings that live and whose names are those of no row come first: a row
    /// that has the name of one may have moved.
    fn alike(&mut self, candidates: &[Candidate<'_>], rows: &[Listing<'_>]) {
        let mut open: Vec<usize> = (0..rows.len()).filter(|row| self.of_row[*row].is_none()).collect();
        open.sort_unstable_by_key(|row| rows[*row].names);
        let names: HashSet<&str> = open.iter().flat_map(|row| rows[*row].names).collect();
        let is_named = |candidate: &Candidate<'_>| {
            names.contains(candidate.slug) || candidate.key.is_some_and(|key| names.contains(key))
        };
        let mut free: Vec<usize> =
            (0..candidates.len()).filter(|index| !candidates[*index].deleted && self.is_free(*index)).collect();
        free.sort_unstable_by_key(|index| (is_named(&candidates[*index]), candidates[*index].slug));
        let mut alike: HashMap<&Identity, VecDeque<usize>> = HashMap::new();
        for index in free {
            alike.entry(&candidates[index].identity).or_default().push_back(index);
        }
        for row in open {
            self.take(row, alike.get_mut(&rows[row].identity).and_then(VecDeque::pop_front));
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

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
