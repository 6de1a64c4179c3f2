//! What comes over a socket that no HTTP client would send: the service as
//! `serve` runs it, and bytes.
//!
//! `framing` is about where a request ends, `targets` about what it asks for,
//! `content` about its body, `slowness` about time, `crowds` about numbers.

mod content;
mod crowds;
mod framing;
mod slowness;
mod targets;

use crate::support::{Answer, Node, Wire};

/// All answers to these bytes, after which nothing more is sent.
async fn all(node: &Node, bytes: impl AsRef<[u8]>) -> Vec<Answer> {
    let mut wire = Wire::to(node.server.address()).await;
    wire.send(bytes).await;
    wire.end().await;
    wire.all().await
}

/// The only answer to these bytes, after which the service ends the connection
/// though the client does not.
async fn only(node: &Node, bytes: impl AsRef<[u8]>) -> Answer {
    let mut wire = Wire::to(node.server.address()).await;
    wire.send(&bytes).await;
    let answers = wire.all().await;
    let [answer] = answers.as_slice() else {
        panic!("{:?} has answers {answers:?}", String::from_utf8_lossy(bytes.as_ref()));
    };
    answer.clone()
}

/// The answer to a `GET` of that target with these further lines.
async fn get(node: &Node, target: &str, lines: &str) -> Answer {
    only(node, format!("GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{lines}\r\n")).await
}

/// An operation that reads a body and needs nothing else.
const TAKES_A_BODY: &str = "POST /v1/auth/member/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
