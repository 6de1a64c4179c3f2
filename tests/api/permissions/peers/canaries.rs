//! What is never logged of members, passes and moderators: by us, by Postgres,
//! or when a handler panics.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use chrono::{DateTime, Utc};
use openchair::kernel::{Entropy, SeededEntropy};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    super::document::{Operation, peer_operations},
    callers::Caller,
    requests,
    world::World,
};
use crate::{
    api::contract::captured,
    support::{PASSWORD, Response},
};

/// Part of everything that is written, asked for or misspelt.
const CANARY: &str = "tanager";
const ADDRESS: &str = "203.0.113.93";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e7aaa";

const HEADERS: [(&str, &str); 9] = [
    ("user-agent", "tanageragent/1.0"),
    ("x-forwarded-for", ADDRESS),
    ("forwarded", "for=203.0.113.93"),
    ("referer", "https://tanagerreferer.example/"),
    ("cookie", "session=tanagercookie"),
    ("idempotency-key", "tanager-idempotency-key"),
    ("x-request-id", "tanager-request-id"),
    ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e7aaa-00f067aa0ba902b7-01"),
    ("x-device-id", "tanager-device"),
];

/// Names of fields of answers that tell who somebody is or let somebody in.
const SECRETS: [&str; 15] = [
    "access_token",
    "refresh_token",
    "handle",
    "vouchers",
    "voucher",
    "code",
    "link",
    "invitation",
    "id",
    "pass_id",
    "secret",
    "otpauth_url",
    "recovery_codes",
    "thanks_key",
    "vault",
];

/// Adds every secret of an answer.
fn collect(value: &Value, found: &mut BTreeMap<String, String>) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        if SECRETS.contains(&name.as_str()) {
            let all = inner.as_array().cloned().unwrap_or_else(|| vec![inner.clone()]);
            for text in all.iter().filter_map(Value::as_str).filter(|text| text.len() >= 12) {
                found.insert(text.to_lowercase(), name.clone());
            }
        }
        collect(inner, found);
    }
    value.as_array().into_iter().flatten().for_each(|inner| collect(inner, found));
}

/// The same body with words that nobody may find again.
fn marked(mut body: Value) -> Value {
    for name in ["words", "label", "title", "reason"] {
        if body.get(name).is_some_and(Value::is_string) {
            body[name] = json!(format!("{CANARY} {name}"));
        }
    }
    if body.get("helped").is_some() {
        body["helped"] = json!(["the tanager"]);
    }
    body
}

/// Who an operation is for.
fn its_own<'a>(world: &'a World, operation: &Operation) -> &'a Caller {
    if !operation.is_guarded() {
        return world.caller("nobody");
    }
    let audience = operation.audience().map(openchair::auth::audience::Audience::as_str);
    world.caller(match (audience, operation.path.starts_with("/v1/stories")) {
        (Some("circle"), true) => "author",
        (Some("circle"), false) if operation.path.contains("/passes/{pass_id}") => "steward",
        (Some("circle"), false) => "pass",
        (Some("moderator"), _) => "moderator",
        _ => "member",
    })
}

/// Random numbers that fail where a text is about to be sealed.
struct FailsAtSealing(SeededEntropy);

impl Entropy for FailsAtSealing {
    fn uuid_v7(&self, now: DateTime<Utc>) -> Uuid {
        self.0.uuid_v7(now)
    }

    fn uuid_v4(&self) -> Uuid {
        self.0.uuid_v4()
    }

