//! What changed when, as of one snapshot.

use std::collections::HashMap;

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
    pub(super) changed: Vec<Vec<Index>>,
    /// What left a scope, by when it did, and by id.
    pub(super) left: HashMap<Uuid, Vec<(i64, MeetingId)>>,
    /// Up to which number it is not remembered what left a scope.
    pub(super) forgotten: HashMap<Uuid, i64>,
}

impl ChangeLog {
    /// Puts in order what the snapshot shows and what is remembered besides.
    pub fn build(snapshot: &Snapshot, departures: Departures) -> Self {
        let by_change = |meetings: &Vec<Index>| {
            let mut meetings = meetings.clone();
            // The order of indexes is that of ids.
            meetings.sort_unstable_by_key(|meeting| (snapshot.entries[*meeting as usize].revision, *meeting));
            meetings
        };
        let changed = snapshot.intergroups.iter().map(|intergroup| by_change(&intergroup.meetings)).collect();
        let mut left: HashMap<Uuid, Vec<(i64, MeetingId)>> = HashMap::new();
        for departure in departures.left {
            left.entry(departure.scope_id).or_default().push((departure.revision, departure.meeting_id));
        }
        left.values_mut().for_each(|left| left.sort_unstable());
        Self { ticks: departures.ticks, changed, left, forgotten: departures.forgotten.into_iter().collect() }
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
