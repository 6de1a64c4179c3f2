//! Keys that a device derives and keeps the source of: `auth_key` of an account
//! and `pass_key` of a pass. Each is 32 bytes of HKDF-SHA256 over a recovery
//! code that never reaches us, so a plain hash is enough at rest.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretBox};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

/// 32 bytes in base64url.
const CHARS: usize = 43;

/// What a key is for. Each use hashes it in its own way: where a device used
/// one key for two, equal hashes would show an account and a pass to be one
/// person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    /// Signs in to an account.
    Account,
    /// Signs in to a pass.
    Pass,
    /// Thanks for one story.
    Thanks,
    /// Starts a circle or a story with a voucher that it spent before.
    Again,
}

impl KeyUse {
    fn label(self) -> &'static str {
        match self {
            Self::Account => "openchair account v1",
            Self::Pass => "openchair pass v1",
            Self::Thanks => "openchair thanks v1",
            Self::Again => "openchair again v1",
        }
    }
}

/// The text is no such key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 32 bytes in base64url without padding: 43 characters")]
pub struct DeviceKeyError;

/// A key that a device derived.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct DeviceKey(SecretBox<[u8; 32]>);

impl DeviceKey {
    /// Reads one.
    ///
    /// # Errors
    /// Unless it is 43 characters of base64url.
    pub fn parse(text: &str) -> Result<Self, DeviceKeyError> {
        if text.len() != CHARS {
            return Err(DeviceKeyError);
        }
        let mut result = Ok(());
        let key = SecretBox::init_with_mut(|bytes: &mut [u8; 32]| {
            result = match URL_SAFE_NO_PAD.decode_slice(text, bytes) {
                Ok(32) => Ok(()),
                _ => Err(DeviceKeyError),
            };
        });
        result.map(|()| Self(key))
    }

    /// What is stored of it for that use.
    pub fn hash(&self, used_for: KeyUse) -> [u8; 32] {
        self.hash_with(used_for, b"")
    }

    /// What is stored of it together with something else.
    pub fn hash_with(&self, used_for: KeyUse, besides: &[u8]) -> [u8; 32] {
        let mut sha = Sha256::new();
        sha.update(used_for.label());
        // No label has a zero, and a key has one length: one input, one reading.
        sha.update([0]);
        sha.update(self.0.expose_secret());
        sha.update(besides);
        sha.finalize().into()
    }
}

impl TryFrom<String> for DeviceKey {
    type Error = DeviceKeyError;

    fn try_from(text: String) -> Result<Self, DeviceKeyError> {
        Self::parse(&text)
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceKey(…)")
    }
}

impl PartialSchema for DeviceKey {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(CHARS)).max_length(Some(CHARS));
        text.pattern(Some("^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$")).build().into()
    }
}

impl ToSchema for DeviceKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_43_characters_of_base64url_and_has_one_text() {
        let text = URL_SAFE_NO_PAD.encode([7; 32]);
        let of_bytes = Sha256::digest([&b"openchair pass v1\0"[..], &[7; 32]].concat());
        assert_eq!(DeviceKey::parse(&text).unwrap().hash(KeyUse::Pass), <[u8; 32]>::from(of_bytes));
        for wrong in ["", &text[1..], &format!("{text}="), &text.replace('B', "+"), &format!("{}B", &text[..42])] {
            assert!(DeviceKey::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_key_has_another_hash_for_every_use() {
        let key = DeviceKey::parse(&URL_SAFE_NO_PAD.encode([7; 32])).unwrap();
        let uses = [KeyUse::Account, KeyUse::Pass, KeyUse::Thanks, KeyUse::Again];
        let mut hashes: Vec<_> = uses.iter().map(|one| key.hash(*one)).collect();
        hashes.extend([key.hash_with(KeyUse::Again, b"a"), Sha256::digest([7; 32]).into()]);
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), uses.len() + 2);
    }
}
