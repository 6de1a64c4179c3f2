//! What a run reports.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::{
    feeds::RowProblem,
    kernel::{ImportId, MeetingId, Slug},
};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// The plan was made and shown; nothing was changed.
    Planned,
    /// The guard holds it for a person; nothing was changed.
    Held,
    /// It is in the directory.
    Applied,
}

impl RunStatus {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Held => "held",
            Self::Applied => "applied",
        }
    }
}

/// Why the guard holds a run for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldReason {
    /// The source has no meetings at all.
    SourceEmpty,
    /// More than 100 meetings, or at least 3 and more than 20 %, would go.
    RemovesTooMany,
    /// More than 30 % would change day, time, zone, place or attendance.
    ChangesTooMany,
}

impl HeldReason {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SourceEmpty => "source_empty",
            Self::RemovesTooMany => "removes_too_many",
            Self::ChangesTooMany => "changes_too_many",
        }
    }
}

/// What happens to a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingOp {
    /// It is new.
    Create,
    /// It is there and says something else now.
    Update,
    /// It was deleted and is back under its old id; counted as created.
    Restore,
    /// Its feed does not have it any more; counted as removed.
    Remove,
}

/// One field before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// Name of the field, `location.notes` and the like for nested ones.
    pub field: String,
    /// What it was; absent: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What it becomes; absent: nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// One line of a plan as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedChange {
    /// What happens.
    pub op: MeetingOp,
    /// The meeting's id, of a new one too.
    pub meeting_id: MeetingId,
    /// Its slug.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Field by field, for an update or a restoration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
}

/// One run of a feed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportRun {
    /// Its id.
    pub id: ImportId,
    /// Where it stands.
    pub status: RunStatus,
    /// Rows that the source has.
    pub rows: u32,
    /// Meetings that are new or back.
    pub created: u32,
    /// Meetings that say something else now.
    pub updated: u32,
    /// Meetings that go.
    pub removed: u32,
    /// Meetings that stay as they are.
    pub unchanged: u32,
    /// Those of them that are only kept because a refused row may stand for them.
    pub protected: u32,
    /// How many problems rows have.
    pub problem_count: u32,
    /// Each of them.
    pub problems: Vec<RowProblem>,
    /// Why it is held.
    pub held_because: Vec<HeldReason>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
}
