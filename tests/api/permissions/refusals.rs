//! What a refusal says, and what it leaves as it was.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    document::{Operation, document, office_operations, operations},
    requests,
    world::{Things, World},
};

/// Which of an office's operations act on a thing that its path names by id.
fn of_things() -> Vec<(Operation, &'static str)> {
    let kind = |operation: &Operation| match operation.path.split('/').nth(2) {
        Some("meetings") => Some("meeting"),
        Some("groups") => Some("group"),
        Some("locations") => Some("location"),
        Some("regions") => Some("region"),
        _ if operation.id == "get_own_meeting" => Some("meeting"),
        _ => None,
    };
    office_operations().into_iter().filter_map(|operation| Some((operation.clone(), kind(&operation)?))).collect()
}

/// A2: status and body tell nothing apart.
#[tokio::test(flavor = "multi_thread")]
async fn a2_what_is_not_yours_is_answered_as_what_is_not_there() {
    let world = World::new().await;
    let owner = world.owner();
    // Things that nobody but their office may know of.
    let mut things = world.things().clone();
    things.insert("meeting", things["hidden"].clone());
    for (kind, plural) in [("group", "groups"), ("location", "locations"), ("region", "regions")] {
        let id = world.make(plural, &requests::new(kind, 77)).await;
        assert_eq!(owner.delete(&format!("/v1/{plural}/{id}"), 1).await.status, 204);
        things.insert(kind, id);
    }
    let mut nothing: Things = things.clone();
    for kind in ["meeting", "group", "location", "region"] {
        nothing.insert(kind, "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b".to_owned());
    }
    for (operation, _) in of_things() {
        for name in ["other", "key_other", "child", "revoked"] {
            let caller = world.caller(name);
            let mut answers = Vec::new();
            for things in [&things, &nothing] {
                let answer = world.send(&operation, caller, &caller.bearer, things, 5000).await;
                let mut problem = answer.json();
                problem["request_id"] = json!("-");
                let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
                names.sort();
                answers.push((answer.status, problem, names));
            }
            assert_eq!(answers[0], answers[1], "{} by {name}", operation.id);
            assert_eq!(answers[0].0, 404, "{} by {name}", operation.id);
        }
    }
}

/// A3: there is one way to say which method is meant.
#[tokio::test(flavor = "multi_thread")]
async fn a3_no_header_and_no_parameter_changes_the_method() {
    let world = World::new().await;
    let path = format!("/v1/meetings/{}", world.things()["meeting"]);
    let before = world.rows().await;
    for header in ["x-http-method-override", "x-http-method", "x-method-override"] {
        for method in ["DELETE", "PATCH", "PUT"] {
            let answer = world.owner().send(Method::GET, &path, &[(header, method), ("if-match", "*")], None).await;
            assert_eq!(answer.status, 200, "{header}: {method}");
            let answer = world.owner().send(Method::POST, &path, &[(header, method), ("if-match", "*")], None).await;
            answer.is_problem(405, "method_not_allowed", &[]);
        }
    }
    let answer = world.owner().send(Method::GET, &format!("{path}?_method=DELETE"), &[], None).await;
    answer.is_problem(400, "invalid_parameter", &["_method"]);
    assert_eq!(world.rows().await, before);
}

/// A3: what the document has not is 405, whoever asks.
#[tokio::test(flavor = "multi_thread")]
async fn a3_a_method_that_an_operation_has_not_is_405() {
    let world = World::new().await;
    let before = world.rows().await;
    let known: Vec<(String, Method)> = operations().into_iter().map(|one| (one.path, one.method)).collect();
    for operation in operations() {
        let path = requests::path(&operation, world.things());
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let shares = |other: &str| {
                let (other, this) =
                    (other.split('/').collect::<Vec<_>>(), operation.path.split('/').collect::<Vec<_>>());
                other.len() == this.len()
                    && other.iter().zip(this).all(|(one, two)| *one == two || one.contains('{') || two.contains('{'))
            };
            if known.iter().any(|(other, has)| *has == method && shares(other)) {
                continue;
            }
            let answer = world.owner().send(method.clone(), &path, &[("if-match", "*")], None).await;
            answer.is_problem(405, "method_not_allowed", &[]);
            assert!(!answer.header("allow").split(", ").any(|one| one == method.as_str()), "{method} {path}");
        }
    }
    assert_eq!(world.rows().await, before);
}

