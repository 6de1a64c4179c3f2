//! What a PUT or DELETE says of what it makes, changes or takes away.

use actix_web::{HttpRequest, http::header};

use super::{ApiError, ErrorCode, IfMatch};

/// `If-None-Match: *` makes what is not there yet, `If-Match` changes what is
/// (RFC 9110 13.1). Where one of them must be given, no device writes over what
/// it has not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutCondition {
    changes: IfMatch,
    makes: bool,
}

impl PutCondition {
    /// Reads both headers.
    ///
    /// # Errors
    /// `malformed_request` when one of them is not what it may be here.
    pub fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        let mut makes = false;
        for value in request.headers().get_all(header::IF_NONE_MATCH) {
            if value.as_bytes() != b"*" {
                return Err(ApiError::malformed("If-None-Match must be * here."));
            }
            makes = true;
        }
        Ok(Self { changes: IfMatch::of(request)?, makes })
    }

    /// That it says anything at all.
    ///
    /// # Errors
    /// `precondition_required` when it does not.
    pub fn require(&self) -> Result<(), ApiError> {
        if self.makes || self.changes != IfMatch::Absent {
            return Ok(());
        }
        let both = "Send If-None-Match: * to make it, or If-Match with its version to change it.";
        Err(ApiError::new(ErrorCode::PreconditionRequired).with_detail(both))
    }

    /// Whether it may go on where that version is stored, or nothing is.
    ///
    /// # Errors
    /// `precondition_required`, or `precondition_failed` when it is not so.
    pub fn check(&self, stored: Option<i64>) -> Result<(), ApiError> {
        self.require()?;
        self.allow(stored)
    }

    /// The same where neither header is needed: without one it may go on.
    ///
    /// # Errors
    /// `precondition_failed` when it is not so.
    pub fn allow(&self, stored: Option<i64>) -> Result<(), ApiError> {
        let failed = || Err(ApiError::new(ErrorCode::PreconditionFailed));
        match stored {
            Some(_) if self.makes => failed(),
            Some(version) if self.changes != IfMatch::Absent => self.changes.check(version),
            Some(_) => Ok(()),
            None if self.changes == IfMatch::Absent => Ok(()),
            None => failed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn check(headers: &[(&str, &str)], stored: Option<i64>) -> Result<(), ErrorCode> {
        let request = headers.iter().fold(TestRequest::put(), |request, header| request.append_header(*header));
        PutCondition::of(&request.to_http_request()).and_then(|it| it.check(stored)).map_err(|error| error.code())
    }

    #[test]
    fn one_header_makes_and_the_other_changes() {
        let (makes, changes) = (("if-none-match", "*"), ("if-match", "\"7\""));
        assert_eq!(check(&[makes], None), Ok(()));
        assert_eq!(check(&[makes], Some(7)), Err(ErrorCode::PreconditionFailed));
        assert_eq!(check(&[changes], Some(7)), Ok(()));
        assert_eq!(check(&[changes], Some(8)), Err(ErrorCode::PreconditionFailed));
        for any in ["\"7\"", "*"] {
            assert_eq!(check(&[("if-match", any)], None), Err(ErrorCode::PreconditionFailed));
        }
        assert_eq!(check(&[("if-match", "*")], Some(8)), Ok(()));
        for stored in [None, Some(7)] {
            assert_eq!(check(&[makes, changes], stored), Err(ErrorCode::PreconditionFailed));
            assert_eq!(check(&[], stored), Err(ErrorCode::PreconditionRequired));
            assert_eq!(check(&[("if-none-match", "\"7\"")], stored), Err(ErrorCode::MalformedRequest));
            assert_eq!(check(&[("if-match", "7")], stored), Err(ErrorCode::MalformedRequest));
        }
    }

    #[test]
    fn what_needs_no_header_is_held_to_those_that_it_has() {
        let allow = |headers: &[(&str, &str)], stored| {
            let request = headers.iter().fold(TestRequest::put(), |request, header| request.append_header(*header));
            PutCondition::of(&request.to_http_request()).unwrap().allow(stored).map_err(|error| error.code())
        };
        for stored in [None, Some(7)] {
            assert_eq!(allow(&[], stored), Ok(()));
            for headers in [&[("if-none-match", "*")][..], &[("if-match", "\"7\"")], &[("if-match", "\"8\"")]] {
                assert_eq!(allow(headers, stored), check(headers, stored), "{headers:?} {stored:?}");
            }
        }
    }
}
