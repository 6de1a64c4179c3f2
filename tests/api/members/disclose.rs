//! What an operator can say of an account: `openchair disclose`.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{content, first_vault, put_vault};
use crate::{
    cli::{Outcome, run},
    support::{Member, Peer, TestApp, circle_body, device_key},
};

fn disclose(app: &TestApp, handle: &str, more: &[&str]) -> Outcome {
    run(&app.database, &[&["disclose", "--handle", handle], more].concat())
}

/// Somebody with everything that one can have, and the circle they started.
async fn with_everything(app: &TestApp) -> (Member, Peer) {
    let member = app.member().await;
    let mut version = first_vault(app, &member, content(b'a', 4096)).await;
    for letter in *b"bcd" {
        let tag = format!("\"{version}\"");
        assert_eq!(put_vault(app, &member, &[("if-match", &tag)], content(letter, 65_536)).await.status, 200);
        version += 1;
    }
    let mut voucher = String::new();
    for kind in ["story", "circle", "circle"] {
        let given = member.bearer.post("/v1/me/vouchers", &json!({ "for": kind })).await;
        given.json()["voucher"].as_str().unwrap().clone_into(&mut voucher);
    }
    let pass_key = device_key(900);
    let peer = Peer::of(
        app.anonymous(),
        &pass_key,
        &app.anonymous().post("/v1/circles", &circle_body(&voucher, &pass_key)).await,
    );
    app.clock.advance(TimeDelta::days(8));
    app.keys_are_loaded().await;
    let body = json!({ "auth_key": member.auth_key });
    assert_eq!(app.anonymous().post("/v1/auth/member/token", &body).await.status, 200);
    (member, peer)
}

/// Every place in a value that holds something.
fn places(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, inner)| places(inner, &format!("{at}/{name}"), found)),
        Value::Array(items) => items.iter().for_each(|inner| places(inner, &format!("{at}/*"), found)),
        _ => _ = found.insert(at.to_owned()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_can_say_this_of_an_account_and_nothing_else() {
    let app = TestApp::new().await;
    let (member, peer) = with_everything(&app).await;
    let told = disclose(&app, &member.handle, &["--json"]).json();
    let mut found = BTreeSet::new();
    places(&told, "", &mut found);
    let all = [
        "/auth_key_hash",
        "/circle_vouchers/2026-W19",
        "/handle",
        "/made_week",
        "/seen_week",
        "/sessions/*/hash_next",
        "/sessions/*/hash_used",
        "/sessions/*/used_week",
        "/story_vouchers/2026-W19",
        "/vault_bytes/*",
    ];
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), all);
    assert_eq!((&told["handle"], &told["made_week"]), (&json!(member.handle), &json!("2026-W19")));
    assert_eq!((&told["seen_week"], &told["vault_bytes"]), (&json!("2026-W20"), &json!([65_570, 65_570, 65_570])));
    assert_eq!((&told["circle_vouchers"]["2026-W19"], &told["story_vouchers"]["2026-W19"]), (&json!(2), &json!(1)));
    let key = URL_SAFE_NO_PAD.decode(&member.auth_key).unwrap();
    assert_eq!(
        told["auth_key_hash"],
        URL_SAFE_NO_PAD.encode(Sha256::digest([&b"openchair account v1\0"[..], &key].concat()))
    );
    assert_eq!(told["sessions"].as_array().unwrap().len(), 2);
    let text = disclose(&app, &member.handle, &[]).done();
    for (name, value) in [
        ("handle", member.handle.as_str()),
        ("week made", "2026-W19"),
        ("week last seen", "2026-W20"),
        ("vault", "3 versions of 65570 bytes"),
        ("circle vouchers", "2 in 2026-W19"),
        ("story vouchers", "1 in 2026-W19"),
    ] {
        let line = format!("{name:<20}{value}");
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    for hidden in [&peer.pass_id, &peer.circle_id, &peer.alias, &peer.pass_key, &member.auth_key, &member.vouchers[0]] {
        assert!(!text.contains(hidden.as_str()) && !told.to_string().contains(hidden.as_str()), "{hidden}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_did_nothing_has_nothing_to_tell() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let told = disclose(&app, &member.handle, &["--json"]).json();
    assert_eq!((&told["vault_bytes"], &told["circle_vouchers"]), (&json!([]), &json!({})));
    assert!(disclose(&app, &member.handle, &[]).done().contains("0 versions"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_handle_fails_and_is_not_repeated() {
    let app = TestApp::new().await;
    let member = app.member().await;
    for unknown in ["nobody-has-this", "", "' OR '1'='1", &member.handle.to_uppercase()] {
        let outcome = disclose(&app, unknown, &["--json"]);
        outcome.failed_saying(&["no account"]);
        assert!(unknown.is_empty() || !outcome.stderr.contains(unknown), "{outcome:?}");
    }
    run(&app.database, &["disclose"]).misused_saying(&["--handle"]);
}
