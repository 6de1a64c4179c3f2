//! Free text: what an office typed, without what its software added.
//!
//! In order: line ends to `\n`, NFC, HTML out and entities decoded once
//! (`html`), control, bidi and tag characters out, NFC, spaces, outer quotes.
//! Text without a decodable entity in its result does not change when it is
//! normalised again. (`&amp;amp;` becomes `&amp;` and stays that in the
//! directory: decoding twice would turn text about entities into something
//! else.)
//!
//! To remove another invisible character: [`fate`].

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::html;

/// Whether line breaks mean something in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    /// Notes: kept, at most one empty line in a row.
    Kept,
    /// Names and the like: a space.
    Joined,
}

/// A text, and what was found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clean {
    /// The text, trimmed; may be empty.
    pub text: String,
    /// HTML was taken out.
    pub html: bool,
    /// Control, bidi or tag characters were taken out.
    pub hidden: bool,
}

/// Normalises a text.
pub(crate) fn clean(raw: &str, lines: Lines) -> Clean {
    let mut text = nfc(raw);
    if text.contains('\r') {
        text = Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"));
    }
    let mut stripped = false;
    if text.contains(['<', '&']) {
        // Tags, then entities, then the tags that were written as entities.
        let (once, tags) = html::strip(&text);
        let (twice, more) = html::strip(&html::decode(&once));
        stripped = tags || more;
        text = Cow::Owned(twice);
    }
    let (text, hidden) = visible(&text);
    let mut text = spaced(&nfc(&text), lines);
    while let Some(inner) = unquoted(&text) {
        text = spaced(inner, lines);
    }
    Clean { text, html: stripped, hidden }
}

fn nfc(text: &str) -> Cow<'_, str> {
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

enum Fate {
    Keep(char),
    /// Nobody sees that it is gone.
    Drop,
    /// Somebody may have meant to mislead with it.
    DropAndSay,
}

fn fate(c: char) -> Fate {
    match c {
        '\n' | '\t' => Fate::Keep(c),
        // Windows-1252 that went through Latin-1: quotes, dashes, the euro.
        '\u{80}'..='\u{9f}' => match windows_1252(c) {
            Some(meant) => Fate::Keep(meant),
            None => Fate::DropAndSay,
        },
        // Zero width space, word joiner, byte order mark, soft hyphen. (The
        // joiners U+200C and U+200D shape letters and emoji.)
        '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => Fate::Drop,
        '\u{61c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2061}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => Fate::DropAndSay,
        '\r' | '\u{2028}' | '\u{2029}' => Fate::Keep('\n'),
        c if c.is_control() => Fate::DropAndSay,
        c => Fate::Keep(c),
    }
}

fn windows_1252(c: char) -> Option<char> {
    let byte = u8::try_from(u32::from(c)).ok()?;
    let meant = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next()?;
    (!meant.is_control()).then_some(meant)
}

fn visible(text: &str) -> (String, bool) {
    let mut said = false;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match fate(c) {
            Fate::Keep(c) => kept.push(c),
            Fate::Drop => {}
            Fate::DropAndSay => said = true,
        }
    }
    (kept, said)
}

/// One space between words; lines trimmed, and joined or kept as said. Runs
/// of backslashes before a quote are what an old PHP put there.
fn spaced(text: &str, lines: Lines) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut breaks, mut space) = (0, false);
    for c in text.chars() {
        if c == '\n' && lines == Lines::Kept {
            breaks += 1;
        } else if c.is_whitespace() {
            space = true;
        } else {
            if matches!(c, '\'' | '"') && breaks == 0 && !space {
                out.truncate(out.trim_end_matches('\\').len());
            }
            if !out.is_empty() {
                match (breaks, space) {
                    (0, false) => {}
                    (0, true) => out.push(' '),
                    (1, _) => out.push('\n'),
                    (_, _) => out.push_str("\n\n"),
                }
            }
            (breaks, space) = (0, false);
            out.push(c);
        }
    }
    out
}

/// What lies between outer quotes, when no further quote lies there: in
/// `"A" or "B"` they are not outer ones.
fn unquoted(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.contains('"')).then_some(inner)
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
