//! The bytes that a snapshot answers with.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Entry, GroupEntry, IntergroupEntry, RegionEntry, Shared, Snapshot};
use crate::http::spare_body;
use crate::search::{
    fields::Fields,
    schedule::Schedule,
    view::{self, Moving, OccurrenceView},
};

/// How many occurrences a meeting shows on its own.
const OCCURRENCES: usize = 3;

/// How many bytes there are on its own besides, mostly.
const BESIDE: usize = 448;

/// How a group or location is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// In a list, without its meetings.
    Listed,
    /// On its own, with its meetings in brief.
    Single,
}

impl Entry {
    /// What is listed for one of these days, in order.
    pub fn occurrences(&self, from: NaiveDate, to: NaiveDate) -> Vec<OccurrenceView> {
        let shown = |schedule: &Schedule| -> Vec<OccurrenceView> {
            let view = |one| OccurrenceView::of(one, schedule.notices(one).collect());
            schedule.between(from, to).map(view).collect()
        };
        self.schedule.as_ref().map_or_else(Vec::new, shown)
    }

    /// Appends a meeting, of these parts, with what moves and without the notices
    /// that are over.
    pub(in crate::search) fn write(&self, parts: [&[u8]; 8], moving: Moving, now: DateTime<Utc>, out: &mut Vec<u8>) {
        let [before @ .., after] = parts;
        let current = self.notices.as_ref().and_then(|notices| notices.without_those_over(after, moving.next, now));
        before.iter().for_each(|part| out.extend_from_slice(part));
        view::splice(out, current.as_deref().unwrap_or(after), moving);
    }
}

impl Snapshot {
    /// A meeting as a JSON object without the fields that move, with all of its
    /// notices: what feeds, NDJSON and changes carry.
    pub fn meeting_json(&self, meeting: &Entry) -> Vec<u8> {
        self.meeting_parts(meeting).concat()
    }

    /// The same in parts, one behind the other: how it begins, to its name; its
    /// intergroup, and the pieces that others show, too; the rest.
    pub fn meeting_parts(&self, meeting: &Entry) -> [&[u8]; 8] {
        let own = self.arena.get(meeting.json);
        let (before, after) = own.split_at_checked(meeting.head as usize).unwrap_or((own, &[]));
        let office = self.arena.get(self.intergroup_of(meeting).shown);
        let [group, place, region, when, how] = meeting.pieces.map(|piece| self.arena.get(piece));
        [before, office, group, place, region, when, how, after]
    }

    /// A meeting on its own: what moves and its next occurrences included.
    pub fn meeting_detail(&self, meeting: &Entry, now: DateTime<Utc>) -> Vec<u8> {
        let (mut next, mut occurrences) = (None, Vec::with_capacity(OCCURRENCES));
        if let Some(schedule) = &meeting.schedule {
            let coming: Vec<_> = schedule.occurrences(now).take(OCCURRENCES).collect();
            next = coming.first().map(|first| first.seen_at(now));
            let view = |one| OccurrenceView::of(one, schedule.notices(one).collect());
            occurrences.extend(coming.into_iter().map(view));
        }
        let parts = self.meeting_parts(meeting);
        let mut out = spare_body(BESIDE + parts.iter().map(|part| part.len()).sum::<usize>());
        meeting.write(parts, Moving { next, ..Moving::default() }, now, &mut out);
        view::splice_occurrences(&mut out, &occurrences);
        out
    }

    /// A group as a JSON object without its meetings.
    pub fn group_json(&self, group: &GroupEntry) -> Vec<u8> {
        self.shared_parts(group).concat()
    }

    /// A group or a location without its meetings, in parts.
    fn shared_parts<I>(&self, shared: &Shared<I>) -> [&[u8]; 3] {
        let (own, from, head) = (self.arena.get(shared.json), shared.from as usize, shared.head as usize);
        let before = own.get(from..head).unwrap_or_default();
        let after = own.get(head..).unwrap_or_default();
        [before, self.arena.get(self.lister_of(shared).shown), after]
    }

    /// An intergroup as a JSON object.
    pub fn intergroup_json(&self, intergroup: &IntergroupEntry) -> &[u8] {
        self.arena.get(intergroup.json)
    }

    /// A region as a JSON object.
    pub fn region_json(&self, region: &RegionEntry) -> &[u8] {
        self.arena.get(region.json)
    }

    /// Appends a group or a location as a JSON object. In brief a meeting is some
    /// of its fields ([`view::MeetingBrief`]).
    pub fn write_shared<I>(&self, shared: &Shared<I>, form: Form, out: &mut Vec<u8>) {
        self.shared_parts(shared).iter().for_each(|part| out.extend_from_slice(part));
        if form == Form::Listed {
            return;
        }
        let brief = Fields::brief();
        // The brace, which comes after the meetings.
        out.pop();
        out.extend_from_slice(br#","meetings":["#);
        for (place, meeting) in self.meetings_at(shared).enumerate() {
            if place > 0 {
                out.push(b',');
            }
            brief.pick(&self.meeting_json(meeting), out);
        }
        out.extend_from_slice(b"]}");
    }
}
