//! What is left where nothing compares rights but the database: no foreign row
//! is read, and who may not write writes none.
//!
//! The requests go to a node without the comparison; everything else about it
//! is as it always is.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    document::{Operation, office_operations},
    world::{CANARY, Things, World},
};
use crate::support::{Bearer, Node};

/// Operations of offices that are not about one's own account.
fn guarded() -> Vec<Operation> {
    office_operations().into_iter().filter(|operation| !operation.is_of_account()).collect()
}

fn writes(operation: &Operation) -> bool {
    operation.method != Method::GET
}

/// Tries an operation on `lantern` at the node; nothing may have changed.
async fn tried(world: &World, node: &Node, operation: &Operation, name: &str, n: u32) -> crate::support::Response {
    let caller = world.caller(name);
    let things = world.things_for(operation, caller, n).await;
    let before = world.rows().await;
    let answer = world.send(operation, caller, &caller.bearer.at(node.anonymous()), &things, n).await;
    let after = world.rows().await;
    let changed: Vec<&String> = before.symmetric_difference(&after).collect();
    assert!(changed.is_empty(), "{} by {name} ({}) changed {changed:#?}", operation.id, answer.status);
    answer
}

async fn node(world: &World) -> Node {
    let node = world.app.without_checks();
    node.until(|node| node.server.auth().keys().are_loaded()).await;
    node.server.snapshots().wait_for(world.app.revision().await).await;
    node
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_alone_keeps_strangers_from_every_row() {
    let world = World::new().await;
    let node = node(&world).await;
    let mut numbers = 1..;
    for operation in guarded() {
        for name in ["revoked", "child", "other", "key_child", "key_other"] {
            let answer = tried(&world, &node, &operation, name, numbers.next().unwrap()).await;
            assert!([403, 404].contains(&answer.status), "{} by {name}: {}", operation.id, answer.text());
            assert!(!answer.text().to_lowercase().contains(CANARY), "{} by {name}: {}", operation.id, answer.text());
        }
    }
    node.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_alone_keeps_readers_from_writing() {
    let world = World::new().await;
    let node = node(&world).await;
    // The comparison of rights is off there: only that keeps an observer from this.
    let observer = &world.caller("observer").bearer;
    observer.get("/v1/intergroups/lantern/admins").await.is_problem(403, "forbidden", &[]);
    assert_eq!(observer.at(node.anonymous()).get("/v1/intergroups/lantern/admins").await.status, 200);
    let mut numbers = 1..;
    for operation in guarded().into_iter().filter(writes) {
        let for_owners =
            operation.described["tags"][0] == "office administration" || operation.id == "create_child_intergroup";
        let who: &[&str] = if for_owners {
            &["observer", "editor", "key_read", "key_write", "key_imports", "key_feedback"]
        } else {
            &["observer", "key_read", "key_imports", "key_feedback"]
        };
        let brings = operation.id.ends_with("_import");
        for name in who.iter().filter(|name| !brings || **name != "key_imports") {
            let answer = tried(&world, &node, &operation, name, numbers.next().unwrap()).await;
            assert!([403, 404].contains(&answer.status), "{} by {name}: {}", operation.id, answer.text());
        }
    }
    node.server.stop().await.unwrap();
}

/// Requests of the other office's owner on its own address, in which something
/// of `lantern` is named.
fn crossed(things: &Things) -> Vec<(Method, String, Option<Value>)> {
    let own = format!("/v1/meetings/{}", things["theirs"]);
    let lantern = &things["lantern_id"];
    let mut all = vec![
        (Method::PATCH, own.clone(), Some(json!({ "intergroup_id": lantern }))),
        (Method::PATCH, own.clone(), Some(json!({ "intergroup_id": lantern.to_uppercase() }))),
        (Method::PATCH, own.clone(), Some(json!({ "intergroup_id": "lantern" }))),
        (Method::DELETE, format!("{own}?replaced_by={}", things["hidden"]), None),
        (Method::DELETE, format!("{own}/notices/{}", things["notice"]), None),
        (Method::GET, format!("/v1/intergroups/brook/meetings/{}", things["meeting"]), None),
        (Method::GET, format!("/v1/intergroups/brook/meetings/{}", things["hidden"]), None),
    ];
    for (plural, id) in [("admins", "account"), ("invitations", "invitation"), ("keys", "key"), ("notices", "notice")] {
        all.push((Method::DELETE, format!("/v1/intergroups/brook/{plural}/{}", things[id]), None));
    }
    for (field, kind) in [("group_id", "group"), ("location_id", "location"), ("region_id", "region")] {
        all.push((Method::PATCH, own.clone(), Some(json!({ field: things[kind] }))));
        let mut new = super::requests::new("meeting", 900);
        new[field] = json!(things[kind]);
        all.push((Method::POST, "/v1/intergroups/brook/meetings".to_owned(), Some(new)));
    }
    let region = json!({ "name": "South", "parent_id": things["region"] });
    all.push((Method::POST, "/v1/intergroups/brook/regions".to_owned(), Some(region)));
    for field in ["intergroup_id", "group_id", "location_id"] {
        let value = if field == "intergroup_id" { lantern } else { &things[field.trim_end_matches("_id")] };
        for slug in ["sunrise", "new-here"] {
            let mut item = super::requests::new("meeting", 901);
            (item["slug"], item[field]) = (json!(slug), json!(value));
            all.push((
                Method::POST,
                "/v1/intergroups/brook/meetings/batch".to_owned(),
                Some(json!({ "items": [item] })),
            ));
        }
    }
    all
}

/// With the comparison of rights and without it: the first wall and the second.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_foreign_is_reached_by_way_of_ones_own() {
    let world = World::new().await;
    let node = node(&world).await;
    let caller = world.caller("other");
    let things = world.things().clone();
    let direct: Bearer = caller.bearer.clone();
    for (at, bearer) in [("with", direct.clone()), ("without", direct.at(node.anonymous()))] {
        for (method, path, body) in crossed(&things) {
            let before = world.rows().await;
            let answer = bearer.send(method.clone(), &path, &[("if-match", "*")], body.as_ref()).await;
            let said = format!("{at} checks: {method} {path} {body:?}: {} {}", answer.status, answer.text());
            assert!([403, 404, 422].contains(&answer.status), "{said}");
            assert!(!answer.text().to_lowercase().contains(CANARY), "{said}");
            let after = world.rows().await;
            let changed: Vec<&String> = before.symmetric_difference(&after).collect();
            assert!(changed.is_empty(), "{said} changed {changed:#?}");
        }
        let audit = bearer.get(&format!("/v1/intergroups/brook/audit?meeting_id={}", things["meeting"])).await;
        assert_eq!((audit.status, audit.json()["data"].clone()), (200, json!([])), "{at} checks");
        for list in ["audit", "admins", "keys", "meetings"] {
            let answer = bearer.get(&format!("/v1/intergroups/brook/{list}")).await;
            assert_eq!(answer.status, 200);
            assert!(!answer.text().to_lowercase().contains(CANARY), "{at} checks: {}", answer.text());
        }
    }
    node.server.stop().await.unwrap();
}
