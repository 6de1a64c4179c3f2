//! Where a request ends. Whatever two readers could understand in two ways is
//! refused, so that nobody hides a request in another's (RFC 9112 11.2).

use super::{TAKES_A_BODY, all, only};
use crate::support::{TestApp, Wire};

/// What would be answered if somebody took what stands before it for whole.
const SMUGGLED: &str = "GET /v1/meetings?smuggled HTTP/1.1\r\nhost: x\r\n\r\n";

/// Heads without their end, as they would be refused in any body's company.
const AMBIGUOUS: [&str; 52] = [
    // Two lengths, or one that is none.
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 5",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\ntransfer-encoding: chunked",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 5",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\ncontent-length: 49",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 5, 5",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 5 5",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: +5",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: -5",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 0x5",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 5;a",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 1e1",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: ٥",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length:",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999999999999",
    // Codings that are not `chunked`, or not only.
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding: xchunked",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunkedx",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, chunked",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip, chunked",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked, identity",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked;q=1",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding: \"chunked\"",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding: identity",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding:",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding: \u{b}chunked",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ntransfer-encoding: x",
    "POST /livez HTTP/1.0\r\nhost: x\r\ntransfer-encoding: chunked",
    "POST /livez HTTP/1.0\r\nhost: x",
    // Lines that one reader takes for a header and another does not.
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding : chunked",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding\t: chunked",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length : 5",
    "POST /livez HTTP/1.1\r\nhost: x\r\ntransfer-encoding:\r\n chunked",
    "POST /livez HTTP/1.1\r\nhost: x\r\na: b\r\n\tcontent-length: 5",
    "POST /livez HTTP/1.1\r\n host: x",
    "POST /livez HTTP/1.1\r\nhost: x\r\n: 5",
    "POST /livez HTTP/1.1\r\nhost: x\r\ncontent-length",
    "POST /livez HTTP/1.1\r\nhost: x\r\na\u{0}: b",
    "POST /livez HTTP/1.1\r\nhost: x\r\na: \u{0}b",
    "POST /livez HTTP/1.1\r\nhost: x\r\na: \u{1}",
    "POST /livez HTTP/1.1\r\nhost: x\r\na: b\rcontent-length: 5",
    "POST /livez HTTP/1.1\rhost: x",
    "POST /livez HTTP/1.1\r\nhost: x\r\nb\u{e9}: b",
    // The start line.
    "POST  /livez HTTP/1.1\r\nhost: x",
    "POST\t/livez HTTP/1.1\r\nhost: x",
    "POST /livez HTTP/1.1 \r\nhost: x",
    "POST /livez HTTP/1.1 x\r\nhost: x",
    "POST /livez http/1.1\r\nhost: x",
    "POST /livez HTTP/1.2\r\nhost: x",
    "POST /livez HTTP/2.0\r\nhost: x",
    "POST /livez\r\nhost: x",
    "nonsense",
];

