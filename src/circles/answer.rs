//! Answers: what is in one, and how it is kept.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    sealing::{Sealed, Sealer, TextKey},
    store::AnswerRow,
};
use crate::http::ApiError;

/// The most answers of a pass to one item.
pub const MOST_ANSWERS: i16 = 5;

/// A few kind words for when others do not come. There is none that is not kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    /// I am with you.
    WithYou,
    /// I am proud of you.
    ProudOfYou,
    /// I have been there.
    BeenThere,
    /// One day at a time.
    OneDayAtATime,
}

impl Reaction {
    /// All, in the order of their numbers at rest: more may follow, none may move.
    const ALL: [Self; 4] = [Self::WithYou, Self::ProudOfYou, Self::BeenThere, Self::OneDayAtATime];
}

/// What can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ItemKind {
    CheckIn,
    Goal,
    Milestone,
}

impl ItemKind {
    /// The word in the database.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::CheckIn => "check_in",
            Self::Goal => "goal",
            Self::Milestone => "milestone",
        }
    }
}

/// Where an answer stands: what it answers, and which of its author's it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub kind: ItemKind,
    pub item: Uuid,
    /// 1 to [`MOST_ANSWERS`].
    pub n: i16,
}

/// What an answer says.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct AnswerContent {
    /// In own words; erased when they are old.
    pub words: Option<String>,
    pub reaction: Option<Reaction>,
}

/// An answer.
#[derive(Clone)]
pub(super) struct Answer {
    pub pass_id: Uuid,
    pub alias: String,
    pub n: i16,
    pub version: i64,
    pub content: AnswerContent,
}

#[derive(Serialize, Deserialize)]
struct Marks {
    r: Option<usize>,
}

impl AnswerContent {
    fn is_empty(&self) -> bool {
        self.words.is_none() && self.reaction.is_none()
    }

    /// As it is kept: what was ticked, what was typed. Both are always there,
    /// so that nobody sees which of them somebody gave.
    pub(super) fn seal(&self, sealer: &Sealer, key: &TextKey, place: Place) -> Result<(Vec<u8>, Vec<u8>), ApiError> {
        let r = self.reaction.and_then(|given| Reaction::ALL.iter().position(|reaction| *reaction == given));
        let id = sealed_as(place.item, place.n);
        Ok((sealer.seal(key, Sealed::Marks, id, &Marks { r })?, sealer.seal(key, Sealed::Words, id, &self.words)?))
    }
}

impl Answer {
    /// Opens a row with its author's key.
    pub(super) fn open(row: AnswerRow, key: &TextKey) -> Result<Self, ApiError> {
        let id = sealed_as(row.item_id, row.n);
        let Marks { r } = key.open(Sealed::Marks, id, &row.marks)?;
        let unknown = || ApiError::internal(anyhow::anyhow!("an unknown reaction"));
        let reaction = r.map(|r| Reaction::ALL.get(r).copied().ok_or_else(unknown)).transpose()?;
        let words: Option<Option<String>> = row.words.map(|words| key.open(Sealed::Words, id, &words)).transpose()?;
        let content = AnswerContent { words: words.flatten(), reaction };
        Ok(Self { pass_id: row.pass_id, alias: row.alias, n: row.n, version: row.version, content })
    }

    /// Opens rows with the keys of their authors, by item, in their order.
    /// Whose key is gone has left meanwhile, and what they wrote with them. One
    /// whose words are gone and that had no more says nothing, and is not shown.
    pub(super) fn open_all(
        rows: Vec<AnswerRow>,
        keys: &HashMap<Uuid, TextKey>,
    ) -> Result<HashMap<Uuid, Vec<Self>>, ApiError> {
        let mut opened: HashMap<Uuid, Vec<Self>> = HashMap::new();
        for row in rows {
            if let Some(key) = keys.get(&row.pass_id) {
                let (item, answer) = (row.item_id, Self::open(row, key)?);
                if !answer.content.is_empty() {
                    opened.entry(item).or_default().push(answer);
                }
            }
        }
        Ok(opened)
    }
}

/// What an answer is sealed for, which is its own: neither the item nor
/// another answer to it.
pub fn sealed_as(item: Uuid, n: i16) -> Uuid {
    Uuid::from_u128(item.as_u128() ^ u128::from(n.unsigned_abs()))
}
