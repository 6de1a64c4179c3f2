//! Sources that are sent: planned, looked at, decided upon, taken back.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use openchair::{auth::Role, sync::RunStatus};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bearer, Response, TestApp};

/// An office with a source that is sent to it.
struct Sending {
    app: TestApp,
    owner: Bearer,
    feed: String,
}

fn row(slug: &str, time: &str) -> Value {
    json!({ "slug": slug, "name": format!("Meeting {slug}"), "day": 1, "time": time, "types": ["O"],
            "location": "Tinder Hall", "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA",
            "region": "North", "contact_1_name": "Ida M.", "contact_1_phone": "+13125550111" })
}

fn rows(count: u32) -> Vec<Value> {
    (1..=count).map(|n| row(&format!("m{n}"), &format!("{:02}:00", n % 24))).collect()
}

impl Sending {
    async fn with(settings: Value) -> Self {
        let app = TestApp::new().await;
        let office = app.office("lantern", chrono_tz::America::Chicago).await;
        let owner = app.admin(office, Role::Owner).await;
        let made = owner.post("/v1/intergroups/lantern/feeds", &settings).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let feed = made.json()["id"].as_str().unwrap().to_owned();
        Self { app, owner, feed }
    }

    async fn new() -> Self {
        Self::with(json!({ "name": "Our list" })).await
    }

    async fn send(&self, mode: &str, source: &[Value]) -> Response {
        self.owner.post(&format!("/v1/feeds/{}/imports?mode={mode}", self.feed), &json!(source)).await
    }

    /// Sends it and gives the run, which must be recorded as this.
    async fn run(&self, mode: &str, source: &[Value], status: RunStatus) -> Value {
        let sent = self.send(mode, source).await;
        assert_eq!(sent.status, 201, "{}", sent.text());
        assert_eq!(sent.json()["status"], status.as_str(), "{}", sent.text());
        sent.json()
    }

    async fn decide(&self, run: &Value, decision: &str) -> Response {
        let path = format!("/v1/imports/{}/{decision}", run["id"].as_str().unwrap());
        self.owner.poke(&path).await
    }

