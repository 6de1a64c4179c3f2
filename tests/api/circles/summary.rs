//! What has come of checking in, and taking everything along.

use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::Executor;

use crate::support::{TestApp, device_id};

const MAKE: &[(&str, &str)] = &[("if-none-match", "*")];
const EXPORT: &str = "/v1/passes/self/export";

#[tokio::test(flavor = "multi_thread")]
async fn totals_only_grow_and_what_helped_most_often_comes_first() {
    let app = TestApp::new().await;
    let [heron, wren] = &*app.circle_of(2).await else { panic!() };
    let none = heron.get("/v1/summary").await.json();
    let nothing = json!({ "weeks_checked_in": 0, "check_ins": 0, "answers_given": 0, "helped": [],
                          "support": { "href": "/v1/help-lines" } });
    assert_eq!(none, nothing);
    for (day, helped) in [
        ("2026-05-04", json!(["meeting", "the dog"])),
        ("2026-05-03", json!(["rest", "meeting", "the dog"])),
        ("2026-04-27", json!(["meeting", "tea"])),
        ("2026-04-26", json!(["the dog"])),
    ] {
        let body = json!({ "kinds": ["setback"], "helped": helped });
        assert_eq!(heron.put(&format!("/v1/check-ins/{day}"), MAKE, &body).await.status, 201);
    }
    let item = wren.put("/v1/check-ins/2026-05-04", MAKE, &json!({ "kinds": ["today"] })).await.json();
    let path = format!("/v1/check-ins/{}/answers/1", item["id"].as_str().unwrap());
    assert_eq!(heron.put(&path, &[], &json!({ "reaction": "proud_of_you" })).await.status, 201);
    let summary = heron.get("/v1/summary").await.json();
    // Two Sundays, each the last day of its week, and two Mondays: three weeks.
    let expected = json!({ "weeks_checked_in": 3, "check_ins": 4, "answers_given": 1,
        "helped": [{ "what": "meeting", "times": 3 }, { "what": "the dog" }, { "what": "rest", "times": 1 },
                   { "what": "tea" }],
        "support": { "href": "/v1/help-lines" } });
    assert_eq!(summary, expected);
    // Neither the age of words nor what others take away makes a number fall.
    wren.delete("/v1/check-ins/2026-05-04").await;
    app.database.owner().await.execute("UPDATE circles.check_ins SET words = NULL").await.unwrap();
    let mut later = expected.clone();
    later["helped"] = json!([{ "what": "meeting", "times": 3 }, { "what": "rest", "times": 1 }]);
    assert_eq!(heron.get("/v1/summary").await.json(), later);
    heron.delete("/v1/check-ins/2026-04-26").await;
    assert_eq!(heron.get("/v1/summary").await.json()["check_ins"], 3);
    app.anonymous().get("/v1/summary").await.is_problem(401, "token_missing", &[]);
    heron.get("/v1/summary?week=1").await.is_problem(400, "invalid_parameter", &["week"]);
    heron.suspend(&app).await;
    assert_eq!(heron.get("/v1/summary").await.status, 200);
    heron.remove(&app).await;
    heron.get("/v1/summary").await.is_problem(401, "pass_removed", &[]);
    app.database.cut().await;
    wren.get("/v1/summary").await.is_problem(503, "unavailable", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_ones_own_can_be_taken_along() {
    let app = TestApp::new().await;
    let [heron, wren] = &*app.circle_of(2).await else { panic!() };
    assert_eq!(heron.get(EXPORT).await.json()["check_ins"], json!([]));
    let check_in = json!({ "kinds": ["victory", "today"], "words": "It passed.", "helped": ["rest", "tea"] });
    let made = heron.put("/v1/check-ins/2026-05-04", MAKE, &check_in).await.json();
    let (goal, milestone) = (device_id(1), device_id(2));
    let body =
        json!({ "week": "2026-W19", "words": "Three meetings", "target": 3, "progress": 1, "outcome": "partly" });
    heron.put(&format!("/v1/goals/{goal}"), MAKE, &body).await;
    heron.put(&format!("/v1/milestones/{milestone}"), &[], &json!({ "kind": "win", "label": "Said no" })).await;
    let path = format!("/v1/check-ins/{}/answers/2", made["id"].as_str().unwrap());
    heron.put(&path, &[], &json!({ "words": "Still true.", "reaction": "been_there" })).await;
    heron.put(&format!("/v1/nudges/{}/2026-05-05", wren.pass_id), &[], &json!({ "words": "And you?" })).await;
    heron.patch("/v1/passes/self", &json!({ "ask_me_on": 0, "about": "goal" })).await;
    wren.put(&path, &[], &json!({ "words": "wren's own words" })).await;
    heron.mute(wren, &app).await;
    let whole = json!({
        "pass": { "id": heron.pass_id, "alias": heron.alias, "steward": true, "ask_me_on": 0, "about": "goal" },
        "check_ins": [{ "id": made["id"], "date": "2026-05-04", "kinds": ["victory", "today"],
                        "words": "It passed.", "helped": ["rest", "tea"] }],
        "goals": [{ "id": goal, "week": "2026-W19", "words": "Three meetings", "target": 3, "progress": 1,
                    "outcome": "partly" }],
        "milestones": [{ "id": milestone, "week": "2026-W19", "kind": "win", "label": "Said no" }],
        "answers": [{ "item_kind": "check_in", "item_id": made["id"], "n": 2, "week": "2026-W19",
                      "words": "Still true.", "reaction": "been_there" }],
        "nudges": [{ "to_pass_id": wren.pass_id, "date": "2026-05-05", "words": "And you?" }],
        "mutes": [wren.pass_id],
        "support": { "href": "/v1/help-lines" } });
    let export = heron.get(EXPORT).await;
    assert_eq!((export.status, export.header("cache-control"), export.json()), (200, "no-store", whole.clone()));
    let head = heron.bearer.send(reqwest::Method::HEAD, EXPORT, &[], None).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    app.anonymous().get(EXPORT).await.is_problem(401, "token_missing", &[]);
    app.member().await.bearer.get(EXPORT).await.is_problem(401, "wrong_audience", &[]);
    heron.suspend(&app).await;
    assert_eq!(heron.get(EXPORT).await.json(), whole);
    heron.remove(&app).await;
    assert_eq!(heron.get(EXPORT).await.json()["check_ins"], whole["check_ins"]);
    app.clock.advance(TimeDelta::days(30));
    assert_eq!(heron.again(&app).await.get(EXPORT).await.status, 200);
    app.clock.advance(TimeDelta::days(1));
    heron.again(&app).await.get(EXPORT).await.is_problem(401, "pass_removed", &[]);
    app.database.cut().await;
    wren.get(EXPORT).await.is_problem(401, "token_expired", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_many_batches_is_whole_and_in_order() {
    let app = TestApp::new().await;
    let heron = app.steward().await;
    let body = json!({ "kinds": ["today"], "words": "One of many." });
    assert_eq!(heron.put("/v1/check-ins/2026-05-04", MAKE, &body).await.status, 201);
    // Days that no clock of a test goes through; what is sealed for one item
    // opens for no other, so these are sealed by the service's own keys.
    let sealed = openchair::circles::Sealed::Marks;
    let sealer = app.sealer();
    let key = sealer.key(heron.pass_id.parse().unwrap()).await.unwrap();
    let mut owner = app.database.owner().await;
    for n in 1..=450_i32 {
        let id = uuid::Uuid::from_u128(u128::from(n.unsigned_abs()));
        let marks = sealer.seal(&key, sealed, id, &json!({ "k": 16, "h": 1 })).unwrap();
        sqlx::query(
            "INSERT INTO circles.check_ins (id, pass_id, day, version, marks) VALUES ($1, $2, date '2026-05-04' - $3, 1, $4)",
        )
        .bind(id)
        .bind(heron.pass_id.parse::<uuid::Uuid>().unwrap())
        .bind(n)
        .bind(marks)
        .execute(&mut owner)
        .await
        .unwrap();
    }
    let export = heron.get(EXPORT).await.json();
    let days: Vec<&str> =
        export["check_ins"].as_array().unwrap().iter().map(|one| one["date"].as_str().unwrap()).collect();
    assert_eq!((days.len(), days.last()), (451, Some(&"2026-05-04")));
    assert!(days.is_sorted_by(|one, next| one < next));
    assert_eq!(export["check_ins"][0]["helped"], json!(["called_someone"]));
    let summary: Value = heron.get("/v1/summary").await.json();
    assert_eq!(
        (&summary["check_ins"], &summary["helped"]),
        (&json!(451), &json!([{ "what": "called_someone", "times": 450 }]))
    );
}
