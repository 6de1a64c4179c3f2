//! What signing in is made of, and the parts that all of it uses.

use std::sync::Arc;

use aws_lc_rs::hmac;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use sqlx::PgPool;

use super::{
    attempts::Attempts,
    audience::Audience,
    delay::{self, Delay},
    family::Family,
    hasher::Hasher,
    password::{Attempt, PasswordError},
    refresh::RefreshToken,
    secret::Secret,
    signing_keys::SigningKeys,
    store::{self, AccountRow, NewSession},
    tokens::{Issued, Tokens},
    totp::TotpSecret,
};
use crate::{
    db::{self, Scope},
    http::{ApiError, ClientAddress, ErrorCode, PublicUrl},
    kernel::{AccountId, Clock, Entropy, Invalid, SessionId},
};

/// How long a password counts as given just now.
pub(super) const STEPPED_UP: TimeDelta = TimeDelta::minutes(10);
/// What second factors are wrapped for.
pub(super) const TOTP_PURPOSE: &str = "totp";

/// Signing in, refreshing, and who is calling.
pub struct Auth {
    pub(super) pool: PgPool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) secret: Arc<Secret>,
    pub(super) tokens: Arc<Tokens>,
    pub(super) hasher: Hasher,
    pub(super) attempts: Attempts,
    pub(super) public_url: PublicUrl,
}

/// What somebody offers to prove who they are.
#[derive(Debug)]
pub(super) struct Proof {
    /// Where the password stood in what was sent.
    pub pointer: &'static str,
    pub password: SecretString,
    /// Of an authenticator app, or a recovery code.
    pub code: Option<String>,
}

