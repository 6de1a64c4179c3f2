//! One row as its source wrote it, while its fields are taken out of it.
//!
//! Whoever reads a field takes it; what nobody takes, and what was dropped,
//! stays for `source_fields`. Problems are collected here, so that readers of
//! fields give back plain values. Absent, `null`, empty texts and empty lists
//! are the same thing: absent.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{
    limits::{SOURCE_FIELDS, SOURCE_FIELDS_BYTES, limit},
    normalise::text::{self, Lines},
    problems::{Action, HIDDEN, ProblemCode, RowProblem, shown},
};

/// A text of a source is looked at up to here: more than any field holds,
/// whatever HTML surrounds it.
const LOOKED_AT_BYTES: usize = 64 * 1024;

/// One row.
pub(super) struct Row {
    number: u32,
    fields: Map<String, Value>,
    /// What was dropped, by field.
    kept: Map<String, Value>,
    /// Lines that found no other place than the notes.
    lines: Vec<String>,
    problems: Vec<RowProblem>,
}

impl Row {
    /// The row at a position (from 1).
    pub(super) fn new(number: u32, fields: Map<String, Value>) -> Self {
        Self { number, fields, kept: Map::new(), lines: Vec::new(), problems: Vec::new() }
    }

    /// Its position in the source, from 1.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Takes a field; `None` when it is absent.
    pub(super) fn take(&mut self, field: &str) -> Option<Value> {
        self.fields.remove(field).filter(|value| !is_absent(value))
    }

    /// Puts a value where a field is read next: an element of a list that is
    /// read like that field.
    pub(super) fn put(&mut self, field: &str, value: Value) {
        self.fields.insert(field.to_owned(), value);
    }

    /// Takes a field as it was written: texts trimmed, whole numbers without a
    /// decimal point. Anything else is the wrong kind.
    pub(super) fn written(&mut self, field: &str) -> Option<String> {
        let value = self.take(field)?;
        if let Some(text) = written(&value) {
            Some(text).filter(|text| !text.trim().is_empty())
        } else {
            self.drop(ProblemCode::WrongType, field, value);
            None
        }
    }

    /// Takes a free text: normalised, cut at its bound.
    pub(super) fn text(&mut self, field: &str, lines: Lines) -> Option<String> {
        self.text_within(field, field, lines, false)
    }

    /// As [`Row::text`], bounded like another field, and hidden in problems.
    pub(super) fn hidden_text(&mut self, field: &str, bound: &str) -> Option<String> {
        self.text_within(field, bound, Lines::Joined, true)
    }

    fn text_within(&mut self, field: &str, bound: &str, lines: Lines, hidden: bool) -> Option<String> {
        let raw = self.written(field)?;
        let show = if hidden { HIDDEN } else { raw.as_str() };
        let start = &raw[..raw.floor_char_boundary(LOOKED_AT_BYTES)];
        let clean = text::clean(start, lines);
        for (found, code) in [(clean.hidden, ProblemCode::HiddenCharacters), (clean.html, ProblemCode::Html)] {
            if found {
                self.problem(code, field, show);
            }
        }
        let cut = limit(bound).cut(&clean.text);
        if cut.len() < clean.text.len() || start.len() < raw.len() {
            self.problem(ProblemCode::TooLong, field, show);
        }
        (!cut.is_empty()).then(|| cut.into_owned())
    }

    /// Takes an identifier, number or address: one line, dropped when it is
    /// over its bound. What it had is in `source_fields` if it is dropped
    /// later, through [`Row::drop`].
    pub(super) fn identifier(&mut self, field: &str, bound: &str) -> Option<String> {
        let value = self.fields.get(field).cloned().unwrap_or_default();
        let raw = self.written(field)?;
        let start = &raw[..raw.floor_char_boundary(LOOKED_AT_BYTES)];
        let line = text::clean(start, Lines::Joined).text;
        if start.len() < raw.len() || !limit(bound).holds(&line) {
            self.drop(ProblemCode::ValueTooLong, field, value);
            return None;
        }
        (!line.is_empty()).then_some(line)
    }

