//! The change log, and what is hidden.

use openchair::sync::RunStatus;
use serde_json::{Value, json};

use super::{
    Desk,
    desk::{counts, row},
    rows,
};

#[tokio::test(flavor = "multi_thread")]
async fn every_change_has_a_before_and_an_after() {
    let desk = Desk::with(&rows(5)).await;
    let mut changed = rows(5);
    changed[0]["notes"] = json!("Ring twice.");
    desk.import(&changed).await;
    desk.import(&changed[1..]).await;
    desk.import(&changed).await;
    let m1 = desk.meeting("m1").await;
    let log = desk
        .query(&format!(
            "SELECT c.op, c.version, c.before ->> 'notes' AS was, c.after ->> 'notes' AS is,
                    c.before IS NULL AS from_nothing, c.after IS NULL AS to_nothing, c.actor,
                    i.status, i.id = c.import_id AS of_run, c.at = i.started_at AS then
             FROM directory.changes c JOIN directory.imports i ON i.id = c.import_id
             WHERE entity_id = '{}' ORDER BY c.id",
            m1.id
        ))
        .await;
    let line = |op: &str, version: u32, was: Option<&str>, is: Option<&str>, nothing: [bool; 2]| {
        json!({
            "op": op, "version": version, "was": was, "is": is, "from_nothing": nothing[0], "to_nothing": nothing[1],
            "actor": "import", "status": "applied", "of_run": true, "then": true,
        })
    };
    let noted = Some("Ring twice.");
    assert_eq!(
        log,
        [
            line("create", 1, None, None, [true, false]),
            line("update", 2, None, noted, [false, false]),
            line("delete", 3, noted, None, [false, true]),
            line("restore", 4, noted, noted, [false, false]),
        ]
    );
    assert_eq!(m1.version, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_thing_of_the_directory_has_its_making_in_the_log() {
    let desk = Desk::with_fixture("clean.json").await;
    for (entity, table) in
        [("meeting", "meetings"), ("group", "groups"), ("location", "locations"), ("region", "regions")]
    {
        let lost = desk
            .query(&format!(
                "SELECT t.id FROM directory.{table} t WHERE NOT EXISTS (
                     SELECT FROM directory.changes c WHERE c.entity = '{entity}' AND c.entity_id = t.id
                       AND c.op = 'create' AND c.version = 1 AND c.revision = t.revision
                       AND c.before IS NULL AND c.after ->> 'name' IS NOT DISTINCT FROM t.name)"
            ))
            .await;
        assert_eq!(lost, [] as [Value; 0], "{entity}");
    }
    let twice = "SELECT entity_id, version FROM directory.changes GROUP BY 1, 2 HAVING count(*) > 1";
    desk.fixture("clean-next.json").await;
    assert_eq!(desk.query(twice).await, [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_and_the_tables_tell_the_same_version() {
    let desk = Desk::with_fixture("clean.json").await;
    desk.fixture("clean-next.json").await;
    desk.fixture("clean.json").await;
    for table in ["meetings", "groups", "locations"] {
        let apart = desk
            .query(&format!(
                "SELECT t.id FROM directory.{table} t
                 WHERE version <> (SELECT max(version) FROM directory.changes c WHERE c.entity_id = t.id)
                    OR version <> (SELECT count(*) FROM directory.changes c WHERE c.entity_id = t.id)"
            ))
            .await;
        assert_eq!(apart, [] as [Value; 0], "{table}");
    }
}

/// A row with a contact whom nobody may read.
fn with_contact(name: &str) -> Value {
    row(
        "m1",
        json!({
            "day": 1, "time": "00:00", "contact_1_name": name, "contact_1_email": "hidden-person@example.org",
            "contact_1_phone": "+1-312-555-0177", "contact_2_name": "Ida M.",
        }),
    )
}

const HIDDEN: [&str; 4] = ["hidden-person@example.org", "555-0177", "Fern", "Ida M."];

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_kept_apart_and_answered_to_nobody() {
    let mut said = rows(6);
    said[0] = with_contact("Fern L.");
    let desk = Desk::with(&said).await;
    said[0] = with_contact("Fern Loosestrife");
    assert_eq!(counts(&desk.import(&said).await), [0, 1, 0, 5]);
    let m1 = desk.meeting("m1").await;
    let contacts = desk
        .query("SELECT position, name, email, phone, likely_last_name FROM directory.meeting_contacts ORDER BY 1")
        .await;
    assert_eq!(contacts.len(), 2);
    assert_eq!((&contacts[0]["name"], &contacts[0]["likely_last_name"]), (&json!("Fern Loosestrife"), &json!(true)));
    assert_eq!((&contacts[1]["name"], &contacts[1]["likely_last_name"]), (&json!("Ida M."), &json!(false)));

    // In the log only where they can be erased alone.
    let log = desk
        .query(&format!(
            "SELECT op, contacts_before -> 0 ->> 'name' AS was, contacts_after -> 0 ->> 'name' AS is,
                    coalesce(contacts_after -> 0 ->> 'likely_last_name', 'false') AS flagged
             FROM directory.changes WHERE entity_id = '{}' ORDER BY id",
            m1.id
        ))
        .await;
    assert_eq!(
        log,
        [
            json!({ "op": "create", "was": null, "is": "Fern L.", "flagged": "false" }),
            json!({ "op": "update", "was": "Fern L.", "is": "Fern Loosestrife", "flagged": "true" }),
        ]
    );
    let mut elsewhere = desk.dump().await;
    elsewhere.remove("meeting_contacts");
    for table in ["changes", "import_rows"] {
        for row in elsewhere.get_mut(table).unwrap().as_array_mut().unwrap() {
            row.as_object_mut().unwrap().retain(|column, _| !column.starts_with("contacts_"));
        }
    }
    let elsewhere = serde_json::to_string(&elsewhere).unwrap();
    assert_eq!(HIDDEN.map(|hidden| elsewhere.contains(hidden)), [false; 4]);

    let caller = desk.app.anonymous();
    for path in [
        format!("/v1/meetings/{}", m1.id),
        "/v1/meetings?limit=100".to_owned(),
        "/v1/intergroups/lantern/meetings/m1".to_owned(),
        "/v1/intergroups/lantern/feed.json".to_owned(),
        "/v1/intergroups/lantern".to_owned(),
        "/v1/groups".to_owned(),
        "/v1/locations".to_owned(),
    ] {
        let text = caller.get(&path).await.text();
        assert_eq!(HIDDEN.map(|hidden| text.contains(hidden)), [false; 4], "{path}");
        assert!(!text.contains("contact"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_says_that_contacts_change_and_not_to_what() {
    let mut said = rows(3);
    let desk = Desk::with(&said).await;
    said[0] = with_contact("Fern L.");
    let outcome = desk.plan(&super::desk::source(&said), false).await;
    assert_eq!(outcome.run.status, RunStatus::Planned);
    let changes: Vec<_> = outcome.plan.changes().collect();
    let shown = serde_json::to_string(&changes).unwrap();
    assert!(shown.contains("contacts"), "{shown}");
    assert_eq!(HIDDEN.map(|hidden| shown.contains(hidden)), [false; 4], "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_that_a_source_takes_away_go() {
    let mut said = rows(3);
    said[0] = with_contact("Fern L.");
    let desk = Desk::with(&said).await;
    desk.import(&rows(3)).await;
    assert_eq!(desk.query("SELECT name FROM directory.meeting_contacts").await, [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_published_by_the_group_shows_unless_it_is_a_full_name() {
    let mut said = rows(3);
    said[0] = with_contact("Fern Loosestrife");
    let desk = Desk::with(&said).await;
    desk.execute("UPDATE directory.meetings SET contacts_public = true").await;
    // Any import moves the clock, and the snapshot with it.
    desk.import(&said).await;
    let text =
        desk.get("m1").await.text() + &desk.app.anonymous().get("/v1/intergroups/lantern/feed.json").await.text();
    assert!(text.contains("Ida M."), "{text}");
    assert_eq!(HIDDEN[..3].iter().map(|hidden| text.contains(hidden)).collect::<Vec<_>>(), [false; 3], "{text}");
}
