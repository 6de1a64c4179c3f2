//! The OpenAPI document: committed, complete, and what the service does.

use std::{collections::BTreeMap, path::Path};

use serde_json::Value;

use super::conforms;
use crate::support::TestApp;

fn document() -> Value {
    serde_json::from_str(&openchair::app::document().to_json().unwrap()).unwrap()
}

fn every_operation() -> Value {
    serde_json::from_str(&openchair::app::every_operation().to_json().unwrap()).unwrap()
}

/// Every operation as path, method, description.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().unwrap();
            item.iter().map(|(method, operation)| (path.clone(), method.clone(), operation.clone())).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn the_committed_document_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi/openapi.json");
    let committed: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(committed, document(), "write it anew with `openchair openapi > openapi/openapi.json`");
}

#[test]
fn every_operation_is_complete() {
    let mut ids = BTreeMap::new();
    for (path, method, operation) in operations(&document()) {
        let at = format!("{method} {path}");
        for field in ["summary", "description", "operationId"] {
            assert!(operation[field].as_str().is_some_and(|text| !text.trim().is_empty()), "{at} lacks {field}");
        }
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{at} has not one tag");
        assert!(operation["security"].is_array(), "{at} does not say its security");
        let id = operation["operationId"].as_str().unwrap().to_owned();
        assert_eq!(ids.insert(id.clone(), at.clone()), None, "{id} is there twice");
        let responses = operation["responses"].as_object().unwrap();
        for (status, response) in responses {
            assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{at} {status}");
        }
        let success: Vec<(&String, &Value)> = responses.iter().filter(|(status, _)| status.starts_with('2')).collect();
        // What makes or changes answers in one way, and says which it did.
        let [(status, success), more @ ..] = success.as_slice() else { panic!("{at} has no success") };
        for (other, made) in more {
            // It is done, or done later.
            let pairs = [("200", "201"), ("201", "202")];
            let known = more.len() == 1 && pairs.contains(&(status.as_str(), other.as_str()));
            assert!(known, "{at} has several successes");
            let schema = |answer: &Value| answer.pointer("/content/application~1json/schema").cloned();
            assert!(schema(made).is_some() && schema(made) == schema(success), "{at} answers in two ways");
        }
        match success["content"].as_object().map(|content| content.iter().collect::<Vec<_>>()).as_deref() {
            // Nothing is said by an example of bytes that only their writer can read.
            Some([(kind, _)]) if *kind == "application/octet-stream" => {}
            Some([(_, content)]) => assert!(content.get("example").is_some(), "{at} has no example"),
            Some(_) => panic!("{at} has not one media type"),
            // Done, or noted: there is nothing to say.
            None => assert!(["202", "204"].contains(&status.as_str()), "{at} answers nothing"),
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let described = parameter["description"].as_str().is_some_and(|text| !text.is_empty());
            assert!(described, "{at}: {} has no description", parameter["name"]);
        }
    }
}

/// A bound of a text is no component: a field of it lacks `#[schema(inline)]`
/// where this fails.
#[test]
fn every_reference_leads_somewhere() {
    fn walk(value: &Value, document: &Value) {
        if let Some(reference) = value["$ref"].as_str() {
            let there = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
            assert!(there.is_some(), "{reference} is not there");
        }
        value.as_object().into_iter().flatten().for_each(|(_, inner)| walk(inner, document));
        value.as_array().into_iter().flatten().for_each(|inner| walk(inner, document));
    }
    walk(&document(), &document());
}

