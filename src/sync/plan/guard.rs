//! When a plan waits for a person.

use super::{MeetingChange, diff};
use crate::{
    directory::attendance,
    sync::model::{HeldReason, MeetingOp},
};

/// More removals than this are held, whatever their share.
const MAX_REMOVED: usize = 100;
/// Fewer removals than this are never held for their share.
const MIN_REMOVED: usize = 3;
/// The share of a feed's meetings, in percent, over which removals are held.
const MAX_REMOVED_PERCENT: usize = 20;
/// The share, in percent, over which changes of where and when are held.
const MAX_CHANGED_PERCENT: usize = 30;

/// Why the plan should be looked at first. `had` is how many meetings the feed
/// had before, `rows` how many its source has now.
pub(super) fn held_because(changes: &[MeetingChange], had: usize, rows: usize) -> Vec<HeldReason> {
    let mut reasons = Vec::new();
    if rows == 0 {
        reasons.push(HeldReason::SourceEmpty);
    }
    let removed = changes.iter().filter(|change| change.op == MeetingOp::Remove).count();
    if removed > MAX_REMOVED || (removed >= MIN_REMOVED && removed * 100 > had * MAX_REMOVED_PERCENT) {
        reasons.push(HeldReason::RemovesTooMany);
    }
    let changed = changes.iter().filter(|change| change.op == MeetingOp::Update && misleads(change)).count();
    if changed * 100 > had * MAX_CHANGED_PERCENT {
        reasons.push(HeldReason::ChangesTooMany);
    }
    reasons
}

/// Whether the change is of day, time, zone, place or attendance.
fn misleads(change: &MeetingChange) -> bool {
    change.fields.iter().any(|change| diff::is_where_or_when(&change.field))
        || change.before.as_ref().is_some_and(|before| attendance(before) != attendance(&change.after))
}
