//! Makes a [`Snapshot`]: of a whole directory, or of the snapshot before and
//! what changed since, both in the same way. A whole directory is an update of
//! nothing, in which meetings come in parts: they need not be in memory at once.
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

use std::{collections::HashSet, iter, mem, sync::Arc};

use super::snapshot::{Snapshot, entry::Index, trees::Trees};
use crate::directory::{Directory, Meeting, Update};
use crate::kernel::MeetingId;

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
        let meetings = mem::take(&mut directory.meetings);
        Self::build_of(&directory, iter::once(meetings))
    }

    /// Builds the snapshot of a directory whose meetings come in parts: all of a
    /// part have later ids than those of the one before.
    pub(super) fn build_of(around: &Directory, parts: impl Iterator<Item = Vec<Meeting>>) -> Self {
        let trees = Trees::of(around.intergroups.clone());
        let mut next = Self { trees: Arc::new(trees), ..Self::default() };
        let mut touched = trees::plant(&mut next);
        let Directory { revision, regions, groups, locations, aliases, gone, .. } = around;
        trees::take_in(&mut next, (regions, &[]), &mut touched);
        let offices = aliases.iter().map(|one| one.0).chain(gone.iter().map(|one| one.intergroup_id));
        slugs::take_in(&mut next, offices, aliases, gone);
        shared::take_in(&mut next, (groups, &[]), (locations, &[]), &mut touched);
        next.take_in(*revision, vec![], parts, &mut touched);
        next
    }

    /// The snapshot after an update, which leaves intergroups as they are, and
    /// the intergroups of which it changed a meeting. It shares
    /// with this one all that stays the same.
    pub(super) fn updated(&self, update: Update) -> (Self, HashSet<Index>) {
        let (mut next, mut touched) = (self.clone(), Touched::default());
        trees::take_in(&mut next, (&update.regions, &update.regions_left), &mut touched);
        slugs::take_in(&mut next, update.offices.iter().copied(), &update.aliases, &update.gone);
        let (groups, locations) =
            ((&*update.groups, &*update.groups_left), (&*update.locations, &*update.locations_left));
        shared::take_in(&mut next, groups, locations, &mut touched);
        next.take_in(update.revision, update.meetings_left, iter::once(update.meetings), &mut touched);
        (next, touched.counted)
    }

    /// Takes in the meetings, and then what depends on all of it.
    fn take_in(
        &mut self,
        revision: i64,
        left: Vec<MeetingId>,
        parts: impl Iterator<Item = Vec<Meeting>>,
        touched: &mut Touched,
    ) {
        self.revision = revision;
        meetings::take_in(self, left, parts, touched);
        lists::take_in(self, touched);
        trees::count(self, touched);
        self.arena.close();
    }
}
