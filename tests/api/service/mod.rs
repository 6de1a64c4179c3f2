//! `/livez`, `/readyz`, the document, its page, the problems' pages.

use openchair::http::ErrorCode;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn every_error_code_has_a_page() {
    let app = TestApp::new().await;
    let caller = app.anonymous();
    for code in ErrorCode::ALL {
        let page = caller.get(&format!("/problems/{}", code.as_str())).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains(code.title()) && page.text().len() > 60, "{}", page.text());
    }
    caller.get("/problems/no_such_code").await.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn readyz_tells_what_it_rests_on() {
    let app = TestApp::with_feed("clean.json").await;
    let ready = app.anonymous().json("/readyz").await;
    let revision = ready["snapshot"]["revision"].clone();
    assert_eq!(
        ready,
        serde_json::json!({"status": "ready", "database": "ok", "migrations": "applied",
            "snapshot": {"revision": revision, "meetings": 12, "age_s": 0}})
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documentation_page_needs_nothing_from_elsewhere() {
    let app = TestApp::new().await;
    let caller = app.anonymous();
    let redirect = caller.get("/docs").await;
    assert_eq!((redirect.status, redirect.header("location")), (308, "/docs/"));
    let page = caller.get("/docs/").await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html"));
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    let html = page.text();
    assert!(!html.contains("http:") && !html.contains("https:"), "{html}");
    assert!(!html.contains("<script>"), "a script in the page would not run");
    let is_file = |part: &&str| part.starts_with("./") || *part == "index.css";
    let files = html.split(['"', '\'']).filter(is_file);
    let mut seen = 0;
    for file in files {
        assert_eq!(caller.get(&format!("/docs/{}", file.trim_start_matches("./"))).await.status, 200, "{file}");
        seen += 1;
    }
    assert!(seen >= 4);
    assert!(caller.get("/docs/swagger-initializer.js").await.text().contains("/openapi.json"));
    caller.get("/docs/no-such-file").await.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_sends_the_document_that_is_committed() {
    let app = TestApp::new().await;
    let committed: serde_json::Value = serde_json::from_str(include_str!("../../../openapi/openapi.json")).unwrap();
    assert_eq!(app.anonymous().json("/openapi.json").await, committed);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_says_where_it_is_and_what_is_on() {
    let app = TestApp::new().await;
    let caller = app.anonymous();
    let service = caller.json("/v1/service").await;
    assert_eq!(service["addresses"]["circle"], "http://openchair.test/v1");
    assert_eq!(service["moderation_contact"], "mailto:moderation@example.org");
    assert_eq!(service["languages"]["en"], "English");
    let features: Vec<&str> =
        service["features"].as_array().unwrap().iter().map(|feature| feature.as_str().unwrap()).collect();
    assert!(features.contains(&"directory") && features.contains(&"circles"), "{features:?}");
    // Nothing is said to be on that is not there.
    let document = caller.json("/openapi.json").await;
    assert_eq!(features.contains(&"changes"), document["paths"]["/v1/meetings/changes"].is_object());
}
