//! The least valid request of every operation of a peer.

use serde_json::{Value, json};

use super::{
    super::{
        document::{Operation, document},
        requests::NEW_PASSWORD,
    },
    callers::Caller,
    world::{Things, proof_of},
};
use crate::support::{Bearer, PASSWORD, Response};

/// A day on which nobody has checked in.
const FREE_DAY: &str = "2026-05-03";
/// The day of the check-in that there is.
const DAY: &str = "2026-05-04";

/// The path with its names filled in, and the parameters that it cannot do
/// without.
pub fn path(operation: &Operation, things: &Things) -> String {
    // What is made has an address that nothing has yet; what is read, changed
    // or deleted is `pass`'s own.
    let makes = operation.method == reqwest::Method::PUT && !operation.path.contains("/answers/");
    let id = |name: &str| things[if makes { "new_id" } else { name }].as_str();
    let report = match operation.id.as_str() {
        "appeal_decision" => &things["decided"],
        "decide_report" => &things["waiting"],
        _ => &things["new_id"],
    };
    let path = operation.path.replace("{date}", if makes { FREE_DAY } else { DAY });
    let path = path.replace("{n}", "1").replace("{check_in_id}", &things["check_in_id"]);
    let path = path.replace("{goal_id}", id("goal_id")).replace("{milestone_id}", id("milestone_id"));
    let path = path.replace("{pass_id}", &things["pass_id"]).replace("{invitation_id}", &things["invitation_id"]);
    let path = path.replace("{story_id}", &things["story_id"]).replace("{report_id}", report);
    assert!(!path.contains('{'), "{path}: nothing of that name is in the world");
    match operation.id.as_str() {
        "list_check_ins" => format!("{path}?from={FREE_DAY}&to={DAY}"),
        "list_goals" => format!("{path}?week=2026-W19"),
        "get_circle_week" => format!("{path}?date={DAY}"),
        _ => path,
    }
}

/// Headers that it cannot do without.
pub fn headers(operation: &Operation) -> &'static [(&'static str, &'static str)] {
    match operation.id.as_str() {
        "put_check_in" | "put_goal" | "put_milestone" | "put_member_vault" => &[("if-none-match", "*")],
        _ => &[],
    }
}

/// The body: the example of its schema, with what must be of this world. `None`
/// for those that take none.
pub fn body(operation: &Operation, caller: &Caller, things: &Things) -> Option<Value> {
    let content = operation.described.pointer("/requestBody/content")?.as_object()?;
    let schema = &content.iter().find(|(media_type, _)| media_type.ends_with("json"))?.1["schema"];
    let schema = match schema["$ref"].as_str() {
        Some(reference) => document().pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    if operation.id == "update_own_pass" {
        // A merge patch has no example of its own.
        return Some(json!({ "ask_me_on": 0, "about": "goal" }));
    }
    let mut body = schema.get("example").unwrap_or_else(|| panic!("{} has no example", operation.id)).clone();
    let set: &[(&str, Value)] = &match operation.id.as_str() {
        "create_member" | "replace_member_key" => vec![("auth_key", json!(things["new_key"]))],
        "create_member_token" => vec![("auth_key", json!(things["auth_key"]))],
        "create_circle" => vec![("voucher", json!(things["voucher_circle"])), ("pass_key", json!(things["new_key"]))],
        "create_story" => vec![("voucher", json!(things["voucher_story"])), ("pass_key", json!(things["new_key"]))],
        "create_pass" => vec![("invitation", json!(things["invitation"])), ("pass_key", json!(things["new_key"]))],
        "check_circle_invitation" => vec![("code", json!(things["invitation"]))],
        "create_circle_token" => vec![("pass_key", json!(things["pass_key"]))],
        "refresh_member_token" => vec![("refresh_token", json!(things["spare_refresh_member"]))],
        "refresh_circle_token" => vec![("refresh_token", json!(things["spare_refresh_circle"]))],
        "refresh_moderator_token" => vec![("refresh_token", json!(things["spare_refresh_moderator"]))],
        "put_report" => vec![("item", json!({ "kind": "milestone", "id": things["milestone_id"] }))],
        "create_moderator_token" => vec![("email", json!("spare@example.org")), ("password", json!(PASSWORD))],
        "enrol_moderator_account" => vec![("invitation", json!(things["invitation_moderator"]))],
        // One address may ask five times.
        "forgot_moderator_password" => vec![("email", json!(format!("{}@example.org", caller.name)))],
        "reset_moderator_password" => {
            vec![("reset_code", json!(things["reset_code"])), ("password", json!(NEW_PASSWORD))]
        }
        "step_up_moderator_session" => return Some(proof_of(things)),
        "change_moderator_password" => {
            let mut body = proof_of(things);
            body["current_password"] = json!(PASSWORD);
            body["password"] = json!(NEW_PASSWORD);
            return Some(body);
        }
        "confirm_moderator_totp" => {
            vec![("code", json!(things.get("totp_code").map_or("000000", String::as_str)))]
        }
        _ => vec![],
    };
    for (name, value) in set {
        assert!(body.get(name).is_some(), "{} has no {name} in its example", operation.id);
        body[*name] = value.clone();
    }
    Some(body)
}

/// Sends it, bytes where the document says bytes.
pub async fn send(
    bearer: &Bearer,
    operation: &Operation,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Response {
    let bytes = operation.described.pointer("/requestBody/content/application~1octet-stream").is_some();
    if !bytes {
        return bearer.send(operation.method.clone(), path, headers, body).await;
    }
    let headers = [&[("content-type", "application/octet-stream")], headers].concat();
    bearer.send_text(operation.method.clone(), path, &headers, "x".repeat(4096)).await
}
