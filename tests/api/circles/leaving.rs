//! Leaving: everything is erased, whatever breaks.

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor};

use crate::support::{Peer, TestApp, TestDatabase, circle_body, device_id, device_key, join_body};

const PASS: &str = "/v1/passes/self";

/// Writes something of every kind.
async fn write(app: &TestApp, peer: &Peer, other: &Peer, number: u32) {
    let id = device_id(number);
    let (milestone, pass) = (format!("/v1/milestones/{id}"), &peer.pass_id);
    assert_eq!(peer.put(&milestone, &[], &json!({ "kind": "win", "label": "up early" })).await.status, 201);
    let words = json!({ "words": "thank you" });
    assert_eq!(peer.put(&format!("{milestone}/answers/1"), &[], &words).await.status, 201);
    assert_eq!(peer.put(&format!("/v1/nudges/{}/2026-05-04", other.pass_id), &[], &words).await.status, 201);
    assert_eq!(peer.put(&format!("/v1/mutes/{}", other.pass_id), &[], &json!({})).await.status, 200);
    let rows = format!(
        "INSERT INTO circles.check_ins (id, pass_id, day, version, marks) VALUES ('{id}', '{pass}', '2026-05-04', 1, '');
         INSERT INTO circles.goals (id, pass_id, week, version, marks) VALUES ('{id}', '{pass}', '2026-05-04', 1, '')"
    );
    app.database.owner().await.execute(AssertSqlSafe(rows)).await.unwrap();
}

/// How many rows of every table of circles name a pass.
async fn rows_of(app: &TestApp, pass: &str) -> Vec<(String, i64)> {
    let mut owner = app.database.owner().await;
    let columns = "SELECT table_name::text, column_name::text FROM information_schema.columns
                   WHERE table_schema = 'circles' AND data_type = 'uuid' ORDER BY 1, 2";
    let columns: Vec<(String, String)> = sqlx::query_as(columns).fetch_all(&mut owner).await.unwrap();
    assert!(columns.len() > 12);
    let mut found = Vec::new();
    for (table, column) in columns {
        let sql = AssertSqlSafe(format!("SELECT count(*) FROM circles.{table} WHERE {column} = '{pass}'"));
        let count: i64 = sqlx::query_scalar(sql).fetch_one(&mut owner).await.unwrap();
        if count > 0 {
            found.push((format!("{table}.{column}"), count));
        }
    }
    found
}

async fn keys_of(database: &TestDatabase, pass: &str) -> i64 {
    let sql = AssertSqlSafe(format!("SELECT count(*) FROM pass_keys.keys WHERE id = '{pass}'"));
    sqlx::query_scalar(sql).fetch_one(&mut database.owner().await).await.unwrap()
}

async fn count(app: &TestApp, table: &str) -> i64 {
    let sql = AssertSqlSafe(format!("SELECT count(*) FROM circles.{table}"));
    sqlx::query_scalar(sql).fetch_one(&mut app.database.owner().await).await.unwrap()
}

