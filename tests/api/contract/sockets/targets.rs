//! What a request asks for: methods, targets, and how long all of it may be.

use std::time::Duration;

use openchair::config::Bounds;

use super::{get, only};
use crate::support::{TestApp, Wire};

#[tokio::test(flavor = "multi_thread")]
async fn an_odd_path_is_nothing_of_ours() {
    let app = TestApp::with_feed("clean.json").await;
    for target in [
        "/v1/meetings/%00",
        "/v1/intergroups/%00",
        "/v1/intergroups/%ff",
        "/v1/intergroups/%c0%ae%c0%ae",
        "/v1/intergroups/%ed%a0%80",
        "/v1/intergroups/lantern%2f",
        "/v1/intergroups/lantern%00",
        "/v1/intergroups/%",
        "/v1/intergroups/%4",
        "/v1/intergroups/%zz",
        "/v1/intergroups/%e2%80%ae",
        "/v1/intergroups/%0d%0aset-cookie:%20a=b",
        "/v1%2fmeetings",
        "/v1/./meetings",
        "/v1/meetings/../meetings",
        "/v1/%2e%2e/v1/meetings",
        "/v1\\meetings",
        "/v1/meetings;x=y",
        "/v1/meetings%3fday=1",
        "/docs/%2e%2e%2fCargo.toml",
        "/docs/../../Cargo.toml",
        "/docs/%2e%2e/%2e%2e/Cargo.toml",
        "/docs/..%2f..%2fCargo.toml",
        "/openapi/..%2f..%2fCargo.toml.json",
        "/problems/%2e%2e",
        "//evil.example/v1/meetings",
        "/",
    ] {
        let answer = get(&app, target, "").await;
        println!("{target}");
        answer.is_problem(404, "not_found");
        let said = format!("{answer:?}");
        assert!(!said.contains("evil.example") && !said.contains("set-cookie"), "{said}");
    }
    for target in ["/v1/\u{e9}", "/v1/meetings?q=\u{7f}", "/v1/ meetings", "/v1/meetings?q=a b"] {
        get(&app, target, "").await.is_problem(400, "malformed_request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_of_a_target_has_one_meaning() {
    let app = TestApp::with_feed("clean.json").await;
    // Of an absolute one the host is not believed.
    let absolute = get(&app, "http://evil.example/v1/meetings?limit=1", "").await;
    assert_eq!(absolute.status, 200);
    assert!(!format!("{absolute:?}{}", absolute.json()).contains("evil.example"));
    assert_eq!(absolute.body, get(&app, "/v1/meetings?limit=1", "").await.body);
    get(&app, "http://evil.example", "").await.is_problem(404, "not_found");
    get(&app, "livez", "").await.is_problem(404, "not_found");
    get(&app, "*", "").await.is_problem(404, "not_found");
    // The service as a whole (RFC 9110 9.3.7).
    let whole = only(&app, "OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert_eq!((whole.status, whole.body.len()), (204, 0), "{whole:?}");
    assert_eq!(whole.header("allow"), "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    // No proxy is to be had here.
    let tunnel =
        only(&app, "CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost: y\r\n\r\n").await;
    tunnel.is_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_is_one_of_ours_and_nothing_is_echoed() {
    let app = TestApp::with_feed("clean.json").await;
    for method in ["get", "Get", "BREW", "TRACE", "TRACK", "PROPFIND", "M-SEARCH", "DELETE", "PATCH"] {
        let head = format!("{method} /v1/meetings HTTP/1.1\r\nhost: x\r\nsecret: s3cret\r\nconnection: close\r\n\r\n");
        let answer = only(&app, head).await;
        answer.is_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS", "{method}");
        assert!(!format!("{answer:?}").contains("s3cret"));
    }
    let long = format!("{} /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", "A".repeat(10_000));
    only(&app, long).await.is_problem(405, "method_not_allowed");
    for method in ["GE(T", "GET\u{0}", "G\u{c9}T", "\"GET\""] {
        let head = format!("{method} /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        only(&app, head).await.is_problem(400, "malformed_request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_is_no_list_stands_once_and_means_one_thing() {
    let app = TestApp::with_feed("clean.json").await;
    for query in [
        "limit=1&limit=1",
        "limit=1&limit=2",
        "limit=1&LIMIT=2",
        "limit=1&limit[]=2",
        "limit[0]=1",
        "limit=1;day=1",
        "limit=1&&x=1",
        "lat=1&lng=1&lat=2",
        "limit=1%26limit=2",
        "limit=%31%00",
        "sort=name&sort=next",
    ] {
        get(&app, &format!("/v1/meetings?{query}"), "").await.is_problem(400, "invalid_parameter");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_any_origin_may_read_and_none_with_credentials() {
    let app = TestApp::with_feed("clean.json").await;
    for origin in ["https://app.example", "http://evil.example", "null", "*", "x\u{e9}"] {
        for target in ["/v1/meetings", "/v1/meetings?day=9", "/nowhere", "/v1/me", "/livez", "/v1/vocabulary"] {
            let lines = format!("origin: {origin}\r\ncookie: session=1\r\n");
            let answer = get(&app, target, &lines).await;
            // One answer for all of them: nothing that a cache would have to tell apart.
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{origin}: {target}");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
            assert_eq!(answer.header("set-cookie"), "");
            assert!(!answer.header("vary").to_lowercase().contains("origin"));
        }
        let asked = "access-control-request-method: PATCH\r\naccess-control-request-headers: authorization";
        let head = format!(
            "OPTIONS /v1/groups/x HTTP/1.1\r\nhost: x\r\norigin: {origin}\r\n{asked}\r\nconnection: close\r\n\r\n"
        );
        let preflight = only(&app, head).await;
        assert_eq!((preflight.status, preflight.body.len()), (204, 0));
        assert_eq!(preflight.header("access-control-allow-origin"), "*");
        assert_eq!(preflight.header("access-control-allow-methods"), "GET, HEAD, PATCH, DELETE, OPTIONS");
        assert!(preflight.header("access-control-allow-headers").contains("Authorization"));
        assert_eq!(preflight.header("access-control-allow-credentials"), "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn head_says_what_get_says_without_its_body() {
    let app = TestApp::with_feed("clean.json").await;
    for target in ["/livez", "/v1/meetings", "/v1/vocabulary", "/v1/meetings.ndjson", "/openapi.json", "/nowhere"] {
        let got = get(&app, target, "").await;
        let head = format!("HEAD {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let mut wire = Wire::to(app.server.address()).await;
        wire.send(head).await;
        let text = String::from_utf8(wire.until_ended().await).unwrap();
        assert!(text.starts_with(&format!("HTTP/1.1 {}", got.status)) && text.ends_with("\r\n\r\n"), "{text}");
        for name in ["content-type", "etag", "cache-control", "vary", "content-length", "transfer-encoding"] {
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default();
            // The length of a problem differs with its id's; that of others not.
            if !(name == "content-length" && target == "/nowhere") {
                assert_eq!(line, got.header(name), "{target}: {name}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn http_1_0_is_answered_and_closed() {
    let app = TestApp::with_feed("clean.json").await;
    for lines in ["", "host: x\r\n", "host: x\r\nconnection: close\r\n"] {
        for target in ["/livez", "/v1/meetings?limit=2", "/v1/meetings.ndjson"] {
            let mut wire = Wire::to(app.server.address()).await;
            wire.send(format!("GET {target} HTTP/1.0\r\n{lines}\r\n")).await;
            let text = String::from_utf8(wire.until_ended().await).unwrap();
            assert!(text.starts_with("HTTP/1.0 200"), "{text}");
            // It knows no chunks: such a body ends with the connection.
            let body = text.split_once("\r\n\r\n").unwrap().1;
            assert!(
                !text.contains("transfer-encoding") && body.starts_with('{') && body.trim_end().ends_with('}'),
                "{text}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_has_at_most_96_headers_and_128_kib() {
    let app = TestApp::with_feed("clean.json").await;
    // `host` and `connection` are two of them.
    assert_eq!(get(&app, "/livez", &"a: b\r\n".repeat(94)).await.status, 200);
    for lines in ["a: b\r\n".repeat(95), "a: b\r\n".repeat(2_000), format!("a: {}\r\n", "b".repeat(131_072))] {
        let answer = get(&app, "/livez", &lines).await;
        answer.is_problem(431, "headers_too_large");
        answer.is_last();
    }
    let target = |length: usize| format!("/v1/meetings?q={}", "a".repeat(length));
    get(&app, &target(10_000), "").await.is_problem(400, "invalid_parameter");
    get(&app, &target(60_000), "").await.is_problem(400, "invalid_parameter");
    // Over 65,534 bytes it is no target, over 128 KiB no head.
    get(&app, &target(66_000), "").await.is_problem(400, "malformed_request");
    get(&app, &target(200_000), "").await.is_problem(431, "headers_too_large");
    // Who says much more hears the answer all the same.
    let node = app.node_bounded(Bounds { heard_within: Duration::from_secs(30), ..Bounds::default() }).await;
    let mut wire = Wire::to(node.server.address()).await;
    wire.send(format!("GET {} HTTP/1.1\r\nhost: x\r\n\r\n", target(4_000_000))).await;
    wire.end().await;
    let answers = wire.all_in_order().await;
    assert_eq!(answers.len(), 1);
    answers[0].is_problem(431, "headers_too_large");
    assert_eq!(get(&node, "/livez", "").await.status, 200);
}