    async fn of(&self, run: &Value, what: &str) -> Value {
        let slash = if what.is_empty() { "" } else { "/" };
        let answer = self.owner.get(&format!("/v1/imports/{}{slash}{what}", run["id"].as_str().unwrap())).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    async fn total(&self) -> Value {
        self.app.anonymous().json("/v1/meetings?limit=1").await["total"].clone()
    }

    async fn meeting(&self, slug: &str) -> Value {
        self.app.anonymous().json(&format!("/v1/intergroups/lantern/meetings/{slug}")).await
    }

    /// What everybody sees of it, byte by byte, and when it last changed.
    async fn exports(&self) -> Vec<String> {
        let mut exports = Vec::new();
        for path in ["feed.json", "feed.csv"] {
            exports.push(self.app.anonymous().get(&format!("/v1/intergroups/lantern/{path}")).await.text());
        }
        exports
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_shown_and_then_applied_as_it_was_shown() {
    let office = Sending::new().await;
    let run = office.run("plan", &rows(10), RunStatus::Planned).await;
    assert_eq!((&run["rows"], &run["created"], &run["origin"]), (&json!(10), &json!(10), &json!("upload")));
    assert_eq!(office.total().await, 0, "a plan changes nothing");
    let changes = office.of(&run, "changes").await;
    let ids: Vec<&Value> = changes["data"].as_array().unwrap().iter().map(|change| &change["meeting_id"]).collect();
    let applied = office.decide(&run, "apply").await;
    assert_eq!((applied.status, &applied.json()["status"]), (200, &json!("applied")), "{}", applied.text());
    // Seen at once, under the ids that the plan showed.
    assert_eq!(office.total().await, 10);
    assert_eq!(&office.meeting("m1").await["id"], ids[0]);
    office.decide(&run, "apply").await.is_problem(409, "conflict", &[]);
    office.decide(&run, "reject").await.is_problem(409, "conflict", &[]);
    assert_eq!(office.of(&run, "").await["status"], "applied");

    let mut changed = rows(10);
    changed[0]["time"] = json!("07:30");
    let run = office.run("plan", &changed, RunStatus::Planned).await;
    let changes = office.of(&run, "changes").await;
    assert_eq!(changes["data"][0]["fields"], json!([{ "field": "time", "before": "01:00", "after": "07:30" }]));
    assert_eq!(office.decide(&run, "reject").await.json()["status"], "rejected");
    assert_eq!(office.meeting("m1").await["time"], "01:00");
    let feeds = office.owner.get("/v1/intergroups/lantern/feeds").await.json();
    assert_eq!(feeds["data"][0]["last_imports"].as_array().unwrap().len(), 2, "{feeds}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moved_under_a_plan_is_not_overrun() {
    let office = Sending::new().await;
    office.run("apply", &rows(10), RunStatus::Applied).await;
    let mut changed = rows(11);
    changed[0]["time"] = json!("07:30");
    let run = office.run("plan", &changed, RunStatus::Planned).await;
    let (path, version) = {
        let meeting = office.meeting("m1").await;
        (format!("/v1/meetings/{}", meeting["id"].as_str().unwrap()), meeting["version"].as_i64().unwrap())
    };
    assert_eq!(office.owner.patch(&path, version, &json!({ "notes": "Ring twice" })).await.status, 200);
    let refused = office.decide(&run, "apply").await;
    refused.is_problem(409, "conflict", &[]);
    assert_eq!(office.total().await, 10, "nothing of it was applied");
    assert_eq!(office.of(&run, "").await["status"], "planned");
    // Two at once: one does it.
    let run = office.run("plan", &rows(12), RunStatus::Planned).await;
    let (one, other) = tokio::join!(office.decide(&run, "apply"), office.decide(&run, "apply"));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(office.total().await, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_taken_back_one_by_one_to_the_byte() {
    let office = Sending::with(json!({ "name": "Our list", "guard": { "max_changed_share": 1 } })).await;
    let mut states = vec![office.exports().await];
    let mut runs = Vec::new();
    let mut source = rows(12);
    runs.push(office.run("apply", &source, RunStatus::Applied).await);
    states.push(office.exports().await);
    for row in &mut source {
        // Of most meetings only the place changes, and something of their own in the run after.
        row["location_notes"] = json!("Side door");
    }
    source[0]["time"] = json!("07:30");
    source[1]["location"] = json!("Another Hall");
    source[2]["region"] = json!("South");
    source[3]["contact_1_name"] = json!("Jo");
    source[4]["slug"] = json!("minted-anew");
    source.remove(11);
    office.app.clock.advance(chrono::TimeDelta::minutes(2));
    runs.push(office.run("apply", &source, RunStatus::Applied).await);
    states.push(office.exports().await);
    source[0]["time"] = json!("08:30");
    source[5]["group"] = json!("Sunrise Group");
    source.extend(rows(12).into_iter().skip(11));
    office.app.clock.advance(chrono::TimeDelta::minutes(2));
    runs.push(office.run("apply", &source, RunStatus::Applied).await);
    for (run, before) in runs.iter().zip(&states).rev() {
        let undone = office.decide(run, "undo").await;
        assert_eq!(undone.status, 200, "{}", undone.text());
        assert_eq!((&undone.json()["status"], &undone.json()["left"]), (&json!("undone"), &json!([])));
        assert_eq!(&office.exports().await, before);
    }
    office.decide(&runs[0], "undo").await.is_problem(409, "conflict", &[]);
    // And the source can be brought again: the same meetings come back.
    let again = office.run("apply", &rows(12), RunStatus::Applied).await;
    assert_eq!(again["created"], 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_edited_since_a_run_is_left_and_listed() {
    let office = Sending::new().await;
    office.run("apply", &rows(3), RunStatus::Applied).await;
    let mut changed = rows(3);
    for row in &mut changed {
        row["notes"] = json!("Ring twice");
    }
    let run = office.run("apply", &changed, RunStatus::Applied).await;
    let meeting = office.meeting("m2").await;
    let path = format!("/v1/meetings/{}", meeting["id"].as_str().unwrap());
    let edited = office.owner.patch(&path, meeting["version"].as_i64().unwrap(), &json!({ "name": "Ours" })).await;
    assert_eq!(edited.status, 200);
    let undone = office.decide(&run, "undo").await.json();
    assert_eq!(undone["left"], json!([{ "meeting_id": meeting["id"], "slug": "m2", "name": "Ours" }]));
    assert_eq!(office.meeting("m1").await.get("notes"), None);
    let left = office.meeting("m2").await;
    assert_eq!((&left["name"], &left["notes"]), (&json!("Ours"), &json!("Ring twice")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_run_waits_and_says_so_on_its_source() {
    let office = Sending::with(json!({ "name": "Our list", "guard": { "max_removed_rows": 2 } })).await;
    office.run("apply", &rows(20), RunStatus::Applied).await;
    let held = office.run("apply", &rows(17), RunStatus::Held).await;
    assert_eq!((&held["held_because"], &held["removed"]), (&json!(["removes_too_many"]), &json!(3)));
    assert_eq!(office.total().await, 20);
    let feed = || async { office.owner.get("/v1/intergroups/lantern/feeds").await.json()["data"][0].clone() };
    let state = feed().await;
    assert_eq!((&state["state"], &state["state_code"]), (&json!("held"), &json!("removes_too_many")));
    assert_eq!(state["state_reason"], "3 of 20 meetings would be removed.");
    assert_eq!(office.decide(&held, "apply").await.status, 200);
    assert_eq!((office.total().await, &feed().await["state"]), (json!(17), &json!("ok")));
    // An empty source is never taken at its word.
    let empty = office.run("apply", &[], RunStatus::Held).await;
    assert_eq!(empty["held_because"], json!(["source_empty", "removes_too_many"]));
    assert_eq!(office.total().await, 17);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_is_read_in_the_words_that_its_office_gives_it() {
    let office = Sending::new().await;
    let region = office.owner.post("/v1/intergroups/lantern/regions", &json!({ "name": "Lakeside" })).await.json();
    let path = format!("/v1/feeds/{}", office.feed);
    let settings = json!({
        "timezone": "America/New_York", "region_map": { "north": region["id"] },
        "type_map": { "S": ["BE"], "Candle": ["CAN"], "Junk": [] }, "office_keeps": ["notes", "schedule"],
    });
    assert_eq!(office.owner.patch(&path, 1, &settings).await.status, 200);
    let mut source = rows(2);
    source[0]["types"] = json!(["O", "S", "candle", "Junk"]);
    let run = office.run("apply", &source, RunStatus::Applied).await;
    assert_eq!(run["problem_count"], 0, "{run}");
    let meeting = office.meeting("m1").await;
    assert_eq!((&meeting["types"], &meeting["region"]["id"]), (&json!(["BE", "CAN", "O"]), &region["id"]));
    assert_eq!(meeting["timezone"], "America/New_York");

    // What the office keeps survives, and the plan says so.
    let id = meeting["id"].as_str().unwrap();
    let edit = json!({ "notes": "Back door", "time": "20:00" });
    let edited = office.owner.patch(&format!("/v1/meetings/{id}"), meeting["version"].as_i64().unwrap(), &edit).await;
    assert_eq!(edited.status, 200, "{}", edited.text());
    source[0]["notes"] = json!("Front door");
    source[0]["name"] = json!("Renamed");
    source[1]["notes"] = json!("Side door");
    let run = office.run("apply", &source, RunStatus::Applied).await;
    assert_eq!((&run["updated"], &run["kept"]), (&json!(1), &json!(2)), "{run}");
    let changes = office.of(&run, "changes").await;
    assert_eq!(changes["data"][0]["kept"], json!(["schedule", "notes"]));
    let meeting = office.meeting("m1").await;
    assert_eq!(
        (&meeting["name"], &meeting["notes"], &meeting["time"]),
        (&json!("Renamed"), &json!("Back door"), &json!("20:00"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_and_packed_sources_are_taken_and_broken_ones_named() {
    let office = Sending::with(json!({ "name": "Our sheet", "format": "csv" })).await;
    let path = format!("/v1/feeds/{}/imports?mode=apply", office.feed);
    let table = "name,day,time,address,city,state\nSunrise,Monday,6:30 AM,1 Main St,Lantern,IL\nDusk,8,19:00,,,\n";
    let sent = office.owner.send_text(Method::POST, &path, &[("content-type", "text/csv")], table).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let run = sent.json();
    assert_eq!((&run["created"], &run["rows"]), (&json!(1), &json!(2)), "{run}");
    let problems = office.of(&run, "problems").await;
    let refused = problems["data"].as_array().unwrap().iter().find(|problem| problem["code"] == "bad_day").unwrap();
    assert_eq!((&refused["row"], &refused["action"]), (&json!(3), &json!("refused_row")));

    let packed = |bytes: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let gzip = [("content-type", "text/csv"), ("content-encoding", "gzip")];
    let more = format!("{table}Noon,2,12:00,2 Main St,Lantern,IL\n");
    let sent = office.owner.send_text(Method::POST, &path, &gzip, packed(more.as_bytes())).await;
    assert_eq!((sent.status, &sent.json()["created"]), (201, &json!(1)), "{}", sent.text());
    let bomb = office.owner.send_text(Method::POST, &path, &gzip, packed(&vec![b'a'; 32 << 20])).await;
    bomb.is_problem(413, "payload_too_large", &[]);
    let broken = office.owner.send_text(Method::POST, &path, &gzip, &b"no gzip at all"[..]).await;
    broken.is_problem(400, "malformed_request", &[]);

    for (body, code) in [
        ("<!doctype html><title>Sign in</title>", "not_a_feed"),
        ("name,day\n\"Sunrise,1\n", "unreadable"),
        ("one cell\n", "unreadable"),
    ] {
        let sent = office.owner.send_text(Method::POST, &path, &[("content-type", "text/csv")], body).await;
        assert_eq!((sent.status, &sent.json()["errors"][0]["code"]), (422, &json!(code)), "{body}: {}", sent.text());
    }
    let nothing = office.owner.send_text(Method::POST, &path, &[("content-type", "text/csv")], "").await;
    nothing.is_problem(400, "malformed_request", &[]);
    let other = office.owner.send_text(Method::POST, &path, &[("content-type", "text/plain")], table).await;
    other.is_problem(415, "unsupported_media_type", &[]);
    assert_eq!(office.total().await, 2);
    // A source without an address cannot be fetched.
    let path = format!("/v1/feeds/{}/imports", office.feed);
    office.owner.post(&path, &json!({ "mode": "plan" })).await.is_problem(409, "conflict", &[]);
    office.owner.post(&path, &json!({ "mode": "later" })).await.is_content_problem("invalid_content", &["/mode"]);
    office.owner.post(&format!("{path}?mode=later"), &json!([])).await.is_problem(400, "invalid_parameter", &["mode"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_and_problems_come_in_pages() {
    let office = Sending::new().await;
    let mut source = rows(5);
    for row in &mut source {
        row["types"] = json!(["UNHEARD"]);
    }
    let run = office.run("plan", &source, RunStatus::Planned).await;
    assert_eq!((&run["problem_count"], &run["created"]), (&json!(5), &json!(5)), "{run}");
    for what in ["changes", "problems"] {
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let next = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let page = office.of(&run, &format!("{what}?limit=2{next}")).await;
            seen.extend(page["data"].as_array().unwrap().clone());
            cursor = page["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 5, "{what}");
        assert_eq!(json!(seen), office.of(&run, what).await["data"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_brings_sources_needs_its_scope() {
    let office = Sending::new().await;
    let path = format!("/v1/feeds/{}/imports?mode=apply", office.feed);
    for (scope, status) in [("imports:write", 201), ("directory:write", 403)] {
        let made =
            office.owner.post("/v1/intergroups/lantern/keys", &json!({ "name": scope, "scopes": [scope] })).await;
        let key = Bearer::new(office.app.anonymous(), made.json()["key"].as_str().unwrap());
        let sent = key.post(&path, &json!(rows(1))).await;
        assert_eq!(sent.status, status, "{}", sent.text());
    }
    let other = office.app.office("brook", chrono_tz::America::Chicago).await;
    let stranger = office.app.admin(other, Role::Owner).await;
    stranger.post(&path, &json!(rows(1))).await.is_problem(404, "not_found", &[]);
}
