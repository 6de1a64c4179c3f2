//! Writes a page.

use std::io::Write;

use uuid::Uuid;

use super::{
    ChangeLog, ChangesQuery, Refused,
    cursor::{After, Cursor},
    scope::{Scope, Step},
};
use crate::{
    kernel::MeetingId,
    search::snapshot::{Snapshot, entry::Index},
};

/// A page ends when it is that long, whatever its limit: meetings may have long
/// notes, and a phone little memory.
const MAX_BYTES: usize = 4 << 20;
/// About what an item has besides its meeting.
const ITEM_BYTES: usize = 72;
/// Behind all meetings of a number of the clock.
const LAST: MeetingId = MeetingId(Uuid::max());

/// One page of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesPage {
    /// `{"data":[…],"has_more":…,"next_cursor":"…"}`.
    pub body: Vec<u8>,
    /// Whether there is more at once.
    pub has_more: bool,
    /// Where to go on, now or later.
    pub next_cursor: String,
}

/// The page that `query` asks for.
///
/// # Errors
/// When the cursor is of no use here.
pub fn changes(snapshot: &Snapshot, log: &ChangeLog, query: &ChangesQuery) -> Result<ChangesPage, Refused> {
    let scope = Scope::of(snapshot, log, query.intergroup.as_ref());
    if let Some(cursor) = &query.cursor {
        if cursor.scope != scope.key {
            return Err(Refused::OtherScope);
        }
        if cursor.tick.revision > snapshot.revision() {
            return Err(Refused::Ahead(cursor.tick.revision));
        }
        if !scope.remembers(cursor) {
            return Err(Refused::Expired);
        }
    }
    let since = query.cursor.map_or_else(|| scope.last_change(), |cursor| cursor.tick);
    let mut page = Page::new(snapshot, query.limit);
    let at = |tick, after| Cursor { scope: scope.key, tick, after };
    let told = match query.cursor.map(|cursor| cursor.after) {
        Some(After::Told(id)) => id,
        walked => {
            let mut last = walked.map(|(After::Walked(id) | After::Told(id))| id);
            let mut meetings = scope.walk(last).peekable();
            let mut walked = Vec::new();
            while let Some(meeting) = meetings.next_if(|_| page.has_room()) {
                page.reserve(Some(meeting));
                walked.push(meeting);
                last = Some(snapshot.entries[meeting as usize].id);
            }
            page.upsert_all(walked);
            if let Some(last) = last.filter(|_| meetings.peek().is_some()) {
                return Ok(page.end(true, at(since, After::Walked(last))));
            }
            LAST
        }
    };
    let mut position = (since.revision, told);
    let mut steps = scope.steps(position).peekable();
    while let Some(step) = steps.next_if(|_| page.has_room()) {
        position = page.tell(step);
    }
    let more = steps.peek().is_some();
    // With nothing left to tell, all who are here stand at the same place.
    let end = at(scope.last_change(), After::Told(LAST));
    Ok(page.end(more, if more { at(log.tick(position.0), After::Told(position.1)) } else { end }))
}

/// A page that is being written.
struct Page<'a> {
    snapshot: &'a Snapshot,
    body: Vec<u8>,
    /// Items and bytes that it may still have.
    room: (usize, usize),
}

impl<'a> Page<'a> {
    fn new(snapshot: &'a Snapshot, limit: usize) -> Self {
        Self { snapshot, body: br#"{"data":["#.to_vec(), room: (limit, MAX_BYTES) }
    }

    fn has_room(&self) -> bool {
        self.room.0 > 0 && self.room.1 > 0
    }

    /// Takes the room of an item.
    fn reserve(&mut self, meeting: Option<Index>) {
        let parts = meeting.map(|meeting| self.snapshot.meeting_parts(&self.snapshot.entries[meeting as usize]));
        let meeting = parts.map_or(0, |parts| parts.iter().map(|part| part.len()).sum());
        self.room = (self.room.0.saturating_sub(1), self.room.1.saturating_sub(ITEM_BYTES + meeting));
    }

    fn item(&mut self, op: &str, id: MeetingId) {
        if self.body.last() == Some(&b'}') {
            self.body.push(b',');
        }
        // Writing to a vector cannot fail.
        let _ = write!(self.body, r#"{{"op":"{op}","id":"{id}""#);
    }

    /// Writes what was walked. What happens in one place stands together, so that
    /// its address compresses to nothing: a page is some two fifths smaller. The
    /// order within a page means nothing, because each meeting has one state in it.
    fn upsert_all(&mut self, mut meetings: Vec<Index>) {
        let snapshot = self.snapshot;
        meetings.sort_unstable_by_key(|meeting| {
            let (facts, entry) = (&snapshot.facts[*meeting as usize], &snapshot.entries[*meeting as usize]);
            let location = snapshot.locations.get(facts.location as usize).map(|location| location.id);
            (location, snapshot.groups.get(facts.group as usize).map(|group| group.id), entry.id)
        });
        for meeting in meetings {
            self.upsert(meeting);
        }
    }

    fn upsert(&mut self, meeting: Index) {
        let snapshot = self.snapshot;
        let entry = &snapshot.entries[meeting as usize];
        self.item("upsert", entry.id);
        self.body.extend_from_slice(br#","meeting":"#);
        let [beginning, around, rest] = snapshot.meeting_parts(entry);
        let (before, after) = around_synced_on(rest);
        [beginning, around, before, after].iter().for_each(|part| self.body.extend_from_slice(part));
        self.body.push(b'}');
    }

    fn tell(&mut self, step: Step) -> (i64, MeetingId) {
        self.reserve(step.meeting);
        match step.meeting {
            Some(meeting) => self.upsert(meeting),
            None => {
                self.item("delete", step.id);
                self.body.push(b'}');
            }
        }
        (step.revision, step.id)
    }

    fn end(mut self, has_more: bool, cursor: Cursor) -> ChangesPage {
        let next_cursor = cursor.encode();
        let _ = write!(self.body, r#"],"has_more":{has_more},"next_cursor":"{next_cursor}"}}"#);
        ChangesPage { body: self.body, has_more, next_cursor }
    }
}

/// What stands before and behind `synced_on` in the last part of a meeting; all
/// of it before where it has none. No text can hold the field's name, because JSON writes a
/// quote in a text with a backslash.
fn around_synced_on(json: &[u8]) -> (&[u8], &[u8]) {
    const NAME: &[u8] = br#""synced_on":""#;
    const FIELD: usize = NAME.len() + "2026-01-05\",".len();
    // What follows it is an instant and a number.
    const BEHIND: usize = 160;
    let from = json.len().saturating_sub(BEHIND);
    let found = json[from..].windows(NAME.len()).rposition(|bytes| bytes == NAME).map(|at| from + at);
    match found {
        Some(at) => (&json[..at], json.get(at + FIELD..).unwrap_or_default()),
        None => (json, &[]),
    }
}
