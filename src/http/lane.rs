//! The short way of what anybody reads most: the same envelope, limits and
//! problem details, without what the framework needs to route any request to any
//! handler, which costs more than most of these reads themselves.
//!
//! Invariant: an answer is the same, whichever way a request takes.

use std::{
    fmt,
    future::{Ready, ready},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread,
};

use actix_http::{Payload, Request};
use actix_web::{
    HttpResponse,
    dev::RequestHead,
    http::{Method, Version, header::AUTHORIZATION},
};
use futures_util::{
    FutureExt,
    future::{Either, LocalBoxFuture},
};
use tracing::Instrument;

use super::{
    Answer, ApiError, AsHead, Limits, Quota, Traceable,
    answer::Sending,
    client_address,
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

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    /// says. Nearly all are there at once.
    pub fn answer(
        &self,
        request: Request,
        route: &str,
        read: impl FnOnce(&RequestHead) -> Result<Reading, ApiError>,
    ) -> Either<Ready<HttpResponse>, LocalBoxFuture<'static, HttpResponse>> {
        let head = request.head();
        let enclosed = Enclosed::of(head, request.conn_data(), Some(&*self.traceable), Some(&*self.entropy));
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
        let start = || {
            Ok(match read(head)? {
                Reading::Answer(answer) => match answer.start(head) {
                    Sending::Now(response) => Started::Now(response),
                    Sending::Later(response) => Started::Later(response),
                },
                Reading::Making(answer) => Started::Making(answer),
            })
        };
        let started = catch_unwind(AssertUnwindSafe(|| span.in_scope(start)));
        let end = {
            let span = span.clone();
            move |read: Outcome<HttpResponse>| {
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
            }
        };
        let later = match started {
            Ok(Ok(Started::Now(response))) => return Either::Left(ready(end(Ok(Ok(response))))),
            Ok(Err(error)) => return Either::Left(ready(end(Ok(Err(error))))),
            Err(panic) => return Either::Left(ready(end(Err(panic)))),
            Ok(Ok(Started::Later(response))) => response.map(Ok).boxed_local(),
            Ok(Ok(Started::Making(answer))) => {
                async move { Ok(answer.await?.send(request.head()).await) }.boxed_local()
            }
        };
        Either::Right(AssertUnwindSafe(later.instrument(span)).catch_unwind().map(end).boxed_local())
    }
}

/// What the handler of a read says.
pub enum Reading {
    /// The answer.
    Answer(Answer),
    /// It is made where nobody waits for it.
    Making(LocalBoxFuture<'static, Result<Answer, ApiError>>),
}

impl Reading {
    /// Sends it.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn send(self, request: &impl AsHead) -> Result<HttpResponse, ApiError> {
        let answer = match self {
            Self::Answer(answer) => answer,
            Self::Making(answer) => answer.await?,
        };
        Ok(answer.send(request).await)
    }
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").finish_non_exhaustive()
    }
}

enum Started {
    Now(HttpResponse),
    Later(LocalBoxFuture<'static, HttpResponse>),
    Making(LocalBoxFuture<'static, Result<Answer, ApiError>>),
}

/// What a handler comes to, or how it panicked.
type Outcome<T> = thread::Result<Result<T, ApiError>>;
