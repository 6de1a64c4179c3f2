//! Published feeds: what every reader of Meeting Guide JSON accepts.
//!
//! The Meeting Guide specification leaves room in which its readers differ;
//! the profile written here is what all of them take: a bare array, one row a
//! weekday, `HH:MM`, a zone and `approximate` on every row, exact codes, no
//! nulls and no empty values. Only what is public goes in.

mod address;
mod row;

use std::collections::HashMap;

use row::Row;

use crate::{
    directory::{Directory, Group, Intergroup, Meeting},
    kernel::{GroupId, IntergroupId},
};

/// The feeds of all intergroups, ready to send.
#[derive(Debug, Default)]
pub struct PublishedFeeds {
    meeting_guide: HashMap<IntergroupId, Vec<u8>>,
}

impl PublishedFeeds {
    /// Renders the feed of every intergroup.
    pub fn render(directory: &Directory) -> Self {
        let mut meetings: HashMap<IntergroupId, Vec<&Meeting>> = HashMap::new();
        for meeting in &directory.meetings {
            meetings.entry(meeting.intergroup_id).or_default().push(meeting);
        }
        let groups: HashMap<GroupId, &Group> = directory.groups.iter().map(|group| (group.id, group)).collect();
        let feeds = directory.intergroups.iter().map(|intergroup| {
            let meetings = meetings.remove(&intergroup.id).unwrap_or_default();
            (intergroup.id, render(intergroup, meetings, &groups))
        });
        Self { meeting_guide: feeds.collect() }
    }

    /// The Meeting Guide feed of an intergroup: a JSON array, by slug.
    pub fn meeting_guide(&self, id: IntergroupId) -> Option<&[u8]> {
        self.meeting_guide.get(&id).map(Vec::as_slice)
    }
}

/// One row a line: a feed that is kept in version control shows what changed.
fn render(intergroup: &Intergroup, mut meetings: Vec<&Meeting>, groups: &HashMap<GroupId, &Group>) -> Vec<u8> {
    meetings.sort_by(|a, b| a.slug.cmp(&b.slug));
    let mut feed = b"[".to_vec();
    for meeting in meetings {
        let group = meeting.group_id.and_then(|id| groups.get(&id)).copied();
        // Plain structs of text and numbers always serialise.
        if let Ok(row) = serde_json::to_vec(&Row::of(meeting, group, intergroup)) {
            feed.extend_from_slice(if feed.len() == 1 { b"\n" } else { b",\n" });
            feed.extend_from_slice(&row);
        }
    }
    feed.extend_from_slice(b"\n]\n");
    feed
}
