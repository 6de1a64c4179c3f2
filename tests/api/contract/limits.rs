//! How often one may ask, and who is counted.

use chrono::TimeDelta;
use reqwest::Method;

use crate::support::{Anonymous, Response, TestApp};

/// A request that comes through the proxy from that address.
async fn from(caller: &Anonymous, address: &str, path: &str) -> Response {
    caller.send(Method::GET, path, &[("x-forwarded-for", address)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_asks_600_times_a_minute_and_is_then_told_when_to_come_back() {
    let app = TestApp::with_limits().await;
    let caller = app.anonymous();
    for left in (0..600).rev() {
        let response = from(&caller, "203.0.113.1", "/v1/nowhere").await;
        assert_eq!((response.status, response.header("ratelimit")), (404, &*format!("\"public\";r={left};t=60")));
        assert_eq!(response.header("ratelimit-policy"), "\"public\";q=600;w=60");
    }
    let refused = from(&caller, "203.0.113.1", "/v1/vocabulary").await;
    refused.is_problem(429, "too_many_requests", &[]);
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit")), ("1", "\"public\";r=0;t=1"));
    assert_eq!(refused.header("cache-control"), "no-store");
    assert_eq!(refused.header("x-content-type-options"), "nosniff");
    // What a header says from before the proxy is anybody's invention.
    assert_eq!(from(&caller, "198.51.100.9, 203.0.113.1", "/v1/vocabulary").await.status, 429);
    assert_eq!(from(&caller, "203.0.113.2", "/v1/vocabulary").await.status, 200);
    for path in ["/livez", "/readyz"] {
        assert_ne!(from(&caller, "203.0.113.1", path).await.status, 429, "{path}");
    }
    // An invented token buys nothing.
    let token = [("x-forwarded-for", "203.0.113.1"), ("authorization", "Bearer invented")];
    assert_eq!(caller.send(Method::GET, "/v1/vocabulary", &token).await.status, 429);
    app.clock.advance(TimeDelta::milliseconds(100));
    assert_eq!(from(&caller, "203.0.113.1", "/v1/vocabulary").await.status, 200);
    assert_eq!(from(&caller, "203.0.113.1", "/v1/vocabulary").await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_caches_keep_says_nothing_of_one_callers_limit() {
    let app = TestApp::with_limits().await;
    let caller = app.anonymous();
    let cached = caller.get("/v1/vocabulary").await;
    assert_eq!((cached.status, cached.header("ratelimit"), cached.header("ratelimit-policy")), (200, "", ""));
    let wrong = caller.get("/v1/meetings?day=9").await;
    assert!([400, 503].contains(&wrong.status) && wrong.header("ratelimit").starts_with("\"public\";r="));
}
