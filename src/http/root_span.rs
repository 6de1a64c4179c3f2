//! The span around every request: what may be known of it and nothing more.

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header::AUTHORIZATION},
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
        answered(&span, status);
    }
}

/// The same span around a read that does not pass the framework's router.
pub(super) fn of_read(route: &str, request_id: &str) -> Span {
    tracing::debug_span!("request", method = "GET", route, request_id, status = tracing::field::Empty)
}

/// Ends it.
pub(super) fn answered(span: &Span, status: StatusCode) {
    span.record("status", status.as_u16());
    let _entered = span.enter();
    tracing::debug!("answered");
}

/// A method is free text to a client; only those we know are written down.
fn known_method(request: &ServiceRequest) -> &'static str {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .into_iter()
        .find(|known| *known == request.method().as_str())
        .unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use std::io;

    use actix_web::{
        http::{Method, header},
        test::TestRequest,
    };

    use super::*;

    #[test]
    fn only_what_anybody_reads_of_the_api_has_no_span_at_info() {
        let log = tracing_subscriber::fmt().with_max_level(Level::INFO).with_writer(io::sink).finish();
        let _kept = tracing::subscriber::set_default(log);
        let has_span = |method: Method, path: &str, token: bool| {
            let request = TestRequest::default().method(method).uri(path);
            let request = if token { request.insert_header((header::AUTHORIZATION, "Bearer x")) } else { request };
            !RootSpan::on_request_start(&request.to_srv_request()).is_disabled()
        };
        for path in ["/v1/meetings", "/v1/meetings/x?q=y", "/v1/service"] {
            assert!(!has_span(Method::GET, path, false) && !has_span(Method::HEAD, path, false), "{path}");
            assert!(has_span(Method::GET, path, true) && has_span(Method::POST, path, false), "{path}");
        }
        for path in ["/office/import", "/livez", "/"] {
            assert!(has_span(Method::GET, path, false), "{path}");
        }
    }
}
