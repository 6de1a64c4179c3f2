//! What a refusal says and what it leaves as it was; what every answer has;
//! what ends a right.

use openchair::auth::{Role, Rotation};
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    callers::Offices,
    document::{Operation, document, office_operations, operations},
    requests,
    world::{CANARY, Things, World},
};
use crate::{
    api::contract::conforms,
    support::{Bearer, Response, TestApp},
};

/// On every answer.
const SECURITY: [&str; 4] =
    ["x-content-type-options", "content-security-policy", "referrer-policy", "strict-transport-security"];

#[track_caller]
fn is_private(answer: &Response, said: &str) {
    assert_eq!(answer.header("cache-control"), "no-store", "{said}: {}", answer.status);
    for name in SECURITY {
        assert_ne!(answer.header(name), "", "{said}: {}: {name}", answer.status);
    }
    assert_eq!(answer.header("set-cookie"), "", "{said}");
}

/// Which of an office's operations act on a thing that its path names by id.
fn of_things() -> Vec<(Operation, &'static str)> {
    let kind = |operation: &Operation| match operation.path.split('/').nth(2) {
        Some("meetings") => Some("meeting"),
        Some("groups") => Some("group"),
        Some("locations") => Some("location"),
        Some("regions") => Some("region"),
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
    for operation in office_operations() {
        let Some(body) = requests::body(&operation.id, owner, world.things(), 6000) else { continue };
        let path = requests::path(&operation, world.things());
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
            let (target, pointer) = match item {
                true => (&mut body["items"][0], format!("/items/0/{field}")),
                false => (&mut body, format!("/{field}")),
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

/// A5, and that nothing private is kept by anybody's cache.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_to_an_office_is_private_and_what_the_document_describes() {
    let world = World::new().await;
    let (document, mut n) = (document(), 8000);
    for operation in office_operations() {
        for name in ["nobody", "other", "observer", "owner", "key_write"] {
            n += 1;
            let caller = world.caller(name);
            let things = world.things_for(&operation, caller, n).await;
            let answer = world.send(&operation, caller, &caller.bearer, &things, n).await;
            let said = format!("{} by {name}", operation.id);
            is_private(&answer, &said);
            let described = &operation.described["responses"][answer.status.to_string()];
            assert!(described.is_object(), "{said} answers {}, which is not described", answer.status);
            let schema = if answer.status < 400 {
                assert_eq!(answer.status, operation.success(), "{said}");
                operation.schema().cloned()
            } else {
                Some(json!({ "$ref": "#/components/schemas/Problem" }))
            };
            match schema {
                Some(schema) => {
                    let mut wrong = Vec::new();
                    conforms(&answer.json(), &schema, document, &said, &mut wrong);
                    assert!(wrong.is_empty(), "{wrong:#?}");
                }
                None => assert!(answer.body.is_empty(), "{said}: {}", answer.text()),
            }
            if answer.status < 400 && operation.described["tags"][0] != "office directory" {
                world.restore_accounts().await;
            }
        }
    }
    // What the framework refuses by itself has them, too.
    let long = format!("/v1/intergroups/lantern/meetings?x={}", "a".repeat(9000));
    for (method, path) in [(Method::PUT, "/v1/intergroups/lantern/keys"), (Method::GET, long.as_str())] {
        let answer = world.owner().send(method, path, &[], None).await;
        assert!(answer.status >= 400);
        is_private(&answer, path);
    }
}

/// Of the same address the public has one answer and the office another: no
/// cache may give one for the other.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_office_sees_is_not_shown_to_the_public_by_the_same_address() {
    let world = World::new().await;
    let id = world.things()["meeting"].clone();
    for path in [format!("/v1/meetings/{id}"), "/v1/intergroups/lantern".to_owned(), "/v1/groups".to_owned()] {
        let (public, office) = (world.app.anonymous().get(&path).await, world.owner().get(&path).await);
        assert_eq!((public.status, &public.body), (200, &office.body), "{path}");
        assert_eq!(public.header("cache-control"), office.header("cache-control"), "{path}");
        assert!(!public.text().to_lowercase().contains(CANARY), "{path}");
    }
}

/// What of an office is refused to its owner until they have proved themselves.
#[tokio::test(flavor = "multi_thread")]
async fn who_decides_about_others_has_just_given_the_password() {
    let world = World::new().await;
    let (owner, editor) = (world.caller("owner"), world.caller("editor"));
    let require = json!({ "require_totp": true });
    editor.bearer.patch("/v1/intergroups/lantern", 1, &require).await.is_problem(403, "forbidden", &[]);
    let key = world.caller("key_write");
    key.bearer.patch("/v1/intergroups/lantern", 1, &require).await.is_problem(403, "forbidden", &[]);
    world.run("UPDATE office.sessions SET stepped_up_until = created_at").await;
    let steps = [
        "create_office_invitation",
        "delete_office_invitation",
        "delete_office_admin",
        "create_office_key",
        "delete_office_key",
        "change_office_email",
        "create_office_totp",
        "confirm_office_totp",
        "delete_office_totp",
        "replace_office_recovery_codes",
    ];
    let before = world.rows().await;
    for operation in office_operations().iter().filter(|operation| steps.contains(&operation.id.as_str())) {
        let answer = world.send(operation, owner, &owner.bearer, world.things(), 1).await;
        answer.is_problem(403, "step_up_required", &[]);
    }
    owner.bearer.patch("/v1/intergroups/lantern", 1, &require).await.is_problem(403, "step_up_required", &[]);
    assert_eq!(world.rows().await, before);
    let stepped = owner.bearer.post("/v1/auth/office/step-up", &json!({ "password": crate::support::PASSWORD })).await;
    assert_eq!(stepped.status, 200, "{}", stepped.text());
    let patched = owner.bearer.patch("/v1/intergroups/lantern", 1, &require).await;
    assert_eq!(patched.status, 200, "{}", patched.text());
    // From here on nobody without a second factor does anything there, or below.
    let before = world.rows().await;
    for operation in office_operations().iter().filter(|operation| !operation.is_of_account()) {
        for name in ["owner", "editor", "observer", "parent"] {
            let caller = world.caller(name);
            let answer = world.send(operation, caller, &caller.bearer, world.things(), 2).await;
            answer.is_problem(403, "totp_required", &[]);
        }
    }
    let child = &world.caller("child").bearer;
    child.get("/v1/intergroups/harbor/meetings").await.is_problem(403, "totp_required", &[]);
    assert_eq!(world.rows().await, before);
}

/// T9: what is taken away is gone with the next request, at every node.
#[tokio::test(flavor = "multi_thread")]
async fn t9_what_ends_a_right_ends_it_on_every_node_at_once() {
    let app = TestApp::new().await;
    let offices = Offices::new(&app).await;
    let second = app.second_node();
    second.until(|node| node.server.auth().keys().are_loaded()).await;
    let owner = app.admin_as(offices.lantern, Role::Owner, "owner@example.org").await;
    let list = "/v1/intergroups/lantern/meetings";
    let both = async |bearer: &Bearer, status: u16, code: &str| {
        for bearer in [bearer.clone(), bearer.at(second.anonymous())] {
            let answer = bearer.get(list).await;
            assert_eq!(answer.status, status, "{}", answer.text());
            assert!(code.is_empty() || answer.json()["code"] == code, "{}", answer.text());
        }
    };
    // Signing out, here or everywhere.
    for path in ["/v1/auth/office/revoke", "/v1/auth/office/revoke-all"] {
        let one = app.sign_in("owner@example.org").await;
        both(&one, 200, "").await;
        assert_eq!(one.at(second.anonymous()).poke(path).await.status, 204);
        both(&one, 401, "session_ended").await;
    }
    both(&owner, 401, "session_ended").await;
    let owner = app.sign_in("owner@example.org").await;
    // A lower role: an invitation that is taken up replaces the grant.
    let editor = app.admin_as(offices.lantern, Role::Editor, "editor@example.org").await;
    let group = json!({ "name": "Early Risers" });
    assert_eq!(editor.post("/v1/intergroups/lantern/groups", &group).await.status, 201);
    let address = openchair::http::EmailAddress::parse("editor@example.org").unwrap();
    let invited = app.server.auth().invite(offices.lantern, &address, Role::Observer).await.unwrap();
    let body = json!({ "invitation": invited.code, "password": crate::support::PASSWORD });
    assert_eq!(second.anonymous().post("/v1/auth/office/enrol", &body).await.status, 201);
    for bearer in [editor.clone(), editor.at(second.anonymous())] {
        bearer.post("/v1/intergroups/lantern/groups", &group).await.is_problem(403, "forbidden", &[]);
    }
    both(&editor, 200, "").await;
    // No role at all.
    let path = format!("/v1/intergroups/lantern/admins/{}", editor.account_id().await);
    assert_eq!(owner.at(second.anonymous()).send(Method::DELETE, &path, &[], None).await.status, 204);
    both(&editor, 403, "forbidden").await;
    // A key.
    let made = owner.post("/v1/intergroups/lantern/keys", &json!({ "name": "k", "scopes": ["directory:read"] })).await;
    let key = Bearer::new(app.anonymous(), made.json()["key"].as_str().unwrap());
    both(&key, 200, "").await;
    let path = format!("/v1/intergroups/lantern/keys/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(owner.at(second.anonymous()).send(Method::DELETE, &path, &[], None).await.status, 204);
    both(&key, 401, "session_ended").await;
    // A key runs out by itself.
    let expires_at = openchair::kernel::Clock::now(&*app.clock) + chrono::TimeDelta::minutes(2);
    let body = json!({ "name": "k", "scopes": ["directory:read"], "expires_at": expires_at });
    let made = owner.post("/v1/intergroups/lantern/keys", &body).await;
    let key = Bearer::new(app.anonymous(), made.json()["key"].as_str().unwrap());
    both(&key, 200, "").await;
    app.clock.advance(chrono::TimeDelta::minutes(2));
    both(&key, 401, "session_ended").await;
    second.server.stop().await.unwrap();
}

/// T11: the next key, the old one, one that has leaked.
#[tokio::test(flavor = "multi_thread")]
async fn t11_rotation_ends_nobodys_token_but_a_leaked_keys() {
    let app = TestApp::new().await;
    let offices = Offices::new(&app).await;
    let second = app.second_node();
    second.until(|node| node.server.auth().keys().are_loaded()).await;
    let old = app.admin_as(offices.lantern, Role::Owner, "owner@example.org").await;
    let account = "/v1/auth/office/account";
    let published = async || {
        let keys = app.anonymous().json("/.well-known/jwks.json").await;
        keys["keys"].as_array().unwrap().len()
    };
    assert_eq!(published().await, 1);
    // Planned: published a day before it signs, the old one good meanwhile.
    app.server.auth().keys().rotate(Rotation::Planned).await.unwrap();
    assert_eq!(published().await, 2);
    assert_eq!(old.get(account).await.status, 200);
    app.clock.advance(chrono::TimeDelta::hours(24));
    let new = app.sign_in("owner@example.org").await;
    let kid = |token: &str| token.split('.').next().unwrap().to_owned();
    assert_ne!(kid(&new.token), kid(&old.token));
    // The other node has not read the keys since: it does so for the unknown name.
    assert_eq!(new.at(second.anonymous()).get(account).await.status, 200);
    // Leaked: what it signed is good nowhere, and a refresh gets over it.
    app.server.auth().keys().rotate(Rotation::AtOnce).await.unwrap();
    second.server.auth().keys().rotate(Rotation::Scheduled).await.unwrap();
    for bearer in [new.clone(), new.at(second.anonymous())] {
        assert_eq!(bearer.get(account).await.status, 401);
    }
    assert_eq!(published().await, 1);
    let refresh = json!({ "refresh_token": new.refresh_token });
    let pair = app.anonymous().post("/v1/auth/office/refresh", &refresh).await;
    assert_eq!(pair.status, 200, "{}", pair.text());
    assert_eq!(Bearer::of_pair(second.anonymous(), &pair.json()).get(account).await.status, 200);
    second.server.stop().await.unwrap();
}
