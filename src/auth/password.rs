//! Passwords as people type them: bounded, normalised, and strong enough.
//!
//! Length is looked at before anything that costs. Then NFKC, as NIST SP 800-63B
//! (5.1.1.2) wants: the same password typed on another keyboard, with full-width
//! letters, a composed accent or a no-break space, is the same. What a person
//! chooses is a [`Password`]; what somebody tries is an [`Attempt`], which has no
//! lower bound, so that an old or short one is simply wrong.

use std::fmt;

use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

/// The shortest password, in bytes after normalising.
pub const MIN_BYTES: usize = 12;

/// The longest password, in bytes as sent.
pub const MAX_BYTES: usize = 256;

/// How much of it is judged. A text made of look-alikes such as `4@8({[<3` costs
/// a second of a core at 100 characters and a tenth of one at 32, where anything
/// that a person makes up has long shown how good it is.
const JUDGED_CHARS: usize = 32;

/// Why a password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::enum_variant_names, reason = "each says what there is too much of")]
pub enum PasswordError {
    /// Under 12 bytes.
    #[error("must have at least 12 characters; a few unrelated words make a good password")]
    TooShort,
    /// Over 256 bytes, or not text.
    #[error("must have at most 256 bytes and no NUL character")]
    TooLong,
    /// Guessed too soon.
    #[error("is too easy to guess; add a word or two that nobody would expect, and leave out your address")]
    TooWeak,
}

impl PasswordError {
    /// The rule that was broken, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::TooWeak => "too_weak",
        }
    }
}

/// A password that may be somebody's: bounded and normalised, nothing more.
pub struct Attempt(SecretString);

impl Attempt {
    /// Takes what somebody typed to sign in.
    ///
    /// # Errors
    /// [`PasswordError::TooLong`] where it cannot be anybody's password.
    pub fn parse(text: &SecretString) -> Result<Self, PasswordError> {
        let text = text.expose_secret();
        if text.len() > MAX_BYTES || text.contains('\0') {
            return Err(PasswordError::TooLong);
        }
        let mut normal = String::with_capacity(text.len());
        normal.extend(text.nfkc());
        Ok(Self(normal.into()))
    }

    /// What is hashed.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// A password that a person may choose.
pub struct Password(Attempt);

impl Password {
    /// Takes what the owner of `email` chose. This may cost as much as hashing it:
    /// a handler calls [`Hasher::choose`](super::hasher::Hasher::choose) instead.
    ///
    /// # Errors
    /// When it is too short, too long, or guessed too soon by somebody who
    /// knows the address.
    pub fn parse(text: &SecretString, email: &str) -> Result<Self, PasswordError> {
        let attempt = Attempt::parse(text)?;
        if attempt.expose().len() < MIN_BYTES {
            return Err(PasswordError::TooShort);
        }
        let judged: Zeroizing<String> = Zeroizing::new(attempt.expose().chars().take(JUDGED_CHARS).collect());
        let local = email.rsplit_once('@').map_or(email, |(local, _)| local);
        let strength = zxcvbn(&judged, &[email, local, "openchair"]);
        if strength.score() < Score::Three { Err(PasswordError::TooWeak) } else { Ok(Self(attempt)) }
    }
}

impl From<Password> for Attempt {
    fn from(password: Password) -> Self {
        password.0
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt").finish_non_exhaustive()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Password").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(text: &str) -> Result<(), PasswordError> {
        Password::parse(&text.into(), "chris.harbour@example.org").map(drop)
    }

    #[test]
    fn a_few_unrelated_words_are_a_good_password() {
        for good in ["kettle ferry marble dusk", "Würfel-Laterne-Moos-41", "静かな灯台 朝の椅子 七つ"] {
            assert_eq!(choose(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn l4_a_password_is_12_to_256_bytes_long() {
        assert_eq!(choose(""), Err(PasswordError::TooShort));
        assert_eq!(choose("x9$Kq2!vLm7"), Err(PasswordError::TooShort));
        assert_eq!(choose("x9$Kq2!vLm7z"), Ok(()));
        let words = "kettle ferry marble dusk ".repeat(11);
        assert_eq!(choose(&words[..256]), Ok(()));
        assert_eq!(choose(&words[..257]), Err(PasswordError::TooLong));
        assert_eq!(choose("kettle ferry\0marble dusk"), Err(PasswordError::TooLong));
    }

    #[test]
    fn l4_a_megabyte_is_refused_by_its_length() {
        let huge = SecretString::from("a".repeat(1 << 20));
        assert_eq!(Attempt::parse(&huge).unwrap_err(), PasswordError::TooLong);
        assert_eq!(Password::parse(&huge, "a@example.org").unwrap_err(), PasswordError::TooLong);
    }

    #[test]
    fn what_is_guessed_soon_is_refused() {
        for weak in [
            "password1234",
            "qwertyuiop123",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "123456789012345",
            "openchair2026",
            "chris.harbour1",
            "chris.harbour@example.org",
        ] {
            assert_eq!(choose(weak), Err(PasswordError::TooWeak), "{weak}");
        }
    }

    #[test]
    fn the_same_password_from_another_keyboard_is_the_same() {
        let normal = |text: &str| Attempt::parse(&text.into()).unwrap().expose().to_owned();
        assert_eq!(normal("ｋｅｔｔｌｅ\u{3000}café"), normal("kettle cafe\u{301}"));
        assert_eq!(normal("a\u{a0}b"), "a b");
        assert_ne!(normal("Kettle"), normal("kettle"));
    }

    #[test]
    fn an_attempt_has_no_lower_bound_and_shows_nothing_of_itself() {
        let attempt = Attempt::parse(&"hunter2".into()).unwrap();
        assert_eq!(format!("{attempt:?}"), "Attempt { .. }");
        assert!(Attempt::parse(&"".into()).is_ok());
    }

    #[test]
    fn a_refusal_has_a_code_and_no_value() {
        let codes = [PasswordError::TooShort, PasswordError::TooLong, PasswordError::TooWeak].map(PasswordError::code);
        assert_eq!(codes, ["too_short", "too_long", "too_weak"]);
        assert!(!choose("qwertyuiop123").unwrap_err().to_string().contains("qwerty"));
    }
}
