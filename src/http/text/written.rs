//! What people write: a line, or words of several lines.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use utoipa::openapi::{ObjectBuilder, Type};

use super::{TextError, text_type};

/// A line of text: 1 to `MAX` characters (Unicode scalar values).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const MAX: usize>(String);

/// A text that may have line breaks: 1 to `MAX` characters (Unicode scalar
/// values). Breaks are `\n`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Words<const MAX: usize>(String);

text_type!(Line<const MAX: usize>);
text_type!(Words<const MAX: usize>);

impl<const MAX: usize> Line<MAX> {
    /// Takes a text, trimmed and in NFC.
    ///
    /// # Errors
    /// When it is blank, too long, or has a character that nobody sees.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        written(text, MAX, |_| false).map(Self)
    }

    /// Its schema, to build on.
    pub fn object() -> ObjectBuilder {
        schema(MAX)
    }
}

impl<const MAX: usize> Words<MAX> {
    /// Takes a text, trimmed and in NFC, `\r\n` as `\n`.
    ///
    /// # Errors
    /// When it is blank, too long, or has a character that nobody sees.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        written(&text.replace("\r\n", "\n"), MAX, |c| c == '\n').map(Self)
    }

    /// Its schema, to build on.
    pub fn object() -> ObjectBuilder {
        schema(MAX)
    }
}

fn written(text: &str, max: usize, also: impl Fn(char) -> bool) -> Result<String, TextError> {
    let text: String = text.trim().nfc().collect();
    let length = text.chars().count();
    if length == 0 || length > max {
        return Err(TextError::new(format!("must be 1 to {max} characters")));
    }
    let mut before = ' ';
    for c in text.chars() {
        if let Some(what) = refused(c, before).filter(|_| !also(c)) {
            return Err(TextError::new(format!("must have no {what}")));
        }
        before = c;
    }
    Ok(text)
}

/// What a character is that nobody sees and that may make one text look like
/// another, or break a line where there is none (Unicode TR 36).
pub(super) fn refused(c: char, before: char) -> Option<&'static str> {
    match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some("controls of writing direction"),
        '\u{e0000}'..='\u{e007f}' => Some("tag characters"),
        // Joiners shape letters of many scripts, and emoji; in Latin they only hide.
        '\u{200c}' | '\u{200d}' if joins(before) => None,
        '\u{200b}'..='\u{200f}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}' => Some("invisible characters"),
        '\u{2028}' | '\u{2029}' => Some("line or paragraph separators"),
        c if c.is_control() => Some("control characters"),
        _ => None,
    }
}

/// Whether a joiner may follow: a letter, mark or picture beyond Latin.
fn joins(before: char) -> bool {
    before > '\u{2ff}' && !before.is_whitespace() && !matches!(before, '\u{200b}'..='\u{200f}')
}

/// `pattern` says what a generator of texts would otherwise get wrong most:
/// there is something to see. From the beginning, since some clients look for a
/// pattern there alone.
fn schema(max: usize) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(max)).pattern(Some("^\\s*\\S"))
}
