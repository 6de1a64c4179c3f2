//! Changing only what was sent: JSON Merge Patch (RFC 7396).

use serde_json::{Map, Value};

/// Merges `patch` onto `target`: members that are null are taken out, objects
/// are merged, everything else replaces what was there.
pub fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
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
