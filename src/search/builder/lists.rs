//! The lists of their meetings that groups, locations and intergroups have.

use std::{mem, sync::Arc};

use super::Touched;
use crate::search::snapshot::{Snapshot, entry::Index};

/// Who lists a meeting no longer, and who does now: list and meeting.
#[derive(Default)]
pub(super) struct Moves {
    pub leave: Vec<(Index, Index)>,
    pub come: Vec<(Index, Index)>,
}

/// Writes those lists anew in which something comes or leaves.
pub(super) fn take_in(snapshot: &mut Snapshot, touched: &mut Touched) {
    for (group, moved) in mem::take(&mut touched.groups).by_list() {
        if let Some(before) = snapshot.groups.get(group as usize) {
            let meetings = moved.list(&before.meetings, |meeting| when(snapshot, meeting));
            snapshot.groups[group as usize].meetings = meetings;
        }
    }
    for (location, moved) in mem::take(&mut touched.locations).by_list() {
        if let Some(before) = snapshot.locations.get(location as usize) {
            let meetings = moved.list(&before.meetings, |meeting| when(snapshot, meeting));
            snapshot.locations[location as usize].meetings = meetings;
        }
    }
    for (intergroup, moved) in mem::take(&mut touched.intergroups).by_list() {
        let before = &snapshot.intergroups[intergroup as usize];
        let by_slug = moved.by_slug(&before.by_slug, snapshot);
        let meetings = moved.list(&before.meetings, |meeting| snapshot.entries[meeting as usize].id);
        let entry = &mut snapshot.intergroups[intergroup as usize];
        entry.own.meetings = meetings.len() as u32;
        (entry.meetings, entry.by_slug) = (meetings, by_slug);
        touched.counted.insert(intergroup);
    }
}

/// What meetings of a group or at a location are ordered by.
fn when(snapshot: &Snapshot, meeting: Index) -> impl Ord + use<> {
    let facts = &snapshot.facts[meeting as usize];
    (facts.day, facts.minute, snapshot.entries[meeting as usize].id)
}

/// The moves of one list.
struct Moved {
    leave: Vec<Index>,
    come: Vec<Index>,
}

impl Moves {
    fn by_list(mut self) -> impl Iterator<Item = (Index, Moved)> {
        self.leave.sort_unstable();
        self.come.sort_unstable();
        let (mut leave, mut come) = (self.leave.into_iter().peekable(), self.come.into_iter().peekable());
        std::iter::from_fn(move || {
            let lists = [leave.peek(), come.peek()];
            let list = lists.into_iter().flatten().map(|(list, _)| *list).min()?;
            let mut moved = Moved { leave: Vec::new(), come: Vec::new() };
            while let Some((_, meeting)) = leave.next_if(|one| one.0 == list) {
                moved.leave.push(meeting);
            }
            while let Some((_, meeting)) = come.next_if(|one| one.0 == list) {
                moved.come.push(meeting);
            }
            Some((list, moved))
        })
    }
}

impl Moved {
    fn list<K: Ord>(self, before: &[Index], key: impl Fn(Index) -> K) -> Arc<[Index]> {
        let staying = before.iter().filter(|meeting| self.leave.binary_search(meeting).is_err());
        let mut list: Vec<Index> = staying.copied().chain(self.come).collect();
        list.sort_by_cached_key(|meeting| key(*meeting));
        list.into()
    }

    /// What comes is put where it belongs; of what stays few are looked at.
    fn by_slug(&self, before: &[Index], snapshot: &Snapshot) -> Arc<[Index]> {
        let staying: Vec<Index> =
            before.iter().copied().filter(|meeting| self.leave.binary_search(meeting).is_err()).collect();
        let mut coming: Vec<(&str, Index)> = self.come.iter().map(|one| (snapshot.slug_of(*one), *one)).collect();
        coming.sort_unstable();
        let (mut list, mut rest) = (Vec::with_capacity(staying.len() + coming.len()), &staying[..]);
        for (slug, meeting) in coming {
            let (earlier, later) = rest.split_at(rest.partition_point(|one| snapshot.slug_of(*one) < slug));
            list.extend_from_slice(earlier);
            list.push(meeting);
            rest = later;
        }
        list.extend_from_slice(rest);
        list.into()
    }
}