/// A4: fields that are nobody's to send.
const NOT_YOURS: [&str; 26] = [
    "id",
    "owner_id",
    "account_id",
    "verified_on",
    "version",
    "revision",
    "created_at",
    "updated_at",
    "synced_on",
    "state",
    "deleted",
    "deleted_at",
    "source_fields",
    "feeds",
    "feed_id",
    "replaced_by",
    "granted_at",
    "created_by",
    "actor",
    "is_admin",
    "timezone_source",
    "likely_last_name",
    "grants",
    "key",
    "hash",
    "__proto__",
];

#[tokio::test(flavor = "multi_thread")]
async fn a4_fields_that_are_not_the_callers_to_set_are_refused_by_name() {
    let world = World::new().await;
    let owner = world.caller("owner");
    let before = world.rows().await;
    let mut checked = 0;
    // Of an answer to a correction there would have to be one first.
    for operation in office_operations().iter().filter(|operation| !operation.path.starts_with("/v1/feedback")) {
        let Some(body) = requests::body(&operation.id, owner, world.things(), 6000) else { continue };
        let path = requests::path(operation, world.things());
        for field in NOT_YOURS.into_iter().chain(["role", "require_totp", "parent_id", "scopes", "email"]) {
            let declared = |schema: &Value| schema["properties"].get(field).is_some();
            let content = operation.described["requestBody"]["content"].as_object().unwrap().values().next().unwrap();
            if declared(&resolved(&content["schema"])) {
                continue;
            }
            let item = operation.id == "upsert_meetings";
            if item && field == "version" {
                continue;
            }
            let mut body = body.clone();
            let (target, pointer) = if item {
                (&mut body["items"][0], format!("/items/0/{field}"))
            } else {
                (&mut body, format!("/{field}"))
            };
            if item && declared(&document()["components"]["schemas"]["MeetingInput"]) {
                continue;
            }
            target[field] = json!("zebrafish");
            let headers = [("if-match", "*")];
            let answer = owner.bearer.send(operation.method.clone(), &path, &headers, Some(&body)).await;
            assert_eq!(answer.status, 422, "{} {field}: {}", operation.id, answer.text());
            let problem = answer.json();
            let pointed = problem["errors"].as_array().unwrap().iter().any(|one| one["pointer"] == pointer.as_str());
            assert!(pointed, "{} {field}: {problem}", operation.id);
            assert!(!answer.text().contains("zebrafish"), "{} echoes: {problem}", operation.id);
            checked += 1;
        }
    }
    assert!(checked > 500, "only {checked}");
    let changed: Vec<_> = before.symmetric_difference(&world.rows().await).cloned().collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

fn resolved(schema: &Value) -> Value {
    match schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        Some(pointer) => document().pointer(pointer).unwrap().clone(),
        None => schema.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_parameter_is_refused_by_every_operation_of_offices() {
    let world = World::new().await;
    let owner = world.caller("owner");
    let before = world.rows().await;
    for operation in office_operations() {
        let path = format!("{}?zebra=1", requests::path(&operation, world.things()));
        let body = requests::body(&operation.id, owner, world.things(), 7000);
        let answer = owner.bearer.send(operation.method.clone(), &path, &[("if-match", "*")], body.as_ref()).await;
        assert_eq!(answer.status, 400, "{}: {}", operation.id, answer.text());
        answer.is_problem(400, "invalid_parameter", &["zebra"]);
    }
    assert_eq!(world.rows().await, before);
}
