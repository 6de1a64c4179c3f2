//! What is kept of who sends a correction: nothing. And what goes when. That no
//! log has any of it is asked in `contract::privacy`.

use chrono::TimeDelta;
use openchair::{auth::Role, mail::Mailer};
use reqwest::Method;
use serde_json::json;
use sqlx::AssertSqlSafe;

use super::{Desk, later};

/// Every row of every table, as text.
async fn everything(desk: &Desk) -> String {
    let mut owner = desk.app.database.owner().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables
         WHERE table_schema IN ('directory', 'office', 'auth') AND table_type = 'BASE TABLE' ORDER BY 1",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert!(tables.iter().any(|table| table == "directory.feedback"), "{tables:?}");
    let mut all = String::new();
    for table in tables {
        let sql = format!("SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]')::text FROM {table} t");
        let rows: String = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut owner).await.unwrap();
        all = format!("{all}{table}: {rows}\n");
    }
    all
}

#[tokio::test]
async fn no_row_holds_anything_of_the_sender_and_the_receipt_is_hashed() {
    let desk = Desk::new().await;
    let headers = [
        ("user-agent", "canaryagent/1.0"),
        ("x-forwarded-for", "203.0.113.77"),
        ("x-request-id", "canary-request-id"),
        ("referer", "https://canaryreferer.example/"),
        ("cookie", "session=canarycookie"),
        ("idempotency-key", "canarykey"),
    ];
    let before = everything(&desk).await;
    let given =
        desk.public().send_body(Method::POST, &format!("{}/feedback", desk.path()), &headers, Some(&later())).await;
    assert_eq!(given.status, 201, "{}", given.text());
    let receipt = given.json()["receipt"].as_str().unwrap().to_owned();
    let rows = everything(&desk).await;
    for forbidden in ["canary", "203.0.113.77", "127.0.0.1", &receipt] {
        assert!(!rows.contains(forbidden), "{forbidden} is kept");
    }
    assert!(rows.contains("It moved in May."));
    // Nothing but the correction and the letter about it.
    let differ = |text: &str, other: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !other.contains(*line));
        lines.map(|line| line.split(':').next().unwrap().to_owned()).collect()
    };
    assert_eq!(differ(&rows, &before), ["directory.feedback", "office.mails"]);
    assert!(!rows.lines().any(|line| line.starts_with("office.mails") && line.contains(&desk.meeting)));
}

/// Runs what clears away, until it has.
async fn clear_away(desk: &Desk, done: impl AsyncFn() -> bool) {
    let running = tokio::spawn(desk.app.outbox(Mailer::Off).run());
    let wait = async {
        while !done().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), wait).await.expect("it never came about");
    running.abort();
}

async fn count(desk: &Desk, sql: &str) -> i64 {
    let mut owner = desk.app.database.owner().await;
    sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {sql}"))).fetch_one(&mut owner).await.unwrap()
}

#[tokio::test]
async fn an_office_gets_one_letter_for_all_that_came_in_an_hour() {
    let desk = Desk::new().await;
    let owner = desk.app.admin_as(desk.office, Role::Owner, "owner@example.org").await;
    assert_eq!(owner.get("/v1/intergroups/lantern/feedback").await.status, 200);
    desk.receipt(&later()).await;
    desk.app.clock.advance(TimeDelta::minutes(59));
    desk.receipt(&json!({ "kind": "gone" })).await;
    assert_eq!(count(&desk, "office.mails WHERE kind = 'feedback_waiting'").await, 1);
    desk.app.clock.advance(TimeDelta::minutes(1));
    desk.receipt(&json!({ "kind": "still_right" })).await;
    assert_eq!(count(&desk, "office.mails WHERE kind = 'feedback_waiting'").await, 2);
    // The hour of the third is not over yet.
    let letters = desk.app.letters().await;
    let to: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(to, ["owner@example.org"]);
    assert!(!letters[0].text.contains("May") && letters[0].text.contains("inbox"));
}

#[tokio::test]
async fn a_correction_goes_90_days_after_its_answer_or_a_year_without_one() {
    let desk = Desk::new().await;
    let (answered, waiting) = (desk.receipt(&later()).await, desk.receipt(&json!({ "kind": "gone" })).await);
    let page = desk.inbox("").await;
    let first = page["data"][1]["id"].as_str().unwrap().to_owned();
    assert_eq!(desk.editor.poke(&format!("/v1/feedback/{first}/decline")).await.status, 200);
    let tidied = async || {
        // A session of the past goes with every clearing away.
        count(&desk, "office.sessions WHERE id = '00000000-0000-4000-8000-000000000001'").await == 0
    };
    let plant = "INSERT INTO office.sessions (id, account_id, hash_next, stepped_up_until, created_at, used_at, expires_at)
                 SELECT '00000000-0000-4000-8000-000000000001', id, sha256('x'), '2026-01-01', '2026-01-01', '2026-01-01',
                        '2026-01-01' FROM office.accounts LIMIT 1";
    let status = async |receipt: &str| desk.public().get(&format!("/v1/feedback/{receipt}")).await.status;
    for (days, left) in [(89, [200, 200]), (2, [404, 200]), (273, [404, 200]), (2, [404, 404])] {
        desk.app.clock.advance(TimeDelta::days(days));
        desk.app.as_owner_unseen(plant).await;
        clear_away(&desk, tidied).await;
        assert_eq!([status(&answered).await, status(&waiting).await], left, "after {days} days more");
    }
    // What was decided stays on record.
    assert_eq!(count(&desk, "directory.changes WHERE entity = 'feedback'").await, 1);
}
