//! One row of JSON as a value that cannot be larger than a meeting.
//!
//! The parser builds a value only up to the bounds of `limits`; what goes over
//! is read past without being kept, at any depth, so that one monstrous row
//! costs neither memory nor the rest of the source. Its slug and name are kept
//! where they came before, so that the meeting it stands for is protected.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{
    decode::Progress,
    limits::{ROW_BYTES, ROW_DEPTH, ROW_VALUES},
};

/// What is left of the bounds of one row.
pub(super) struct Budget {
    progress: Progress,
    start: u64,
    values: u32,
    over: bool,
}

impl Budget {
    /// A fresh budget for the row that begins here.
    pub(super) fn new(progress: Progress) -> Self {
        Self { start: progress.bytes(), progress, values: ROW_VALUES, over: false }
    }

    /// Whether the row went over its bounds, so that the value is incomplete.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// Accounts for one more value; false when there is no room for it.
    fn spend(&mut self, depth: u32) -> bool {
        let bytes = self.progress.bytes() - self.start;
        self.values = self.values.saturating_sub(1);
        self.over |= bytes > ROW_BYTES || self.values == 0 || depth > ROW_DEPTH;
        !self.over
    }
}

/// Reads one value within a budget.
pub(super) struct Bounded<'b> {
    budget: &'b mut Budget,
    depth: u32,
}

impl<'b> Bounded<'b> {
    /// The whole row.
    pub(super) fn row(budget: &'b mut Budget) -> Self {
        Self { budget, depth: 0 }
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.budget.spend(self.depth) {
            deserializer.deserialize_any(self)
        } else {
            deserializer.deserialize_ignored_any(IgnoredAny).map(|_| Value::Null)
        }
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        // A long text is over the budget only once it has been read.
        let fits = value.len() as u64 <= ROW_BYTES;
        self.budget.over |= !fits;
        Ok(if fits { Value::String(value.to_owned()) } else { Value::Null })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(Bounded { budget: self.budget, depth: self.depth + 1 })? {
            if !self.budget.over {
                values.push(value);
            }
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = object.next_key::<String>()? {
            let value = object.next_value_seed(Bounded { budget: self.budget, depth: self.depth + 1 })?;
            if !self.budget.over {
                fields.insert(key, value);
            }
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
#[path = "bounded_tests.rs"]
mod tests;
