use actix_web::test::TestRequest;
use futures_util::stream;
use serde_json::json;

use super::*;

type Chunk = Result<Bytes, PayloadError>;

async fn read(request: TestRequest, chunks: Vec<Chunk>, rules: BodyRules) -> Result<Option<Value>, ApiError> {
    read_json(&request.to_http_request(), stream::iter(chunks), rules).await
}

fn typed(media_type: &str) -> TestRequest {
    TestRequest::post().insert_header(("content-type", media_type))
}

async fn detail(body: &[u8]) -> String {
    let chunks = vec![Ok(Bytes::copy_from_slice(body))];
    let error = read(typed("application/json"), chunks, BodyRules::JSON).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::MalformedRequest);
    let body = actix_web::body::to_bytes(error.respond("").into_body()).await.unwrap_or_default();
    serde_json::from_slice::<Value>(&body).unwrap()["detail"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_body_in_pieces_is_read_whole_and_none_is_none() {
    let chunks =
        vec![Ok(Bytes::from_static(b"{\"a\": [1, 2.5, -3,")), Ok(Bytes::from_static(b" true, null, \"\xc3\xa9\"]}"))];
    let read_whole = read(typed("Application/JSON; charset=utf-8"), chunks, BodyRules::JSON).await.unwrap();
    assert_eq!(read_whole, Some(json!({"a": [1, 2.5, -3, true, null, "é"]})));
    assert_eq!(read(TestRequest::post(), vec![], BodyRules::JSON).await.unwrap(), None);
}

#[tokio::test]
async fn another_type_or_coding_is_not_taken() {
    let body = || vec![Ok(Bytes::from_static(b"{}"))];
    for request in [
        TestRequest::post(),
        typed("text/plain"),
        typed("application/merge-patch+json"),
        typed("application/json").append_header(("content-type", "application/json")),
        typed("application/json").insert_header(("content-encoding", "gzip")),
        typed("application/json").insert_header(("content-encoding", "identity, gzip")),
    ] {
        let error = read(request, body(), BodyRules::JSON).await.unwrap_err();
        assert_eq!(error.code(), ErrorCode::UnsupportedMediaType);
    }
    for charset in ["latin1", "utf-16", "\"iso-8859-1\"", "utf-8; charset=latin1", "", "\"\"", "utf-8x"] {
        for name in ["charset", "Charset"] {
            let request = typed(&format!("application/json; x=y;{name}={charset}"));
            let error = read(request, body(), BodyRules::JSON).await.unwrap_err();
            assert_eq!(error.code(), ErrorCode::UnsupportedMediaType, "{name}={charset}");
        }
    }
    for charset in ["utf-8", "UTF-8", "\"Utf-8\""] {
        assert!(read(typed(&format!("application/json ; charset={charset}")), body(), BodyRules::JSON).await.is_ok());
    }
    let identity = typed("application/merge-patch+json").insert_header(("content-encoding", "identity"));
    assert!(read(identity, body(), BodyRules::MERGE_PATCH).await.is_ok());
}

#[tokio::test]
async fn a_body_too_large_is_refused_stated_or_not() {
    let rules = BodyRules { max_bytes: 10, ..BodyRules::JSON };
    let chunks = |sizes: &[usize]| sizes.iter().map(|size| Ok(Bytes::from(vec![b' '; *size]))).collect::<Vec<_>>();
    let stated = typed("application/json").insert_header(("content-length", "11"));
    for (request, chunks) in [(stated, chunks(&[])), (typed("application/json"), chunks(&[6, 5]))] {
        assert_eq!(read(request, chunks, rules).await.unwrap_err().code(), ErrorCode::PayloadTooLarge);
    }
    let fits = read(
        typed("application/json"),
        vec![Ok(Bytes::from_static(b"[1, 2,   3"[..9].into())), Ok(Bytes::from_static(b"]"))],
        rules,
    );
    assert!(fits.await.is_err_and(|error| error.code() == ErrorCode::MalformedRequest));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_408_and_the_connection_ends() {
    let rules = BodyRules { within: Duration::from_millis(20), ..BodyRules::JSON };
    let never = stream::iter([Ok::<_, PayloadError>(Bytes::from_static(b"{"))]).chain(stream::pending());
    let request = typed("application/json").to_http_request();
    let error = read_json(&request, Box::pin(never), rules).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::RequestTimeout);
    let response = error.respond("");
    assert_eq!(response.status(), 408);
    assert_eq!(response.head().connection_type(), actix_web::http::ConnectionType::Close);
}

#[tokio::test]
async fn what_is_not_one_plain_json_value_is_named_and_not_repeated() {
    let deep = [vec![b'['; 33], vec![b']'; 33]].concat();
    for (body, words) in [
        (&b"{\"a\": secret}"[..], "is not JSON (line 1, column 7)"),
        (b"{} {}", "is not JSON"),
        (b"\xef\xbb\xbf{}", "is not JSON"),
        (b"{\"a\": \"\xff\"}", "is not UTF-8"),
        (b"{\"a\": 1, \"b\": {\"secret\": 1, \"secret\": 1}}", "a member twice"),
        (b"{\"a\": 1, \"\\u0061\": 1}", "a member twice"),
        (&deep, "deeper than 32 levels"),
        (b"[\"secret\\u0000\"]", "a NUL character"),
        (b"{\"\\u0000\": 1}", "a NUL character"),
        (b"[\"\\ud800\"]", "half of a surrogate pair"),
        (b"[\"\\udc00\"]", "half of a surrogate pair"),
        (b"[\"\\ud800\\u0041\"]", "half of a surrogate pair"),
        (b"{\"\\ud800\": 1}", "half of a surrogate pair"),
        (b"[1e400]", "a number that is too large"),
        (b"[NaN]", "is not JSON"),
    ] {
        let said = detail(body).await;
        assert!(said.contains(words) && !said.contains("secret"), "{said}");
    }
    let allowed = [vec![b'['; 32], vec![b']'; 32]].concat();
    assert!(json::parse(&allowed).is_ok());
    assert_eq!(json::parse(br#""\ud83d\ude00""#).unwrap(), json!("\u{1f600}"));
}
