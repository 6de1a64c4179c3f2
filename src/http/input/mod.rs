//! From JSON to an input that is right, or every reason why it is not.
//!
//! An input is a struct that derives `Deserialize` (with
//! `deny_unknown_fields`) and `ToSchema`; its fields are types that parse:
//! newtypes with `#[serde(try_from = "String")]` whose error says in a plain
//! sentence what is wanted, never what was sent. serde stops at the first
//! mistake; here the offending value is taken out and the rest is read again,
//! so that a caller is told of all of them at once.

mod mistake;
mod reader;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};
use utoipa::{
    PartialSchema,
    openapi::{RefOr, Schema},
};

use super::ApiError;
use crate::kernel::Invalid;
use mistake::Mistake;
use reader::Reader;

/// The most mistakes that are told.
const MAX_MISTAKES: usize = 20;
/// A longer name of a member is cut where it is told, in bytes.
const MAX_NAME: usize = 128;

/// Reads an input. Null is refused wherever it stands: what is absent is left
/// out. In a PATCH it has been merged away before.
///
/// Of the fields that an object inside another lacks, only the first is told;
/// of those of the outermost, all.
///
/// # Errors
/// `invalid_content` with the mistakes, 20 at most, each with its pointer
/// (RFC 6901) and one of the codes `unknown_field`, `missing_field`,
/// `null_not_allowed`, `wrong_type`, `invalid_value`.
pub fn read_input<T: DeserializeOwned + PartialSchema>(value: Value) -> Result<T, ApiError> {
    let mut reading = Reading { value, mistakes: Vec::new(), taken: Vec::new(), gaps: BTreeMap::new() };
    while let Some(steps) = null_in(&reading.value) {
        if reading.is_full() || !reading.refuse(&steps, "null_not_allowed", "must not be null; leave it out instead") {
            return Err(ApiError::content(reading.mistakes));
        }
    }
    while !reading.is_full() {
        match serde_path_to_error::deserialize(Reader(&reading.value)) {
            Ok(input) if reading.mistakes.is_empty() => return Ok(input),
            Ok(_) => break,
            Err(error) => {
                let steps = steps(error.path());
                if !reading.note(&steps, error.into_inner(), required::<T>) {
                    break;
                }
            }
        }
    }
    Err(ApiError::content(reading.mistakes))
}

/// One step into a value.
#[derive(Debug, Clone)]
enum Step {
    Member(String),
    Item(usize),
}

/// A value from which what was refused is taken out.
struct Reading {
    value: Value,
    mistakes: Vec<Invalid>,
    /// Pointers of what was taken out, as the caller sent it.
    taken: Vec<String>,
    /// By pointer of an array: which of the caller's items are gone, in order.
    gaps: BTreeMap<String, Vec<usize>>,
}

impl Reading {
    fn is_full(&self) -> bool {
        self.mistakes.len() >= MAX_MISTAKES
    }

    /// Notes a mistake and makes way for the next; `false` where there is
    /// none to be found.
    fn note(&mut self, steps: &[Step], mistake: Mistake, required: impl Fn() -> Vec<String>) -> bool {
        match mistake {
            Mistake::Missing(field) => {
                let others = if steps.is_empty() { required() } else { Vec::new() };
                let others = others.into_iter().filter(|other| other != field && self.value.get(other).is_none());
                for field in std::iter::once(field.to_owned()).chain(others.collect::<Vec<_>>()) {
                    let steps = [steps, &[Step::Member(field)]].concat();
                    self.tell(&self.pointer(&steps), "missing_field", "is required");
                }
                self.take(steps)
            }
            Mistake::Unknown(message) => self.refuse(steps, "unknown_field", &message),
            Mistake::WrongType(message) => self.refuse(steps, "wrong_type", &message),
            Mistake::InvalidValue(message) => self.refuse(steps, "invalid_value", &message),
        }
    }

    fn refuse(&mut self, steps: &[Step], code: &'static str, message: &str) -> bool {
        self.tell(&self.pointer(steps), code, message);
        self.take(steps)
    }

    /// What is wrong with a place of which something was taken out may come of
    /// just that: it has been told already.
    fn tell(&mut self, pointer: &str, code: &'static str, message: &str) {
        let below = format!("{pointer}/");
        let ours = self.taken.iter().any(|taken| taken == pointer || taken.starts_with(&below));
        if !ours && !self.is_full() {
            self.mistakes.push(Invalid::new(pointer.to_owned(), code, message.to_owned()));
        }
    }

    /// The JSON pointer of a place, as the caller counts items.
    fn pointer(&self, steps: &[Step]) -> String {
        let mut pointer = String::new();
        for step in steps {
            let step = match step {
                Step::Member(name) => {
                    let shown = &name[..name.floor_char_boundary(MAX_NAME)];
                    shown.replace('~', "~0").replace('/', "~1")
                }
                Step::Item(index) => self.callers_index(&pointer, *index).to_string(),
            };
            pointer = format!("{pointer}/{step}");
        }
        pointer
    }

    fn callers_index(&self, array: &str, index: usize) -> usize {
        let gaps = self.gaps.get(array).into_iter().flatten();
        gaps.fold(index, |index, gap| if *gap <= index { index + 1 } else { index })
    }

    /// Takes a place out; `false` when it is the whole, or is not there.
    fn take(&mut self, steps: &[Step]) -> bool {
        let Some((last, before)) = steps.split_last() else { return false };
        let (pointer, parent) = (self.pointer(steps), self.pointer(before));
        let mut place = &mut self.value;
        for step in before {
            let inner = match step {
                Step::Member(name) => place.get_mut(name),
                Step::Item(index) => place.get_mut(index),
            };
            let Some(inner) = inner else { return false };
            place = inner;
        }
        let there = match (place, last) {
            (Value::Object(members), Step::Member(name)) => members.remove(name).is_some(),
            (Value::Array(items), Step::Item(index)) if *index < items.len() => {
                items.remove(*index);
                let index = self.callers_index(&parent, *index);
                let gaps = self.gaps.entry(parent).or_default();
                gaps.insert(gaps.partition_point(|gap| *gap < index), index);
                true
            }
            _ => false,
        };
        self.taken.push(pointer);
        there
    }
}

fn steps(path: &Path) -> Vec<Step> {
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(Step::Item(*index)),
        Segment::Map { key } => Some(Step::Member(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    path.iter().filter_map(step).collect()
}

/// Where the first null stands.
fn null_in(value: &Value) -> Option<Vec<Step>> {
    let under = |step, inner| null_in(inner).map(|below| [vec![step], below].concat());
    match value {
        Value::Null => Some(Vec::new()),
        Value::Array(items) => items.iter().enumerate().find_map(|(index, item)| under(Step::Item(index), item)),
        Value::Object(members) => members.iter().find_map(|(name, inner)| under(Step::Member(name.clone()), inner)),
        _ => None,
    }
}

/// The fields that an input cannot be without, from its schema.
fn required<T: PartialSchema>() -> Vec<String> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.required,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
