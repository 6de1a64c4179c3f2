//! Published feeds: what every reader of Meeting Guide JSON accepts, and the
//! same as a table.
//!
//! The Meeting Guide specification leaves room in which its readers differ;
//! the profile written here is what all of them take: a bare array, one row a
//! weekday, `HH:MM`, a zone and `approximate` on every row, exact codes, no
//! nulls and no empty values. Only what is public goes in.
//!
//! Rows are rendered once. Those of meetings with notices say in
//! their notes what the days to come bring (`feeds::notice_line`), so they are
//! rendered anew as the days pass: no midnight of any zone lies within a
//! quarter of an hour, and what was rendered is kept that long. A table is made
//! of the rows when somebody asks for it, and each is compressed once.
//!
//! To publish another format of the same rows: a file beside `table` that takes
//! the JSON feed, and a [`Kept`] of its own.

mod address;
mod dated;
mod row;
mod table;

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use dated::Dated;
use row::Row;

use crate::{
    directory::{Directory, Group, Intergroup, Meeting},
    http::Edition,
    kernel::{GroupId, IntergroupId},
};

/// How long what is rendered stays right: every zone's midnight is at a
/// multiple of this.
const QUARTER_S: i64 = 15 * 60;

/// The feeds of all intergroups.
#[derive(Debug, Default)]
pub struct PublishedFeeds {
    feeds: HashMap<IntergroupId, PublishedFeed>,
}

/// The feed of an intergroup.
#[derive(Debug)]
pub struct PublishedFeed {
    /// Every row, without what notices say.
    rows: Arc<Edition>,
    /// The rows whose notices have something to say, in their order.
    dated: Vec<(Range<usize>, Dated)>,
    json: Kept,
    csv: Kept,
}

/// What was rendered last, and in which quarter of an hour.
#[derive(Debug, Default)]
struct Kept(Mutex<Option<(i64, Arc<Edition>)>>);

impl PublishedFeeds {
    /// Renders the rows of every intergroup.
    pub fn render(directory: &Directory) -> Self {
        let mut meetings: HashMap<IntergroupId, Vec<&Meeting>> = HashMap::new();
        for meeting in &directory.meetings {
            meetings.entry(meeting.intergroup_id).or_default().push(meeting);
        }
        let groups: HashMap<GroupId, &Group> = directory.groups.iter().map(|group| (group.id, group)).collect();
        let feeds = directory.intergroups.iter().map(|intergroup| {
            let meetings = meetings.remove(&intergroup.id).unwrap_or_default();
            (intergroup.id, PublishedFeed::render(intergroup, meetings, &groups))
        });
        Self { feeds: feeds.collect() }
    }

    /// The Meeting Guide feed of an intergroup: a JSON array, by slug.
    pub fn meeting_guide(&self, id: IntergroupId, now: DateTime<Utc>) -> Option<Arc<Edition>> {
        Some(self.feeds.get(&id)?.meeting_guide(now))
    }

    /// The same as a table with TSML's columns.
    pub fn csv(&self, id: IntergroupId, now: DateTime<Utc>) -> Option<Arc<Edition>> {
        Some(self.feeds.get(&id)?.csv(now))
    }
}

impl PublishedFeed {
    /// Renders the rows of an intergroup's meetings, one a line: a feed that is
    /// kept in version control shows what changed.
    pub fn render(intergroup: &Intergroup, mut meetings: Vec<&Meeting>, groups: &HashMap<GroupId, &Group>) -> Self {
        meetings.sort_by(|a, b| a.slug.cmp(&b.slug));
        let (mut rows, mut dated) = (b"[".to_vec(), Vec::new());
        let shared = Arc::new(intergroup.clone());
        for meeting in meetings {
            let group = meeting.group_id.and_then(|id| groups.get(&id)).copied();
            // Plain structs of text and numbers always serialise.
            if let Ok(row) = serde_json::to_vec(&Row::of(meeting, group, intergroup)) {
                rows.extend_from_slice(if rows.len() == 1 { b"\n" } else { b",\n" });
                let start = rows.len();
                rows.extend_from_slice(&row);
                if !meeting.notices.is_empty() {
                    dated.push((start..rows.len(), Dated::of(meeting, group, &shared)));
                }
            }
        }
        rows.extend_from_slice(b"\n]\n");
        Self { rows: Arc::new(Edition::new(rows)), dated, json: Kept::default(), csv: Kept::default() }
    }

    /// The Meeting Guide feed: a JSON array, by slug.
    pub fn meeting_guide(&self, now: DateTime<Utc>) -> Arc<Edition> {
        self.json.get(self.quarter(now), || {
            if self.dated.is_empty() { self.rows.clone() } else { Arc::new(Edition::new(self.on(now))) }
        })
    }

    /// The same as a table with TSML's columns.
    pub fn csv(&self, now: DateTime<Utc>) -> Arc<Edition> {
        self.csv.get(self.quarter(now), || Arc::new(Edition::new(table::of(self.meeting_guide(now).body()))))
    }

    /// The rows with what their notices say.
    fn on(&self, now: DateTime<Utc>) -> Vec<u8> {
        let rows = self.rows.body();
        let (mut feed, mut from) = (Vec::with_capacity(rows.len() + 256), 0);
        for (span, dated) in &self.dated {
            if let Some(row) = dated.row(now) {
                feed.extend_from_slice(&rows[from..span.start]);
                feed.extend_from_slice(&row);
                from = span.end;
            }
        }
        feed.extend_from_slice(&rows[from..]);
        feed
    }

    fn quarter(&self, now: DateTime<Utc>) -> i64 {
        if self.dated.is_empty() { 0 } else { now.timestamp().div_euclid(QUARTER_S) }
    }
}

impl Kept {
    /// What was rendered in this quarter of an hour, or what is rendered now.
    /// Where two ask at once one of them waits, and neither renders in vain.
    fn get(&self, quarter: i64, render: impl FnOnce() -> Arc<Edition>) -> Arc<Edition> {
        // Nothing is left half done where a renderer panics.
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((of, rendered)) if *of == quarter => rendered.clone(),
            _ => kept.insert((quarter, render())).1.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
