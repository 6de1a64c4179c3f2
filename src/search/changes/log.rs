//! What changed when, as of one snapshot.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use uuid::Uuid;

use crate::{
    directory::{Departures, Tick},
    kernel::MeetingId,
    search::snapshot::{Snapshot, entry::Index},
};

/// What changed when: beside a snapshot, and of the same number of the clock.
#[derive(Debug, Default)]
pub struct ChangeLog {
    ticks: Vec<Tick>,
    /// Of each intergroup, its own meetings by when they last changed, and by id.
    pub(super) changed: Vec<Arc<[Index]>>,
    /// What left a scope, by when it did, and by id.
    pub(super) left: HashMap<Uuid, Arc<Vec<(i64, MeetingId)>>>,
    /// Up to which number it is not remembered what left a scope.
    pub(super) forgotten: HashMap<Uuid, i64>,
}

impl ChangeLog {
    /// Puts in order what the snapshot shows and what is remembered besides.
    pub fn build(snapshot: &Snapshot, departures: Departures) -> Self {
        let changed = snapshot.intergroups.iter().map(|one| by_change(snapshot, &one.meetings)).collect();
        let empty = Self { changed, ..Self::default() };
        empty.with(departures)
    }

    /// The same for the snapshot after an update that changed meetings of these
    /// intergroups, and with what left since.
    pub(in crate::search) fn updated(&self, snapshot: &Snapshot, changed: &HashSet<Index>, since: Departures) -> Self {
        let mut log = Self { changed: self.changed.clone(), left: self.left.clone(), ..Self::default() };
        for office in changed.iter().map(|office| *office as usize) {
            log.changed[office] = by_change(snapshot, &snapshot.intergroups[office].meetings);
        }
        log.with(since)
    }

    /// With later departures, and without those that are no longer remembered.
    fn with(mut self, departures: Departures) -> Self {
        (self.ticks, self.forgotten) = (departures.ticks, departures.forgotten.into_iter().collect());
        let mut later: HashMap<Uuid, Vec<(i64, MeetingId)>> = HashMap::new();
        for departure in departures.left {
            later.entry(departure.scope_id).or_default().push((departure.revision, departure.meeting_id));
        }
        for (scope, later) in later {
            let left = Arc::make_mut(self.left.entry(scope).or_default());
            // Only the last time that something left is remembered.
            let again: HashSet<MeetingId> = later.iter().map(|(_, id)| *id).collect();
            left.retain(|(_, id)| !again.contains(id));
            left.extend(later);
            left.sort_unstable();
        }
        for (scope, forgotten) in &self.forgotten {
            if let Some(left) =
                self.left.get_mut(scope).filter(|left| left.first().is_some_and(|one| one.0 <= *forgotten))
            {
                Arc::make_mut(left).retain(|(revision, _)| revision > forgotten);
            }
        }
        self
    }

    /// All numbers of the clock that are known.
    pub fn ticks(&self) -> &[Tick] {
        &self.ticks
    }

    /// The number that it is of.
    pub fn present(&self) -> Option<Tick> {
        self.ticks.last().copied()
    }

    /// A number with its mark: its own, or where nothing is known of it that of
    /// the last before it.
    pub(super) fn tick(&self, revision: i64) -> Tick {
        let after = self.ticks.partition_point(|tick| tick.revision <= revision);
        let known = after.checked_sub(1).and_then(|at| self.ticks.get(at));
        Tick { revision, mark: known.map_or(0, |tick| tick.mark) }
    }
}

/// Meetings by when they last changed, and by id.
fn by_change(snapshot: &Snapshot, meetings: &[Index]) -> Arc<[Index]> {
    let mut meetings = meetings.to_vec();
    meetings.sort_by_cached_key(|meeting| {
        let entry = &snapshot.entries[*meeting as usize];
        (entry.revision, entry.id)
    });
    meetings.into()
}
