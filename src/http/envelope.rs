//! The outermost layer: request ids, problem details, headers.

use std::panic::AssertUnwindSafe;

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BodySize, BoxBody, MessageBody},
    dev::{RequestHead, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        ConnectionType, StatusCode, Version,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use futures_util::FutureExt;

use super::{
    ApiError, ErrorCode, Ready, Traceable,
    connection::{Answering, Turns},
    host,
    limits::{RATELIMIT, RATELIMIT_POLICY},
    unread::{Held, until_sent},
};
use crate::kernel::Entropy;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The id of a request, in its extensions.
#[derive(Debug, Clone)]
pub(super) struct RequestId(pub String);

/// On every answer. The API never serves anything that a browser should run,
/// frame or sniff; pages have a policy of their own.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_REFERRER: HeaderValue = HeaderValue::from_static("no-referrer");
const TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// Public reads are for any origin; stated on every answer, asked or not, so
/// that a shared cache never keeps one without it.
const ANY_ORIGIN: HeaderValue = HeaderValue::from_static("*");
const EXPOSED: HeaderValue =
    HeaderValue::from_static("ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id");

/// Gives every request an id, turns every error and panic into problem
/// details, and adds the headers that every answer has.
///
/// # Errors
/// Only ones that hold the answer ready.
pub async fn envelope(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let traceable = request.app_data::<Data<Traceable>>().map(|traceable| &***traceable);
    let entropy = request.app_data::<Data<dyn Entropy>>().map(|entropy| &***entropy);
    let enclosed = Enclosed::of(request.head(), request.conn_data(), traceable, entropy);
    let held = Held::of(&mut request);
    request.extensions_mut().insert(RequestId(enclosed.id.clone()));
    if let Some(refused) = enclosed.refusal(request.head()) {
        return Ok(request.into_response(enclosed.finish(refused, held)));
    }
    let id = &enclosed.id;
    // The request must not be cloned here: the router needs it for itself.
    let refused = match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(Ok(response)) => {
            let problem = response.response().error().and_then(|error| problem(error, id));
            let response = match problem {
                Some(mut problem) => {
                    keep_limits(response.headers(), problem.headers_mut());
                    response.into_response(problem)
                }
                None => response.map_into_boxed_body(),
            };
            let (request, mut response) = response.into_parts();
            if request.version() == Version::HTTP_10 {
                without_chunks(&mut response);
            }
            return Ok(ServiceResponse::new(request, enclosed.finish(response, held)));
        }
        Ok(Err(error)) => problem(&error, id).unwrap_or_else(|| error.error_response()),
        Err(_panic) => panicked(id),
    };
    Err(InternalError::from_response("refused", enclosed.finish(refused, held)).into())
}

/// What an answer has of its request.
pub(super) struct Enclosed {
    /// The request's id.
    pub id: String,
    traceparent: Option<HeaderValue>,
    answering: Option<Answering>,
}

impl Enclosed {
    /// Of a request that begins to be answered, on a connection of those turns.
    pub(super) fn of(
        head: &RequestHead,
        turns: Option<&Turns>,
        traceable: Option<&Traceable>,
        entropy: Option<&dyn Entropy>,
    ) -> Self {
        let theirs = traceable.is_some_and(|traceable| traceable.has(head.uri.path()));
        let id = request_id(head.headers(), theirs, entropy);
        let traceparent = head.headers().get(&TRACEPARENT).filter(|value| theirs && is_traceparent(value)).cloned();
        Self { id, traceparent, answering: turns.map(Turns::begin) }
    }

    /// The answer where no handler shall see the request.
    pub(super) fn refusal(&self, head: &RequestHead) -> Option<HttpResponse> {
        let refused = || ApiError::malformed("The Host header is no host.").respond(&self.id);
        (!host::is_one(head.headers())).then(refused)
    }

    /// The answer with the headers that every answer has, which holds the body of
    /// its request until it is sent.
    pub(super) fn finish(self, mut response: HttpResponse, held: Option<Held>) -> HttpResponse {
        add_headers(response.headers_mut(), self.id, self.traceparent);
        until_sent(held, self.answering, response)
    }
}

