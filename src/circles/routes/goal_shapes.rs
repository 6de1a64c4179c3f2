//! Goals on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer_shapes::AnswerView;
use crate::{
    circles::{
        goal::{Goal, GoalContent, GoalOutcome},
        text::Words,
    },
    helplines::SupportView,
    kernel::{Invalid, IsoWeek},
    search::Open,
};

/// How it went with a goal, on the wire.
pub type OpenGoalOutcome = Open<GoalOutcome>;

const MOST: u8 = 99;

/// Something to do in a week.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"week": "2026-W19", "words": "Three meetings", "target": 3, "progress": 1}))]
pub struct GoalInput {
    /// The ISO week.
    #[schema(value_type = String, pattern = "^[0-9]{4}-W[0-9]{2}$", example = "2026-W19")]
    pub week: IsoWeek,
    /// In own words: at most 2,000 characters as people count them, no links.
    /// They are erased after 400 days.
    #[schema(inline)]
    pub words: Words<2_000>,
    /// How many times, or of how many.
    #[schema(nullable = false, minimum = 1, maximum = 99)]
    pub target: Option<u8>,
    /// How many so far; it may be more than was meant.
    #[schema(nullable = false, minimum = 0, maximum = 99)]
    pub progress: Option<u8>,
    /// How it went.
    #[schema(nullable = false)]
    pub outcome: Option<GoalOutcome>,
}

impl TryFrom<GoalInput> for GoalContent {
    type Error = Vec<Invalid>;

    fn try_from(input: GoalInput) -> Result<Self, Vec<Invalid>> {
        let GoalInput { week, words, target, progress, outcome } = input;
        let mut wrong = Vec::new();
        if target.is_some_and(|target| !(1..=MOST).contains(&target)) {
            wrong.push(Invalid::new("/target", "invalid_value", format!("must be a whole number from 1 to {MOST}")));
        }
        if progress.is_some_and(|progress| progress > MOST) {
            wrong.push(Invalid::new("/progress", "invalid_value", format!("must be a whole number from 0 to {MOST}")));
        }
        let words = Some(String::from(words));
        if wrong.is_empty() { Ok(Self { week, words, target, progress, outcome }) } else { Err(wrong) }
    }
}

/// What somebody wants to do in a week.
#[derive(Serialize, ToSchema)]
pub struct GoalView {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub pass_id: Uuid,
    /// What peers call them.
    #[schema(example = "Heron")]
    pub alias: String,
    /// The ISO week.
    #[schema(value_type = String, example = "2026-W19")]
    pub week: IsoWeek,
    /// In own words; absent once they are 400 days old.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
    /// How many times, or of how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub target: Option<u8>,
    /// How many so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub progress: Option<u8>,
    /// How it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OpenGoalOutcome>, nullable = false)]
    pub outcome: Option<OpenGoalOutcome>,
    /// What was said to it, by its author too.
    pub answers: Vec<AnswerView>,
    /// The present version, for `If-Match`. It begins anywhere.
    pub version: i64,
}

impl From<Goal> for GoalView {
    fn from(goal: Goal) -> Self {
        let Goal { id, pass_id, alias, version, content, answers } = goal;
        let GoalContent { week, words, target, progress, outcome } = content;
        let (outcome, answers) = (outcome.map(Open), answers.into_iter().map(AnswerView::from).collect());
        Self { id, pass_id, alias, week, words, target, progress, outcome, answers, version }
    }
}

/// One goal.
#[derive(Serialize, ToSchema)]
pub struct OneGoalView {
    /// The goal.
    #[serde(flatten)]
    pub goal: GoalView,
    /// Where help is, always.
    pub support: SupportView,
}

/// Goals of a week.
#[derive(Serialize, ToSchema)]
pub struct GoalsView {
    /// The goals.
    pub data: Vec<GoalView>,
    /// Where help is, always.
    pub support: SupportView,
}
