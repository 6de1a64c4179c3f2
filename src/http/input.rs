//! Stand-in.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::kernel::Invalid;

/// Reads a body, and says all that is wrong with it.
///
/// # Errors
/// Every mistake.
pub fn read_input<T: DeserializeOwned>(mut value: Value) -> Result<T, Vec<Invalid>> {
    let mut wrong = Vec::new();
    for _ in 0..20 {
        let error = match serde_path_to_error::deserialize(&value) {
            Ok(read) => return if wrong.is_empty() { Ok(read) } else { Err(wrong) },
            Err(error) => error,
        };
        let message = error.inner().to_string();
        let mut pointer = String::new();
        for segment in error.path() {
            match segment {
                serde_path_to_error::Segment::Map { key } => pointer = format!("{pointer}/{key}"),
                serde_path_to_error::Segment::Seq { index } => pointer = format!("{pointer}/{index}"),
                _ => {}
            }
        }
        let (code, name) = if let Some(rest) = message.strip_prefix("unknown field `") {
            ("unknown_field", rest.split('`').next().map(str::to_owned))
        } else if let Some(rest) = message.strip_prefix("missing field `") {
            ("missing_field", rest.split('`').next().map(str::to_owned))
        } else if message.starts_with("invalid type") {
            ("wrong_type", None)
        } else {
            ("invalid_value", None)
        };
        if let Some(name) = name
            && !pointer.ends_with(&format!("/{name}"))
        {
            pointer = format!("{pointer}/{name}");
        }
        wrong.push(Invalid::new(pointer.clone(), code, message));
        let (parent, last) = pointer.rsplit_once('/').unwrap_or(("", ""));
        match value.pointer_mut(parent) {
            Some(Value::Object(members)) => {
                if members.remove(last).is_none() {
                    break;
                }
            }
            Some(Value::Array(items)) => _ = last.parse().map(|at: usize| items.remove(at)),
            _ => break,
        }
    }
    Err(wrong)
}
