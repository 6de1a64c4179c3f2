//! The document of one audience: what its clients are generated from, so that
//! they cannot send the wrong token.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi as Document;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "patch", "head", "options"];
/// Whose calls are made without a token, but to get one of that audience.
pub(super) const SIGN_IN: &str = " sign-in";

/// The document with only the operations of `audience` and what they refer to,
/// whole in itself.
///
/// An operation says whose it is by its security: `{}` is public's, and a
/// scheme belongs to the audience that it is named after (`office_key`, to
/// `office`). Signing in, which needs no token, says it by its tag: `office
/// sign-in`.
pub fn of_audience(document: &Value, audience: &str) -> Value {
    let mut whole = document.clone();
    if let Some(paths) = whole.get_mut("paths").and_then(Value::as_object_mut) {
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            item.retain(|name, operation| !METHODS.contains(&name.as_str()) || keep(operation, audience));
        }
        paths.retain(|_, item| METHODS.iter().any(|method| item.get(method).is_some()));
    }
    let operations = whole.get("paths").cloned().unwrap_or_default();
    let (mut tags, mut schemes) = (BTreeSet::new(), BTreeSet::new());
    for operation in METHODS.iter().flat_map(|method| members(&operations).filter_map(move |item| item.get(method))) {
        tags.extend(tags_of(operation).map(str::to_owned));
        schemes.extend(requirements(operation).filter_map(Value::as_object).flat_map(|one| one.keys().cloned()));
    }
    let referred = referred(document, &operations);
    if let Some(components) = whole.get_mut("components").and_then(Value::as_object_mut) {
        for (kind, named) in components.iter_mut() {
            let used = |name: &String| match kind.as_str() {
                "securitySchemes" => schemes.contains(name),
                kind => referred.contains(&format!("#/components/{kind}/{}", escaped(name))),
            };
            if let Some(named) = named.as_object_mut() {
                named.retain(|name, _| used(name));
            }
        }
        components.retain(|_, named| named.as_object().is_some_and(|named| !named.is_empty()));
    }
    if let Some(listed) = whole.get_mut("tags").and_then(Value::as_array_mut) {
        listed.retain(|tag| tag.get("name").and_then(Value::as_str).is_some_and(|name| tags.contains(name)));
    }
    whole
}

/// Takes away the schemas that nothing refers to: an input that is only ever
/// merged stands there as its patch.
pub fn drop_unused(document: &mut Document) {
    let whole = json!(document);
    let used = referred(&whole, &whole["paths"]);
    if let Some(components) = &mut document.components {
        components.schemas.retain(|name, _| used.contains(&format!("#/components/schemas/{}", escaped(name))));
    }
}

/// Whether an operation is the audience's; leaves it only the ways in that are.
fn keep(operation: &mut Value, audience: &str) -> bool {
    if let Some(tag) = tags_of(operation).find_map(|tag| tag.strip_suffix(SIGN_IN)) {
        return tag == audience;
    }
    let Some(ways) = operation.get_mut("security").and_then(Value::as_array_mut) else { return false };
    ways.retain(|way| way.as_object().is_some_and(|way| is_of(way, audience)));
    !ways.is_empty()
}

fn is_of(way: &Map<String, Value>, audience: &str) -> bool {
    let owner = |scheme: &String| scheme.strip_suffix("_key").unwrap_or(scheme) == audience;
    if way.is_empty() { audience == "public" } else { way.keys().all(owner) }
}

