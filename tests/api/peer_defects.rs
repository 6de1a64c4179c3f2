//! What the nearest peer does wrong, and this does not: its defects R1 to R13,
//! asked of the service as anybody would.

use openchair::{
    auth::Role,
    kernel::{Clock, IntergroupId},
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bearer, PASSWORD, Response, TestApp, fixture};

/// An office `lantern` that belongs to `county`, and `brook`, with an owner each.
struct Scene {
    app: TestApp,
    lantern: IntergroupId,
    brook: IntergroupId,
    owner: Bearer,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let zone = chrono_tz::America::Chicago;
        let county = app.office("county", zone).await;
        let lantern = app.office_below(Some(county), "lantern", zone).await;
        let brook = app.office("brook", zone).await;
        let owner = app.admin_as(lantern, Role::Owner, "amy.realname@example.org").await;
        Self { app, lantern, brook, owner }
    }

    async fn make(&self, kind: &str, body: &Value) -> Value {
        let made = self.owner.post(&format!("/v1/intergroups/lantern/{kind}"), body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()
    }

    async fn meeting(&self, body: &Value) -> String {
        let mut whole = json!({ "name": "Nightcap", "day": 1, "time": "19:30", "duration_minutes": 90,
                                "conference": { "url": "https://zoom.us/j/123456789" } });
        whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        self.make("meetings", &whole).await["id"].as_str().unwrap().to_owned()
    }

    /// Whether the public finds no meeting, or may not even ask so.
    async fn finds_nothing(&self, query: &str) -> bool {
        let answer = self.app.anonymous().get(&format!("/v1/meetings?attendance=online,inactive&{query}")).await;
        answer.status == 400 || answer.json()["total"] == 0
    }

    /// How many meetings the public finds.
    async fn total(&self, query: &str) -> Value {
        self.app.anonymous().json(&format!("/v1/meetings?attendance=online,inactive&{query}")).await["total"].clone()
    }
}

