//! The log of the postmaster and its guard: opened for appending, kept small, read for errors.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;

use super::command::last_lines;
use super::error::{Doing, EmbeddedError};
use super::layout::Layout;

const MAX_BYTES: u64 = 10 * 1024 * 1024;
const TAIL_BYTES: u64 = 4096;

/// Opens the log for appending.
pub(super) fn open(layout: &Layout) -> Result<File, EmbeddedError> {
    let path = layout.log();
    OpenOptions::new().create(true).append(true).mode(0o600).open(&path).doing("open", &path)
}

/// Moves what was logged to `postgres.log.old` if it has become much.
///
/// Copies and empties instead of renaming, because the postmaster keeps the file open; what it writes in between is
/// lost.
pub(super) fn keep_small(layout: &Layout) -> Result<(), EmbeddedError> {
    let path = layout.log();
    let log = open(layout)?;
    if log.metadata().doing("look at", &path)?.len() > MAX_BYTES {
        // On a full disk there is no copy, and the more need to empty it.
        let _ = fs::copy(&path, path.with_extension("log.old"));
        log.set_len(0).doing("empty", &path)?;
    }
    Ok(())
}

/// The last lines, as one.
pub(super) fn tail(layout: &Layout) -> String {
    let mut end = Vec::new();
    // For an error message: whatever cannot be read is left out.
    let _ = File::open(layout.log()).and_then(|mut log| {
        let length = log.metadata()?.len();
        log.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
        log.read_to_end(&mut end)
    });
    last_lines(&String::from_utf8_lossy(&end), 4)
}
