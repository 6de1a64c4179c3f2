//! Refresh tokens: what a device keeps, and what follows from it.
//!
//! `oc_refresh_<audience>_<session>_<generation>_<secret version>_<64 characters>`,
//! where the last part is base64url of 32 random bytes and a MAC of 16 over all
//! before it. With the MAC nobody can make up an older generation to end
//! somebody's session, and what is no token of ours costs no question to the
//! database. The next token follows from the present one by HMAC, so a retry
//! after a lost answer gets the same one and only hashes are stored. Which of
//! the two is due is the rule in [`super::family`].

use std::fmt;

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretBox, zeroize::Zeroizing};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{audience::Audience, secret::Secret};
use crate::kernel::Entropy;

/// How every refresh token begins; scanners for leaked secrets look for it.
pub const PREFIX: &str = "oc_refresh_";

/// The longest text: `moderator`, and a generation and a version of all digits.
const MAX_LEN: usize = PREFIX.len() + 9 + 1 + 32 + 1 + 10 + 1 + 5 + 1 + TAIL_CHARS;
const TAIL_CHARS: usize = 64;
const RANDOM_LEN: usize = 32;
const MAC_LEN: usize = 16;
const MAC_PURPOSE: &str = "refresh-mac";
const NEXT_PURPOSE: &str = "refresh-next";

/// Why a text is not a refresh token that can be used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// It is no refresh token of ours, or was changed.
    #[error("the refresh token is invalid")]
    Invalid,
    /// It looks like one, for another audience.
    #[error("the refresh token is for another audience")]
    WrongAudience,
    /// It names a version of the secret that is not, or not yet, in the secret file.
    #[error("the refresh token was made by version {0} of the secret, which is not in the secret file")]
    UnknownVersion(u16),
}

/// A refresh token; one that exists was made by this service.
pub struct RefreshToken {
    /// Whose it is.
    pub audience: Audience,
    /// The session it continues.
    pub session: Uuid,
    /// How many came before it.
    pub generation: u32,
    /// The version of the secret that its MAC is made with.
    pub secret_version: u16,
    random: SecretBox<[u8; RANDOM_LEN]>,
    mac: [u8; MAC_LEN],
}

impl RefreshToken {
    /// The first token of a new session. `None` never happens with a secret
    /// that has a version.
    pub fn first(audience: Audience, session: Uuid, secret: &Secret, entropy: &dyn Entropy) -> Option<Self> {
        Self::first_of(audience, session, 0, secret, entropy)
    }

    /// The same, with generations that count from another number than 0.
    pub fn first_of(
        audience: Audience,
        session: Uuid,
        generation: u32,
        secret: &Secret,
        entropy: &dyn Entropy,
    ) -> Option<Self> {
        let random = SecretBox::init_with_mut(|bytes: &mut [u8; RANDOM_LEN]| entropy.fill(bytes));
        Self::sealed(audience, session, generation, secret.newest_version(), random, secret)
    }

    /// Reads what somebody sent to refresh a session of `audience`.
    ///
    /// # Errors
    /// Unless it is, to the letter, what this service once wrote.
    pub fn parse(text: &str, audience: Audience, secret: &Secret) -> Result<Self, RefreshError> {
        let token = Self::read(text).ok_or(RefreshError::Invalid)?;
        let mac = token.expected_mac(secret).ok_or(RefreshError::UnknownVersion(token.secret_version))?;
        verify_slices_are_equal(&mac, &token.mac).map_err(|_| RefreshError::Invalid)?;
        if token.audience == audience { Ok(token) } else { Err(RefreshError::WrongAudience) }
    }

    /// The token that follows, made with a version of the secret: always the
    /// same one for the same version. `None` where there is no such version, or
    /// after four thousand million generations.
    pub fn successor(&self, secret: &Secret, version: u16) -> Option<Self> {
        let key = secret.derive_key(version, NEXT_PURPOSE)?;
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &*key), self.reveal().as_bytes());
        let random = SecretBox::init_with_mut(|bytes: &mut [u8; RANDOM_LEN]| bytes.copy_from_slice(tag.as_ref()));
        Self::sealed(self.audience, self.session, self.generation.checked_add(1)?, version, random, secret)
    }

    /// The text that the device keeps.
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut tail = Zeroizing::new([0; RANDOM_LEN + MAC_LEN]);
        tail[..RANDOM_LEN].copy_from_slice(self.random.expose_secret());
        tail[RANDOM_LEN..].copy_from_slice(&self.mac);
        Zeroizing::new(format!("{}{}", self.head(), URL_SAFE_NO_PAD.encode(*tail)))
    }

    /// What is stored of it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.reveal().as_bytes()).into()
    }

    fn sealed(
        audience: Audience,
        session: Uuid,
        generation: u32,
        secret_version: u16,
        random: SecretBox<[u8; RANDOM_LEN]>,
        secret: &Secret,
    ) -> Option<Self> {
        let mut token = Self { audience, session, generation, secret_version, random, mac: [0; MAC_LEN] };
        token.mac = token.expected_mac(secret)?;
        Some(token)
    }

    /// The parts of a text that looks like a token; nothing of it is trusted yet.
    fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_LEN {
            return None;
        }
        // Only the last part may have the separator in it.
        let mut parts = text.strip_prefix(PREFIX)?.splitn(5, '_');
        let audience = Audience::parse(parts.next()?).ok()?;
        let session = Uuid::try_parse(parts.next()?).ok()?;
        let generation = parts.next()?.parse().ok()?;
        let secret_version = parts.next()?.parse().ok()?;
        let tail = Zeroizing::new(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?);
        let (random, mac) = tail.split_first_chunk::<RANDOM_LEN>()?;
        let token = Self {
            audience,
            session,
            generation,
            secret_version,
            random: SecretBox::init_with_mut(|bytes: &mut [u8; RANDOM_LEN]| bytes.copy_from_slice(random)),
            mac: mac.try_into().ok()?,
        };
        // One token has one text: no leading zero, capital or other form of a UUID.
        (*token.reveal() == text).then_some(token)
    }

    fn head(&self) -> String {
        let Self { audience, session, generation, secret_version, .. } = self;
        format!("{PREFIX}{audience}_{}_{generation}_{secret_version}_", session.simple())
    }

    fn expected_mac(&self, secret: &Secret) -> Option<[u8; MAC_LEN]> {
        let key = secret.derive_key(self.secret_version, MAC_PURPOSE)?;
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &*key));
        context.update(self.head().as_bytes());
        context.update(self.random.expose_secret());
        context.sign().as_ref().first_chunk().copied()
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshToken").field("audience", &self.audience).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "refresh_tests.rs"]
mod tests;
