//! What every answer to an office has.

use reqwest::Method;
use serde_json::json;

use super::{
    document::{document, office_operations},
    world::{CANARY, World},
};
use crate::{api::contract::conforms, support::Response};

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
                // A source that is fetched is read later.
                let success = if operation.id == "create_import" { 202 } else { operation.success() };
                assert_eq!(answer.status, success, "{said}");
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
