//! How what somebody writes is made and changed.
//!
//! A PUT names what it makes (`If-None-Match: *`) or changes (`If-Match`), so
//! that of two devices one is told of the other. One whose outcome is what is
//! stored already is done, whatever it names: its answer may have been lost.

use actix_web::{HttpRequest, web::Payload};
use serde::de::DeserializeOwned;
use utoipa::PartialSchema;

use crate::{
    http::{ApiError, BodyRules, PutCondition, read_input, read_json},
    kernel::{Entropy, Invalid},
};

/// Where versions begin: anywhere, so that none tells how often something was
/// changed. A JSON number holds it and all that follow exactly.
const VERSIONS: u64 = 1 << 48;

/// A PUT that was read. What is wrong with its content counts last.
pub(super) struct Put<T> {
    condition: PutCondition,
    content: Result<T, ApiError>,
}

/// Something that is stored in versions.
pub(super) trait Item {
    /// What is in it.
    type Content: Clone + PartialEq;

    /// The present version.
    fn version(&self) -> i64;

    /// What is in that.
    fn content(&self) -> &Self::Content;
}

/// What comes of it.
#[derive(Debug, PartialEq, Eq)]
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

/// The first version of something.
pub(super) fn first_version(entropy: &dyn Entropy) -> i64 {
    let mut drawn = [0; 8];
    entropy.fill(&mut drawn);
    i64::try_from(1 + u64::from_be_bytes(drawn) % VERSIONS).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::{http::ErrorCode, kernel::SystemEntropy};

    #[derive(Debug, PartialEq, Eq)]
    struct Stored(i64, u8);

    impl Item for Stored {
        type Content = u8;

        fn version(&self) -> i64 {
            self.0
        }

        fn content(&self) -> &u8 {
            &self.1
        }
    }

    fn step(header: (&str, &str), content: Option<u8>, stored: Option<(i64, u8)>) -> Result<Step<Stored>, ErrorCode> {
        let request = TestRequest::put().insert_header(header).to_http_request();
        let content = content.ok_or_else(|| ApiError::content(Vec::new()));
        let mut put = Put { condition: PutCondition::of(&request).unwrap(), content };
        put.step(stored.map(|(version, content)| Stored(version, content))).map_err(|error| error.code())
    }

    #[test]
    fn what_is_stored_already_is_kept_whatever_the_request_names() {
        for header in [("if-none-match", "*"), ("if-match", "\"1\""), ("if-match", "\"7\"")] {
            assert_eq!(step(header, Some(5), Some((7, 5))), Ok(Step::Keep(Stored(7, 5))));
        }
        assert_eq!(step(("if-none-match", "*"), Some(5), None), Ok(Step::Make(5)));
        assert_eq!(step(("if-match", "\"7\""), Some(5), Some((7, 6))), Ok(Step::Change(Stored(7, 6), 5)));
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

    #[test]
    fn versions_begin_anywhere_and_stay_exact_in_json() {
        let drawn: Vec<i64> = (0..200).map(|_| first_version(&SystemEntropy)).collect();
        assert!(drawn.iter().all(|version| (1..1 << 49).contains(version)));
        assert!(drawn.iter().any(|version| *version > 1 << 40));
    }
}
