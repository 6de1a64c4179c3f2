//! Where somebody is reached: addresses of pages, mail, telephones.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use validator::ValidateEmail;

use super::{TextError, text_type, written::refused};

/// The address of a page: absolute, `http` or `https`, at most 2,000
/// characters, without a user or password. Kept as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebLink(String);

/// A mail address: at most 254 ASCII characters, its domain by name, with a
/// dot. Kept as it was written. Debug does not show it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// A telephone number as it is dialled and read: digits, `+ , # *`, spaces,
/// `( ) - .`; 3 digits at least and 64 characters at most. Debug does not show
/// it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

text_type!(WebLink);
text_type!(EmailAddress);
text_type!(Phone);

impl WebLink {
    /// The most characters.
    pub const MAX: usize = 2_000;

    /// Takes an address.
    ///
    /// # Errors
    /// When it is none, or not one that may be linked to.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        let wanted = || TextError::new("must be an http or https address such as https://example.org/page");
        if text.chars().count() > Self::MAX {
            return Err(TextError::new(format!("must be at most {} characters", Self::MAX)));
        }
        // The parser would mend these, and then another address be meant.
        if text.contains('\\') || text.chars().any(|c| c.is_whitespace() || refused(c, ' ').is_some()) {
            return Err(wanted());
        }
        let (scheme, rest) = text.split_once("://").ok_or_else(wanted)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) || authority.is_empty() {
            return Err(wanted());
        }
        if authority.contains('@') {
            return Err(TextError::new("must not hold a user name or password"));
        }
        Url::parse(text).map_err(|_| wanted())?;
        Ok(Self(text.to_owned()))
    }

    /// Its schema, to build on.
    pub fn object() -> ObjectBuilder {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(Self::MAX));
        text.format(Some(SchemaFormat::Custom("uri".to_owned()))).pattern(Some("^[Hh][Tt][Tt][Pp][Ss]?://"))
    }
}

impl EmailAddress {
    /// The most characters (RFC 5321 4.5.3.1, less the angle brackets).
    pub const MAX: usize = 254;

    /// Takes an address.
    ///
    /// # Errors
    /// When it is none that mail can be sent to.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        let domain = text.rsplit_once('@').map(|(_, domain)| domain);
        // A name of a domain ends in letters, an address of a machine does not.
        let named = domain
            .and_then(|domain| domain.rsplit_once('.'))
            .is_some_and(|(_, last)| last.bytes().any(|b| b.is_ascii_alphabetic()) && last.bytes().all(|b| b != b']'));
        if text.is_ascii() && text.len() <= Self::MAX && named && text.validate_email() {
            return Ok(Self(text.to_owned()));
        }
        Err(TextError::new("must be a mail address such as name@example.org"))
    }

    /// In lower case: what two addresses are compared by.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// Its schema, to build on.
    pub fn object() -> ObjectBuilder {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(Self::MAX));
        text.format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
    }
}

impl Phone {
    /// The most characters.
    pub const MAX: usize = 64;
    /// The fewest digits.
    pub const DIGITS: usize = 3;

    /// Takes a number.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let dialled = |b: u8| b.is_ascii_digit() || b"+,#* ().-".contains(&b);
        if text.len() <= Self::MAX && digits >= Self::DIGITS && text.bytes().all(dialled) {
            return Ok(Self(text.to_owned()));
        }
        Err(TextError::new("must be a telephone number: digits, + , # * ( ) - . and spaces, at most 64 characters"))
    }

    /// How many digits it has.
    pub fn digits(&self) -> usize {
        self.0.bytes().filter(u8::is_ascii_digit).count()
    }

    /// Its schema, to build on.
    pub fn object() -> ObjectBuilder {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(Self::MAX));
        text.min_length(Some(Self::DIGITS)).pattern(Some("^[+,#* ().-]*([0-9][+,#* ().-]*){3,}$"))
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}
