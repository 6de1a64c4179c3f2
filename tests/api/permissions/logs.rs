//! What is never logged of an office: secrets, people, what they write.

use std::collections::BTreeMap;

use openchair::search::DatabaseState;
use reqwest::Method;
use serde_json::{Value, json};

use super::{
    document::office_operations,
    requests,
    world::{CANARY, World},
};
use crate::{
    api::contract::captured,
    support::{PASSWORD, Response},
};

/// Where somebody seems to come from.
const ADDRESS: &str = "203.0.113.91";

/// What each request brings besides.
const HEADERS: [(&str, &str); 8] = [
    ("user-agent", "quetzalagent/1.0"),
    ("x-forwarded-for", ADDRESS),
    ("forwarded", "for=203.0.113.91"),
    ("referer", "https://quetzalreferer.example/"),
    ("cookie", "session=quetzalcookie"),
    ("idempotency-key", "quetzal-idempotency-key"),
    ("if-match", "*"),
    ("x-request-id", "office-marker-id"),
];

/// Names of fields of answers that hold what is shown once.
const SECRETS: [&str; 8] =
    ["access_token", "refresh_token", "key", "invitation", "link", "secret", "otpauth_url", "recovery_codes"];

/// Adds every secret of an answer.
fn collect(value: &Value, found: &mut BTreeMap<String, String>) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        if SECRETS.contains(&name.as_str()) {
            let all = inner.as_array().cloned().unwrap_or_else(|| vec![inner.clone()]);
            for text in all.iter().filter_map(Value::as_str) {
                found.insert(text.to_lowercase(), name.clone());
            }
        }
        collect(inner, found);
    }
    value.as_array().into_iter().flatten().for_each(|inner| collect(inner, found));
}

/// The same body with words that nobody may find again.
fn marked(mut body: Value) -> Value {
    for (name, words) in
        [("notes", "quetzal notes"), ("admin_notes", "quetzal admin notes"), ("words", "quetzal words")]
    {
        if body.get("name").is_some() || name == "words" && body.get("kind").is_some() {
            body[name] = json!(words);
        }
    }
    if body.get("day").is_some() {
        body["contacts"] =
            json!([{ "name": "Quetzal Q.", "email": "quetzal@example.org", "phone": "+1-312-555-0191" }]);
    }
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn i13_no_log_holds_a_secret_a_person_or_what_they_write() {
    let captured = captured();
    let world = World::new().await;
    let mut secrets: BTreeMap<String, String> = BTreeMap::new();
    for caller in &world.callers {
        for secret in [&caller.bearer.token, &caller.bearer.refresh_token].into_iter().filter(|text| text.len() > 20) {
            secrets.insert(secret.to_lowercase(), caller.name.to_owned());
        }
    }
    let mut keep = |answer: &Response| {
        if let Ok(body) = serde_json::from_slice::<Value>(&answer.body) {
            collect(&body, &mut secrets);
        }
    };
    for (n, operation) in (20_000..).zip(office_operations()) {
        let (owner, nobody) = (world.caller("owner"), world.caller("nobody"));
        let things = world.things_for(&operation, owner, n).await;
        let path = requests::path(&operation, &things);
        let body = requests::body(&operation.id, owner, &things, n);
        let send = async |caller: &super::callers::Caller, path: &str, body: Option<&Value>| {
            caller.bearer.send(operation.method.clone(), path, &HEADERS, body).await
        };
        // As it should be, marked, and then wrong in every way.
        keep(&send(owner, &path, body.as_ref()).await);
        let whole = body.clone().map(marked);
        keep(&send(owner, &path, whole.as_ref()).await);
        keep(&send(nobody, &path, whole.as_ref()).await);
        keep(&send(world.caller("other"), &path, whole.as_ref()).await);
        send(owner, &format!("{path}?quetzal=quetzal"), whole.as_ref()).await;
        if let Some(mut wrong) = whole {
            wrong["quetzal"] = json!("quetzal");
            send(owner, &path, Some(&wrong)).await;
            send(owner, &path, Some(&json!("quetzal"))).await;
            for name in wrong.as_object().unwrap().clone().keys() {
                let mut wrong = wrong.clone();
                wrong[name] = json!({ "quetzal": "quetzal" });
                send(owner, &path, Some(&wrong)).await;
            }
        }
        world.restore_accounts().await;
    }
    // Refused by the database, which says whole rows.
    world.run("ALTER TABLE directory.groups ADD CONSTRAINT never CHECK (notes IS NULL) NOT VALID").await;
    let group = json!({ "name": "Quetzal", "notes": "quetzal notes" });
    let failed = world.owner().send(Method::POST, "/v1/intergroups/lantern/groups", &HEADERS[..4], Some(&group)).await;
    failed.is_problem(500, "internal", &[]);
    assert!(!failed.text().to_lowercase().contains("quetzal"));
    // And without it.
    world.app.database.cut().await;
    world.app.until(|app| app.server.snapshots().database() != DatabaseState::Ok).await;
    for (path, body) in [
        ("/v1/auth/office/token", json!({ "email": "quetzal@example.org", "password": PASSWORD })),
        ("/v1/intergroups/lantern/groups", group),
    ] {
        let away = world.owner().send(Method::POST, path, &HEADERS, Some(&body)).await;
        assert_eq!(away.status, 503, "{}", away.text());
    }
    world.app.database.mend().await;

    let things = world.things();
    for name in ["invitation_code", "reset_code", "spare_refresh_token"] {
        secrets.insert(things[name].to_lowercase(), name.to_owned());
    }
    assert!(secrets.len() >= 30, "only {} secrets", secrets.len());
    let logs = captured.lines();
    assert!(logs.iter().any(|line| line.contains("office-marker-id")), "the log was not captured");
    assert!(logs.iter().any(|line| line.contains("constraint never")), "the failure was not logged");
    let words =
        ["quetzal", CANARY, ADDRESS, "312-555-0191", PASSWORD, requests::NEW_PASSWORD, "@example.org", "$argon2"];
    let words = words.into_iter().map(|word| (word.to_owned(), "words".to_owned()));
    for (secret, of) in secrets.into_iter().chain(words) {
        let line = logs.iter().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{of} was logged: {secret}");
    }
}
