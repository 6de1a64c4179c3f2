//! Field by field: what two contents differ in.

use serde_json::{Map, Value, json};

use super::super::model::FieldChange;
use crate::directory::MeetingContent;

/// The content as flat fields; `location` and `group` as `location.name` and
/// so on, and contacts left out.
fn flat(content: &MeetingContent) -> Map<String, Value> {
    let mut flat = Map::new();
    let Ok(Value::Object(fields)) = serde_json::to_value(content) else { return flat };
    for (name, value) in fields {
        match value {
            Value::Object(inner) if name == "location" || name == "group" => {
                flat.extend(inner.into_iter().map(|(field, value)| (format!("{name}.{field}"), value)));
            }
            _ if name == "contacts" => {}
            value => _ = flat.insert(name, value),
        }
    }
    flat
}

/// What changes between two contents. Contacts are said to change without
/// being shown.
pub(super) fn field_changes(before: &MeetingContent, after: &MeetingContent) -> Vec<FieldChange> {
    let (mut old, new) = (flat(before), flat(after));
    let mut changes = Vec::new();
    for (field, value) in new {
        let was = old.remove(&field);
        if was.as_ref() != Some(&value) {
            changes.push(FieldChange { field, before: was, after: Some(value) });
        }
    }
    changes.extend(old.into_iter().map(|(field, was)| FieldChange { field, before: Some(was), after: None }));
    if before.contacts != after.contacts {
        let hidden = |content: &MeetingContent| (!content.contacts.is_empty()).then(|| json!("(hidden)"));
        changes.push(FieldChange { field: "contacts".to_owned(), before: hidden(before), after: hidden(after) });
    }
    changes
}

/// Whether the field is the meeting's own, not its place's or group's.
pub(super) fn is_own(field: &str) -> bool {
    !field.starts_with("location.") && !field.starts_with("group.") && field != "region"
}

/// Whether somebody who goes there would go wrong without knowing of it: day,
/// time, zone or place (attendance is derived, and asked apart).
pub(super) fn is_where_or_when(field: &str) -> bool {
    let place = field.starts_with("location.") && field != "location.notes" && field != "location.name";
    place || matches!(field, "day" | "time" | "timezone")
}
