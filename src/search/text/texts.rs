//! The words of all meetings in a few indexes: a large one, and smaller ones of
//! what changed since.
//!
//! Invariants: the words of a meeting are in one index, in which alone it is
//! not stale; an index is much larger than the one behind it, so there are only
//! ever a few, and over time a change is written anew a few times. Indexes
//! number their meetings in the order of their places.

use std::{collections::HashSet, mem, sync::Arc};

use super::{TextIndex, TextQuery};
use crate::search::snapshot::entry::Index;

/// How many times an index is larger than the one behind it.
const TIMES: usize = 4;

/// The words of all meetings.
#[derive(Debug, Default, Clone)]
pub(in crate::search) struct Texts(Vec<Part>);

#[derive(Debug, Clone)]
struct Part {
    index: Arc<TextIndex>,
    /// The place of each meeting of the index, in order.
    places: Arc<[Index]>,
    /// The numbers of those that changed or left since.
    stale: Arc<HashSet<u32>>,
}

impl Texts {
    /// The meetings that have every word of a query, by place, with how well: a
    /// whole number above zero.
    pub(in crate::search) fn find(&self, query: &TextQuery) -> Vec<(Index, u32)> {
        let mut found = Vec::new();
        for part in &self.0 {
            let here = part.index.find(query).into_iter().filter(|(meeting, _)| !part.stale.contains(meeting));
            found.extend(here.map(|(meeting, points)| (part.places[meeting as usize], points)));
        }
        found.sort_unstable();
        found
    }

    /// Forgets the words of some meetings, and adds those of an index, of which
    /// the meetings are at these places, in order.
    pub(in crate::search) fn change(&mut self, stale: &[Index], index: TextIndex, places: Vec<Index>) {
        for part in &mut self.0 {
            let numbers = stale.iter().filter_map(|place| part.places.binary_search(place).ok());
            let mut stale =
                numbers.map(|number| number as u32).filter(|number| !part.stale.contains(number)).peekable();
            if stale.peek().is_some() {
                let stale: Vec<u32> = stale.collect();
                Arc::make_mut(&mut part.stale).extend(stale);
            }
        }
        if !places.is_empty() {
            self.0.push(Part { index: Arc::new(index), places: places.into(), stale: Arc::default() });
        }
        while let [.., before, last] = self.0.as_slice()
            && before.len() < TIMES * last.len()
        {
            let both = before.with(last);
            self.0.truncate(self.0.len() - 2);
            self.0.push(both);
        }
    }
}

impl Part {
    /// How many meetings have their words here.
    fn len(&self) -> usize {
        self.places.len() - self.stale.len()
    }

    /// What is not stale of two parts, as one.
    fn with(&self, other: &Self) -> Self {
        let both = [self, other];
        let mut places: Vec<Index> = both.iter().flat_map(|part| part.fresh().map(|(_, place)| place)).collect();
        places.sort_unstable();
        let numbers = both.map(|part| {
            let mut numbers = vec![None; part.places.len()];
            for (number, place) in part.fresh() {
                numbers[number] = places.binary_search(&place).ok().map(|at| at as u32);
            }
            numbers
        });
        let index = TextIndex::merge(both.map(|part| &*part.index), &numbers, places.len());
        Self { index: Arc::new(index), places: mem::take(&mut places).into(), stale: Arc::default() }
    }

    /// The number and place of all that are not stale.
    fn fresh(&self) -> impl Iterator<Item = (usize, Index)> {
        let all = self.places.iter().copied().enumerate();
        all.filter(|(number, _)| !self.stale.contains(&(*number as u32)))
    }
}
