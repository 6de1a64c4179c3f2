//! Checking in.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Peer, Response, TestApp};

const MAKE: &[(&str, &str)] = &[("if-none-match", "*")];
const TODAY: &str = "/v1/check-ins/2026-05-04";

fn today() -> Value {
    json!({ "kinds": ["today"], "words": "One day at a time.", "helped": ["a long bath", "meeting"] })
}

async fn change(peer: &Peer, path: &str, version: &str, body: &Value) -> Response {
    peer.put(path, &[("if-match", version)], body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_in_is_made_read_changed_and_taken_away() {
    let app = TestApp::new().await;
    let [heron, wren] = &*app.circle_of(2).await else { panic!() };
    let made = heron.put(TODAY, MAKE, &today()).await;
    assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.text());
    let view = made.json();
    assert_eq!(view["pass_id"], heron.pass_id);
    assert_eq!((&view["alias"], &view["date"]), (&json!(heron.alias), &json!("2026-05-04")));
    assert_eq!((&view["kinds"], &view["words"]), (&json!(["today"]), &json!("One day at a time.")));
    assert_eq!(view["helped"], json!(["meeting", "a long bath"]));
    assert_eq!(view["support"], json!({ "href": "/v1/help-lines" }));
    let tag = made.header("etag").to_owned();
    assert!(tag.starts_with(&format!("\"{}.", view["version"])), "{tag}");
    let read = heron.get(TODAY).await;
    assert_eq!((read.status, read.header("etag"), read.json()), (200, &*tag, view.clone()));
    let known = heron.bearer.send(Method::GET, TODAY, &[("if-none-match", &tag)], None).await;
    assert_eq!((known.status, known.body.len(), known.header("cache-control")), (304, 0, "no-store"));
    // What was said is seen by the circle; the address is one's own.
    wren.get(TODAY).await.is_problem(404, "not_found", &[]);
    let seen = wren.get("/v1/check-ins").await.json();
    assert_eq!((seen["data"].as_array().unwrap().len(), &seen["data"][0]["id"]), (1, &view["id"]));
    let other = json!({ "kinds": ["victory"] });
    let changed = change(heron, TODAY, &tag, &other).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(changed.json()["id"], view["id"]);
    assert_eq!(changed.json()["version"].as_i64(), view["version"].as_i64().map(|version| version + 1));
    assert_eq!((changed.json().get("words"), &changed.json()["helped"]), (None, &json!([])));
    let stale = heron.bearer.send(Method::DELETE, TODAY, &[("if-match", &tag)], None).await;
    stale.is_problem(412, "precondition_failed", &[]);
    assert_eq!(heron.delete(TODAY).await.json(), json!({ "support": { "href": "/v1/help-lines" } }));
    heron.get(TODAY).await.is_problem(404, "not_found", &[]);
    heron.delete(TODAY).await.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_answer_was_lost_may_be_sent_again_as_it_was() {
    let app = TestApp::new().await;
    let heron = app.steward().await;
    let made = heron.put(TODAY, MAKE, &today()).await;
    let version = format!("\"{}\"", made.json()["version"]);
    let reordered =
        json!({ "helped": ["meeting", "a long bath"], "words": " One day at a time.\n", "kinds": ["today"] });
    for body in [today(), reordered] {
        let again = heron.put(TODAY, MAKE, &body).await;
        assert_eq!((again.status, again.json()), (200, made.json()));
    }
    let setback = json!({ "kinds": ["setback", "gratitude"] });
    let changed = change(&heron, TODAY, &version, &setback).await;
    let again = change(&heron, TODAY, &version, &setback).await;
    assert_eq!((changed.status, again.status, again.json()), (200, 200, changed.json()));
    // Fifteen days later the day is closed, and the same request is still done.
    app.clock.advance(TimeDelta::days(16));
    let renewed = heron.again(&app).await;
    assert_eq!(change(&renewed, TODAY, &version, &setback).await.json(), changed.json());
    change(&renewed, TODAY, "*", &today()).await.is_problem(400, "invalid_parameter", &["date"]);
    assert_eq!(renewed.delete(TODAY).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_names_what_it_makes_or_changes() {
    let app = TestApp::new().await;
    let heron = app.steward().await;
    heron.put(TODAY, &[], &today()).await.is_problem(428, "precondition_required", &[]);
    for version in ["\"1\"", "*"] {
        change(&heron, TODAY, version, &today()).await.is_problem(412, "precondition_failed", &[]);
    }
    heron.put(TODAY, &[("if-none-match", "\"1\"")], &today()).await.is_problem(400, "malformed_request", &[]);
    let made = heron.put(TODAY, MAKE, &today()).await.json();
    let other = json!({ "kinds": ["craving"] });
    heron.put(TODAY, MAKE, &other).await.is_problem(412, "precondition_failed", &[]);
    heron.put(TODAY, &[], &today()).await.is_problem(428, "precondition_required", &[]);
    // Being late is told before what is wrong with the content.
    let wrong = json!({ "kinds": [] });
    heron.put(TODAY, MAKE, &wrong).await.is_problem(412, "precondition_failed", &[]);
    let version = format!("\"{}\"", made["version"]);
    change(&heron, TODAY, &version, &wrong).await.is_content_problem("invalid_content", &["/kinds"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_check_in_may_say_is_bounded() {
    let app = TestApp::new().await;
    let heron = app.steward().await;
    let thirteen: Vec<String> = (0..13).map(|n| format!("thing {n}")).collect();
    for (body, pointers) in [
        (json!({}), &["/kinds"][..]),
        (json!({ "kinds": vec!["today"; 6] }), &["/kinds"]),
        (json!({ "kinds": ["sober"] }), &["/kinds/0"]),
        (json!({ "kinds": ["today"], "words": null }), &["/words"]),
        (json!({ "kinds": ["today"], "words": " " }), &["/words"]),
        (json!({ "kinds": ["today"], "words": "a".repeat(2_001) }), &["/words"]),
        (json!({ "kinds": ["today"], "words": "see www.example.org" }), &["/words"]),
        (json!({ "kinds": ["today"], "helped": thirteen }), &["/helped"]),
        (json!({ "kinds": ["today"], "helped": ["a".repeat(61), ""] }), &["/helped/0", "/helped/1"]),
        (json!({ "kinds": ["today"], "mood": 3 }), &["/mood"]),
    ] {
        heron.put(TODAY, MAKE, &body).await.is_content_problem("invalid_content", pointers);
    }
    heron.put(&format!("{TODAY}?x=1"), MAKE, &today()).await.is_problem(400, "invalid_parameter", &["x"]);
    let largest = json!({ "kinds": ["today", "victory", "setback", "craving", "gratitude"],
                          "words": "👩‍👩‍👧‍👦".repeat(1_000), "helped": (0..12).map(|n| format!("{n:060}")).collect::<Vec<_>>() });
    let made = heron.put(TODAY, MAKE, &largest).await;
    assert_eq!((made.status, &made.json()["words"]), (201, &largest["words"]), "{}", made.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_open_from_fifteen_days_back_to_tomorrow() {
    let app = TestApp::new().await;
    let heron = app.steward().await;
    for (date, status) in [("2026-04-18", 400), ("2026-04-19", 201), ("2026-05-05", 201), ("2026-05-06", 400)] {
        let made = heron.put(&format!("/v1/check-ins/{date}"), MAKE, &today()).await;
        assert_eq!(made.status, status, "{date}: {}", made.text());
    }
    let none = ["2026-5-4", "20260504", "today", "2026-02-29", "2026-05-04T00:00:00Z", "0001-01-01", "10000-01-01"];
    for date in none {
        let path = format!("/v1/check-ins/{date}");
        heron.put(&path, MAKE, &today()).await.is_problem(400, "invalid_parameter", &["date"]);
        heron.get(&path).await.is_problem(400, "invalid_parameter", &["date"]);
        heron.delete(&path).await.is_problem(400, "invalid_parameter", &["date"]);
    }
    // A day, though a far one: there is nothing, and nothing can be written.
    for far in ["9999-12-31", "2024-02-29"] {
        let path = format!("/v1/check-ins/{far}");
        heron.put(&path, MAKE, &today()).await.is_problem(400, "invalid_parameter", &["date"]);
        heron.get(&path).await.is_problem(404, "not_found", &[]);
        heron.delete(&path).await.is_problem(404, "not_found", &[]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_devices_that_write_one_day_at_once_exactly_one_wins() {
    let app = TestApp::new().await;
    let heron = app.steward().await;
    let at_once = async |condition: (&str, &str), base: &str| {
        let all = (0..8).map(|n| {
            let body = json!({ "kinds": ["today"], "words": format!("{base} {n}") });
            let heron = &heron;
            async move { heron.put(TODAY, &[condition], &body).await }
        });
        let answers = futures_util::future::join_all(all).await;
        let won: Vec<&Response> = answers.iter().filter(|answer| answer.status < 300).collect();
        assert_eq!(won.len(), 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
        assert!(answers.iter().all(|answer| [200, 201, 412].contains(&answer.status)));
        assert_eq!(heron.get(TODAY).await.json(), won[0].json());
        won[0].json()
    };
    let made = at_once(MAKE[0], "made").await;
    at_once(("if-match", &format!("\"{}\"", made["version"])), "changed").await;
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM circles.check_ins")
        .fetch_one(&mut app.database.owner().await)
        .await
        .unwrap();
    assert_eq!(rows, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_is_read_in_pages_and_by_nobody_else() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    let other = app.steward().await;
    other.put(TODAY, MAKE, &today()).await;
    for (peer, days) in peers.iter().zip([1..=4, 2..=4, 4..=4]) {
        for day in days {
            let made = peer.put(&format!("/v1/check-ins/2026-05-0{day}"), MAKE, &today()).await;
            assert_eq!(made.status, 201);
        }
    }
    let (mut path, mut seen, mut pages) = ("/v1/check-ins?limit=3".to_owned(), Vec::new(), 0);
    loop {
        let page = peers[2].get(&path).await;
        let body = page.json();
        let data = body["data"].as_array().unwrap();
        seen.extend(
            data.iter().map(|one| (one["date"].to_string(), one["id"].to_string(), one["pass_id"].to_string())),
        );
        pages += 1;
        let Some(cursor) = body["next_cursor"].as_str() else { break };
        let link = page.header("link");
        path = format!("/v1/check-ins?limit=3&cursor={cursor}");
        assert_eq!(link, format!("<http://openchair.test{path}>; rel=\"next\""));
    }
    assert_eq!((seen.len(), pages), (8, 3));
    assert!(seen.is_sorted_by(|a, b| (&a.0, &a.1) > (&b.0, &b.1)), "{seen:?}");
    assert!(seen.iter().all(|(_, _, pass)| peers.iter().any(|peer| *pass == format!("\"{}\"", peer.pass_id))));
    let count = async |query: &str| {
        peers[2].get(&format!("/v1/check-ins?{query}")).await.json()["data"].as_array().unwrap().len()
    };
    assert_eq!(count("from=2026-05-02&to=2026-05-03").await, 4);
    assert_eq!(count(&format!("pass_id={}", peers[1].pass_id)).await, 3);
    assert_eq!(count(&format!("pass_id={}", other.pass_id)).await, 0);
    assert_eq!(count("to=2026-05-01&from=2025-04-30").await, 1);
    for (query, parameter) in [
        ("from=2026-05-05&to=2026-05-04", "from"),
        ("from=2025-04-29&to=2026-05-01", "from"),
        ("from=4.5.2026", "from"),
        ("to=", "to"),
        ("pass_id=me", "pass_id"),
        ("cursor=2026-05-04", "cursor"),
        ("limit=1&cursor=2026-05-04_0f1e2d3c-4b5a-4968-8776-655443322110", "cursor"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("day=2026-05-04", "day"),
    ] {
        peers[2].get(&format!("/v1/check-ins?{query}")).await.is_problem(400, "invalid_parameter", &[parameter]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_goes_on_with_the_query_that_it_began_with_and_no_other() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    for day in 1..=4 {
        assert_eq!(peers[0].put(&format!("/v1/check-ins/2026-05-0{day}"), MAKE, &today()).await.status, 201);
    }
    let of_one = format!("pass_id={}&from=2026-05-01&to=2026-05-04", peers[0].pass_id);
    let get = async |query: &str| peers[1].get(&format!("/v1/check-ins?{query}")).await;
    let first = get(&format!("{of_one}&limit=1")).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(cursor.len(), 46);
    let rest = get(&format!("{of_one}&limit=3&cursor={cursor}")).await.json();
    assert_eq!((&rest["data"][0]["date"], rest["data"].as_array().unwrap().len()), (&json!("2026-05-03"), 3));
    let of_other = format!("pass_id={}&from=2026-05-01&to=2026-05-04", peers[1].pass_id);
    for other in ["", &of_other, "from=2026-05-01&to=2026-05-04", &of_one.replace("-04", "-03")] {
        get(&format!("{other}&cursor={cursor}")).await.is_problem(400, "invalid_parameter", &["cursor"]);
    }
    peers[1].get(&format!("/v1/milestones?cursor={cursor}")).await.is_problem(400, "invalid_parameter", &["cursor"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_one_has_muted_one_does_not_read() {
    let app = TestApp::new().await;
    let [heron, wren, finch] = &*app.circle_of(3).await else { panic!() };
    for peer in [heron, wren, finch] {
        assert_eq!(peer.put(TODAY, MAKE, &today()).await.status, 201);
    }
    heron.mute(wren, &app).await;
    let seen = async |peer: &Peer| {
        let page = peer.get("/v1/check-ins").await.json();
        page["data"].as_array().unwrap().iter().map(|one| one["pass_id"].to_string()).collect::<Vec<_>>().len()
    };
    assert_eq!((seen(heron).await, seen(wren).await, seen(finch).await), (2, 3, 3));
    let of_wren = heron.get(&format!("/v1/check-ins?pass_id={}", wren.pass_id)).await.json();
    assert_eq!(of_wren["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_pass_in_good_standing_checks_in() {
    let app = TestApp::new().await;
    let [heron, wren] = &*app.circle_of(2).await else { panic!() };
    let member = app.member().await;
    let calls = [(Method::PUT, TODAY), (Method::GET, TODAY), (Method::DELETE, TODAY), (Method::GET, "/v1/check-ins")];
    let body = today();
    for (method, path) in calls.clone() {
        let body = (method == Method::PUT).then_some(&body);
        let nobody = app.anonymous().send_body(method.clone(), path, MAKE, body).await;
        nobody.is_problem(401, "token_missing", &[]);
        let account = member.bearer.send(method.clone(), path, MAKE, body).await;
        account.is_problem(401, "wrong_audience", &[]);
    }
    assert_eq!(wren.put(TODAY, MAKE, &body).await.status, 201);
    wren.suspend(&app).await;
    wren.put("/v1/check-ins/2026-05-03", MAKE, &body).await.is_problem(403, "suspended", &[]);
    wren.delete(TODAY).await.is_problem(403, "suspended", &[]);
    assert_eq!((wren.get(TODAY).await.status, wren.get("/v1/check-ins").await.status), (200, 200));
    wren.remove(&app).await;
    for (method, path) in calls {
        let body = (method == Method::PUT).then_some(&body);
        wren.bearer.send(method, path, MAKE, body).await.is_problem(401, "pass_removed", &[]);
    }
    assert_eq!(heron.get("/v1/check-ins").await.json()["data"], json!([]));
    heron.erase(&app).await;
    heron.put(TODAY, MAKE, &body).await.is_problem(401, "session_ended", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_ones_count_toward_the_posts_of_a_day_and_changes_do_not() {
    let app = TestApp::with_limits().await;
    let [heron, wren] = &*app.circle_of(2).await else { panic!() };
    let path = |day: i32| {
        format!("/v1/check-ins/2026-{}", if day < 5 { format!("05-0{day}") } else { format!("04-{}", day + 15) })
    };
    for day in 1..=14 {
        assert_eq!(heron.put(&path(day), MAKE, &today()).await.status, 201, "{}", path(day));
    }
    for n in 0..6 {
        let goal = json!({ "week": "2026-W19", "words": "Call somebody" });
        let path = format!("/v1/goals/{}", uuid::Builder::from_random_bytes([n; 16]).into_uuid());
        assert_eq!(heron.put(&path, MAKE, &goal).await.status, 201);
    }
    let refused = heron.put("/v1/check-ins/2026-05-05", MAKE, &today()).await;
    refused.is_problem(429, "too_many_requests", &[]);
    assert_eq!((refused.header("ratelimit-policy"), refused.header("retry-after")), ("\"post\";q=20;w=86400", "4320"));
    heron.get("/v1/check-ins/2026-05-05").await.is_problem(404, "not_found", &[]);
    let changed = change(heron, &path(4), "*", &json!({ "kinds": ["victory"] })).await;
    assert_eq!((changed.status, heron.put(&path(3), MAKE, &today()).await.status), (200, 200));
    assert_eq!(wren.put(TODAY, MAKE, &today()).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_typed_or_ticked_lies_in_clear_and_all_ticks_are_of_one_size() {
    let app = TestApp::new().await;
    let heron = app.steward().await;
    let all: Vec<&str> = openchair::circles::HELPED.iter().copied().take(12).collect();
    for (day, body) in [
        ("2026-05-04", json!({ "kinds": ["today"] })),
        ("2026-05-03", json!({ "kinds": ["today", "victory", "setback", "craving", "gratitude"], "helped": all })),
        ("2026-05-02", json!({ "kinds": ["craving"], "words": "heronwords", "helped": ["heronhelp"] })),
    ] {
        assert_eq!(heron.put(&format!("/v1/check-ins/{day}"), MAKE, &body).await.status, 201);
    }
    let rows: Vec<(Vec<u8>, Vec<u8>, i64)> = sqlx::query_as("SELECT marks, words, version FROM circles.check_ins")
        .fetch_all(&mut app.database.owner().await)
        .await
        .unwrap();
    let sizes: Vec<(usize, usize)> = rows.iter().map(|(marks, words, _)| (marks.len(), words.len())).collect();
    assert_eq!(sizes, [sizes[0]; 3]);
    for (marks, words, _) in &rows {
        let text = format!("{}{}", String::from_utf8_lossy(marks), String::from_utf8_lossy(words));
        assert!(!["heron", "today", "craving", "service"].iter().any(|word| text.contains(word)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_database_it_says_so_and_keeps_nothing_half() {
    let app = TestApp::new().await;
    let heron = app.steward().await;
    app.database.cut().await;
    heron.put(TODAY, MAKE, &today()).await.is_problem(503, "unavailable", &[]);
    heron.get(TODAY).await.is_problem(503, "unavailable", &[]);
    app.database.mend().await;
    heron.get(TODAY).await.is_problem(404, "not_found", &[]);
    assert_eq!(heron.put(TODAY, MAKE, &today()).await.status, 201);
}
