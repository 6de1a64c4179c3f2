//! The vault.

use reqwest::Method;

use super::{content, count, first_vault, put_vault};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_is_read_byte_for_byte() {
    let app = TestApp::new().await;
    let member = app.member().await;
    member.bearer.get("/v1/me/vault").await.is_problem(404, "not_found", &[]);
    let bytes: Vec<u8> = (0..8192_u32).map(|n| (n * 7 % 251) as u8).collect();
    let version = first_vault(&app, &member, bytes.clone()).await;
    let tag = format!("\"{version}\"");
    let read = member.bearer.get("/v1/me/vault").await;
    assert_eq!((read.status, read.header("content-type")), (200, "application/octet-stream"));
    assert_eq!((read.header("etag"), read.header("cache-control")), (&*tag, "no-store"));
    assert_eq!(read.body, bytes);
    let known = member.bearer.send(Method::GET, "/v1/me/vault", &[("if-none-match", &tag)], None).await;
    assert_eq!((known.status, known.body.len(), known.header("etag")), (304, 0, &*tag));
    let head = member.bearer.send(Method::HEAD, "/v1/me/vault", &[], None).await;
    assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, "8192"));
    // Somebody else has none.
    app.member().await.bearer.get("/v1/me/vault").await.is_problem(404, "not_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_names_the_version_that_it_was_made_of() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let put = async |headers: &[(&str, &str)], letter| put_vault(&app, &member, headers, content(letter, 4096)).await;
    put(&[], b'a').await.is_problem(428, "precondition_required", &[]);
    put(&[("if-match", "\"1\"")], b'a').await.is_problem(412, "precondition_failed", &[]);
    put(&[("if-match", "*")], b'a').await.is_problem(412, "precondition_failed", &[]);
    let first = first_vault(&app, &member, content(b'a', 4096)).await;
    put(&[("if-none-match", "*")], b'b').await.is_problem(412, "precondition_failed", &[]);
    put(&[("if-none-match", "\"1\"")], b'b').await.is_problem(400, "malformed_request", &[]);
    put(&[("if-match", "1")], b'b').await.is_problem(400, "malformed_request", &[]);
    put(&[], b'b').await.is_problem(428, "precondition_required", &[]);
    let tag = format!("\"{first}\"");
    let second = put(&[("if-match", &tag)], b'b').await;
    assert_eq!((second.status, second.json()["version"].as_i64()), (200, Some(first + 1)));
    assert_eq!(second.header("etag"), format!("\"{}\"", first + 1));
    put(&[("if-match", &tag)], b'c').await.is_problem(412, "precondition_failed", &[]);
    // The answer was lost, and it is sent again: nothing changes.
    let again = put(&[("if-match", &tag)], b'b').await;
    assert_eq!((again.status, again.json()), (200, second.json()));
    assert_eq!(put(&[("if-none-match", "*")], b'b').await.status, 200);
    assert_eq!(count(&app, "SELECT count(*) FROM members.vaults").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_writers_at_once_one_wins() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let race = async |headers: &[(&str, &str)], from: u8| {
        let all = (from..from + 8).map(|letter| put_vault(&app, &member, headers, content(letter, 65_536)));
        let mut statuses: Vec<u16> =
            futures_util::future::join_all(all).await.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        statuses
    };
    assert_eq!(race(&[("if-none-match", "*")], b'A').await, [201, 412, 412, 412, 412, 412, 412, 412]);
    let tag = member.bearer.get("/v1/me/vault").await.header("etag").to_owned();
    assert_eq!(race(&[("if-match", &tag)], b'a').await, [200, 412, 412, 412, 412, 412, 412, 412]);
    assert_eq!(count(&app, "SELECT count(*) FROM members.vaults").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_is_of_steps_of_4096_bytes_and_no_more_than_65536() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let makes = [("if-none-match", "*")];
    for bytes in [0, 1, 4095, 4097, 65_535, 65_537, 69_632, 262_144] {
        let refused = put_vault(&app, &member, &makes, content(b'x', bytes)).await;
        refused.is_content_problem("invalid_content", &[""]);
    }
    let refused = put_vault(&app, &member, &makes, content(b'x', 262_145)).await;
    refused.is_problem(413, "payload_too_large", &[]);
    let authorization = format!("Bearer {}", member.bearer.token);
    for wrong in ["application/json", "text/plain"] {
        let headers = [("authorization", &*authorization), ("content-type", wrong), ("if-none-match", "*")];
        let sent = app.anonymous().send_text(Method::PUT, "/v1/me/vault", &headers, content(b'x', 4096)).await;
        sent.is_problem(415, "unsupported_media_type", &[]);
    }
    assert_eq!(count(&app, "SELECT count(*) FROM members.vaults").await, 0);
    let version = first_vault(&app, &member, content(b'x', 65_536)).await;
    let headers = [("if-match", &*format!("\"{version}\""))];
    // First whether it is stale, then whether it is right.
    let stale = put_vault(&app, &member, &[("if-match", "\"1\"")], content(b'x', 5)).await;
    stale.is_problem(412, "precondition_failed", &[]);
    assert_eq!(put_vault(&app, &member, &headers, content(b'y', 4096)).await.status, 200);
    assert_eq!(member.bearer.get("/v1/me/vault").await.body, content(b'y', 4096));
    let unknown = "/v1/me/vault?version=1";
    let headers = [("authorization", &*authorization), ("content-type", "application/octet-stream")];
    let sent = app.anonymous().send_text(Method::PUT, unknown, &headers, content(b'x', 4096)).await;
    sent.is_problem(400, "invalid_parameter", &["version"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_three_versions_can_be_read() {
    let app = TestApp::new().await;
    let (member, other) = (app.member().await, app.member().await);
    let first = first_vault(&app, &member, content(b'a', 4096)).await;
    for (step, letter) in (0..).zip(*b"bcde") {
        let tag = format!("\"{}\"", first + step);
        let put = put_vault(&app, &member, &[("if-match", &tag)], content(letter, 4096)).await;
        assert_eq!(put.status, 200, "{}", put.text());
    }
    for (step, letter) in (0..).zip(*b"abcde") {
        let path = format!("/v1/me/vault?version={}", first + step);
        let read = member.bearer.get(&path).await;
        if step < 2 {
            read.is_problem(404, "not_found", &[]);
        } else {
            assert_eq!((read.status, read.header("etag")), (200, &*format!("\"{}\"", first + step)));
            assert_eq!(read.body, content(letter, 4096));
        }
        other.bearer.get(&path).await.is_problem(404, "not_found", &[]);
    }
    assert_eq!(count(&app, "SELECT count(*) FROM members.vaults").await, 3);
    for wrong in ["0", "-1", "01", "x", "99999999999999999999", "1.5"] {
        let read = member.bearer.get(&format!("/v1/me/vault?version={wrong}")).await;
        read.is_problem(400, "invalid_parameter", &["version"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_vaults_are_of_one_length_and_none_is_in_clear() {
    let app = TestApp::new().await;
    let mut firsts = Vec::new();
    for bytes in [4096, 16_384, 65_536] {
        firsts.push(first_vault(&app, &app.member().await, content(b'Q', bytes)).await);
    }
    // Version (2), nonce (12), length (4), 64 KiB, tag (16).
    assert_eq!(count(&app, "SELECT min(length(sealed))::bigint FROM members.vaults").await, 65_570);
    assert_eq!(count(&app, "SELECT max(length(sealed))::bigint FROM members.vaults").await, 65_570);
    let clear = "SELECT count(*) FROM members.vaults WHERE position(repeat('Q', 16)::bytea IN sealed) > 0";
    assert_eq!(count(&app, clear).await, 0);
    // They do not all begin with the same number.
    firsts.dedup();
    assert_eq!(firsts.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_another_account_or_version_does_not_open() {
    let app = TestApp::new().await;
    let (member, other) = (app.member().await, app.member().await);
    first_vault(&app, &member, content(b'a', 4096)).await;
    first_vault(&app, &other, content(b'b', 4096)).await;
    let mut owner = app.database.owner().await;
    sqlx::query("UPDATE members.vaults v SET sealed = (SELECT sealed FROM members.vaults o WHERE o.ctid <> v.ctid)")
        .execute(&mut owner)
        .await
        .unwrap();
    for one in [&member, &other] {
        one.bearer.get("/v1/me/vault").await.is_problem(500, "internal", &[]);
    }
    // Whoever wrote it can write it anew.
    let put = put_vault(&app, &member, &[("if-match", "*")], content(b'c', 4096)).await;
    assert_eq!(put.status, 200, "{}", put.text());
    assert_eq!(member.bearer.get("/v1/me/vault").await.body, content(b'c', 4096));
    sqlx::query("UPDATE members.vaults SET version = version + 5").execute(&mut owner).await.unwrap();
    member.bearer.get("/v1/me/vault").await.is_problem(500, "internal", &[]);
}