/// What generators of clients make something useless of, as far as it can be
/// seen without them; `.ci/clients` generates.
#[test]
fn clients_can_be_generated() {
    let document = document();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if let Some(known) = schema.get("x-known-values") {
            assert_eq!(schema["type"], "string", "{name} is open, and so a string");
            let known = known["$ref"].as_str().unwrap().strip_prefix('#').unwrap();
            let said = schema["description"].as_str().unwrap();
            for value in document.pointer(known).unwrap()["enum"].as_array().unwrap() {
                assert!(said.contains(value.as_str().unwrap()), "{name} does not say {value}");
            }
        }
        assert!(schema.get("anyOf").is_none(), "{name} is this or that: a class without a value");
    }
    let mut inline = BTreeMap::new();
    for (path, method, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let schema = &parameter["schema"];
            let items = schema.get("items").unwrap_or(schema);
            if items["enum"].is_array() {
                let first = inline.insert(items["enum"].to_string(), format!("{method} {path}"));
                assert_eq!(first, None, "{method} {path}: {} has an enum that needs a name", parameter["name"]);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audience_has_a_document_of_its_own() {
    let app = TestApp::new().await;
    let caller = app.anonymous();
    let (all, public) = (caller.json("/openapi.json").await, caller.json("/openapi/public.json").await);
    let office = caller.json("/openapi/office.json").await;
    assert_eq!(public["info"], all["info"]);
    for (path, item) in public["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert_eq!(operation["security"], serde_json::json!([{}]), "{method} {path}");
            assert_eq!(operation["responses"], all["paths"][path][method]["responses"], "{method} {path}");
        }
    }
    assert!(public["paths"]["/v1/meetings"]["get"].is_object() && public["components"]["securitySchemes"].is_null());
    assert!(office["paths"]["/v1/meetings"]["get"].is_null());
    caller.get("/openapi/nobody.json").await.is_problem(404, "not_found", &[]);
}

#[test]
fn answers_hold_no_null_and_requests_no_unknown() {
    fn walk(value: &Value, at: &str) {
        match value {
            Value::Object(fields) => {
                assert!(!fields.contains_key("oneOf"), "{at} has oneOf");
                if let Some(Value::Array(types)) = fields.get("type") {
                    assert!(!types.iter().any(|kind| kind == "null"), "{at} may be null");
                }
                fields.iter().for_each(|(name, inner)| walk(inner, &format!("{at}/{name}")));
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, at)),
            _ => {}
        }
    }
    let mut document = document();
    let schemas = document["components"]["schemas"].as_object_mut().unwrap();
    // Null in a merge patch takes a field away, and RFC 7946 wants a geometry.
    schemas.retain(|name, _| !name.ends_with("Patch") && name != "Feature");
    walk(&document["components"]["schemas"], "schemas");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_routed_and_a_wrong_method_is_405() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let document = document();
    for (path, method, operation) in operations(&document) {
        let filled = path
            .replace("{code}", "not_found")
            .replace("{audience}", "public")
            .replace("{slug}", "none")
            .split('/')
            .map(|part| if part.starts_with('{') { "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let name: reqwest::Method = method.to_uppercase().parse().unwrap();
        let got = caller.send(name.clone(), &filled, &[]).await;
        let public = operation["security"].as_array().unwrap().iter().any(|way| way == &serde_json::json!({}));
        // What needs a body is routed where it is missed, or where what it is of is.
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        let misses = parameters.any(|one| one["in"] == "query" && one["required"] == true);
        let expected: &[u16] = match (public, method.as_str()) {
            (true, "get") if misses => &[400],
            (true, "get") => &[200, 404],
            (true, _) => &[400, 404],
            (false, _) => &[401],
        };
        assert!(expected.contains(&got.status), "{method} {filled}: {}", got.status);
        if method == "get" {
            let head = caller.send(reqwest::Method::HEAD, &filled, &[]).await;
            assert_eq!((head.status, head.body.len()), (got.status, 0), "{filled}");
        }
        let known = document["paths"][&path].as_object().unwrap();
        let wrong = ["put", "post", "patch"].into_iter().find(|method| !known.contains_key(*method)).unwrap();
        let wrong = caller.send(wrong.to_uppercase().parse().unwrap(), &filled, &[]).await;
        wrong.is_problem(405, "method_not_allowed", &[]);
        let allowed: Vec<&str> = wrong.header("allow").split(", ").collect();
        assert!(allowed.contains(&name.as_str()) && allowed.contains(&"OPTIONS"), "{filled}: {allowed:?}");
        assert_eq!(allowed.contains(&"GET"), allowed.contains(&"HEAD"), "{filled}");
        let preflight = caller.send(reqwest::Method::OPTIONS, &filled, &[]).await;
        assert_eq!(preflight.status, 204);
        assert_eq!(preflight.header("access-control-allow-origin"), "*");
    }
}

/// The document is made of the handlers; this holds that none answers what it
/// does not describe.
#[test]
fn every_route_is_an_operation_of_the_document() {
    fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                let text = std::fs::read_to_string(&path).unwrap();
                for route in text.split("#[route(").skip(1) {
                    let quoted: Vec<&str> = route.split(")]").next().unwrap().split('"').skip(1).step_by(2).collect();
                    let path = quoted[0].split('/').map(plain).collect::<Vec<_>>().join("/");
                    found.extend(quoted[1..].iter().map(|method| (path.clone(), method.to_lowercase())));
                }
            }
        }
    }
    /// Without the pattern that a name may have.
    fn plain(part: &str) -> &str {
        part.split_once(':').filter(|_| part.starts_with('{')).map_or(part, |(name, _)| name)
    }
    let mut routes = Vec::new();
    walk(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut routes);
    // The pages for people.
    routes.retain(|(path, _)| !path.starts_with("/docs"));
    let mut described: Vec<(String, String)> = Vec::new();
    for (path, method, _) in operations(&every_operation()) {
        let path = path.replace('}', "");
        if method == "get" {
            described.push((path.clone(), "head".to_owned()));
        }
        described.push((path, method));
    }
    let mut routes: Vec<_> = routes.into_iter().map(|(path, method)| (path.replace('}', ""), method)).collect();
    routes.sort();
    described.sort();
    assert_eq!(routes, described);
}

