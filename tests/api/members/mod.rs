//! Accounts without identity.

mod account;
mod disclose;
mod export;
mod key;
mod limits;
mod refusals;
mod sign_in;
mod vault;
mod vouchers;

use reqwest::Method;

use crate::support::{Member, Response, TestApp};

/// Content of that many bytes, of one letter.
fn content(letter: u8, bytes: usize) -> Vec<u8> {
    vec![letter; bytes]
}

/// Writes a vault.
async fn put_vault(app: &TestApp, member: &Member, headers: &[(&str, &str)], content: Vec<u8>) -> Response {
    let authorization = format!("Bearer {}", member.bearer.token);
    let always = [("authorization", authorization.as_str()), ("content-type", "application/octet-stream")];
    app.anonymous().send_text(Method::PUT, "/v1/me/vault", &[&always, headers].concat(), content).await
}

/// Writes the first version of a vault; its number.
async fn first_vault(app: &TestApp, member: &Member, content: Vec<u8>) -> i64 {
    let made = put_vault(app, member, &[("if-none-match", "*")], content).await;
    assert_eq!(made.status, 201, "{}", made.text());
    made.json()["version"].as_i64().unwrap()
}

/// A number that the database counts, as its owner.
async fn count(app: &TestApp, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&mut app.database.owner().await).await.unwrap()
}

/// Deletes the account.
async fn delete(member: &Member) -> Response {
    member.bearer.send(Method::DELETE, "/v1/me", &[], None).await
}