    fn fill(&self, bytes: &mut [u8]) {
        assert_ne!(bytes.len(), 12, "no nonce to be had");
        self.0.fill(bytes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_log_holds_who_a_peer_is_or_what_they_write_whatever_happens() {
    let captured = captured();
    let world = World::new().await;
    world.run("UPDATE circles.passes SET alias = 'Tanager' || replace(id::text, '-', '')").await;
    let mut secrets: BTreeMap<String, String> = BTreeMap::new();
    for caller in &world.callers {
        for secret in [&caller.bearer.token, &caller.bearer.refresh_token].into_iter().filter(|text| text.len() > 20) {
            secrets.insert(secret.to_lowercase(), caller.name.to_owned());
        }
    }
    for (name, thing) in world.things.iter().filter(|(_, thing)| thing.len() >= 16) {
        secrets.insert(thing.to_lowercase(), (*name).to_owned());
    }
    let mut keep = |answer: &Response| {
        if let Ok(body) = serde_json::from_slice::<Value>(&answer.body) {
            collect(&body, &mut secrets);
        }
    };
    let mut done = 0;
    for (n, operation) in (30_000..).zip(peer_operations()) {
        let own = its_own(&world, &operation);
        let things = world.things_for(&operation, own, n).await;
        let (path, headers) = (requests::path(&operation, &things), requests::headers(&operation));
        let body = requests::body(&operation, own, &things);
        let headers = [&HEADERS[..], headers].concat();
        let send = async |caller: &Caller, path: &str, body: Option<&Value>| {
            requests::send(&caller.bearer, &operation, path, &headers, body).await
        };
        // As it should be, marked, and then wrong in every way.
        let first = send(own, &path, body.as_ref()).await;
        done += usize::from(first.status < 400);
        keep(&first);
        let whole = body.clone().map(marked);
        for name in [own.name, "nobody", "other_pass", "removed"] {
            keep(&send(world.caller(name), &path, whole.as_ref()).await);
        }
        send(own, &format!("{path}?tanager=tanager"), whole.as_ref()).await;
        send(own, &format!("{path}/tanager"), whole.as_ref()).await;
        let last = path.rfind('/').map_or("", |at| &path[..at]);
        send(own, &format!("{last}/tanager"), whole.as_ref()).await;
        if let Some(mut wrong) = whole {
            wrong["tanager"] = json!("tanager");
            send(own, &path, Some(&wrong)).await;
            send(own, &path, Some(&json!("tanager"))).await;
            for name in wrong.as_object().unwrap().clone().keys() {
                let mut wrong = wrong.clone();
                wrong[name] = json!({ "tanager": "tanager" });
                send(own, &path, Some(&wrong)).await;
            }
        }
        world.restore().await;
        world.run("UPDATE circles.passes SET alias = 'Tanager' || replace(id::text, '-', '')").await;
    }
    assert!(done >= 55, "only {done} operations did what they are for");

    // Refused by the database, which says whole rows.
    world.run("ALTER TABLE circles.check_ins ADD CONSTRAINT never_tanager CHECK (false) NOT VALID").await;
    let pass = world.caller("pass");
    let headers = [&HEADERS[..], &[("if-none-match", "*")]].concat();
    let check_in = json!({ "kinds": ["craving"], "words": "tanager words" });
    let put = async |bearer: &crate::support::Bearer| {
        bearer.send(Method::PUT, "/v1/check-ins/2026-05-02", &headers, Some(&check_in)).await
    };
    let failed = put(&pass.bearer).await;
    failed.is_problem(500, "internal", &[]);
    assert!(!failed.text().to_lowercase().contains(CANARY));
    world.run("ALTER TABLE circles.check_ins DROP CONSTRAINT never_tanager").await;
    // A handler that panics with the words in its hands.
    let breaking: Arc<dyn Entropy> = Arc::new(FailsAtSealing(SeededEntropy::new(3)));
    let node = world.app.node_of(breaking).await;
    let failed = put(&pass.bearer.at(node.anonymous())).await;
    failed.is_problem(500, "internal", &[]);
    assert!(!failed.text().to_lowercase().contains(CANARY));
    node.server.stop().await.unwrap();
    // And without the database.
    world.app.database.cut().await;
    for operation in peer_operations() {
        let own = its_own(&world, &operation);
        let path = requests::path(&operation, &world.things_of_nothing());
        let body = requests::body(&operation, own, &world.things_of_nothing());
        let headers = [&HEADERS[..], requests::headers(&operation)].concat();
        let away = requests::send(&own.bearer, &operation, &path, &headers, body.map(marked).as_ref()).await;
        assert!([503, 403, 429].contains(&away.status), "{}: {}", operation.id, away.text());
    }
    world.app.database.mend().await;

    assert!(secrets.len() >= 60, "only {} secrets", secrets.len());
    let postgres = postgres_log(&world).await;
    let ours = captured.lines();
    assert!(ours.iter().any(|line| line.contains("never_tanager")), "the failure was not logged");
    assert!(ours.iter().any(|line| line.contains("a handler panicked")), "the panic was not logged");
    // The constraint's own name is no secret.
    let logs = ours.into_iter().chain(postgres.lines().map(str::to_lowercase));
    let logs: Vec<String> = logs.map(|line| line.replace("never_tanager", "")).collect();
    let words =
        [CANARY, ADDRESS, TRACE, PASSWORD, "@example.org", "$argon2"].map(|word| (word.to_owned(), "words".to_owned()));
    for (secret, of) in secrets.into_iter().chain(words) {
        let line = logs.iter().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{of} was logged: {secret}");
    }
}

/// What the server of all tests wrote.
async fn postgres_log(world: &World) -> String {
    let mut owner = world.app.database.owner().await;
    let data: String =
        sqlx::query_scalar("SELECT current_setting('data_directory')").fetch_one(&mut owner).await.unwrap();
    String::from_utf8_lossy(&fs::read(Path::new(&data).parent().unwrap().join("postgres.log")).unwrap()).into_owned()
}
