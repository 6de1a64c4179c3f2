//! What a merge patch may hold, made of what it is merged onto.
//!
//! A PATCH of a thing takes the fields of its input, each of them optional, and
//! null for those that can be taken away (RFC 7396). Its schema is made of the
//! input's here, so that a client that is generated can leave a field out and
//! can send null, and so that no field is described twice. Where an input has
//! one inside, it is its field `changes`.

use utoipa::openapi::{
    Components, ObjectBuilder, OpenApi as Document, RefOr, Schema,
    schema::{AnyOfBuilder, Object, SchemaType, Type},
};

const MERGE_PATCH: &str = "application/merge-patch+json";
const COMPONENTS: &str = "#/components/schemas/";
const INPUT: &str = "Input";
/// The field of an input that is a merge patch.
const CHANGES: &str = "changes";

/// Gives every operation that takes a merge patch the schema of one.
pub fn describe_patches(document: &mut Document) {
    let Some(components) = &mut document.components else { return };
    let operations = document.paths.paths.values_mut().filter_map(|item| item.patch.as_mut());
    for body in operations.filter_map(|operation| operation.request_body.as_mut()) {
        let RefOr::T(body) = body else { continue };
        let Some(RefOr::T(content)) = body.content.get_mut(MERGE_PATCH) else { continue };
        let Some(RefOr::Ref(input)) = &mut content.schema else { continue };
        if let Some(patch) = patch_of(&input.ref_location, components) {
            input.ref_location = patch;
        }
    }
    describe_changes(components);
}

/// Gives every input that has a merge patch inside the schema of one there.
fn describe_changes(components: &mut Components) {
    let names: Vec<String> = components.schemas.keys().cloned().collect();
    for name in names.iter().filter(|name| name.ends_with(INPUT)) {
        let Some(RefOr::T(Schema::Object(input))) = components.schemas.get(name) else { continue };
        let Some(RefOr::Ref(changes)) = input.properties.get(CHANGES) else { continue };
        let patch = patch_of(&changes.ref_location.clone(), components);
        if let (Some(patch), Some(RefOr::T(Schema::Object(input)))) = (patch, components.schemas.get_mut(name))
            && let Some(RefOr::Ref(changes)) = input.properties.get_mut(CHANGES)
        {
            changes.ref_location = patch;
        }
    }
}

/// The reference to the patch of an input, which is added where it is missing.
fn patch_of(input: &str, components: &mut Components) -> Option<String> {
    let name = input.strip_prefix(COMPONENTS)?;
    let patch = format!("{}Patch", name.strip_suffix(INPUT)?);
    if !components.schemas.contains_key(&patch) {
        let RefOr::T(Schema::Object(input)) = components.schemas.get(name)?.clone() else { return None };
        let schema = optional(input, components);
        components.schemas.insert(patch.clone(), RefOr::T(Schema::Object(schema)));
    }
    Some(format!("{COMPONENTS}{patch}"))
}

fn optional(mut object: Object, components: &mut Components) -> Object {
    let required = std::mem::take(&mut object.required);
    // An example of a whole thing is none of a change.
    object.example = None;
    object.examples.clear();
    for (name, field) in &mut object.properties {
        if let RefOr::Ref(reference) = field
            && let Some(patch) = patch_of(&reference.ref_location, components)
        {
            reference.ref_location = patch;
        }
        if !required.contains(name) {
            nullable(field);
        }
    }
    object
}

fn nullable(field: &mut RefOr<Schema>) {
    match field {
        RefOr::T(Schema::Object(object)) if object.enum_values.is_none() => with_null(&mut object.schema_type),
        RefOr::T(Schema::Array(array)) => with_null(&mut array.schema_type),
        other => {
            let null = ObjectBuilder::new().schema_type(SchemaType::Type(Type::Null));
            *other = AnyOfBuilder::new().item(other.clone()).item(null).into();
        }
    }
}

fn with_null(kind: &mut SchemaType) {
    match kind {
        SchemaType::Type(one) => *kind = SchemaType::Array(vec![one.clone(), Type::Null]),
        SchemaType::Array(several) if !several.contains(&Type::Null) => several.push(Type::Null),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_field_is_optional_and_only_a_required_one_cannot_be_null() {
        let object = |value: serde_json::Value| serde_json::from_value::<RefOr<Schema>>(value).unwrap();
        let mut components = Components::new();
        components.schemas.insert(
            "ThingInput".to_owned(),
            object(json!({ "type": "object", "required": ["name"], "additionalProperties": false, "properties": {
                "name": { "type": "string" }, "notes": { "type": "string", "maxLength": 5 },
                "kinds": { "type": "array", "items": { "type": "string" } },
                "state": { "type": "string", "enum": ["on"] },
                "inner": { "$ref": "#/components/schemas/InnerInput" } } })),
        );
        let inner = object(json!({ "type": "object", "properties": { "url": { "type": "string" } } }));
        components.schemas.insert("InnerInput".to_owned(), inner);
        let reference = patch_of("#/components/schemas/ThingInput", &mut components).unwrap();
        assert_eq!(reference, "#/components/schemas/ThingPatch");
        let patch = serde_json::to_value(&components.schemas["ThingPatch"]).unwrap();
        assert_eq!(
            patch,
            json!({ "type": "object", "additionalProperties": false, "properties": {
                "name": { "type": "string" }, "notes": { "type": ["string", "null"], "maxLength": 5 },
                "kinds": { "type": ["array", "null"], "items": { "type": "string" } },
                "state": { "anyOf": [{ "type": "string", "enum": ["on"] }, { "type": "null" }] },
                "inner": { "anyOf": [{ "$ref": "#/components/schemas/InnerPatch" }, { "type": "null" }] } } })
        );
        let inner = serde_json::to_value(&components.schemas["InnerPatch"]).unwrap();
        assert_eq!(inner["properties"]["url"]["type"], json!(["string", "null"]));
    }
}
