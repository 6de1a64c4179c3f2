//! What is being sent of a snapshot, and keeps it in memory for as long as
//! somebody reads.
//!
//! Invariant: a snapshot that shares nothing with the present one is kept by
//! none of these once another is loaded: who reads so slowly that the directory
//! is loaded anew twice has to ask again, for memory holds two of them.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use crate::http::Pieces;

/// What all snapshots have that were made one of another, and no other has.
pub(super) type Family = Arc<()>;

type Slot = Mutex<Option<Box<dyn Iterator<Item = Vec<u8>> + Send>>>;

/// Remembers what was lent.
#[derive(Default)]
pub(super) struct Lender(Mutex<Vec<(Family, Weak<Slot>)>>);

impl Lender {
    /// Pieces that are made of a snapshot of that family, until it takes them back.
    pub(super) fn lend(&self, family: &Family, pieces: impl Iterator<Item = Vec<u8>> + Send + 'static) -> Pieces {
        let slot: Arc<Slot> = Arc::new(Mutex::new(Some(Box::new(pieces))));
        let mut lent = lock(&self.0);
        lent.retain(|(_, slot)| slot.strong_count() > 0);
        lent.push((Arc::clone(family), Arc::downgrade(&slot)));
        Box::new(Lent { slot, is_over: false })
    }

    /// Takes back what is of other families.
    pub(super) fn take_back_all_but(&self, family: &Family) {
        let others = lock(&self.0).extract_if(.., |(other, _)| !Arc::ptr_eq(other, family)).collect::<Vec<_>>();
        others.iter().filter_map(|(_, slot)| slot.upgrade()).for_each(|slot| *lock(&slot) = None);
    }
}

impl std::fmt::Debug for Lender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Lender").field(&lock(&self.0).len()).finish()
    }
}

struct Lent {
    slot: Arc<Slot>,
    is_over: bool,
}

impl Iterator for Lent {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let mut slot = lock(&self.slot);
        let next = match &mut *slot {
            Some(pieces) => pieces.next().map(Ok),
            None => Some(Err(io::Error::other("the directory was loaded anew"))),
        };
        self.is_over = !matches!(next, Some(Ok(_)));
        if self.is_over {
            *slot = None;
        }
        next
    }
}

/// Nothing panics while it is held but what is sent, which is given up then.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lent_of_another_family_is_taken_back() {
        let (lender, one, other, memory) = (Lender::default(), Family::default(), Family::default(), Arc::new(b'x'));
        let pieces = |memory: Arc<u8>| (0..3).map(move |_| vec![*memory]);
        let mut kept = lender.lend(&one, pieces(memory.clone()));
        let mut taken = lender.lend(&other, pieces(memory.clone()));
        let mut read = lender.lend(&other, pieces(memory.clone()));
        assert_eq!(read.by_ref().map(Result::unwrap).count(), 3);
        assert_eq!(taken.next().unwrap().unwrap(), b"x");
        lender.take_back_all_but(&one);
        assert_eq!(Arc::strong_count(&memory), 2, "only what is kept has it still");
        assert!(taken.next().unwrap().is_err() && taken.next().is_none());
        assert!(read.next().is_none(), "that was at its end");
        assert_eq!(kept.by_ref().map(Result::unwrap).count(), 3);
        drop(kept);
        drop(lender.lend(&one, pieces(memory.clone())));
        assert_eq!(format!("{lender:?}"), "Lender(1)", "what was sent is forgotten");
        assert_eq!(Arc::strong_count(&memory), 1);
    }
}
