//! Recovery codes: what a volunteer prints for the day the phone is gone.
//!
//! Ten of 80 random bits each, written `xxxx-xxxx-xxxx-xxxx` in Crockford's
//! base32, which has no letters that are taken for one another, and read as
//! forgivingly: case, spaces and dashes do not matter, `o` is 0 and `i` and `l`
//! are 1. Each is good once.

use std::fmt;

use secrecy::{ExposeSecret, SecretBox, zeroize::Zeroizing};
use sha2::{Digest, Sha256};

use crate::kernel::Entropy;

/// How many are given out at a time.
pub const COUNT: usize = 10;

const BYTES: usize = 10;
const CHARS: usize = 16;
/// Of typed text; more is no code with spaces in it.
const MAX_TYPED: usize = 64;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The text is no recovery code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 16 letters and digits, such as xxxx-xxxx-xxxx-xxxx")]
pub struct RecoveryCodeError;

/// A recovery code: its 16 characters without the dashes.
pub struct RecoveryCode(SecretBox<[u8; CHARS]>);

impl RecoveryCode {
    /// A new set; the old one ends when this one is stored.
    pub fn generate_set(entropy: &dyn Entropy) -> [Self; COUNT] {
        std::array::from_fn(|_| Self::generate(entropy))
    }

    fn generate(entropy: &dyn Entropy) -> Self {
        let mut random = Zeroizing::new([0; BYTES]);
        entropy.fill(&mut *random);
        Self(SecretBox::init_with_mut(|chars: &mut [u8; CHARS]| {
            // 5 bytes are 8 characters of 5 bits.
            for (bytes, chars) in random.chunks_exact(5).zip(chars.chunks_exact_mut(8)) {
                let bits = bytes.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
                for (index, char) in chars.iter_mut().rev().enumerate() {
                    *char = ALPHABET[(bits >> (5 * index)) as usize & 31];
                }
            }
        }))
    }

    /// Reads what somebody typed.
    ///
    /// # Errors
    /// Unless it has 16 characters of a code. Whether there is such a code is another question.
    pub fn parse(typed: &str) -> Result<Self, RecoveryCodeError> {
        if typed.len() > MAX_TYPED {
            return Err(RecoveryCodeError);
        }
        let mut count = 0;
        let mut good = true;
        let code = SecretBox::init_with_mut(|chars: &mut [u8; CHARS]| {
            for byte in typed.bytes().filter(|byte| !matches!(byte, b' ' | b'-')) {
                match (meant(byte), chars.get_mut(count)) {
                    (Some(meant), Some(char)) => *char = meant,
                    _ => good = false,
                }
                count += 1;
            }
        });
        if good && count == CHARS { Ok(Self(code)) } else { Err(RecoveryCodeError) }
    }

    /// The text to show once.
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(CHARS + 3));
        for (index, byte) in self.0.expose_secret().iter().enumerate() {
            if index > 0 && index % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(*byte));
        }
        text
    }

    /// What is stored of it. 80 random bits need no slower hash.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.expose_secret()).into()
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecoveryCode").finish_non_exhaustive()
    }
}

/// The character of the alphabet that somebody meant.
fn meant(typed: u8) -> Option<u8> {
    match typed.to_ascii_lowercase() {
        b'o' => Some(b'0'),
        b'i' | b'l' => Some(b'1'),
        other => ALPHABET.contains(&other).then_some(other),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::kernel::SeededEntropy;

    fn hash(typed: &str) -> Result<[u8; 32], RecoveryCodeError> {
        RecoveryCode::parse(typed).map(|code| code.hash())
    }

    #[test]
    fn a_set_has_ten_different_codes_in_groups_of_four() {
        let codes = RecoveryCode::generate_set(&SeededEntropy::new(1));
        let texts: HashSet<String> = codes.iter().map(|code| code.reveal().to_string()).collect();
        assert_eq!(texts.len(), 10);
        for text in texts {
            assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4], "{text}");
        }
    }

    #[test]
    fn all_eighty_bits_are_in_the_code() {
        let of = |random: [u8; BYTES]| {
            struct Fixed([u8; BYTES]);
            impl Entropy for Fixed {
                fn uuid_v7(&self, _now: chrono::DateTime<chrono::Utc>) -> uuid::Uuid {
                    uuid::Uuid::nil()
                }

                fn uuid_v4(&self) -> uuid::Uuid {
                    uuid::Uuid::nil()
                }
                fn fill(&self, bytes: &mut [u8]) {
                    bytes.copy_from_slice(&self.0);
                }
            }
            RecoveryCode::generate(&Fixed(random)).reveal().to_string()
        };
        assert_eq!(of([0xff; 10]), "zzzz-zzzz-zzzz-zzzz");
        assert_eq!(of([0, 0, 0, 0, 1, 0x80, 0, 0, 0, 0]), "0000-0001-g000-0000");
    }

    #[test]
    fn a_code_is_read_as_it_was_meant() {
        let expected = hash("0011-1abc-defg-hjkm").unwrap();
        for typed in ["0011 1ABC DEFG HJKM", "ooil-Labc-defg-hjkm", "00111abcdefghjkm", " 0011--1abc defg-hjkm "] {
            assert_eq!(hash(typed), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn what_has_not_16_characters_of_a_code_is_none() {
        for bad in [
            "",
            "0011-1abc-defg-hjk",
            "0011-1abc-defg-hjkm-n",
            "0011-1abc-defg-hjku",
            "0011-1abc-defg-hjk\u{e9}",
            &"-".repeat(65),
        ] {
            assert_eq!(hash(bad), Err(RecoveryCodeError));
        }
        assert_eq!(format!("{:?}", RecoveryCode::parse("0011-1abc-defg-hjkm").unwrap()), "RecoveryCode { .. }");
    }

    proptest! {
        #[test]
        fn every_code_reads_back(seed: u32) {
            for code in RecoveryCode::generate_set(&SeededEntropy::new(seed.into())) {
                prop_assert_eq!(hash(&code.reveal()), Ok(code.hash()));
                prop_assert_eq!(hash(&code.reveal().to_uppercase()), Ok(code.hash()));
            }
        }
    }
}
