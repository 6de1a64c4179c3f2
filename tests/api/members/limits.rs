//! How often an account may ask.

use chrono::TimeDelta;

use super::{content, delete, first_vault, put_vault};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn an_account_asks_sixty_times_a_minute_on_all_its_devices() {
    let app = TestApp::with_limits().await;
    let (member, other) = (app.member().await, app.member().await);
    for left in (0..60).rev() {
        let got = member.bearer.get("/v1/me").await;
        assert_eq!((got.status, got.header("ratelimit")), (200, &*format!("\"member\";r={left};t=60")));
    }
    let refused = member.bearer.get("/v1/me").await;
    refused.is_problem(429, "too_many_requests", &[]);
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(other.bearer.get("/v1/me").await.status, 200);
    app.clock.advance(TimeDelta::seconds(1));
    assert_eq!(member.bearer.get("/v1/me").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_is_written_ten_times_an_hour() {
    let app = TestApp::with_limits().await;
    let (member, other) = (app.member().await, app.member().await);
    let mut version = first_vault(&app, &member, content(b'a', 4096)).await;
    for letter in *b"bcdefghij" {
        let tag = format!("\"{version}\"");
        let put = put_vault(&app, &member, &[("if-match", &tag)], content(letter, 4096)).await;
        assert_eq!(put.status, 200, "{}", put.text());
        assert!(put.header("ratelimit").starts_with("\"vault\";r="), "{}", put.header("ratelimit"));
        version += 1;
    }
    let tag = format!("\"{version}\"");
    let refused = put_vault(&app, &member, &[("if-match", &tag)], content(b'k', 4096)).await;
    refused.is_problem(429, "too_many_requests", &[]);
    assert_eq!(refused.header("retry-after"), "360");
    // Reading goes on, and so do others.
    assert_eq!(member.bearer.get("/v1/me/vault").await.body, content(b'j', 4096));
    first_vault(&app, &other, content(b'a', 4096)).await;
    app.clock.advance(TimeDelta::seconds(360));
    assert_eq!(put_vault(&app, &member, &[("if-match", &tag)], content(b'k', 4096)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_kept_from_deleting_an_account_because_they_asked_too_often() {
    let app = TestApp::with_limits().await;
    let member = app.member().await;
    for _ in 0..60 {
        assert_eq!(member.bearer.get("/v1/me").await.status, 200);
    }
    member.bearer.get("/v1/me").await.is_problem(429, "too_many_requests", &[]);
    assert_eq!(delete(&member).await.status, 204);
    delete(&member).await.is_problem(401, "session_ended", &[]);
}
