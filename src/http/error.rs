//! Errors on their way out: [`ApiError`] inside, [`Problem`] on the wire.

use std::{borrow::Cow, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use super::ErrorCode;
use crate::{db, kernel::Invalid};

/// RFC 9457 problem details, the body of every error.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A page that explains the code.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/problems/invalid_parameter")]
    pub kind: String,
    /// Short title of the code.
    #[schema(example = "Invalid parameter")]
    pub title: Cow<'static, str>,
    /// The HTTP status, repeated.
    #[schema(minimum = 400, maximum = 599, example = 400)]
    pub status: u16,
    /// What is wrong this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "day: must be 0 (Sunday) to 6 (Saturday)")]
    pub detail: Option<String>,
    /// The error's code, for programs.
    #[schema(example = "invalid_parameter")]
    pub code: Cow<'static, str>,
    /// Names this request in our logs.
    #[schema(example = "5f0c9a52-6e0f-4a3c-9b57-0c1de2a7b9d4")]
    pub request_id: String,
    /// Each refused parameter or field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
    /// The id of the thing to look at instead (with code `gone`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uuid")]
    pub replaced_by: Option<String>,
}

/// One refused query parameter or body field.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The query parameter's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "day")]
    pub parameter: Option<Cow<'static, str>>,
    /// JSON pointer (RFC 6901) to the body's field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/conference/url")]
    pub pointer: Option<Cow<'static, str>>,
    /// The broken rule, for programs.
    #[schema(example = "out_of_range")]
    pub code: Cow<'static, str>,
    /// What is wanted, for people.
    #[schema(example = "must be 0 (Sunday) to 6 (Saturday)")]
    pub message: Cow<'static, str>,
}

/// An error inside the program, before it knows its request's id.
#[derive(Debug)]
pub struct ApiError {
    code: ErrorCode,
    detail: Option<Cow<'static, str>>,
    invalid: Vec<Invalid>,
    replaced_by: Option<String>,
    headers: Vec<(HeaderName, String)>,
    ends_connection: bool,
    source: Option<anyhow::Error>,
}

impl ApiError {
    /// An error of that code and nothing more.
    pub fn new(code: ErrorCode) -> Self {
        Self {
            code,
            detail: None,
            invalid: Vec::new(),
            replaced_by: None,
            headers: Vec::new(),
            // The rest of a body that was given up on would be read as a request.
            ends_connection: code == ErrorCode::RequestTimeout,
            source: None,
        }
    }

    /// Refused query parameters, all at once.
    pub fn parameters(invalid: Vec<Invalid>) -> Self {
        Self { invalid, ..Self::new(ErrorCode::InvalidParameter) }
    }

    /// Refused fields of a body, all at once.
    pub fn content(invalid: Vec<Invalid>) -> Self {
        Self { invalid, ..Self::new(ErrorCode::InvalidContent) }
    }

    /// The request cannot be read at all; `detail` says why, without the value.
    pub fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::MalformedRequest).with_detail(detail)
    }

    /// The body is none, so that nobody knows where it ends.
    pub fn broken_off() -> Self {
        Self { ends_connection: true, ..Self::malformed("The body ended before it was whole.") }
    }

    /// Too often; try again after so many seconds.
    pub fn too_many(retry_after_s: u32) -> Self {
        Self::new(ErrorCode::TooManyRequests).with_retry_after(retry_after_s)
    }

    /// There is nothing at this address.
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound)
    }

    /// It was here, and what to look at instead.
    pub fn gone(replaced_by: Option<String>) -> Self {
        Self { replaced_by, ..Self::new(ErrorCode::Gone) }
    }

    /// The path is known, but not for this method; `allow` lists those it has.
    pub fn method_not_allowed(allow: String) -> Self {
        Self::new(ErrorCode::MethodNotAllowed).with_header(header::ALLOW, allow)
    }

    /// Not now; try again after so many seconds.
    pub fn unavailable(retry_after_s: u32, detail: &'static str) -> Self {
        Self::new(ErrorCode::Unavailable).with_detail(detail).with_retry_after(retry_after_s)
    }

    /// Something failed on our side; the source is logged and never leaves.
    pub fn internal(source: impl Into<anyhow::Error>) -> Self {
        Self { source: Some(source.into()), ..Self::new(ErrorCode::Internal) }
    }

    /// Says more about this time.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Names the fields that it is about.
    #[must_use]
    pub fn with_invalid(mut self, invalid: Vec<Invalid>) -> Self {
        self.invalid = invalid;
        self
    }

    /// Says when it is worth trying again.
    #[must_use]
    pub fn with_retry_after(self, seconds: u32) -> Self {
        self.with_header(header::RETRY_AFTER, seconds.to_string())
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Its code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The refused parameters or fields.
    pub fn invalid(&self) -> &[Invalid] {
        &self.invalid
    }

    /// What is wrong this time in a sentence, or what its code means.
    pub fn summary(&self) -> Cow<'static, str> {
        self.detail.clone().unwrap_or_else(|| self.code.title().into())
    }

    /// What went wrong inside, for the log.
    pub fn source(&self) -> Option<&anyhow::Error> {
        self.source.as_ref()
    }

    /// The answer for the request of that id.
    pub fn respond(&self, request_id: &str) -> HttpResponse {
        let in_query = self.code == ErrorCode::InvalidParameter;
        let errors = self.invalid.iter().map(|invalid| FieldProblem {
            parameter: in_query.then(|| invalid.name.clone()),
            pointer: (!in_query).then(|| invalid.name.clone()),
            code: invalid.code.into(),
            message: invalid.message.clone(),
        });
        let detail = self.detail.as_ref().map(ToString::to_string);
        let problem = Problem {
            kind: format!("/problems/{}", self.code.as_str()),
            title: self.code.title().into(),
            status: self.code.status().as_u16(),
            detail: detail.or_else(|| self.invalid.first().map(detail_of)),
            code: self.code.as_str().into(),
            request_id: request_id.to_owned(),
            errors: errors.collect(),
            replaced_by: self.replaced_by.clone(),
        };
        let mut response = HttpResponse::build(self.code.status());
        for (name, value) in &self.headers {
            response.insert_header((name, value.as_str()));
        }
        if let Some(challenge) = self.code.challenge() {
            response.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        if self.ends_connection {
            response.force_close();
        }
        response.insert_header(("Cache-Control", "no-store"));
        response.content_type("application/problem+json").json(problem)
    }
}

/// A refusal in one line; of the whole body, which has no name, the message.
fn detail_of(invalid: &Invalid) -> String {
    if invalid.name.is_empty() { invalid.message.to_string() } else { invalid.to_string() }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.as_str())
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    // The envelope renders it again with the request's id.
    fn error_response(&self) -> HttpResponse {
        self.respond("")
    }
}

impl From<Vec<Invalid>> for ApiError {
    fn from(invalid: Vec<Invalid>) -> Self {
        Self::parameters(invalid)
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        let unavailable = db::is_unavailable(&error);
        let source = Some(anyhow::Error::msg(db::describe(&error)));
        if unavailable {
            return Self { source, ..Self::unavailable(5, "The database cannot be reached.") };
        }
        Self { source, ..Self::new(ErrorCode::Internal) }
    }
}
