//! Folding text for comparison, and slugs.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Folds text for comparing and ordering: compatibility decomposition without
/// combining marks, lower case, every run of anything but letters and digits
/// one space, trimmed. `"  Café — Élan "` and `"cafe elan"` fold alike.
pub fn fold(text: &str) -> String {
    // Which is what nearly all text is, and nothing of it decomposes.
    if text.is_ascii() {
        return fold_ascii(text);
    }
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c));
    fold_all(plain.flat_map(char::to_lowercase), text.len())
}

fn fold_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded.make_ascii_lowercase();
    folded
}

fn fold_all(characters: impl Iterator<Item = char>, capacity: usize) -> String {
    let mut folded = String::with_capacity(capacity);
    for c in characters {
        if c.is_alphanumeric() {
            folded.push(c);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// What a name looks like in an address: transliterated to ASCII, lower case,
/// hyphens between words; longer than 64 characters is shortened as
/// [`Slug::shorten`] says. `None` when nothing is left of it.
pub fn slugify(text: &str) -> Option<Slug> {
    let ascii = deunicode::deunicode(text);
    let mut slug = String::with_capacity(ascii.len());
    for c in ascii.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if c != '\'' && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    Slug::shorten(slug.trim_end_matches('-')).ok()
}

/// The name of a thing in addresses: 1 to 64 of `A-Z a-z 0-9 - _`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// The text cannot be a slug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 64 characters of letters, digits, '-' and '_'")]
pub struct SlugError;

impl Slug {
    /// The longest slug, in characters (all are ASCII).
    pub const MAX: usize = 64;

    /// Takes a text that is a slug already.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, SlugError> {
        if text.len() > Self::MAX { Err(SlugError) } else { Self::shorten(text) }
    }

    /// Takes a text of a slug's characters at any length: more than 64 become
    /// the first 55, a hyphen, and 8 hexadecimal digits of the whole text's
    /// SHA-256, so that two long slugs that begin alike stay apart.
    ///
    /// # Errors
    /// When it is empty or has any other character.
    pub fn shorten(text: &str) -> Result<Self, SlugError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if text.is_empty() || !text.bytes().all(allowed) {
            return Err(SlugError);
        }
        if text.len() <= Self::MAX {
            return Ok(Self(text.to_owned()));
        }
        let digest = Sha256::digest(text.as_bytes());
        let hash = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        Ok(Self(format!("{}-{hash:08x}", &text[..55])))
    }

    /// The slug with `-suffix` after it, shortened again where it is too long.
    ///
    /// # Errors
    /// When the suffix has any other character.
    pub fn with_suffix(&self, suffix: &str) -> Result<Self, SlugError> {
        Self::shorten(&format!("{}-{suffix}", self.0))
    }

    /// The text of the slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, SlugError> {
        Self::parse(&text)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn plain_text_is_folded_as_all_text_is(text in "[ -~\\t]{0,20}") {
            prop_assert_eq!(fold(&text), fold_all(text.chars().flat_map(char::to_lowercase), 0));
        }
    }

    #[test]
    fn folding_ignores_accents_case_and_punctuation() {
        assert_eq!(fold("  Café — Élan! "), "cafe elan");
        assert_eq!(fold("ﬁ №1"), "fi no1");
        assert_eq!(fold("東京・朝"), "東京 朝");
        assert_eq!(fold("—"), "");
    }

    #[test]
    fn a_long_slug_keeps_55_characters_and_a_hash_of_the_whole() {
        let long = "a".repeat(70);
        let slug = Slug::shorten(&long).unwrap();
        assert_eq!(slug.as_str().len(), 64);
        assert!(slug.as_str().starts_with(&"a".repeat(55)));
        assert_ne!(slug, Slug::shorten(&"a".repeat(71)).unwrap());
        assert!(Slug::parse(&long).is_err());
    }

    #[test]
    fn a_name_becomes_an_ascii_slug() {
        assert_eq!(slugify("Let's Go — Élan/7").unwrap().as_str(), "lets-go-elan-7");
        assert_eq!(slugify("…"), None);
    }
}
