//! Content codings, as raw headers show them.

use std::io::Read as _;

use reqwest::Method;

use crate::support::{Anonymous, Response, TestApp, fixture};

const PATHS: [&str; 7] = [
    "/v1/meetings",
    "/v1/groups",
    "/v1/vocabulary",
    "/v1/intergroups/lantern/feed.json",
    "/v1/intergroups/lantern/feed.csv",
    "/v1/intergroups/lantern/feed.ics",
    "/openapi.json",
];

async fn get(caller: &Anonymous, path: &str, accept: &str) -> Response {
    caller.send(Method::GET, path, &[("accept-encoding", accept)]).await
}

fn decoded(response: &Response) -> Vec<u8> {
    let (mut out, body) = (Vec::new(), response.body.as_slice());
    match response.header("content-encoding") {
        "gzip" => _ = flate2::read::GzDecoder::new(body).read_to_end(&mut out).unwrap(),
        "br" => _ = brotli::Decompressor::new(body, 4096).read_to_end(&mut out).unwrap(),
        "zstd" => out = zstd::decode_all(body).unwrap(),
        "" => out = body.to_vec(),
        other => panic!("{other}"),
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn every_public_read_comes_in_the_coding_that_is_asked_for() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for path in PATHS {
        let plain = caller.get(path).await;
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        let bare = plain.header("etag").trim_end_matches('"').to_owned();
        for coding in ["gzip", "br", "zstd"] {
            let coded = get(&caller, path, coding).await;
            assert_eq!((coded.status, coded.header("content-encoding")), (200, coding), "{path}");
            assert_eq!(coded.header("etag"), format!("{bare}-{coding}\""), "{path}");
            assert!(coded.header("vary").contains("Accept-Encoding"), "{path}");
            assert_eq!(coded.header("content-type"), plain.header("content-type"), "{path}");
            assert_eq!(coded.header("content-length"), coded.body.len().to_string(), "{path}");
            assert!(coded.body.len() < plain.body.len(), "{path} {coding}");
            assert_eq!(decoded(&coded), plain.body, "{path} {coding}");
            // The same bytes each time, and told of alike without them.
            assert_eq!(get(&caller, path, coding).await.body, coded.body, "{path} {coding}");
            let head = caller.send(Method::HEAD, path, &[("accept-encoding", coding)]).await;
            for header in ["etag", "content-length", "content-encoding", "vary", "cache-control"] {
                assert_eq!(head.header(header), coded.header(header), "{path} {coding} {header}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn weights_decide_and_nothing_is_ever_406() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for (accept, live, kept) in [
        ("gzip, deflate, br, zstd", "zstd", "br"),
        ("br;q=0.5, gzip;q=0.8", "gzip", "gzip"),
        ("zstd;q=0.1, identity;q=0.5", "", ""),
        ("zstd;q=0, br;q=0, *;q=0.1", "gzip", "gzip"),
        ("identity;q=0, *;q=0", "", ""),
        ("compress", "", ""),
        ("\u{1}", "", ""),
    ] {
        for (path, expected) in [("/v1/meetings", live), ("/v1/intergroups/lantern/feed.json", kept)] {
            // A header that no library would send is for raw sockets.
            if accept.contains('\u{1}') {
                continue;
            }
            let response = get(&caller, path, accept).await;
            assert_eq!((response.status, response.header("content-encoding")), (200, expected), "{path} {accept}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_many_ask_for_is_compressed_well_and_is_another_as_soon_as_the_directory_is() {
    let app = TestApp::with_feed("clean.json").await;
    let (caller, path, all) = (app.anonymous(), "/v1/meetings?limit=5", "gzip, br, zstd");
    let (plain, once) = (caller.get(path).await, get(&caller, path, all).await);
    assert_eq!(once.header("content-encoding"), "zstd");
    for _ in 0..50 {
        assert_eq!(caller.get(path).await.body, plain.body);
    }
    let often = get(&caller, path, all).await;
    assert_eq!(often.header("content-encoding"), "br");
    assert_eq!(decoded(&often), plain.body);
    assert!(often.body.len() < once.body.len());
    assert_eq!(often.header("etag"), format!("{}-kept-br\"", plain.header("etag").trim_end_matches('"')));
    let gzip = get(&caller, path, "gzip").await;
    assert_eq!(gzip.header("etag"), format!("{}-kept-gzip\"", plain.header("etag").trim_end_matches('"')));
    for header in ["cache-control", "vary", "link", "content-type"] {
        assert_eq!(often.header(header), plain.header(header), "{header}");
    }
    for tag in [&once, &often, &plain].map(|answer| answer.header("etag")) {
        let known = caller.send(Method::GET, path, &[("if-none-match", tag)]).await;
        assert_eq!((known.status, known.body.len()), (304, 0));
    }
    let total = plain.json()["total"].as_u64().unwrap();
    app.import("lantern", &fixture("clean-next.json")).await;
    let changed = caller.get(path).await;
    assert_ne!((changed.header("etag"), &changed.body), (plain.header("etag"), &plain.body));
    assert_ne!(changed.json()["total"].as_u64().unwrap(), total);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_in_one_coding_is_known_in_every() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for path in PATHS {
        let (plain, coded) = (caller.get(path).await, get(&caller, path, "zstd").await);
        for known in [plain.header("etag"), coded.header("etag"), "*"] {
            for (accept, tag) in [("identity", plain.header("etag")), ("zstd", coded.header("etag"))] {
                let headers = [("if-none-match", known), ("accept-encoding", accept)];
                let again = caller.send(Method::GET, path, &headers).await;
                assert_eq!(
                    (again.status, again.body.len(), again.header("etag")),
                    (304, 0, tag),
                    "{path} {known} {accept}"
                );
                assert_eq!(again.header("content-encoding"), "", "{path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_small_or_not_for_everyone_is_sent_as_it_is() {
    let app = TestApp::with_feed("clean.json").await;
    let caller = app.anonymous();
    for path in [
        "/v1/meetings?q=zzzzzzz&limit=1&id=00000000-0000-7000-8000-000000000000",
        "/livez",
        "/v1/meetings?day=9",
        "/nowhere",
    ] {
        let response = get(&caller, path, "zstd, br, gzip").await;
        assert_eq!(response.header("content-encoding"), "", "{path}");
    }
    let member = app.member().await;
    let export = member.bearer.get("/v1/me/export").await;
    assert_eq!((export.status, export.header("content-encoding")), (200, ""));
}
