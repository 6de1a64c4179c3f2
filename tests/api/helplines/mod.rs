//! `GET /v1/help-lines`

use serde_json::Value;

use crate::support::{Anonymous, TestApp};

async fn lines(caller: &Anonymous, query: &str) -> Value {
    caller.json(&format!("/v1/help-lines{query}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_country_has_its_lines_and_a_fallback() {
    let app = TestApp::new().await;
    let answer = lines(&app.anonymous(), "?country=gb&lang=en").await;
    let country = &answer["data"][0];
    assert_eq!((answer["data"].as_array().unwrap().len(), country["country"].as_str()), (1, Some("GB")));
    let samaritans = country["lines"].as_array().unwrap().iter().find(|line| line["id"] == "gb-samaritans").unwrap();
    assert_eq!(samaritans["phone"][0], "116 123");
    // Nothing pretends to have been checked that was not, and it says what that means.
    let checked = samaritans["checked"].as_str().unwrap();
    assert!(answer["checked"][checked].as_str().unwrap().len() > 20);
    assert_eq!(answer["fallback"][0]["chat_url"], "https://findahelpline.com/");
    assert!(answer["words"]["withdrawal"]["en"].as_str().unwrap().contains("can be dangerous"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_country_there_is_every_one_for_apps_that_are_offline() {
    let app = TestApp::new().await;
    let answer = lines(&app.anonymous(), "").await;
    assert_eq!(answer["data"].as_array().unwrap().len(), 249);
    // Of some we know no number, and say so.
    assert!(answer["data"].as_array().unwrap().iter().any(|country| country["emergency"] == serde_json::json!([])));
    assert!(answer["words"]["emergency_unknown"]["en"].as_str().unwrap().contains("do not know"));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_with_the_database_down_and_caches_may_keep_it_for_a_day() {
    let app = TestApp::new().await;
    app.database.cut().await;
    let response = app.anonymous().get("/v1/help-lines?country=US").await;
    assert_eq!(response.status, 200, "{}", response.text());
    assert!(response.header("cache-control").starts_with("public, max-age=86400"));
    let tag = response.header("etag").to_owned();
    let again = [("if-none-match", tag.as_str())];
    let again = app.anonymous().send(reqwest::Method::GET, "/v1/help-lines?country=US", &again).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    app.database.mend().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_refused_however_often_they_ask() {
    let app = TestApp::with_limits().await;
    let caller = app.anonymous();
    let mut refused = false;
    for _ in 0..700 {
        refused |= caller.get("/v1/milestone-rules?unknown=1").await.status == 429;
    }
    assert!(refused, "the limit was not reached");
    assert_eq!(caller.get("/v1/help-lines?country=NZ").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_country_or_language_is_named() {
    let app = TestApp::new().await;
    for (query, named) in [
        ("?country=", vec!["country"]),
        ("?country=USA&lang=english", vec!["country", "lang"]),
        ("?country=1&lang=en-", vec!["country", "lang"]),
        ("?country=US&country=GB", vec!["country"]),
    ] {
        let response = app.anonymous().get(&format!("/v1/help-lines{query}")).await;
        response.is_problem(400, response.json()["code"].as_str().unwrap(), &named);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_phone_says_of_where_and_who_it_is_there_is_help() {
    let app = TestApp::new().await;
    let everywhere = lines(&app.anonymous(), "").await;
    for query in ["?country=XK", "?country=001&lang=yue", "?country=PH&lang=fil", "?lang=zh-Hans-CN", "?lang=en_GB"] {
        let answer = lines(&app.anonymous(), query).await;
        assert_eq!((&answer["fallback"], &answer["words"]), (&everywhere["fallback"], &everywhere["words"]), "{query}");
    }
    assert_eq!(lines(&app.anonymous(), "?country=XK").await["data"], serde_json::json!([]));
    let brazil = lines(&app.anonymous(), "?country=BR&lang=pt-BR").await;
    assert_eq!(brazil, lines(&app.anonymous(), "?country=BR&lang=pt").await);
}
