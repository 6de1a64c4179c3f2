//! Holds answers to the schemas that the OpenAPI document gives them.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use crate::search::{facets, quality, view};

#[derive(OpenApi)]
#[openapi(components(schemas(
    facets::FacetsView,
    view::ListedMeeting,
    view::MeetingDetail,
    view::GroupView,
    view::LocationView,
    view::RegionView,
    view::IntergroupView,
    quality::QualityView
)))]
struct Document;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(Document::openapi()).unwrap());

/// The schema of a name.
pub fn schema(name: &str) -> &'static Value {
    &DOCUMENT["components"]["schemas"][name]
}

/// What of a value its schema does not allow; fields that it does not name
/// count as well.
pub fn faults(name: &str, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    check(schema(name), value, name, &mut faults);
    faults
}

fn check(schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    let schema = resolved(schema);
    if let Some(options) = schema["anyOf"].as_array() {
        let fits = |option: &Value| {
            let mut faults = Vec::new();
            check(option, value, at, &mut faults);
            faults.is_empty()
        };
        if !options.iter().any(fits) {
            faults.push(format!("{at}: no option fits"));
        }
        return;
    }
    match (schema["type"].as_str(), value) {
        (Some("object"), Value::Object(fields)) => check_object(&schema, fields, at, faults),
        (Some("array"), Value::Array(items)) => {
            items.iter().for_each(|item| check(&schema["items"], item, &format!("{at}[]"), faults));
        }
        (Some("string"), Value::String(text)) => {
            if schema["enum"].as_array().is_some_and(|allowed| !allowed.contains(&json!(text))) {
                faults.push(format!("{at}: not in the enum"));
            }
        }
        (Some("number"), Value::Number(_)) | (Some("boolean"), Value::Bool(_)) => {}
        (Some("integer"), Value::Number(number)) if number.is_i64() || number.is_u64() => {}
        (wanted, _) => faults.push(format!("{at}: {value} is no {wanted:?}")),
    }
}

fn check_object(schema: &Value, fields: &Map<String, Value>, at: &str, faults: &mut Vec<String>) {
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(required) {
            faults.push(format!("{at}: lacks {required}"));
        }
    }
    for (name, value) in fields {
        match schema["properties"].get(name) {
            Some(schema) => check(schema, value, &format!("{at}.{name}"), faults),
            None => faults.push(format!("{at}: {name} is not declared")),
        }
    }
}

/// Follows a reference, and joins the parts of an `allOf`.
fn resolved(schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        return resolved(&DOCUMENT["components"]["schemas"][name.rsplit('/').next().unwrap()]);
    }
    let Some(parts) = schema["allOf"].as_array() else { return schema.clone() };
    let mut joined = json!({"type": "object", "properties": {}, "required": []});
    for part in parts.iter().map(resolved) {
        for (name, schema) in part["properties"].as_object().unwrap() {
            joined["properties"][name] = schema.clone();
        }
        joined["required"].as_array_mut().unwrap().extend(part["required"].as_array().into_iter().flatten().cloned());
    }
    joined
}
