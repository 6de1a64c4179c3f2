//! JSON without the parts that readers disagree about.
//!
//! RFC 8259 leaves open what a member that stands twice means, what a number
//! beyond all numbers is, and how deep one may nest; half a surrogate pair is
//! no character, and NUL is none that Postgres keeps. All of these are refused.

use std::{cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The most objects and arrays inside one another.
pub(super) const MAX_DEPTH: usize = 32;

/// What a body was refused for besides its syntax.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Twice,
    Deep,
    Nul,
    Infinite,
}

/// Reads one JSON value; the error is a sentence for the caller.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "The body is not UTF-8.".to_owned())?;
    let fault = Cell::new(None);
    let mut reader = serde_json::Deserializer::from_str(text);
    let parsed = Strict { depth: MAX_DEPTH, fault: &fault }.deserialize(&mut reader);
    parsed.and_then(|value| reader.end().map(|()| value)).map_err(|error| {
        let what = match fault.get() {
            Some(Fault::Twice) => "An object in the body has a member twice".to_owned(),
            Some(Fault::Deep) => format!("The body nests deeper than {MAX_DEPTH} levels"),
            Some(Fault::Nul) => "The body has a NUL character".to_owned(),
            Some(Fault::Infinite) => "The body has a number that is too large".to_owned(),
            None => syntax(&error.to_string()).to_owned(),
        };
        format!("{what} (line {}, column {}).", error.line(), error.column())
    })
}

/// The library's own message is only looked at, never passed on.
fn syntax(message: &str) -> &'static str {
    let says = |start: &str| message.starts_with(start);
    if says("lone leading surrogate") || says("unexpected end of hex escape") {
        "The body has half of a surrogate pair"
    } else if says("number out of range") {
        "The body has a number that is too large"
    } else {
        "The body is not JSON"
    }
}

/// Reads a value that may hold `depth` levels of objects and arrays.
#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    fault: &'a Cell<Option<Fault>>,
}

impl Strict<'_> {
    fn refuse<E: Error>(self, fault: Fault) -> E {
        self.fault.set(Some(fault));
        E::custom("refused")
    }

    fn inside<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| self.refuse(Fault::Deep))?;
        Ok(Self { depth, ..self })
    }

    fn text<E: Error>(self, text: String) -> Result<String, E> {
        if text.contains('\0') { Err(self.refuse(Fault::Nul)) } else { Ok(text) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
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
        Number::from_f64(value).map(Value::Number).ok_or_else(|| self.refuse(Fault::Infinite))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        self.text(value).map(Value::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let name = self.text(name)?;
            // Before its value, so that the position is that of the name.
            if object.contains_key(&name) {
                return Err(self.refuse(Fault::Twice));
            }
            object.insert(name, members.next_value_seed(inside)?);
        }
        Ok(Value::Object(object))
    }
}
