//! What a write names of what it makes, changes or takes away, everywhere alike.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor};

use crate::support::{Peer, TestApp, device_id};

const MAKE: (&str, &str) = ("if-none-match", "*");

/// A place that a pass writes to, and two things to write there.
struct Place {
    table: &'static str,
    path: String,
    bodies: [Value; 2],
    /// Whether it has versions, and can be taken away.
    versioned: bool,
}

/// A place of every kind for the second of two peers; what is answered is the
/// first's.
async fn places(peers: &[Peer]) -> Vec<Place> {
    let item = format!("/v1/milestones/{}", device_id(1));
    assert_eq!(peers[0].put(&item, &[], &json!({ "kind": "win", "label": "a walk" })).await.status, 201);
    let place = |table, path, bodies, versioned| Place { table, path, bodies, versioned };
    let words = [json!({ "words": "one" }), json!({ "words": "two" })];
    vec![
        place(
            "check_ins",
            "/v1/check-ins/2026-05-04".to_owned(),
            [json!({ "kinds": ["today"] }), json!({ "kinds": ["craving"] })],
            true,
        ),
        place(
            "goals",
            format!("/v1/goals/{}", device_id(2)),
            ["one", "two"].map(|words| json!({ "week": "2026-W19", "words": words })),
            true,
        ),
        place(
            "milestones",
            format!("/v1/milestones/{}", device_id(3)),
            ["one", "two"].map(|label| json!({ "kind": "win", "label": label })),
            true,
        ),
        place("answers", format!("{item}/answers/1"), words.clone(), true),
        place("nudges", format!("/v1/nudges/{}/2026-05-04", peers[0].pass_id), words, false),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_write_is_held_to_the_conditions_that_it_names() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    for Place { table, path, bodies: [one, two], versioned } in places(&peers).await {
        let put = async |header: (&str, &str), body: &Value| peers[1].put(&path, &[header], body).await;
        let delete = async |header: (&str, &str)| peers[1].bearer.send(Method::DELETE, &path, &[header], None).await;
        for nothing_there in ["*", "\"1\""] {
            put(("if-match", nothing_there), &one).await.is_problem(412, "precondition_failed", &[]);
        }
        put(("if-none-match", "\"1\""), &one).await.is_problem(400, "malformed_request", &[]);
        put(("if-match", "1"), &one).await.is_problem(400, "malformed_request", &[]);
        let made = put(MAKE, &one).await;
        assert_eq!(made.status, 201, "{table}: {}", made.text());
        // What is so already is done, whatever is named; what is not is another device's.
        for header in [MAKE, ("if-match", "\"1\"")] {
            assert_eq!(put(header, &one).await.status, 200, "{table}");
            put(header, &two).await.is_problem(412, "precondition_failed", &[]);
        }
        if !versioned {
            assert_eq!((made.header("etag"), put(("if-match", "*"), &two).await.status), ("", 200), "{table}");
            continue;
        }
        let tag = made.header("etag");
        assert!(tag.starts_with(&format!("\"{}.", made.json()["version"])), "{table}: {tag}");
        let changed = put(("if-match", tag), &two).await;
        assert_eq!(changed.status, 200, "{table}: {}", changed.text());
        assert_ne!(changed.header("etag"), tag, "{table}");
        for late in [MAKE, ("if-match", tag)] {
            delete(late).await.is_problem(412, "precondition_failed", &[]);
        }
        assert_eq!(delete(("if-match", changed.header("etag"))).await.status, 200, "{table}");
        delete(MAKE).await.is_problem(404, "not_found", &[]);
        // It is gone, and may be made again.
        assert_eq!(put(MAKE, &two).await.status, 201, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_kept_does_not_count_toward_the_posts_of_a_day() {
    for at in 0..5 {
        let app = TestApp::with_limits().await;
        let peers = app.circle_of(2).await;
        let Place { table, path, bodies: [body, _], .. } = places(&peers).await.swap_remove(at);
        let owner = async |sql: String| app.database.owner().await.execute(AssertSqlSafe(sql)).await.unwrap();
        owner(format!("ALTER TABLE circles.{table} ADD CONSTRAINT full_up CHECK (false) NOT VALID")).await;
        for _ in 0..21 {
            assert_eq!(peers[1].put(&path, &[MAKE], &body).await.status, 500, "{table}");
        }
        owner(format!("ALTER TABLE circles.{table} DROP CONSTRAINT full_up")).await;
        let made = peers[1].put(&path, &[MAKE], &body).await;
        assert_eq!(made.status, 201, "{table}: {}", made.text());
    }
}
