//! What a run reports.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::feed::KeptField;
use crate::{
    feeds::RowProblem,
    kernel::{FeedId, ImportId, IntergroupId, MeetingId, Slug},
};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// It waits for its turn.
    Queued,
    /// Its source is being read.
    Running,
    /// The plan was made and shown; nothing was changed.
    Planned,
    /// The guard holds it for a person; nothing was changed.
    Held,
    /// It is in the directory.
    Applied,
    /// A person decided against it; nothing was changed.
    Rejected,
    /// It was in the directory and was taken back.
    Undone,
    /// The source could not be read; nothing was changed.
    Failed,
}

impl RunStatus {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Running,
        Self::Planned,
        Self::Held,
        Self::Applied,
        Self::Rejected,
        Self::Undone,
        Self::Failed,
    ];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Planned => "planned",
            Self::Held => "held",
            Self::Applied => "applied",
            Self::Rejected => "rejected",
            Self::Undone => "undone",
            Self::Failed => "failed",
        }
    }
}

/// How a source came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The operator read it at the command line.
    CommandLine,
    /// It was sent.
    Upload,
    /// We fetched it.
    Fetch,
}

impl Origin {
    /// Every origin.
    pub const ALL: [Self; 3] = [Self::CommandLine, Self::Upload, Self::Fetch];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CommandLine => "command_line",
            Self::Upload => "upload",
            Self::Fetch => "fetch",
        }
    }
}

/// Why the guard holds a run for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
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
    /// Every reason.
    pub const ALL: [Self; 3] = [Self::SourceEmpty, Self::RemovesTooMany, Self::ChangesTooMany];

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
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
    /// Another source of the office brings it: it is shown once, as that one
    /// says.
    Follow,
    /// Its feed does not have it any more, but another source has, which leads
    /// from now on; it stays.
    HandOn,
}

impl MeetingOp {
    /// Every one.
    pub const ALL: [Self; 6] = [Self::Create, Self::Update, Self::Restore, Self::Remove, Self::Follow, Self::HandOn];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Restore => "restore",
            Self::Remove => "remove",
            Self::Follow => "follow",
            Self::HandOn => "hand_on",
        }
    }
}

/// One field before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    /// Name of the field, `location.notes` and the like for nested ones.
    pub field: String,
    /// What it was; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>, nullable = false)]
    pub before: Option<Value>,
    /// What it becomes; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>, nullable = false)]
    pub after: Option<Value>,
}

/// One line of a plan as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlannedChange {
    /// What happens.
    pub op: MeetingOp,
    /// The meeting's id, of a new one too.
    #[schema(value_type = Uuid)]
    pub meeting_id: MeetingId,
    /// Its slug.
    #[schema(value_type = String)]
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Field by field, for an update or a restoration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
    /// Fields that the office keeps for itself while the source says otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kept: Vec<KeptField>,
    /// Of `follow` and `hand_on`: the source that leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub feed_id: Option<FeedId>,
}

impl PlannedChange {
    pub(super) fn of(op: MeetingOp, meeting_id: MeetingId, slug: &Slug, name: &str) -> Self {
        let (slug, name) = (slug.clone(), name.to_owned());
        Self { op, meeting_id, slug, name, fields: Vec::new(), kept: Vec::new(), feed_id: None }
    }
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
    /// Meetings on which the office keeps fields of which the source says
    /// otherwise.
    pub kept: u32,
    /// Rows that list a meeting which another source of the office brings.
    pub followed: u32,
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

/// The code of a run that a newer one of its source took the place of.
pub(super) const SUPERSEDED: &str = "superseded";

/// Why a run came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Failure {
    /// `unreachable`, `not_a_feed` and the like; the guide for offices has all.
    #[schema(example = "unreachable")]
    pub code: String,
    /// One sentence for whoever looks after the source.
    #[schema(example = "The source's host does not answer: no answer within 15 seconds.")]
    pub message: String,
}

impl Failure {
    pub(super) fn of(code: &str, message: &str) -> Self {
        Self { code: code.to_owned(), message: message.to_owned() }
    }
}

/// A meeting that was edited since a run, and left alone when that was taken
/// back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LeftAsIs {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub meeting_id: MeetingId,
    /// Its slug.
    #[schema(value_type = String)]
    pub slug: Slug,
    /// Its name.
    pub name: String,
}

/// A run as it is kept, without its changes and problems.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRun {
    /// Its id.
    pub id: ImportId,
    /// Of which source.
    pub feed_id: FeedId,
    /// Whose that is.
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
    /// Why it is held.
    pub held_because: Vec<HeldReason>,
    /// Why it failed, or that a newer one took its place.
    pub failure: Option<Failure>,
    /// SHA-256 of its plan.
    pub plan_hash: Option<[u8; 32]>,
    /// What was left alone when it was taken back.
    pub left: Vec<LeftAsIs>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// When a person decided about it.
    pub decided_at: Option<DateTime<Utc>>,
}

/// What to do with a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Show it.
    Plan,
    /// Apply it, unless the guard holds it.
    Apply,
}

impl Mode {
    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Apply => "apply",
        }
    }
}

impl StoredRun {
    /// Whether a newer run of the source took its place while it waited.
    pub fn is_superseded(&self) -> bool {
        self.status == RunStatus::Rejected && self.failure.as_ref().is_some_and(|failure| failure.code == SUPERSEDED)
    }
}
