//! What is sent: a correction, and an office's answer to it.
//!
//! What is proposed is a merge patch, in which `null` takes a field away, so it
//! is taken out before the rest is read as an input, where null is refused.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::model::FeedbackKind;
use crate::{
    directory::{CorrectionInput, MeetingInput},
    http::{ApiError, Line, Words, read_input},
    kernel::Invalid,
};

/// Where what is proposed stands in a body.
const CHANGES: &str = "/changes";

/// A correction. One of kind `correction` has `changes` or `words`, one of kind
/// `other` has `words`; words may go with any.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "correction", "changes": { "time": "19:30" }, "words": "It moved in May." }))]
pub struct FeedbackInput {
    /// What is said of the meeting.
    pub kind: FeedbackKind,
    /// What it should say instead, with kind `correction`.
    #[schema(nullable = false)]
    pub changes: Option<CorrectionInput>,
    /// For the office alone, and deleted 90 days after its answer: another
    /// place, how one knows. Nothing that tells who writes is needed.
    #[schema(inline, nullable = false)]
    pub words: Option<Words<2_000>>,
}

/// A correction that may be taken in, as far as it can be told without the
/// meeting.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sent {
    pub kind: FeedbackKind,
    /// A merge patch.
    pub patch: Option<Value>,
    pub words: Option<Words<2_000>>,
}

/// What an office does instead of what was proposed.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "changes": { "time": "19:30" } }))]
pub struct AcceptInput {
    /// A change of the meeting as in a `PATCH` of it, in the place of the
    /// proposed one: any field of `MeetingInput`, `null` for what should go.
    #[schema(value_type = Option<MeetingInput>, nullable = false)]
    pub changes: Option<Map<String, Value>>,
}

/// Why an office does not.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "The group says that it still meets at seven." }))]
pub struct DeclineInput {
    /// In words that whoever sent the correction reads.
    #[schema(inline, nullable = false)]
    pub reason: Option<Line<500>>,
}

impl Sent {
    /// Reads a body.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(mut body: Value) -> Result<Self, ApiError> {
        let proposed = take_changes(&mut body);
        let patch = proposed.as_ref().map(CorrectionInput::read).transpose().map_err(below_changes);
        let (input, patch) = match (read_input::<FeedbackInput>(body), patch) {
            (Ok(input), Ok(patch)) => (input, patch),
            (Err(error), Ok(_)) => return Err(error),
            (Ok(_), Err(wrong)) => return Err(ApiError::content(wrong)),
            (Err(error), Err(wrong)) => {
                return Err(ApiError::content(error.invalid().iter().cloned().chain(wrong).collect()));
            }
        };
        let sent = Self { kind: input.kind, patch, words: input.words };
        let wrong = sent.contradiction();
        wrong.map_or(Ok(sent), |wrong| Err(ApiError::content(vec![wrong])))
    }

    fn contradiction(&self) -> Option<Invalid> {
        let empty = self.patch.as_ref().is_some_and(|patch| patch.as_object().is_some_and(Map::is_empty));
        match (self.kind, &self.patch, &self.words) {
            _ if empty => Some(Invalid::new(CHANGES, "empty", "must have a field that should say something else")),
            (FeedbackKind::Correction, None, None) => {
                Some(Invalid::new(CHANGES, "missing_field", "a correction needs changes or words"))
            }
            (FeedbackKind::Other, None, None) => Some(Invalid::new("/words", "missing_field", "is required")),
            (FeedbackKind::Gone | FeedbackKind::StillRight | FeedbackKind::Other, Some(_), _) => {
                Some(Invalid::new(CHANGES, "contradiction", "stands with the kind correction alone"))
            }
            _ => None,
        }
    }
}

/// Reads an office's change in the place of the proposed one, as a merge patch.
///
/// # Errors
/// Where anything but `changes` is sent.
pub(super) fn read_accept(mut body: Value) -> Result<Option<Value>, ApiError> {
    let changes = take_changes(&mut body);
    read_input::<AcceptInput>(body).map(|_| changes)
}

/// What is wrong with a patch that stands under `changes`.
pub(super) fn below_changes(wrong: Vec<Invalid>) -> Vec<Invalid> {
    wrong.into_iter().map(|one| Invalid { name: format!("{CHANGES}{}", one.name).into(), ..one }).collect()
}

fn take_changes(body: &mut Value) -> Option<Value> {
    body.as_object_mut()?.remove("changes")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(body: Value) -> Vec<(String, &'static str)> {
        let error = Sent::read(body).unwrap_err();
        error.invalid().iter().map(|one| (one.name.to_string(), one.code)).collect()
    }

    #[test]
    fn a_correction_says_something() {
        for body in [
            json!({ "kind": "correction", "changes": { "notes": null } }),
            json!({ "kind": "correction", "words": "It is on Tuesday." }),
            json!({ "kind": "gone" }),
            json!({ "kind": "gone", "words": "The door was locked." }),
            json!({ "kind": "still_right" }),
            json!({ "kind": "other", "words": "The bell is broken." }),
        ] {
            assert!(Sent::read(body.clone()).is_ok(), "{body}");
        }
        for (body, pointer, code) in [
            (json!({ "kind": "correction" }), "/changes", "missing_field"),
            (json!({ "kind": "correction", "changes": {} }), "/changes", "empty"),
            (json!({ "kind": "correction", "changes": null }), "/changes", "wrong_type"),
            (json!({ "kind": "gone", "changes": { "time": "19:30" } }), "/changes", "contradiction"),
            (json!({ "kind": "other" }), "/words", "missing_field"),
            (json!({ "kind": "other", "words": " " }), "/words", "invalid_value"),
            (json!({ "words": "x" }), "/kind", "missing_field"),
            (json!({ "kind": "spam", "words": "x" }), "/kind", "invalid_value"),
        ] {
            assert_eq!(refused(body), [(pointer.to_owned(), code)]);
        }
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        let body = json!({ "kind": "correction", "email": "x", "changes": { "day": 9, "slug": null } });
        assert_eq!(
            refused(body),
            [
                ("/email".to_owned(), "unknown_field"),
                ("/changes/day".to_owned(), "invalid_value"),
                ("/changes/slug".to_owned(), "unknown_field"),
            ]
        );
    }

    #[test]
    fn an_answer_has_changes_or_nothing() {
        let changes = json!({ "notes": null, "admin_notes": "asked" });
        assert_eq!(read_accept(json!({ "changes": changes.clone() })).unwrap(), Some(changes));
        assert_eq!(read_accept(json!({})).unwrap(), None);
        assert!(read_accept(json!({ "reason": "x" })).is_err());
        assert!(read_accept(json!([])).is_err());
    }
}
