//! What becomes of patches, and what the OpenAPI document says of inputs.

use serde_json::{Value, json};
use utoipa::{OpenApi, openapi::OpenApi as Document};

use super::*;
use crate::{
    directory::{IntergroupDocument, Place},
    http::mend_descriptions,
    kernel::Invalid,
};

fn place() -> Place {
    let address = Some("x".repeat(900));
    Place { name: Some("Hall".to_owned()), formatted_address: address, ..Place::default() }
}

fn codes(wrong: &[Invalid]) -> Vec<(&str, &str)> {
    wrong.iter().map(|invalid| (invalid.name.as_ref(), invalid.code)).collect()
}

fn outcome(patch: &Value) -> Result<Place, Vec<Invalid>> {
    patched(&place(), patch).map(|outcome| outcome.document)
}

#[test]
fn a_stored_value_that_no_input_may_have_stays_until_it_is_sent() {
    let patched = outcome(&json!({ "city": " Chicago " })).unwrap();
    assert_eq!(patched, Place { city: Some("Chicago".to_owned()), ..place() });
    assert_eq!(outcome(&json!({ "formatted_address": "x".repeat(900) })).unwrap(), place());
    let wrong = outcome(&json!({ "formatted_address": "x".repeat(901) })).unwrap_err();
    assert_eq!(codes(&wrong), [("/formatted_address", "invalid_value")]);
    assert_eq!(outcome(&json!({ "formatted_address": null })).unwrap().formatted_address, None);
}

#[test]
fn an_unknown_name_is_told_once_whatever_stands_there() {
    for value in [json!(null), json!(1), json!({}), json!({ "a": null, "b": { "c": 1 } }), json!([null])] {
        let wrong = outcome(&json!({ "no_such": value, "city": 5 })).unwrap_err();
        let mut told = codes(&wrong);
        told.retain(|(_, code)| *code != "null_not_allowed");
        assert!(
            told.len() <= 2 && wrong.iter().any(|invalid| invalid.name.starts_with("/no_such")),
            "{value}: {wrong:?}"
        );
    }
    let many: serde_json::Map<String, Value> = (0..10_000).map(|n| (format!("f{n}"), Value::Null)).collect();
    assert!(outcome(&Value::Object(many)).unwrap_err().len() <= 40);
}

#[test]
fn what_an_input_cannot_lack_is_not_asked_for_again() {
    let stored: IntergroupDocument = serde_json::from_value(
        json!({ "slug": "a", "name": "A\u{202e}", "timezone": "America/Chicago", "require_totp": true }),
    )
    .unwrap();
    let patched = patched(&stored, &json!({ "phone": "312-555-0100" })).map(|outcome| outcome.document).unwrap();
    assert_eq!(patched, IntergroupDocument { phone: Some("312-555-0100".to_owned()), ..stored });
}

#[test]
fn touched_are_the_fields_that_change() {
    let changed = patched(&place(), &json!({ "name": "Hall", "city": "Chicago", "notes": null })).unwrap();
    assert_eq!(changed.touched, Touched::Only(["city".to_owned()].into()));
    assert!(changed.touched.any(&["city", "name"]) && !changed.touched.any(&["name"]));
    assert!(Touched::All.any(&["name"]));
}

#[derive(OpenApi)]
#[openapi(components(schemas(
    MeetingInput,
    GroupInput,
    LocationInput,
    RegionInput,
    IntergroupInput,
    NewIntergroupInput,
    NoticeInput
)))]
struct Inputs;

#[test]
fn every_field_of_every_input_is_described_and_bounded() {
    let mut document: Document = Inputs::openapi();
    mend_descriptions(&mut document);
    let schemas = json!(document)["components"]["schemas"].clone();
    let schemas = schemas.as_object().unwrap();
    assert!(schemas.len() >= 11, "{:?}", schemas.keys());
    for (name, schema) in schemas.iter().filter(|(_, schema)| schema["type"] == "object") {
        assert_eq!(schema["additionalProperties"], json!(false), "{name}");
        for (field, of) in schema["properties"].as_object().unwrap() {
            let place = format!("{name}.{field}: {of}");
            assert!(of["description"].is_string(), "{place}");
            let has = |word: &str| of.get(word).is_some();
            assert!(!has("allOf") && !has("oneOf") && !of.to_string().contains("null"), "{place}");
            match of["type"].as_str() {
                Some("string") => {
                    assert!(has("maxLength") || has("pattern") || has("format") || has("enum"), "{place}");
                }
                Some("integer" | "number") => assert!(has("minimum") && has("maximum") || has("enum"), "{place}"),
                Some("array") => assert!(has("maxItems"), "{place}"),
                Some("boolean") => assert!(has("default"), "{place}"),
                _ => assert!(has("$ref"), "{place}"),
            }
        }
    }
    let name = &schemas["MeetingInput"]["properties"]["name"];
    assert_eq!((&name["maxLength"], &name["description"]), (&json!(255), &json!("Its name.")));
}

#[test]
fn the_examples_are_inputs() {
    fn holds<T: serde::de::DeserializeOwned + utoipa::PartialSchema>() {
        let example = json!(T::schema())["example"].clone();
        assert!(example.is_object());
        assert!(crate::http::read_input::<T>(example).is_ok(), "{}", std::any::type_name::<T>());
    }
    holds::<MeetingInput>();
    holds::<GroupInput>();
    holds::<LocationInput>();
    holds::<RegionInput>();
    holds::<IntergroupInput>();
    holds::<NewIntergroupInput>();
    holds::<NoticeInput>();
    holds::<ConferenceInput>();
    holds::<ContributionInput>();
    holds::<ContactInput>();
}
