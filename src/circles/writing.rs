//! How check-ins and goals are made and changed.
//!
//! A PUT names what it makes (`If-None-Match: *`) or changes (`If-Match`), so
//! that of two devices one is told of the other. One whose outcome is what is
//! stored already is done, whatever it names: its answer may have been lost.

use std::collections::HashMap;

use actix_web::{HttpRequest, web::Payload};
use serde::de::DeserializeOwned;
use utoipa::PartialSchema;
use uuid::Uuid;

use super::answer::Answer;
use crate::{
    http::{ApiError, BodyRules, PutCondition, read_input, read_json},
    kernel::Invalid,
};

/// A PUT that was read. What is wrong with its content counts last.
pub(super) struct Put<T> {
    condition: PutCondition,
    content: Result<T, ApiError>,
}

/// Something that is stored in versions, and answered.
pub(super) trait Item {
    /// What is in it.
    type Content: Clone + PartialEq;

    /// Its id.
    fn id(&self) -> Uuid;

    /// What was said to it.
    fn answers(&mut self) -> &mut Vec<Answer>;

    /// The present version.
    fn version(&self) -> i64;

    /// What is in that.
    fn content(&self) -> &Self::Content;
}

/// What comes of it.
pub(super) enum Step<I: Item> {
    /// It is stored already.
    Keep(I),
    /// It is new.
    Make(I::Content),
    /// What is there changes.
    Change(I, I::Content),
}

impl<T: Clone + PartialEq> Put<T> {
    /// Reads a request whose body is an `I`.
    ///
    /// # Errors
    /// When headers or body cannot be read at all.
    pub(super) async fn read<I>(request: &HttpRequest, payload: Payload) -> Result<Self, ApiError>
    where
        I: DeserializeOwned + PartialSchema,
        T: TryFrom<I, Error = Vec<Invalid>>,
    {
        let condition = PutCondition::of(request)?;
        let body = read_json(request, payload, BodyRules::JSON).await?;
        let body = body.ok_or_else(|| ApiError::malformed("A JSON body is needed."))?;
        let content = read_input::<I>(body).and_then(|input| T::try_from(input).map_err(ApiError::content));
        Ok(Self { condition, content })
    }

    /// That it names what it makes or changes.
    ///
    /// # Errors
    /// `precondition_required`.
    pub(super) fn require(&self) -> Result<(), ApiError> {
        self.condition.require()
    }

    /// What comes of it, where that is stored.
    ///
    /// # Errors
    /// `precondition_failed`, then `invalid_content`.
    pub(super) fn step<I: Item<Content = T>>(&mut self, stored: Option<I>) -> Result<Step<I>, ApiError> {
        match (stored, &mut self.content) {
            (Some(stored), Ok(content)) if stored.content() == content => Ok(Step::Keep(stored)),
            (stored, content) => {
                self.condition.check(stored.as_ref().map(Item::version))?;
                match content {
                    Ok(content) => {
                        let content = content.clone();
                        Ok(match stored {
                            Some(stored) => Step::Change(stored, content),
                            None => Step::Make(content),
                        })
                    }
                    // Taken out: it is told once, and that ends the request.
                    Err(error) => Err(std::mem::replace(error, ApiError::content(Vec::new()))),
                }
            }
        }
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
    use crate::http::ErrorCode;

    struct Stored(i64, u8, Vec<Answer>);

    impl Item for Stored {
        type Content = u8;

        fn id(&self) -> Uuid {
            Uuid::nil()
        }

        fn answers(&mut self) -> &mut Vec<Answer> {
            &mut self.2
        }

        fn version(&self) -> i64 {
            self.0
        }

        fn content(&self) -> &u8 {
            &self.1
        }
    }

    fn step(
        header: (&str, &str),
        content: Option<u8>,
        stored: Option<(i64, u8)>,
    ) -> Result<(&'static str, u8), ErrorCode> {
        let request = TestRequest::put().insert_header(header).to_http_request();
        let content = content.ok_or_else(|| ApiError::content(Vec::new()));
        let mut put = Put { condition: PutCondition::of(&request).unwrap(), content };
        let step = put.step(stored.map(|(version, content)| Stored(version, content, Vec::new())));
        let told = |step: Step<Stored>| match step {
            Step::Keep(stored) => ("keep", stored.1),
            Step::Make(content) => ("make", content),
            Step::Change(_, content) => ("change", content),
        };
        step.map(told).map_err(|error| error.code())
    }

    #[test]
    fn what_is_stored_already_is_kept_whatever_the_request_names() {
        for header in [("if-none-match", "*"), ("if-match", "\"1\""), ("if-match", "\"7\"")] {
            assert_eq!(step(header, Some(5), Some((7, 5))), Ok(("keep", 5)));
        }
        assert_eq!(step(("if-none-match", "*"), Some(5), None), Ok(("make", 5)));
        assert_eq!(step(("if-match", "\"7\""), Some(5), Some((7, 6))), Ok(("change", 5)));
    }

    #[test]
    fn being_late_is_told_before_what_is_wrong_with_the_content() {
        for content in [Some(5), None] {
            assert_eq!(step(("if-none-match", "*"), content, Some((7, 6))), Err(ErrorCode::PreconditionFailed));
            assert_eq!(step(("if-match", "\"1\""), content, Some((7, 6))), Err(ErrorCode::PreconditionFailed));
            assert_eq!(step(("if-match", "\"7\""), content, None), Err(ErrorCode::PreconditionFailed));
        }
        assert_eq!(step(("if-match", "\"7\""), None, Some((7, 6))), Err(ErrorCode::InvalidContent));
        assert_eq!(step(("if-none-match", "*"), None, None), Err(ErrorCode::InvalidContent));
    }
}
