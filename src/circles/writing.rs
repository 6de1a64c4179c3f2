//! What comes of a PUT, for everything that a pass writes.
//!
//! `If-None-Match: *` makes, `If-Match` changes, and of two devices one is told
//! of the other. Check-ins and goals, which are changed often, need one of the
//! two; elsewhere the last one stays where neither is sent. What is so already
//! is done, whatever they name: its answer may have been lost.

use std::collections::HashMap;

use uuid::Uuid;

use super::{answer::Answer, posting::first_version};
use crate::{
    http::{ApiError, PutCondition},
    kernel::Entropy,
};

/// A PUT that was read. What is wrong with its content counts last.
pub(super) struct Put<T> {
    /// What it makes or changes.
    pub condition: PutCondition,
    /// What is to be there then.
    pub content: Result<T, ApiError>,
}

/// Something that others answer.
pub(super) trait Item {
    /// Its id.
    fn id(&self) -> Uuid;

    /// What was said to it.
    fn answers(&mut self) -> &mut Vec<Answer>;
}

impl<T: PartialEq> Put<T> {
    /// That it names what it makes or changes.
    ///
    /// # Errors
    /// `precondition_required`.
    pub(super) fn require(&self) -> Result<(), ApiError> {
        self.condition.require()
    }

    /// Whether its content is this.
    pub(super) fn is(&self, stored: &T) -> bool {
        self.content.as_ref().is_ok_and(|content| content == stored)
    }

    /// What comes of it where that version of something is stored, or nothing:
    /// what is to be kept, in which version, and whether it is new; `None` where
    /// it is so already.
    ///
    /// # Errors
    /// `precondition_failed`, then that of the content.
    pub(super) fn outcome(
        self,
        stored: Option<(i64, &T)>,
        entropy: &dyn Entropy,
    ) -> Result<Option<(i64, T, bool)>, ApiError> {
        if stored.is_some_and(|(_, before)| self.is(before)) {
            return Ok(None);
        }
        self.condition.allow(stored.map(|(version, _)| version))?;
        let content = self.content?;
        Ok(Some(match stored {
            Some((version, _)) => (version + 1, content, false),
            None => (first_version(entropy), content, true),
        }))
    }
}

/// Gives items what was said to each.
pub(super) fn with_answers<I: Item>(mut items: Vec<I>, answers: &mut HashMap<Uuid, Vec<Answer>>) -> Vec<I> {
    for item in &mut items {
        if let Some(said) = answers.remove(&item.id()) {
            *item.answers() = said;
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::{http::ErrorCode, kernel::SystemEntropy};

    type Header = Option<(&'static str, &'static str)>;

    fn put(
        header: Header,
        content: Option<u8>,
        stored: Option<(i64, &u8)>,
    ) -> Result<Option<(i64, u8, bool)>, ErrorCode> {
        let request = header.into_iter().fold(TestRequest::put(), TestRequest::insert_header).to_http_request();
        let content = content.ok_or_else(|| ApiError::content(Vec::new()));
        let put = Put { condition: PutCondition::of(&request).unwrap(), content };
        put.outcome(stored, &SystemEntropy).map_err(|error| error.code())
    }

    const MAKES: Header = Some(("if-none-match", "*"));
    const ANY: Header = Some(("if-match", "*"));
    const CHANGES: Header = Some(("if-match", "\"7\""));
    const LATE: Header = Some(("if-match", "\"1\""));

    #[test]
    fn what_is_so_already_is_kept_whatever_the_request_names() {
        for header in [None, MAKES, ANY, LATE, CHANGES] {
            assert_eq!(put(header, Some(5), Some((7, &5))), Ok(None));
        }
        for header in [None, ANY, CHANGES] {
            assert_eq!(put(header, Some(6), Some((7, &5))), Ok(Some((8, 6, false))));
        }
        for header in [None, MAKES] {
            assert!(matches!(put(header, Some(6), None), Ok(Some((1.., 6, true)))));
        }
    }

    #[test]
    fn being_late_is_told_before_what_is_wrong_with_the_content() {
        for content in [Some(6), None] {
            for late in [MAKES, LATE] {
                assert_eq!(put(late, content, Some((7, &5))), Err(ErrorCode::PreconditionFailed));
            }
            for gone in [ANY, CHANGES] {
                assert_eq!(put(gone, content, None), Err(ErrorCode::PreconditionFailed));
            }
        }
        for header in [None, ANY, CHANGES] {
            assert_eq!(put(header, None, Some((7, &5))), Err(ErrorCode::InvalidContent));
        }
        for header in [None, MAKES] {
            assert_eq!(put(header, None, None), Err(ErrorCode::InvalidContent));
        }
    }
}
