//! A circle's screen.

use openchair::db::{Databases, Pools};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Peer, StatementCounter, TestApp, device_id};

const MAKE: &[(&str, &str)] = &[("if-none-match", "*")];
const WEEK: &str = "/v1/circles/self/week";

/// Checks in on a day, sets a goal and shares a milestone.
async fn fill(peer: &Peer, number: u32) -> [String; 3] {
    let check_in = json!({ "kinds": ["today"], "words": format!("from {}", peer.alias), "helped": ["rest"] });
    let made = peer.put("/v1/check-ins/2026-05-05", MAKE, &check_in).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let (goal, milestone) = (device_id(number), device_id(number + 500));
    let body = json!({ "week": "2026-W19", "words": "Three meetings", "target": 3 });
    assert_eq!(peer.put(&format!("/v1/goals/{goal}"), MAKE, &body).await.status, 201);
    let body = json!({ "kind": "time", "label": "90 days" });
    let shared = peer.put(&format!("/v1/milestones/{milestone}"), &[], &body).await;
    assert_eq!(shared.status, 201, "{}", shared.text());
    [made.json()["id"].as_str().unwrap().to_owned(), goal, milestone]
}

async fn answer(peer: &Peer, kind: &str, item: &str) {
    let body = json!({ "words": format!("{} hears you", peer.alias), "reaction": "with_you" });
    let said = peer.put(&format!("/v1/{kind}/{item}/answers/1"), &[], &body).await;
    assert_eq!(said.status, 201, "{}", said.text());
}

