//! What peers write to one another: words of several lines, or a label.
//!
//! A text is parsed once, where it comes in: Unicode NFC, trimmed, and
//! otherwise as it was written or not at all. Its length is counted as people
//! count, in grapheme clusters (UAX 29), so that a letter with its marks or a
//! family of emoji is one. Since a cluster has no bound of its own, a text has
//! a second one, [`POINTS`] times as many code points; that one is what JSON
//! Schema can say, and the one that the document says.
//!
//! Refused: what nobody sees (controls, writing direction, zero width, tags),
//! save where a script or an emoji needs it; marks in heaps; and links and mail
//! addresses, which lead out of the circle ([`links`]). Telephone numbers are
//! let through: people of one circle may want to be called.

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_segmentation::UnicodeSegmentation;
use utoipa::openapi::{ObjectBuilder, Type};

use super::links;
use crate::http::{TextError, text_type};

/// How many code points a text may have for each character that it may have:
/// more than any script needs, on average. A code point is 4 bytes at most.
const POINTS: usize = 4;
/// The most marks on one letter; fully pointed Hebrew and Tibetan need fewer.
const MOST_MARKS: usize = 8;

/// Words that may have line breaks (`\n`): 1 to `MAX` characters. Debug does
/// not show them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Words<const MAX: usize>(String);

/// Words on one line: 1 to `MAX` characters. Debug does not show them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label<const MAX: usize>(String);

text_type!(Words<const MAX: usize>);
text_type!(Label<const MAX: usize>);

impl<const MAX: usize> Words<MAX> {
    /// Takes a text, trimmed and in NFC.
    ///
    /// # Errors
    /// When it is blank, too long, leads somewhere, or has a character that
    /// nobody sees.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        written(text, MAX, true).map(Self)
    }

    /// Its schema, to build on.
    pub fn object() -> ObjectBuilder {
        schema(MAX)
    }
}

impl<const MAX: usize> Label<MAX> {
    /// Takes a text, trimmed and in NFC.
    ///
    /// # Errors
    /// As [`Words::parse`], and when it has a line break.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        written(text, MAX, false).map(Self)
    }

    /// Its schema, to build on.
    pub fn object() -> ObjectBuilder {
        schema(MAX)
    }
}

impl<const MAX: usize> fmt::Debug for Words<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words(…)")
    }
}

impl<const MAX: usize> fmt::Debug for Label<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Label(…)")
    }
}

fn schema(max: usize) -> ObjectBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(POINTS * max));
    text.pattern(Some("^\\s*\\S"))
}

fn written(text: &str, max: usize, lines: bool) -> Result<String, TextError> {
    let text = text.trim();
    let points = POINTS * max;
    let too_long = || {
        TextError::new(format!("must be 1 to {max} characters as people count them, of {points} code points at most"))
    };
    // As it was sent, which is what a schema can count, and as it is kept.
    if text.chars().nth(points).is_some() {
        return Err(too_long());
    }
    let text: String = text.nfc().collect();
    if text.chars().nth(points).is_some() || text.graphemes(true).nth(max).is_some() {
        return Err(too_long());
    }
    let chars: Vec<char> = text.chars().collect();
    let mut marks = 0;
    for (at, &c) in chars.iter().enumerate() {
        if let Some(what) = unseen(&chars, at).filter(|_| !(lines && c == '\n')) {
            return Err(TextError::new(format!("must have no {what}")));
        }
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        if marks > MOST_MARKS {
            return Err(TextError::new(format!("must have at most {MOST_MARKS} marks on one letter")));
        }
    }
    if !chars.iter().any(|&c| !c.is_whitespace() && !is_combining_mark(c) && !shapes(c)) {
        return Err(TextError::new("must have something to read"));
    }
    if links::has_link(&text) {
        return Err(TextError::new(
            "must have no links or mail addresses; where there is none, put a space after each full stop",
        ));
    }
    Ok(text)
}

/// Whether a character only shapes others.
fn shapes(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e01ef}')
}

/// What the character at that place is, where nobody sees it and nothing
/// around it needs it (Unicode TR 36; `Default_Ignorable_Code_Point`).
fn unseen(chars: &[char], at: usize) -> Option<&'static str> {
    let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied().unwrap_or(' ');
    let after = chars.get(at + 1).copied().unwrap_or(' ');
    match chars[at] {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {
            Some("controls of writing direction")
        }
        '\u{e0000}'..='\u{e007f}' => (!in_flag(chars, at)).then_some("tag characters"),
        '\u{200c}' if joins(before) && joins(after) => None,
        '\u{200d}' if joins(before) || (joins_pictures(before) && is_picture(after)) => None,
        '\u{fe0e}' | '\u{fe0f}' if is_picture(before) || after == '\u{20e3}' => None,
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' if is_han(before) => None,
        '\u{180b}'..='\u{180d}' | '\u{180f}' if matches!(before, '\u{1820}'..='\u{18aa}') => None,
        '\u{ad}'
        | '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffc}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0080}'..='\u{e0fff}' => Some("invisible characters"),
        '\u{2028}' | '\u{2029}' => Some("line or paragraph separators"),
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => Some("characters of private use"),
        c if c.is_control() => Some("control characters"),
        c if u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}') => {
            Some("characters that are none")
        }
        _ => None,
    }
}

/// Letters and marks of scripts that joiners shape: Arabic and its kin, those
/// of India and South-East Asia, Mongolian, and the later ones like them.
fn joins(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{64a}' | '\u{66e}'..='\u{6ff}' | '\u{710}'..='\u{7ff}' | '\u{840}'..='\u{1cff}')
        || matches!(c, '\u{a840}'..='\u{a877}' | '\u{a8e0}'..='\u{a8ff}' | '\u{a980}'..='\u{aaff}')
        || matches!(c, '\u{10a00}'..='\u{11fff}' | '\u{1e900}'..='\u{1e95f}')
}

/// Pictures that a selector or a joiner may follow or come before.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21ff}')
        || matches!(c, '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}')
        || matches!(c, '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}')
        || matches!(c, '\u{1f000}'..='\u{1faff}')
}

fn joins_pictures(c: char) -> bool {
    is_picture(c) || c == '\u{fe0f}'
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Whether a tag is part of the flag of England, Scotland or Wales, the only
/// sequences of tags that are emoji. Behind another base, or spelling another
/// word, tags would be writing that only programs see.
fn in_flag(chars: &[char], at: usize) -> bool {
    const FLAGS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];
    let is_tag = |c: &char| matches!(c, '\u{e0000}'..='\u{e007f}');
    let Some(base) = chars[..at].iter().rposition(|c| !is_tag(c)).filter(|base| chars[*base] == '\u{1f3f4}') else {
        return false;
    };
    let tags: String = chars[base + 1..].iter().copied().take_while(is_tag).collect();
    FLAGS.iter().any(|flag| {
        let spelled = flag.bytes().chain([0x7f]).filter_map(|b| char::from_u32(0xe0000 + u32::from(b)));
        tags.chars().eq(spelled)
    })
}
