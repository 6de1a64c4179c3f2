//! The account: looking, drawing another handle, deleting.

use std::collections::HashSet;

use openchair::kernel::{Entropy, SeededEntropy, words};
use serde_json::json;

use super::{content, count, delete, first_vault};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_its_handle_and_the_week_in_which_it_was_made() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let got = member.bearer.get("/v1/me").await;
    assert_eq!((got.status, got.header("cache-control")), (200, "no-store"));
    assert_eq!(got.json(), json!({ "handle": member.handle, "made_week": "2026-W19" }));
    member.bearer.get("/v1/me?fields=id").await.is_problem(400, "invalid_parameter", &["fields"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_handle_is_always_another() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let mut seen = HashSet::from([member.handle.clone()]);
    for _ in 0..20 {
        let drawn = member.bearer.poke("/v1/me/handle").await;
        assert_eq!(drawn.status, 200, "{}", drawn.text());
        assert!(seen.insert(drawn.json()["handle"].as_str().unwrap().to_owned()), "{}", drawn.text());
        assert_eq!(member.bearer.get("/v1/me").await.json(), drawn.json());
    }
    member.bearer.poke("/v1/me/handle?handle=mine").await.is_problem(400, "invalid_parameter", &["handle"]);
}

/// The number that the seeded source gives out next.
fn next_number(entropy: &SeededEntropy) -> u64 {
    let id = entropy.uuid_v4().as_u128();
    // The last eight bytes are the number, but for the two bits of the variant.
    (id as u64 & 0x3fff_ffff_ffff_ffff) + 1
}

/// Takes the handles that are drawn after that number, so many.
async fn take_handles(app: &TestApp, from: u64, how_many: u64) {
    for at in from..from + how_many {
        let handle = words::handle(&SeededEntropy::new(at));
        let sql = format!(
            "INSERT INTO members.accounts (id, handle, auth_hash, made_week, seen_week)
             VALUES (gen_random_uuid(), '{handle}', sha256('{at}'), '2026-05-04', '2026-05-04')
             ON CONFLICT DO NOTHING"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut app.database.owner().await).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handle_that_somebody_has_is_drawn_again_a_few_times() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let next = next_number(&app.entropy);
    // The request's id takes a number, each draw three.
    take_handles(&app, next, 8).await;
    let drawn = member.bearer.poke("/v1/me/handle").await;
    assert_eq!(drawn.status, 200, "{}", drawn.text());
    let after = next_number(&app.entropy) - next;
    assert!(after >= 3 * 3, "only {after} numbers were drawn: no handle was taken");
    let next = next_number(&app.entropy);
    take_handles(&app, next, 40).await;
    member.bearer.poke("/v1/me/handle").await.is_problem(500, "internal", &[]);
    assert_eq!(member.bearer.get("/v1/me").await.json()["handle"], drawn.json()["handle"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_account_leaves_no_row_and_no_session() {
    let app = TestApp::new().await;
    let (member, other) = (app.member().await, app.member().await);
    let body = json!({ "auth_key": member.auth_key });
    let second = app.anonymous().post("/v1/auth/member/token", &body).await.json();
    for letter in *b"ab" {
        let owner = if letter == b'a' { &member } else { &other };
        first_vault(&app, owner, content(letter, 4096)).await;
    }
    assert_eq!(member.bearer.post("/v1/me/vouchers", &json!({ "for": "circle" })).await.status, 201);
    let everything = "SELECT (SELECT count(*) FROM members.accounts) * 100
                           + (SELECT count(*) FROM members.sessions) * 10 + (SELECT count(*) FROM members.vaults)";
    assert_eq!(count(&app, everything).await, 232);
    assert_eq!(delete(&member).await.status, 204);
    // What is left is the other's.
    assert_eq!(count(&app, everything).await, 111);
    delete(&member).await.is_problem(401, "session_ended", &[]);
    member.bearer.get("/v1/me").await.is_problem(401, "session_ended", &[]);
    let refresh = json!({ "refresh_token": second["refresh_token"] });
    app.anonymous().post("/v1/auth/member/refresh", &refresh).await.is_problem(401, "session_ended", &[]);
    app.anonymous().post("/v1/auth/member/token", &body).await.is_problem(401, "sign_in_failed", &[]);
    assert_eq!(other.bearer.get("/v1/me").await.status, 200);
    // The key is nobody's now: whoever has it begins anew.
    let anew = app.anonymous().post("/v1/members", &body).await.json();
    assert_eq!(anew["vouchers"].as_array().unwrap().len(), 2);
}
