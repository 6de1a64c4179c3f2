//! The operator's secret: what all keys at rest are wrapped with.
//!
//! A text file with one secret a line, `<version> <base64 of 32 bytes>`; `#`
//! starts a comment. The highest version wraps what is new, every version
//! unwraps what it wrapped, so that a leaked secret is replaced by adding a line
//! and taking the old one away once nothing needs it. No key is used for two
//! things: each purpose has its own, derived by HKDF-SHA256 (RFC 5869). To
//! protect something new, give it a purpose of its own.

use std::{collections::BTreeMap, fmt};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretBox, zeroize::Zeroizing};

use crate::kernel::Entropy;

/// More versions than anybody keeps, or more text than they take, is another file.
const MAX_VERSIONS: usize = 64;
const MAX_TEXT: usize = 16 * 1024;
const VERSION_LEN: usize = 2;

/// Why the text of a secret file was refused; the line counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Not `<version> <secret>`.
    #[error("line {0} of the secret must be a version, a space and the base64 of 32 bytes")]
    Line(usize),
    /// The version is no number from 1 to 65535.
    #[error("line {0} of the secret must begin with a version from 1 to 65535")]
    Version(usize),
    /// The secret is not 32 bytes in base64.
    #[error("line {0} of the secret must have exactly 32 bytes in base64, as `openssl rand -base64 32` makes them")]
    Value(usize),
    /// An earlier line has the same version.
    #[error("line {0} of the secret has a version that an earlier line has already")]
    Repeated(usize),
    /// No line holds a secret.
    #[error("the secret has no line with a version and the base64 of 32 bytes")]
    Empty,
    /// Longer than any secret file is.
    #[error("the secret must have at most 64 versions in 16 KiB")]
    TooLong,
}

/// Nothing was wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is too long to be wrapped")]
pub struct WrapError;

/// Why something wrapped cannot be unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    /// It was wrapped by a version that the secret file no longer has, or does not have yet.
    #[error("it was wrapped by version {0} of the secret, which is not in the secret file")]
    UnknownVersion(u16),
    /// It was changed, cut short, or wrapped for another purpose.
    #[error("it is damaged, or was wrapped for another purpose or by another secret")]
    Damaged,
}

/// The operator's secret in all its versions.
pub struct Secret(BTreeMap<u16, SecretBox<[u8; 32]>>);

