//! Content lines: names, parameters and values, folded and escaped.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDateTime, Utc};

/// A line has at most so many octets before its break (RFC 5545 3.1).
const OCTETS: usize = 75;

/// Lines of a calendar.
#[derive(Debug, Default)]
pub(super) struct Lines(String);

impl Lines {
    /// Adds a line whose value is structured, or text that was escaped.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        let (mut octets, mut line) = (0, String::with_capacity(name.len() + value.len() + 3));
        for c in name.chars().chain([':']).chain(value.chars()) {
            // What goes on is moved in by a space, which counts too.
            if octets + c.len_utf8() > OCTETS {
                line.push_str("\r\n ");
                octets = 1;
            }
            octets += c.len_utf8();
            line.push(c);
        }
        self.0.push_str(&line);
        self.0.push_str("\r\n");
    }

    /// Adds a line of text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.add(name, &escaped(text));
    }

    /// Adds a line of text where there is some.
    pub(super) fn maybe(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.text(name, text);
        }
    }

    pub(super) fn append(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }
}

/// Text as a value holds it (RFC 5545 3.3.11). Control characters, which no
/// value may hold, are spaces.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => {}
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// An instant in UTC.
pub(super) fn utc(at: DateTime<Utc>) -> String {
    format!("{}Z", local(at.naive_utc()))
}

/// What a clock shows.
pub(super) fn local(at: NaiveDateTime) -> String {
    at.format("%Y%m%dT%H%M%S").to_string()
}

/// Seconds east of UTC; the seconds only where there are some.
pub(super) fn offset(seconds: i32) -> String {
    let (sign, s) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let mut text = format!("{sign}{:02}{:02}", s / 3600, s / 60 % 60);
    if s % 60 != 0 {
        // Writing to a string cannot fail.
        _ = write!(text, "{:02}", s % 60);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_escaped_and_offsets_are_signed() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a;b,c\\d\r\ne\u{7}");
        lines.maybe("NOTE", Some(""));
        lines.maybe("NOTE", None);
        assert_eq!(String::from_utf8(lines.into_bytes()).unwrap(), "SUMMARY:a\\;b\\,c\\\\d\\ne \r\n");
        assert_eq!(
            [offset(-5 * 3600), offset(20_700), offset(0), offset(-1_000)].join(" "),
            "-0500 +0545 +0000 -001640"
        );
    }

    proptest! {
        #[test]
        fn no_line_is_too_long_and_unfolded_it_is_whole(text in "[a-zäöü字👩‍👧,;\\\\]{0,200}") {
            let mut lines = Lines::default();
            lines.text("DESCRIPTION", &text);
            let written = String::from_utf8(lines.into_bytes()).unwrap();
            prop_assert!(written.split("\r\n").all(|line| line.len() <= OCTETS));
            prop_assert_eq!(written.replace("\r\n ", ""), format!("DESCRIPTION:{}\r\n", escaped(&text)));
        }
    }
}
