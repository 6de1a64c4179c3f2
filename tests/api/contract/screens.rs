//! What `docs/screens.md` tells apps to ask is answered.

use crate::support::TestApp;

/// Every call in the page's code blocks, a continued line joined to its first.
fn calls(page: &str) -> Vec<String> {
    let blocks = page.split("```\n").skip(1).step_by(2);
    let joined = blocks.map(|block| block.replace("\n    &", "&"));
    joined
        .flat_map(|block| {
            block.lines().filter_map(|line| line.strip_prefix("GET ").map(str::to_owned)).collect::<Vec<_>>()
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_of_a_screen_is_answered() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/screens.md")).unwrap();
    // Those of one meeting need an id, and are tried elsewhere.
    let calls: Vec<String> = calls(&page).into_iter().filter(|call| !call.contains('{')).collect();
    assert!(calls.len() >= 6, "{calls:?}");
    for call in calls {
        let answer = caller.get(&call).await;
        assert_eq!(answer.status, 200, "{call}: {}", answer.text());
    }
}
