//! Tables in: CSV as TSML takes it, and what Google Sheets and Excel export.
//!
//! The bytes become a text (`text`), whose layout is found out (`layout`); its
//! first row that is not blank names the columns (`header`); each row after it
//! goes to the [`Collector`] under the Meeting Guide's field names, so that a
//! table is normalised, refused and reported of exactly like a feed. Rows are
//! counted as the spreadsheet counts them, the row of names and blank ones too,
//! and problems name a column as the office wrote it.
//!
//! What would look like a directory with half of its meetings removed fails as
//! a whole: a quotation mark that is never closed, a last row that breaks off.

mod formula;
mod header;
mod layout;
mod text;

use std::{collections::HashMap, io::Read};

use csv::{ReaderBuilder, StringRecord};
use serde_json::{Map, Value};

pub(super) use formula::guarded;
pub(super) use text::is_utf16;

use super::{
    collect::Collector,
    limits::{ROW_BYTES, SOURCE_BYTES},
    model::{FeedContext, ReadFeed},
    problems::ProblemCode,
    source::SourceError,
};
use header::Header;
use layout::Layout;
use text::Text;

/// Reads a table.
///
/// # Errors
/// When the source as a whole cannot be trusted to be whole, or is no table
/// with a row of names; see [`SourceError`]. What is wrong with one row is
/// never an error.
pub fn read_table(source: impl Read, context: &FeedContext) -> Result<ReadFeed, SourceError> {
    let mut bytes = Vec::new();
    source.take(SOURCE_BYTES + 1).read_to_end(&mut bytes).map_err(SourceError::Read)?;
    if bytes.len() as u64 > SOURCE_BYTES {
        return Err(SourceError::TooLarge);
    }
    let text = text::decode(&bytes);
    match text.text.trim_start().chars().next() {
        None => return Err(SourceError::Empty),
        Some('<') => return Err(SourceError::Html),
        Some(_) => {}
    }
    let layout = Layout::of(&text.text);
    if let Some(row) = layout.open_quote {
        return Err(SourceError::OpenQuote { row });
    }
    Table { text, layout, collector: Collector::new(context) }.read()
}

struct Table<'a> {
    text: Text<'a>,
    layout: Layout,
    collector: Collector,
}

impl Table<'_> {
    fn read(mut self) -> Result<ReadFeed, SourceError> {
        let start = self.layout.start;
        let mut reader = ReaderBuilder::new();
        reader.has_headers(false).flexible(true).delimiter(self.layout.delimiter);
        let text = std::mem::take(&mut self.text.text);
        let mut reader = reader.from_reader(&text.as_bytes()[start..]);
        let (mut record, mut header, mut from) = (StringRecord::new(), None, start);
        let (mut short_rows, mut last) = (0, None);
        // A text in memory is always there, and always UTF-8.
        while reader.read_record(&mut record).map_err(|error| SourceError::Read(error.into()))? {
            let to = start + usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            let mended =
                self.text.mended.partition_point(|at| *at < to) > self.text.mended.partition_point(|at| *at < from);
            from = to;
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let row = self.layout.row(to);
            let Some(header) = &header else {
                header = Some(Header::of(&record).ok_or(SourceError::NoHeader)?);
                continue;
            };
            let is_short = record.len() < header.len();
            short_rows += u32::from(is_short);
            last = Some((row, is_short && to >= text.len()));
            self.take(header, &record, row, mended)?;
        }
        let header = header.ok_or(SourceError::NoHeader)?;
        match last {
            // Programs that write tables fill every row.
            Some((row, true)) if short_rows == 1 && !self.layout.is_ended => Err(SourceError::RowCutOff { row }),
            _ => Ok(named_as_written(self.collector.finish(), &header)),
        }
    }

    fn take(&mut self, header: &Header, record: &StringRecord, row: u32, mended: bool) -> Result<(), SourceError> {
        self.collector.at(row);
        let is_large = record.as_slice().len() as u64 > ROW_BYTES;
        let is_shifted = record.iter().skip(header.len()).any(|cell| !cell.trim().is_empty());
        let added = if is_large {
            self.collector.refuse(known_start(header, record), ProblemCode::RowTooLarge, "")
        } else if is_shifted {
            self.collector.refuse(known_start(header, record), ProblemCode::MoreCells, "")
        } else {
            self.collector.push(fields(header, record), mended)
        };
        added.map_err(|_| SourceError::TooManyRows)
    }
}

/// The cells of a row by field. Of two columns for one field the first that is
/// filled counts; the other is kept under the name that it stands under.
fn fields(header: &Header, record: &StringRecord) -> Map<String, Value> {
    let mut fields = Map::new();
    for (index, cell) in record.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
        let field = match header.column(index) {
            Some(column) if !fields.contains_key(&column.field) => column.field.clone(),
            Some(column) => format!("{}_{}", column.field, index + 1),
            None => format!("column_{}", index + 1),
        };
        fields.insert(field, Value::from(formula::unguarded(cell)));
    }
    fields
}

/// What tells which meeting a row stands for that is too large to be read.
fn known_start(header: &Header, record: &StringRecord) -> Map<String, Value> {
    let mut known = fields(header, record);
    known.retain(|field, value| {
        matches!(field.as_str(), "slug" | "name") && value.as_str().is_some_and(|text| text.len() < 1_000)
    });
    known
}

/// Problems name the column that the office has to look at.
fn named_as_written(mut feed: ReadFeed, header: &Header) -> ReadFeed {
    let mut written: HashMap<String, String> = HashMap::new();
    for problem in &mut feed.problems {
        let name = written
            .entry(problem.field.clone())
            .or_insert_with(|| header.written(&problem.field).unwrap_or(&problem.field).to_owned());
        problem.field.clone_from(name);
    }
    feed
}

#[cfg(test)]
mod tests;
