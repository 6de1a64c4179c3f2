//! Goals of a week: what is in one, and how it is kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    answer::Answer,
    sealing::{Sealed, Sealer, TextKey},
    store::WrittenRow,
    writing::Item,
};
use crate::{
    http::ApiError,
    kernel::{CivilDay, IsoWeek},
};

/// The most goals of a pass in a week.
pub const MOST_GOALS: i64 = 10;

/// How it went with a goal; none of them is better than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GoalOutcome {
    /// It was met.
    Met,
    /// Some of it was.
    Partly,
    /// It was not the week for it.
    NotThisWeek,
    /// It is nobody else's concern.
    RatherNotSay,
}

/// What a goal says.
#[derive(Clone, PartialEq, Eq)]
pub struct GoalContent {
    /// The week that it is for.
    pub week: IsoWeek,
    /// In own words; `None` once they are erased.
    pub words: Option<String>,
    /// How many times, or of how many.
    pub target: Option<u8>,
    /// How many so far.
    pub progress: Option<u8>,
    /// How it went.
    pub outcome: Option<GoalOutcome>,
}

#[derive(Serialize, Deserialize)]
struct Marks {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    t: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    o: Option<GoalOutcome>,
}

#[derive(Serialize, Deserialize)]
struct Typed {
    w: String,
}

impl GoalContent {
    /// As it is kept: what was ticked, what was typed.
    pub(super) fn seal(&self, sealer: &Sealer, key: &TextKey, id: Uuid) -> Result<(Vec<u8>, Vec<u8>), ApiError> {
        let marks = Marks { t: self.target, p: self.progress, o: self.outcome };
        let typed = Typed { w: self.words.clone().unwrap_or_default() };
        Ok((sealer.seal(key, Sealed::Marks, id, &marks)?, sealer.seal(key, Sealed::Words, id, &typed)?))
    }
}

/// A goal.
pub(super) struct Goal {
    pub id: Uuid,
    pub pass_id: Uuid,
    pub alias: String,
    pub version: i64,
    pub content: GoalContent,
    /// What was said to it; filled in where it is shown.
    pub answers: Vec<Answer>,
}

impl Goal {
    /// Opens a row with its author's key.
    pub(super) fn open(row: WrittenRow, key: &TextKey) -> Result<Self, ApiError> {
        let Marks { t: target, p: progress, o: outcome } = key.open(Sealed::Marks, row.id, &row.marks)?;
        let typed = row.words.map(|words| key.open::<Typed>(Sealed::Words, row.id, &words)).transpose()?;
        let monday = CivilDay::try_from(row.day).map_err(ApiError::internal)?;
        let week = IsoWeek::try_from(monday).map_err(ApiError::internal)?;
        let content = GoalContent { week, words: typed.map(|typed| typed.w), target, progress, outcome };
        Ok(Self {
            id: row.id,
            pass_id: row.pass_id,
            alias: row.alias,
            version: row.version,
            content,
            answers: Vec::new(),
        })
    }
}

impl Item for Goal {
    fn id(&self) -> Uuid {
        self.id
    }

    fn answers(&mut self) -> &mut Vec<Answer> {
        &mut self.answers
    }
}
