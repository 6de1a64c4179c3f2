//! What of a meeting moves with clock and caller, put in behind the bytes that
//! were written when the snapshot was built.
//!
//! Invariant: what [`splice`] makes of a meeting's bytes is what serde makes of
//! a [`MeetingView`](super::MeetingView) with the same fields set.

use std::io::Write;

use chrono::{Datelike, NaiveDateTime};

use super::{Instant, OccurrenceView, write_decimal};
use crate::search::schedule::Next;

/// The fields that move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moving {
    /// `next_start`, `next_end` and `under_way`.
    pub next: Option<Next>,
    /// `distance_m`, in millimetres.
    pub distance_mm: Option<u64>,
    /// `in_zone`: what the clocks that were asked for show when `next` starts.
    pub in_zone: Option<NaiveDateTime>,
}

/// Appends an object with the moving fields at its end. `object` is a JSON
/// object with at least one field, or how one ends.
pub fn splice(out: &mut Vec<u8>, object: &[u8], moving: Moving) {
    out.extend_from_slice(object.strip_suffix(b"}").unwrap_or(object));
    if let Some(next) = moving.next {
        out.extend_from_slice(br#","next_start":""#);
        Instant(next.start).write(out);
        out.extend_from_slice(br#"","next_end":""#);
        Instant(next.end).write(out);
        out.extend_from_slice(br#"","under_way":"#);
        out.extend_from_slice(if next.under_way { b"true" } else { b"false" });
    }
    if let Some(distance_mm) = moving.distance_mm {
        out.extend_from_slice(br#","distance_m":"#);
        write_decimal(out, i64::try_from(distance_mm).unwrap_or(i64::MAX), 3);
    }
    if let Some(local) = moving.in_zone {
        let day = local.weekday().num_days_from_sunday();
        // Writing to a vector cannot fail.
        let _ =
            write!(out, r#","in_zone":{{"date":"{}","day":{day},"time":"{}"}}"#, local.date(), local.format("%H:%M"));
    }
    out.push(b'}');
}

/// Puts `occurrences` at the end of an object, which stands at the end of `out`.
pub fn splice_occurrences(out: &mut Vec<u8>, occurrences: &[OccurrenceView]) {
    out.pop();
    out.extend_from_slice(br#","occurrences":["#);
    for (place, OccurrenceView { date, start, end, notices }) in occurrences.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        out.extend_from_slice(br#"{"date":""#);
        Instant::write_date(*date, out);
        out.extend_from_slice(br#"","start":""#);
        start.write(out);
        out.extend_from_slice(br#"","end":""#);
        end.write(out);
        out.push(b'"');
        if !notices.is_empty() {
            out.extend_from_slice(br#","notices":"#);
            // Ids always serialise, and writing to a vector cannot fail.
            let _ = serde_json::to_writer(&mut *out, notices);
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
}
