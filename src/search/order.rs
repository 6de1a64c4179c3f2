//! The total orders of an answer, as numbers.
//!
//! A [`Position`] compares like the order it was made for: first those that did
//! not join from elsewhere, then the sort's own key, then the id. The key of a
//! name is its beginning; what that leaves open, and the ids, are only looked up
//! where keys are the same.
//!
//! To add an order: a variant of `Sort`, its key in [`key`], and its way back in
//! [`Position::key`].

use std::{cmp::Ordering, collections::BinaryHeap};

use chrono::{DateTime, Utc};

use super::{
    cursor::{Cursor, Key},
    query::Sort,
    snapshot::{
        Entry, Snapshot,
        entry::{Index, NO_DAY, beginning},
    },
};
use crate::kernel::MeetingId;

const DAY_MINUTES: u64 = 24 * 60;

/// A day and a local time of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Start {
    /// 0 to 6, or [`NO_DAY`].
    pub day: u8,
    /// Minutes after midnight.
    pub minute: u16,
}

/// A meeting that a query matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub meeting: Index,
    /// When it starts: as it is listed, or as the zone that was asked for sees
    /// its next occurrence.
    pub at: Start,
    /// How well it meets the words asked for.
    pub points: u32,
    /// An online meeting that joined for its affinity.
    pub joined: bool,
    /// Measured only where one can go.
    pub distance_mm: Option<u64>,
}

/// What matches are ordered by first; `now` is that of the first page.
pub(super) fn key(snapshot: &Snapshot, hit: &Hit, sort: Sort, now: DateTime<Utc>) -> u64 {
    match sort {
        Sort::Distance => hit.distance_mm.unwrap_or(u64::MAX),
        Sort::Next => {
            let schedule = snapshot.entries[hit.meeting as usize].schedule.as_ref();
            let next = schedule.and_then(|schedule| schedule.next(now));
            next.map_or(u64::MAX, |next| u64::try_from(next.start.timestamp()).unwrap_or(0))
        }
        Sort::DayTime if hit.at.day == NO_DAY => u64::MAX,
        Sort::DayTime => u64::from(hit.at.day) * DAY_MINUTES + u64::from(hit.at.minute),
        Sort::Relevance => u64::from(u32::MAX - hit.points),
        Sort::Name => snapshot.facts[hit.meeting as usize].name,
    }
}

/// Where a meeting stands in an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position<'a> {
    joined: bool,
    key: u64,
    rest: Rest<'a>,
}

/// What decides between equal keys.
#[derive(Debug, Clone, Copy)]
enum Rest<'a> {
    /// A meeting's id, and where among all ids it stands, if that is known.
    Id(&'a Entry, Option<Index>),
    /// A meeting's name, then its id.
    Name(&'a Entry),
    /// What a cursor remembers, be its meeting still there or not.
    Cursor(&'a Cursor),
}

impl<'a> Rest<'a> {
    fn name(self) -> &'a str {
        match self {
            Self::Name(entry) => &entry.name,
            Self::Cursor(Cursor { key: Key::Name(name), .. }) => name,
            Self::Id(..) | Self::Cursor(_) => "",
        }
    }

    fn id(self) -> MeetingId {
        match self {
            Self::Id(entry, _) | Self::Name(entry) => entry.id,
            Self::Cursor(cursor) => cursor.id,
        }
    }
}

impl<'a> Position<'a> {
    /// The position of a match, of which that is the key.
    pub(super) fn of(snapshot: &'a Snapshot, hit: &Hit, sort: Sort, key: u64) -> Self {
        let entry = &snapshot.entries[hit.meeting as usize];
        let rest =
            if sort == Sort::Name { Rest::Name(entry) } else { Rest::Id(entry, snapshot.entries.rank(hit.meeting)) };
        Self { joined: hit.joined, key, rest }
    }

    /// Where a cursor stands.
    pub(super) fn after(cursor: &'a Cursor) -> Self {
        let key = match &cursor.key {
            Key::Number(number) => *number,
            Key::Name(name) => beginning(name),
        };
        Self { joined: cursor.joined, key, rest: Rest::Cursor(cursor) }
    }

    /// What a cursor keeps of this position.
    pub(super) fn key(&self) -> Key {
        match self.rest {
            Rest::Name(entry) => Key::Name(entry.name.as_ref().into()),
            Rest::Id(..) => Key::Number(self.key),
            Rest::Cursor(cursor) => cursor.key.clone(),
        }
    }
}

impl Ord for Position<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_key = (self.joined, self.key).cmp(&(other.joined, other.key));
        by_key.then_with(|| match (self.rest, other.rest) {
            // Meetings are spared a look: of many that tie each would be a walk through memory.
            (Rest::Id(_, Some(one)), Rest::Id(_, Some(other))) => one.cmp(&other),
            (one, other) => (one.name(), one.id()).cmp(&(other.name(), other.id())),
        })
    }
}

impl PartialOrd for Position<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Position<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Position<'_> {}

/// The first few of many, kept in bounded room while they are counted.
pub(super) struct First<'a> {
    limit: usize,
    kept: BinaryHeap<(Position<'a>, Hit)>,
    /// What nothing more is kept beyond: of the last one, once there are enough.
    last: (bool, u64),
    offered: usize,
}

impl<'a> First<'a> {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, kept: BinaryHeap::new(), last: (true, u64::MAX), offered: 0 }
    }

    /// Takes a match with that key, which stands where `position` says if that is
    /// after what was shown before; that is asked only where the key leaves it open.
    #[inline]
    pub(super) fn offer(&mut self, hit: Hit, key: u64, position: impl FnOnce() -> Option<Position<'a>>) {
        // What is beyond the last one is after all that was shown.
        if (hit.joined, key) > self.last {
            self.offered += 1;
        } else if let Some(position) = position() {
            self.keep(position, hit);
        }
    }

    fn keep(&mut self, position: Position<'a>, hit: Hit) {
        self.offered += 1;
        if self.kept.len() < self.limit {
            self.kept.push((position, hit));
        } else if let Some(mut last) = self.kept.peek_mut()
            && position < last.0
        {
            *last = (position, hit);
        }
        if self.kept.len() >= self.limit
            && let Some((last, _)) = self.kept.peek()
        {
            self.last = (last.joined, last.key);
        }
    }

    /// Those kept in order, and whether there are more.
    pub(super) fn finish(self) -> (Vec<(Position<'a>, Hit)>, bool) {
        let more = self.offered > self.kept.len();
        (self.kept.into_sorted_vec(), more)
    }
}
