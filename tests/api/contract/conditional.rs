//! Entity tags, caching, ids, and the headers that every answer has.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::Value;

use crate::support::{TestApp, fixture};

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_answer_is_304_without_a_body() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for path in [
        "/v1/meetings?limit=3",
        "/v1/intergroups/lantern/meetings/two-doors",
        "/v1/groups",
        "/v1/intergroups/lantern",
        "/v1/intergroups/lantern/feed.json",
        "/v1/intergroups/lantern/feed.csv",
        "/v1/intergroups/lantern/feed.ics",
        "/v1/vocabulary",
        "/openapi.json",
    ] {
        let first = caller.get(path).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 30, "{path}: {tag}");
        assert!(first.header("cache-control").starts_with("public, max-age="), "{path}");
        assert!(first.header("vary").contains("Accept-Encoding"), "{path}");
        let coded = format!("\"other\", W/{}-zstd\"", tag.trim_end_matches('"'));
        for known in [tag.as_str(), "*", &coded] {
            let again = caller.send(Method::GET, path, &[("if-none-match", known)]).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {known}");
            assert_eq!(again.header("etag"), tag);
            assert_eq!(again.header("cache-control"), first.header("cache-control"));
        }
        let other = caller.send(Method::GET, path, &[("if-none-match", "\"0\"")]).await;
        assert_eq!(other.status, 200, "{path}");
        let head = caller.send(Method::HEAD, path, &[]).await;
        assert_eq!((head.header("etag"), head.header("content-length")), (&*tag, &*first.body.len().to_string()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_gives_another_tag() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let path = "/v1/intergroups/lantern/feed.json";
    let before = caller.get(path).await.header("etag").to_owned();
    app.import("lantern", &fixture("clean-next.json")).await;
    let after = caller.send(Method::GET, path, &[("if-none-match", &before)]).await;
    assert_eq!(after.status, 200);
    assert_ne!(after.header("etag"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_the_headers_that_keep_browsers_from_harm() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for (method, path) in [
        (Method::GET, "/v1/meetings"),
        (Method::GET, "/v1/meetings?day=9"),
        (Method::GET, "/nowhere"),
        (Method::POST, "/v1/meetings"),
        (Method::OPTIONS, "/v1/meetings"),
        (Method::GET, "/docs/"),
        (Method::GET, "/livez"),
    ] {
        let response = caller.send(method, path, &[]).await;
        assert_eq!(response.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(response.header("referrer-policy"), "no-referrer", "{path}");
        assert!(response.header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(response.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(response.header("strict-transport-security").starts_with("max-age=31536000"), "{path}");
        assert_eq!(response.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!(response.header("set-cookie"), "", "{path}");
        assert_eq!(response.header("server"), "", "{path}");
        assert!(!response.header("x-request-id").is_empty(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_usable_request_id_is_echoed_and_any_other_replaced() {
    let app = TestApp::new().await;
    let caller = app.anonymous();
    let echoed = async |id: &str| {
        let response = caller.send(Method::GET, "/nowhere", &[("x-request-id", id)]).await;
        assert_eq!(response.json()["request_id"], response.header("x-request-id"));
        response.header("x-request-id").to_owned()
    };
    assert_eq!(echoed("a-1_b.2").await, "a-1_b.2");
    for unusable in ["", "a b", "<script>", &"x".repeat(129)] {
        assert_ne!(echoed(unusable).await, unusable);
    }
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let response = caller.send(Method::GET, "/livez", &[("traceparent", trace)]).await;
    assert_eq!(response.header("traceparent"), trace);
    let response = caller.send(Method::GET, "/livez", &[("traceparent", "00-x-y-z")]).await;
    assert_eq!(response.header("traceparent"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_or_pass_is_not_followed_by_ids_of_their_own() {
    let app = TestApp::new().await;
    let document = serde_json::to_value(openchair::app::every_operation()).unwrap();
    let sent =
        [("x-request-id", "an-apps-own"), ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")];
    let mut apart = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let (tag, ways) = (operation["tags"][0].as_str().unwrap(), operation["security"].to_string());
            let theirs = !["member", "circle", "moderator"]
                .iter()
                .any(|who| ways.contains(who) || tag.starts_with(&format!("{who} sign-in")));
            let path = path.replace(['{', '}'], "");
            let method: Method = method.to_uppercase().parse().unwrap();
            let answer = app.anonymous().send(method, &path, &sent).await;
            assert_eq!(answer.header("x-request-id") == "an-apps-own", theirs, "{path}");
            assert_eq!(!answer.header("traceparent").is_empty(), theirs, "{path}");
            apart += usize::from(!theirs);
        }
    }
    assert!(apart > 10, "{apart}");
}

/// The cursor of a page holds its minute; what the page shows does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_not_sent_again_for_its_cursor() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for path in ["/v1/meetings?limit=3", "/v1/meetings?limit=3&sort=next", "/v1/meetings?limit=3&within_minutes=10080"]
    {
        let first = caller.get(path).await;
        app.clock.advance(TimeDelta::seconds(61));
        let later = caller.get(path).await;
        assert_ne!(first.json()["next_cursor"], later.json()["next_cursor"]);
        assert_eq!(first.header("etag"), later.header("etag"), "{path}");
        let known = [("if-none-match", first.header("etag"))];
        assert_eq!(caller.send(Method::GET, path, &known).await.status, 304, "{path}");
        // The older goes on from there all the same.
        let next = |page: &Value| format!("{path}&cursor={}", page["next_cursor"].as_str().unwrap());
        let (of_first, of_later) = (caller.json(&next(&first.json())).await, caller.json(&next(&later.json())).await);
        assert_eq!(of_first["data"], of_later["data"]);
    }
}
