//! What a member's request brings.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};

use super::Members;
use crate::{
    auth::Audience,
    http::{ApiError, Limits, Quota},
    kernel::{MemberId, SessionId},
};

/// An access token of an account: well-formed, signed by us, and not run out.
/// Whether its session still lives is asked when the work begins.
#[derive(Debug, Clone, Copy)]
pub struct MemberToken {
    /// The account.
    pub member: MemberId,
    /// The device.
    pub session: SessionId,
}

impl MemberToken {
    async fn read(request: HttpRequest, counted: bool) -> Result<Self, ApiError> {
        let missing = || ApiError::internal(anyhow::anyhow!("the application lacks a part"));
        let members = request.app_data::<Data<Members>>().ok_or_else(missing)?;
        let limits = request.app_data::<Data<Limits>>().ok_or_else(missing)?;
        let claims = members.tokens().read(&request, Audience::Member).await?;
        if counted && let Some(remaining) = limits.check(Quota::Member, claims.sub.as_bytes())? {
            request.extensions_mut().insert(remaining);
        }
        Ok(Self { member: MemberId(claims.sub), session: SessionId(claims.sid) })
    }
}

impl FromRequest for MemberToken {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self::read(request, true).await?) })
    }
}

/// The token of an account that is to be deleted, which nobody is kept from
/// because they asked too often. It is not counted: what it does it does once,
/// and a token without an account is counted by its address.
#[derive(Debug, Clone, Copy)]
pub struct LeavingToken(pub MemberToken);

impl FromRequest for LeavingToken {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(MemberToken::read(request, false).await?)) })
    }
}