/// The answer where a handler panicked.
pub(super) fn panicked(id: &str) -> HttpResponse {
    tracing::error!(request_id = %id, "a handler panicked");
    ApiError::new(ErrorCode::Internal).respond(id)
}

/// The answer for an error of ours, of which the log has what is behind it.
pub(super) fn told(error: &ApiError, id: &str) -> HttpResponse {
    if let Some(source) = error.source() {
        tracing::error!(request_id = %id, code = error.code().as_str(), error = format!("{source:#}"), "request failed");
    }
    error.respond(id)
}

/// HTTP/1.0 knows no chunks (RFC 9112 6.1): a body whose length nobody knows
/// ends with the connection.
fn without_chunks(response: &mut HttpResponse) {
    if response.body().size() == BodySize::Stream {
        let head = response.head_mut();
        head.no_chunking(true);
        head.set_connection_type(ConnectionType::Close);
    }
}

/// What is answered where there was no request to pass the envelope.
pub(super) fn refused(code: ErrorCode, id: &str) -> HttpResponse {
    let mut refused = ApiError::new(code).respond(id);
    add_headers(refused.headers_mut(), id.to_owned(), None);
    refused
}

/// The answer for an error; `None` where its own is to be left as it is.
fn problem(error: &Error, id: &str) -> Option<HttpResponse> {
    if let Some(known) = error.as_error::<ApiError>() {
        return Some(told(known, id));
    }
    if error.as_error::<Ready>().is_some() {
        return None;
    }
    // What the framework refuses by itself, before a handler sees it.
    let code = match error.as_response_error().status_code() {
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => ErrorCode::RequestTimeout,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::PayloadTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::UnsupportedMediaType,
        status if status.is_client_error() => ErrorCode::MalformedRequest,
        status if status.is_server_error() => ErrorCode::Internal,
        _ => return None,
    };
    Some(ApiError::new(code).respond(id))
}

/// The caller's id where it is one and may be taken up, else one of ours.
fn request_id(headers: &HeaderMap, theirs: bool, entropy: Option<&dyn Entropy>) -> String {
    let callers = headers.get(&X_REQUEST_ID).and_then(|value| value.to_str().ok());
    let usable = |id: &&str| {
        (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    match (callers.filter(|id| theirs && usable(id)), entropy) {
        (Some(id), _) => id.to_owned(),
        (None, Some(entropy)) => entropy.uuid_v4().to_string(),
        (None, None) => String::new(),
    }
}

/// Version 00 of W3C Trace Context: `00-<32 hex>-<16 hex>-<2 hex>`.
fn is_traceparent(value: &HeaderValue) -> bool {
    let mut parts = value.as_bytes().split(|b| *b == b'-');
    let hex = |part: Option<&[u8]>, length| {
        part.is_some_and(|part| part.len() == length && part.iter().all(u8::is_ascii_hexdigit))
    };
    parts.next() == Some(b"00")
        && hex(parts.next(), 32)
        && hex(parts.next(), 16)
        && hex(parts.next(), 2)
        && parts.next().is_none()
}

/// What is left of a limit was written on the answer that the problem replaces.
fn keep_limits(from: &HeaderMap, to: &mut HeaderMap) {
    for name in [RATELIMIT_POLICY, RATELIMIT] {
        if let Some(value) = from.get(&name) {
            to.insert(name, value.clone());
        }
    }
}

fn add_headers(headers: &mut HeaderMap, id: String, traceparent: Option<HeaderValue>) {
    if !headers.contains_key(&header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    headers.insert(header::REFERRER_POLICY, NO_REFERRER);
    headers.insert(header::STRICT_TRANSPORT_SECURITY, TRANSPORT);
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY_ORIGIN);
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    if let Ok(value) = HeaderValue::try_from(id) {
        headers.insert(X_REQUEST_ID, value);
    }
    if let Some(value) = traceparent {
        headers.insert(TRACEPARENT, value);
    }
}
