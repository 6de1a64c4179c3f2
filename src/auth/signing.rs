//! One key pair of access tokens: Ed25519 (RFC 8037), made for one audience.
//!
//! The private half leaves only by [`SigningKey::private_pkcs8`], to be wrapped
//! by the operator's secret. A key read back is checked against its public half,
//! so that a mixed-up row is noticed before it signs.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretSlice, zeroize::Zeroizing};
use serde::{Deserialize, Serialize};

use super::audience::Audience;
use crate::kernel::Entropy;

/// Why a key pair cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name is not one of a key.
    #[error("a key's name must be 1 to 64 characters of letters, digits, '-' and '_'")]
    Kid,
    /// The bytes are no Ed25519 key pair in PKCS#8.
    #[error("the private key must be an Ed25519 key in PKCS#8")]
    Private,
    /// The public key belongs to another private key.
    #[error("the public key does not belong to the private key")]
    Public,
}

/// The name of a key, as it stands in a token's header. Nothing but letters,
/// digits, `-` and `_`, so that it means nothing to a file system or a database.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kid(String);

impl Kid {
    /// Takes 1 to 64 characters of a key's name.
    ///
    /// # Errors
    /// When it is longer, empty, or has any other character.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(allowed);
        if fits { Ok(Self(text.to_owned())) } else { Err(KeyError::Kid) }
    }

    /// 16 random bytes in hexadecimal.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        Self(format!("{:032x}", u128::from_be_bytes(bytes)))
    }

    /// The text of the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Kid {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        Self::parse(&text)
    }
}

impl From<Kid> for String {
    fn from(kid: Kid) -> Self {
        kid.0
    }
}

/// When a key signs and verifies. Both ends are exclusive; an end that is not
/// set has not been decided yet. A key is published and verifies as soon as it
/// exists, so that everybody has it before it signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyTimes {
    /// From when it signs.
    pub signs_from: DateTime<Utc>,
    /// Until when it signs.
    pub signs_until: Option<DateTime<Utc>>,
    /// Until when what it signed is good.
    pub verifies_until: Option<DateTime<Utc>>,
}

impl KeyTimes {
    /// Those of a new key, whose end is open.
    pub fn open(signs_from: DateTime<Utc>) -> Self {
        Self { signs_from, signs_until: None, verifies_until: None }
    }

    /// Whether it signs now.
    pub fn signs(self, now: DateTime<Utc>) -> bool {
        self.signs_from <= now && self.signs_until.is_none_or(|end| now < end) && self.verifies(now)
    }

    /// Whether what it signed is good now.
    pub fn verifies(self, now: DateTime<Utc>) -> bool {
        self.verifies_until.is_none_or(|end| now < end)
    }
}

/// A key pair with its name, its one audience and its times.
pub struct SigningKey {
    /// Its name.
    pub kid: Kid,
    /// Whose tokens it signs.
    pub audience: Audience,
    /// The public half.
    pub public: [u8; 32],
    /// When it signs and verifies.
    pub times: KeyTimes,
    private: SecretSlice<u8>,
}

impl SigningKey {
    /// Makes a new key pair.
    ///
    /// # Errors
    /// When the cryptographic library makes none.
    pub fn generate(audience: Audience, signs_from: DateTime<Utc>, entropy: &dyn Entropy) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        entropy.fill(&mut *seed);
        let pair = Ed25519KeyPair::from_seed_unchecked(&*seed).map_err(|_| KeyError::Private)?;
        // Version 1 has no public half in it; it is what every library reads.
        let pkcs8 = pair.to_pkcs8v1().map_err(|_| KeyError::Private)?;
        let kid = Kid::generate(entropy);
        Ok(Self {
            kid,
            audience,
            public: public_half(&pair)?,
            times: KeyTimes::open(signs_from),
            private: SecretSlice::from(pkcs8.as_ref().to_vec()),
        })
    }

    /// Takes up a stored key pair; `pkcs8` is unwrapped.
    ///
    /// # Errors
    /// When it is no Ed25519 key, or the public half is another's.
    pub fn from_stored(
        kid: Kid,
        audience: Audience,
        pkcs8: &[u8],
        public: [u8; 32],
        times: KeyTimes,
    ) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::Private)?;
        if public_half(&pair)? != public {
            return Err(KeyError::Public);
        }
        Ok(Self { kid, audience, public, times, private: SecretSlice::from(pkcs8.to_vec()) })
    }

    /// The private half in PKCS#8, to be wrapped before it is stored.
    pub fn private_pkcs8(&self) -> &[u8] {
        self.private.expose_secret()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("audience", &self.audience)
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

fn public_half(pair: &Ed25519KeyPair) -> Result<[u8; 32], KeyError> {
    pair.public_key().as_ref().try_into().map_err(|_| KeyError::Public)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::SeededEntropy;

    fn key(seed: u64) -> SigningKey {
        SigningKey::generate(Audience::Office, DateTime::UNIX_EPOCH, &SeededEntropy::new(seed)).unwrap()
    }

    #[test]
    fn a_key_is_stored_and_read_back() {
        let made = key(1);
        let read =
            SigningKey::from_stored(made.kid, made.audience, made.private.expose_secret(), made.public, made.times);
        assert_eq!(read.unwrap().public, key(1).public);
    }

    #[test]
    fn a_mixed_up_or_damaged_key_is_refused() {
        let (one, two) = (key(1), key(100));
        let read = |pkcs8: &[u8]| {
            SigningKey::from_stored(one.kid.clone(), one.audience, pkcs8, one.public, one.times).map(drop)
        };
        assert_eq!(read(two.private_pkcs8()), Err(KeyError::Public));
        assert_eq!(read(&one.private_pkcs8()[..47]), Err(KeyError::Private));
        assert_eq!(read(b""), Err(KeyError::Private));
    }

    #[test]
    fn a_name_is_hexadecimal_and_no_path_or_query_is_one() {
        assert_eq!(key(1).kid.as_str().len(), 32);
        assert_eq!(Kid::parse(key(1).kid.as_str()), Ok(key(1).kid));
        for text in ["", "../../etc/passwd", "' or 1=1", "a.b", "a b", "é", &"a".repeat(65)] {
            assert_eq!(Kid::parse(text), Err(KeyError::Kid));
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_private_half() {
        let key = key(1);
        let shown = format!("{key:?}");
        assert!(shown.contains(key.kid.as_str()) && !shown.contains("private") && !shown.contains("public"), "{shown}");
    }
}
