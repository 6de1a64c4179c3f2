//! Things that are found by their id and keep their place for as long as
//! snapshots are made one of another.
//!
//! Invariants: what leaves keeps its place, to which it comes back, so that a
//! place never means something else. The first `ordered` rows stand in the
//! order of their ids, and so are found with little further memory: ids are made
//! from the time, so that what is new mostly comes last. What does not is in
//! `others`.

use std::{
    collections::HashMap,
    hash::Hash,
    ops::{Index, IndexMut},
    sync::Arc,
};

use super::{chunks::Chunks, entry};

/// A thing on a roster.
pub(in crate::search) trait Row: Clone {
    /// Its id.
    type Id: Copy + Ord + Hash;

    fn id(&self) -> Self::Id;
    /// Whether it is there still.
    fn is_there(&self) -> bool;
    /// Gives up all but its id.
    fn leave(&mut self);
}

/// Of how many rows in order one's id is among the `milestones`, and of how many
/// of these among the `tops`: those between lie in a few lines of memory.
const STRIDE: usize = 4;
const TOP: usize = 16;

/// Things by id.
#[derive(Debug, Clone)]
pub(in crate::search) struct Roster<R: Row> {
    rows: Chunks<R>,
    ordered: usize,
    /// The ids of every [`STRIDE`]th of those in order, from the first: rows are
    /// large, and to look for one among them would fetch a line for each step.
    milestones: Chunks<R::Id>,
    /// The same of every [`TOP`]th milestone: all of them stay near a processor.
    tops: Arc<Vec<R::Id>>,
    others: Arc<HashMap<R::Id, entry::Index>>,
    /// How many are there.
    there: usize,
}

impl<R: Row> Default for Roster<R> {
    fn default() -> Self {
        let (rows, milestones, tops) = (Chunks::default(), Chunks::default(), Arc::default());
        Self { rows, ordered: 0, milestones, tops, others: Arc::default(), there: 0 }
    }
}

impl<R: Row> Roster<R> {
    /// How many are there.
    pub(in crate::search) fn len(&self) -> usize {
        self.there
    }

    /// How many places there are, also of what left.
    pub(in crate::search) fn places(&self) -> usize {
        self.rows.len()
    }

    /// Those that are there, in the order of their places.
    pub(in crate::search) fn iter(&self) -> impl Iterator<Item = &R> {
        self.rows.iter().filter(|row| row.is_there())
    }

    /// The place of what is there.
    pub(in crate::search) fn find(&self, id: R::Id) -> Option<usize> {
        self.place(id).filter(|at| self.rows[*at].is_there())
    }

    /// The place of what is or was there.
    pub(in crate::search) fn place(&self, id: R::Id) -> Option<usize> {
        let ordered = self.ordered;
        // What comes anew mostly comes last, and is looked for before it is put.
        let from = if ordered > 0 && self.rows[ordered - 1].id() < id {
            ordered
        } else {
            let tops = self.tops.partition_point(|top| *top < id) * TOP;
            let milestone = passed(tops, TOP, self.milestones.len(), |at| self.milestones[at] < id) * STRIDE;
            passed(milestone, STRIDE, ordered, |at| self.rows[at].id() < id)
        };
        let here = from < ordered && self.rows[from].id() == id;
        if here { Some(from) } else { self.others.get(&id).map(|at| *at as usize) }
    }

    /// A number for a place, in the order of ids, where it has one.
    pub(in crate::search) fn rank(&self, at: entry::Index) -> Option<entry::Index> {
        ((at as usize) < self.ordered).then_some(at)
    }

    /// What is at a place.
    pub(in crate::search) fn get(&self, at: usize) -> Option<&R> {
        self.rows.get(at).filter(|row| row.is_there())
    }

    /// Puts something at its place.
    pub(in crate::search) fn put(&mut self, row: R) -> usize {
        let id = row.id();
        if let Some(at) = self.place(id) {
            self.there += usize::from(!self.rows[at].is_there());
            self.rows[at] = row;
            return at;
        }
        let at = self.rows.len();
        let last = at.checked_sub(1).map(|last| self.rows[last].id());
        if self.ordered == at && last.is_none_or(|last| last < id) {
            if at.is_multiple_of(STRIDE) {
                if self.milestones.len().is_multiple_of(TOP) {
                    Arc::make_mut(&mut self.tops).push(id);
                }
                self.milestones.push(id);
            }
            self.ordered += 1;
        } else {
            Arc::make_mut(&mut self.others).insert(id, at as entry::Index);
        }
        self.rows.push(row);
        self.there += 1;
        at
    }

    /// Lets what is at a place leave it.
    pub(in crate::search) fn leave(&mut self, at: usize) {
        if self.get(at).is_some() {
            self.rows[at].leave();
            self.there -= 1;
        }
    }
}

/// The first of which something is not so, where it is so of all before and of no
/// other, and is not before the `some` ones that end with `to`. Each of these is
/// asked, so that their lines of memory come together.
fn passed(to: usize, some: usize, all: usize, is: impl Fn(usize) -> bool) -> usize {
    let from = to.saturating_sub(some);
    from + (from..to.min(all)).filter(|at| is(*at)).count()
}

impl<R: Row> Index<usize> for Roster<R> {
    type Output = R;

    fn index(&self, at: usize) -> &R {
        &self.rows[at]
    }
}

impl<R: Row> IndexMut<usize> for Roster<R> {
    fn index_mut(&mut self, at: usize) -> &mut R {
        &mut self.rows[at]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    impl Row for (u8, bool) {
        type Id = u8;

        fn id(&self) -> u8 {
            self.0
        }

        fn is_there(&self) -> bool {
            self.1
        }

        fn leave(&mut self) {
            self.1 = false;
        }
    }

    proptest! {
        #[test]
        fn what_is_there_is_found_where_it_always_was(steps: Vec<(u8, bool)>) {
            let (mut roster, mut places) = (Roster::default(), HashMap::new());
            for (id, comes) in steps {
                if comes {
                    let at = roster.put((id, true));
                    prop_assert_eq!(*places.entry(id).or_insert(at), at);
                } else if let Some(at) = roster.find(id) {
                    roster.leave(at);
                }
                prop_assert_eq!(roster.find(id), comes.then(|| places[&id]));
            }
            prop_assert_eq!(roster.len(), roster.iter().count());
            prop_assert_eq!(roster.places(), places.len());
            for (id, at) in places {
                prop_assert_eq!(roster.place(id), Some(at));
            }
        }
    }
}
