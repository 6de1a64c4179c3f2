//! The one place that prints.

use std::io::{self, Write};

/// A line of result on stdout.
pub(super) fn line(text: &str) {
    // A reader that has gone (`| head`) is no failure of ours.
    _ = writeln!(io::stdout(), "{text}");
}

/// A result as JSON on stdout.
pub(super) fn json<T: serde::Serialize>(value: &T) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// A remark on stderr.
pub(super) fn remark(text: &str) {
    _ = writeln!(io::stderr(), "{text}");
}

/// A failure and its causes on stderr, in one line. A cause that the words
/// before it have said already is not said again.
pub(super) fn complain(error: &anyhow::Error) {
    let mut words = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if words.is_empty() {
            words = cause;
        } else if !words.contains(&cause) {
            words = format!("{}: {cause}", words.trim_end_matches('.'));
        }
    }
    remark(&format!("openchair: {words}"));
}
