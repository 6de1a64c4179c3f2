//! A decision is about what was seen: nothing newer is lost by it, nothing older
//! comes back over it, and nothing waits for ever.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Author, Bearer, Peer, Response, TestApp, decide, keep, remove, story_body, waiting};

const WORDS: &str = "I meant it well.";

async fn appeal(by: &Bearer, id: &str) -> Response {
    by.post(&format!("/v1/reports/{id}/appeal"), &json!({ "words": WORDS })).await
}

/// What an author is told of a decision.
async fn told(by: &Bearer, id: &str) -> Value {
    let about = by.get("/v1/reports").await.json();
    let about = about["about_me"].as_array().unwrap().iter().find(|one| one["id"] == id);
    about.unwrap_or_else(|| panic!("nothing of {id}")).clone()
}

/// The id of what waits with that title.
async fn of_title(moderator: &Bearer, title: &str) -> String {
    let queue = waiting(moderator).await;
    let found = queue.iter().find(|one| one["item"]["words"][0] == title);
    found.unwrap_or_else(|| panic!("{title} does not wait"))["id"].as_str().unwrap().to_owned()
}

/// A story of which the first version shows, and two moderators and a reader.
struct Scene {
    app: TestApp,
    author: Author,
    reader: Bearer,
    one: Bearer,
    two: Bearer,
}

impl Scene {
    async fn new() -> Self {
        let app = TestApp::new().await;
        let (author, reader) = (app.shown_author("First").await, app.member().await.bearer);
        let (one, two) = (app.moderator().await, app.moderator().await);
        Self { app, author, reader, one, two }
    }

    async fn report(&self) -> String {
        let id = self.app.drawn().to_string();
        let path = format!("/v1/stories/{}/reports/{id}", self.author.story_id);
        let made = self.reader.send(Method::PUT, &path, &[], Some(&json!({ "category": "spam" }))).await;
        assert_eq!(made.status, 200, "{}", made.text());
        id
    }

    async fn edit(&self, title: &str) -> String {
        assert_eq!(self.author.edit(&story_body(title)).await.status, 200);
        of_title(&self.one, title).await
    }

    async fn show(&self, title: &str) {
        let review = self.edit(title).await;
        assert_eq!(decide(&self.one, &review, &keep()).await.status, 200);
        assert_eq!(self.shown().await, json!(title));
    }

    /// The title that members read, or null.
    async fn shown(&self) -> Value {
        let read = self.reader.get(&format!("/v1/stories/{}", self.author.story_id)).await;
        if read.status == 404 { Value::Null } else { read.json()["title"].clone() }
    }
}

