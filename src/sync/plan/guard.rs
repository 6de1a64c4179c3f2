//! When a plan waits for a person.

use super::{MeetingChange, diff};
use crate::{
    directory::attendance,
    sync::{
        feed::GuardInput,
        model::{HeldReason, MeetingOp},
    },
};

/// More removals than this are held, whatever their share.
const MAX_REMOVED: u32 = 100;
/// Fewer removals than this are never held for their share.
const MIN_REMOVED: usize = 3;
/// The share of a feed's meetings over which removals are held.
const MAX_REMOVED_SHARE: f64 = 0.2;
/// The share over which changes of where and when are held.
const MAX_CHANGED_SHARE: f64 = 0.3;

/// Why the plan should be looked at first, by the feed's guard or, where that
/// says nothing, everybody's. `had` is how many meetings the feed had before,
/// `rows` how many its source has now.
pub(super) fn held_because(guard: &GuardInput, changes: &[MeetingChange], had: usize, rows: usize) -> Vec<HeldReason> {
    let mut reasons = Vec::new();
    if rows == 0 {
        reasons.push(HeldReason::SourceEmpty);
    }
    let removed = changes.iter().filter(|change| change.op == MeetingOp::Remove).count();
    let most = guard.max_removed_rows.unwrap_or(MAX_REMOVED) as usize;
    let share = guard.max_removed_share.unwrap_or(MAX_REMOVED_SHARE);
    if removed > most || (removed >= MIN_REMOVED && is_over(removed, had, share)) {
        reasons.push(HeldReason::RemovesTooMany);
    }
    let changed = changes.iter().filter(|change| change.op == MeetingOp::Update && misleads(change)).count();
    if is_over(changed, had, guard.max_changed_share.unwrap_or(MAX_CHANGED_SHARE)) {
        reasons.push(HeldReason::ChangesTooMany);
    }
    reasons
}

/// Whether `part` is more than this share of `whole`.
fn is_over(part: usize, whole: usize, share: f64) -> bool {
    let count = |n: usize| u32::try_from(n).map_or(f64::from(u32::MAX), f64::from);
    // Twenty of a hundred are not more than 0.2, whatever that is in binary.
    count(part) > count(whole) * share + 1e-9
}

/// Whether the change is of day, time, zone, place or attendance.
fn misleads(change: &MeetingChange) -> bool {
    change.fields.iter().any(|change| diff::is_where_or_when(&change.field))
        || change.before.as_ref().is_some_and(|before| attendance(before) != attendance(&change.after))
}
