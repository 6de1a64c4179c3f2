//! The one table of error codes.

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
    /// There is nothing at this address, or nothing that is yours to know of.
    NotFound = "not_found", NOT_FOUND, "Not found";
    /// The address exists, but not for this method; the `Allow` header lists those it has.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "Method not allowed";
    /// The body did not arrive in time.
    RequestTimeout = "request_timeout", REQUEST_TIMEOUT, "Request timeout";
    /// It was here and has been deleted; `replaced_by` names what to look at instead, where there is something.
    Gone = "gone", GONE, "Gone";
    /// A change must name the version that it is made to; send `If-Match` with the `ETag` that you have.
    PreconditionRequired = "precondition_required", PRECONDITION_REQUIRED, "Precondition required";
    /// It has changed since the version that `If-Match` names; read it again.
    PreconditionFailed = "precondition_failed", PRECONDITION_FAILED, "Precondition failed";
    /// The body is larger than this operation takes.
    PayloadTooLarge = "payload_too_large", PAYLOAD_TOO_LARGE, "Payload too large";
    /// The body is of a media type or coding that this operation does not take.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "Unsupported media type";
    /// The body is well-formed but its content is not allowed; `errors` points to each field.
    InvalidContent = "invalid_content", UNPROCESSABLE_ENTITY, "Invalid content";
    /// Too many requests or connections from one address; try again after `Retry-After` seconds.
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "Too many requests";
    /// The request line or headers are larger than we read.
    HeadersTooLarge = "headers_too_large", REQUEST_HEADER_FIELDS_TOO_LARGE, "Headers too large";
    /// Something failed on our side; the request id helps us find it.
    Internal = "internal", INTERNAL_SERVER_ERROR, "Internal error";
    /// The service is starting, or its database is away; try again after `Retry-After` seconds.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Unavailable";
}
