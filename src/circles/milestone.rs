//! Milestones: what is in one, and how it is kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    sealing::{Sealed, Sealer, TextKey},
    store::MilestoneRow,
};
use crate::{
    http::ApiError,
    kernel::{CivilDay, IsoWeek},
};

/// What sort of milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneKind {
    /// Time: so many days, months, years. Only the label is ever sent.
    Time,
    /// A win, however small.
    Win,
}

impl MilestoneKind {
    /// All, in the order of their numbers at rest: more may follow, none may move.
    const ALL: [Self; 2] = [Self::Time, Self::Win];
}

/// What a milestone says.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct MilestoneContent {
    pub kind: MilestoneKind,
    pub label: String,
}

/// A milestone.
#[derive(Clone)]
pub(super) struct Milestone {
    pub id: Uuid,
    pub pass_id: Uuid,
    pub alias: String,
    /// The week in which it was shared.
    pub week: IsoWeek,
    pub version: i64,
    pub content: MilestoneContent,
}

#[derive(Serialize, Deserialize)]
struct Marks {
    k: usize,
}

impl MilestoneContent {
    /// As it is kept: what was ticked, what was typed.
    pub(super) fn seal(&self, sealer: &Sealer, key: &TextKey, id: Uuid) -> Result<(Vec<u8>, Vec<u8>), ApiError> {
        let k = MilestoneKind::ALL.iter().position(|kind| *kind == self.kind).unwrap_or_default();
        Ok((sealer.seal(key, Sealed::Marks, id, &Marks { k })?, sealer.seal(key, Sealed::Words, id, &self.label)?))
    }
}

impl Milestone {
    /// Opens a row with its author's key.
    pub(super) fn open(row: MilestoneRow, key: &TextKey) -> Result<Self, ApiError> {
        let Marks { k } = key.open(Sealed::Marks, row.id, &row.marks)?;
        let unknown = || ApiError::internal(anyhow::anyhow!("an unknown kind of milestone"));
        let kind = *MilestoneKind::ALL.get(k).ok_or_else(unknown)?;
        let content = MilestoneContent { kind, label: key.open(Sealed::Words, row.id, &row.words)? };
        let week = CivilDay::try_from(row.week).map_err(ApiError::internal)?;
        let week = IsoWeek::try_from(week).map_err(ApiError::internal)?;
        Ok(Self { id: row.id, pass_id: row.pass_id, alias: row.alias, week, version: row.version, content })
    }
}