fn labels(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|milestone| milestone["pass_id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_is_erased_with_everything_they_wrote() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    write(&app, &peers[1], &peers[0], 1).await;
    write(&app, &peers[0], &peers[1], 2).await;
    // An answer to what will be gone stays its author's.
    let answer = format!("/v1/milestones/{}/answers/1", device_id(1));
    assert_eq!(peers[0].put(&answer, &[], &json!({ "reaction": "with_you" })).await.status, 201);
    assert!(rows_of(&app, &peers[1].pass_id).await.len() >= 9);
    let second = peers[1].again(&app).await;
    let left = peers[1].delete(PASS).await;
    assert_eq!((left.status, left.json()), (200, json!({ "support": { "href": "/v1/help-lines" } })));
    assert_eq!(rows_of(&app, &peers[1].pass_id).await, []);
    assert_eq!(keys_of(&app.database, &peers[1].pass_id).await, 0);
    for device in [&peers[1], &second] {
        device.get(PASS).await.is_problem(401, "session_ended", &[]);
        device.delete(PASS).await.is_problem(401, "session_ended", &[]);
    }
    let key = json!({ "pass_key": peers[1].pass_key });
    app.anonymous().post("/v1/auth/circle/token", &key).await.is_problem(401, "sign_in_failed", &[]);
    let circle = peers[0].get("/v1/circles/self").await.json();
    assert_eq!((&circle["circle"]["taken"], circle["passes"].as_array().unwrap().len()), (&json!(1), 1));
    assert_eq!(labels(&peers[0].get("/v1/milestones").await.json()), [&peers[0].pass_id]);
    assert_eq!(peers[0].get("/v1/nudges").await.json()["data"], json!([]));
    assert_eq!(peers[0].get("/v1/mutes").await.json()["data"], json!([]));
    assert_eq!(count(&app, "answers").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_to_leave_closes_the_circle() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let body = circle_body(&member.vouchers[0], &device_key(900));
    let steward = Peer::of(app.anonymous(), &device_key(900), &app.anonymous().post("/v1/circles", &body).await);
    let code = steward.invite().await;
    assert_eq!(steward.delete(PASS).await.status, 200);
    for table in ["circles", "passes", "invitations", "sessions"] {
        assert_eq!(count(&app, table).await, 0, "{table}");
    }
    let check = app.anonymous().post("/v1/invitations/check", &json!({ "code": code })).await;
    check.is_content_problem("invalid_content", &["/code"]);
    let join = app.anonymous().post("/v1/passes", &join_body(&code, &device_key(901))).await;
    join.is_content_problem("invalid_content", &["/invitation"]);
    // The voucher is spent, and what it made is gone.
    app.anonymous().post("/v1/circles", &body).await.is_content_problem("invalid_content", &["/voucher"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_of_which_only_removed_ones_are_left_stays_until_they_have_fetched_theirs() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let code = peers[0].invite().await;
    let removed = peers[0].delete(&format!("/v1/circles/self/passes/{}", peers[1].pass_id)).await;
    assert_eq!(removed.status, 200, "{}", removed.text());
    assert_eq!(peers[0].delete(PASS).await.status, 200);
    let join = app.anonymous().post("/v1/passes", &join_body(&code, &device_key(901))).await;
    join.is_content_problem("invalid_content", &["/invitation"]);
    assert_eq!((count(&app, "circles").await, count(&app, "passes").await), (1, 1));
    // A removed one may leave for good.
    assert_eq!(peers[1].delete(PASS).await.status, 200);
    assert_eq!((count(&app, "circles").await, count(&app, "passes").await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_pass_reads_mutes_and_leaves_and_writes_nothing() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    write(&app, &peers[1], &peers[0], 1).await;
    let sql = format!("UPDATE circles.passes SET suspended_until = '2026-05-10' WHERE id = '{}'", peers[1].pass_id);
    app.database.owner().await.execute(AssertSqlSafe(sql)).await.unwrap();
    assert_eq!(peers[1].get(PASS).await.json()["suspended_until"], "2026-05-10");
    let words = json!({ "words": "x" });
    let milestone = format!("/v1/milestones/{}", device_id(1));
    for refused in [
        peers[1].put(&milestone, &[], &json!({ "kind": "win", "label": "x" })).await,
        peers[1].delete(&milestone).await,
        peers[1].put(&format!("{milestone}/answers/1"), &[], &words).await,
        peers[1].delete(&format!("{milestone}/answers/1")).await,
        peers[1].put(&format!("/v1/nudges/{}/2026-05-04", peers[0].pass_id), &[], &words).await,
        peers[1].patch(PASS, &json!({ "ask_me_on": 1 })).await,
    ] {
        refused.is_problem(403, "suspended", &[]);
    }
    for path in [PASS, "/v1/milestones", "/v1/nudges", "/v1/mutes", "/v1/circles/self"] {
        assert_eq!(peers[1].get(path).await.status, 200, "{path}");
    }
    let mute = format!("/v1/mutes/{}", peers[0].pass_id);
    assert_eq!((peers[1].delete(&mute).await.status, peers[1].put(&mute, &[], &json!({})).await.status), (200, 200));
    assert_eq!(peers[1].delete(PASS).await.status, 200);
    assert_eq!(rows_of(&app, &peers[1].pass_id).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_keys_a_leave_hides_at_once_and_is_ended_later() {
    let (app, keys) = TestApp::with_keys_apart().await;
    let peers = app.circle_of(2).await;
    write(&app, &peers[1], &peers[0], 1).await;
    assert_eq!((keys_of(&keys, &peers[1].pass_id).await, keys_of(&app.database, &peers[1].pass_id).await), (1, 0));
    keys.cut().await;
    let away = peers[1].delete(PASS).await;
    away.is_problem(503, "unavailable", &[]);
    // Out of everybody's sight, and it writes no more; its rows wait for the key.
    assert_eq!(peers[0].get("/v1/circles/self").await.json()["circle"]["taken"], 1);
    peers[1].get("/v1/milestones").await.is_problem(401, "pass_removed", &[]);
    // What needs a key cannot be done meanwhile.
    let label = json!({ "kind": "win", "label": "x" });
    let milestone = format!("/v1/milestones/{}", device_id(9));
    peers[0].put(&milestone, &[], &label).await.is_problem(503, "unavailable", &[]);
    keys.mend().await;
    assert_eq!(peers[0].get("/v1/milestones").await.json()["data"], json!([]));
    assert_eq!(peers[0].put(&milestone, &[], &label).await.status, 201);
    assert_eq!(peers[1].delete(PASS).await.status, 200);
    assert_eq!((keys_of(&keys, &peers[1].pass_id).await, rows_of(&app, &peers[1].pass_id).await), (0, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_circles_nothing_has_changed_and_everything_answers_503() {
    let (app, keys) = TestApp::with_keys_apart().await;
    let peers = app.circle_of(2).await;
    write(&app, &peers[1], &peers[0], 1).await;
    app.database.cut().await;
    let body = json!({ "kind": "win", "label": "x", });
    for away in [
        peers[1].delete(PASS).await,
        peers[1].get(PASS).await,
        peers[1].get("/v1/milestones").await,
        peers[1].put(&format!("/v1/milestones/{}", device_id(9)), &[], &body).await,
        peers[0].delete(&format!("/v1/circles/self/passes/{}", peers[1].pass_id)).await,
        peers[0].put(&format!("/v1/mutes/{}", peers[1].pass_id), &[], &json!({})).await,
    ] {
        away.is_problem(503, "unavailable", &[]);
        assert!(!away.header("retry-after").is_empty());
    }
    app.database.mend().await;
    assert_eq!(keys_of(&keys, &peers[1].pass_id).await, 1);
    assert_eq!(labels(&peers[1].get("/v1/milestones").await.json()), [&peers[1].pass_id]);
    assert_eq!(peers[1].delete(PASS).await.status, 200);
    assert_eq!((keys_of(&keys, &peers[1].pass_id).await, rows_of(&app, &peers[1].pass_id).await), (0, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_pass_leaves_nothing_of_it_is_written() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let all = (0..12).map(|number| {
        let peer = peers[1].clone();
        async move {
            if number == 5 {
                return peer.delete(PASS).await.status;
            }
            let body = json!({ "kind": "win", "label": "x" });
            peer.put(&format!("/v1/milestones/{}", device_id(number)), &[], &body).await.status
        }
    });
    let statuses = futures_util::future::join_all(all).await;
    assert_eq!(statuses[5], 200);
    assert!(statuses.iter().all(|status| [200, 201, 401].contains(status)), "{statuses:?}");
    assert_eq!(rows_of(&app, &peers[1].pass_id).await, []);
    assert_eq!(keys_of(&app.database, &peers[1].pass_id).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_turns_to_somebody_who_leaves_finds_them_there_or_gone() {
    let app = TestApp::new().await;
    let peers = app.circle_of(4).await;
    let left = peers[0].delete(PASS);
    let key = json!({ "pass_key": peers[0].pass_key });
    let turned = peers[1..].iter().map(|peer| {
        let (peer, id, key, caller) = (peer.clone(), peers[0].pass_id.clone(), key.clone(), app.anonymous());
        async move {
            let nudge = peer.put(&format!("/v1/nudges/{id}/2026-05-04"), &[], &json!({})).await.status;
            let mute = peer.put(&format!("/v1/mutes/{id}"), &[], &json!({})).await.status;
            [nudge, mute, caller.post("/v1/auth/circle/token", &key).await.status]
        }
    });
    let (left, turned) = futures_util::join!(left, futures_util::future::join_all(turned));
    assert_eq!(left.status, 200);
    let known = |status: &u16| [200, 201, 401, 404].contains(status);
    assert!(turned.iter().flatten().all(known), "{turned:?}");
    assert_eq!(rows_of(&app, &peers[0].pass_id).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_kept_from_leaving_because_they_asked_too_often() {
    let app = TestApp::with_limits().await;
    let peers = app.circle_of(2).await;
    for _ in 0..60 {
        assert_eq!(peers[1].get(PASS).await.status, 200);
    }
    peers[1].get(PASS).await.is_problem(429, "too_many_requests", &[]);
    assert_eq!(peers[1].delete(PASS).await.status, 200);
    // Without a pass its token is counted by the address, as any that is refused.
    let refused = peers[1].delete(PASS).await;
    refused.is_problem(401, "session_ended", &[]);
    for _ in 0..600 {
        if peers[1].delete(PASS).await.status == 429 {
            return;
        }
    }
    panic!("never refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_export_would_be_says_no_length_that_it_has_not() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    write(&app, &peers[1], &peers[0], 1).await;
    let head = peers[1].bearer.send(Method::HEAD, "/v1/passes/self/export", &[], None).await;
    assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, ""));
    assert_eq!((head.header("content-type"), head.header("cache-control")), ("application/json", "no-store"));
    assert_eq!(peers[1].get(PASS).await.status, 200);
}

/// Whoever leaves takes the pass and then its sessions; so the first refresh of a
/// week, which tells the pass, must hold no session while it waits for the pass.
#[tokio::test(flavor = "multi_thread")]
async fn leaving_and_the_first_refresh_of_a_week_do_not_wait_for_one_another() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let last_week = "UPDATE circles.passes SET seen_week = seen_week - 7";
    app.database.owner().await.execute(last_week).await.unwrap();
    let (mut leaving, mut watching) = (app.database.owner().await, app.database.owner().await);
    let pass = format!("'{}'", peers[1].pass_id);
    leaving.execute("BEGIN").await.unwrap();
    let of_pass = format!("SELECT FROM circles.passes WHERE id = {pass} FOR UPDATE");
    leaving.execute(AssertSqlSafe(of_pass)).await.unwrap();
    let (caller, body) = (app.anonymous(), json!({ "refresh_token": peers[1].bearer.refresh_token }));
    let refresh = tokio::spawn(async move { caller.post("/v1/auth/circle/refresh", &body).await });
    let waits = "SELECT EXISTS (SELECT FROM pg_stat_activity
                                WHERE datname = current_database() AND wait_event_type = 'Lock')";
    while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&mut watching).await.unwrap() {
        assert!(!refresh.is_finished(), "it did not wait for the pass");
        tokio::task::yield_now().await;
    }
    let of_sessions = format!("SELECT FROM circles.sessions WHERE pass_id = {pass} FOR UPDATE NOWAIT");
    leaving.execute(AssertSqlSafe(of_sessions)).await.unwrap();
    leaving.execute("COMMIT").await.unwrap();
    assert_eq!(refresh.await.unwrap().status, 200);
}
