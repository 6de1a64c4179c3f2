//! Office keys: what a machine of an office shows instead of a person's token.
//!
//! `oc_live_`, 43 characters of base64url (256 random bits), and 6 hexadecimal
//! digits, the last 24 bits of the CRC-32 of all before them. The prefix lets
//! scanners find a key that was published by mistake; the checksum lets them,
//! and us, tell a mistyped or invented one without asking a database. It keeps
//! no secret and nothing relies on it.

use std::fmt;

use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use sha2::{Digest, Sha256};

use super::one_time::{self, OneTimeCode};
use crate::kernel::Entropy;

/// How every office key begins.
pub const PREFIX: &str = "oc_live_";

const CHECKED: usize = PREFIX.len() + one_time::CHARS;
const LEN: usize = CHECKED + 6;

/// The text is no office key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no office key")]
pub struct OfficeKeyError;

/// An office key; one that exists has the right form and checksum, which says
/// nothing of whether it was ever given out.
pub struct OfficeKey(SecretString);

impl OfficeKey {
    /// A new one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let checked = Zeroizing::new(format!("{PREFIX}{}", *OneTimeCode::generate(entropy).reveal()));
        Self(format!("{}{}", *checked, checksum(&checked)).into())
    }

    /// Reads what a machine sent.
    ///
    /// # Errors
    /// Unless prefix, length and checksum are right.
    pub fn parse(text: &str) -> Result<Self, OfficeKeyError> {
        if text.len() != LEN || !text.is_char_boundary(CHECKED) {
            return Err(OfficeKeyError);
        }
        let (checked, sum) = text.split_at(CHECKED);
        let random = checked.strip_prefix(PREFIX).ok_or(OfficeKeyError)?;
        OneTimeCode::parse(random).map_err(|_| OfficeKeyError)?;
        if checksum(checked) == sum { Ok(Self(text.into())) } else { Err(OfficeKeyError) }
    }

    /// The text to show once.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored of it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.reveal().as_bytes()).into()
    }
}

impl fmt::Debug for OfficeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfficeKey").finish_non_exhaustive()
    }
}

fn checksum(checked: &str) -> String {
    format!("{:06x}", crc32(checked.as_bytes()) & 0xff_ffff)
}

/// CRC-32 as of IEEE 802.3, a bit at a time: 51 bytes are not worth a table.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::SeededEntropy;

    fn key() -> OfficeKey {
        OfficeKey::generate(&SeededEntropy::new(1))
    }

    #[test]
    fn a_key_reads_back_and_can_be_found_by_a_scanner() {
        let text = key().reveal().to_owned();
        assert!(text.starts_with("oc_live_") && text.len() == 57, "{text}");
        assert_eq!(OfficeKey::parse(&text).unwrap().hash(), key().hash());
        assert_eq!(format!("{:?}", key()), "OfficeKey { .. }");
    }

    #[test]
    fn the_checksum_is_the_common_crc_32() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn what_has_another_form_is_no_key() {
        let text = key().reveal().to_owned();
        let upper = format!("{}{}", &text[..CHECKED], text[CHECKED..].to_uppercase());
        assert_ne!(upper, text);
        for bad in [
            "",
            "oc_live_",
            &text[1..],
            &format!("{text}0"),
            &upper,
            &text.replace("live", "test"),
            &"é".repeat(28),
            &format!("{}éé", &text[..53]),
        ] {
            assert_eq!(OfficeKey::parse(bad).unwrap_err(), OfficeKeyError, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_mistyped_key_is_refused_without_asking_anybody(at: prop::sample::Index, other in "[A-Za-z0-9_-]") {
            let mut text = key().reveal().to_owned();
            let at = at.index(text.len());
            prop_assume!(text[at..=at] != other);
            text.replace_range(at..=at, &other);
            prop_assert!(OfficeKey::parse(&text).is_err());
        }
    }
}
