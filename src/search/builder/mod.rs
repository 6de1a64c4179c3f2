//! Makes a [`Snapshot`]: of a whole directory, or of the snapshot before and
//! what changed since, both in the same way. A whole directory is an update of
//! nothing.
//!
//! Invariants: what refers to an intergroup that is not there is left out; a
//! group, place or region that is not there is not shown; a snapshot that was
//! updated answers as one that is built of the whole directory. To index
//! something new, give it a field as [`super::snapshot`] says and fill it in the
//! file named after the thing, for what comes and for what leaves.

mod lists;
mod meetings;
mod shared;
mod slugs;
mod trees;
mod words;

use std::{collections::HashSet, mem, sync::Arc};

use super::snapshot::{Snapshot, entry::Index, trees::Trees};
use crate::directory::{Directory, Update};

/// What has to be made anew because something that it counts or lists came or
/// left.
#[derive(Default)]
struct Touched {
    groups: lists::Moves,
    locations: lists::Moves,
    intergroups: lists::Moves,
    /// Intergroups of which a count changed.
    counted: HashSet<Index>,
    /// Regions in which a meeting came or left.
    regions: HashSet<Index>,
}

impl Snapshot {
    /// Builds the snapshot of a directory, which is given up for it.
    pub fn build(mut directory: Directory) -> Self {
        let trees = Trees::of(mem::take(&mut directory.intergroups));
        let mut snapshot = Self { trees: Arc::new(trees), ..Self::default() };
        let mut touched = trees::plant(&mut snapshot);
        snapshot.take_in(Update::whole(directory), &mut touched);
        snapshot
    }

    /// The snapshot after an update, which leaves intergroups as they are, and
    /// the intergroups of which it changed a meeting. It shares
    /// with this one all that stays the same.
    pub(super) fn updated(&self, update: Update) -> (Self, HashSet<Index>) {
        let (mut next, mut touched) = (self.clone(), Touched::default());
        next.take_in(update, &mut touched);
        (next, touched.counted)
    }

    fn take_in(&mut self, update: Update, touched: &mut Touched) {
        self.revision = update.revision;
        trees::take_in(self, &update, touched);
        slugs::take_in(self, &update);
        shared::take_in(self, &update, touched);
        meetings::take_in(self, update, touched);
        lists::take_in(self, touched);
        trees::count(self, touched);
        self.arena.close();
    }
}
