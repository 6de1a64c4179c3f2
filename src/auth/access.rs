//! Access tokens: JWTs signed by Ed25519 (RFC 7519, 8037, 9068), read as strictly as they are written.
//!
//! A token is first of all bounded text. Its header is read by a struct of its
//! own that knows three members and refuses every other, so that nothing in it
//! (`crit`, `jku`, `x5u`, `jwk`) is ever acted on; the algorithm is fixed here
//! and not taken from it. Whose key signed decides the audience. Time is the
//! caller's, with five seconds of leeway for clocks that differ.
//!
//! A token says who asks and nothing of what they may do: session and grants are
//! asked of the database on every use. To add a claim, remember that an older
//! node refuses what it does not know: let it be read in one release, written
//! in the next.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{audience::Audience, keyring::Keyring, signing::Kid};

/// How far clocks may differ, in seconds.
pub const LEEWAY_S: u64 = 5;

/// Ours are about 500 bytes.
const MAX_LEN: usize = 2048;
const TYP: &str = "at+jwt";
const ALG: &str = "EdDSA";

/// Every base64url of a JSON object that is written as ours are begins so.
/// Without it serde would take an array for a struct, its fields by position.
const OBJECT: &str = "ey";

/// What a token says. All of it is required, nothing else is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Who issued it: this service's public address.
    pub iss: String,
    /// Whom it is for.
    pub aud: Audience,
    /// Who asks: an account, or a pass.
    pub sub: Uuid,
    /// When it ends, in seconds since 1970.
    pub exp: u64,
    /// From when it is good.
    pub nbf: u64,
    /// When it was made.
    pub iat: u64,
    /// Its own name.
    pub jti: Uuid,
    /// The session it belongs to.
    pub sid: Uuid,
}

/// A new access token.
#[derive(Clone)]
pub struct AccessToken {
    /// The text that the caller sends.
    pub text: String,
    /// Seconds that it is good for.
    pub expires_in_s: u64,
}

/// Why no token can be issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// No key of the audience signs now.
    #[error("no key signs for {0} now")]
    NoKey(Audience),
    /// The key cannot sign.
    #[error("a token could not be signed")]
    Sign(#[from] jsonwebtoken::errors::Error),
}

/// Why a token was refused. Whoever sends a bad one learns no more than this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// It was good once.
    #[error("the access token has expired")]
    Expired,
    /// It is good, but for somebody else.
    #[error("the access token is for another audience")]
    WrongAudience,
    /// It is no token of ours.
    #[error("the access token is invalid")]
    Invalid,
    /// It names a key that this ring does not have; a newer ring may.
    #[error("the access token names an unknown key")]
    UnknownKey,
}

/// The whole of a header: anything more is refused.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictHeader {
    alg: String,
    typ: String,
    kid: Kid,
}

/// Signs a token for `sub` in the session `sid`.
///
/// # Errors
/// When no key of the audience signs now.
pub fn issue(
    keyring: &Keyring,
    issuer: &str,
    audience: Audience,
    (sub, sid, jti): (Uuid, Uuid, Uuid),
    now: DateTime<Utc>,
) -> Result<AccessToken, IssueError> {
    let signer = keyring.signer(audience, now).ok_or(IssueError::NoKey(audience))?;
    let (iat, expires_in_s) = (seconds(now), ttl_s(audience));
    let header =
        Header { typ: Some(TYP.to_owned()), kid: Some(signer.kid.to_string()), ..Header::new(Algorithm::EdDSA) };
    let claims =
        Claims { iss: issuer.to_owned(), aud: audience, sub, exp: iat + expires_in_s, nbf: iat, iat, jti, sid };
    let text = jsonwebtoken::encode(&header, &claims, signer.key)?;
    Ok(AccessToken { text, expires_in_s })
}

/// Reads a token that somebody sent to an operation of `audience`.
///
/// # Errors
/// Unless every part of it is exactly as [`issue`] writes it, and it is its time.
pub fn verify(
    token: &str,
    keyring: &Keyring,
    issuer: &str,
    audience: Audience,
    now: DateTime<Utc>,
) -> Result<Claims, AccessError> {
    let kid = read_header(token).ok_or(AccessError::Invalid)?;
    let verifier = keyring.verifier(&kid, now).ok_or(AccessError::UnknownKey)?;
    // The audience that the key signs for, not the one that is asked for: a
    // token that contradicts its key is nobody's.
    let validation = validation(issuer, verifier.audience);
    let claims =
        jsonwebtoken::decode::<Claims>(token, verifier.key, &validation).map_err(|_| AccessError::Invalid)?.claims;
    if verifier.audience != audience {
        return Err(AccessError::WrongAudience);
    }
    check_times(&claims, ttl_s(audience), seconds(now))?;
    // An honest caller refreshes an expired token, and so gets over a leaked key unnoticed.
    if verifier.retired { Err(AccessError::Expired) } else { Ok(claims) }
}

/// The key's name, from a token that looks as ours do.
fn read_header(token: &str) -> Option<Kid> {
    if token.len() > MAX_LEN {
        return None;
    }
    let mut parts = token.split('.');
    let (header, claims) = (parts.next()?, parts.next()?);
    let signature = parts.next()?;
    if parts.next().is_some() || signature.is_empty() || !header.starts_with(OBJECT) || !claims.starts_with(OBJECT) {
        return None;
    }
    let header: StrictHeader = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    (header.alg == ALG && header.typ == TYP).then_some(header.kid)
}

/// What the library checks besides the signature. Its clock is the machine's
/// and its leeway inclusive, so time is checked here instead.
fn validation(issuer: &str, audience: Audience) -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
    validation.set_audience(&[audience.as_str()]);
    validation.set_issuer(&[issuer]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation
}

/// A token is good from `nbf` until before `exp` (RFC 7519, 4.1.4 and 4.1.5),
/// give or take the leeway, and lives no longer than its audience's tokens do.
fn check_times(claims: &Claims, ttl_s: u64, now: u64) -> Result<(), AccessError> {
    let too_early = claims.nbf.max(claims.iat) > now.saturating_add(LEEWAY_S);
    let lives_s = claims.exp.checked_sub(claims.iat).ok_or(AccessError::Invalid)?;
    if too_early || lives_s > ttl_s {
        return Err(AccessError::Invalid);
    }
    if now >= claims.exp.saturating_add(LEEWAY_S) { Err(AccessError::Expired) } else { Ok(()) }
}

fn ttl_s(audience: Audience) -> u64 {
    audience.access_ttl().num_seconds().unsigned_abs()
}

fn seconds(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp()).unwrap_or(0)
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;