fn count(view: &Value, name: &str) -> usize {
    view[name].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_shows_everything_of_a_circle_and_nothing_of_another() {
    let app = TestApp::new().await;
    let [heron, wren, finch] = &*app.circle_of(3).await else { panic!() };
    let stranger = app.steward().await;
    fill(&stranger, 900).await;
    let [check_in, goal, milestone] = fill(heron, 1).await;
    fill(wren, 2).await;
    // Of the weeks before and after.
    for day in ["2026-05-03", "2026-04-27"] {
        let body = json!({ "kinds": ["gratitude"] });
        assert_eq!(heron.put(&format!("/v1/check-ins/{day}"), MAKE, &body).await.status, 201);
    }
    answer(finch, "check-ins", &check_in).await;
    answer(heron, "check-ins", &check_in).await;
    answer(wren, "goals", &goal).await;
    answer(wren, "milestones", &milestone).await;
    for (from, to) in [(wren, heron), (heron, finch), (finch, wren)] {
        let nudged =
            from.put(&format!("/v1/nudges/{}/2026-05-04", to.pass_id), &[], &json!({ "words": "Well?" })).await;
        assert_eq!(nudged.status, 201, "{}", nudged.text());
    }
    let seen = heron.get(&format!("{WEEK}?date=2026-05-10")).await;
    let view = seen.json();
    assert_eq!((seen.status, seen.header("cache-control"), &view["week"]), (200, "no-store", &json!("2026-W19")));
    assert_eq!(view["circle"], json!({ "id": heron.circle_id, "seats": 12, "taken": 3 }));
    assert_eq!(view["passes"], heron.get("/v1/circles/self").await.json()["passes"]);
    assert_eq!(view["support"], json!({ "href": "/v1/help-lines" }));
    let counts = ["check_ins", "goals", "milestones", "nudges"].map(|name| count(&view, name));
    assert_eq!(counts, [2, 2, 2, 2]);
    let of_heron =
        |name: &str| view[name].as_array().unwrap().iter().find(|one| one["pass_id"] == heron.pass_id).unwrap().clone();
    assert_eq!(
        of_heron("check_ins"),
        heron
            .get("/v1/check-ins/2026-05-05")
            .await
            .json()
            .as_object()
            .map(|one| {
                let mut one = one.clone();
                one.remove("support");
                Value::Object(one)
            })
            .unwrap()
    );
    assert_eq!(count(&of_heron("check_ins"), "answers"), 2);
    assert_eq!(of_heron("goals")["answers"][0]["words"], format!("{} hears you", wren.alias));
    assert_eq!(of_heron("milestones")["answers"][0]["reaction"], "with_you");
    let nudges = heron.get("/v1/nudges").await.json();
    let sorted = |view: &Value, name: &str| {
        let mut all: Vec<String> = view[name].as_array().unwrap().iter().map(Value::to_string).collect();
        all.sort();
        all
    };
    assert_eq!(sorted(&view, "nudges"), sorted(&nudges, "data"));
    // The lists say the same.
    let listed = heron.get("/v1/check-ins?from=2026-05-04&to=2026-05-10").await.json();
    assert_eq!(sorted(&view, "check_ins"), sorted(&listed, "data"));
    assert_eq!(sorted(&view, "goals"), sorted(&heron.get("/v1/goals?week=2026-W19").await.json(), "data"));
    assert_eq!(count(&heron.get(&format!("{WEEK}?date=2026-05-03")).await.json(), "check_ins"), 2);
    assert_eq!(heron.get(WEEK).await.json(), view);
    for (query, parameter) in [("date=2026-W19", "date"), ("date=", "date"), ("week=2026-W19", "week")] {
        heron.get(&format!("{WEEK}?{query}")).await.is_problem(400, "invalid_parameter", &[parameter]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_week_is_304_and_each_change_another_tag() {
    let app = TestApp::new().await;
    let [heron, wren] = &*app.circle_of(2).await else { panic!() };
    let [check_in, goal, _] = fill(heron, 1).await;
    let mut tags = vec![heron.get(WEEK).await.header("etag").to_owned()];
    let changed = async |tags: &mut Vec<String>| {
        let before = tags.last().unwrap().clone();
        let after = heron.bearer.send(Method::GET, WEEK, &[("if-none-match", &before)], None).await;
        assert_eq!(after.status, 200);
        let tag = after.header("etag").to_owned();
        assert!(!tags.contains(&tag));
        let known = heron.bearer.send(Method::GET, WEEK, &[("if-none-match", &tag)], None).await;
        assert_eq!((known.status, known.body.len(), known.header("etag")), (304, 0, &*tag));
        assert_eq!(known.header("cache-control"), "no-store");
        tags.push(tag);
    };
    answer(wren, "check-ins", &check_in).await;
    changed(&mut tags).await;
    heron
        .put(&format!("/v1/goals/{goal}"), &[("if-match", "*")], &json!({ "week": "2026-W19", "words": "Rest" }))
        .await;
    changed(&mut tags).await;
    wren.patch("/v1/passes/self", &json!({ "ask_me_on": 0 })).await;
    changed(&mut tags).await;
    wren.put(&format!("/v1/nudges/{}/2026-05-04", heron.pass_id), &[], &json!({})).await;
    changed(&mut tags).await;
    heron.delete("/v1/check-ins/2026-05-05").await;
    changed(&mut tags).await;
    assert_eq!(heron.get(WEEK).await.header("etag"), tags.last().unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_whom_one_has_muted_nothing_is_read_but_that_they_are_there() {
    let app = TestApp::new().await;
    let [heron, wren] = &*app.circle_of(2).await else { panic!() };
    let [check_in, ..] = fill(heron, 1).await;
    fill(wren, 2).await;
    answer(wren, "check-ins", &check_in).await;
    wren.put(&format!("/v1/nudges/{}/2026-05-04", heron.pass_id), &[], &json!({ "words": "Well?" })).await;
    heron.mute(wren, &app).await;
    let view = heron.get(WEEK).await.json();
    assert_eq!(count(&view, "passes"), 2);
    let counts = ["check_ins", "goals", "milestones", "nudges"].map(|name| count(&view, name));
    assert_eq!(counts, [1, 1, 1, 0]);
    assert_eq!(view["check_ins"][0]["answers"], json!([]));
    let words: String = view.to_string();
    assert!(!words.contains("hears you") && !words.contains(&format!("from {}", wren.alias)));
    // And the other one does not notice.
    let theirs = wren.get(WEEK).await.json();
    assert_eq!((count(&theirs, "check_ins"), count(&theirs, "nudges")), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_of_twelve_is_three_statements() {
    let app = TestApp::new().await;
    let peers = app.circle_of(12).await;
    let mut items = Vec::new();
    for (peer, number) in peers.iter().zip(1..) {
        items.push(fill(peer, number).await);
    }
    for (at, peer) in peers.iter().enumerate() {
        let [check_in, goal, milestone] = &items[(at + 1) % items.len()];
        answer(peer, "check-ins", check_in).await;
        answer(peer, "goals", goal).await;
        answer(peer, "milestones", milestone).await;
    }
    let counter = StatementCounter::before(app.database.options());
    // Not that of the directory, which is looked at every now and then.
    let (circles, pass_keys) = (counter.options().clone(), counter.options().clone());
    let databases = Databases { circles, pass_keys, ..Databases::one(app.database.options()) };
    let node = app.node_with(Pools::new(&databases, 4)).await;
    let heron = Peer { bearer: peers[0].bearer.at(node.anonymous()), ..peers[0].clone() };
    // The first time connections are made and statements described.
    let first = heron.get(WEEK).await;
    assert_eq!(first.status, 200, "{}", first.text());
    counter.taken();
    let again = heron.get(WEEK).await;
    assert_eq!((counter.taken(), again.json()), (3, first.json()));
    assert_eq!(["check_ins", "goals", "milestones"].map(|name| count(&again.json(), name)), [12, 12, 12]);
    // The counter counts: a page of check-ins is one more, a write a transaction.
    assert_eq!(heron.get("/v1/check-ins").await.status, 200);
    assert_eq!(counter.taken(), 4);
    let body = json!({ "kinds": ["today"] });
    assert_eq!(heron.put("/v1/check-ins/2026-05-04", MAKE, &body).await.status, 201);
    counter.taken();
    assert_eq!(heron.put("/v1/check-ins/2026-05-03", MAKE, &body).await.status, 201);
    // Begin, who asks, their turn, what is there, their key, keep, commit.
    assert_eq!(counter.taken(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_in_the_circle_sees_its_week() {
    let app = TestApp::new().await;
    let [heron, wren] = &*app.circle_of(2).await else { panic!() };
    fill(wren, 1).await;
    app.anonymous().get(WEEK).await.is_problem(401, "token_missing", &[]);
    app.member().await.bearer.get(WEEK).await.is_problem(401, "wrong_audience", &[]);
    wren.suspend(&app).await;
    assert_eq!(wren.get(WEEK).await.status, 200);
    wren.remove(&app).await;
    wren.get(WEEK).await.is_problem(401, "pass_removed", &[]);
    let view = heron.get(WEEK).await.json();
    assert_eq!((count(&view, "passes"), count(&view, "check_ins"), &view["circle"]["taken"]), (1, 0, &json!(1)));
    app.database.cut().await;
    heron.get(WEEK).await.is_problem(503, "unavailable", &[]);
    app.database.mend().await;
    assert_eq!(heron.get(WEEK).await.status, 200);
}
