//! Appeals: to another moderator, once, within thirty days, never to the worse.

use chrono::TimeDelta;
use openchair::auth::audience::Audience;
use serde_json::{Value, json};

use super::deciding::reported;
use crate::support::{Bearer, Response, TestApp, decide, keep, remove, story_body, waiting};

async fn appeal(by: &Bearer, id: &str) -> Response {
    by.post(&format!("/v1/reports/{id}/appeal"), &json!({ "words": "I meant fifty words." })).await
}

async fn about(by: &Bearer) -> Value {
    by.get("/v1/reports").await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_goes_to_another_moderator_and_can_take_a_decision_back() {
    let app = TestApp::new().await;
    let (peers, id) = reported(&app).await;
    let (first, second) = (app.moderator().await, app.moderator().await);
    decide(&first, &id, &remove("remove_and_suspend")).await;
    for _ in 0..2 {
        let made = appeal(&peers[0].bearer, &id).await;
        assert_eq!((made.status, made.json()), (200, json!({ "support": { "href": "/v1/help-lines" } })));
    }
    assert_eq!(about(&peers[0].bearer).await["about_me"][0]["appeal"], "waiting");
    assert!(waiting(&first).await.is_empty());
    let queue = waiting(&second).await;
    assert_eq!(queue[0]["item"]["words"], json!(["the dog", "Lend me fifty"]));
    let expected = json!({
        "decision": "remove_and_suspend", "reason": "spam",
        "decision_words": "A circle is no place to sell things.", "words": "I meant fifty words.",
    });
    assert_eq!(queue[0]["appeal"], expected);
    decide(&first, &id, &keep()).await.is_problem(403, "forbidden", &[]);
    let mut body = keep();
    body["words"] = "You are right.".into();
    let decided = decide(&second, &id, &body).await;
    assert_eq!((decided.status, &decided.json()["on_appeal"]), (200, &json!(true)));
    let told = about(&peers[0].bearer).await;
    assert!(told["suspended_until"].is_null());
    assert_eq!(told["about_me"][0]["appeal"], "decided");
    let expected = json!({
        "decision": "keep", "reason": "within_agreement", "words": "You are right.", "decided_on": "2026-05-04",
        "changed_since": false,
    });
    assert_eq!(told["about_me"][0]["appeal_outcome"], expected);
    // It is gone; its author has it here, and may write again.
    assert_eq!(told["about_me"][0]["yours"]["words"], json!(["the dog", "Lend me fifty"]));
    assert_eq!(peers[0].bearer.poke("/v1/circles/self/invitations").await.status, 201);
    // To who reported, it was decided.
    assert_eq!(about(&peers[1].bearer).await["data"][0]["outcome"], "kept");
    // There is one appeal.
    assert_eq!(appeal(&peers[0].bearer, &id).await.status, 200);
    assert!(waiting(&app.moderator().await).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_appointed_again_does_not_decide_about_their_own_decision() {
    let app = TestApp::new().await;
    let (peers, id) = reported(&app).await;
    let address = openchair::http::EmailAddress::parse("Kit@Example.org").unwrap();
    let kit = app.moderator_as("kit@example.org").await;
    let before = kit.account(Audience::Moderator).await.json()["id"].clone();
    decide(&kit, &id, &remove("remove")).await;
    assert_eq!(appeal(&peers[0].bearer, &id).await.status, 200);
    for _ in 0..2 {
        assert!(app.server.auth().revoke_moderator(&address).await.unwrap());
        let kit = app.moderator_as("KIT@example.org").await;
        assert_eq!(kit.account(Audience::Moderator).await.json()["id"], before);
        assert!(waiting(&kit).await.is_empty());
        decide(&kit, &id, &keep()).await.is_problem(403, "forbidden", &[]);
    }
    let other = app.moderator_as("robin@example.org").await;
    assert_ne!(other.account(Audience::Moderator).await.json()["id"], before);
    assert_eq!(decide(&other, &id, &keep()).await.status, 200);
    // An office account of that address is another's.
    let office = app.enrolled(Audience::Office, "kit@example.org").await;
    assert_ne!(office.account(Audience::Office).await.json()["id"], before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_makes_nothing_worse() {
    let app = TestApp::new().await;
    let (peers, id) = reported(&app).await;
    let (first, second) = (app.moderator().await, app.moderator().await);
    decide(&first, &id, &remove("remove")).await;
    appeal(&peers[0].bearer, &id).await;
    let worse = decide(&second, &id, &remove("remove_and_suspend")).await;
    worse.is_content_problem("invalid_content", &["/decision"]);
    assert_eq!(decide(&second, &id, &remove("remove")).await.status, 200);
    let told = about(&peers[0].bearer).await;
    assert_eq!(told["about_me"][0]["appeal_outcome"]["decision"], "remove");
    // The third decision there is none of.
    decide(&app.moderator().await, &id, &keep()).await.is_problem(409, "conflict", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_author_appeals_and_only_within_thirty_days() {
    let app = TestApp::new().await;
    let (peers, id) = reported(&app).await;
    // Nothing is decided yet, and nobody is told that something was reported.
    appeal(&peers[0].bearer, &id).await.is_problem(404, "not_found", &[]);
    decide(&app.moderator().await, &id, &remove("remove")).await;
    let stranger = app.steward().await;
    for other in [&peers[1], &stranger] {
        appeal(&other.bearer, &id).await.is_problem(404, "not_found", &[]);
    }
    let path = format!("/v1/reports/{id}/appeal");
    let mine = &peers[0].bearer;
    mine.post(&path, &json!({})).await.is_content_problem("invalid_content", &["/words"]);
    mine.post(&path, &json!({ "words": " " })).await.is_content_problem("invalid_content", &["/words"]);
    let again = async || {
        let key = json!({ "pass_key": peers[0].pass_key });
        Bearer::of_pair(app.anonymous(), &app.anonymous().post("/v1/auth/circle/token", &key).await.json())
    };
    app.clock.advance(TimeDelta::days(30));
    app.keys_are_loaded().await;
    let mine = again().await;
    assert_eq!(about(&mine).await["about_me"][0]["appeal"], "open");
    app.clock.advance(TimeDelta::days(1));
    let mine = again().await;
    assert_eq!(about(&mine).await["about_me"][0]["appeal"], "over");
    appeal(&mine, &id).await.is_problem(409, "conflict", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_story_that_was_taken_down_is_shown_again() {
    let app = TestApp::new().await;
    let author = app.shown_author("Weddings").await;
    let reader = app.member().await.bearer;
    let path = format!("/v1/stories/{}", author.story_id);
    let id = app.drawn().to_string();
    let report = reader
        .send(reqwest::Method::PUT, &format!("{path}/reports/{id}"), &[], Some(&json!({ "category": "spam" })))
        .await;
    assert_eq!(report.status, 200, "{}", report.text());
    let (first, second) = (app.moderator().await, app.moderator().await);
    let queue = waiting(&first).await;
    assert_eq!(
        queue[0]["item"],
        json!({ "kind": "story", "words": ["Weddings", "I hold a glass of water."],
        "topic": "social_pressure", "language": "en" })
    );
    decide(&first, &id, &remove("remove")).await;
    reader.get(&path).await.is_problem(404, "not_found", &[]);
    let story = author.story().await;
    assert_eq!((&story["state"], story["latest"].is_null()), (&json!("removed"), true));
    let told = about(&author.bearer).await["about_me"][0].clone();
    assert_eq!(told["yours"]["words"], json!(["Weddings", "I hold a glass of water."]));
    assert_eq!(appeal(&author.bearer, &id).await.status, 200);
    assert_eq!(decide(&second, &id, &keep()).await.status, 200);
    assert_eq!(reader.get(&path).await.json()["title"], "Weddings");
    assert_eq!(author.story().await["state"], "shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_appealed_until_its_story_is_changed() {
    let app = TestApp::new().await;
    let (one, two) = (app.moderator().await, app.moderator().await);
    let author = app.author("Weddings").await;
    let id = waiting(&one).await[0]["id"].as_str().unwrap().to_owned();
    decide(&one, &id, &remove("remove")).await;
    assert_eq!(appeal(&author.bearer, &id).await.status, 200);
    assert!(waiting(&one).await.is_empty());
    assert_eq!(decide(&two, &id, &keep()).await.status, 200);
    assert_eq!(author.story().await["state"], "shown");
    // Changed, there is nothing left to appeal.
    let author = app.author("Feasts").await;
    let id = waiting(&one).await[0]["id"].as_str().unwrap().to_owned();
    decide(&one, &id, &remove("remove")).await;
    assert_eq!(appeal(&author.bearer, &id).await.status, 200);
    author.edit(&story_body("Birthdays")).await;
    let queue = waiting(&two).await;
    assert_eq!((queue.len(), &queue[0]["item"]["words"][0]), (1, &json!("Birthdays")));
    decide(&two, &id, &keep()).await.is_problem(409, "conflict", &[]);
}
