//! Runs as their offices see them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    feeds::RowProblem,
    kernel::{FeedId, ImportId, IntergroupId},
    sync::{Failure, HeldReason, LeftAsIs, Mode, Origin, PlannedChange, RecordedChange, RunStatus, StoredRun},
};

/// A run of a source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportView<'a> {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: ImportId,
    /// Of which source.
    #[schema(value_type = Uuid)]
    pub feed_id: FeedId,
    /// Whose that is.
    #[schema(value_type = Uuid)]
    pub intergroup_id: IntergroupId,
    /// Where it stands.
    pub status: RunStatus,
    /// Whether it was to show what would change, or to change it.
    pub mode: Mode,
    /// How the source came.
    pub origin: Origin,
    /// Rows that the source has.
    pub rows: u32,
    /// Meetings that are new or back.
    pub created: u32,
    /// Meetings that say something else.
    pub updated: u32,
    /// Meetings that go.
    pub removed: u32,
    /// Meetings that stay as they are.
    pub unchanged: u32,
    /// Those of them that are only kept because a refused row may stand for them.
    pub protected: u32,
    /// Meetings on which the office keeps fields of which the source says
    /// otherwise.
    pub kept: u32,
    /// Rows that list a meeting which another source of the office brings.
    pub followed: u32,
    /// How many problems rows have.
    pub problem_count: u32,
    /// The first of them, at most a hundred.
    #[schema(value_type = Vec<RowProblem>, max_items = 100)]
    pub problems: Vec<Value>,
    /// Why it is held for a person.
    pub held_because: &'a [HeldReason],
    /// Why it failed; of a rejected one that waited, that a newer one took its
    /// place (`superseded`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub failure: Option<&'a Failure>,
    /// What was left alone when it was taken back: it was edited since.
    pub left: &'a [LeftAsIs],
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; absent: not yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub finished_at: Option<DateTime<Utc>>,
    /// When a person decided about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decided_at: Option<DateTime<Utc>>,
}

impl<'a> ImportView<'a> {
    /// How many problems a run tells itself.
    pub(super) const PROBLEMS: u16 = 100;

    pub(super) fn of(run: &'a StoredRun, problems: Vec<RecordedChange>) -> Self {
        Self {
            id: run.id,
            feed_id: run.feed_id,
            intergroup_id: run.intergroup_id,
            status: run.status,
            mode: run.mode,
            origin: run.origin,
            rows: run.rows,
            created: run.created,
            updated: run.updated,
            removed: run.removed,
            unchanged: run.unchanged,
            protected: run.protected,
            kept: run.kept,
            followed: run.followed,
            problem_count: run.problem_count,
            problems: problems.into_iter().map(|problem| problem.change).collect(),
            held_because: &run.held_because,
            failure: run.failure.as_ref(),
            left: &run.left,
            started_at: run.started_at,
            finished_at: run.finished_at,
            decided_at: run.decided_at,
        }
    }
}

/// A run in short, beside its source.
#[derive(Debug, Serialize, ToSchema)]
pub struct RunInShort {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: ImportId,
    /// Where it stands.
    pub status: RunStatus,
    /// Meetings that are new or back.
    pub created: u32,
    /// Meetings that say something else.
    pub updated: u32,
    /// Meetings that go.
    pub removed: u32,
    /// How many problems rows have.
    pub problem_count: u32,
    /// When it began.
    pub started_at: DateTime<Utc>,
}

impl RunInShort {
    pub(super) fn of(run: &StoredRun) -> Self {
        Self {
            id: run.id,
            status: run.status,
            created: run.created,
            updated: run.updated,
            removed: run.removed,
            problem_count: run.problem_count,
            started_at: run.started_at,
        }
    }
}

/// A page of what a run changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangePage {
    /// Meeting by meeting.
    #[schema(value_type = Vec<PlannedChange>)]
    pub data: Vec<Value>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}

/// A page of what is wrong with rows.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemPage {
    /// Row by row.
    #[schema(value_type = Vec<RowProblem>)]
    pub data: Vec<Value>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}
