//! `GET /v1/milestone-rules`

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_come_with_vectors_and_no_operation_takes_a_start() {
    let app = TestApp::new().await;
    let caller = app.anonymous();
    let rules = caller.json("/v1/milestone-rules").await;
    assert!(rules["sets"].as_array().unwrap().len() >= 3);
    assert!(rules["vectors"].as_array().unwrap().iter().any(|vector| vector["start"] == "2024-02-29"));
    let refused = caller.get("/v1/milestone-rules?start=2024-02-29").await;
    assert_eq!(refused.status, 400);
    let response = caller.get("/v1/milestone-rules").await;
    assert!(response.header("cache-control").starts_with("public, max-age=86400"));
}
