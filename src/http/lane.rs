//! The short way of what anybody reads most: the same envelope, limits and
//! problem details, without what the framework needs to route any request to any
//! handler, which costs more than most of these reads themselves.
//!
//! Invariant: an answer is the same, whichever way a request takes.

use std::{
    future::{Future, ready},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use actix_http::{Payload, Request};
use actix_web::{
    HttpResponse,
    http::{Method, Version, header::AUTHORIZATION},
};
use futures_util::{FutureExt, future::Either};
use tracing::Instrument;

use super::{
    ApiError, Limits, Quota, Traceable, client_address,
    envelope::{Enclosed, panicked, told},
    root_span,
};
use crate::{config::TrustedProxies, kernel::Entropy};

/// What a request passes on the short way.
#[derive(Clone)]
pub struct Lane {
    /// How often one may ask.
    pub limits: Arc<Limits>,
    /// Who is believed about where a request comes from.
    pub proxies: TrustedProxies,
    /// Whose ids are taken up.
    pub traceable: Arc<Traceable>,
    /// Where ids come from.
    pub entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for Lane {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lane").finish_non_exhaustive()
    }
}

impl Lane {
    /// Whether a request is one of the plain ones that are all here is for:
    /// without a token, a body or an older version.
    pub fn takes(&self, request: &mut Request) -> bool {
        let head = request.head();
        head.method == Method::GET
            && head.version == Version::HTTP_11
            && !head.headers().contains_key(AUTHORIZATION)
            && matches!(request.payload(), Payload::None)
    }

    /// The answer to a request of that route, of which `read` is what its handler
    /// says.
    pub fn answer(
        &self,
        request: &Request,
        route: &str,
        read: impl Future<Output = Result<HttpResponse, ApiError>>,
    ) -> impl Future<Output = HttpResponse> {
        let (head, traceable) = (request.head(), Some(&*self.traceable));
        let enclosed = Enclosed::of(head, request.conn_data(), traceable, Some(&*self.entropy));
        if let Some(refused) = enclosed.refusal(head) {
            return Either::Left(ready(enclosed.finish(refused, None)));
        }
        let span = root_span::of_read(route, &enclosed.id);
        let remaining = match self.limits.check(Quota::Public, client_address(head, &self.proxies)) {
            Ok(remaining) => remaining,
            Err(error) => {
                let refused = told(&error, &enclosed.id);
                root_span::answered(&span, refused.status());
                return Either::Left(ready(enclosed.finish(refused, None)));
            }
        };
        // Not an async block, which would have room for `read` twice, for every request.
        let read = AssertUnwindSafe(read.instrument(span.clone())).catch_unwind();
        Either::Right(read.map(move |read| {
            let response = match read {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => {
                    let mut response = told(&error, &enclosed.id);
                    if let Some(remaining) = remaining {
                        remaining.write(response.headers_mut());
                    }
                    response
                }
                Err(_panic) => panicked(&enclosed.id),
            };
            root_span::answered(&span, response.status());
            enclosed.finish(response, None)
        }))
    }
}
