//! What a request of a moderator brings, and who that is at this moment.
//!
//! What moderators look at may lie in another database than their accounts: so
//! an operation of theirs takes a [`ModeratorToken`], asks [`Auth::moderator`]
//! before it does anything, and begins its own transaction then.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};

use super::{audience::Audience, caller::AccountCaller, service::Auth, store};
use crate::{
    db::{self, Scope},
    http::{ApiError, ErrorCode, Limits, Quota},
    kernel::{AccountId, SessionId},
};

/// An access token of a moderator: well-formed, signed by us, and not run out.
/// Whether its session still lives is asked when the work begins.
#[derive(Debug, Clone, Copy)]
pub struct ModeratorToken {
    /// Whose.
    pub account: AccountId,
    /// Of which sign-in.
    pub session: SessionId,
}

impl ModeratorToken {
    /// Reads and checks what a request brings.
    pub(super) async fn check(auth: &Auth, request: &HttpRequest, limits: &Limits) -> Result<Self, ApiError> {
        let claims = auth.tokens().read(request, Audience::Moderator).await?;
        if let Some(remaining) = limits.check(Quota::Moderator, claims.sub.as_bytes())? {
            request.extensions_mut().insert(remaining);
        }
        Ok(Self { account: AccountId(claims.sub), session: SessionId(claims.sid) })
    }

    async fn read(request: HttpRequest) -> Result<Self, ApiError> {
        let missing = || ApiError::internal(anyhow::anyhow!("the application lacks a part"));
        let auth = request.app_data::<Data<Auth>>().ok_or_else(missing)?;
        let limits = request.app_data::<Data<Limits>>().ok_or_else(missing)?;
        Self::check(auth, &request, limits).await
    }
}

impl FromRequest for ModeratorToken {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self::read(request).await?) })
    }
}

impl Auth {
    /// Joins a token with its session, its account and its second factor: who
    /// is a moderator as of this request, and may act as one.
    ///
    /// # Errors
    /// `session_ended` where the session or the account is no more, on every
    /// node at once; `totp_required` where there is no second factor.
    pub async fn moderator(&self, token: &ModeratorToken) -> Result<AccountId, ApiError> {
        let account = self.session_of_moderator(token).await?;
        if account.has_totp { Ok(account.id) } else { Err(ApiError::new(ErrorCode::TotpRequired)) }
    }

    /// The same, second factor or not.
    pub(super) async fn session_of_moderator(&self, token: &ModeratorToken) -> Result<AccountCaller, ApiError> {
        let mut transaction = db::begin(&self.pool, Scope::Offices(Vec::new())).await?;
        let session = (token.session, token.account);
        let found = store::enter_session(&mut transaction, Audience::Moderator, session, self.clock.now()).await?;
        transaction.commit().await?;
        let found = found.ok_or_else(|| ApiError::new(ErrorCode::SessionEnded))?;
        Ok(AccountCaller::of_session(session, found))
    }
}
