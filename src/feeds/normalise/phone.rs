//! A conference's phone: what can be dialled, kept apart from words.
//!
//! A number may go on with what is dialled after it (`,,` pauses, a meeting
//! number, `#`), so no digit may be glued to another number. What has words in
//! it gives its first number only when that is clear: at the start, or behind
//! a word like "phone", and of 10 to 15 digits.
//!
//! To accept another word before a number: [`BEFORE`].

use crate::directory::{DIALABLE_DIGITS, dialable};

/// The longest number of the international plan (E.164).
const E164_DIGITS: usize = 15;

const BEFORE: [&str; 9] = ["phone", "tel", "telephone", "call", "dial", "dial-in", "dial in", "by phone", "call in"];

/// What a text for a phone is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PhoneText {
    /// A number of `0-9 + , # *`.
    Number(String),
    /// A number with words around it.
    Within(String),
    /// Nothing that can be dialled.
    Words,
}

/// Reads a text.
pub(crate) fn parse(raw: &str) -> PhoneText {
    let text = raw.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text);
    if let Some((number, fraction)) = text.split_once('.')
        && [number, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        && number.len() >= DIALABLE_DIGITS
    {
        // A spreadsheet's number: `5035550114.0`; with a fraction it is none.
        let zero = fraction.bytes().all(|b| b == b'0');
        return whole(number).filter(|_| zero).map_or(PhoneText::Words, PhoneText::Number);
    }
    if let Some(first) = first_of_two(text) {
        return PhoneText::Within(first);
    }
    let run = text.find(|c| !is_dialled(c)).map_or(text, |end| &text[..end]);
    if run.len() == text.len() {
        return whole(text).map_or(PhoneText::Words, PhoneText::Number);
    }
    let start = text.find(|c: char| c.is_ascii_digit() || c == '+').unwrap_or(text.len());
    let before = text[..start].to_lowercase();
    let before = before.trim_matches(|c: char| !c.is_alphanumeric());
    if !before.is_empty() && !BEFORE.contains(&before) {
        return PhoneText::Words;
    }
    // `(312) …`: the bracket belongs to the number.
    let start = text[..start].rfind('(').filter(|open| text[*open..start].len() == 1).unwrap_or(start);
    let number = &text[start..];
    let end = number.find(|c| !is_dialled(c)).unwrap_or(number.len());
    whole(&number[..end]).or_else(|| first_token(number)).map_or(PhoneText::Words, PhoneText::Within)
}

fn is_dialled(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(c, '+' | ',' | '#' | '*' | ';' | ' ' | '\u{a0}' | '(' | ')' | '-' | '.' | '\u{2010}'..='\u{2013}')
}

/// The number before a space, when what follows is another.
fn first_token(text: &str) -> Option<String> {
    whole(text.split_whitespace().next()?)
}

/// The first of two numbers with a comma between them, as people write them; a
/// pause that is dialled has no space behind it, or what follows ends with `#`.
fn first_of_two(text: &str) -> Option<String> {
    let (first, second) = text.split_once(", ")?;
    let pause = first.ends_with(',') || second.contains(['#', '*', ',']);
    let both = [first, second].iter().all(|part| part.chars().all(is_dialled) && whole(part).is_some());
    (both && !pause).then(|| whole(first)).flatten()
}

/// A run of what can be dialled, without what only groups it.
fn whole(run: &str) -> Option<String> {
    // `+44 (0)20 …`: dialled with one of the two.
    let run = if run.trim_start().starts_with('+') { run.replace("(0)", "") } else { run.to_owned() };
    let mut number = String::with_capacity(run.len());
    for c in run.chars() {
        match c {
            '0'..='9' | ',' | '#' | '*' => number.push(c),
            ';' => number.push(','),
            // A plus starts a number; within one it means nothing.
            '+' if number.is_empty() => number.push('+'),
            _ => {}
        }
    }
    let number = number.trim_matches(',').to_owned();
    let first = number.split([',', '#', '*']).next().unwrap_or_default();
    let digits = first.bytes().filter(u8::is_ascii_digit).count();
    let glued =
        digits > E164_DIGITS || (run.trim().contains(' ') && number.contains('+') && digits < DIALABLE_DIGITS - 2);
    (dialable(&number) && !glued).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_read_and_words_are_not_glued_to_them() {
        let number = |text: &str| PhoneText::Number(text.to_owned());
        let within = |text: &str| PhoneText::Within(text.to_owned());
        for (raw, expected) in [
            ("+1 (312) 626-6799,,665321214#", number("+13126266799,,665321214#")),
            ("13126266799", number("13126266799")),
            ("312.626.6799", number("3126266799")),
            ("+16699006833,,123#,,,,*456#", number("+16699006833,,123#,,,,*456#")),
            ("+16699006833,,123#;456#", number("+16699006833,,123#,456#")),
            ("+44 (0)20 7946 0018", number("+442079460018")),
            ("tel:+13126266799", number("+13126266799")),
            ("(312) 626-6799 ext 3", within("3126266799")),
            ("1-929-205-6099  ID: 948123 Password: 77", within("19292056099")),
            ("Phone: (312) 626-6799 ID 948", within("3126266799")),
            ("312-555-1212 / 773-555-1313", within("3125551212")),
            ("+10587406981,,99122799843#,,#,,cWtIN74DRSt6#", within("+10587406981,,99122799843#,,#")),
            ("1-929-205-6099 9481234567 Password: 77", within("19292056099")),
            ("ID 9481234567, phone 1-929-205-6099", PhoneText::Words),
            ("+1 669 900 6833 948123 456", PhoneText::Words),
            ("5035550114.0", number("5035550114")),
            ("5035550114.5", PhoneText::Words),
            ("646 558 8656, 301 715 8592", within("6465588656")),
            ("+1 646 558 8656,, 123456789#", number("+16465588656,,123456789#")),
            ("911", PhoneText::Words),
            ("https://zoom.us/j/1234567890", PhoneText::Words),
            ("call Bob", PhoneText::Words),
            ("", PhoneText::Words),
        ] {
            assert_eq!(parse(raw), expected, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn what_leaves_can_be_dialled_and_stays(raw in "\\PC*|[0-9+,#*;() .x-]{0,30}") {
            if let PhoneText::Number(number) | PhoneText::Within(number) = parse(&raw) {
                prop_assert!(dialable(&number));
                prop_assert!(number.chars().all(|c| "0123456789+,#*".contains(c)));
                prop_assert_eq!(parse(&number), PhoneText::Number(number));
            }
        }
    }
}
