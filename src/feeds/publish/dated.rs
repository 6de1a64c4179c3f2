//! A row whose notes say what its notices bring in the days to come.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::row::Row;
use crate::{
    directory::{Group, Intergroup, Meeting},
    feeds::notice_line,
    kernel::ZoneClock,
};

const CLOSED: &str = "TC";

/// What such a row is rendered of.
#[derive(Debug)]
pub(super) struct Dated {
    meeting: Meeting,
    group: Option<Group>,
    intergroup: Arc<Intergroup>,
}

impl Dated {
    pub(super) fn of(meeting: &Meeting, group: Option<&Group>, intergroup: &Arc<Intergroup>) -> Self {
        Self { meeting: meeting.clone(), group: group.cloned(), intergroup: intergroup.clone() }
    }

    /// The row as it is at a moment; `None` where nothing is to be told.
    pub(super) fn row(&self, now: DateTime<Utc>) -> Option<Vec<u8>> {
        let content = &self.meeting.content;
        let today = ZoneClock::of(content.timezone).date(now)?;
        let says_closed = content.types.iter().any(|code| code == CLOSED);
        let told = notice_line::told(&self.meeting.notices, content.start.map(|start| start.day), today, says_closed);
        if told.lines.is_empty() {
            return None;
        }
        let mut meeting = self.meeting.clone();
        let notes = meeting.content.notes.take().into_iter().chain(told.lines);
        meeting.content.notes = Some(notes.collect::<Vec<_>>().join("\n"));
        if told.closed {
            meeting.content.types.push(CLOSED.to_owned());
            meeting.content.types.sort_unstable();
        }
        serde_json::to_vec(&Row::of(&meeting, self.group.as_ref(), &self.intergroup)).ok()
    }
}
