//! Single-use codes in links: an invitation, a forgotten password, a new e-mail.
//!
//! 256 random bits, so that there is nothing to guess and a plain hash is enough
//! at rest. What a code is for, until when, and whether it was used is the
//! store's to know.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretBox, zeroize::Zeroizing};
use sha2::{Digest, Sha256};

use crate::kernel::Entropy;

/// 32 bytes in base64url.
pub(super) const CHARS: usize = 43;

/// The text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the whole code of 43 characters, as it stands in the link")]
pub struct CodeError;

/// A single-use code.
pub struct OneTimeCode(SecretBox<[u8; 32]>);

impl OneTimeCode {
    /// A new one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(SecretBox::init_with_mut(|bytes: &mut [u8; 32]| entropy.fill(bytes)))
    }

    /// Reads one from a link.
    ///
    /// # Errors
    /// Unless it is 43 characters of base64url. Whether there is such a code is another question.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        if text.len() != CHARS {
            return Err(CodeError);
        }
        let mut result = Ok(());
        let code = SecretBox::init_with_mut(|bytes: &mut [u8; 32]| {
            result = match URL_SAFE_NO_PAD.decode_slice(text, bytes) {
                Ok(32) => Ok(()),
                _ => Err(CodeError),
            };
        });
        result.map(|()| Self(code))
    }

    /// The text that goes into the link.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.expose_secret()))
    }

    /// What is stored of it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.reveal().as_bytes()).into()
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeCode").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::SeededEntropy;

    #[test]
    fn a_code_reads_back_and_has_one_text() {
        let code = OneTimeCode::generate(&SeededEntropy::new(1));
        let text = code.reveal();
        assert_eq!(text.len(), 43);
        assert_eq!(OneTimeCode::parse(&text).unwrap().hash(), code.hash());
        assert_ne!(OneTimeCode::generate(&SeededEntropy::new(2)).hash(), code.hash());
        // The last character has two bits that belong to no byte.
        let others = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".chars().filter(|last| {
            OneTimeCode::parse(&format!("{}{last}", &text[..42])).is_ok_and(|other| other.hash() == code.hash())
        });
        assert_eq!(others.count(), 1);
    }

    #[test]
    fn what_is_not_43_characters_of_base64url_is_no_code() {
        let text = OneTimeCode::generate(&SeededEntropy::new(1)).reveal();
        for bad in
            ["", &text[..42], &format!("{}=", &text[..42]), &format!("{}A", *text), &"é".repeat(21), &"+".repeat(43)]
        {
            assert_eq!(OneTimeCode::parse(bad).unwrap_err(), CodeError);
        }
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        assert_eq!(format!("{:?}", OneTimeCode::generate(&SeededEntropy::new(1))), "OneTimeCode { .. }");
    }
}
