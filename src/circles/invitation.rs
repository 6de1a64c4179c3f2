//! Invitation codes: 128 random bits, single use, seven days.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::zeroize::Zeroizing;
use sha2::{Digest, Sha256};

use crate::kernel::Entropy;

/// 16 bytes in base64url.
const CHARS: usize = 22;
/// How long one is open, in days.
pub(super) const OPEN_DAYS: u64 = 7;

/// The text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the whole code of 22 characters, as it stands behind the # of the link")]
pub struct CodeError;

/// The code of an invitation to a circle.
pub struct InvitationCode(Zeroizing<String>);

impl InvitationCode {
    /// A new one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 16]);
        entropy.fill(&mut *bytes);
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(*bytes)))
    }

    /// Reads one.
    ///
    /// # Errors
    /// Unless it is 22 characters of base64url. Whether there is such an
    /// invitation is another question.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let whole = text.len() == CHARS && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 16);
        if whole { Ok(Self(Zeroizing::new(text.to_owned()))) } else { Err(CodeError) }
    }

    /// The text for the link.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::SystemEntropy;

    #[test]
    fn a_code_is_read_as_it_was_written_and_not_otherwise() {
        let code = InvitationCode::generate(&SystemEntropy);
        assert_eq!(InvitationCode::parse(code.reveal()).unwrap().hash(), code.hash());
        let text = code.reveal();
        for wrong in ["", &text[1..], &format!("{text}="), &format!("{}+", &text[..21]), "…………………………………"]
        {
            assert!(InvitationCode::parse(wrong).is_err(), "{wrong}");
        }
    }
}
