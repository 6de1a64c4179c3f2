//! Nobody holds a connection by being slow.

use std::time::{Duration, Instant};

use openchair::config::Bounds;

use super::{TAKES_A_BODY, all};
use crate::support::{TestApp, Wire};

const GOOD: &str = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";

/// Sends a bit every now and then until the service ends the connection, which
/// answers 408 in between, and that alone.
async fn trickle(mut wire: Wire, begin: String, bit: &'static str, at_least: Duration) {
    let began = Instant::now();
    wire.send(&begin).await;
    while !wire.hears_within(Duration::from_millis(200)).await {
        wire.send(bit).await;
    }
    let answers = wire.all().await;
    assert_eq!(answers.len(), 1, "{begin:?}: {answers:?}");
    answers[0].is_problem(408, "request_timeout");
    answers[0].is_last();
    // A machine under load is later, none is earlier.
    assert!(began.elapsed() >= at_least, "{begin:?}: {:?}", began.elapsed());
}

/// All at once, so that it takes as long as the slowest.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_has_5_seconds_and_a_body_10_however_often_a_bit_of_it_comes() {
    let app = TestApp::new().await;
    let wire = || Wire::to(app.server.address());
    let (head_by, body_by) = (Duration::from_millis(4_900), Duration::from_millis(9_900));
    let mut second = wire().await;
    second.send(GOOD).await;
    assert_eq!(second.answer().await.status, 200);
    let head = "GET /livez HTTP/1.1\r\n";
    let body = |framing: &str, begun: &str| format!("{TAKES_A_BODY}{framing}\r\n\r\n{begun}");
    tokio::join!(
        trickle(wire().await, String::new(), "", head_by),
        trickle(wire().await, "G".to_owned(), "", head_by),
        trickle(wire().await, head.to_owned(), "a: b\r\n", head_by),
        trickle(wire().await, head.to_owned(), "a", head_by),
        trickle(wire().await, String::new(), "\r\n", head_by),
        trickle(second, head.to_owned(), "a: b\r\n", head_by),
        trickle(wire().await, body("content-length: 20000", "{"), " ", body_by),
        trickle(wire().await, body("content-length: 20000", ""), "", body_by),
        trickle(wire().await, body("transfer-encoding: chunked", ""), "1\r\n \r\n", body_by),
        trickle(wire().await, body("transfer-encoding: chunked", "2\r\n{}\r\n0\r\n"), "a: b\r\n", body_by),
        trickle(wire().await, body("transfer-encoding: chunked", "2"), "", body_by),
        trickle(wire().await, body("transfer-encoding: chunked", "2;"), "a", body_by),
        trickle(wire().await, body("connection: upgrade\r\nupgrade: websocket", "{"), " ", body_by),
    );
}

fn impatient() -> Bounds {
    let short = Duration::from_millis(300);
    Bounds { head_within: short, idle_within: short, taken_within: short, ..Bounds::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_ended_without_a_word() {
    let app = TestApp::new().await;
    let node = app.node_bounded(impatient()).await;
    let mut wire = Wire::to(node.server.address()).await;
    wire.send(GOOD).await;
    assert_eq!(wire.answer().await.status, 200);
    assert_eq!(wire.all().await.len(), 0);
    // Half of a request that came with a whole one makes no difference.
    let mut wire = Wire::to(node.server.address()).await;
    wire.send(format!("{GOOD}GET /li")).await;
    assert_eq!(wire.answer().await.status, 200);
    assert_eq!(wire.all().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_head_on_a_connection_has_its_own_time() {
    let app = TestApp::new().await;
    let node = app.node_bounded(Bounds { idle_within: Duration::from_secs(75), ..impatient() }).await;
    let mut wire = Wire::to(node.server.address()).await;
    for _ in 0..4 {
        wire.send(GOOD).await;
        assert_eq!(wire.answer().await.status, 200);
        // Idle for longer than a head may take.
        assert!(!wire.hears_within(Duration::from_millis(400)).await);
    }
    trickle(wire, "GET /livez HTTP/1.1\r\n".to_owned(), "a: b\r\n", Duration::from_millis(300)).await;
}

/// Eight times what lets one read the documents, asked for at once: more than
/// any buffers between two sockets hold.
fn much() -> String {
    let one = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nhost: x\r\n";
    format!("{one}\r\n").repeat(7) + one + "connection: close\r\n\r\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_nothing_of_an_answer_makes_room_for_others() {
    let app = TestApp::new().await;
    let node = app.node_bounded(Bounds { connections_of_worker: 1, ..impatient() }).await;
    let mut deaf = Wire::narrow(node.server.address()).await;
    deaf.send(much()).await;
    assert!(deaf.hears_within(Duration::from_secs(30)).await);
    // There is room for one: this is answered once the other has been given up.
    let answers = all(&node, GOOD).await;
    assert_eq!(answers.len(), 1);
    assert!(deaf.until_ended().await.len() < 8 * 1_400_000, "all of it was taken by nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_it_slowly_gets_all_of_it() {
    let app = TestApp::new().await;
    let node = app.node_bounded(Bounds { taken_within: Duration::from_secs(5), ..impatient() }).await;
    let mut slow = Wire::narrow(node.server.address()).await;
    slow.send(much()).await;
    for _ in 0..20 {
        assert!(slow.hears_within(Duration::from_secs(30)).await);
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    let answers = slow.all().await;
    assert_eq!(answers.len(), 8);
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body.len() > 1_400_000));
}
