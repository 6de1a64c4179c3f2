//! What is told, and what is not.

use openchair::{
    auth::Role,
    db::{self, Scope},
    kernel::Kept,
    sync::{ImportOptions, Mode},
};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor};

use super::{Office, WEBHOOKS};

const URL: &str = "https://lantern.example.org/hook";
const FEED: &str = r#"[
    {"slug": "dawn", "name": "Dawn", "day": 1, "time": "06:00", "conference_url": "https://zoom.us/j/111",
     "contact_1_name": "Zebrafish Z.", "contact_1_phone": "+1-312-555-0199"},
    {"slug": "noon", "name": "Noon", "day": 2, "time": "12:00", "conference_url": "https://zoom.us/j/222"}
]"#;

fn kinds(deliveries: &[Value]) -> Vec<&str> {
    deliveries.iter().rev().map(|one| one["type"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_a_meeting_is_told_by_id_and_version() {
    let mut office = Office::new().await;
    let hook = office.hook(URL).await;
    let meeting = office.meeting("Sunrise").await;
    let path = format!("/v1/meetings/{}", meeting["id"].as_str().unwrap());
    let owner = office.owner.clone();
    assert_eq!(owner.patch(&path, 1, &json!({ "notes": "zebrafish door" })).await.status, 200);
    // What changes nothing is told to nobody.
    assert_eq!(owner.patch(&path, 2, &json!({ "notes": "zebrafish door" })).await.status, 200);
    assert_eq!(owner.poke(&format!("{path}/verify")).await.status, 200);
    let notice = json!({ "kind": "closed", "from": "2026-12-24", "words": "zebrafish swims" });
    assert_eq!(owner.post(&format!("{path}/notices"), &notice).await.status, 201);
    assert_eq!(owner.delete(&path, 2).await.status, 204);
    assert_eq!(owner.poke(&format!("{path}/restore")).await.status, 200);
    let deliveries = office.deliveries(&hook).await;
    let expected = ["meeting.created", "meeting.updated", "meeting.updated", "meeting.updated", "meeting.deleted"];
    assert_eq!(kinds(&deliveries), [&expected[..], &["meeting.created"]].concat());
    let (last, first) = (&deliveries[0], deliveries.last().unwrap());
    assert_eq!(
        first["data"],
        json!({ "intergroup_id": office.id.to_string(), "id": meeting["id"], "slug": meeting["slug"], "name": "Sunrise",
                "published": true, "version": 1, "revision": first["data"]["revision"] })
    );
    assert!(
        last["data"]["version"].as_i64() > Some(2)
            && last["data"]["revision"].as_i64() > first["data"]["revision"].as_i64()
    );
    assert_eq!(first["occurred_at"], "2026-05-04T17:00:00Z");
    let all = json!(deliveries).to_string().to_lowercase();
    // Ids have digits, too, but not as many of these.
    assert!(!all.contains("zebrafish") && !all.replace('-', "").contains("5550199"), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_that_moves_is_gone_from_one_office_and_new_to_the_other() {
    let mut office = Office::new().await;
    let brook = office.app.office("brook", chrono_tz::America::Chicago).await;
    let hook = office.hook(URL).await;
    let meeting = office.meeting("Sunrise").await;
    let path = format!("/v1/meetings/{}", meeting["id"].as_str().unwrap());
    // One person for both: the grant is added to the account.
    let address = openchair::http::EmailAddress::parse("owner@lantern.example.org").unwrap();
    let invited = office.app.server.auth().invite(brook, &address, Role::Owner).await.unwrap();
    let enrol = json!({ "invitation": invited.code, "password": crate::support::PASSWORD });
    assert_eq!(office.app.anonymous().post("/v1/auth/office/enrol", &enrol).await.status, 201);
    let both = office.again().await.clone();
    let body = json!({ "url": URL, "events": ["meeting.created"] });
    let theirs = both.post("/v1/intergroups/brook/webhooks", &body).await.json();
    let moved = both.patch(&path, 1, &json!({ "intergroup_id": brook.to_string() })).await;
    assert_eq!(moved.status, 200, "{}", moved.text());
    assert_eq!(kinds(&office.deliveries(&hook).await), ["meeting.created", "meeting.deleted"]);
    let theirs = office.deliveries(&theirs).await;
    assert_eq!(kinds(&theirs), ["meeting.created"]);
    assert_eq!(theirs[0]["data"]["intergroup_id"], brook.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_told_with_its_counts_and_what_it_brought_meeting_by_meeting() {
    let mut office = Office::new().await;
    let hook = office.hook(URL).await;
    office.app.import("lantern", FEED.as_bytes()).await;
    // The same again finds nothing to change, and is no news.
    office.app.import("lantern", FEED.as_bytes()).await;
    let plan = ImportOptions { mode: Mode::Plan, allow_shrink: false };
    office.app.import_with("lantern", FEED.replace("Noon", "Lunch").as_bytes(), plan).await;
    office.app.import("lantern", b"[]").await;
    let deliveries = office.deliveries(&hook).await;
    let mut told = kinds(&deliveries);
    told.sort_unstable();
    assert_eq!(told, ["import.applied", "import.held", "meeting.created", "meeting.created"]);
    let of = |kind: &str| &deliveries.iter().find(|one| one["type"] == kind).unwrap()["data"];
    assert_eq!((&of("import.applied")["created"], &of("import.applied")["removed"]), (&json!(2), &json!(0)));
    assert_eq!(of("import.held")["held_because"].as_array().map(Vec::len), Some(1), "{}", of("import.held"));

    // A held one that is decided upon later, as the service does it.
    let id = of("import.held")["id"].as_str().unwrap().to_owned();
    for status in ["applied", "failed"] {
        let sql = format!("UPDATE directory.imports SET status = '{status}', removed = 2 WHERE id = '{id}'");
        office.app.as_owner(&sql).await;
    }
    let later = office.deliveries(&hook).await;
    assert_eq!(kinds(&later)[4..], ["import.applied", "import.failed"]);
    let all = json!(later).to_string().to_lowercase();
    // Ids have digits, too, but not as many of these.
    assert!(!all.contains("zebrafish") && !all.replace('-', "").contains("5550199"), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_told_without_a_word_of_it() {
    let mut office = Office::new().await;
    let hook = office.hook_for(URL, &["feedback.created"]).await;
    let meeting = office.meeting("Sunrise").await;
    let path = format!("/v1/meetings/{}/feedback", meeting["id"].as_str().unwrap());
    let sent = json!({ "kind": "correction", "changes": { "name": "Zebrafish" }, "words": "Ask zebrafish" });
    assert_eq!(office.app.anonymous().post(&path, &sent).await.status, 201);
    let deliveries = office.deliveries(&hook).await;
    assert_eq!(kinds(&deliveries), ["feedback.created"], "only what it asked for");
    let data = &deliveries[0]["data"];
    assert_eq!(
        *data,
        json!({ "intergroup_id": office.id.to_string(), "id": data["id"], "kind": "correction",
                "meeting_id": meeting["id"], "meeting_version": 1 })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_rolled_back_is_told_to_nobody() {
    let mut office = Office::new().await;
    let hook = office.hook(URL).await;
    let insert = format!(
        "INSERT INTO directory.changes (intergroup_id, entity, entity_id, op, version, revision, actor, at)
         SELECT '{}', 'meeting', id, 'update', 2, 9, 'operator', '2026-05-04T17:00:00Z' FROM directory.meetings",
        office.id
    );
    office.meeting("Sunrise").await;
    let pool = office.app.pools.directory.clone();
    let count = "SELECT count(*) FROM directory.webhook_deliveries WHERE type = 'meeting.updated'";
    let mut write = db::begin_write(&pool, Scope::Operator).await.unwrap();
    write.transaction.execute(AssertSqlSafe(insert)).await.unwrap();
    let within: i64 = sqlx::query_scalar(count).fetch_one(&mut *write.transaction).await.unwrap();
    write.transaction.rollback().await.unwrap();
    assert_eq!(within, 1, "it is in the writer's transaction");
    assert_eq!(kinds(&office.deliveries(&hook).await), ["meeting.created"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_listens_nothing_is_kept() {
    let mut office = Office::new().await;
    let hook = office.hook(URL).await;
    let path = format!("/v1/webhooks/{}", hook["id"].as_str().unwrap());
    office.meeting("Sunrise").await;
    assert_eq!(office.owner.patch(&path, 1, &json!({ "active": false })).await.status, 200);
    office.meeting("Sunset").await;
    let deliveries = office.deliveries(&hook).await;
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0]["state"], "failed", "what waited is never sent");
    let again = format!("/v1/deliveries/{}/redeliver", deliveries[0]["id"].as_str().unwrap());
    office.owner.poke(&again).await.is_problem(409, "conflict", &[]);
    assert_eq!(office.owner.get(WEBHOOKS).await.json()["data"][0]["active"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_read_in_pages_and_forgotten_after_thirty_days() {
    let mut office = Office::new().await;
    let hook = office.hook(URL).await;
    for n in 0..5 {
        office.meeting(&format!("Meeting {n}")).await;
    }
    let path = format!("/v1/webhooks/{}/deliveries", hook["id"].as_str().unwrap());
    let mut names = Vec::new();
    let mut next = format!("{path}?limit=2&state=waiting");
    loop {
        let page = office.owner.get(&next).await.json();
        names.extend(page["data"].as_array().unwrap().iter().map(|one| one["data"]["name"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        next = format!("{path}?limit=2&state=waiting&cursor={cursor}");
    }
    assert_eq!(names, ["Meeting 4", "Meeting 3", "Meeting 2", "Meeting 1", "Meeting 0"]);
    assert_eq!(office.owner.get(&format!("{path}?state=delivered")).await.json()["data"], json!([]));
    office.owner.get(&format!("{path}?state=lost")).await.is_problem(400, "invalid_parameter", &["state"]);

    let days = chrono::TimeDelta::days(Kept::WebhookDeliveries.days().into());
    let now = TestNow::of(&office);
    let pool = &office.app.pools.directory;
    openchair::webhooks::tidy(pool, now.0 + days).await.unwrap();
    assert_eq!(office.deliveries(&hook).await.len(), 5);
    let pool = office.app.pools.directory.clone();
    openchair::webhooks::tidy(&pool, now.0 + days + chrono::TimeDelta::seconds(1)).await.unwrap();
    assert_eq!(office.deliveries(&hook).await.len(), 0);
}

struct TestNow(chrono::DateTime<chrono::Utc>);

impl TestNow {
    fn of(office: &Office) -> Self {
        use openchair::kernel::Clock;
        Self(office.app.clock.now())
    }
}
