//! Whether a body is what the document says.

use serde_json::Value;

/// Whether a value is what a schema says; fields that it does not name are
/// wrong too, so that nothing is shown that is not promised.
pub fn conforms(value: &Value, schema: &Value, document: &Value, at: &str, wrong: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/components/schemas/")) {
        let target = &document["components"]["schemas"][name];
        assert!(target.is_object(), "{name} is not in the document");
        return conforms(value, target, document, at, wrong);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let fits = any.iter().any(|one| {
            let mut inner = Vec::new();
            conforms(value, one, document, at, &mut inner);
            inner.is_empty()
        });
        if !fits {
            wrong.push(format!("{at}: fits none of anyOf"));
        }
        return;
    }
    let mut properties = serde_json::Map::new();
    let mut required: Vec<&str> = Vec::new();
    collect(schema, document, &mut properties, &mut required);
    match value {
        // One without any names may have all.
        Value::Object(_) if properties.is_empty() && schema["additionalProperties"].is_null() => {}
        Value::Object(fields) => {
            for name in &required {
                if !fields.contains_key(*name) {
                    wrong.push(format!("{at}: {name} is missing"));
                }
            }
            for (name, inner) in fields {
                let at = format!("{at}/{name}");
                match (properties.get(name), schema.get("additionalProperties")) {
                    (Some(schema), _) | (None, Some(schema)) => conforms(inner, schema, document, &at, wrong),
                    (None, None) => wrong.push(format!("{at} is not in the schema")),
                }
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|item| conforms(item, &schema["items"], document, at, wrong));
            if schema["type"] != "array" {
                wrong.push(format!("{at}: is an array"));
            }
        }
        Value::Null => wrong.push(format!("{at} is null")),
        scalar => {
            let kind = match scalar {
                Value::String(_) => "string",
                Value::Bool(_) => "boolean",
                Value::Number(number) if number.is_f64() => "number",
                _ => "integer",
            };
            let said = &schema["type"];
            if said != kind && !(said == "number" && kind == "integer") {
                wrong.push(format!("{at} is a {kind}, not a {said}"));
            }
            if schema["enum"].as_array().is_some_and(|allowed| !allowed.contains(scalar)) {
                wrong.push(format!("{at} is none of its values"));
            }
        }
    }
}

/// Properties of a schema and of all it is composed of.
fn collect<'a>(
    schema: &'a Value,
    document: &'a Value,
    properties: &mut serde_json::Map<String, Value>,
    required: &mut Vec<&'a str>,
) {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/components/schemas/")) {
        return collect(&document["components"]["schemas"][name], document, properties, required);
    }
    properties.extend(schema["properties"].as_object().cloned().unwrap_or_default());
    required.extend(schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str));
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect(part, document, properties, required);
    }
}
