//! The public's limit, over every request but the questions whether the
//! service is well.

use actix_web::{
    Error, HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL},
    },
    middleware::Next,
    web::Data,
};

use super::{Limits, Quota, RATELIMIT, Remaining};
use crate::{
    config::TrustedProxies,
    http::{MethodTable, client_address},
};

/// Asked every few seconds by what runs the service; and where help is, which
/// nobody is to be refused.
const UNLIMITED: [&str; 3] = ["/livez", "/readyz", "/v1/help-lines"];

/// Counts requests by address. One that brings a token to an operation that
/// asks for one is counted by its account there, and here only when the token
/// is refused: an invented token must buy nothing.
///
/// # Errors
/// Those of what it wraps.
pub async fn limit_requests(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (limits, proxies) = (request.app_data::<Data<Limits>>(), request.app_data::<Data<TrustedProxies>>());
    let (Some(limits), Some(proxies)) = (limits.cloned(), proxies) else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    if UNLIMITED.contains(&request.path()) {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    let address = client_address(request.request(), proxies);
    let with_token = brings_token(&request);
    let counted = if with_token { Ok(None) } else { limits.check(Quota::Public, address) };
    let remaining = match counted {
        Ok(remaining) => remaining,
        Err(error) => return Ok(request.error_response(error).map_into_boxed_body()),
    };
    let mut response = next.call(request).await?.map_into_boxed_body();
    if with_token
        && response.status() == StatusCode::UNAUTHORIZED
        && let Err(error) = limits.check(Quota::Public, address)
    {
        return Ok(response.error_response(error));
    }
    // An answer that refuses for a limit of its own tells of that one.
    let told = response.headers().contains_key(&RATELIMIT);
    let of_account = response.request().extensions().get::<Remaining>().copied();
    if let Some(remaining) = of_account.or(remaining).filter(|_| !told && no_cache_keeps(&response)) {
        remaining.write(response.headers_mut());
    }
    Ok(response)
}

fn brings_token(request: &ServiceRequest) -> bool {
    let guarded = |table: &Data<MethodTable>| table.is_guarded(request.method().as_str(), request.path());
    request.headers().contains_key(AUTHORIZATION) && request.app_data::<Data<MethodTable>>().is_some_and(guarded)
}

fn no_cache_keeps(response: &ServiceResponse) -> bool {
    let stated = response.headers().get(CACHE_CONTROL).and_then(|value| value.to_str().ok());
    response.response().error().is_some() || stated.is_some_and(|value| value.contains("no-store"))
}
