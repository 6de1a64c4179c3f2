//! The directory is read while the database is away.

use openchair::search::DatabaseState;

use crate::support::{TestApp, fixture};

#[tokio::test(flavor = "multi_thread")]
async fn a_search_answers_with_the_database_away_and_readyz_stays_200() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    let before = caller.get("/v1/meetings?lat=45.527&lng=-122.66&limit=20").await;
    app.database.cut().await;
    app.until(|app| app.server.snapshots().database() != DatabaseState::Ok).await;
    let ready = caller.get("/readyz").await;
    assert_eq!(ready.status, 200);
    assert_eq!(ready.json()["database"], "unreachable");
    let after = caller.get("/v1/meetings?lat=45.527&lng=-122.66&limit=20").await;
    assert_eq!((after.status, after.body), (200, before.body));
    for path in ["/v1/groups", "/v1/intergroups/lantern/feed.json", "/v1/vocabulary", "/livez"] {
        assert_eq!(caller.get(path).await.status, 200, "{path}");
    }
    app.clock.advance(chrono::TimeDelta::seconds(90));
    assert_eq!(caller.json("/readyz").await["snapshot"]["age_s"], 90);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_meanwhile_is_seen_when_the_database_is_back() {
    let app = TestApp::with_feed("clean.json").await;
    app.database.cut().await;
    app.until(|app| app.server.snapshots().database() != DatabaseState::Ok).await;
    app.database.mend().await;
    app.import("lantern", &fixture("clean-next.json")).await;
    assert_eq!(app.anonymous().json("/readyz").await["database"], "ok");
    assert_eq!(app.anonymous().json("/v1/intergroups/lantern").await["counts"]["meetings"], 13);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_never_saw_the_directory_answers_503_until_it_does() {
    let app = TestApp::with_feed("clean.json").await;
    app.database.cut().await;
    let node = app.second_node();
    let caller = node.anonymous();
    let response = caller.get("/v1/meetings").await;
    response.is_problem(503, "unavailable", &[]);
    assert_eq!(response.header("retry-after"), "2");
    let ready = caller.get("/readyz").await;
    assert_eq!((ready.status, ready.json()["status"].as_str().map(str::to_owned)), (503, Some("starting".to_owned())));
    assert_eq!(caller.get("/livez").await.status, 200);
    app.database.mend().await;
    node.until(|node| node.server.snapshots().current().is_some()).await;
    assert_eq!(caller.get("/v1/meetings").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_cannot_be_read_keeps_the_last_one() {
    let app = TestApp::with_feed("clean.json").await;
    // Broken on purpose: the refresher's query fails from now on.
    app.as_owner_unseen("ALTER TABLE directory.groups RENAME COLUMN notes TO remarks").await;
    app.until(|app| app.server.snapshots().database() != DatabaseState::Ok).await;
    assert_eq!(app.anonymous().json("/v1/meetings").await["total"], 11);
    app.as_owner("ALTER TABLE directory.groups RENAME COLUMN remarks TO notes").await;
    app.until(|app| app.server.snapshots().database() == DatabaseState::Ok).await;
}