/// Decides; whether it was changed since.
async fn changed(moderator: &Bearer, id: &str, body: &Value) -> bool {
    let decided = decide(moderator, id, body).await;
    assert_eq!(decided.status, 200, "{}", decided.text());
    decided.json()["changed_since"].as_bool().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_one_version_takes_no_newer_one_down() {
    let scene = Scene::new().await;
    let report = scene.report().await;
    scene.show("Second").await;
    assert!(changed(&scene.one, &report, &remove("remove_and_suspend")).await);
    assert_eq!((scene.shown().await, scene.author.story().await["state"].clone()), (json!("Second"), json!("shown")));
    let about = told(&scene.author.bearer, &report).await;
    assert_eq!((&about["changed_since"], &about["yours"]["words"][0]), (&json!(true), &json!("First")));
    // What was reported was what it was: the decision holds otherwise.
    assert_eq!(scene.author.bearer.get("/v1/reports").await.json()["suspended_until"], "2026-06-03");
    assert_eq!(appeal(&scene.author.bearer, &report).await.status, 200);
    assert!(!changed(&scene.two, &report, &keep()).await);
    assert_eq!(scene.shown().await, json!("Second"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_brings_no_older_version_back_and_loses_no_newer_one() {
    let scene = Scene::new().await;
    let first = scene.report().await;
    assert!(!changed(&scene.one, &first, &remove("remove")).await);
    scene.show("Second").await;
    let second = scene.report().await;
    assert!(!changed(&scene.one, &second, &remove("remove")).await);
    assert_eq!(scene.shown().await, Value::Null);
    for id in [&first, &second] {
        assert_eq!(appeal(&scene.author.bearer, id).await.status, 200);
    }
    assert!(changed(&scene.two, &first, &keep()).await);
    assert_eq!((scene.shown().await, scene.author.story().await["state"].clone()), (Value::Null, json!("removed")));
    let about = told(&scene.author.bearer, &first).await;
    assert_eq!(about["appeal_outcome"]["changed_since"], true);
    assert!(!changed(&scene.two, &second, &keep()).await);
    assert_eq!(scene.shown().await, json!("Second"));
    assert_eq!(told(&scene.author.bearer, &second).await["appeal_outcome"]["changed_since"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_waits_goes_on_waiting_when_what_showed_before_it_comes_back() {
    let scene = Scene::new().await;
    let report = scene.report().await;
    let review = scene.edit("Second").await;
    assert!(!changed(&scene.one, &report, &remove("remove")).await);
    assert_eq!(appeal(&scene.author.bearer, &report).await.status, 200);
    assert!(!changed(&scene.two, &report, &keep()).await);
    let story = scene.author.story().await;
    assert_eq!((&story["state"], &story["latest"]["title"]), (&json!("in_review"), &json!("Second")));
    assert_eq!((&story["shown"]["title"], scene.shown().await), (&json!("First"), json!("First")));
    assert_eq!(decide(&scene.one, &review, &keep()).await.status, 200);
    assert_eq!(scene.shown().await, json!("Second"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_anew_since_it_was_taken_down_is_told_that_it_does_not_come_back() {
    let scene = Scene::new().await;
    let report = scene.report().await;
    assert!(!changed(&scene.one, &report, &remove("remove")).await);
    assert_eq!(appeal(&scene.author.bearer, &report).await.status, 200);
    let review = scene.edit("Second").await;
    assert!(changed(&scene.two, &report, &keep()).await);
    let story = scene.author.story().await;
    assert_eq!((&story["state"], &story["latest"]["title"]), (&json!("in_review"), &json!("Second")));
    assert_eq!(told(&scene.author.bearer, &report).await["appeal_outcome"]["changed_since"], true);
    assert_eq!(decide(&scene.one, &review, &keep()).await.status, 200);
    assert_eq!(scene.shown().await, json!("Second"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_returned_version_is_let_through_by_an_appeal_of_its_own_alone() {
    let scene = Scene::new().await;
    let first = scene.edit("Second").await;
    decide(&scene.one, &first, &remove("remove")).await;
    assert_eq!(told(&scene.author.bearer, &first).await["appeal"], "open");
    let second = scene.edit("Third").await;
    // While the next one waits, and when it was returned as well.
    for state in ["in_review", "returned"] {
        assert_eq!(scene.author.story().await["state"], state);
        appeal(&scene.author.bearer, &first).await.is_problem(409, "conflict", &[]);
        let about = told(&scene.author.bearer, &first).await;
        assert_eq!((&about["appeal"], about.get("appeal_until")), (&json!("over"), None));
        decide(&scene.two, &second, &remove("remove")).await;
    }
    assert!(waiting(&scene.one).await.is_empty());
    assert_eq!(told(&scene.author.bearer, &second).await["appeal"], "open");
    assert_eq!(appeal(&scene.author.bearer, &second).await.status, 200);
    assert!(!changed(&scene.one, &second, &keep()).await);
    assert_eq!(scene.shown().await, json!("Third"));
    // Shown, there is nothing left to appeal.
    appeal(&scene.author.bearer, &first).await.is_problem(409, "conflict", &[]);
    assert!(waiting(&scene.two).await.is_empty() && waiting(&scene.one).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_ends_an_appeal_and_says_so() {
    let scene = Scene::new().await;
    let first = scene.edit("Second").await;
    decide(&scene.one, &first, &remove("remove")).await;
    assert_eq!(appeal(&scene.author.bearer, &first).await.status, 200);
    assert_eq!(told(&scene.author.bearer, &first).await["appeal"], "waiting");
    let second = scene.edit("Third").await;
    assert_eq!(told(&scene.author.bearer, &first).await["appeal"], "over");
    decide(&scene.two, &first, &keep()).await.is_problem(409, "conflict", &[]);
    // The same words again are what was said; nothing comes of them any more.
    assert_eq!(appeal(&scene.author.bearer, &first).await.status, 200);
    assert_eq!(waiting(&scene.two).await.len(), 1);
    assert_eq!(decide(&scene.two, &second, &keep()).await.status, 200);
    assert!(waiting(&scene.two).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn appeals_and_edits_at_once_leave_one_thing_to_decide() {
    let scene = Scene::new().await;
    for number in 0..6 {
        let review = scene.edit(&format!("Edit {number}")).await;
        decide(&scene.one, &review, &remove("remove")).await;
        let body = story_body(&format!("Again {number}"));
        let (appealed, edited) = tokio::join!(appeal(&scene.author.bearer, &review), scene.author.edit(&body));
        assert!([200, 409].contains(&appealed.status), "{}", appealed.text());
        assert_eq!(edited.status, 200, "{}", edited.text());
        let queue = waiting(&scene.two).await;
        assert_eq!((queue.len(), &queue[0]["item"]["words"][0]), (1, &json!(format!("Again {number}"))));
    }
}

/// The items of a peer, each as it can be written twice.
async fn written(author: &Peer, to: &Peer, app: &TestApp) -> Vec<(Value, String, Value)> {
    let day = "2026-05-04";
    let made = author.put(&format!("/v1/check-ins/{day}"), &[("if-none-match", "*")], &check_in("one")).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].clone();
    let (goal, milestone) = (app.drawn(), app.drawn());
    let text = id.as_str().unwrap();
    let items = vec![
        (json!({ "kind": "check_in", "id": id }), format!("/v1/check-ins/{day}"), check_in("two")),
        (json!({ "kind": "goal", "id": goal }), format!("/v1/goals/{goal}"), goal_body("two")),
        (json!({ "kind": "milestone", "id": milestone }), format!("/v1/milestones/{milestone}"), label("two")),
        (
            json!({ "kind": "answer", "id": id, "pass_id": author.pass_id, "n": 2 }),
            format!("/v1/check-ins/{text}/answers/2"),
            json!({ "words": "two" }),
        ),
        (
            json!({ "kind": "nudge", "pass_id": author.pass_id, "date": day }),
            format!("/v1/nudges/{}/{day}", to.pass_id),
            json!({ "words": "two" }),
        ),
    ];
    for ((_, path, _), body) in items[1..].iter().zip([goal_body("one"), label("one"), said("one"), said("one")]) {
        let headers: &[(&str, &str)] = if path.contains("goals") { &[("if-none-match", "*")] } else { &[] };
        let made = author.put(path, headers, &body).await;
        assert_eq!(made.status, 201, "{path}: {}", made.text());
    }
    items
}

fn check_in(words: &str) -> Value {
    json!({ "kinds": ["today"], "words": words })
}

fn goal_body(words: &str) -> Value {
    json!({ "week": "2026-W19", "words": words })
}

fn label(words: &str) -> Value {
    json!({ "kind": "win", "label": words })
}

fn said(words: &str) -> Value {
    json!({ "words": words })
}

/// Writes over what is there; check-ins and goals name the version.
async fn over(author: &Peer, path: &str, body: &Value) {
    let week = author.get("/v1/circles/self/week").await.json();
    let list = if path.contains("/goals/") { "goals" } else { "check_ins" };
    let tag = format!("\"{}\"", week[list][0]["version"]);
    let versioned = path.contains("/goals/") || path.ends_with("check-ins/2026-05-04");
    let headers: &[(&str, &str)] = if versioned { &[("if-match", &tag)] } else { &[] };
    let made = author.put(path, headers, body).await;
    assert_eq!(made.status, 200, "{path}: {}", made.text());
}

async fn report(by: &Peer, app: &TestApp, item: &Value) -> String {
    let id = app.drawn().to_string();
    let made = by.put(&format!("/v1/reports/{id}"), &[], &json!({ "item": item, "category": "unkind" })).await;
    assert_eq!(made.status, 200, "{}", made.text());
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_nobody_saw_are_not_taken_away_and_can_be_reported() {
    let app = TestApp::new().await;
    let peers = app.circle_of(3).await;
    let (author, reporter, third) = (&peers[0], &peers[1], &peers[2]);
    let moderator = app.moderator().await;
    for (item, path, body) in written(author, reporter, &app).await {
        let first = report(reporter, &app, &item).await;
        over(author, &path, &body).await;
        // Another has seen the new words; a nudge is seen by its one alone.
        let second = if item["kind"] == "nudge" { None } else { Some(report(third, &app, &item).await) };
        assert!(changed(&moderator, &first, &remove("remove")).await, "{item}");
        let mine = reporter.get("/v1/reports").await.json();
        let mine = mine["data"].as_array().unwrap().iter().find(|one| one["id"] == *first).unwrap().clone();
        assert_eq!((&mine["state"], &mine["outcome"]), (&json!("closed"), &json!("changed")), "{item}");
        assert_eq!(told(&author.bearer, &first).await["changed_since"], true, "{item}");
        let second = match second {
            Some(second) => second,
            None => report(reporter, &app, &item).await,
        };
        let queue = waiting(&moderator).await;
        assert_eq!((queue.len(), &queue[0]["id"]), (1, &json!(second)), "the newer report stays: {item}");
        assert_eq!(queue[0]["item"]["words"], json!(["two"]), "{item}");
        assert!(!changed(&moderator, &second, &remove("remove")).await, "{item}");
    }
    assert_eq!(app.rows("circles.check_ins WHERE words IS NULL").await, 1);
    assert_eq!(app.rows("circles.answers WHERE words IS NULL").await, 1);
    for table in ["goals", "milestones", "nudges"] {
        assert_eq!(app.rows(&format!("circles.{table}")).await, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_or_a_word_less_keeps_nothing_from_being_removed() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let (author, moderator) = (&peers[0], app.moderator().await);
    let (goal, path) = (app.drawn(), "/v1/check-ins/2026-05-04");
    let at = format!("/v1/goals/{goal}");
    author.put(&at, &[("if-none-match", "*")], &goal_body("Unkind words")).await;
    let mut body = check_in("Unkind words");
    body["helped"] = json!(["the dog", "tea"]);
    let made = author.put(path, &[("if-none-match", "*")], &body).await.json();
    let of_goal = report(&peers[1], &app, &json!({ "kind": "goal", "id": goal })).await;
    let of_check_in = report(&peers[1], &app, &json!({ "kind": "check_in", "id": made["id"] })).await;
    let mut met = goal_body("Unkind words");
    met["outcome"] = "met".into();
    over(author, &at, &met).await;
    body["helped"] = json!(["tea"]);
    over(author, path, &body).await;
    for id in [of_goal, of_check_in] {
        assert!(!changed(&moderator, &id, &remove("remove")).await);
    }
    assert_eq!(app.rows("circles.goals").await, 0);
    assert_eq!(app.rows("circles.check_ins WHERE words IS NOT NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_its_author_took_away_is_gone_already() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let goal = app.item(&peers[0], "goals", "words").await;
    let id = report(&peers[1], &app, &json!({ "kind": "goal", "id": goal })).await;
    assert_eq!(peers[0].delete(&format!("/v1/goals/{goal}")).await.status, 200);
    assert!(changed(&app.moderator().await, &id, &remove("remove")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_is_kept_as_it_was_made() {
    let scene = Scene::new().await;
    let id = scene.report().await;
    decide(&scene.one, &id, &remove("remove")).await;
    assert_eq!(appeal(&scene.author.bearer, &id).await.status, 200);
    let path = format!("/v1/reports/{id}/appeal");
    let other = json!({ "words": "And another thing." });
    scene.author.bearer.post(&path, &other).await.is_problem(409, "conflict", &[]);
    assert_eq!(appeal(&scene.author.bearer, &id).await.status, 200);
    assert_eq!(waiting(&scene.two).await[0]["appeal"]["words"], WORDS);
}
