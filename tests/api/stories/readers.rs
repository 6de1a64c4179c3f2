//! Reading stories, and thanking for one.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{TestApp, device_key, story_body};

#[tokio::test(flavor = "multi_thread")]
async fn members_read_what_was_let_through_page_by_page() {
    let app = TestApp::new().await;
    let mut titles = Vec::new();
    for number in 0..5 {
        let title = format!("Story {number}");
        app.shown_author(&title).await;
        titles.push(title);
    }
    let reader = app.member().await.bearer;
    let all = reader.get("/v1/stories").await;
    assert_eq!((all.status, all.header("cache-control")), (200, "no-store"));
    assert_eq!(all.json()["support"], json!({ "href": "/v1/help-lines" }));
    let names = |page: &Value| {
        let data = page["data"].as_array().unwrap().iter();
        data.map(|one| one["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let mut whole = names(&all.json());
    assert!(all.json()["next_cursor"].is_null());
    let (mut paged, mut path) = (Vec::new(), "/v1/stories?limit=2".to_owned());
    loop {
        let response = reader.get(&path).await;
        let page = response.json();
        paged.extend(names(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        assert!(response.header("link").contains(cursor) && response.header("link").contains("limit=2"));
        path = format!("/v1/stories?limit=2&cursor={cursor}");
    }
    assert_eq!(paged, whole);
    // A page of one list is none of another.
    let cursor = reader.get("/v1/stories?limit=2&language=en").await.json()["next_cursor"].clone();
    let cursor = cursor.as_str().unwrap();
    assert_eq!(reader.get(&format!("/v1/stories?language=en&limit=9&cursor={cursor}")).await.status, 200);
    for filter in ["", "language=fr&", "language=en&topic=family&", "topic=social_pressure&"] {
        let refused = reader.get(&format!("/v1/stories?{filter}cursor={cursor}")).await;
        refused.is_problem(400, "invalid_parameter", &["cursor"]);
    }
    whole.sort();
    assert_eq!(whole, titles);
    // Nothing of an author is shown.
    let entry = all.json()["data"][0].clone();
    let fields: Vec<&String> = entry.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["id", "language", "title", "topic", "week", "words"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stories_are_found_by_topic_and_language() {
    let app = TestApp::new().await;
    let author = app.shown_author("Weddings").await;
    let reader = app.member().await.bearer;
    let count = async |query: &str| {
        let page = reader.get(&format!("/v1/stories?{query}")).await.json();
        page["data"].as_array().unwrap().len()
    };
    for (query, found) in [
        ("topic=social_pressure", 1),
        ("topic=family", 0),
        ("language=en", 1),
        ("language=fr", 0),
        ("topic=social_pressure&language=en", 1),
    ] {
        assert_eq!(count(query).await, found, "{query}");
    }
    for (query, wrong) in [
        ("topic=politics", "topic"),
        ("language=EN", "language"),
        ("language=xx", "language"),
        ("limit=51", "limit"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=-5000-01-01_8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1", "cursor"),
        ("cursor=1969-12-29_8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1", "cursor"),
        ("cursor=%2B10000-01-03_8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1", "cursor"),
        ("author=x", "author"),
    ] {
        reader.get(&format!("/v1/stories?{query}")).await.is_problem(400, "invalid_parameter", &[wrong]);
    }
    // What waits is filed under what shows.
    let mut edited = story_body("Weddings");
    edited["topic"] = "family".into();
    author.edit(&edited).await;
    assert_eq!((count("topic=family").await, count("topic=social_pressure").await), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_are_counted_once_by_key_and_shown_to_the_author_alone() {
    let app = TestApp::new().await;
    let author = app.shown_author("Weddings").await;
    let path = format!("/v1/stories/{}/thanks", author.story_id);
    let (one, two) = (app.member().await.bearer, app.member().await.bearer);
    for (reader, key) in [(&one, 1), (&one, 1), (&two, 2)] {
        let thanked = reader.post(&path, &json!({ "thanks_key": device_key(key) })).await;
        assert_eq!((thanked.status, thanked.json()), (200, json!({ "support": { "href": "/v1/help-lines" } })));
    }
    assert_eq!(author.story().await["thanks"], 2);
    let read = one.get(&format!("/v1/stories/{}", author.story_id)).await.json();
    assert!(read["thanks"].is_null());
    one.post(&path, &json!({})).await.is_content_problem("invalid_content", &["/thanks_key"]);
    let nowhere = "/v1/stories/4b5a6978-8796-4a5b-8c7d-6e5f4a3b2c1d/thanks";
    one.post(nowhere, &json!({ "thanks_key": device_key(1) })).await.is_problem(404, "not_found", &[]);
    let waiting = app.author("Feasts").await;
    let waiting = format!("/v1/stories/{}/thanks", waiting.story_id);
    one.post(&waiting, &json!({ "thanks_key": device_key(1) })).await.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_read_stories_and_only_while_their_session_lives() {
    let app = TestApp::new().await;
    let author = app.shown_author("Weddings").await;
    let (steward, member) = (app.steward().await, app.member().await);
    let story = format!("/v1/stories/{}", author.story_id);
    for other in [&author.bearer, &steward.bearer, &app.moderator().await] {
        for path in ["/v1/stories", &story] {
            other.get(path).await.is_problem(401, "wrong_audience", &[]);
        }
        let thanks = other.post(&format!("{story}/thanks"), &json!({ "thanks_key": device_key(1) })).await;
        thanks.is_problem(401, "wrong_audience", &[]);
    }
    app.anonymous().get("/v1/stories").await.is_problem(401, "token_missing", &[]);
    assert_eq!(member.bearer.poke("/v1/auth/member/revoke").await.status, 204);
    for path in ["/v1/stories", &story] {
        member.bearer.get(path).await.is_problem(401, "session_ended", &[]);
    }
    let thanks = member.bearer.post(&format!("{story}/thanks"), &json!({ "thanks_key": device_key(1) })).await;
    thanks.is_problem(401, "session_ended", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_reports_a_story_and_nothing_of_them_is_kept() {
    let app = TestApp::new().await;
    let author = app.shown_author("Weddings").await;
    let reader = app.member().await.bearer;
    let put = async |id: &str, body: Value| {
        let path = format!("/v1/stories/{}/reports/{id}", author.story_id);
        reader.send(Method::PUT, &path, &[], Some(&body)).await
    };
    let id = "8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1";
    let body = json!({ "category": "reveals_identity", "words": "It names somebody." });
    for _ in 0..2 {
        let reported = put(id, body.clone()).await;
        assert_eq!((reported.status, reported.json()), (200, json!({ "support": { "href": "/v1/help-lines" } })));
    }
    assert_eq!(app.rows("circles.reports WHERE reporter_id IS NOT NULL").await, 0);
    assert_eq!(app.rows("circles.reports WHERE state = 'open'").await, 1);
    // It stays until somebody has decided.
    assert_eq!(reader.get(&format!("/v1/stories/{}", author.story_id)).await.status, 200);
    put("8f7e6d5c-4b3a-1291-8807-f6e5d4c3b2a1", body.clone()).await.is_problem(
        400,
        "invalid_parameter",
        &["report_id"],
    );
    put("none", body.clone()).await.is_problem(404, "not_found", &[]);
    let other = "9f7e6d5c-4b3a-4291-8807-f6e5d4c3b2a1";
    put(other, json!({ "category": "other" })).await.is_content_problem("invalid_content", &["/words"]);
    put(other, json!({ "category": "danger" })).await.is_content_problem("invalid_content", &["/category"]);
    let waiting = app.author("Feasts").await;
    let path = format!("/v1/stories/{}/reports/{other}", waiting.story_id);
    reader.send(Method::PUT, &path, &[], Some(&body)).await.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_and_reports_of_a_member_are_limited() {
    let app = TestApp::with_limits().await;
    let author = app.shown_author("Weddings").await;
    let reader = app.member().await.bearer;
    let mut statuses = Vec::new();
    for number in 0..11 {
        let path = format!("/v1/stories/{}/reports/8f7e6d5c-4b3a-4291-8807-f6e5d4c3b2{number:02}", author.story_id);
        let body = json!({ "category": "spam" });
        statuses.push(reader.send(Method::PUT, &path, &[], Some(&body)).await.status);
    }
    assert_eq!(statuses, [vec![200; 10], vec![429]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_database_away_a_reader_is_told_to_come_again() {
    let app = TestApp::new().await;
    let author = app.shown_author("Weddings").await;
    let reader = app.member().await.bearer;
    app.database.cut().await;
    let away = reader.get("/v1/stories").await;
    away.is_problem(503, "unavailable", &[]);
    assert!(!away.header("retry-after").is_empty());
    author.bearer.get("/v1/stories/self").await.is_problem(503, "unavailable", &[]);
    app.database.mend().await;
    app.until(|app| app.server.snapshots().database() == openchair::search::DatabaseState::Ok).await;
    assert_eq!(reader.get("/v1/stories").await.status, 200);
}
