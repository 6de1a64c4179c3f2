//! Bodies: too large, compressed, unasked for, and JSON that readers disagree
//! about.

use std::{fmt::Write as _, io::Write as _};

use super::{TAKES_A_BODY, only};
use crate::support::{Answer, Node, TestApp, Wire};

/// The answer to that body, sent with its length and these further lines.
async fn post(node: &Node, lines: &str, body: impl AsRef<[u8]>) -> Answer {
    let body = body.as_ref();
    let head = format!("{TAKES_A_BODY}connection: close\r\n{lines}content-length: {}\r\n\r\n", body.len());
    only(node, [head.as_bytes(), body].concat()).await
}

/// 16 MiB of zeros in each coding.
fn bombs() -> [(&'static str, Vec<u8>); 4] {
    let zeros = vec![0; 16 << 20];
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&zeros).unwrap();
    let mut deflate = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    deflate.write_all(&zeros).unwrap();
    let mut br = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 1, 22);
    br.write_all(&zeros).unwrap();
    let zstd = zstd::bulk::compress(&zeros, 1).unwrap();
    [("gzip", gzip.finish().unwrap()), ("deflate", deflate.finish().unwrap()), ("br", br.into_inner()), ("zstd", zstd)]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_body_is_decompressed_however_small_it_is() {
    let app = TestApp::new().await;
    for (coding, bomb) in bombs() {
        let answer = post(&app, &format!("content-encoding: {coding}\r\n"), &bomb).await;
        answer.is_problem(415, "unsupported_media_type");
        // Not said to be one, it is no JSON, or too large as it is.
        let answer = post(&app, "", &bomb).await;
        assert!([400, 413].contains(&answer.status), "{coding}: {answer:?}");
    }
    for coding in ["gzip, identity", "x-gzip", "identity, br", "GZIP", "compress", "nonsense", "\u{e9}"] {
        let answer = post(&app, &format!("content-encoding: {coding}\r\n"), "{}").await;
        answer.is_problem(415, "unsupported_media_type");
    }
    let twice = "content-encoding: identity\r\ncontent-encoding: gzip\r\n";
    post(&app, twice, "{}").await.is_problem(415, "unsupported_media_type");
    post(&app, "content-encoding: identity\r\n", "{}").await.is_problem(422, "invalid_content");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_has_at_most_256_kib_in_any_framing() {
    let app = TestApp::new().await;
    let padded = |length: usize| format!("{}{{}}", " ".repeat(length - 2));
    let most = 256 * 1024;
    post(&app, "", padded(most)).await.is_problem(422, "invalid_content");
    post(&app, "", padded(most + 1)).await.is_problem(413, "payload_too_large");
    // What says that it is too large is refused before it comes.
    for length in ["262145", "18446744073709551615"] {
        let head = format!("{TAKES_A_BODY}content-length: {length}\r\n\r\n");
        let answer = only(&app, head).await;
        answer.is_problem(413, "payload_too_large");
        answer.is_last();
    }
    // Chunks are counted, their extensions are not kept.
    let chunk = format!("1000;{}\r\n{}\r\n", "x".repeat(100), " ".repeat(0x1000));
    let chunked = |times: usize| format!("{TAKES_A_BODY}transfer-encoding: chunked\r\n\r\n{}", chunk.repeat(times));
    let within = chunked(63) + "2\r\n{}\r\n0\r\n\r\n";
    let mut wire = Wire::to(app.server.address()).await;
    wire.send(within).await;
    wire.answer().await.is_problem(422, "invalid_content");
    let answer = only(&app, chunked(80)).await;
    answer.is_problem(413, "payload_too_large");
    answer.is_last();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_expects_a_word_first_gets_it() {
    let app = TestApp::new().await;
    let body = r#"{"auth_key":1}"#;
    let expecting = format!("{TAKES_A_BODY}expect: 100-continue\r\nconnection: close\r\n");
    let mut wire = Wire::to(app.server.address()).await;
    wire.send(format!("{expecting}content-length: {}\r\n\r\n", body.len())).await;
    let go_on = wire.answer().await;
    assert_eq!((go_on.status, go_on.body.len()), (100, 0));
    wire.send(body).await;
    wire.answer().await.is_problem(422, "invalid_content");
    // Too large is too large all the same, and an expectation that nobody has
    // heard of is none.
    let mut wire = Wire::to(app.server.address()).await;
    wire.send(format!("{expecting}content-length: 1000000\r\n\r\n")).await;
    let answers = wire.all().await;
    answers.last().unwrap().is_problem(413, "payload_too_large");
    let odd = "GET /livez HTTP/1.1\r\nhost: x\r\nexpect: miracles\r\nconnection: close\r\n\r\n";
    assert_eq!(only(&app, odd).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_readers_disagree_about_is_400() {
    let app = TestApp::new().await;
    let deep = |open: &str, close: &str, times: usize| format!("{}1{}", open.repeat(times), close.repeat(times));
    let key = |value: &str| format!(r#"{{"auth_key":{value}}}"#);
    for body in [
        // How deep may one nest?
        key(&deep("[", "]", 32)),
        deep("{\"a\":", "}", 100),
        deep("[", "]", 100_000),
        "[".repeat(200_000),
        "{\"a\":".repeat(40_000),
        // What is a number?
        key("1e999"),
        key("-1e999"),
        key(&format!("1{}.0", "0".repeat(400))),
        key("01"),
        key("+1"),
        key(".5"),
        key("0x10"),
        key("NaN"),
        key("Infinity"),
        // Which of the two?
        r#"{"auth_key":"a","auth_key":"b"}"#.to_owned(),
        r#"{"auth_key":"a","auth_\u006bey":"b"}"#.to_owned(),
        r#"{"x":{"a":1,"a":1}}"#.to_owned(),
        // What is a text?
        key(r#""\u0000""#),
        r#"{"\u0000":1}"#.to_owned(),
        key(r#""\ud800""#),
        key(r#""\udc00\ud800""#),
        key(r#""\ud83d x""#),
        key("\"\0\""),
        key("\"\u{1}\""),
        key("\"a\nb\""),
        key("'a'"),
        // Where does it end?
        "{} {}".to_owned(),
        "{},".to_owned(),
        "{\"auth_key\":\"a\",}".to_owned(),
        "{}//".to_owned(),
        "\u{feff}{}".to_owned(),
        "{}\0".to_owned(),
        "{".to_owned(),
        "\"".to_owned(),
        " ".to_owned(),
    ] {
        let answer = post(&app, "", &body).await;
        println!("{:?}", body.chars().take(60).collect::<String>());
        answer.is_problem(400, "malformed_request");
        // It is not repeated to whoever sent it.
        assert!(answer.body.len() < 500, "{answer:?}");
    }
    for body in [
        &b"{\"auth_key\":\"\xff\"}"[..],
        b"{\"auth_key\":\"\xc3\x28\"}",
        b"{\"auth_key\":\"\xed\xa0\x80\"}",
        b"\xff\xfe{\0}\0",
    ] {
        post(&app, "", body).await.is_problem(400, "malformed_request");
    }
    // Large is not the same as wrong.
    for body in [key(&deep("[", "]", 31)), key("1e308"), key(&"9".repeat(300)), "[]".to_owned(), "null".to_owned()] {
        post(&app, "", &body).await.is_problem(422, "invalid_content");
    }
    let wide: String = (0..9_000).fold(String::from("{"), |mut all, n| {
        _ = write!(all, "{}\"k{n}\":{n}", if n == 0 { "" } else { "," });
        all
    }) + "}";
    post(&app, "", wide).await.is_problem(422, "invalid_content");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_turns_or_hides_text_is_refused_and_named() {
    let app = TestApp::with_feed("clean.json").await;
    let meeting = app.anonymous().json("/v1/meetings?limit=1").await["data"][0]["id"].as_str().unwrap().to_owned();
    let head =
        format!("POST /v1/meetings/{meeting}/feedback HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n");
    for hidden in [
        "\u{202a}",
        "\u{202b}",
        "\u{202c}",
        "\u{202d}",
        "\u{202e}",
        "\u{2066}",
        "\u{2067}",
        "\u{2068}",
        "\u{2069}",
        "\u{e0041}",
        "\u{e007f}",
        "\u{7f}",
        "\u{85}",
        "\\u001b",
        "\\b",
    ] {
        for body in [
            format!(r#"{{"kind":"other","words":"The {hidden}door"}}"#),
            format!(r#"{{"kind":"other","words":"The door","{hidden}":1}}"#),
            format!(r#"{{"kind":"{hidden}other","words":"The door"}}"#),
        ] {
            let answer =
                only(&app, format!("{head}connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())).await;
            println!("{body:?}");
            answer.is_problem(422, "invalid_content");
            assert!(answer.json()["errors"][0]["pointer"].is_string(), "{answer:?}");
        }
    }
    let body = r#"{"kind":"other","words":"Die Tür: שלום, سلام, 你好, e\u0301, 👩‍🚀."}"#;
    let good = only(&app, format!("{head}connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())).await;
    assert_eq!(good.status, 201, "{good:?}");
    // In a query they find nothing, break nothing and do not come back as they are.
    for hidden in ["%e2%80%ae", "%e2%81%a6", "%f3%a0%81%81", "%e2%80%8b"] {
        let answer = super::get(&app, &format!("/v1/meetings?q={hidden}lamp{hidden}&limit=1"), "").await;
        assert!([200, 400].contains(&answer.status), "{answer:?}");
        let said = String::from_utf8(answer.body).unwrap();
        assert!(!said.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{e0041}']), "{said}");
    }
    for wrong in ["q=%00", "q=%ff", "q=a%00b", "q=%ed%a0%80", "q=%c0%80", "%00=1", "q=%", "q=%u0041"] {
        super::get(&app, &format!("/v1/meetings?{wrong}"), "").await.is_problem(400, "invalid_parameter");
    }
}
