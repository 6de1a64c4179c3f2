//! Starting a circle, inviting, joining.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Bearer, Peer, TestApp, circle_body, device_key, join_body, new_story_body};

const SUPPORT: &str = r#"{"href":"/v1/help-lines"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_is_started_with_a_voucher_and_joined_with_an_invitation() {
    let app = TestApp::new().await;
    let steward = app.steward().await;
    let peer = app.peer_of(&steward).await;
    assert_ne!(steward.alias, peer.alias);
    let circle = peer.get("/v1/circles/self").await;
    assert_eq!((circle.status, circle.header("cache-control")), (200, "no-store"));
    let circle = circle.json();
    assert_eq!(circle["circle"], json!({ "id": steward.circle_id, "seats": 12, "taken": 2 }));
    assert_eq!(circle["support"].to_string(), SUPPORT);
    let stewards: Vec<&Value> =
        circle["passes"].as_array().unwrap().iter().filter(|pass| pass["steward"] == true).collect();
    assert_eq!(stewards.len(), 1);
    assert_eq!(stewards[0]["id"], steward.pass_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_ways_in_are_safe_to_repeat_with_the_same_key_and_no_other() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let (mine, other) = (device_key(900), device_key(901));
    let start = async |key: &str| app.anonymous().post("/v1/circles", &circle_body(&member.vouchers[0], key)).await;
    let first = start(&mine).await;
    assert_eq!((first.status, start(&mine).await.status), (201, 200));
    assert_eq!(start(&mine).await.json()["pass"], first.json()["pass"]);
    start(&other).await.is_content_problem("invalid_content", &["/voucher"]);
    let steward = Peer::of(app.anonymous(), &mine, &first);
    let code = steward.invite().await;
    let join = async |key: &str| app.anonymous().post("/v1/passes", &join_body(&code, key)).await;
    let joined = join(&other).await;
    assert_eq!((joined.status, join(&other).await.status), (201, 200));
    assert_eq!(join(&other).await.json()["pass"], joined.json()["pass"]);
    join(&device_key(902)).await.is_content_problem("invalid_content", &["/invitation"]);
    // A key is one pass's.
    let second = app.member().await;
    let again = app.anonymous().post("/v1/circles", &circle_body(&second.vouchers[0], &mine)).await;
    again.is_content_problem("invalid_content", &["/pass_key"]);
    // The voucher was not spent by that.
    let started = app.anonymous().post("/v1/circles", &circle_body(&second.vouchers[0], &device_key(903))).await;
    assert_eq!(started.status, 201, "{}", started.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spent_voucher_gives_the_same_pass_to_its_own_key_on_that_day_and_the_next() {
    let app = TestApp::new().await;
    let [one, two] = [app.member().await, app.member().await];
    let keys = [device_key(900), device_key(901), device_key(902)];
    let start = async |voucher: &str, key: &str| app.anonymous().post("/v1/circles", &circle_body(voucher, key)).await;
    let tell = async |voucher: &str, key: &str| {
        app.anonymous().post("/v1/stories", &new_story_body(voucher, key, "A glass of water")).await
    };
    let first = start(&one.vouchers[0], &keys[0]).await;
    assert_eq!((first.status, start(&two.vouchers[0], &keys[1]).await.status), (201, 201));
    let story = tell(&one.vouchers[1], &keys[2]).await;
    assert_eq!(story.status, 201, "{}", story.text());
    // The keys of living passes, with vouchers that others spent.
    start(&one.vouchers[0], &keys[1]).await.is_content_problem("invalid_content", &["/voucher"]);
    start(&two.vouchers[0], &keys[0]).await.is_content_problem("invalid_content", &["/voucher"]);
    start(&one.vouchers[1], &keys[2]).await.is_content_problem("invalid_content", &["/voucher"]);
    tell(&one.vouchers[0], &keys[2]).await.is_content_problem("invalid_content", &["/voucher"]);
    tell(&one.vouchers[0], &keys[0]).await.is_content_problem("invalid_content", &["/voucher"]);
    // The test begins at 17:00; the next day ends 31 hours later.
    app.clock.advance(TimeDelta::hours(30));
    app.keys_are_loaded().await;
    let again = start(&one.vouchers[0], &keys[0]).await;
    assert_eq!((again.status, &again.json()["pass"]["id"]), (200, &first.json()["pass"]["id"]));
    let again = tell(&one.vouchers[1], &keys[2]).await;
    assert_eq!((again.status, &again.json()["pass"]["id"]), (201, &story.json()["pass"]["id"]));
    app.clock.advance(TimeDelta::hours(2));
    start(&one.vouchers[0], &keys[0]).await.is_content_problem("invalid_content", &["/voucher"]);
    tell(&one.vouchers[1], &keys[2]).await.is_content_problem("invalid_content", &["/voucher"]);
    // The pass is there all the same.
    let token = app.anonymous().post("/v1/auth/circle/token", &json!({ "pass_key": keys[0] })).await;
    assert_eq!(token.status, 200, "{}", token.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_used_for_account_and_pass_leaves_no_two_columns_alike() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let made = app.anonymous().post("/v1/circles", &circle_body(&member.vouchers[0], &member.auth_key)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let sql = "SELECT auth_hash FROM members.accounts UNION ALL SELECT key_hash FROM circles.passes
               UNION ALL SELECT hash FROM circles.spent_vouchers UNION ALL SELECT again_hash FROM circles.spent_vouchers";
    let rows: Vec<Vec<u8>> = sqlx::query_scalar(sql).fetch_all(&mut app.database.owner().await).await.unwrap();
    let unlike: std::collections::HashSet<_> = rows.iter().collect();
    assert_eq!((rows.len(), unlike.len()), (4, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_an_account_is_taken_where_a_pass_is_made() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let body = circle_body(&member.vouchers[0], &device_key(900));
    member.bearer.post("/v1/circles", &body).await.is_problem(400, "malformed_request", &[]);
    let steward = app.steward().await;
    let body = join_body(&steward.invite().await, &device_key(901));
    steward.bearer.post("/v1/passes", &body).await.is_problem(400, "malformed_request", &[]);
    member.bearer.get("/v1/circles/self").await.is_problem(401, "wrong_audience", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_seat_is_taken_by_exactly_one_of_many() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let mut body = circle_body(&member.vouchers[0], &device_key(900));
    body["seats"] = 2.into();
    let steward = Peer::of(app.anonymous(), "", &app.anonymous().post("/v1/circles", &body).await);
    let mut codes = Vec::new();
    for _ in 0..8 {
        codes.push(steward.invite().await);
    }
    let all = codes.iter().zip(1000..).map(|(code, number)| {
        let caller = app.anonymous();
        async move { caller.post("/v1/passes", &join_body(code, &device_key(number))).await.status }
    });
    let mut statuses = futures_util::future::join_all(all).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_invitation_lets_in_exactly_one_of_many() {
    let app = TestApp::new().await;
    let steward = app.steward().await;
    let code = steward.invite().await;
    let all = (1000..1008).map(|number| {
        let (caller, body) = (app.anonymous(), join_body(&code, &device_key(number)));
        async move { caller.post("/v1/passes", &body).await.status }
    });
    let statuses = futures_util::future::join_all(all).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 7, "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_can_be_looked_at_taken_back_and_runs_out() {
    let app = TestApp::new().await;
    let steward = app.steward().await;
    let check = async |code: &str| app.anonymous().post("/v1/invitations/check", &json!({ "code": code })).await;
    let made = steward.bearer.poke("/v1/circles/self/invitations").await.json();
    let code = made["code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 22);
    assert!(made["link"].as_str().unwrap().ends_with(&format!("#{code}")));
    let checked = check(&code).await.json();
    assert_eq!((&checked["seats"], &checked["taken"]), (&json!(12), &json!(1)));
    assert_eq!((&checked["expires_on"], &checked["agreement_version"]), (&json!("2026-05-11"), &json!(1)));
    let listed = steward.get("/v1/circles/self/invitations").await.json();
    assert_eq!(listed["data"], json!([{ "id": made["id"], "expires_on": "2026-05-11" }]));
    let address = format!("/v1/circles/self/invitations/{}", made["id"].as_str().unwrap());
    // Another circle knows nothing of it.
    app.steward().await.delete(&address).await.is_problem(404, "not_found", &[]);
    assert_eq!(steward.delete(&address).await.status, 200);
    check(&code).await.is_content_problem("invalid_content", &["/code"]);
    let late = steward.invite().await;
    app.clock.advance(TimeDelta::days(8));
    app.keys_are_loaded().await;
    check(&late).await.is_content_problem("invalid_content", &["/code"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_signs_in_on_another_device_with_its_key() {
    let app = TestApp::new().await;
    let steward = app.steward().await;
    let body = json!({ "pass_key": steward.pass_key });
    let second = app.anonymous().post("/v1/auth/circle/token", &body).await;
    assert_eq!(second.status, 200, "{}", second.text());
    assert_eq!(second.json()["support"].to_string(), SUPPORT);
    let second = Bearer::of_pair(app.anonymous(), &second.json());
    assert_eq!(second.get("/v1/circles/self").await.json()["circle"]["id"], steward.circle_id);
    assert_eq!(steward.bearer.poke("/v1/auth/circle/revoke-all").await.status, 200);
    second.get("/v1/circles/self").await.is_problem(401, "session_ended", &[]);
    let unknown = json!({ "pass_key": device_key(77) });
    app.anonymous().post("/v1/auth/circle/token", &unknown).await.is_problem(401, "sign_in_failed", &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn adulthood_and_the_agreement_are_declared() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let mut body = circle_body(&member.vouchers[0], &device_key(900));
    body["adult"] = false.into();
    body["agreement_version"] = 2.into();
    body["seats"] = 13.into();
    let pointers = ["/agreement_version", "/adult", "/seats"];
    app.anonymous().post("/v1/circles", &body).await.is_content_problem("invalid_content", &pointers);
}
