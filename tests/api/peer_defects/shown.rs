//! R4 to R9 and R12: what is found and shown that must not be, or is not that must.

use openchair::auth::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Scene, public_answers, whole};

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
            // Those that a group publishes are public.
            if query == "fields=id,contacts" {
                continue;
            }
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
    // Links in letters are the operator's own address, and in no answer at all.
    let invited = json!({ "email": "kit@example.org", "role": "editor" });
    let invited = scene.owner.send(Method::POST, "/v1/intergroups/lantern/invitations", &forged, Some(&invited)).await;
    assert!(invited.status == 201 && !whole(&invited).contains("evil.example"), "{}", invited.text());
    let letters = scene.app.letters().await;
    assert!(letters[0].text.contains("http://openchair.test/"), "{}", letters[0].text);
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
