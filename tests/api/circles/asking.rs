//! When somebody wants to be asked, and what they see of their pass.

use serde_json::{Value, json};

use crate::support::TestApp;

const PASS: &str = "/v1/passes/self";

#[tokio::test(flavor = "multi_thread")]
async fn peers_see_when_somebody_wants_to_be_asked() {
    let app = TestApp::new().await;
    let peers = app.circle_of(2).await;
    let seen = async || {
        let circle = peers[1].get("/v1/circles/self").await.json();
        let passes = circle["passes"].as_array().unwrap();
        let pass = passes.iter().find(|pass| pass["id"] == *peers[0].pass_id).unwrap();
        (pass.get("ask_me_on").cloned(), pass.get("about").cloned())
    };
    assert_eq!(seen().await, (None, None));
    for (patch, expected) in [
        (json!({ "ask_me_on": 0, "about": "goal" }), (Some(json!(0)), Some(json!("goal")))),
        (json!({ "about": "day" }), (Some(json!(0)), Some(json!("day")))),
        (json!({ "ask_me_on": 6 }), (Some(json!(6)), Some(json!("day")))),
        (json!({}), (Some(json!(6)), Some(json!("day")))),
        (json!({ "about": null }), (Some(json!(6)), None)),
        (json!({ "about": "goal" }), (Some(json!(6)), Some(json!("goal")))),
        // The day takes with it what it was about.
        (json!({ "ask_me_on": null }), (None, None)),
    ] {
        let changed = peers[0].patch(PASS, &patch).await;
        assert_eq!((changed.status, changed.header("cache-control")), (200, "no-store"), "{}", changed.text());
        let changed = changed.json();
        let pass = &changed["pass"];
        assert_eq!((pass.get("ask_me_on").cloned(), pass.get("about").cloned()), expected, "{patch}");
        assert_eq!(seen().await, expected, "{patch}");
        assert_eq!(changed["support"].to_string(), r#"{"href":"/v1/help-lines"}"#);
        assert_eq!(peers[0].get(PASS).await.json(), changed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_for_is_refused_with_a_reason() {
    let app = TestApp::new().await;
    let steward = app.steward().await;
    for (patch, pointer) in [
        (json!({ "ask_me_on": 7 }), "/ask_me_on"),
        (json!({ "ask_me_on": -1 }), "/ask_me_on"),
        (json!({ "ask_me_on": "sunday" }), "/ask_me_on"),
        (json!({ "ask_me_on": 1, "about": "streak" }), "/about"),
        (json!({ "about": "goal" }), "/about"),
        (json!({ "alias": "Boss" }), "/alias"),
        (json!([]), ""),
    ] {
        steward.patch(PASS, &patch).await.is_content_problem("invalid_content", &[pointer]);
    }
    let pass = steward.get(PASS).await.json();
    let expected = json!({ "id": steward.pass_id, "alias": steward.alias, "steward": true });
    assert_eq!((&pass["pass"], &pass["kind"]), (&expected, &json!("circle")));
    assert_eq!((&pass["circle_id"], pass.get("suspended_until")), (&json!(steward.circle_id), None::<&Value>));
}
