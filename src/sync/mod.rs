//! Keeping a directory in step with a source: plan, guard, apply.
//!
//! ```text
//! source -> feeds (read, normalise) -> plan -> guard -> apply
//! ```
//! A [`Plan`] is a value: what is shown is what is applied. It is made of what
//! the office has (locked by the directory's clock while it is applied) and
//! what the source says, and nothing else; everything in `plan` is pure.
//!
//! Invariants: a run removes only what its own feed brought; a refused row
//! protects the meeting it stands for; a plan over the guard changes nothing;
//! applying is one transaction; a meeting keeps its id and first slug whatever
//! its source calls it; what several sources list is shown once.

mod body;
mod decide;
mod feed;
mod ids;
mod model;
mod plan;
mod receive;
mod service;
mod settle;
mod store;
mod worker;

pub use decide::{
    Decided, Decision, changes_of, decide, find_run, first_changes, in_place_of, latest_runs, problems_of, runs_of_week,
};
pub use feed::{
    FeedAddress, FeedFormat, FeedInput, FeedState, GuardInput, KeptField, MOST_FEEDS, StoredFeed, delete_feed,
    find_feed, insert_feed, list_feeds, update_feed,
};
pub use model::{
    Failure, FieldChange, HeldReason, ImportRun, LeftAsIs, MeetingOp, Mode, Origin, PlannedChange, RunStatus, StoredRun,
};
pub use plan::Plan;
pub use receive::{ReceiveError, Received, queue_run, receive};
pub use service::{ImportOptions, ImportOutcome, Run, RunError, import};
pub use settle::{SettleError, Standing, settle};
pub use store::{RecordedChange, RunsOfWeek};
pub use worker::FeedWorker;
