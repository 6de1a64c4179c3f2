//! A long list in pieces that snapshots share: to change a row copies its piece
//! alone, and a list with a changed row shares all other pieces with the one
//! before.
//!
//! Invariant: every piece but the last is full, so that a row is found by
//! reckoning.

use std::{
    ops::{Index, IndexMut},
    sync::Arc,
};

/// How many rows a piece has: some ten kilobytes, which are copied in
/// microseconds, and a few thousand pieces of the largest directory.
const ROWS: usize = 256;

/// A list in shared pieces.
#[derive(Debug, Clone)]
pub struct Chunks<T>(Vec<Arc<Vec<T>>>);

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Chunks<T> {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * ROWS + last.len())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The row at a place.
    pub fn get(&self, at: usize) -> Option<&T> {
        self.0.get(at / ROWS)?.get(at % ROWS)
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flat_map(|chunk| chunk.iter())
    }
}

impl<T: Clone> Chunks<T> {
    /// Adds a row at the end.
    pub(in crate::search) fn push(&mut self, row: T) {
        match self.0.last_mut() {
            Some(last) if last.len() < ROWS => Arc::make_mut(last).push(row),
            _ => {
                let mut chunk = Vec::with_capacity(ROWS);
                chunk.push(row);
                self.0.push(Arc::new(chunk));
            }
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
        &self.0[at / ROWS][at % ROWS]
    }
}

impl<T: Clone> IndexMut<usize> for Chunks<T> {
    fn index_mut(&mut self, at: usize) -> &mut T {
        &mut Arc::make_mut(&mut self.0[at / ROWS])[at % ROWS]
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
        assert!(Arc::ptr_eq(&before.0[0], &after.0[0]));
    }
}
