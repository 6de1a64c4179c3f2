//! Whose meetings a client keeps.

use std::borrow::Cow;

use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_128;

use super::{ChangeLog, cursor::Cursor, merge::merge};
use crate::{
    directory::{EVERYTHING, Tick},
    kernel::{IntergroupId, MeetingId},
    search::{
        named::Named,
        snapshot::{Snapshot, entry::Index},
    },
};

/// Whose meetings: everybody's, or those of an intergroup and all that belong
/// to it.
pub(super) struct Scope<'a> {
    snapshot: &'a Snapshot,
    log: &'a ChangeLog,
    /// What cursors and departures know it by.
    pub(super) key: Uuid,
    intergroups: Cow<'a, [Index]>,
}

/// Something that happened to a meeting of a scope. The order is that in which
/// it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub revision: i64,
    pub id: MeetingId,
    /// Where the meeting is; `None` where it left.
    pub meeting: Option<Index>,
}

impl<'a> Scope<'a> {
    /// The scope of that name. One that nobody has is empty, as a search for it
    /// would be.
    pub(super) fn of(snapshot: &'a Snapshot, log: &'a ChangeLog, name: Option<&Named<IntergroupId>>) -> Self {
        let found = name.and_then(|name| snapshot.intergroup(name));
        let key = match (name, found) {
            (None, _) => EVERYTHING,
            (_, Some(intergroup)) => intergroup.id.0,
            (Some(Named::Id(id)), None) => id.0,
            (Some(Named::Slug(slug)), None) => Uuid::from_u128(xxh3_128(slug.as_str().as_bytes())),
        };
        let intergroups = match (name, found) {
            (None, _) => (0..snapshot.intergroups.len() as Index).collect(),
            (_, Some(intergroup)) => Cow::Borrowed(&intergroup.descendants[..]),
            _ => Cow::Borrowed(&[][..]),
        };
        Self { snapshot, log, key, intergroups }
    }

    /// Where it stands: the last number at which anything of it changed.
    pub(super) fn last_change(&self) -> Tick {
        let changed = self.intergroups.iter().filter_map(|at| self.log.changed.get(*at as usize)?.last());
        let changed = changed.map(|meeting| self.snapshot.entries[*meeting as usize].revision).max();
        let left = self.log.left.get(&self.key).and_then(|left| left.last()).map(|(revision, _)| *revision);
        let last = changed.max(left).max(self.log.forgotten.get(&self.key).copied());
        self.log.tick(last.unwrap_or(0))
    }

    /// Whether what happened since a cursor is known.
    pub(super) fn remembers(&self, cursor: &Cursor) -> bool {
        let Tick { revision, .. } = cursor.tick;
        let forgotten = self.log.forgotten.get(&self.key).is_some_and(|forgotten| *forgotten > revision);
        self.log.tick(revision) == cursor.tick && !forgotten
    }

    /// Its meetings after that one, by id.
    pub(super) fn walk(&self, after: Option<MeetingId>) -> impl Iterator<Item = Index> {
        let id = |meeting: &Index| self.snapshot.entries[*meeting as usize].id;
        let lists = self.intergroups.iter().map(move |at| {
            let meetings = &self.snapshot.intergroups[*at as usize].meetings;
            let first = meetings.partition_point(|meeting| after.is_some_and(|after| id(meeting) <= after));
            meetings[first..].iter().map(move |meeting| (id(meeting), *meeting))
        });
        merge(lists).map(|(_, meeting)| meeting)
    }

    /// What happened after that.
    pub(super) fn steps(&self, after: (i64, MeetingId)) -> impl Iterator<Item = Step> {
        let key = |meeting: Index| {
            let entry = &self.snapshot.entries[meeting as usize];
            (entry.revision, entry.id)
        };
        let changed = merge(self.intergroups.iter().map(move |at| {
            let changed = self.log.changed.get(*at as usize).map_or(&[][..], |changed| &**changed);
            let first = changed.partition_point(|meeting| key(*meeting) <= after);
            changed[first..].iter().map(move |meeting| {
                let (revision, id) = key(*meeting);
                Step { revision, id, meeting: Some(*meeting) }
            })
        }));
        let left = self.log.left.get(&self.key).map_or(&[][..], |left| left.as_slice());
        let first = left.partition_point(|left| *left <= after);
        let left = left[first..].iter().filter(|(_, id)| !self.has(*id));
        let left = left.map(|(revision, id)| Step { revision: *revision, id: *id, meeting: None });
        let both: [Box<dyn Iterator<Item = Step> + '_>; 2] = [Box::new(changed), Box::new(left)];
        merge(both)
    }

    /// Whether a meeting is in it now.
    fn has(&self, id: MeetingId) -> bool {
        let found = self.snapshot.meeting_index(id).and_then(|at| self.snapshot.facts.get(at));
        found.is_some_and(|facts| self.intergroups.binary_search(&facts.intergroup).is_ok())
    }
}
