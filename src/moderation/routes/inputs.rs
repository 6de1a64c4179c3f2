//! Bodies of reports, appeals and decisions.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    circles::Words,
    http::ApiError,
    kernel::Invalid,
    moderation::{
        deciding::Deciding,
        model::{Category, Decision, ItemInput, MOST_PICKED, Reason},
        reporting::Sent,
    },
};

/// What a peer reports.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"item": {"kind": "answer", "id": "3c2b1a09-1827-4635-a4b3-c2d1e0f90817",
                          "pass_id": "1a2b3c4d-5e6f-4708-9192-a3b4c5d6e7f8", "n": 1},
                          "category": "money_legal_medical", "words": "Asks us all for money."}))]
pub struct ReportInput {
    /// What it is about.
    pub item: ItemInput,
    /// Other items of the circle that help to understand it, each once.
    #[serde(default)]
    #[schema(max_items = 5, required = false)]
    pub picked: Vec<ItemInput>,
    /// Why.
    pub category: Category,
    /// What there is to say about it; needed where the category is `other`.
    #[schema(inline, nullable = false)]
    pub words: Option<Words<500>>,
}

/// What a member reports of a story.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"category": "reveals_identity", "words": "It names somebody."}))]
pub struct StoryReportInput {
    /// Why.
    pub category: Category,
    /// What there is to say about it; needed where the category is `other`.
    #[schema(inline, nullable = false)]
    pub words: Option<Words<500>>,
}

/// What an author says to a decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"words": "I meant my own brother, who knows that I write this."}))]
pub struct AppealInput {
    /// Why it should be decided otherwise.
    #[schema(inline)]
    pub words: Words<2_000>,
}

/// A moderator's decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"decision": "remove", "reason": "money_legal_medical",
                          "words": "A circle is no place to ask for money."}))]
pub struct DecisionInput {
    /// What is to be.
    pub decision: Decision,
    /// Why; `within_agreement` goes with `keep`, and the others but `other` do not.
    pub reason: Reason,
    /// To the author; needed unless it is kept.
    #[schema(inline, nullable = false)]
    pub words: Option<Words<500>>,
}

impl ReportInput {
    pub(super) fn read(self) -> Result<Sent, ApiError> {
        let mut wrong = needs_words(self.category, self.words.is_some());
        if self.picked.len() > MOST_PICKED {
            wrong.push(Invalid::new("/picked", "too_many", format!("takes at most {MOST_PICKED} items")));
        }
        let item = self.item.complete("/item").map_err(|more| wrong.extend(more)).ok();
        let mut picked = Vec::with_capacity(self.picked.len().min(MOST_PICKED));
        for (index, one) in self.picked.iter().enumerate().take(MOST_PICKED) {
            let at = format!("/picked/{index}");
            match one.complete(&at) {
                Ok(one) if picked.contains(&one) || item == Some(one) => {
                    wrong.push(Invalid::new(at, "invalid_value", "is there already"));
                }
                Ok(one) => picked.push(one),
                Err(more) => wrong.extend(more),
            }
        }
        match (wrong.is_empty(), item) {
            (true, Some(item)) => Ok(Sent { item, picked, category: self.category, words: self.words.map(Into::into) }),
            _ => Err(ApiError::content(wrong)),
        }
    }
}

impl StoryReportInput {
    pub(super) fn read(self) -> Result<(Category, Option<String>), ApiError> {
        let wrong = needs_words(self.category, self.words.is_some());
        if wrong.is_empty() { Ok((self.category, self.words.map(Into::into))) } else { Err(ApiError::content(wrong)) }
    }
}

impl DecisionInput {
    pub(super) fn read(self) -> Result<Deciding, ApiError> {
        let Self { decision, reason, words } = self;
        let mut wrong = Vec::new();
        let keeps = decision == Decision::Keep;
        if keeps != (reason == Reason::WithinAgreement) && reason != Reason::Other {
            let message = "must fit the decision: within_agreement or other to keep, anything else to remove";
            wrong.push(Invalid::new("/reason", "invalid_value", message));
        }
        if !keeps && words.is_none() {
            let message = "is required: the author is told why";
            wrong.push(Invalid::new("/words", "missing_field", message));
        }
        if !wrong.is_empty() {
            return Err(ApiError::content(wrong));
        }
        Ok(Deciding { decision, reason, words: words.map(Into::into) })
    }
}

fn needs_words(category: Category, there: bool) -> Vec<Invalid> {
    if category != Category::Other || there {
        return Vec::new();
    }
    vec![Invalid::new("/words", "missing_field", "is required where the category is other")]
}
