//! What serde finds wrong, kept apart by kind and without what was sent.

use std::fmt::{self, Display};

use serde::de::{self, Expected, Unexpected};

use crate::http::nearest::nearest;

/// One mistake, with a message for the caller.
#[derive(Debug)]
pub(super) enum Mistake {
    Unknown(String),
    Missing(&'static str),
    WrongType(String),
    InvalidValue(String),
}

impl Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(field) => write!(f, "{field} is required"),
            Self::Unknown(message) | Self::WrongType(message) | Self::InvalidValue(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Mistake {}

impl de::Error for Mistake {
    fn custom<T: Display>(message: T) -> Self {
        Self::InvalidValue(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::WrongType(must_be(expected))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::InvalidValue(must_be(expected))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::InvalidValue(must_be(expected))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::InvalidValue(format!("must be one of {}", expected.join(", ")))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let meant = nearest(field, expected).map(|known| format!("; did you mean {known}?"));
        Self::Unknown(format!("is not a field of this object{}", meant.unwrap_or_default()))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self::InvalidValue("is given twice".to_owned())
    }
}

/// What serde calls by Rust's names, in JSON's.
fn must_be(expected: &dyn Expected) -> String {
    let expected = expected.to_string();
    let words = match expected.as_str() {
        "a string" | "a borrowed string" | "a character" => "a text",
        "a boolean" => "true or false",
        "f32" | "f64" => "a number",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number from 0",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "a sequence" => "a list",
        "a map" => "an object",
        other if other.starts_with("struct ") => "an object",
        other if other.starts_with("enum ") => "one of its values, as a text",
        other => other,
    };
    format!("must be {words}")
}
