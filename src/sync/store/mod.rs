//! SQL of sources' runs: what a plan is made on, applying it, the record of it,
//! and taking it back.

mod apply;
mod basis;
mod followers;
mod queue;
mod rows;
mod runs;
mod superseded;
mod undo;
mod week;

pub(super) use apply::apply;
pub(super) use basis::{command_line_feed, load_sources, make_command_line_feed};
pub(super) use followers::{change_leader, hand_on, leads, set_apart};
pub(super) use queue::{
    ClaimedFeed, SourceRead, claim_feed, fail_queued, fail_run, note_stale, open_run, queue_run, record_failure,
    release_feed, still_holds,
};
pub(super) use rows::{remember_rows, remember_versions};
pub use runs::RecordedChange;
pub(super) use runs::{
    decide, find_run, first_changes, keep_body, list_changes, list_problems, list_runs, load_body, lock_run, may_write,
    record_changes, record_problems, record_run, tidy_runs,
};
pub(super) use superseded::{in_place_of, supersede};
pub(super) use undo::undo;
pub use week::RunsOfWeek;
pub(super) use week::runs_of_week;
