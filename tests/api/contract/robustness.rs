//! Wrong input of every kind: a reason, never a 500, never silence.

use reqwest::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn nul_bad_utf_8_and_giants_are_400_and_named() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let long = "a".repeat(10_000);
    for list in ["meetings", "groups", "locations", "regions", "intergroups"] {
        let name = "intergroup_id";
        for value in ["%00", "a%00b", "%FF", "%C3%28", "%ED%A0%80", "%", "%4", "%zz", "%0A", "%1B[31m", &long] {
            let response = caller.get(&format!("/v1/{list}?{name}={value}")).await;
            response.is_problem(400, "invalid_parameter", &[name]);
        }
        let many = "&day=1".repeat(200);
        assert_eq!(caller.get(&format!("/v1/{list}?limit=1{many}")).await.status, 400);
        let unknown = format!("/v1/{list}?{long}=1");
        assert_eq!(caller.get(&unknown).await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_trick_reaches_anything() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for path in ["//v1/meetings", "/v1/meetings/", "/v1//meetings", "/v1/meetings;x", "/v1/%6deetings/", "/V1/meetings"]
    {
        let status = caller.get(path).await.status;
        assert_eq!(status, 404, "{path}");
    }
    let raw = |path: &'static str| raw(&app, format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));
    for path in
        ["/v1/../v1/meetings", "/docs/../../Cargo.toml", "/docs/%2e%2e/%2e%2e/Cargo.toml", "/docs/..%2f..%2fCargo.toml"]
    {
        assert!(raw(path).await.starts_with("HTTP/1.1 404"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_method_cannot_be_overridden() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let response = caller.send(Method::POST, "/v1/meetings", &[("x-http-method-override", "GET")]).await;
    response.is_problem(405, "method_not_allowed", &[]);
    let strange = caller.send(Method::from_bytes(b"BREW").unwrap(), "/v1/meetings", &[]).await;
    strange.is_problem(405, "method_not_allowed", &[]);
    strange_on_nothing(&app).await;
}

async fn strange_on_nothing(app: &TestApp) {
    let strange = app.anonymous().send(Method::from_bytes(b"BREW").unwrap(), "/nowhere", &[]).await;
    strange.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_http_is_refused_and_the_service_goes_on() {
    let app = TestApp::with_feed("clean.json").await;
    for request in [
        "GET /v1/meetings HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /v1/meetings HTTP/1.1\r\nhost: x\r\ncontent-length: +5\r\n\r\nhello",
        "GET /v1/meetings HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n",
        "GET /v1/meetings HTTP/1.1\r\nhost : x\r\n\r\n",
        "GET /v1/me\x00etings HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /v1/meetings?q=\u{e9} HTTP/1.1\r\nhost: x\r\nx: \x01\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        let answer = raw(&app, request.to_owned()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{request:?}: {answer}");
    }
    let long = format!("GET /v1/meetings?q={} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(200_000));
    assert!(raw(&app, long).await.starts_with("HTTP/1.1 4"));
    assert_eq!(app.anonymous().get("/v1/meetings").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn forwarded_hosts_are_not_believed() {
    let app = TestApp::with_feed("clean.json").await;
    let headers = [("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example"), ("host", "evil.example")];
    let response = app.anonymous().send(Method::GET, "/v1/meetings?limit=1", &headers).await;
    assert_eq!(response.status, 200);
    assert!(!format!("{:?}{}", response.headers, response.text()).contains("evil.example"));
}

/// What a socket gets for these bytes, until the service closes it.
async fn raw(app: &TestApp, request: String) -> String {
    let mut socket = TcpStream::connect(app.server.address()).await.unwrap();
    // The service may close before it has read everything.
    _ = socket.write_all(request.as_bytes()).await;
    _ = socket.shutdown().await;
    let mut answer = Vec::new();
    _ = socket.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}
