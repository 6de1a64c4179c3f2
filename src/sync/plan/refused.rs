//! Rows that are refused, and the meetings that they protect.

use std::collections::HashSet;

use super::{MeetingSource, Plan, SourceChange};
use crate::{
    directory::Meeting,
    feeds::{FeedRow, RefusedRow},
    kernel::{GroupId, LocationId, fold},
};

/// What a run takes from the meetings that its refused rows protect.
pub(super) struct Protection<'a> {
    /// Keys of the rows that are used.
    keys: HashSet<&'a str>,
    places: HashSet<LocationId>,
    groups: HashSet<GroupId>,
}

impl<'a> Protection<'a> {
    pub(super) fn of(rows: &'a [FeedRow], plan: &Plan) -> Self {
        Self {
            keys: rows.iter().map(|row| row.source_key.as_str()).collect(),
            places: plan.locations.iter().map(|change| change.id).collect(),
            groups: plan.groups.iter().map(|change| change.id).collect(),
        }
    }

    /// What has to be remembered of such a meeting: another key where a row has
    /// taken its own, and to look anew at its row, once that is mended, where
    /// its place or group says something else meanwhile.
    pub(super) fn source(&self, meeting: &Meeting, was: &MeetingSource) -> Option<SourceChange> {
        let key = was.source_key.as_str();
        let taken = self.keys.contains(key);
        let moved = meeting.location_id.is_some_and(|id| self.places.contains(&id))
            || meeting.group_id.is_some_and(|id| self.groups.contains(&id));
        (taken || moved).then(|| SourceChange {
            meeting_id: meeting.id,
            source_key: if taken { format!("{key}{}", without_key(meeting)) } else { key.to_owned() },
            row_hash: was.row_hash,
            unread: moved || was.unread,
        })
    }
}

/// What ends the key of a meeting that another row has taken it from.
fn without_key(meeting: &Meeting) -> String {
    format!("#{}", meeting.id)
}

/// What refused rows say of the meetings that they stand for.
pub(super) struct Refused<'a> {
    keys: HashSet<&'a str>,
    /// Folded names, of those with a key too: it may have been minted anew.
    names: HashSet<String>,
    /// One of them says nothing of itself, and may mean any meeting.
    any: bool,
}

impl<'a> Refused<'a> {
    pub(super) fn of(rows: &'a [RefusedRow]) -> Self {
        Self {
            keys: rows.iter().filter_map(|row| row.source_key.as_deref()).collect(),
            names: rows.iter().filter_map(|row| row.name.as_deref()).map(fold).collect(),
            any: rows.iter().any(|row| row.source_key.is_none() && row.name.is_none()),
        }
    }

    /// Whether one of them may stand for the meeting that the feed knows by `key`.
    pub(super) fn may_mean(&self, key: &str, meeting: &Meeting) -> bool {
        let key = key.strip_suffix(&without_key(meeting)).unwrap_or(key);
        // One row of several days is several meetings, each with its day behind the key.
        let of_a_day = key.rsplit_once('-').filter(|(_, day)| day.len() == 1).map(|(row, _)| row);
        let named = [Some(key), Some(meeting.slug.as_str()), of_a_day].into_iter().flatten();
        self.any
            || named.into_iter().any(|name| self.keys.contains(name))
            || self.names.contains(&fold(&meeting.content.name))
    }
}
