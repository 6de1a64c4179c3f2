//! Circles over their database: who asks, and the sessions of passes.

use std::sync::Arc;

use actix_web::HttpRequest;
use sqlx::{PgConnection, PgPool, Postgres, Transaction, pool::PoolConnection};

use super::{
    model::{Asks, Pass, idle_since, stewards_since, this_week},
    sealing::Sealer,
    store,
    token::PassToken,
};
use crate::{
    auth::{Audience, DeviceKey, Issued, KeyUse, Renewal, Secret, Tokens},
    db::{self, Pools},
    http::{ApiError, ErrorCode, PublicUrl},
    kernel::{Clock, Entropy, PassId},
};

/// What circles are made of.
pub struct Circles {
    pub(super) pool: PgPool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) secret: Arc<Secret>,
    pub(super) public_url: PublicUrl,
    sealer: Sealer,
    tokens: Arc<Tokens>,
}

impl Circles {
    /// Circles in the databases of `pools`.
    pub fn new(
        pools: &Pools,
        (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
        secret: Arc<Secret>,
        tokens: Arc<Tokens>,
        public_url: PublicUrl,
    ) -> Self {
        let (key_clock, key_entropy) = (Arc::clone(&clock), Arc::clone(&entropy));
        let sealer = Sealer::new(pools.pass_keys.clone(), Arc::clone(&secret), key_clock, key_entropy);
        Self { pool: pools.circles.clone(), clock, entropy, secret, public_url, sealer, tokens }
    }

    /// What issues and reads tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The keys of what passes write.
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// The clock of this service.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Where ids come from.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    /// The address of the next page of a list: the same call with another cursor.
    pub fn next_page(&self, request: &HttpRequest, cursor: &str) -> String {
        self.public_url.next_page(request, cursor)
    }

    /// Begins the transaction of a request that writes: the pass whose token
    /// it brings, if it may.
    ///
    /// # Errors
    /// `session_ended`, and those of [`Pass::may`].
    pub async fn enter(
        &self,
        token: &PassToken,
        asks: Asks,
    ) -> Result<(Transaction<'static, Postgres>, Pass), ApiError> {
        let mut transaction = self.pool.begin().await?;
        let pass = self.pass_of(&mut transaction, token, asks).await?;
        Ok((transaction, pass))
    }

    /// The same for a request that only reads: one statement, no transaction.
    ///
    /// # Errors
    /// `session_ended`, and those of [`Pass::may`].
    pub async fn look(&self, token: &PassToken, asks: Asks) -> Result<(PoolConnection<Postgres>, Pass), ApiError> {
        let mut connection = self.pool.acquire().await?;
        let pass = self.pass_of(&mut connection, token, asks).await?;
        Ok((connection, pass))
    }

    /// The pass of a token as it is by now, if it may.
    pub(super) async fn pass_of(
        &self,
        connection: &mut PgConnection,
        token: &PassToken,
        asks: Asks,
    ) -> Result<Pass, ApiError> {
        let now = self.clock.now();
        let since = (idle_since(now), stewards_since(now));
        let pass = store::enter_session(connection, (token.session, token.pass), since).await?;
        let pass = pass.ok_or_else(|| ApiError::new(ErrorCode::SessionEnded))?;
        pass.may(asks, now)?;
        Ok(pass)
    }

    /// A session on another device of the pass with that key.
    pub(super) async fn sign_in(&self, key: &DeviceKey) -> Result<Issued, ApiError> {
        let mut transaction = self.pool.begin().await?;
        let found = store::find_pass_by_key(&mut transaction, &key.hash(KeyUse::Pass)).await?;
        let found = found.ok_or_else(|| ApiError::new(ErrorCode::SignInFailed))?;
        store::note_week(&mut transaction, found.id, this_week(self.clock.now())).await?;
        let issued = self.begin_session(&mut transaction, found.id).await?;
        transaction.commit().await?;
        Ok(issued)
    }

    /// Begins a session of a pass.
    pub(super) async fn begin_session(&self, connection: &mut PgConnection, pass: PassId) -> Result<Issued, ApiError> {
        let (session, state, issued) = self.tokens.begin(Audience::Circle, pass.0)?;
        let begun = store::insert_session(connection, (session, pass), &state, this_week(self.clock.now())).await;
        // It may have left between two statements.
        let left = |error: &sqlx::Error| db::is_constraint(error, "sessions_pass_id_fkey");
        begun.map_err(|e| if left(&e) { ApiError::new(ErrorCode::SignInFailed) } else { e.into() })?;
        Ok(issued)
    }

    /// The successor of a refresh token.
    pub(super) async fn refresh(&self, text: &str) -> Result<Issued, ApiError> {
        let ended = || ApiError::new(ErrorCode::SessionEnded);
        let (now, id) = (self.clock.now(), self.tokens.session_of(text, Audience::Circle)?);
        let mut transaction = self.pool.begin().await?;
        let session = store::lock_session(&mut transaction, id, (idle_since(now), this_week(now))).await?;
        let (pass, state) = session.ok_or_else(ended)?;
        let issued = match self.tokens.renew(text, Audience::Circle, pass.0, state)? {
            Renewal::Advance(state, issued) => {
                store::advance_session(&mut transaction, id, &state, this_week(now)).await?;
                store::note_week(&mut transaction, pass, this_week(now)).await?;
                issued
            }
            Renewal::Retry(issued) => issued,
            Renewal::Replayed => {
                store::end_session(&mut transaction, id).await?;
                transaction.commit().await?;
                return Err(ended());
            }
        };
        transaction.commit().await?;
        Ok(*issued)
    }

    /// Ends the session of a token, or all of its pass.
    pub(super) async fn sign_out(&self, token: &PassToken, everywhere: bool) -> Result<(), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Exports).await?;
        if everywhere {
            store::end_sessions(&mut transaction, pass.id, None).await?;
        } else {
            store::end_session(&mut transaction, pass.session).await?;
        }
        Ok(transaction.commit().await?)
    }
}

impl std::fmt::Debug for Circles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Circles")
    }
}
