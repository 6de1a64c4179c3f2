//! A source of any format: what it is written in, and why one cannot be read.
//!
//! To read another format: a variant of [`SourceFormat`], how its first bytes
//! tell it from the others in [`told_by`], and its reader beside `read`.
//! To tell another kind of broken source from the rest: a case in
//! [`SourceError`], and where it is known.

use std::io::{self, Cursor, Read};

use super::{
    model::{FeedContext, ReadFeed},
    read::read_meeting_guide,
    table::{is_utf16, read_table},
};

/// Bytes that are looked at to tell the format.
const LOOKED_AT: u64 = 1024;

/// What a source is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceFormat {
    /// What its first bytes say.
    Auto,
    /// Meeting Guide JSON.
    MeetingGuide,
    /// CSV, or another table of cells and delimiters.
    Csv,
}

/// Why a source as a whole cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// There is nothing in it.
    #[error("The source is empty.")]
    Empty,
    /// A page for people: a log-in, an error, a challenge.
    #[error("The source is a web page, not a feed.")]
    Html,
    /// Not JSON.
    #[error("The source is not valid JSON: it goes wrong at line {line}, column {column}.")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// JSON, but no list of meetings.
    #[error("The source is not a JSON array of meetings.")]
    NotArray,
    /// What TSML and other servers answer in place of a feed.
    #[error("The source answered with an error instead of meetings: {message}")]
    Message {
        /// Their words, shortened.
        message: String,
    },
    /// It ends in the middle.
    #[error("The source ends in the middle: it was cut off at line {line}, column {column}.")]
    Truncated {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// Something follows the array.
    #[error("There is text after the end of the meetings, at line {line}, column {column}.")]
    TextAfterEnd {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// A table without names above its columns, or no table at all.
    #[error(
        "The source is neither Meeting Guide JSON nor a table whose first row names its columns, such as name, day, time \
         and address."
    )]
    NoHeader,
    /// The rest of a table would be one cell.
    #[error("A quotation mark in row {row} is never closed.")]
    OpenQuote {
        /// As the spreadsheet counts, from 1.
        row: u32,
    },
    /// The last row of a table is shorter than all others and not ended.
    #[error("The source ends in the middle of row {row}: it has fewer cells than every other row.")]
    RowCutOff {
        /// As the spreadsheet counts, from 1.
        row: u32,
    },
    /// Too many bytes.
    #[error("The source is larger than 64 MiB.")]
    TooLarge,
    /// Too many rows.
    #[error("The source has more than 100,000 rows.")]
    TooManyRows,
    /// It could not be read to its end.
    #[error("The source could not be read to its end.")]
    Read(#[source] io::Error),
}

impl SourceError {
    /// One word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_body",
            Self::Html | Self::Message { .. } => "not_a_feed",
            Self::TooLarge | Self::TooManyRows => "too_large",
            _ => "unreadable",
        }
    }
}

/// Reads a source.
///
/// # Errors
/// When the source as a whole cannot be trusted to be whole; see
/// [`SourceError`]. What is wrong with one row is never an error.
pub fn read_source(
    mut source: impl Read,
    format: SourceFormat,
    context: &FeedContext,
) -> Result<ReadFeed, SourceError> {
    let mut start = Vec::new();
    if format == SourceFormat::Auto {
        source.by_ref().take(LOOKED_AT).read_to_end(&mut start).map_err(SourceError::Read)?;
    }
    let format = if format == SourceFormat::Auto { told_by(&start) } else { format };
    let source = Cursor::new(start).chain(source);
    match format {
        SourceFormat::Csv => read_table(source, context),
        SourceFormat::Auto | SourceFormat::MeetingGuide => read_meeting_guide(source, context),
    }
}

/// The format that first bytes are of. What is neither is read as a table: only
/// JSON begins with a bracket, and only a page with a tag; of both the reader
/// of JSON tells best what is wrong.
fn told_by(start: &[u8]) -> SourceFormat {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    match text.trim_ascii_start().first() {
        Some(b'[' | b'{' | b'<') | None if !is_utf16(start) => SourceFormat::MeetingGuide,
        _ => SourceFormat::Csv,
    }
}
