//! The short way of the reads that are asked for most, beside the long one that
//! every other request takes.

use reqwest::Method;
use serde_json::Value;

use crate::support::{Anonymous, Response, TestApp, fixture};

/// What only requests on the long way bring, which needs no token.
const LONG: (&str, &str) = ("authorization", "Bearer nobody");

/// What is answered, without the id of the request.
fn answered(response: &Response) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let names = response.headers.iter().filter(|(name, _)| !["x-request-id", "date"].contains(&name.as_str()));
    let mut headers: Vec<_> =
        names.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    headers.sort();
    let mut body = response.body.clone();
    if response.header("content-type") == "application/problem+json" {
        let mut problem: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem["request_id"], response.header("x-request-id"));
        problem["request_id"] = Value::Null;
        body = problem.to_string().into_bytes();
        // The id has the same length each time, unless it is the caller's.
        headers.retain(|(name, _)| name != "content-length");
    }
    (response.status, headers, body)
}

/// Asks on both ways, each from an address of its own.
async fn is_alike(caller: &Anonymous, path: &str, headers: &[(&str, &str)], number: &mut u32) -> Response {
    let mut from = || {
        *number += 1;
        format!("203.0.{}.{}", *number / 250, *number % 250)
    };
    let (one, other) = (from(), from());
    let short = caller.send(Method::GET, path, &[headers, &[("x-forwarded-for", &one)]].concat()).await;
    let long = caller.send(Method::GET, path, &[headers, &[("x-forwarded-for", &other), LONG]].concat()).await;
    assert_eq!(answered(&short), answered(&long), "{path} {headers:?}");
    short
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_is_answered_alike_on_both_ways() {
    let (app, mut number) = (TestApp::with_limits().await, 0);
    app.office("lantern", chrono_tz::America::Chicago).await;
    app.import("lantern", &fixture("clean.json")).await;
    let caller = app.anonymous();
    let all = caller.get("/v1/meetings?limit=3").await.json();
    let id = all["data"][0]["id"].as_str().unwrap();
    let cursor = all["next_cursor"].as_str().unwrap();
    let office = caller.get("/v1/intergroups").await.json()["data"][0]["id"].as_str().unwrap().to_owned();
    let mut statuses = Vec::new();
    for path in [
        "/v1/meetings".to_owned(),
        format!("/v1/meetings?limit=3&cursor={cursor}"),
        "/v1/meetings?lat=41.9&lng=-87.6&radius_m=50000&limit=2&fields=id,name".to_owned(),
        "/v1/meetings?day=9&q=%&nothing=1".to_owned(),
        "/v1/meetings?cursor=nonsense".to_owned(),
        "/v1/meetings/facets?day=1".to_owned(),
        "/v1/meetings/facets?limit=1".to_owned(),
        "/v1/meetings/clusters?bbox=-88,41,-87,42&zoom=9".to_owned(),
        "/v1/meetings/clusters".to_owned(),
        format!("/v1/meetings/{id}"),
        format!("/v1/meetings/{}", id.to_uppercase()),
        format!("/v1/meetings/{id}?x=1"),
        format!("/v1/meetings/{id}/"),
        format!("/v1/meetings/%30{}", &id[1..]),
        "/v1/meetings/01900000-0000-7000-8000-000000000000".to_owned(),
        "/v1/meetings/nonsense".to_owned(),
        "/v1/meetings/".to_owned(),
        "/v1/intergroups/lantern/feed.json".to_owned(),
        "/v1/intergroups/lantern/feed.json?cache=bust".to_owned(),
        format!("/v1/intergroups/{office}/feed.json"),
        "/v1/intergroups/l%61ntern/feed.json".to_owned(),
        "/v1/intergroups/nobody/feed.json".to_owned(),
        "/v1/intergroups//feed.json".to_owned(),
        "/v1/intergroups/a/b/feed.json".to_owned(),
    ] {
        for headers in [
            &[][..],
            &[("accept-encoding", "br, gzip;q=0.5")],
            &[("accept-encoding", "zstd")],
            &[("if-none-match", "*")],
            &[("x-request-id", "theirs"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")],
        ] {
            let short = is_alike(&caller, &path, headers, &mut number).await;
            let known = caller.send(Method::GET, &path, &[("if-none-match", short.header("etag"))]).await;
            assert_eq!(known.status == 304, !short.header("etag").is_empty(), "{path}");
            statuses.push(short.status);
        }
    }
    assert!([200, 304, 400, 404].iter().all(|status| statuses.contains(status)), "{statuses:?}");
    // Another host, and methods that are none of these.
    is_alike(&caller, "/v1/meetings", &[("host", "a b")], &mut number).await.is_problem(400, "malformed_request", &[]);
    for method in [Method::HEAD, Method::POST, Method::DELETE, Method::OPTIONS] {
        let short = caller.send(method.clone(), "/v1/meetings/facets", &[]).await;
        let long = caller.send(method.clone(), "/v1/meetings/facets", &[LONG]).await;
        assert_eq!(short.status, long.status, "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_is_refused_on_both_ways_for_both() {
    let app = TestApp::with_limits().await;
    let caller = app.anonymous();
    let from = ("x-forwarded-for", "203.0.113.1");
    for turn in 0..600 {
        let headers: &[_] = if turn % 2 == 0 { &[from] } else { &[from, LONG] };
        let answer = caller.send(Method::GET, "/v1/meetings?day=9", headers).await;
        assert_eq!(answer.header("ratelimit"), format!("\"public\";r={};t=60", 599 - turn));
    }
    let short = caller.send(Method::GET, "/v1/meetings", &[from]).await;
    let long = caller.send(Method::GET, "/v1/meetings", &[from, LONG]).await;
    short.is_problem(429, "too_many_requests", &[]);
    assert_eq!(answered(&short), answered(&long));
    assert_eq!(caller.send(Method::GET, "/v1/meetings?day=9", &[("x-forwarded-for", "203.0.113.2")]).await.status, 400);
}
