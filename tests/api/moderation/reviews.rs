//! Stories before they show.

use serde_json::json;

use crate::support::{TestApp, decide, keep, remove, story_body, waiting};

#[tokio::test(flavor = "multi_thread")]
async fn a_story_waits_in_the_same_queue_with_its_words_and_an_alias() {
    let app = TestApp::new().await;
    let author = app.author("Weddings").await;
    let alias = author.bearer.get("/v1/stories/self").await.json()["pass"]["alias"].clone();
    let moderator = app.moderator().await;
    let queue = waiting(&moderator).await;
    let expected = json!({
        "id": queue[0]["id"], "kind": "review", "week": "2026-W19", "picked": [],
        "item": { "kind": "story", "alias": alias, "words": ["Weddings", "I hold a glass of water."],
                  "topic": "social_pressure", "language": "en" },
    });
    assert_eq!(queue, [expected]);
    assert!(!queue[0].to_string().contains(&author.pass_id));
    let id = queue[0]["id"].as_str().unwrap();
    assert_eq!(decide(&moderator, id, &keep()).await.status, 200);
    assert_eq!(author.story().await["state"], "shown");
    // Nobody is told of what was let through but by its showing.
    assert_eq!(author.bearer.get("/v1/reports").await.json()["about_me"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_is_given_back_leaves_what_shows() {
    let app = TestApp::new().await;
    let author = app.shown_author("Weddings").await;
    author.edit(&story_body("Buy my book")).await;
    let moderator = app.moderator().await;
    let id = waiting(&moderator).await[0]["id"].as_str().unwrap().to_owned();
    decide(&moderator, &id, &remove("remove")).await;
    let story = author.story().await;
    assert_eq!((&story["state"], &story["shown"]["title"]), (&json!("returned"), &json!("Weddings")));
    let reader = app.member().await.bearer;
    assert_eq!(reader.get(&format!("/v1/stories/{}", author.story_id)).await.json()["title"], "Weddings");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_while_a_decision_is_made_leaves_nothing_behind() {
    let app = TestApp::new().await;
    for number in 0..6 {
        let author = app.author(&format!("Story {number}")).await;
        let moderator = app.moderator().await;
        let id = waiting(&moderator).await[0]["id"].as_str().unwrap().to_owned();
        let body = if number % 2 == 0 { keep() } else { remove("remove_and_suspend") };
        let left = author.bearer.send(reqwest::Method::DELETE, "/v1/stories/self", &[], None);
        let edited = story_body("Other");
        let (decided, left, edited) = tokio::join!(decide(&moderator, &id, &body), left, author.edit(&edited));
        assert!([200, 404].contains(&decided.status), "{}", decided.text());
        assert_eq!(left.status, 200, "{}", left.text());
        assert!([200, 401, 403, 404].contains(&edited.status), "{}", edited.text());
        for table in ["stories", "reports WHERE review_of IS NOT NULL", "passes"] {
            assert_eq!(app.rows(&format!("circles.{table}")).await, 0, "{table}");
        }
    }
}
