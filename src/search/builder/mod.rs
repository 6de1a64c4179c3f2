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
mod pieces;
mod shared;
mod slugs;
mod trees;
mod words;

use std::{collections::HashSet, mem, sync::Arc};

use super::snapshot::{Snapshot, entry::Index, trees::Trees};
use crate::directory::{Directory, Meeting, Update};
use crate::kernel::MeetingId;
use meetings::Taken;

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
    regions: foldhash::HashSet<Index>,
    /// What came already that several things say.
    known: pieces::Known,
}

/// From how many meetings on their words are read on a thread of its own.
const MANY: usize = 10_000;

/// A snapshot that lacks its meetings, which come in parts: so that they need
/// not be in memory together, nor with all that is around them.
pub(super) struct Begun {
    snapshot: Snapshot,
    touched: Touched,
    revision: i64,
}

impl Begun {
    /// Takes in all but the meetings of a directory.
    pub(super) fn with(around: &Directory) -> Self {
        let Directory { revision, intergroups, regions, groups, locations, aliases, gone, .. } = around;
        let trees = Trees::of(intergroups.clone());
        let mut snapshot = Snapshot { trees: Arc::new(trees), ..Snapshot::default() };
        let mut touched = trees::plant(&mut snapshot);
        trees::take_in(&mut snapshot, (regions, &[]), &mut touched);
        let offices = aliases.iter().map(|one| one.0).chain(gone.iter().map(|one| one.intergroup_id));
        slugs::take_in(&mut snapshot, offices, aliases, gone);
        shared::take_in(&mut snapshot, (groups, &[]), (locations, &[]), &mut touched);
        Self { snapshot, touched, revision: *revision }
    }

    /// Takes in the meetings: all of a part have later ids than those of the one
    /// before. Those before are handed back for the next.
    pub(super) fn complete(self, parts: impl FnMut(Vec<Meeting>) -> Option<Vec<Meeting>>) -> Snapshot {
        let Self { mut snapshot, mut touched, revision } = self;
        snapshot.take_in(revision, vec![], (parts, true), &mut touched);
        snapshot
    }
}

impl Snapshot {
    /// Builds the snapshot of a directory, which is given up for it.
    pub fn build(mut directory: Directory) -> Self {
        let mut meetings = Some(mem::take(&mut directory.meetings));
        let begun = Begun::with(&directory);
        drop(directory);
        begun.complete(|_| meetings.take())
    }

    /// The snapshot after an update, which leaves intergroups where they are, and
    /// the intergroups that it changed, or of which a meeting. It shares with this
    /// one all that stays the same.
    pub(super) fn updated(&self, update: Update) -> (Self, HashSet<Index>) {
        let (mut next, mut touched) = (self.clone(), Touched::default());
        trees::rename(&mut next, &update.intergroups, &mut touched);
        trees::take_in(&mut next, (&update.regions, &update.regions_left), &mut touched);
        slugs::take_in(&mut next, update.offices.iter().copied(), &update.aliases, &update.gone);
        let (groups, locations) =
            ((&*update.groups, &*update.groups_left), (&*update.locations, &*update.locations_left));
        shared::take_in(&mut next, groups, locations, &mut touched);
        let many = update.meetings.len() >= MANY;
        let mut meetings = Some(update.meetings);
        next.take_in(update.revision, update.meetings_left, (|_| meetings.take(), many), &mut touched);
        (next, touched.counted)
    }

    /// Takes in the meetings, many of them or few, and then what depends on all of it.
    fn take_in(
        &mut self,
        revision: i64,
        left: Vec<MeetingId>,
        parts: (impl FnMut(Vec<Meeting>) -> Option<Vec<Meeting>>, bool),
        touched: &mut Touched,
    ) {
        self.revision = revision;
        let Taken { words, places, stale, doors, affinities, starts } = meetings::take_in(self, left, parts, touched);
        let rest = || {
            self.doors.change(doors);
            self.affinities.change(affinities);
            self.starts.change(starts);
            lists::take_in(self, touched);
            trees::count(self, touched);
            self.arena.close();
        };
        let index = words.finish(rest);
        self.text.change(&stale, index, places);
    }
}
