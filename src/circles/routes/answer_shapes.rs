//! Answers on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    circles::{
        answer::{Answer, AnswerContent, Reaction},
        text::Words,
    },
    helplines::SupportView,
    http::ApiError,
    kernel::{Invalid, PassId},
    search::Open,
};

/// A few kind words, on the wire.
pub type OpenReaction = Open<Reaction>;

/// Words, a reaction, or both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"words": "So glad you called", "reaction": "with_you"}))]
pub struct AnswerInput {
    /// In own words: at most 500 characters as people count them, no links.
    /// They are erased after 400 days.
    #[schema(inline, nullable = false)]
    pub words: Option<Words<500>>,
    /// A few kind words.
    #[schema(nullable = false)]
    pub reaction: Option<Reaction>,
}

/// What somebody says to a check-in, goal or milestone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct AnswerView {
    /// Whose it is.
    #[schema(value_type = Uuid)]
    pub pass_id: PassId,
    /// What peers call them.
    #[schema(example = "Heron")]
    pub alias: String,
    /// Which of theirs.
    #[schema(minimum = 1, maximum = 5)]
    pub n: i16,
    /// In their own words, until they are erased for their age.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
    /// A few kind words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OpenReaction>, nullable = false)]
    pub reaction: Option<OpenReaction>,
    /// For `If-Match`.
    pub version: i64,
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneAnswerView {
    /// It.
    #[serde(flatten)]
    pub answer: AnswerView,
    /// Where help is, always.
    pub support: SupportView,
}

/// What is in an answer.
pub(super) fn content(input: AnswerInput) -> Result<AnswerContent, ApiError> {
    if input.words.is_none() && input.reaction.is_none() {
        let message = "must have words, a reaction, or both";
        return Err(ApiError::content(vec![Invalid::new("", "missing_field", message)]));
    }
    Ok(AnswerContent { words: input.words.map(String::from), reaction: input.reaction })
}

impl From<Answer> for AnswerView {
    fn from(answer: Answer) -> Self {
        let Answer { pass_id, alias, n, version, content: AnswerContent { words, reaction } } = answer;
        Self { pass_id: PassId(pass_id), alias, n, words, reaction: reaction.map(Open), version }
    }
}

impl OneAnswerView {
    pub(super) fn of(answer: Answer) -> Self {
        Self { answer: answer.into(), support: SupportView::new() }
    }
}