impl Auth {
    /// Signing in over a database.
    pub fn new(
        pool: PgPool,
        (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
        secret: Arc<Secret>,
        public_url: PublicUrl,
    ) -> Self {
        let keys = SigningKeys::new(pool.clone(), Arc::clone(&secret), Arc::clone(&clock), Arc::clone(&entropy));
        let sources = (Arc::clone(&clock), Arc::clone(&entropy));
        let tokens = Arc::new(Tokens::new(Arc::new(keys), sources, Arc::clone(&secret), &public_url));
        let (hasher, attempts) = (Hasher::default(), Attempts::default());
        Self { pool, clock, entropy, secret, tokens, hasher, attempts, public_url }
    }

    /// The signing keys of this node.
    pub fn keys(&self) -> &Arc<SigningKeys> {
        self.tokens.keys()
    }

    /// What issues and reads tokens, of every audience.
    pub fn tokens(&self) -> &Arc<Tokens> {
        &self.tokens
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The public keys as a JWK set.
    pub(super) fn jwks(&self) -> Vec<u8> {
        self.keys().ring().jwks(self.clock.now())
    }

    /// How many passwords were hashed so far; tests count work by it.
    pub fn hashes_done(&self) -> u64 {
        self.hasher.count()
    }

    pub(super) async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Postgres>, sqlx::Error> {
        db::begin(&self.pool, Scope::SignIn).await
    }

    /// A hash that says nothing without the operator's secret.
    pub(super) fn subject(&self, kind: &str, parts: &[&[u8]]) -> Result<[u8; 32], ApiError> {
        let key = self.secret.derive_key(self.secret.newest_version(), "attempts");
        let key = key.ok_or_else(|| ApiError::internal(anyhow::anyhow!("the operator's secret is empty")))?;
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &*key));
        for part in [kind.as_bytes()].iter().chain(parts) {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        let mut subject = [0; 32];
        subject.copy_from_slice(context.sign().as_ref());
        Ok(subject)
    }

    /// Counts an attempt of an address on an e-mail address before it is made.
    pub(super) fn count_here(
        &self,
        (audience, email): (Audience, &str),
        address: ClientAddress,
    ) -> Result<[u8; 32], ApiError> {
        let subject = self.subject("address", &[audience.as_str().as_bytes(), email.as_bytes(), address.as_ref()])?;
        self.attempts.count(subject, self.clock.now()).map_err(ApiError::too_many)?;
        Ok(subject)
    }

    /// Counts an attempt on an e-mail address, whoever makes it, there being
    /// such an account or not. Two accounts under one address are two.
    pub(super) async fn count_everywhere(
        &self,
        connection: &mut sqlx::PgConnection,
        (audience, email): (Audience, &str),
    ) -> Result<[u8; 32], ApiError> {
        let subject = self.subject("email", &[audience.as_str().as_bytes(), email.as_bytes()])?;
        let delay: Delay = delay::ACCOUNT;
        match store::count_attempt(connection, &subject, delay, self.clock.now()).await? {
            Some(wait_s) => Err(ApiError::too_many(wait_s)),
            None => Ok(subject),
        }
    }

    /// Checks a proof against an account, or against none, which takes the
    /// same work. The second factor is used up.
    pub(super) async fn prove(&self, account: Option<&AccountRow>, proof: &Proof) -> Result<(), ApiError> {
        let attempt = Attempt::parse(&proof.password).map_err(|error| wrong_password(proof.pointer, error))?;
        let phc = account.map(|account| account.password.as_str());
        let right = self.hasher.verify(phc, attempt).await.map_err(|_| busy())?;
        let failed = || ApiError::new(ErrorCode::SignInFailed);
        let Some(account) = account.filter(|_| right) else { return Err(failed()) };
        if !account.totp_confirmed {
            return Ok(());
        }
        let Some(code) = &proof.code else { return Err(ApiError::new(ErrorCode::CodeRequired)) };
        if self.use_code(account, code).await? { Ok(()) } else { Err(failed()) }
    }

    /// Uses up a code of the second factor.
    pub(super) async fn use_code(&self, account: &AccountRow, code: &str) -> Result<bool, ApiError> {
        let mut transaction = self.begin().await?;
        let used = match self.totp_step(account, code)? {
            Some(step) => store::use_totp_step(&mut transaction, account.id, step).await?,
            None => match super::recovery::RecoveryCode::parse(code) {
                Ok(code) => store::use_recovery_code(&mut transaction, account.id, &code.hash()).await?,
                Err(_) => false,
            },
        };
        transaction.commit().await?;
        Ok(used)
    }

    /// The time step of a code of the account's authenticator app.
    pub(super) fn totp_step(&self, account: &AccountRow, code: &str) -> Result<Option<i64>, ApiError> {
        let Some(wrapped) = &account.totp_secret else { return Ok(None) };
        let secret = self.secret.unwrap(TOTP_PURPOSE, wrapped).map_err(ApiError::internal)?;
        let last = account.totp_last_step.and_then(|step| u64::try_from(step).ok());
        let secret = TotpSecret::from_stored(&secret);
        let step = secret.and_then(|secret| secret.check(code, self.clock.now(), last));
        Ok(step.and_then(|step| i64::try_from(step).ok()))
    }

    /// Begins a session of an account whose password is still `password`: it
    /// may have been changed while it was being checked.
    pub(super) async fn begin_session(
        &self,
        connection: &mut sqlx::PgConnection,
        (audience, account): (Audience, AccountId),
        password: &str,
    ) -> Result<Issued, ApiError> {
        let now = self.clock.now();
        if store::lock_password(connection, account).await?.as_deref() != Some(password) {
            return Err(ApiError::new(ErrorCode::SignInFailed));
        }
        let session = SessionId(self.entropy.uuid_v4());
        let refresh = RefreshToken::first(audience, session.0, &self.secret, &*self.entropy)
            .ok_or_else(|| ApiError::internal(anyhow::anyhow!("the operator's secret is empty")))?;
        let lives = audience.refresh_absolute().unwrap_or(audience.refresh_idle());
        let new = NewSession {
            id: session,
            account_id: account,
            hash_next: Family::of(&refresh).hash_next,
            stepped_up_until: now + STEPPED_UP,
            now,
            expires_at: now + lives,
        };
        store::insert_session(connection, &new).await?;
        self.issue((audience, account), session, refresh, new.expires_at, now)
    }

    /// An access token beside a refresh token.
    pub(super) fn issue(
        &self,
        (audience, account): (Audience, AccountId),
        session: SessionId,
        refresh: RefreshToken,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Issued, ApiError> {
        let lives = audience.refresh_idle().min(expires_at - now);
        self.tokens.issue(audience, (account.0, session), refresh, lives)
    }
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth").field("tokens", &self.tokens).finish_non_exhaustive()
    }
}

/// A password that cannot be one, or may not be chosen.
pub(super) fn wrong_password(pointer: &'static str, error: PasswordError) -> ApiError {
    ApiError::content(vec![Invalid::new(pointer, error.code(), error.to_string())])
}

/// The queue for hashing passwords is full.
pub(super) fn busy() -> ApiError {
    ApiError::unavailable(1, "Too many people are signing in at this moment.")
}
