//! What a request of a moderator brings.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};

use crate::{
    auth::{Auth, audience::Audience},
    http::ApiError,
    kernel::{AccountId, SessionId},
};

/// An access token of a moderator.
#[derive(Debug, Clone, Copy)]
pub struct ModeratorToken {
    /// Whose.
    pub account: AccountId,
    /// Of which sign-in.
    pub session: SessionId,
}

impl FromRequest for ModeratorToken {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let missing = || ApiError::internal(anyhow::anyhow!("the application lacks a part"));
            let auth = request.app_data::<Data<Auth>>().ok_or_else(missing)?;
            let claims = auth.tokens().read(&request, Audience::Moderator).await?;
            Ok(Self { account: AccountId(claims.sub), session: SessionId(claims.sid) })
        })
    }
}

impl Auth {
    /// Who it is. // joined in
    ///
    /// # Errors
    /// None yet.
    pub async fn moderator(&self, token: &ModeratorToken) -> Result<AccountId, ApiError> {
        Ok(token.account)
    }
}
