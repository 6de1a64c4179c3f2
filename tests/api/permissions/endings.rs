//! What ends a right, and what a right alone is not enough for.

use chrono::TimeDelta;
use openchair::{
    auth::{Audience, Role, Rotation},
    http::EmailAddress,
    kernel::Clock,
};
use reqwest::Method;
use serde_json::json;

use super::{
    callers::Offices,
    document::{Operation, office_operations},
    world::World,
};
use crate::support::{Bearer, PASSWORD, TestApp};

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
    let stepped = owner.bearer.post("/v1/auth/office/step-up", &json!({ "password": PASSWORD })).await;
    assert_eq!(stepped.status, 200, "{}", stepped.text());
    // Who has none of their own would lock themselves out.
    owner.bearer.patch("/v1/intergroups/lantern", 1, &require).await.is_problem(409, "conflict", &[]);
    let (id, _) = owner.account.as_ref().unwrap();
    let with = format!("UPDATE office.accounts SET totp_secret = '\\x01', totp_confirmed = true WHERE id = '{id}'");
    world.run(&with).await;
    let patched = owner.bearer.patch("/v1/intergroups/lantern", 1, &require).await;
    assert_eq!(patched.status, 200, "{}", patched.text());
    world.run("UPDATE office.accounts SET totp_secret = NULL, totp_confirmed = false, totp_last_step = NULL").await;
    // From here on nobody without a second factor does anything there, or below.
    let before = world.rows().await;
    // Of an answer to a correction, and of a message, there would have to be one first.
    let made =
        |operation: &Operation| ["/v1/feedback", "/v1/deliveries"].iter().any(|it| operation.path.starts_with(it));
    let others = |operation: &&Operation| !operation.is_of_account() && !made(operation);
    for operation in office_operations().iter().filter(others) {
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
    // A lower role: who is removed is invited to less.
    let editor = app.admin_as(offices.lantern, Role::Editor, "editor@example.org").await;
    let group = json!({ "name": "Early Risers" });
    assert_eq!(editor.post("/v1/intergroups/lantern/groups", &group).await.status, 201);
    let path = format!("/v1/intergroups/lantern/admins/{}", editor.account_id().await);
    assert_eq!(owner.send(Method::DELETE, &path, &[], None).await.status, 204);
    let address = EmailAddress::parse("editor@example.org").unwrap();
    let invited = app.server.auth().invite(offices.lantern, &address, Role::Observer).await.unwrap();
    let body = json!({ "invitation": invited.code, "password": PASSWORD });
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
    let expires_at = app.clock.now() + TimeDelta::minutes(2);
    let body = json!({ "name": "k", "scopes": ["directory:read"], "expires_at": expires_at });
    let made = owner.post("/v1/intergroups/lantern/keys", &body).await;
    let key = Bearer::new(app.anonymous(), made.json()["key"].as_str().unwrap());
    both(&key, 200, "").await;
    app.clock.advance(TimeDelta::minutes(2));
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
    assert_eq!(published().await, Audience::ALL.len());
    // Planned: published a day before it signs, the old one good meanwhile.
    app.server.auth().keys().rotate(Rotation::Planned).await.unwrap();
    assert_eq!(published().await, 2 * Audience::ALL.len());
    assert_eq!(old.get(account).await.status, 200);
    app.clock.advance(TimeDelta::hours(24));
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
    assert_eq!(published().await, Audience::ALL.len());
    let refresh = json!({ "refresh_token": new.refresh_token });
    let pair = app.anonymous().post("/v1/auth/office/refresh", &refresh).await;
    assert_eq!(pair.status, 200, "{}", pair.text());
    assert_eq!(Bearer::of_pair(second.anonymous(), &pair.json()).get(account).await.status, 200);
    second.server.stop().await.unwrap();
}