pub(super) fn tags_of(operation: &Value) -> impl Iterator<Item = &str> {
    operation.get("tags").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

pub(super) fn requirements(operation: &Value) -> impl Iterator<Item = &Value> {
    operation.get("security").and_then(Value::as_array).into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_object().into_iter().flat_map(Map::values)
}

/// Every component that is referred to, and those that these refer to.
fn referred(document: &Value, from: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = references(from);
    while let Some(reference) = open.pop() {
        let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        if let Some(target) = target
            && found.insert(reference)
        {
            open.extend(references(target));
        }
    }
    found
}

fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(fields.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// A name as a JSON pointer writes it.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        let operation = |tag: &str, security: Value, schema: &str| {
            let schema = json!({"$ref": format!("#/components/schemas/{schema}")});
            json!({"tags": [tag], "security": security,
                "responses": {"200": {"content": {"application/json": {"schema": schema}}}}})
        };
        json!({
            "openapi": "3.1.0",
            "info": {"title": "t", "version": "1"},
            "tags": [{"name": "meetings"}, {"name": "office sign-in"}, {"name": "members"}, {"name": "member sign-in"}],
            "paths": {
                "/meetings/{id}": {
                    "get": operation("meetings", json!([{}]), "Meeting"),
                    "patch": operation("meetings", json!([{"office": []}, {"office_key": []}]), "Edit"),
                },
                "/both": {"get": operation("meetings", json!([{"office": []}, {"member": []}]), "Meeting")},
                "/auth/office/token": {"post": operation("office sign-in", json!([{}]), "Pair")},
                "/auth/member/token": {"post": operation("member sign-in", json!([{}]), "Pair")},
                "/me": {"get": operation("members", json!([{"member": []}]), "Me")},
            },
            "components": {
                "schemas": {
                    "Meeting": {"properties": {"place": {"$ref": "#/components/schemas/Place"}}},
                    "Place": {"properties": {"again": {"$ref": "#/components/schemas/Meeting"}}},
                    "Edit": {}, "Pair": {}, "Me": {}, "Unused": {},
                },
                "securitySchemes": {"office": {}, "office_key": {}, "member": {}},
            },
        })
    }

    fn names(value: &Value) -> Vec<&str> {
        value.as_object().unwrap().keys().map(String::as_str).collect()
    }

    #[test]
    fn the_publics_document_has_no_token_and_no_way_to_get_one() {
        let public = of_audience(&document(), "public");
        assert_eq!(names(&public["paths"]), ["/meetings/{id}"]);
        assert_eq!(names(&public["paths"]["/meetings/{id}"]), ["get"]);
        assert_eq!(names(&public["components"]), ["schemas"]);
        assert_eq!(names(&public["components"]["schemas"]), ["Meeting", "Place"]);
        assert_eq!(public["tags"], json!([{"name": "meetings"}]));
    }

    #[test]
    fn an_offices_document_has_its_own_sign_in_and_its_own_tokens_alone() {
        let office = of_audience(&document(), "office");
        assert_eq!(names(&office["paths"]), ["/auth/office/token", "/both", "/meetings/{id}"]);
        assert_eq!(office["paths"]["/both"]["get"]["security"], json!([{"office": []}]));
        assert_eq!(names(&office["components"]["schemas"]), ["Edit", "Meeting", "Pair", "Place"]);
        assert_eq!(names(&office["components"]["securitySchemes"]), ["office", "office_key"]);
        assert_eq!(office["tags"], json!([{"name": "meetings"}, {"name": "office sign-in"}]));
    }

    #[test]
    fn schemas_that_nothing_refers_to_go() {
        let to = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let holds = |name: &str| json!({ "type": "object", "properties": { "one": to(name) } });
        let answer = json!({ "description": "d", "content": { "application/json": { "schema": to("A") } } });
        let mut parsed: Document = serde_json::from_value(json!({
            "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
            "paths": { "/a": { "get": { "responses": { "200": answer } } } },
            "components": { "schemas": { "A": holds("B"), "B": { "type": "string" }, "C": holds("D"), "D": holds("B") } },
        }))
        .unwrap();
        drop_unused(&mut parsed);
        assert_eq!(names(&json!(parsed)["components"]["schemas"]), ["A", "B"]);
    }

    #[test]
    fn an_audience_without_operations_has_an_empty_document() {
        let nobody = of_audience(&document(), "nobody");
        assert_eq!(
            (&nobody["paths"], &nobody["components"], &nobody["info"]["title"]),
            (&json!({}), &json!({}), &json!("t"))
        );
    }
}