#[tokio::test(flavor = "multi_thread")]
async fn an_ambiguous_request_is_400_and_nothing_after_it_is_read() {
    let app = TestApp::with_feed("clean.json").await;
    for head in AMBIGUOUS {
        let answer = only(&app, format!("{head}\r\n\r\n0\r\n\r\n{SMUGGLED}")).await;
        println!("{head:?}");
        answer.is_problem(400, "malformed_request");
        answer.is_last();
    }
    assert_eq!(app.anonymous().get("/v1/meetings").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_needed_once_and_is_a_host() {
    let app = TestApp::new().await;
    for hosts in ["", "host: x\r\nhost: y\r\n", "host: x\r\nHost: x\r\n", "host: x\r\nhost:\r\n"] {
        only(&app, format!("GET /livez HTTP/1.1\r\n{hosts}\r\n")).await.is_problem(400, "malformed_request");
    }
    for host in ["a b", "x/y", "user@x", "x:99999", "x:http", "x#y", "[::1", "\u{e9}"] {
        let head = format!("GET /livez HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        only(&app, head).await.is_problem(400, "malformed_request");
    }
    for host in ["", "x", "x:1", "[::1]:80"] {
        let head = format!("GET /livez HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
        assert_eq!(only(&app, head).await.status, 200, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunk_that_is_none_is_400_once_and_nothing_after_it_is_read() {
    let app = TestApp::new().await;
    for chunks in [
        "z\r\n{}\r\n0\r\n\r\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "+2\r\n{}\r\n0\r\n\r\n",
        "0x2\r\n{}\r\n0\r\n\r\n",
        " 2\r\n{}\r\n0\r\n\r\n",
        "\r\n{}\r\n0\r\n\r\n",
        "2 2\r\n{}\r\n0\r\n\r\n",
        "2\n{}\r\n0\r\n\r\n",
        "2\r{}\r\n0\r\n\r\n",
        "2;a\nb\r\n{}\r\n0\r\n\r\n",
        "2;\u{0}\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}0\r\n\r\n",
        "2\r\n{}\n0\r\n\r\n",
        "1\r\n{}\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        "2\r\n{}\r\n0\r\nx\r\r\n",
    ] {
        let answer = only(&app, format!("{TAKES_A_BODY}transfer-encoding: chunked\r\n\r\n{chunks}{SMUGGLED}")).await;
        println!("{chunks:?}");
        answer.is_problem(400, "malformed_request");
        answer.is_last();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_odd_but_plain_is_read() {
    let app = TestApp::new().await;
    for head in [
        // A single LF may end a line (RFC 9112 2.2); a CR alone may not.
        "GET /livez HTTP/1.1\nhost: x\nconnection: close\n\n",
        "\r\n\r\nGET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHOST:x\r\nCoNnEcTiOn: \t CLOSE \t\r\n\r\n",
        "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: x, close\r\nx: \u{fc}\r\n\r\n",
        "GET /livez HTTP/1.0\r\n\r\n",
        "GET /livez HTTP/1.0\r\ncontent-length: 0\r\n\r\n",
        "GET http://evil.example/livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    ] {
        let answer = only(&app, head).await;
        assert_eq!(answer.status, 200, "{head:?}: {answer:?}");
        answer.has_what_every_answer_has();
    }
    // Extensions and trailers say nothing to us.
    for chunks in [
        "2;a=\"b\"\r\n{}\r\n0\r\n\r\n",
        "02\r\n{}\r\n000;x\r\na: b\r\ncontent-length: 9\r\n\r\n",
        "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
    ] {
        let head = format!("{TAKES_A_BODY}connection: close\r\ntransfer-encoding: Chunked\r\n\r\n");
        only(&app, head + chunks).await.is_problem(422, "invalid_content");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_sent_at_once_are_answered_in_their_order() {
    let app = TestApp::with_feed("clean.json").await;
    let one = |path: &str, id: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\nx-request-id: {id}\r\n\r\n");
    let body = r#"{"auth_key":"x"}"#;
    let post = format!("{TAKES_A_BODY}content-length: {}\r\n\r\n{body}", body.len());
    let sent = [one("/livez", "a"), post, one("/v1/meetings?limit=1", "b"), one("/nowhere", "c"), one("/readyz", "d")];
    let answers = all(&app, sent.concat()).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 422, 200, 404, 200]);
    for (at, id) in [(0, "a"), (2, "b"), (3, "c"), (4, "d")] {
        assert_eq!(answers[at].header("x-request-id"), id);
    }
    // A byte at a time it is the same.
    let mut wire = Wire::to(app.server.address()).await;
    for byte in one("/v1/meetings?limit=1", "e").bytes() {
        wire.send([byte]).await;
        tokio::task::yield_now().await;
    }
    let answer = wire.answer().await;
    assert_eq!((answer.status, answer.header("x-request-id").as_str()), (200, "e"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_behind_a_good_request_ends_the_connection_after_its_answer() {
    let app = TestApp::new().await;
    let good = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
    let mut wire = Wire::to(app.server.address()).await;
    wire.send(format!("{good}nonsense\r\n\r\n{good}")).await;
    let answers = wire.all().await;
    assert_eq!((answers.len(), answers[0].status, answers[1].status), (2, 200, 400));
    // Sent later, it gets the same answer as alone.
    let mut wire = Wire::to(app.server.address()).await;
    wire.send(good).await;
    assert_eq!(wire.answer().await.status, 200);
    wire.send(format!("nonsense\r\n\r\n{good}")).await;
    let answers = wire.all().await;
    assert_eq!(answers.len(), 1);
    answers[0].is_problem(400, "malformed_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_http_1_is_spoken() {
    let app = TestApp::new().await;
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0";
    only(&app, preface).await.is_problem(400, "malformed_request");
    only(&app, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03").await.is_problem(400, "malformed_request");
    // An upgrade that is offered is not taken, and hides nothing.
    for lines in ["connection: upgrade\r\nupgrade: websocket", "connection: upgrade, http2-settings\r\nupgrade: h2c"] {
        let head = format!("GET /livez HTTP/1.1\r\nhost: x\r\n{lines}\r\n\r\n");
        let answers = all(&app, head).await;
        assert_eq!((answers.len(), answers[0].status), (1, 200), "{lines}");
    }
    let hidden =
        format!("GET /livez HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n{SMUGGLED}");
    assert_eq!(only(&app, hidden).await.status, 200);
}
