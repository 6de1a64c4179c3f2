//! Tokens of every audience: issuing, reading, beginning and going on with a
//! session. What a session is of, and where it is kept, is each audience's own.

use std::sync::Arc;

use actix_web::{HttpRequest, http::header};
use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretBox};
use uuid::Uuid;

use super::{
    access::{self, AccessError, AccessToken, Claims, IssueError},
    audience::Audience,
    family::{Family, Verdict},
    refresh::{RefreshError, RefreshToken},
    secret::Secret,
    signing_keys::SigningKeys,
};
use crate::{
    http::{ApiError, ErrorCode, PublicUrl},
    kernel::{Clock, Entropy, SessionId},
};

/// What issues and reads tokens; it knows no database but that of the keys.
pub struct Tokens {
    keys: Arc<SigningKeys>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    secret: Arc<Secret>,
    issuer: String,
}

/// Tokens as they are handed out; nothing shows them but an answer.
pub struct Issued {
    pub(super) access: AccessToken,
    pub(super) refresh: RefreshToken,
    pub(super) refresh_expires_in_s: i64,
}

/// What is kept of a session that tells neither when it began nor how often it
/// was used: generations count from a random number.
#[derive(Debug, Clone, Copy)]
pub struct QuietSession {
    /// The generation that was used last.
    pub generation: i32,
    /// The hash of the token that was used last.
    pub hash_used: [u8; 32],
    /// The hash of the token that is due.
    pub hash_next: [u8; 32],
}

/// What becomes of a quiet session whose refresh token was shown.
pub enum Renewal {
    /// Keep this state, then hand these out.
    Advance(QuietSession, Box<Issued>),
    /// Keep nothing; hand the same out again.
    Retry(Box<Issued>),
    /// Two hold the token: end the session.
    Replayed,
}

impl QuietSession {
    /// From what is stored; `None` where a hash has another length.
    pub fn of_row(generation: i32, hash_used: &[u8], hash_next: &[u8]) -> Option<Self> {
        Some(Self { generation, hash_used: hash_used.try_into().ok()?, hash_next: hash_next.try_into().ok()? })
    }
}

