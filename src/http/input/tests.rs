use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::*;
use crate::{
    http::ErrorCode,
    kernel::{Day, GroupId, Slug},
};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its reading is tested")]
struct Conference {
    url: String,
    #[serde(default)]
    phone: Option<u16>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Open,
    Closed,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its reading is tested")]
struct Input {
    name: String,
    time: String,
    #[schema(value_type = Option<u8>)]
    day: Option<Day>,
    #[schema(value_type = Option<String>)]
    slug: Option<Slug>,
    #[schema(value_type = Option<String>)]
    group_id: Option<GroupId>,
    latitude: Option<f64>,
    published: Option<bool>,
    kind: Option<Kind>,
    conference: Option<Conference>,
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    contacts: Vec<Conference>,
}

/// Reads, and gives each mistake as `pointer code: message`.
fn mistakes(value: Value) -> Vec<String> {
    let error = read_input::<Input>(value).unwrap_err();
    assert_eq!(error.code(), ErrorCode::InvalidContent);
    let told = |invalid: &Invalid| format!("{} {}: {}", invalid.name, invalid.code, invalid.message);
    error.invalid().iter().map(told).collect()
}

#[test]
fn what_is_right_is_read() {
    let input: Input = read_input(json!({
        "name": "n", "time": "t", "day": 3.0, "latitude": 41, "kind": "open", "slug": "s",
        "conference": {"url": "u", "phone": 1}, "types": ["O"], "group_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
    }))
    .unwrap();
    assert_eq!((input.day.unwrap().number(), input.latitude, input.types.len()), (3, Some(41.0), 1));
    assert!(matches!(input.kind, Some(Kind::Open)));
}

#[test]
fn all_mistakes_are_told_at_once_and_no_value_is_repeated() {
    let told = mistakes(json!({
        "naem": "secret", "time": 7, "day": 9, "slug": "sécret", "group_id": "secret", "latitude": "secret",
        "published": "secret", "kind": "secret", "types": ["O", 5, "C", {"secret": 1}],
        "conference": {"url": ["secret"], "phone": 70000, "fone": 1}, "contacts": [{"url": "u"}, {}, {"url": 1}],
    }));
    assert_eq!(
        told,
        [
            "/conference/fone unknown_field: is not a field of this object",
            "/conference/phone invalid_value: must be a whole number from 0 to 65535",
            "/conference/url wrong_type: must be a text",
            "/contacts/1/url missing_field: is required",
            "/contacts/2/url wrong_type: must be a text",
            "/day invalid_value: must be 0 (Sunday) to 6 (Saturday)",
            "/group_id invalid_value: must be a UUID such as 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
            "/kind invalid_value: must be one of open, closed",
            "/latitude wrong_type: must be a number",
            "/naem unknown_field: is not a field of this object; did you mean name?",
            "/published wrong_type: must be true or false",
            "/slug invalid_value: must be 1 to 64 characters of letters, digits, '-' and '_'",
            "/time wrong_type: must be a text",
            "/types/1 wrong_type: must be a text",
            "/types/3 wrong_type: must be a text",
            "/name missing_field: is required",
        ]
    );
}

#[test]
fn all_missing_fields_of_the_whole_are_told() {
    assert_eq!(mistakes(json!({})), ["/name missing_field: is required", "/time missing_field: is required"]);
}

#[test]
fn null_is_refused_wherever_it_stands() {
    assert_eq!(
        mistakes(json!({"name": null, "time": "t", "types": [null, "O", null, 1], "no_such": {"a/b~": null}})),
        [
            "/name null_not_allowed: must not be null; leave it out instead",
            "/no_such/a~1b~0 null_not_allowed: must not be null; leave it out instead",
            "/types/0 null_not_allowed: must not be null; leave it out instead",
            "/types/2 null_not_allowed: must not be null; leave it out instead",
            "/types/3 wrong_type: must be a text",
        ]
    );
    assert_eq!(mistakes(json!(null)), [" null_not_allowed: must not be null; leave it out instead"]);
}

#[test]
fn what_is_no_object_is_told_so() {
    for value in [json!(["a", "b", 3]), json!("secret"), json!(5)] {
        assert_eq!(mistakes(value), [" wrong_type: must be an object"]);
    }
}

#[test]
fn the_number_of_mistakes_and_the_length_of_names_are_bounded() {
    let many = (0..200).map(|index| (format!("unknown_{index}"), json!(1)));
    assert_eq!(mistakes(Value::Object(many.collect())).len(), MAX_MISTAKES);
    assert_eq!(mistakes(json!({"types": vec![Value::Null; 200]})).len(), MAX_MISTAKES);
    let long = mistakes(json!({"name": "n", "time": "t", ("é".repeat(10_000)): 1}));
    assert!(long.len() == 1 && long[0].len() < 200, "{long:?}");
}
