//! The least valid request of every operation.

use serde_json::{Value, json};

use super::{callers::Caller, document::Operation, world::Things};
use crate::support::PASSWORD;

/// A password that is not the present one.
pub const NEW_PASSWORD: &str = "a kettle sings at dawn";

/// The thing that a name of a kind stands for in [`Things`].
pub fn name_of(kind: &str) -> &'static str {
    match kind {
        "group" => "group",
        "location" => "location",
        "region" => "region",
        "meeting" => "meeting",
        "feed" => "feed",
        "webhook" => "webhook",
        other => panic!("no such kind: {other}"),
    }
}

/// The path with its names filled in.
pub fn path(operation: &Operation, things: &Things) -> String {
    let of = match operation.path.split('/').nth(2) {
        Some("meetings") => "meeting",
        Some("groups") => "group",
        Some("locations") => "location",
        Some("regions") => "region",
        Some("feedback") => "feedback",
        Some("feeds") => "feed",
        Some("imports") => "import",
        Some("webhooks") => "webhook",
        Some("deliveries") => "delivery",
        _ => "lantern",
    };
    operation
        .path
        .replace("{id}", things.get(of).map_or("-", String::as_str))
        .replace("{receipt}", things.get("receipt").map_or("-", String::as_str))
        .replace("{meeting_id}", &things["meeting"])
        .replace("{notice_id}", &things["notice"])
        .replace("{account_id}", &things["account"])
        .replace("{invitation_id}", &things["invitation"])
        .replace("{key_id}", &things["key"])
        .replace("{slug}", "sunrise")
        .replace("{code}", "not_found")
        .replace("{audience}", "public")
        // What it cannot do without.
        .replace("/clusters", "/clusters?bbox=-180,-90,180,90&zoom=3")
}

/// A new thing of a kind; `n` tells it from others.
pub fn new(kind: &str, n: u32) -> Value {
    let named = if n == 0 { String::new() } else { format!(" {n}") };
    match kind {
        "group" => json!({ "name": format!("Early Risers{named}") }),
        "location" => json!({ "name": format!("Old Mill Hall{named}"), "city": "Lantern" }),
        "region" => json!({ "name": format!("North{named}") }),
        "notice" => json!({ "kind": "closed", "from": "2026-12-24" }),
        "feed" => json!({ "name": format!("Website{named}"), "url": "https://lantern.example.org/feed.json" }),
        "webhook" => json!({ "url": format!("https://lantern.example.org/hooks/{n}"), "events": ["meeting.updated"] }),
        "meeting" => json!({ "name": format!("Sunrise{named}"), "day": 1, "time": "06:30", "duration_minutes": 60,
                             "conference": { "url": "https://zoom.us/j/123456789" } }),
        other => panic!("no such kind: {other}"),
    }
}

/// The body of an operation; `None` for those that take none.
pub fn body(id: &str, caller: &Caller, things: &Things, n: u32) -> Option<Value> {
    let email = caller.account.as_ref().map_or("nobody@example.org", |(_, email)| email.as_str());
    let spare = &things["spare_email"];
    Some(match id {
        "create_group" => new("group", n),
        "create_location" => new("location", n),
        "create_region" => new("region", n),
        "create_meeting" => new("meeting", n),
        "create_feed" => new("feed", n),
        "create_import" => json!({ "mode": "plan" }),
        "create_webhook" => new("webhook", n),
        "update_webhook" => json!({ "url": format!("https://lantern.example.org/other/{n}") }),
        "upsert_meetings" => {
            let mut item = new("meeting", n);
            item["slug"] = json!(format!("batch-{n}"));
            json!({ "items": [item] })
        }
        "create_meeting_notice" | "create_location_notice" | "create_group_notice" | "create_intergroup_notice" => {
            new("notice", n)
        }
        "update_group" | "update_region" | "update_meeting" | "update_feed" => {
            json!({ "name": format!("Renamed {n}") })
        }
        "update_location" => json!({ "notes": format!("Ring {n} times") }),
        "update_intergroup" => json!({ "location": format!("Lantern County {n}") }),
        "create_child_intergroup" => {
            json!({ "slug": format!("child-{n}"), "name": "A district", "timezone": "America/Chicago" })
        }
        "revert_meeting" => json!({ "version": 1 }),
        "settle_meeting_source" => json!({ "feed_id": things["feed"], "standing": "leads" }),
        "create_office_invitation" => json!({ "email": format!("new-{n}@example.org"), "role": "observer" }),
        "create_office_key" => json!({ "name": "Website", "scopes": ["directory:read"] }),

        "create_feedback" => json!({ "kind": "still_right" }),
        "decline_feedback" => json!({ "reason": "It is right as it is." }),

        "create_office_token" => json!({ "email": spare, "password": PASSWORD }),
        "enrol_office_account" => json!({ "invitation": things["invitation_code"], "password": PASSWORD }),
        "refresh_office_token" => json!({ "refresh_token": things["spare_refresh_token"] }),
        "step_up_office_session" => json!({ "password": PASSWORD }),
        "change_office_password" => json!({ "current_password": PASSWORD, "password": NEW_PASSWORD }),
        // One address may ask five times.
        "forgot_office_password" => json!({ "email": format!("forgot-{n}@example.org") }),
        "reset_office_password" => json!({ "reset_code": things["reset_code"], "password": NEW_PASSWORD }),
        "replace_office_preferences" => json!({ "weekly_digest": true }),
        "change_office_email" => json!({ "email": format!("new-{email}") }),
        "confirm_office_email" => json!({ "email_code": things["email_code"] }),
        "confirm_office_totp" => json!({ "code": things["totp_code"] }),
        _ => return None,
    })
}
