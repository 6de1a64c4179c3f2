//! Wrong input of every kind: a reason, never a 500, never silence. What no
//! HTTP client would send is under `sockets`.

use reqwest::Method;

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
async fn forwarded_hosts_are_not_believed() {
    let app = TestApp::with_feed("clean.json").await;
    let headers = [("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example"), ("host", "evil.example")];
    let response = app.anonymous().send(Method::GET, "/v1/meetings?limit=1", &headers).await;
    assert_eq!(response.status, 200);
    assert!(!format!("{:?}{}", response.headers, response.text()).contains("evil.example"));
}
