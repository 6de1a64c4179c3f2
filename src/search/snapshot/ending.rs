//! Leaves the notices out of a meeting's bytes that are over by the time of an
//! answer: a snapshot may be older than their last date, and what an office
//! told of last month is of no more concern to anybody.
//!
//! A notice is over when its last date is past where the meeting is, and so is
//! the meeting of that date if it lasts past midnight. An `only` notice is never over: it
//! says of all later dates that they are off.

use chrono::{DateTime, NaiveDate, Utc};
use memchr::memmem;

use crate::directory::{Meeting, Notice, NoticeKind};
use crate::kernel::ZoneClock;
use crate::search::{schedule::Next, view::NoticeView};

/// What stands before the notices in a meeting's bytes. No text can hold it,
/// because JSON writes a quote in a text with a backslash.
const BEFORE: &[u8] = br#""notices":["#;

/// The notices in the last part of a meeting's bytes, at least one of which ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::search) struct EndingNotices {
    clock: ZoneClock,
    /// Where the first begins.
    start: usize,
    /// The last date of each, and its length.
    notices: Box<[(NaiveDate, usize)]>,
}

impl EndingNotices {
    /// The notices of a meeting in the last part of its bytes; `None` where there
    /// is none that ends.
    pub(in crate::search) fn find(meeting: &Meeting, json: &[u8]) -> Option<Self> {
        if meeting.notices.iter().all(|notice| last_date(notice) == NaiveDate::MAX) {
            return None;
        }
        let before = memmem::find(json, BEFORE)?;
        let length = |notice| serde_json::to_vec(&NoticeView::of(notice)).map_or(0, |json| json.len());
        Some(Self {
            clock: ZoneClock::of(meeting.content.timezone),
            start: before + BEFORE.len(),
            notices: meeting.notices.iter().map(|notice| (last_date(notice), length(notice))).collect(),
        })
    }

    /// That part without the notices that are over at `now`; `None` where none
    /// is.
    pub(in crate::search) fn without_those_over(
        &self,
        json: &[u8],
        next: Option<Next>,
        now: DateTime<Utc>,
    ) -> Option<Vec<u8>> {
        let today = self.clock.date(now)?;
        let earliest = next.map_or(today, |next| next.date.min(today));
        if self.notices.iter().all(|(last, _)| *last >= earliest) {
            return None;
        }
        let (before, mut rest) = json.split_at(self.start);
        let mut out = before.to_vec();
        for (last, length) in &self.notices {
            let (notice, after) = rest.split_at(*length);
            rest = after.strip_prefix(b",").unwrap_or(after);
            if *last >= earliest {
                if out.len() > self.start {
                    out.push(b',');
                }
                out.extend_from_slice(notice);
            }
        }
        out.extend_from_slice(rest);
        Some(out)
    }
}

fn last_date(notice: &Notice) -> NaiveDate {
    if notice.kind == NoticeKind::Only { NaiveDate::MAX } else { notice.last_date() }
}