    /// Tells the office of something, with the sentence and action of its code.
    pub(super) fn problem(&mut self, code: ProblemCode, field: &str, value: &str) {
        self.problem_saying(code, field, value, code.sentence());
    }

    /// As [`Row::problem`] with a sentence of its own.
    pub(super) fn problem_saying(&mut self, code: ProblemCode, field: &str, value: &str, message: &str) {
        let value = if is_contact(field) { HIDDEN.to_owned() } else { shown(value) };
        self.problems.push(RowProblem {
            row: self.number,
            slug: None,
            field: field.to_owned(),
            value,
            code,
            message: message.to_owned(),
            action: code.action(),
        });
    }

    /// Leaves a value out of the content, tells the office, and keeps it in
    /// `source_fields`.
    pub(super) fn drop(&mut self, code: ProblemCode, field: &str, value: Value) {
        self.problem(code, field, &display(&value));
        self.keep(field, value);
    }

    /// Keeps a value in `source_fields` without a word.
    pub(super) fn keep(&mut self, field: &str, value: Value) {
        self.kept.insert(field.to_owned(), value);
    }

    /// Puts a line at the end of the notes.
    pub(super) fn line(&mut self, line: String) {
        self.lines.push(line);
    }

    /// The notes with the lines that were put to them, within their bound.
    pub(super) fn notes(&mut self) -> Option<String> {
        let notes = self.text("notes", Lines::Kept);
        let mut all = notes.unwrap_or_default();
        for line in std::mem::take(&mut self.lines) {
            if !all.contains(&line) {
                all.push_str(if all.is_empty() { "" } else { "\n" });
                all.push_str(&line);
            }
        }
        let cut = limit("notes").cut(&all);
        if cut.len() < all.len() {
            self.problem(ProblemCode::TooLong, "notes", &all);
        }
        (!cut.is_empty()).then(|| cut.into_owned())
    }

    /// What nobody took and what was dropped: at most 64 fields and 32 KiB,
    /// without the characters that a database of texts cannot hold.
    pub(super) fn source_fields(&mut self) -> Map<String, Value> {
        let all = std::mem::take(&mut self.fields).into_iter().chain(std::mem::take(&mut self.kept));
        let (mut fields, mut bytes, mut cut) = (Map::new(), 0, None);
        for (key, value) in all.filter(|(_, value)| !is_absent(value)) {
            let (key, value) = (storable(key), storable_value(value));
            // Two quotes, a colon and a comma.
            bytes += key.len() + value.to_string().len() + 4;
            if fields.len() == SOURCE_FIELDS || bytes > SOURCE_FIELDS_BYTES {
                bytes -= key.len() + value.to_string().len() + 4;
                cut = cut.or(Some(key));
            } else {
                fields.insert(key, value);
            }
        }
        if let Some(key) = cut {
            self.problem(ProblemCode::SourceFieldsCut, &shown(&key), "");
        }
        fields
    }

    /// The problems so far, under the slug of the row.
    pub(super) fn problems(&mut self, slug: Option<&str>) -> Vec<RowProblem> {
        let mut problems = std::mem::take(&mut self.problems);
        for problem in &mut problems {
            problem.slug = slug.map(str::to_owned);
        }
        problems
    }

    /// Whether something among the problems refuses the row.
    pub(super) fn is_refused(&self) -> bool {
        self.problems.iter().any(|problem| problem.action == Action::RefusedRow)
    }
}

/// A value as it was written, when it is a text or a number.
pub(super) fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => {
            let text = number.to_string();
            Some(text.strip_suffix(".0").map_or(text.clone(), str::to_owned))
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A value as a problem shows it.
pub(super) fn display(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.iter().all(Value::is_null),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Names, addresses and numbers of people are for nobody's problem list.
fn is_contact(field: &str) -> bool {
    field.starts_with("contact_") || matches!(field, "email" | "phone" | "feedback_emails")
}

/// NUL is a character of JSON that Postgres cannot store.
fn storable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

fn storable_value(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(storable(text)),
        Value::Array(list) => list.into_iter().map(storable_value).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(key, value)| (storable(key), storable_value(value))).collect()
        }
        other => other,
    }
}

#[cfg(test)]
#[path = "row_tests.rs"]
mod tests;
