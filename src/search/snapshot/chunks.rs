//! A long list in pieces that snapshots share: to change a row copies its piece
//! alone, and a list with a changed row shares all other pieces with the one
//! before.
//!
//! Invariant: every piece but the last is full, so that a row is found by
//! reckoning.

use std::{
    mem,
    ops::{Index, IndexMut},
    sync::Arc,
};

/// How many rows a piece has: some ten kilobytes, which are copied in
/// microseconds, and a few thousand pieces of the largest directory.
const ROWS: usize = 256;

/// A list in shared pieces.
#[derive(Debug, Clone)]
pub struct Chunks<T> {
    /// The pieces that are full, each of which is found by one look.
    full: Vec<Arc<[T]>>,
    /// What is behind them: less than a piece.
    last: Arc<Vec<T>>,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { full: Vec::new(), last: Arc::default() }
    }
}

impl<T> Chunks<T> {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.full.len() * ROWS + self.last.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.full.is_empty() && self.last.is_empty()
    }

    /// The row at a place.
    pub fn get(&self, at: usize) -> Option<&T> {
        match self.full.get(at / ROWS) {
            Some(chunk) => chunk.get(at % ROWS),
            None => self.last.get(at - self.full.len() * ROWS),
        }
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.full.iter().flat_map(|chunk| chunk.iter()).chain(self.last.iter())
    }
}

impl<T: Clone> Chunks<T> {
    /// Adds a row at the end.
    pub(in crate::search) fn push(&mut self, row: T) {
        let last = Arc::make_mut(&mut self.last);
        if last.is_empty() {
            last.reserve_exact(ROWS);
        }
        last.push(row);
        if last.len() == ROWS {
            self.full.push(mem::take(last).into());
        }
    }

    /// Puts a row at its place, or behind the last.
    pub(in crate::search) fn put(&mut self, at: usize, row: T) {
        if at < self.len() { self[at] = row } else { self.push(row) }
    }
}

impl<T> Index<usize> for Chunks<T> {
    type Output = T;

    fn index(&self, at: usize) -> &T {
        match self.full.get(at / ROWS) {
            Some(chunk) => &chunk[at % ROWS],
            None => &self.last[at - self.full.len() * ROWS],
        }
    }
}

impl<T: Clone> IndexMut<usize> for Chunks<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        let behind = self.full.len() * ROWS;
        match self.full.get_mut(at / ROWS) {
            Some(chunk) => &mut Arc::make_mut(chunk)[at % ROWS],
            None => &mut Arc::make_mut(&mut self.last)[at - behind],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_row_leaves_the_list_before_as_it_was_and_shares_the_rest() {
        let mut before = Chunks::default();
        (0..ROWS * 2 + 3).for_each(|row| before.push(row));
        let mut after = before.clone();
        after[ROWS] = 7;
        after.push(8);
        assert_eq!((before.len(), after.len()), (ROWS * 2 + 3, ROWS * 2 + 4));
        assert!(before.iter().copied().eq(0..ROWS * 2 + 3));
        assert_eq!((after[ROWS], after[ROWS * 2 + 3], after.get(ROWS * 2 + 4)), (7, 8, None));
        assert!(Arc::ptr_eq(&before.full[0], &after.full[0]));
    }
}
