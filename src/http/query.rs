//! The query string of a request, read strictly.
//!
//! A raw query is split and percent-decoded once; handlers then take their
//! parameters by name, and what nobody took is refused by name. Nothing is
//! repaired and nothing is ignored: whatever is wrong becomes an [`Invalid`],
//! and all of them are collected, so that a caller sees every mistake at once.
//!
//! To read another kind of value, write a function `&str -> Result<T, Refusal>`
//! beside the feature that wants it and hand it to [`QueryString::take_one`] or
//! [`QueryString::take_list`]. Take everything first, [`QueryString::finish`]
//! last: a name counts as known from the moment that something asked for it.

use std::borrow::Cow;

use super::{AsHead, nearest::nearest};
use crate::kernel::Invalid;

/// The most `name=value` pairs of one query.
pub const MAX_PAIRS: usize = 100;
/// The longest name, in bytes after decoding.
pub const MAX_NAME: usize = 64;
/// The longest value, in bytes after decoding.
pub const MAX_VALUE: usize = 4_096;

/// How many names a call knows, mostly.
const NAMES: usize = 32;

/// What is wrong with one value, before it is known whose value it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that was broken, `snake_case`.
    pub code: &'static str,
    /// What is wanted, one sentence that never echoes the value.
    pub message: Cow<'static, str>,
}

impl Refusal {
    /// A refusal by the rule `code`.
    pub fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }
}

/// A decoded query of which parameters are taken one by one.
#[derive(Debug, Clone, Default)]
pub struct QueryString {
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    given: Vec<&'static str>,
    refused: Vec<Invalid>,
}

