//! The span around every request: what may be known of it and nothing more.

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::AUTHORIZATION,
};
use tracing::{Level, Span};
use tracing_actix_web::RootSpanBuilder;

use super::envelope::RequestId;

/// Records method, route, status and request id, of what is read without a token
/// only where the log is to be that fine. Never the address, the agent,
/// the path (it may hold an id that is a secret) or the query.
#[derive(Debug)]
pub struct RootSpan;

impl RootSpanBuilder for RootSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = || request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        macro_rules! span {
            ($level:expr) => {
                tracing::span!(
                    $level,
                    "request",
                    method = known_method(request),
                    route = request.match_pattern().as_deref().unwrap_or("none"),
                    request_id = id(),
                    status = tracing::field::Empty,
                )
            };
        }
        // What anybody reads of the API is answered with nothing said of it, but by the
        // envelope, which tells the id itself. Pages of links say why they failed.
        let is_read = request.method().is_safe() && request.path().starts_with("/v1/");
        let is_public = is_read && !request.headers().contains_key(AUTHORIZATION);
        if is_public { span!(Level::DEBUG) } else { span!(Level::INFO) }
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        let _entered = span.enter();
        tracing::debug!("answered");
    }
}

/// A method is free text to a client; only those we know are written down.
fn known_method(request: &ServiceRequest) -> &'static str {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .into_iter()
        .find(|known| *known == request.method().as_str())
        .unwrap_or("other")
}
