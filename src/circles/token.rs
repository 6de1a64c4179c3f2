//! What a request of a pass brings.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};

use super::Circles;
use crate::{
    auth::Audience,
    http::{ApiError, Limits, Quota},
    kernel::{PassId, SessionId},
};

/// An access token of a pass: well-formed, signed by us, and not run out.
/// Whether its session still lives is asked when the work begins.
#[derive(Debug, Clone, Copy)]
pub struct PassToken {
    /// The pass.
    pub pass: PassId,
    /// The device.
    pub session: SessionId,
}

impl PassToken {
    async fn read(request: HttpRequest, counted: bool) -> Result<Self, ApiError> {
        let missing = || ApiError::internal(anyhow::anyhow!("the application lacks a part"));
        let circles = request.app_data::<Data<Circles>>().ok_or_else(missing)?;
        let limits = request.app_data::<Data<Limits>>().ok_or_else(missing)?;
        let claims = circles.tokens().read(&request, Audience::Circle).await?;
        if counted && let Some(remaining) = limits.check(Quota::Pass, claims.sub.as_bytes())? {
            request.extensions_mut().insert(remaining);
        }
        Ok(Self { pass: PassId(claims.sub), session: SessionId(claims.sid) })
    }
}

impl FromRequest for PassToken {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self::read(request, true).await?) })
    }
}

/// The token of a pass that leaves, which nobody is kept from because they
/// asked too often. It is not counted: what it does it does once, and a token
/// without a pass is counted by its address.
#[derive(Debug, Clone, Copy)]
pub struct LeavingToken(pub PassToken);

impl FromRequest for LeavingToken {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(PassToken::read(request, false).await?)) })
    }
}
