//! Many connections, and the end of all of them.

use std::time::Duration;

use openchair::{
    config::Bounds,
    db::{Databases, Pools},
};
use sqlx::{Connection, Executor};

use super::{TAKES_A_BODY, all};
use crate::support::{TestApp, Wire};

const GOOD: &str = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
/// How long what must not come is waited for.
const A_WHILE: Duration = Duration::from_millis(500);

#[tokio::test(flavor = "multi_thread")]
async fn beyond_the_cap_a_connection_waits_until_another_ends() {
    let app = TestApp::new().await;
    let node = app.node_bounded(Bounds { connections_of_worker: 3, ..Bounds::default() }).await;
    let mut served = Vec::new();
    for _ in 0..3 {
        let mut wire = Wire::to(node.server.address()).await;
        wire.send(GOOD).await;
        assert_eq!(wire.answer().await.status, 200);
        served.push(wire);
    }
    let mut waiting = Vec::new();
    for _ in 0..2 {
        let mut wire = Wire::to(node.server.address()).await;
        wire.send(GOOD).await;
        assert!(!wire.hears_within(A_WHILE).await, "a fourth connection is served");
        waiting.push(wire);
    }
    // Those that are in are not disturbed.
    served[2].send(GOOD).await;
    assert_eq!(served[2].answer().await.status, 200);
    for mut wire in waiting {
        drop(served.remove(0));
        assert_eq!(wire.answer().await.status, 200);
        served.push(wire);
    }
    drop(served);
    for _ in 0..6 {
        assert_eq!(all(&node, GOOD).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_slow_connections_delay_nobody() {
    let app = TestApp::with_feed("clean.json").await;
    let mut slow = Vec::new();
    for _ in 0..150 {
        for begun in [
            String::new(),
            "GET /v1/meetings HTTP/1.1\r\nhost: x\r\na: ".to_owned(),
            format!("{TAKES_A_BODY}content-length: 100\r\n\r\n{{"),
            format!("{TAKES_A_BODY}transfer-encoding: chunked\r\n\r\n5\r\n{{"),
        ] {
            let mut wire = Wire::to(app.server.address()).await;
            wire.send(begun).await;
            slow.push(wire);
        }
    }
    let others = async {
        for _ in 0..50 {
            assert_eq!(app.anonymous().get("/v1/meetings?limit=5").await.status, 200);
        }
    };
    // Alone it takes a tenth of a second; a machine under load is slower.
    tokio::time::timeout(Duration::from_secs(20), others).await.expect("others wait");
    assert_eq!(slow.len(), 600);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_service_waits_for_nobody_longer_than_it_says() {
    let app = TestApp::new().await;
    let node = app.node_bounded(Bounds { drain_within_s: 1, ..Bounds::default() }).await;
    let mut idle = Wire::to(node.server.address()).await;
    idle.send(GOOD).await;
    assert_eq!(idle.answer().await.status, 200);
    let mut busy = Wire::to(node.server.address()).await;
    busy.send(format!("{TAKES_A_BODY}expect: 100-continue\r\ncontent-length: 100\r\n\r\n")).await;
    assert_eq!(busy.answer().await.status, 100);
    let address = node.server.address();
    // Alone the body would be waited for for ten seconds.
    let stop = tokio::time::timeout(Duration::from_secs(8), node.server.stop());
    stop.await.expect("it goes on").unwrap();
    assert_eq!(idle.until_ended().await.len(), 0);
    assert_eq!(busy.until_ended().await.len(), 0);
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_service_does_not_wait_for_a_directory_that_is_being_loaded() {
    let app = TestApp::new().await;
    let mut owner = app.database.owner().await;
    let mut held = owner.begin().await.unwrap();
    held.execute("LOCK TABLE directory.meetings IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let pools = Pools::new(&Databases::one(app.database.options()), 4);
    let node = app.node_with(pools.clone()).await;
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut *held).await.unwrap() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let end = async {
        node.server.stop().await.unwrap();
        pools.close().await;
    };
    tokio::time::timeout(Duration::from_secs(8), end).await.expect("it waits for the database");
}