impl QueryString {
    /// Splits and decodes what stands after the `?`. `+` is a space; empty
    /// pairs (`a=1&&b=2`) say nothing and are passed over.
    ///
    /// Refused: bad percent escapes, bad UTF-8, control characters (NUL among
    /// them), nameless values, and more or longer pairs than the limits above.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(raw: &str) -> Result<Self, Vec<Invalid>> {
        let mut query = Self::default();
        for (index, pair) in raw.split('&').enumerate() {
            if index >= MAX_PAIRS {
                let message = format!("at most {MAX_PAIRS} parameters are read");
                query.refused.push(Invalid::new("", "too_many", message));
                break;
            }
            if pair.is_empty() {
                continue;
            }
            let (raw_name, raw_value) = pair.split_once('=').unwrap_or((pair, ""));
            match decode_pair(raw_name, raw_value) {
                Ok(pair) => query.pairs.push(pair),
                Err(invalid) => query.refused.push(invalid),
            }
        }
        if query.refused.is_empty() { Ok(query) } else { Err(query.refused) }
    }

    /// That of a request.
    ///
    /// # Errors
    /// Those of [`Self::parse`].
    pub fn of(request: &impl AsHead) -> Result<Self, Vec<Invalid>> {
        Self::parse(request.as_head().uri.query().unwrap_or_default())
    }

    /// Takes a parameter that may stand once, as its text.
    pub fn take_text(&mut self, name: &'static str) -> Option<String> {
        self.take_one(name, |text| Ok(text.to_owned()))
    }

    /// Takes a parameter that may stand once and reads it. `None` when it is
    /// absent or was refused; [`Self::was_given`] tells the two apart.
    pub fn take_one<T>(&mut self, name: &'static str, read: impl Fn(&str) -> Result<T, Refusal>) -> Option<T> {
        let values = self.take(name);
        let [value] = values.as_slice() else {
            if !values.is_empty() {
                self.refuse(name, Refusal::new("repeated", "may be given once only"));
            }
            return None;
        };
        self.read_all(name, std::iter::once(value.as_str()), read).and_then(|mut read| read.pop())
    }

    /// Takes a parameter that may be repeated or hold commas, at most `max`
    /// values in all, and reads each. Blank values are refused.
    pub fn take_list<T>(
        &mut self,
        name: &'static str,
        max: usize,
        read: impl Fn(&str) -> Result<T, Refusal>,
    ) -> Option<Vec<T>> {
        let values = self.take(name);
        if values.is_empty() {
            return None;
        }
        let items = values.iter().flat_map(|value| value.split(','));
        if items.clone().nth(max).is_some() {
            self.refuse(name, Refusal::new("too_many", format!("takes at most {max} values")));
            return None;
        }
        self.read_all(name, items, read)
    }

    /// Whether a parameter that was taken had been there, refused or not:
    /// rules across parameters ask this, so that one mistake is told once.
    pub fn was_given(&self, name: &str) -> bool {
        self.given.contains(&name)
    }

    /// Adds a refusal of `name`.
    pub fn refuse(&mut self, name: &'static str, refusal: Refusal) {
        self.refused.push(Invalid::new(name, refusal.code, refusal.message));
    }

    /// Refuses every parameter that nobody took, and hands over all refusals
    /// so far; `Ok` when there are none. A message names the valid parameter
    /// that is spelled nearly alike, if there is one.
    ///
    /// # Errors
    /// All that has been refused so far.
    pub fn deny_unknown(&mut self) -> Result<(), Vec<Invalid>> {
        let mut unknown: Vec<String> = Vec::new();
        for (name, _) in std::mem::take(&mut self.pairs) {
            if !unknown.contains(&name) {
                unknown.push(name);
            }
        }
        for name in unknown {
            let message = match nearest(&name, &self.known) {
                Some(valid) => Cow::from(format!("is not a parameter of this call; did you mean {valid}?")),
                None => Cow::from("is not a parameter of this call"),
            };
            self.refused.push(Invalid::new(name, "unknown_parameter", message));
        }
        let refused = std::mem::take(&mut self.refused);
        if refused.is_empty() { Ok(()) } else { Err(refused) }
    }

    /// [`Self::deny_unknown`] as the last thing done with a query.
    ///
    /// # Errors
    /// All that has been refused.
    pub fn finish(mut self) -> Result<(), Vec<Invalid>> {
        self.deny_unknown()
    }

    fn take(&mut self, name: &'static str) -> Vec<String> {
        if self.known.is_empty() {
            self.known.reserve(NAMES);
        }
        self.known.push(name);
        // As most are not there.
        if !self.pairs.iter().any(|(pair_name, _)| pair_name == name) {
            return Vec::new();
        }
        let mut values = Vec::new();
        self.pairs.retain_mut(|(pair_name, value)| {
            let taken = pair_name == name;
            if taken {
                values.push(std::mem::take(value));
            }
            !taken
        });
        self.given.push(name);
        values
    }

    fn read_all<'a, T>(
        &mut self,
        name: &'static str,
        items: impl Iterator<Item = &'a str>,
        read: impl Fn(&str) -> Result<T, Refusal>,
    ) -> Option<Vec<T>> {
        let blank = |item: &str| item.trim().is_empty();
        let read_one = |item| if blank(item) { Err(Refusal::new("blank", "must not be blank")) } else { read(item) };
        match items.map(read_one).collect() {
            Ok(values) => Some(values),
            Err(refusal) => {
                self.refuse(name, refusal);
                None
            }
        }
    }
}

fn decode_pair(raw_name: &str, raw_value: &str) -> Result<(String, String), Invalid> {
    // A name that cannot be decoded is shown as it came, cut to its limit.
    let name = decode(raw_name, MAX_NAME).map_err(|refusal| {
        let shown = &raw_name[..raw_name.floor_char_boundary(MAX_NAME)];
        Invalid::new(shown.to_owned(), refusal.code, refusal.message)
    })?;
    if name.is_empty() {
        return Err(Invalid::new("", "malformed", "a value stands without a parameter's name"));
    }
    match decode(raw_value, MAX_VALUE) {
        Ok(value) => Ok((name, value)),
        Err(refusal) => Err(Invalid::new(name, refusal.code, refusal.message)),
    }
}

/// Percent-decodes strictly (WHATWG's form encoding would repair instead).
fn decode(raw: &str, max: usize) -> Result<String, Refusal> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'%' | b'+');
    if raw.len() <= max && raw.bytes().all(is_plain) {
        return Ok(raw.to_owned());
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match (rest.next().and_then(hex), rest.next().and_then(hex)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(Refusal::new("malformed", "has a % that two hexadecimal digits do not follow")),
            },
            byte => byte,
        });
    }
    if bytes.len() > max {
        return Err(Refusal::new("too_long", format!("is longer than {max} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| Refusal::new("malformed", "is not UTF-8"))?;
    if text.chars().any(char::is_control) {
        return Err(Refusal::new("malformed", "has a control character"));
    }
    Ok(text)
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests;