impl Tokens {
    /// Tokens signed by `keys`.
    pub fn new(
        keys: Arc<SigningKeys>,
        (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
        secret: Arc<Secret>,
        public_url: &PublicUrl,
    ) -> Self {
        Self { keys, clock, entropy, secret, issuer: public_url.join("") }
    }

    /// The signing keys of this node.
    pub fn keys(&self) -> &Arc<SigningKeys> {
        &self.keys
    }

    /// Reads the access token of a request to an operation of `audience`.
    ///
    /// # Errors
    /// 401 with the reason.
    pub async fn read(&self, request: &HttpRequest, audience: Audience) -> Result<Claims, ApiError> {
        self.verify(bearer(request)?, audience).await
    }

    pub(super) async fn verify(&self, text: &str, audience: Audience) -> Result<Claims, ApiError> {
        let check = || access::verify(text, &self.keys.ring(), &self.issuer, audience, self.clock.now());
        let outcome = match check() {
            // Another node may have made the key since this one last looked.
            Err(AccessError::UnknownKey) if self.keys.reload_for_unknown().await.unwrap_or(false) => check(),
            outcome => outcome,
        };
        outcome.map_err(|error| {
            ApiError::new(match error {
                AccessError::Expired => ErrorCode::TokenExpired,
                AccessError::WrongAudience => ErrorCode::WrongAudience,
                AccessError::Invalid | AccessError::UnknownKey => ErrorCode::TokenInvalid,
            })
        })
    }

    /// Reads a refresh token.
    ///
    /// # Errors
    /// 401 where it is none of this audience's; 503 where this node cannot tell.
    pub(super) fn read_refresh(&self, text: &str, audience: Audience) -> Result<RefreshToken, ApiError> {
        RefreshToken::parse(text, audience, &self.secret).map_err(|error| {
            match error {
                RefreshError::WrongAudience => ApiError::new(ErrorCode::WrongAudience),
                RefreshError::Invalid => ApiError::new(ErrorCode::TokenInvalid),
                // A node whose secret file is behind; the token is as good as ever.
                RefreshError::UnknownVersion(_) => {
                    ApiError::unavailable(5, "This node lacks a version of the operator's secret.")
                }
            }
        })
    }

    /// The session that a refresh token of a quiet audience is of.
    ///
    /// # Errors
    /// 401 where it is none of this audience's.
    pub fn session_of(&self, text: &str, audience: Audience) -> Result<SessionId, ApiError> {
        Ok(SessionId(self.read_refresh(text, audience)?.session))
    }

    /// Begins a quiet session of `subject`, an account or a pass.
    ///
    /// # Errors
    /// 503 while the signing keys are not loaded.
    pub fn begin(&self, audience: Audience, subject: Uuid) -> Result<(SessionId, QuietSession, Issued), ApiError> {
        let session = SessionId(self.entropy.uuid_v4());
        let mut random = [0; 4];
        self.entropy.fill(&mut random);
        // Half of what the column holds is left for counting.
        let generation = u32::from_be_bytes(random) >> 2;
        let refresh = RefreshToken::first_of(audience, session.0, generation + 1, &self.secret, &*self.entropy)
            .ok_or_else(|| ApiError::internal(anyhow::anyhow!("the operator's secret is empty")))?;
        let never_used = SecretBox::init_with_mut(|bytes: &mut [u8; 32]| self.entropy.fill(bytes));
        let state = QuietSession {
            generation: i32::try_from(generation).unwrap_or_default(),
            hash_used: *never_used.expose_secret(),
            hash_next: refresh.hash(),
        };
        let issued = self.issue(audience, (subject, session), refresh, audience.refresh_idle())?;
        Ok((session, state, issued))
    }

    /// Goes on with a quiet session of `subject`, whose stored state is `state`.
    ///
    /// # Errors
    /// `token_invalid` where the token is not of the session as it is stored.
    pub fn renew(
        &self,
        text: &str,
        audience: Audience,
        subject: Uuid,
        state: QuietSession,
    ) -> Result<Renewal, ApiError> {
        let shown = self.read_refresh(text, audience)?;
        let session = SessionId(shown.session);
        let used = u32::try_from(state.generation).ok().map(|generation| (generation, state.hash_used));
        let issue = |successor| {
            let issued = self.issue(audience, (subject, session), successor, audience.refresh_idle());
            issued.map(Box::new)
        };
        match (Family { used, hash_next: state.hash_next }).judge(&shown, &self.secret) {
            Verdict::Advance { family, successor } => {
                let (generation, hash_used) = family.used.unwrap_or_default();
                let generation = i32::try_from(generation).unwrap_or(i32::MAX);
                let state = QuietSession { generation, hash_used, hash_next: family.hash_next };
                Ok(Renewal::Advance(state, issue(successor)?))
            }
            Verdict::Retry { successor } => Ok(Renewal::Retry(issue(successor)?)),
            Verdict::Replayed => Ok(Renewal::Replayed),
            Verdict::Unknown => Err(ApiError::new(ErrorCode::TokenInvalid)),
        }
    }

    /// An access token beside a refresh token.
    pub(super) fn issue(
        &self,
        audience: Audience,
        (subject, session): (Uuid, SessionId),
        refresh: RefreshToken,
        refresh_lives: TimeDelta,
    ) -> Result<Issued, ApiError> {
        let names = (subject, session.0, self.entropy.uuid_v4());
        let access = access::issue(&self.keys.ring(), &self.issuer, audience, names, self.clock.now());
        let access = access.map_err(|error| match error {
            IssueError::NoKey(_) => ApiError::unavailable(5, "The signing keys are not loaded."),
            IssueError::Sign(_) => ApiError::internal(error),
        })?;
        Ok(Issued { access, refresh, refresh_expires_in_s: refresh_lives.num_seconds() })
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Issued(…)")
    }
}

impl std::fmt::Debug for Renewal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Advance(..) => "Advance",
            Self::Retry(_) => "Retry",
            Self::Replayed => "Replayed",
        })
    }
}

/// The one `Authorization: Bearer` of a request.
pub(super) fn bearer(request: &HttpRequest) -> Result<&str, ApiError> {
    let mut all = request.headers().get_all(header::AUTHORIZATION);
    let first = all.next().ok_or_else(|| ApiError::new(ErrorCode::TokenMissing))?;
    if all.next().is_some() {
        return Err(ApiError::new(ErrorCode::TokenInvalid));
    }
    let text = first.to_str().map_err(|_| ApiError::new(ErrorCode::TokenInvalid))?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(ApiError::new(ErrorCode::TokenMissing));
    }
    Ok(token.trim())
}
