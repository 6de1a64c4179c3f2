//! A Meeting Guide source, row by row.
//!
//! The source is an array of objects. It is parsed as it arrives, so that
//! memory holds what the rows say and never the whole text. What is wrong with
//! a row is that row's problem; what is wrong with the source (no array, cut
//! off, text after its end, too much) fails it as a whole, because a source
//! that is half there would look like one with half of its meetings removed.
//!

use std::{fmt, io, io::Read};

use serde::de::{DeserializeSeed, Deserializer as _, Error as _, SeqAccess, Visitor};
use serde_json::{Deserializer, Value, error::Category};

use super::{
    bounded::{Bounded, Budget},
    collect::{Collector, TooManyRows},
    decode::{Decoder, Progress, TooLarge},
    model::{FeedContext, ReadFeed},
    problems::{ProblemCode, shown},
    source::SourceError,
};

/// Reads a Meeting Guide JSON source.
///
/// # Errors
/// When the source as a whole cannot be trusted to be whole; see
/// [`SourceError`]. What is wrong with one row is never an error.
pub fn read_meeting_guide(source: impl Read, context: &FeedContext) -> Result<ReadFeed, SourceError> {
    let mut decoder = Decoder::new(source);
    let progress = decoder.progress();
    match decoder.first_byte().map_err(from_io)? {
        None => return Err(SourceError::Empty),
        Some(b'<') => return Err(SourceError::Html),
        Some(b'[') => {}
        Some(_) => return Err(not_array(decoder)),
    }
    let mut collector = Collector::new(context);
    let mut json = Deserializer::from_reader(decoder);
    let mut too_many = false;
    let rows = Rows { collector: &mut collector, progress, too_many: &mut too_many };
    let read = json.deserialize_seq(rows);
    if too_many {
        return Err(SourceError::TooManyRows);
    }
    read.map_err(from_json)?;
    json.end().map_err(|error| match from_json(error) {
        SourceError::NotJson { line, column } => SourceError::TextAfterEnd { line, column },
        other => other,
    })?;
    Ok(collector.finish())
}

fn from_io(error: io::Error) -> SourceError {
    if TooLarge::is_behind(&error) { SourceError::TooLarge } else { SourceError::Read(error) }
}

fn from_json(error: serde_json::Error) -> SourceError {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Io => from_io(error.into()),
        Category::Eof => SourceError::Truncated { line, column },
        Category::Syntax | Category::Data => SourceError::NotJson { line, column },
    }
}

/// Tells what stands in place of an array: an error in JSON, or no JSON.
fn not_array(decoder: Decoder<impl Read>) -> SourceError {
    let mut budget = Budget::new(decoder.progress());
    let mut json = Deserializer::from_reader(decoder);
    let value = match Bounded::row(&mut budget).deserialize(&mut json) {
        Ok(value) => value,
        Err(error) => return from_json(error),
    };
    // WordPress puts it under `data`, others under `error`.
    let places = ["/message", "/error/message", "/error", "/data/message", "/data", "/detail", "/title"];
    let message = places.iter().find_map(|place| value.pointer(place)?.as_str());
    message.map_or(SourceError::NotArray, |message| SourceError::Message { message: shown(message) })
}

struct Rows<'r> {
    collector: &'r mut Collector,
    progress: Progress,
    too_many: &'r mut bool,
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of meetings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        loop {
            let mended = self.progress.mended();
            let mut budget = Budget::new(self.progress.clone());
            let Some(row) = rows.next_element_seed(Bounded::row(&mut budget))? else { return Ok(()) };
            let mended = self.progress.mended() > mended;
            let added = match row {
                Value::Object(fields) if budget.is_over() => {
                    self.collector.refuse(fields, ProblemCode::RowTooLarge, "")
                }
                Value::Object(fields) => self.collector.push(fields, mended),
                other => self.collector.refuse(serde_json::Map::new(), ProblemCode::NotAnObject, &other.to_string()),
            };
            if let Err(error @ TooManyRows) = added {
                *self.too_many = true;
                return Err(A::Error::custom(error));
            }
        }
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
