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

/// A failure and its causes on stderr, in one line.
pub(super) fn complain(error: &anyhow::Error) {
    remark(&format!("openchair: {error:#}"));
}
