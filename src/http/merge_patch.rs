//! Changing only what was sent: JSON Merge Patch (RFC 7396).

use serde_json::{Map, Value};

use super::{ApiError, BodyRules};
use crate::kernel::Invalid;

/// A patch of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch(Map<String, Value>);

impl Patch {
    /// What its body may be.
    pub const BODY: BodyRules = BodyRules::MERGE_PATCH;

    /// Takes a body that is an object; any other would replace the whole.
    ///
    /// # Errors
    /// `invalid_content` when it is none.
    pub fn read(body: Value) -> Result<Self, ApiError> {
        match body {
            Value::Object(members) => Ok(Self(members)),
            _ => Err(ApiError::content(vec![Invalid::new("", "wrong_type", "must be an object")])),
        }
    }

    /// The members that were sent.
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Merges it onto `target`, as [`merge`].
    pub fn apply(&self, target: &mut Value) {
        merge_members(target, &self.0);
    }
}

/// Merges `patch` onto `target`: members that are null are taken out, objects
/// are merged, everything else replaces what was there.
pub fn merge(target: &mut Value, patch: &Value) {
    match patch {
        Value::Object(members) => merge_members(target, members),
        other => *target = other.clone(),
    }
}

fn merge_members(target: &mut Value, patch: &Map<String, Value>) {
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else { return };
    for (name, value) in patch {
        if value.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_examples_of_the_rfc_come_out_as_it_says() {
        for (target, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), json!(null), json!(null)),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            let mut merged = target.clone();
            merge(&mut merged, &patch);
            assert_eq!(merged, result, "{target} with {patch}");
        }
    }

    #[test]
    fn a_patch_is_an_object_and_leaves_alone_what_it_does_not_name() {
        assert!(Patch::read(json!([1])).is_err());
        let patch = Patch::read(json!({"name": "New", "notes": null})).unwrap();
        let mut target = json!({"name": "Old", "notes": "x", "day": 3});
        patch.apply(&mut target);
        assert_eq!(target, json!({"name": "New", "day": 3}));
    }
}
