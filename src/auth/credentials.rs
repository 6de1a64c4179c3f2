//! What a request brings to say who is calling, and who that is at this moment.
//!
//! A token or key is read and checked first, without the database and before
//! the body; then the body; then, in the transaction that does the work, the
//! session or key is joined with what it may do. So a slow body holds no
//! connection, and what was revoked a moment ago is revoked.

use actix_web::{HttpMessage, HttpRequest};
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use super::{
    audience::Audience,
    caller::{AccountCaller, Caller},
    moderator::ModeratorToken,
    office_key::{self, OfficeKey},
    service::Auth,
    store,
    tokens::bearer,
};
use crate::{
    db::{self, Scope},
    http::{ApiError, ErrorCode, Limits, QueryString, Quota},
    kernel::{AccountId, KeyId, SessionId},
};

/// A token or key that is well-formed, signed by us, and not run out.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// An access token of an office account.
    Session {
        /// Whose.
        account: AccountId,
        /// Of which sign-in.
        session: SessionId,
    },
    /// An office key, by its hash.
    Key([u8; 32]),
}

impl Credentials {
    /// Whose requests are counted together.
    pub fn counted_as(&self) -> Uuid {
        match self {
            Self::Session { account, .. } => account.0,
            Self::Key(hash) => {
                let mut bytes = [0; 16];
                bytes.copy_from_slice(&hash[..16]);
                Uuid::from_bytes(bytes)
            }
        }
    }
}

impl Auth {
    /// Reads and checks what a request brings.
    ///
    /// # Errors
    /// 401 with the reason; 429 past the limit.
    pub async fn credentials(&self, request: &HttpRequest, limits: &Limits) -> Result<Credentials, ApiError> {
        let text = bearer(request)?;
        let credentials = if text.starts_with(office_key::PREFIX) {
            let key = OfficeKey::parse(text).map_err(|_| ApiError::new(ErrorCode::TokenInvalid))?;
            Credentials::Key(key.hash())
        } else {
            let claims = self.tokens.verify(text, Audience::Office).await?;
            Credentials::Session { account: AccountId(claims.sub), session: SessionId(claims.sid) }
        };
        let quota = match credentials {
            Credentials::Session { .. } => Quota::Office,
            Credentials::Key(_) => Quota::Key,
        };
        if let Some(remaining) = limits.check(quota, credentials.counted_as().as_bytes())? {
            request.extensions_mut().insert(remaining);
        }
        Ok(credentials)
    }

    /// Begins the transaction of a request: who is calling, with what they may
    /// do at this moment. It sees what the caller may see, and nothing of an
    /// office that they have nothing to do with.
    ///
    /// # Errors
    /// `session_ended` where the session or key is no more.
    pub async fn enter(&self, credentials: &Credentials) -> Result<(Transaction<'static, Postgres>, Caller), ApiError> {
        let now = self.clock.now();
        let mut transaction = db::begin(&self.pool, Scope::Offices(Vec::new())).await?;
        let caller = match credentials {
            Credentials::Session { account, session } => {
                let session = (*session, *account);
                let found = store::enter_session(&mut transaction, Audience::Office, session, now).await?;
                found.map(|found| Caller::Account(AccountCaller::of_session(session, found)))
            }
            Credentials::Key(hash) => {
                let found = store::enter_key(&mut transaction, hash, now).await?;
                if let Some(found) = found.as_ref().filter(|found| !found.used_today) {
                    self.note_use(KeyId(found.key_id)).await?;
                }
                found.map(Caller::of_key)
            }
        };
        let caller = caller.ok_or_else(|| ApiError::new(ErrorCode::SessionEnded))?;
        Ok((transaction, caller))
    }

    /// Once a day, and whatever becomes of the request.
    async fn note_use(&self, key: KeyId) -> Result<(), ApiError> {
        let mut transaction = self.begin().await?;
        store::touch_key(&mut transaction, key, self.clock.now().date_naive()).await?;
        Ok(transaction.commit().await?)
    }

    /// Somebody who is signed in, for what concerns their own account. None of
    /// that takes a parameter.
    pub(super) async fn signed_in(
        &self,
        audience: Audience,
        request: &HttpRequest,
        limits: &Limits,
    ) -> Result<AccountCaller, ApiError> {
        if audience == Audience::Moderator {
            let token = ModeratorToken::check(self, request, limits).await?;
            QueryString::parse(request.query_string())?.finish()?;
            return self.session_of_moderator(&token).await;
        }
        let credentials = self.credentials(request, limits).await?;
        QueryString::parse(request.query_string())?.finish()?;
        let (transaction, caller) = self.enter(&credentials).await?;
        transaction.commit().await?;
        match caller {
            Caller::Account(account) => Ok(account),
            Caller::Key(_) => Err(ApiError::new(ErrorCode::Forbidden).with_detail("An office key has no account.")),
        }
    }
}
