//! Whole bodies, kept beside the tests: a change of a shape is seen in review.

use insta::assert_json_snapshot;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn bodies_look_like_this() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    assert_json_snapshot!("meeting", caller.json("/v1/intergroups/lantern/meetings/two-doors").await);
    assert_json_snapshot!("page", caller.json("/v1/meetings?lat=45.527&lng=-122.66&limit=1").await);
    assert_json_snapshot!("group", caller.json("/v1/groups?q=pewter").await);
    assert_json_snapshot!("location", caller.json("/v1/locations?q=pewter").await);
    assert_json_snapshot!("region", caller.json("/v1/regions?q=mill").await);
    assert_json_snapshot!("intergroup", caller.json("/v1/intergroups/lantern").await);
    assert_json_snapshot!("feed_row", caller.json("/v1/intergroups/lantern/feed.json").await[9]);
}
