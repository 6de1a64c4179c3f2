//! The total orders of an answer, as numbers.
//!
//! A [`Position`] compares like the order it was made for: first those that did
//! not join from elsewhere, then the sort's own key, then the id. In a snapshot
//! names and ids are their ranks, which leaves the even numbers between them for
//! what a cursor remembers and is no longer there.
//!
//! To add an order: a variant of `Sort`, its key in [`Position::of`], and its
//! way back in [`Position::key`].

use std::collections::BinaryHeap;

use chrono::{DateTime, Utc};

use super::{
    cursor::{Cursor, Key},
    query::Sort,
    snapshot::{
        Snapshot,
        entry::{Index, NO_DAY},
    },
};

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

/// Where a meeting stands in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    joined: bool,
    key: u64,
    id: u64,
}

impl Position {
    /// The position of a match; `now` is that of the first page.
    pub(super) fn of(snapshot: &Snapshot, hit: &Hit, sort: Sort, now: DateTime<Utc>) -> Self {
        let facts = &snapshot.facts[hit.meeting as usize];
        let key = match sort {
            Sort::Distance => hit.distance_mm.unwrap_or(u64::MAX),
            Sort::Next => {
                let schedule = snapshot.entries[hit.meeting as usize].schedule.as_ref();
                let next = schedule.and_then(|schedule| schedule.next(now));
                next.map_or(u64::MAX, |next| u64::try_from(next.start.timestamp()).unwrap_or(0))
            }
            Sort::DayTime if hit.at.day == NO_DAY => u64::MAX,
            Sort::DayTime => u64::from(hit.at.day) * DAY_MINUTES + u64::from(hit.at.minute),
            Sort::Relevance => u64::from(u32::MAX - hit.points),
            Sort::Name => present(facts.name as usize),
        };
        Self { joined: hit.joined, key, id: present(hit.meeting as usize) }
    }

    /// Where a cursor stands in this snapshot, be its meeting still there or
    /// not.
    pub(super) fn after(snapshot: &Snapshot, cursor: &Cursor) -> Self {
        let key = match &cursor.key {
            Key::Number(number) => *number,
            Key::Name(name) => snapshot.names.binary_search(name).map_or_else(absent, present),
        };
        Self { joined: cursor.joined, key, id: snapshot.meeting_index(cursor.id).map_or_else(absent, present) }
    }

    /// What a cursor keeps of this position.
    pub(super) fn key(&self, snapshot: &Snapshot, sort: Sort) -> Key {
        match sort {
            Sort::Name => Key::Name(snapshot.names.get((self.key / 2) as usize).cloned().unwrap_or_default()),
            Sort::Distance | Sort::Next | Sort::DayTime | Sort::Relevance => Key::Number(self.key),
        }
    }
}

/// The first few of many, kept in bounded room while they are counted.
pub(super) struct First {
    limit: usize,
    kept: BinaryHeap<(Position, Hit)>,
    offered: usize,
}

impl First {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, kept: BinaryHeap::new(), offered: 0 }
    }

    pub(super) fn offer(&mut self, position: Position, hit: Hit) {
        self.offered += 1;
        if self.kept.len() < self.limit {
            self.kept.push((position, hit));
        } else if let Some(mut last) = self.kept.peek_mut()
            && position < last.0
        {
            *last = (position, hit);
        }
    }

    /// Those kept in order, and whether there are more.
    pub(super) fn finish(self) -> (Vec<(Position, Hit)>, bool) {
        let more = self.offered > self.kept.len();
        (self.kept.into_sorted_vec(), more)
    }
}

/// The number of the `rank`th that is there.
fn present(rank: usize) -> u64 {
    rank as u64 * 2 + 1
}

/// The number of what would stand before the `rank`th.
fn absent(rank: usize) -> u64 {
    rank as u64 * 2
}
