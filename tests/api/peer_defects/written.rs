//! R1 to R3 and R13: what a write changes besides.

use std::collections::BTreeMap;

use openchair::{auth::Role, http::EmailAddress};
use serde_json::{Value, json};

use super::Scene;
use crate::support::{PASSWORD, fixture};

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
    let address = EmailAddress::parse("amy.realname@example.org").unwrap();
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

/// More of this in `sync::guard` and `sync::identity`.
#[tokio::test(flavor = "multi_thread")]
async fn r13_a_source_that_is_empty_deletes_nothing_and_ids_come_back() {
    let scene = Scene::new().await;
    let ids = async || {
        let page = scene.app.anonymous().json("/v1/meetings?limit=100").await;
        let of = |one: &Value| (one["slug"].as_str().unwrap().to_owned(), one["id"].as_str().unwrap().to_owned());
        page["data"].as_array().unwrap().iter().map(of).collect::<BTreeMap<_, _>>()
    };
    scene.app.import("lantern", &fixture("clean.json")).await;
    let before = ids().await;
    assert!(before.len() > 5);
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
