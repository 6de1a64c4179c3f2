//! The one table of error codes, in the order of their statuses.

use actix_web::http::StatusCode;

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $status:ident, $title:literal;)*) => {
        /// Why a request was refused. Each has a page at `/problems/<code>`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[doc = $doc])+ $variant,)* }

        impl ErrorCode {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code on the wire, `snake_case`.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)* }
            }

            /// A short title, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What it means and what to do, for its page.
            pub fn documentation(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc,)+),)* }
            }
        }
    };
}

error_codes! {
    /// The request is not well-formed HTTP or JSON; mend it before sending it again.
    MalformedRequest = "malformed_request", BAD_REQUEST, "Malformed request";
    /// A query parameter is unknown, missing, repeated, or has a value that it cannot have; `errors` names each one.
    InvalidParameter = "invalid_parameter", BAD_REQUEST, "Invalid parameter";
    /// The operation needs an access token, and the request has none: send `Authorization: Bearer …`.
    TokenMissing = "token_missing", UNAUTHORIZED, "Token missing";
    /// The access token has run out; refresh it.
    TokenExpired = "token_expired", UNAUTHORIZED, "Token expired";
    /// What was sent as a token is none of ours, or is not one that is used here.
    TokenInvalid = "token_invalid", UNAUTHORIZED, "Token invalid";
    /// The session has been ended, by this person or by somebody who may; sign in again.
    SessionEnded = "session_ended", UNAUTHORIZED, "Session ended";
    /// The pass has left its circle or has been removed from it.
    PassRemoved = "pass_removed", UNAUTHORIZED, "Pass removed";
    /// The token is for another part of the service.
    WrongAudience = "wrong_audience", UNAUTHORIZED, "Wrong audience";
    /// Signing in failed; which part was wrong is not said.
    SignInFailed = "sign_in_failed", UNAUTHORIZED, "Sign-in failed";
    /// Signing in needs a code from the authenticator, or a recovery code, as well.
    CodeRequired = "code_required", UNAUTHORIZED, "Code required";
    /// The token is good, but does not give the right to do this.
    Forbidden = "forbidden", FORBIDDEN, "Forbidden";
    /// This needs a fresh proof of who you are: step up, then send it again.
    StepUpRequired = "step_up_required", FORBIDDEN, "Step-up required";
    /// This intergroup takes only accounts with an authenticator: set one up, then sign in again.
    TotpRequired = "totp_required", FORBIDDEN, "Authenticator required";
    /// A moderator suspended the pass for a while: it may read, appeal, export and leave, and write again afterwards.
    Suspended = "suspended", FORBIDDEN, "Suspended";
    /// There is nothing at this address, or nothing that is yours to know of.
    NotFound = "not_found", NOT_FOUND, "Not found";
    /// The address exists, but not for this method; the `Allow` header lists those it has.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "Method not allowed";
    /// The headers or the body did not arrive in time.
    RequestTimeout = "request_timeout", REQUEST_TIMEOUT, "Request timeout";
    /// It does not fit with what is there: something else has that name, or the state is another.
    Conflict = "conflict", CONFLICT, "Conflict";
    /// All seats of the circle are taken.
    CircleFull = "circle_full", CONFLICT, "Circle full";
    /// It cannot be deleted while other things refer to it.
    InUse = "in_use", CONFLICT, "In use";
    /// A request with the same `Idempotency-Key` is still being worked on; try again after `Retry-After` seconds.
    IdempotencyInFlight = "idempotency_in_flight", CONFLICT, "Idempotency key in flight";
    /// It was here and has been deleted; `replaced_by` names what to look at instead, where there is something.
    Gone = "gone", GONE, "Gone";
    /// The cursor is older than what is remembered, or from before the directory was brought back from a backup; begin anew without one.
    CursorExpired = "cursor_expired", GONE, "Cursor expired";
    /// It has been changed since the version that `If-Match` names; read it again before changing it.
    PreconditionFailed = "precondition_failed", PRECONDITION_FAILED, "Precondition failed";
    /// The body is larger than this operation takes.
    PayloadTooLarge = "payload_too_large", PAYLOAD_TOO_LARGE, "Payload too large";
    /// The body is of a media type or coding that this operation does not take.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "Unsupported media type";
    /// The body is well-formed but its content is not allowed; `errors` points to each field.
    InvalidContent = "invalid_content", UNPROCESSABLE_ENTITY, "Invalid content";
    /// The `Idempotency-Key` was used for another request; every new request needs a new key.
    IdempotencyMismatch = "idempotency_mismatch", UNPROCESSABLE_ENTITY, "Idempotency key mismatch";
    /// A change needs `If-Match` with the version that it is made to.
    PreconditionRequired = "precondition_required", PRECONDITION_REQUIRED, "Precondition required";
    /// Too many requests or connections from one address; try again after `Retry-After` seconds.
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "Too many requests";
    /// The request line or headers are larger than we read.
    HeadersTooLarge = "headers_too_large", REQUEST_HEADER_FIELDS_TOO_LARGE, "Headers too large";
    /// Something failed on our side; the request id helps us find it.
    Internal = "internal", INTERNAL_SERVER_ERROR, "Internal error";
    /// The service is starting, or its database is away; try again after `Retry-After` seconds.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Unavailable";
}

impl ErrorCode {
    /// The challenge that a 401 must carry (RFC 9110 11.6.1, RFC 6750 3):
    /// what was wrong with a token is said only where there was one.
    pub(super) fn challenge(self) -> Option<&'static str> {
        match self {
            Self::TokenMissing | Self::SignInFailed | Self::CodeRequired => Some("Bearer realm=\"openchair\""),
            Self::TokenExpired | Self::TokenInvalid | Self::SessionEnded | Self::PassRemoved | Self::WrongAudience => {
                Some("Bearer realm=\"openchair\", error=\"invalid_token\"")
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_401_carries_a_challenge_and_nothing_else_does() {
        for code in ErrorCode::ALL {
            assert_eq!(code.challenge().is_some(), code.status() == StatusCode::UNAUTHORIZED, "{code:?}");
        }
    }

    #[test]
    fn the_table_is_in_the_order_of_statuses() {
        assert!(ErrorCode::ALL.is_sorted_by_key(|code| code.status().as_u16()));
    }
}
