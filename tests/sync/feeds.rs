//! A run removes only what its own feed brought.

use openchair::kernel::Entropy;
use serde_json::{Value, json};

use super::{Desk, desk::counts, rows};

/// Gives a meeting to a second feed as well.
async fn give_to_another_feed(desk: &Desk, meeting: &str, key: &str) {
    let feed = desk.app.entropy.uuid_v4();
    desk.execute(&format!(
        "INSERT INTO directory.feeds (id, intergroup_id, kind, name, format, url, created_at, state_since)
         VALUES ('{feed}', '{office}', 'url', 'Another', 'meeting_guide', 'https://example.org/feed', now(), now());
         INSERT INTO directory.meeting_sources (feed_id, source_key, intergroup_id, meeting_id, row_hash)
         VALUES ('{feed}', '{key}', '{office}', '{meeting}', sha256('x'))",
        office = desk.office
    ))
    .await;
}

async fn of_meeting(desk: &Desk, slug: &str) -> Vec<Value> {
    desk.query(&format!("SELECT * FROM directory.meetings WHERE slug = '{slug}'")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_feed_brought_is_not_touched() {
    let desk = Desk::with(&rows(3)).await;
    let theirs = desk.make_by_hand("theirs").await.to_string();
    give_to_another_feed(&desk, &theirs, "m2").await;
    let before = of_meeting(&desk, "theirs").await;
    // Not removed, not even when everything else is.
    desk.force(&[]).await;
    assert_eq!(of_meeting(&desk, "theirs").await, before);
    // Not taken over by a row of its slug, nor by one that says the same.
    let mut said = rows(3);
    said[0]["slug"] = json!("theirs");
    said[1] = json!({
        "slug": "m2", "name": "By hand theirs", "day": 3, "time": "06:15", "timezone": "America/Chicago",
    });
    let outcome = desk.force(&said).await;
    assert_eq!(counts(&outcome), [3, 0, 0, 0]);
    assert_eq!(of_meeting(&desk, "theirs").await, before);
    assert_eq!(desk.meetings().await.len(), 4);
    let sources = format!("SELECT source_key FROM directory.meeting_sources WHERE meeting_id = '{theirs}'");
    assert_eq!(desk.query(&sources).await, [json!({ "source_key": "m2" })]);
    assert_eq!(counts(&desk.import(&said).await), [0, 0, 0, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_made_by_hand_is_never_removed() {
    let desk = Desk::with(&rows(3)).await;
    desk.make_by_hand("own").await;
    let before = of_meeting(&desk, "own").await;
    desk.import(&rows(2)).await;
    desk.force(&[]).await;
    assert_eq!(of_meeting(&desk, "own").await, before);
    assert_eq!(desk.get("own").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_office_is_not_touched() {
    let desk = Desk::with(&rows(4)).await;
    desk.app.office("other", chrono_tz::America::New_York).await;
    desk.app.import("other", &super::desk::source(&rows(4))).await;
    let theirs = "SELECT m.* FROM directory.meetings m JOIN directory.intergroups i ON i.id = m.intergroup_id
                  WHERE i.slug = 'other' ORDER BY m.slug";
    let before = desk.query(theirs).await;
    assert_eq!(before.len(), 4);
    desk.force(&rows(1)).await;
    assert_eq!(desk.query(theirs).await, before);
}
