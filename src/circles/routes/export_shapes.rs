//! What an export holds. It is sent piece by piece.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    answer_shapes::OpenReaction, check_in_shapes::OpenCheckInKind, goal_shapes::OpenGoalOutcome,
    milestones::OpenMilestoneKind, shapes::PassView,
};
use crate::{
    circles::export::Piece,
    helplines::SupportView,
    kernel::{CivilDay, IsoWeek},
    search::Open,
};

/// Everything that a pass wrote and set.
#[derive(Serialize, ToSchema)]
pub struct PassExportView {
    /// The pass and what it set.
    pub pass: PassView,
    /// Its check-ins, by day.
    pub check_ins: Vec<ExportedCheckIn>,
    /// Its goals, by week.
    pub goals: Vec<ExportedGoal>,
    /// Its milestones, by week.
    pub milestones: Vec<ExportedMilestone>,
    /// The answers that it gave, by week.
    pub answers: Vec<ExportedAnswer>,
    /// The nudges that it sent, by day.
    pub nudges: Vec<ExportedNudge>,
    /// Passes that it has muted.
    pub mutes: Vec<Uuid>,
    /// Where help is, always.
    pub support: SupportView,
}

/// A check-in of one's own.
#[derive(Serialize, ToSchema)]
pub struct ExportedCheckIn {
    /// Its id.
    pub id: Uuid,
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub date: CivilDay,
    /// What it is about.
    #[schema(value_type = Vec<OpenCheckInKind>)]
    pub kinds: Vec<OpenCheckInKind>,
    /// In own words, until they are erased for their age.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
    /// What helped.
    pub helped: Vec<String>,
}

/// A goal of one's own.
#[derive(Serialize, ToSchema)]
pub struct ExportedGoal {
    /// Its id.
    pub id: Uuid,
    /// The ISO week.
    #[schema(value_type = String, example = "2026-W19")]
    pub week: IsoWeek,
    /// In own words, until they are erased for their age.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
    /// How many times, or of how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub target: Option<u8>,
    /// How many it came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub progress: Option<u8>,
    /// How it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OpenGoalOutcome>, nullable = false)]
    pub outcome: Option<OpenGoalOutcome>,
}

/// A milestone of one's own.
#[derive(Serialize, ToSchema)]
pub struct ExportedMilestone {
    /// Its id.
    pub id: Uuid,
    /// The ISO week in which it was shared.
    #[schema(value_type = String, example = "2026-W19")]
    pub week: IsoWeek,
    /// What sort.
    #[schema(value_type = OpenMilestoneKind)]
    pub kind: OpenMilestoneKind,
    /// What it is.
    pub label: String,
}

/// An answer that one gave.
#[derive(Serialize, ToSchema)]
pub struct ExportedAnswer {
    /// To what: `check_in`, `goal` or `milestone`.
    #[schema(example = "check_in")]
    pub item_kind: String,
    /// To which; it may be gone by now.
    pub item_id: Uuid,
    /// Which of one's answers to it.
    #[schema(minimum = 1, maximum = 5)]
    pub n: i16,
    /// The ISO week in which it was given.
    #[schema(value_type = String, example = "2026-W19")]
    pub week: IsoWeek,
    /// In own words, until they are erased for their age.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
    /// A few kind words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OpenReaction>, nullable = false)]
    pub reaction: Option<OpenReaction>,
}

/// A nudge that one sent.
#[derive(Serialize, ToSchema)]
pub struct ExportedNudge {
    /// Whom.
    pub to_pass_id: Uuid,
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub date: CivilDay,
    /// About which goal of theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub goal_id: Option<Uuid>,
    /// In own words, until they are erased for their age.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
}

/// A piece as JSON.
pub(super) fn json(piece: Piece) -> Result<Vec<u8>, serde_json::Error> {
    match piece {
        Piece::CheckIn(one) => {
            let kinds = one.content.kinds.into_iter().map(Open).collect();
            let (words, helped) = (one.content.words, one.content.helped);
            serde_json::to_vec(&ExportedCheckIn { id: one.id, date: one.day, kinds, words, helped })
        }
        Piece::Goal(one) => {
            let content = one.content;
            let (target, progress, outcome) = (content.target, content.progress, content.outcome.map(Open));
            let (id, week, words) = (one.id, content.week, content.words);
            serde_json::to_vec(&ExportedGoal { id, week, words, target, progress, outcome })
        }
        Piece::Milestone(one) => {
            let (kind, label) = (Open(one.content.kind), one.content.label);
            serde_json::to_vec(&ExportedMilestone { id: one.id, week: one.week, kind, label })
        }
        Piece::Answer { item_kind, item_id, week, answer } => {
            let (n, words, reaction) = (answer.n, answer.content.words, answer.content.reaction.map(Open));
            serde_json::to_vec(&ExportedAnswer { item_kind, item_id, n, week, words, reaction })
        }
        Piece::Nudge(one) => {
            let (to_pass_id, date, goal_id, words) = (one.to, one.day, one.goal, one.words);
            serde_json::to_vec(&ExportedNudge { to_pass_id, date, goal_id, words })
        }
    }
}