impl Secret {
    /// Reads the text of a secret file.
    ///
    /// # Errors
    /// Names the line at fault, never what it holds.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        if text.len() > MAX_TEXT {
            return Err(SecretError::TooLong);
        }
        let mut versions = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            let mut words = line.split('#').next().unwrap_or_default().split_ascii_whitespace();
            let (version, value) = match (words.next(), words.next(), words.next()) {
                (None, ..) => continue,
                (Some(version), Some(value), None) => (version, value),
                _ => return Err(SecretError::Line(number)),
            };
            let version = parse_version(version).ok_or(SecretError::Version(number))?;
            let value = parse_value(value).ok_or(SecretError::Value(number))?;
            if versions.insert(version, value).is_some() {
                return Err(SecretError::Repeated(number));
            }
        }
        match versions.len() {
            0 => Err(SecretError::Empty),
            1..=MAX_VERSIONS => Ok(Self(versions)),
            _ => Err(SecretError::TooLong),
        }
    }

    /// Makes a secret of one version, and the text of its file.
    pub fn generate(entropy: &dyn Entropy) -> (Self, Zeroizing<String>) {
        let secret = SecretBox::init_with_mut(|bytes: &mut [u8; 32]| entropy.fill(bytes));
        let value = Zeroizing::new(STANDARD.encode(secret.expose_secret()));
        let text = format!(
            "# OpenChair's secret: whoever has it can read its keys. Keep a copy apart from the database's.\n\
             # To replace it, add a line with a higher version; both are needed until the old one is unused.\n\
             1 {}\n",
            value.as_str()
        );
        (Self(BTreeMap::from([(1, secret)])), Zeroizing::new(text))
    }

    /// The version that wraps what is new.
    pub fn newest_version(&self) -> u16 {
        self.versions_newest_first().next().unwrap_or_default()
    }

    /// Every version there is, the newest first.
    pub fn versions_newest_first(&self) -> impl Iterator<Item = u16> {
        self.0.keys().rev().copied()
    }

    /// Encrypts `plain` with the newest version: AES-256-GCM with a random nonce,
    /// bound to its purpose and version. The bytes are version (2), nonce (12),
    /// ciphertext and tag (16).
    ///
    /// # Errors
    /// When `plain` is longer than AES-GCM can encrypt.
    pub fn wrap(&self, purpose: &str, plain: &[u8], entropy: &dyn Entropy) -> Result<Vec<u8>, WrapError> {
        let version = self.newest_version();
        let mut nonce = [0; NONCE_LEN];
        entropy.fill(&mut nonce);
        let key = self.wrapping_key(version, purpose).ok_or(WrapError)?;
        let mut sealed = Zeroizing::new(plain.to_vec());
        let tag = key
            .seal_in_place_separate_tag(Nonce::from(&nonce), aad(purpose, version), &mut sealed)
            .map_err(|_| WrapError)?;
        Ok([&version.to_be_bytes()[..], &nonce, &sealed, tag.as_ref()].concat())
    }

    /// Decrypts what [`wrap`](Self::wrap) made for the same purpose, by whatever version.
    ///
    /// # Errors
    /// When its version is not here, or when it is not whole.
    pub fn unwrap(&self, purpose: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        let (version, rest) = wrapped.split_first_chunk::<VERSION_LEN>().ok_or(UnwrapError::Damaged)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>().ok_or(UnwrapError::Damaged)?;
        let version = u16::from_be_bytes(*version);
        let key = self.wrapping_key(version, purpose).ok_or(UnwrapError::UnknownVersion(version))?;
        let mut plain = Zeroizing::new(sealed.to_vec());
        let len = key
            .open_in_place(Nonce::from(nonce), aad(purpose, version), &mut plain)
            .map_err(|_| UnwrapError::Damaged)?
            .len();
        plain.truncate(len);
        Ok(plain)
    }

    /// A key of its own for a purpose that wraps nothing, such as a MAC; `None`
    /// where there is no such version.
    pub fn derive_key(&self, version: u16, purpose: &str) -> Option<Zeroizing<[u8; 32]>> {
        self.derive(version, "openchair/key/", purpose)
    }

    fn wrapping_key(&self, version: u16, purpose: &str) -> Option<LessSafeKey> {
        let key = self.derive(version, "openchair/wrap/", purpose)?;
        UnboundKey::new(&AES_256_GCM, &*key).ok().map(LessSafeKey::new)
    }

    /// The kind keeps a wrapping key apart from a MAC's where both have one purpose.
    fn derive(&self, version: u16, kind: &str, purpose: &str) -> Option<Zeroizing<[u8; 32]>> {
        let secret = self.0.get(&version)?;
        let prk = Salt::new(HKDF_SHA256, b"openchair").extract(secret.expose_secret());
        let mut key = Zeroizing::new([0; 32]);
        prk.expand(&[kind.as_bytes(), purpose.as_bytes()], HKDF_SHA256).ok()?.fill(&mut *key).ok()?;
        Some(key)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").finish_non_exhaustive()
    }
}

fn aad(purpose: &str, version: u16) -> Aad<Vec<u8>> {
    Aad::from([purpose.as_bytes(), &[0], &version.to_be_bytes()].concat())
}

fn parse_version(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    if digits { text.parse().ok() } else { None }
}

fn parse_value(text: &str) -> Option<SecretBox<[u8; 32]>> {
    let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
    let bytes: &[u8; 32] = bytes.as_slice().try_into().ok()?;
    Some(SecretBox::init_with_mut(|secret: &mut [u8; 32]| secret.copy_from_slice(bytes)))
}

#[cfg(test)]
#[path = "secret_tests.rs"]
mod tests;
