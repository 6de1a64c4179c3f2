//! Writes a page: bytes of the snapshot joined, with what moves put in.

use std::{hint::black_box, ops::Range};

use chrono::{DateTime, Utc};

use super::{
    fields::Fields,
    order::Hit,
    schedule::Next,
    snapshot::{Entry, Snapshot},
    view::{Moving, write_decimal},
};
use crate::{http::spare_body, kernel::ZoneClock};

/// The longest that a page may be kept, in seconds.
pub const MAX_EXPIRES_IN_S: u32 = 60;
/// How many bytes a page has beside its meetings, and what moves of each, at most.
const BESIDE: usize = 320;
const MOVING: usize = 192;
/// How many bytes a processor reads at once.
const LINE: usize = 64;

/// One page of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// `{"data":[…],"next_cursor"?:"…","total":N}`.
    pub body: Vec<u8>,
    /// How many meetings it shows.
    pub shown: usize,
    /// How many there were on all pages when the first was made.
    pub total: usize,
    /// Where the next page begins; absent on the last.
    pub next_cursor: Option<String>,
    /// Where in the body that is said. It differs with the minute, and each of
    /// them goes on from this page: no reason to send the page again.
    pub cursor_at: Range<usize>,
    /// When something shown changes by the clock alone, if that is foreseen; see
    /// [`expires_in_s`].
    pub changes_at: Option<DateTime<Utc>>,
}

pub(super) fn write<'a>(
    snapshot: &Snapshot,
    hits: impl ExactSizeIterator<Item = &'a Hit>,
    total: usize,
    next_cursor: Option<String>,
    (viewer, fields): (Option<&ZoneClock>, Option<Fields>),
    now: DateTime<Utc>,
) -> Page {
    let shown = hits.len();
    // What is read of each is far apart. It is asked for first, all of one kind
    // together: to wait for one after the other would take several times as long.
    let entries: Vec<_> = hits.map(|hit| (hit, &snapshot.entries[hit.meeting as usize])).collect();
    black_box(entries.iter().fold(0, |all, (_, entry)| all ^ entry.touched()));
    let hits: Vec<_> = entries.into_iter().map(|(hit, entry)| (hit, entry, snapshot.meeting_parts(entry))).collect();
    let parts = hits.iter().flat_map(|(_, _, parts)| parts);
    black_box(parts.flat_map(|part| part.iter().step_by(LINE)).fold(0, |all, byte| all ^ byte));
    let bytes: usize = hits.iter().flat_map(|(_, _, parts)| parts).map(|part| part.len()).sum();
    let mut body = spare_body(BESIDE + if fields.is_none() { bytes + shown * MOVING } else { 0 });
    let mut whole = Vec::new();
    let mut changes_at: Option<DateTime<Utc>> = None;
    body.extend_from_slice(br#"{"data":["#);
    for (place, (hit, entry, parts)) in hits.into_iter().enumerate() {
        if place > 0 {
            body.push(b',');
        }
        let next = entry.schedule.as_ref().and_then(|schedule| schedule.next(now));
        changes_at = changes_at.into_iter().chain(next.map(change_of)).min();
        let in_zone = viewer.zip(next).and_then(|(viewer, next)| viewer.local(next.start));
        let moving = Moving { next, distance_mm: hit.distance_mm, in_zone };
        match fields {
            None => entry.write(parts, moving, now, &mut body),
            Some(fields) => {
                whole.clear();
                entry.write(parts, moving, now, &mut whole);
                fields.pick(&whole, &mut body);
            }
        }
    }
    body.push(b']');
    let from = body.len();
    if let Some(cursor) = &next_cursor {
        // It has no character to escape.
        body.extend_from_slice(br#","next_cursor":""#);
        body.extend_from_slice(cursor.as_bytes());
        body.push(b'"');
    }
    let cursor_at = from..body.len();
    body.extend_from_slice(br#","total":"#);
    write_decimal(&mut body, total as i64, 0);
    body.push(b'}');
    Page { body, shown, total, next_cursor, cursor_at, changes_at }
}

/// When the meeting's moving fields change by the clock.
pub fn changes_at(entry: &Entry, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    entry.schedule.as_ref().and_then(|schedule| schedule.next(now)).map(change_of)
}

/// How long, in whole seconds, something that changes then may be kept; at most
/// [`MAX_EXPIRES_IN_S`].
pub fn expires_in_s(changes_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> u32 {
    let seconds = changes_at.map(|change| change.signed_duration_since(now).num_seconds().max(0));
    seconds.and_then(|seconds| u32::try_from(seconds).ok()).map_or(MAX_EXPIRES_IN_S, |one| one.min(MAX_EXPIRES_IN_S))
}

/// The start, or once it has started the end.
fn change_of(next: Next) -> DateTime<Utc> {
    if next.under_way { next.end } else { next.start }
}
