//! Bodies over a socket: large, slow, compressed, and what becomes of the
//! connection. A handler of its own, with less patience than the service has.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use crate::support::TestApp;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, middleware::from_fn, web};
use openchair::{
    http::{ApiError, BodyRules, envelope, read_json},
    kernel::{Entropy, SeededEntropy},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

const RULES: BodyRules = BodyRules { max_bytes: 1_000, within: Duration::from_millis(300), ..BodyRules::JSON };

async fn echo(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, ApiError> {
    Ok(HttpResponse::Ok().json(read_json(&request, payload, RULES).await?))
}

/// Runs until the test's runtime ends.
fn serve() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let entropy = Arc::new(SeededEntropy::new(1)) as Arc<dyn Entropy>;
    let app = move || {
        let app = App::new().app_data(web::Data::from(Arc::clone(&entropy)));
        app.route("/echo", web::post().to(echo)).wrap(from_fn(envelope))
    };
    tokio::spawn(HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run());
    address
}

/// Posts to the handler and waits until it closes; what it said.
async fn closes(address: SocketAddr, head: &str, body: &[u8]) -> String {
    let head = format!("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{head}\r\n\r\n");
    until_closed(address, &head, body).await
}

/// Sends head and body and waits until the service closes; what it said.
async fn until_closed(address: SocketAddr, head: &str, body: &[u8]) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(20), socket.read_to_end(&mut answer)).await;
    let answer = String::from_utf8_lossy(&answer).to_ascii_lowercase();
    assert!(read.is_ok_and(|read| read.is_ok()), "{head} was not closed: {answer}");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_end_is_408_whatever_its_framing_and_the_connection_ends() {
    let address = serve();
    for (head, body) in [
        ("content-length: 20", &b"{\"a\":"[..]),
        ("transfer-encoding: chunked", b"5\r\n{\"a\":\r\n"),
        ("content-length: 5", b""),
    ] {
        let answer = closes(address, head, body).await;
        assert!(answer.starts_with("http/1.1 408") && answer.contains("\"request_timeout\""), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_too_large_is_413_without_being_read() {
    let address = serve();
    for (head, body) in [
        ("connection: close\r\ncontent-length: 1000000000", Vec::new()),
        ("connection: close\r\ntransfer-encoding: chunked", [&b"7d0\r\n"[..], &[b' '; 2_000]].concat()),
    ] {
        let answer = closes(address, head, &body).await;
        assert!(answer.starts_with("http/1.1 413"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compressed_body_is_415_and_a_plain_one_is_read() {
    let address = serve();
    let coded = closes(address, "connection: close\r\ncontent-encoding: gzip\r\ncontent-length: 2", b"{}").await;
    assert!(coded.starts_with("http/1.1 415") && coded.contains("content-encoding"), "{coded}");
    let plain = closes(address, "connection: close\r\ntransfer-encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n").await;
    assert!(plain.starts_with("http/1.1 200") && plain.ends_with("{}"), "{plain}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_nobody_asked_for_does_not_keep_the_connection() {
    let app = TestApp::new().await;
    for path in ["/livez", "/nowhere", "/docs/"] {
        for head in ["content-length: 20", "transfer-encoding: chunked"] {
            let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\n{head}\r\n\r\n");
            let answer = until_closed(app.server.address(), &head, b"").await;
            assert!(answer.starts_with("http/1.1"), "{answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunked_body_that_was_read_leaves_the_connection_open() {
    let one = "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n";
    let two = format!("{one}\r\n2\r\n{{}}\r\n0\r\n\r\n{one}connection: close\r\n\r\n");
    let answer = until_closed(serve(), &two, b"2\r\n[]\r\n0\r\n\r\n").await;
    assert_eq!(answer.matches("http/1.1 200").count(), 2, "{answer}");
}