/// Bounds are typed where they are read and again where they are described:
/// this asks the service about every one that the document states.
#[tokio::test(flavor = "multi_thread")]
async fn parameters_are_read_as_they_are_described() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let mut checked = 0;
    let open = |operation: &Value| operation["security"] == serde_json::json!([{}]);
    let described = document();
    for (path, _, operation) in operations(&described)
        .into_iter()
        .filter(|(path, method, operation)| !path.contains('{') && method == "get" && open(operation))
    {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            let schema = &parameter["schema"];
            // What the parameter needs beside itself.
            let beside = match name {
                "lat" => "&lng=0",
                "lng" => "&lat=0",
                "radius_m" | "nearest" => "&lat=0&lng=0",
                "started_within_minutes" => "&within_minutes=60",
                _ => "",
            };
            let map = match name {
                _ if !path.ends_with("/clusters") => "",
                "bbox" => "&zoom=3",
                "zoom" => "&bbox=-1,-1,1,1",
                _ => "&bbox=-1,-1,1,1&zoom=3",
            };
            let ask = async |value: String| caller.get(&format!("{path}?{name}={value}{beside}{map}")).await.status;
            let items = if schema["type"] == "array" { &schema["items"] } else { schema };
            // An enum stands once, under its name.
            let named = items["$ref"].as_str().and_then(|reference| described.pointer(reference.strip_prefix('#')?));
            let numbers = named.unwrap_or(items);
            let step = if numbers["type"] == "integer" { 1.0 } else { 0.001 };
            if let (Some(min), Some(max)) = (numbers["minimum"].as_f64(), numbers["maximum"].as_f64()) {
                for (value, status) in [(min, 200), (max, 200), (min - step, 400), (max + step, 400)] {
                    assert_eq!(ask(value.to_string()).await, status, "{path}?{name}={value}");
                    checked += 1;
                }
            }
            for allowed in numbers["enum"].as_array().into_iter().flatten() {
                let value = allowed.as_str().unwrap();
                let expected = if ["distance", "relevance"].contains(&value) { 400 } else { 200 };
                assert_eq!(ask(value.to_owned()).await, expected, "{path}?{name}={value}");
                checked += 1;
            }
            if numbers["enum"].is_array() {
                assert_eq!(ask("no_such_value".to_owned()).await, 400, "{path}?{name}");
            }
            if let Some(max) = schema["maxItems"].as_u64() {
                let value = match name {
                    "type" | "any_type" | "not_type" => "O",
                    "language" => "es",
                    "fields" => "name",
                    _ => "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
                };
                let list = |n: u64| vec![value; usize::try_from(n).unwrap()].join(",");
                assert_eq!(ask(list(max)).await, 200, "{path}?{name}");
                assert_eq!(ask(list(max + 1)).await, 400, "{path}?{name}");
                checked += 1;
            }
            if let Some(max) = schema["maxLength"].as_u64().filter(|_| name == "q") {
                assert_eq!(ask("a".repeat(usize::try_from(max).unwrap())).await, 200, "{path}?{name}");
                assert_eq!(ask("a".repeat(usize::try_from(max).unwrap() + 1)).await, 400, "{path}?{name}");
            }
        }
    }
    assert!(checked > 300, "only {checked} bounds were found");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_what_the_document_describes() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let document = document();
    let meetings = caller.json("/v1/meetings?limit=100").await;
    let (id, slug) = (meetings["data"][0]["id"].as_str().unwrap(), meetings["data"][0]["slug"].as_str().unwrap());
    let groups = caller.json("/v1/groups").await;
    let locations = caller.json("/v1/locations").await;
    for (template, path) in [
        ("/v1/meetings", "/v1/meetings?limit=100&lat=41.88&lng=-87.63".to_owned()),
        ("/v1/meetings/{id}", format!("/v1/meetings/{id}")),
        ("/v1/intergroups/{id}/meetings/{slug}", format!("/v1/intergroups/lantern/meetings/{slug}")),
        ("/v1/groups", "/v1/groups".to_owned()),
        ("/v1/groups/{id}", format!("/v1/groups/{}", groups["data"][0]["id"].as_str().unwrap())),
        ("/v1/locations", "/v1/locations".to_owned()),
        ("/v1/locations/{id}", format!("/v1/locations/{}", locations["data"][0]["id"].as_str().unwrap())),
        ("/v1/regions", "/v1/regions".to_owned()),
        ("/v1/intergroups", "/v1/intergroups".to_owned()),
        ("/v1/intergroups/{id}", "/v1/intergroups/lantern".to_owned()),
        ("/v1/vocabulary", "/v1/vocabulary".to_owned()),
        ("/readyz", "/readyz".to_owned()),
        ("/livez", "/livez".to_owned()),
    ] {
        let schema = &document["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{template}");
        let body = caller.json(&path).await;
        let mut wrong = Vec::new();
        conforms(&body, schema, &document, &path, &mut wrong);
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
