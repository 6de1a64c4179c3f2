//! What a body of signing in may be.

use reqwest::Method;

use crate::support::{Response, TestApp};

const TOKEN: &str = "/v1/auth/office/token";
const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

async fn send(app: &TestApp, headers: &[(&str, &str)], body: &str) -> Response {
    app.anonymous().send_text(Method::POST, TOKEN, headers, body.to_owned()).await
}

#[tokio::test]
async fn only_json_of_a_reasonable_size_is_read() {
    let app = TestApp::new().await;
    let good = r#"{"email": "kit@example.org", "password": "four lanterns"}"#;
    send(&app, &[("content-type", "application/x-www-form-urlencoded")], "email=a&password=b").await.is_problem(
        415,
        "unsupported_media_type",
        &[],
    );
    send(&app, &[], good).await.is_problem(415, "unsupported_media_type", &[]);
    send(&app, &[JSON[0], ("content-encoding", "gzip")], good).await.is_problem(415, "unsupported_media_type", &[]);
    let large = format!(r#"{{"email": "kit@example.org", "password": "{}"}}"#, "x".repeat(256 * 1024));
    send(&app, JSON, &large).await.is_problem(413, "payload_too_large", &[]);
    send(&app, JSON, good).await.is_problem(401, "sign_in_failed", &[]);
    assert_eq!(app.server.auth().hashes_done(), 1);
}

#[tokio::test]
async fn what_two_readers_might_understand_in_two_ways_is_400() {
    let app = TestApp::new().await;
    for body in [
        "",
        "{",
        r#"{"email": "a@example.org", "email": "b@example.org", "password": "x"}"#,
        r#"{"email": "a@example.org", "password": "x\u0000"}"#,
        r#"{"email": "a@example.org", "password": "\ud800"}"#,
        "{\"email\": \"a@example.org\", \"password\": \"x\"} {}",
    ] {
        send(&app, JSON, body).await.is_problem(400, "malformed_request", &[]);
    }
    assert_eq!(app.server.auth().hashes_done(), 0);
}

#[tokio::test]
async fn every_field_that_cannot_be_is_named_and_no_value_is_repeated() {
    let app = TestApp::new().await;
    for (body, pointers) in [
        (r#"{"email": "canary", "password": "x"}"#, &["/email"][..]),
        (r#"{"email": "a@example.org", "password": null}"#, &["/password"]),
        (r#"{"email": "a@example.org", "password": "x", "code": null}"#, &["/code"]),
        (r#"{"email": "a@example.org", "password": "x", "role": "canary"}"#, &["/role"]),
        (r#"{"email": "a@example.org", "password": 7}"#, &["/password"]),
        ("{}", &["/email", "/password"]),
        ("[]", &[""]),
    ] {
        let refused = send(&app, JSON, body).await;
        refused.is_content_problem("invalid_content", pointers);
        assert!(!refused.text().contains("canary"), "{}", refused.text());
    }
    assert_eq!(app.server.auth().hashes_done(), 0);
}
