//! `/v1/meetings/changes`: keeping a copy.

mod forgetting;
mod phones_day;
mod property;
mod reader;
mod restoring;
mod telling;
mod updates;
mod walking;

use openchair::kernel::IntergroupId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bearer, Response};

/// The body of a meeting that one can join online.
fn online(name: &str) -> Value {
    json!({ "name": name, "day": 1, "time": "19:00", "duration_minutes": 60, "types": ["O"],
            "conference": { "url": "https://zoom.us/j/123456789" } })
}

/// What an editor did, which must succeed.
fn done(answer: &Response) -> Value {
    assert!((200..300).contains(&answer.status), "{}", answer.text());
    if answer.body.is_empty() { Value::Null } else { answer.json() }
}

/// Makes something of an intergroup.
async fn make(editor: &Bearer, office: IntergroupId, what: &str, body: &Value) -> Value {
    done(&editor.post(&format!("/v1/intergroups/{office}/{what}"), body).await)
}

/// Changes something, whatever its version.
async fn change(editor: &Bearer, path: &str, patch: &Value) -> Value {
    done(&editor.send(Method::PATCH, path, &[("if-match", "*")], Some(patch)).await)
}

/// Deletes something, whatever its version.
async fn delete(editor: &Bearer, path: &str) -> Value {
    done(&editor.send(Method::DELETE, path, &[("if-match", "*")], None).await)
}

/// The address of a meeting.
fn address(meeting: &Value) -> String {
    format!("/v1/meetings/{}", meeting["id"].as_str().unwrap())
}
