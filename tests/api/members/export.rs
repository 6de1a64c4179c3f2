//! Everything that is kept, as its owner gets it.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{content, first_vault, put_vault};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_everything_that_is_kept_and_nothing_of_others() {
    let app = TestApp::new().await;
    let (member, other) = (app.member().await, app.member().await);
    first_vault(&app, &other, content(b'o', 4096)).await;
    let first = first_vault(&app, &member, content(b'a', 4096)).await;
    let tag = format!("\"{first}\"");
    assert_eq!(put_vault(&app, &member, &[("if-match", &tag)], content(b'b', 8192)).await.status, 200);
    for kind in ["circle", "circle", "story"] {
        assert_eq!(member.bearer.post("/v1/me/vouchers", &json!({ "for": kind })).await.status, 201);
    }
    let body = json!({ "auth_key": member.auth_key });
    assert_eq!(app.anonymous().post("/v1/auth/member/token", &body).await.status, 200);
    let got = member.bearer.get("/v1/me/export").await;
    assert_eq!((got.status, got.header("cache-control")), (200, "no-store"));
    let export = got.json();
    let key = URL_SAFE_NO_PAD.decode(&member.auth_key).unwrap();
    assert_eq!(
        export["auth_key_hash"],
        URL_SAFE_NO_PAD.encode(Sha256::digest([&b"openchair account v1\0"[..], &key].concat()))
    );
    assert_eq!((&export["handle"], &export["made_week"]), (&json!(member.handle), &json!("2026-W19")));
    assert_eq!(export["seen_week"], "2026-W19");
    assert_eq!(export["circle_vouchers"], json!(["2026-W19", "2026-W19"]));
    assert_eq!(export["story_vouchers"], json!(["2026-W19"]));
    assert_eq!(export["sessions"].as_array().unwrap().len(), 2);
    assert!(export["sessions"].as_array().unwrap().iter().all(|session| session["used_week"] == "2026-W19"));
    let vault = json!([
        { "version": first, "content": STANDARD.encode(content(b'a', 4096)) },
        { "version": first + 1, "content": STANDARD.encode(content(b'b', 8192)) },
    ]);
    assert_eq!(export["vault"], vault);
    assert!(!got.text().contains(&other.handle));
}

/// A column that is added must be in the export, and in what an operator can
/// be made to tell.
#[tokio::test(flavor = "multi_thread")]
async fn no_column_of_an_account_is_left_out() {
    let app = TestApp::new().await;
    let member = app.member().await;
    first_vault(&app, &member, content(b'a', 4096)).await;
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema = 'members' AND (table_name = 'accounts' OR table_name IN
             (SELECT table_name FROM information_schema.columns
              WHERE table_schema = 'members' AND column_name = 'account_id'))
         ORDER BY 1",
    )
    .fetch_all(&mut app.database.owner().await)
    .await
    .unwrap();
    let export = member.bearer.get("/v1/me/export").await.json();
    let shown = [
        ("accounts.auth_hash", "/auth_key_hash"),
        ("accounts.circle_vouchers", "/circle_vouchers"),
        ("accounts.handle", "/handle"),
        ("accounts.id", "/id"),
        ("accounts.made_week", "/made_week"),
        ("accounts.seen_week", "/seen_week"),
        ("accounts.story_vouchers", "/story_vouchers"),
        ("sessions.account_id", "/id"),
        ("sessions.generation", "/sessions/0/generation"),
        ("sessions.hash_next", "/sessions/0/hash_next"),
        ("sessions.hash_used", "/sessions/0/hash_used"),
        ("sessions.id", "/sessions/0/id"),
        ("sessions.used_week", "/sessions/0/used_week"),
        ("vaults.account_id", "/id"),
        ("vaults.sealed", "/vault/0/content"),
        ("vaults.version", "/vault/0/version"),
    ];
    assert_eq!(columns, shown.map(|(column, _)| column.to_owned()));
    let missing: Vec<&str> = shown
        .iter()
        .filter(|(_, at)| export.pointer(at).is_none_or(Value::is_null))
        .map(|(column, _)| *column)
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