fn without(mut value: Value, names: &[&str]) -> Value {
    names.iter().for_each(|name| _ = value.as_object_mut().unwrap().remove(*name));
    value
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_a_patch_without_a_parent_keeps_the_parent() {
    let scene = Scene::new().await;
    let before = scene.app.anonymous().json("/v1/intergroups/lantern").await;
    assert_eq!(before["parent"]["slug"], "county", "{before}");
    let patched = scene.owner.patch("/v1/intergroups/lantern", 1, &json!({ "name": "Lantern Rivers" })).await;
    assert_eq!(patched.status, 200, "{}", patched.text());
    let after = scene.app.anonymous().json("/v1/intergroups/lantern").await;
    assert_eq!(after["name"], "Lantern Rivers");
    let moving = ["name", "version", "updated_at"];
    assert_eq!(without(after, &moving), without(before, &moving));
    for field in ["parent_id", "parent"] {
        let patch = json!({ field: null });
        let refused = scene.owner.patch("/v1/intergroups/lantern", 2, &patch).await;
        refused.is_content_problem("invalid_content", &[&format!("/{field}")]);
    }
    let north = scene.make("regions", &json!({ "name": "North" })).await;
    let inner = scene.make("regions", &json!({ "name": "Inner", "parent_id": north["id"] })).await;
    let path = format!("/v1/regions/{}", inner["id"].as_str().unwrap());
    let renamed = scene.owner.patch(&path, 1, &json!({ "name": "Inner North" })).await.json();
    assert_eq!(renamed["parent_id"], north["id"], "{renamed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_a_patch_of_the_name_leaves_everything_else() {
    let scene = Scene::new().await;
    let place = json!({ "name": "Old Mill Hall", "address": "5 Mill Street", "latitude": 41.9, "longitude": -87.6 });
    let place = scene.make("locations", &place).await;
    let group = scene.make("groups", &json!({ "name": "Early Risers" })).await;
    let id = scene
        .meeting(&json!({
            "types": ["O", "TC"], "location_id": place["id"], "group_id": group["id"], "notes": "Ring twice.",
            "contacts": [{ "name": "Ida M.", "phone": "+1-312-555-0177" }], "contacts_public": true,
            "contribution": { "venmo": "@lantern" }, "admin_notes": "Key.", "timezone": "America/New_York",
        }))
        .await;
    let path = format!("/v1/intergroups/lantern/meetings/{id}");
    let before = scene.owner.get(&path).await.json();
    assert_eq!(before["attendance"], "online", "its place is closed for now");
    let patched = scene.owner.patch(&format!("/v1/meetings/{id}"), 1, &json!({ "name": "Late" })).await;
    assert_eq!(patched.status, 200, "{}", patched.text());
    let after = scene.owner.get(&path).await.json();
    assert_eq!(after["name"], "Late");
    assert_eq!(without(after, &["name", "version"]), without(before, &["name", "version"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn r3_nothing_is_pushed_into_somebody_elses_intergroup() {
    let scene = Scene::new().await;
    let (owner, brook) = (&scene.owner, scene.brook.to_string());
    let meeting = scene.meeting(&json!({})).await;
    let group = scene.make("groups", &json!({ "name": "Early Risers" })).await["id"].as_str().unwrap().to_owned();
    // By its id the owner is told that they may not; by anything else there is no such intergroup.
    for path in [format!("/v1/meetings/{meeting}"), format!("/v1/groups/{group}")] {
        for (target, status) in [
            (brook.clone(), 403),
            (brook.to_uppercase(), 403),
            (brook.replace('-', ""), 403),
            (format!("{{{brook}}}"), 403),
            (format!("urn:uuid:{brook}"), 403),
            ("brook".to_owned(), 422),
            ("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b".to_owned(), 403),
        ] {
            let answer = owner.patch(&path, 1, &json!({ "intergroup_id": target })).await;
            let refused = answer.status == status || answer.status == 422;
            assert!(refused, "{target}: {} {}", answer.status, answer.text());
        }
    }
    // Nor is it made there, or moved by a batch.
    let mut item = json!({ "name": "Pushed", "slug": "nightcap", "intergroup_id": brook });
    owner
        .post("/v1/intergroups/lantern/meetings", &item)
        .await
        .is_content_problem("invalid_content", &["/intergroup_id"]);
    for slug in ["nightcap", "new-one"] {
        item["slug"] = json!(slug);
        let answer = owner.post("/v1/intergroups/lantern/meetings/batch", &json!({ "items": [item] })).await;
        answer.is_content_problem("invalid_content", &["/items/0/intergroup_id"]);
        let partial =
            owner.post("/v1/intergroups/lantern/meetings/batch?partial=true", &json!({ "items": [item] })).await;
        assert_eq!(partial.json()["results"][0]["outcome"], "refused", "{}", partial.text());
    }
    let there = scene.app.anonymous().json("/v1/meetings?intergroup_id=brook&attendance=online,inactive").await;
    assert_eq!(there["total"], 0);

    // Who acts for both may move it, and then no way leads back without rights on both sides.
    let both = scene.app.admin(scene.brook, Role::Owner).await;
    let address = openchair::http::EmailAddress::parse("amy.realname@example.org").unwrap();
    let invited = scene.app.server.auth().invite(scene.brook, &address, Role::Editor).await.unwrap();
    let joined = json!({ "invitation": invited.code, "password": PASSWORD });
    assert_eq!(scene.app.anonymous().post("/v1/auth/office/enrol", &joined).await.status, 201);
    let moved = owner.patch(&format!("/v1/meetings/{meeting}"), 1, &json!({ "intergroup_id": brook })).await;
    assert_eq!(moved.status, 200, "{}", moved.text());
    assert_eq!(moved.json()["intergroup"]["slug"], "brook");
    let path = format!("/v1/meetings/{meeting}");
    both.post(&format!("{path}/revert"), &json!({ "version": 1 }))
        .await
        .is_content_problem("invalid_content", &["/version"]);
    // What happened before it came stays with the office where it happened.
    let history = both.get(&format!("{path}/history")).await.json();
    assert_eq!(history["data"].as_array().unwrap().len(), 1, "{history}");
    both.patch(&path, 2, &json!({ "intergroup_id": scene.lantern })).await.is_problem(403, "forbidden", &[]);
    assert_eq!(both.delete(&path, 2).await.status, 204);
    let restored = both.poke(&format!("{path}/restore")).await;
    assert_eq!((restored.status, &restored.json()["intergroup"]["slug"]), (200, &json!("brook")));
    // Reverting never moves, also for who may do both.
    let reverted = owner.post(&format!("{path}/revert"), &json!({ "version": 1 })).await;
    assert_eq!(
        (reverted.status, &reverted.json()["intergroup"]["slug"]),
        (200, &json!("brook")),
        "{}",
        reverted.text()
    );
}

/// The peer adds a start and a length as numbers. Here filters are about
/// starts, and ends past the hour are right wherever they are shown.
#[tokio::test(flavor = "multi_thread")]
async fn r4_a_meeting_that_ends_past_the_hour_is_found() {
    let scene = Scene::new().await;
    let id = scene.meeting(&json!({})).await;
    let meeting = scene.app.anonymous().json(&format!("/v1/meetings/{id}")).await;
    assert_eq!((&meeting["end_time"], &meeting["duration_minutes"]), (&json!("21:00"), &json!(90)));
    for (query, total) in [
        ("starts_before=19:31", 1),
        ("starts_before=19:30", 0),
        ("starts_after=19:30", 1),
        ("starts_after=19:30&starts_before=20:00", 1),
        ("starts_after=19:31", 0),
    ] {
        assert_eq!(scene.total(query).await, total, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r5_a_filter_that_cannot_be_read_is_refused() {
    let scene = Scene::new().await;
    scene.meeting(&json!({})).await;
    for (query, names) in [
        ("day=abc", vec!["day"]),
        ("day=", vec!["day"]),
        ("id=abc", vec!["id"]),
        ("attendance=0", vec!["attendance"]),
        ("type=ZZZ", vec!["type"]),
        ("lat=north&lng=1", vec!["lat"]),
        ("limit=-5", vec!["limit"]),
        ("limit=0", vec!["limit"]),
        ("page_size=-5", vec!["page_size"]),
        ("weekdays=1", vec!["weekdays"]),
        ("intergroup_id=no%20slug", vec!["intergroup_id"]),
        ("updated_since=yesterday", vec!["updated_since"]),
        ("starts_after=25:00", vec!["starts_after"]),
    ] {
        let answer = scene.app.anonymous().get(&format!("/v1/meetings?{query}")).await;
        answer.is_problem(400, "invalid_parameter", &names);
    }
    for (path, name) in [("groups", "regoin"), ("locations", "limit"), ("regions", "q2"), ("intergroups", "lat")] {
        let answer = scene.app.anonymous().get(&format!("/v1/{path}?{name}=abc")).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text());
    }
}

/// Every public address there is to read, of whatever is there.
async fn public_answers(app: &TestApp, ids: &[(&str, &str)]) -> Vec<(String, Response)> {
    let mut paths = vec![
        "/v1/meetings?limit=100".to_owned(),
        "/v1/meetings?limit=100&attendance=in_person,online,hybrid,inactive".to_owned(),
        "/v1/groups".to_owned(),
        "/v1/locations".to_owned(),
        "/v1/regions".to_owned(),
        "/v1/intergroups".to_owned(),
        "/v1/intergroups/lantern".to_owned(),
        "/v1/intergroups/lantern/feed.json".to_owned(),
        "/v1/intergroups/lantern/meetings/nightcap".to_owned(),
        "/v1/vocabulary".to_owned(),
        "/.well-known/jwks.json".to_owned(),
        "/openapi.json".to_owned(),
        "/openapi/public.json".to_owned(),
        "/openapi/office.json".to_owned(),
        "/livez".to_owned(),
        "/readyz".to_owned(),
        "/problems/not_found".to_owned(),
        "/v1/meetings?day=abc".to_owned(),
        "/nowhere".to_owned(),
    ];
    paths.extend(ids.iter().map(|(kind, id)| format!("/v1/{kind}/{id}")));
    let mut answers = Vec::new();
    for path in paths {
        let answer = app.anonymous().get(&path).await;
        answers.push((path, answer));
    }
    answers
}

/// The whole answer as text: head and body.
fn whole(answer: &Response) -> String {
    format!("{:?}\n{}", answer.headers, answer.text()).to_lowercase()
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_what_is_hidden_is_found_by_no_search_sort_or_count() {
    let scene = Scene::new().await;
    let hidden = json!({
        "admin_notes": "zebrafish in the pond",
        "contacts": [{ "name": "Quetzal Q.", "phone": "+1-312-555-0177", "email": "okapi@example.org" }],
    });
    let id = scene.meeting(&hidden).await;
    for word in ["zebrafish", "pond", "quetzal", "555-0177", "3125550177", "okapi", "okapi@example.org"] {
        assert!(scene.finds_nothing(&format!("q={word}")).await, "{word}");
        for list in ["groups", "locations"] {
            assert_eq!(scene.app.anonymous().json(&format!("/v1/{list}?q={word}")).await["data"], json!([]));
        }
    }
    for name in ["admin_notes", "contacts", "contact_1_phone", "email_contact", "meeting_key", "published", "state"] {
        for query in [format!("{name}=x"), format!("sort={name}"), format!("fields=id,{name}")] {
            let answer = scene.app.anonymous().get(&format!("/v1/meetings?{query}")).await;
            assert_eq!(answer.status, 400, "{query}: {}", answer.text());
        }
    }
    for (path, answer) in public_answers(&scene.app, &[("meetings", &id)]).await {
        for canary in ["zebrafish", "quetzal", "555-0177", "okapi"] {
            assert!(!whole(&answer).contains(canary), "{path} says {canary}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r7_an_unpublished_meeting_is_nowhere_for_the_public() {
    let scene = Scene::new().await;
    let id = scene.meeting(&json!({ "name": "Zebrafish", "published": false })).await;
    let shown = scene.meeting(&json!({ "name": "Zebrafish no more" })).await;
    let path = format!("/v1/meetings/{shown}");
    assert_eq!(scene.owner.patch(&path, 1, &json!({ "published": false })).await.status, 200);
    assert_eq!(scene.total("").await, 0);
    for query in ["q=zebrafish", &format!("id={id},{shown}"), "intergroup_id=lantern", "day=1"] {
        assert!(scene.finds_nothing(query).await, "{query}");
    }
    for id in [&id, &shown] {
        for below in ["", "/history", "/notices"] {
            let answer = scene.app.anonymous().get(&format!("/v1/meetings/{id}{below}")).await;
            assert!([401, 404, 405].contains(&answer.status), "{below}: {}", answer.status);
            assert!(!whole(&answer).contains("zebrafish"));
        }
    }
    assert_eq!(scene.app.anonymous().get("/v1/intergroups/lantern/meetings/zebrafish").await.status, 404);
    for (path, answer) in public_answers(&scene.app, &[("meetings", &id), ("meetings", &shown)]).await {
        assert!(!whole(&answer).contains("zebrafish"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r8_no_public_answer_says_who_edits() {
    let scene = Scene::new().await;
    let account = scene.owner.account_id().await.to_string();
    let group = scene.make("groups", &json!({ "name": "Early Risers" })).await;
    let place = scene.make("locations", &json!({ "name": "Old Mill Hall", "city": "Lantern" })).await;
    scene.make("regions", &json!({ "name": "North" })).await;
    let id = scene.meeting(&json!({ "group_id": group["id"], "location_id": place["id"] })).await;
    let path = format!("/v1/meetings/{id}");
    assert_eq!(scene.owner.patch(&path, 1, &json!({ "notes": "Ring twice." })).await.status, 200);
    assert_eq!(scene.owner.poke(&format!("{path}/verify")).await.status, 200);
    scene.make("notices", &json!({ "kind": "business", "from": "2026-05-04" })).await;
    let gone = scene.meeting(&json!({ "name": "Gone" })).await;
    assert_eq!(scene.owner.delete(&format!("/v1/meetings/{gone}"), 1).await.status, 204);
    let id_of = |thing: &Value| thing["id"].as_str().unwrap().to_owned();
    let (group, place) = (id_of(&group), id_of(&place));
    let ids = [("meetings", id.as_str()), ("meetings", &gone), ("groups", &group), ("locations", &place)];
    for (path, answer) in public_answers(&scene.app, &ids).await {
        for canary in ["amy", "realname", &account, "\"actor\"", "edited_by", "updated_by", "created_by"] {
            assert!(!whole(&answer).contains(canary), "{path} says {canary}");
        }
    }
    // Not even to observers: who did it, owners find in the audit.
    let observer = scene.app.admin(scene.lantern, Role::Observer).await;
    let history = observer.get(&format!("{path}/history")).await;
    assert_eq!(history.status, 200);
    assert!(!history.text().contains("realname") && !history.text().contains(&account));
}

#[tokio::test(flavor = "multi_thread")]
async fn r9_a_forwarded_host_is_never_believed() {
    let scene = Scene::new().await;
    for name in ["One", "Two"] {
        scene.meeting(&json!({ "name": name })).await;
    }
    let forged = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "gopher"),
        ("x-forwarded-port", "666"),
        ("x-forwarded-prefix", "/evil.example"),
        ("x-host", "evil.example"),
        ("x-original-url", "/evil.example"),
        ("x-rewrite-url", "/evil.example"),
        ("forwarded", "for=1.2.3.4;host=evil.example;proto=gopher"),
    ];
    let caller = scene.app.anonymous();
    for path in [
        "/v1/meetings?limit=1&attendance=online",
        "/v1/groups?limit=1",
        "/v1/intergroups/lantern",
        "/v1/intergroups/lantern/feed.json",
        "/.well-known/jwks.json",
        "/openapi.json",
        "/docs",
        "/docs/",
        "/readyz",
        "/nowhere",
    ] {
        let answer = caller.send(Method::GET, path, &forged).await;
        let said = whole(&answer);
        assert!(!said.contains("evil.example") && !said.contains("gopher") && !said.contains("666/"), "{path}: {said}");
        let plain = caller.get(path).await;
        assert_eq!((answer.status, answer.body.len()), (plain.status, plain.body.len()), "{path}");
    }
    let list = scene.owner.send(Method::GET, "/v1/intergroups/lantern/meetings?limit=1", &forged, None).await;
    assert!(list.header("link").contains("rel=\"next\"") && !whole(&list).contains("evil.example"));
    // Links in letters and answers are the operator's own address.
    let invited = json!({ "email": "kit@example.org", "role": "editor" });
    let invited = scene.owner.send(Method::POST, "/v1/intergroups/lantern/invitations", &forged, Some(&invited)).await;
    assert!(invited.json()["link"].as_str().unwrap().starts_with("http://openchair.test/"), "{}", invited.text());
    assert!(!whole(&invited).contains("evil.example"));
}

/// More of this in `auth::sign_in`.
#[tokio::test(flavor = "multi_thread")]
async fn r10_no_token_outlives_a_changed_or_reset_password() {
    let scene = Scene::new().await;
    let other = scene.app.sign_in("amy.realname@example.org").await;
    let body = json!({ "current_password": PASSWORD, "password": "a kettle sings at dawn" });
    let changed = scene.owner.post("/v1/auth/office/password", &body).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let newest = Bearer::of_pair(scene.app.anonymous(), &changed.json());
    let ended = async |bearer: &Bearer| {
        bearer.get("/v1/intergroups/lantern/meetings").await.is_problem(401, "session_ended", &[]);
        let refresh = json!({ "refresh_token": bearer.refresh_token });
        scene.app.anonymous().post("/v1/auth/office/refresh", &refresh).await.is_problem(401, "session_ended", &[]);
    };
    ended(&scene.owner).await;
    ended(&other).await;
    assert_eq!(newest.get("/v1/intergroups/lantern/meetings").await.status, 200);
    let address = openchair::http::EmailAddress::parse("amy.realname@example.org").unwrap();
    let link = scene.app.server.auth().reset_link(&address, false).await.unwrap().unwrap();
    let reset = json!({ "reset_code": link.code, "password": "an otter under the bridge" });
    assert_eq!(scene.app.anonymous().post("/v1/auth/office/password/reset", &reset).await.status, 204);
    ended(&newest).await;
}

/// Time is not measured here: the work is counted.
#[tokio::test(flavor = "multi_thread")]
async fn r11_signing_in_costs_the_same_for_an_unknown_address_and_many_attempts_wait() {
    let scene = Scene::new().await;
    let auth = scene.app.server.auth();
    for email in ["amy.realname@example.org", "nobody@example.org"] {
        let wrong = json!({ "email": email, "password": "wrong lantern" });
        let before = auth.hashes_done();
        let mut statuses = Vec::new();
        for _ in 0..8 {
            statuses.push(scene.app.anonymous().post("/v1/auth/office/token", &wrong).await.status);
        }
        assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429, 429], "{email}");
        assert_eq!(auth.hashes_done() - before, 5, "{email}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_no_public_answer_says_what_runs_here_or_a_secret() {
    let scene = Scene::new().await;
    let id = scene.meeting(&json!({})).await;
    let migration = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/main")).unwrap();
    let migrations: Vec<String> =
        migration.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_lowercase()).collect();
    for (path, answer) in public_answers(&scene.app, &[("meetings", &id)]).await {
        let said = whole(&answer);
        for canary in ["postgres", "actix", "rustc", "sqlx", "/home", "/tmp", "argon2", "aaecawqf"] {
            assert!(!said.contains(canary), "{path} says {canary}");
        }
        // The private half of a key.
        assert!(!path.contains("jwks") || !said.contains("\"d\":"), "{path}");
        assert!(!migrations.iter().any(|name| said.contains(name)), "{path} names a migration");
        assert_eq!(answer.header("server"), "", "{path}");
        assert_eq!(answer.header("x-powered-by"), "", "{path}");
    }
    // There is no account that nobody made.
    for email in ["admin@example.org", "root@localhost.example", "serveradmin@example.org"] {
        let body = json!({ "email": email, "password": "change-this-password-first-thing" });
        scene.app.anonymous().post("/v1/auth/office/token", &body).await.is_problem(401, "sign_in_failed", &[]);
    }
}

/// More of this in `sync::guard` and `sync::identity`.
#[tokio::test(flavor = "multi_thread")]
async fn r13_a_source_that_is_empty_deletes_nothing_and_ids_come_back() {
    let scene = Scene::new().await;
    let ids = async || {
        let page = scene.app.anonymous().json("/v1/meetings?limit=100").await;
        let of = |one: &Value| (one["slug"].as_str().unwrap().to_owned(), one["id"].as_str().unwrap().to_owned());
        page["data"].as_array().unwrap().iter().map(of).collect::<std::collections::BTreeMap<_, _>>()
    };
    scene.app.import("lantern", &fixture("clean.json")).await;
    let before = ids().await;
    assert!(before.len() > 5 && scene.app.clock.now() == TestApp::monday());
    scene.app.import("lantern", b"[]").await;
    assert_eq!(ids().await, before);
    // One goes and comes back as what it was.
    let mut rows: Vec<Value> = serde_json::from_slice(&fixture("clean.json")).unwrap();
    let first = rows.remove(0);
    scene.app.import("lantern", json!(rows).to_string().as_bytes()).await;
    assert!(ids().await.len() < before.len());
    rows.push(first);
    scene.app.import("lantern", json!(rows).to_string().as_bytes()).await;
    assert_eq!(ids().await, before);
}
