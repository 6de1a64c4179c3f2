//! Vouchers.

use chrono::TimeDelta;
use serde_json::json;

use super::count;
use crate::support::{Bearer, TestApp, circle_body, device_key};

#[tokio::test(flavor = "multi_thread")]
async fn three_of_a_kind_are_given_in_thirty_days_and_each_starts_its_kind() {
    let app = TestApp::new().await;
    let member = app.member().await;
    for kind in ["circle", "story"] {
        for number in 0..3 {
            let given = member.bearer.post("/v1/me/vouchers", &json!({ "for": kind })).await;
            assert_eq!((given.status, given.header("cache-control")), (201, "no-store"), "{}", given.text());
            let given = given.json();
            assert_eq!(given["expires_on"], "2026-06-30");
            let voucher = given["voucher"].as_str().unwrap();
            assert!(voucher.starts_with(&format!("oc_voucher_{kind}_2026-05_")), "{voucher}");
            let started = app.anonymous().post("/v1/circles", &circle_body(voucher, &device_key(900 + number))).await;
            assert_eq!(started.status, if kind == "circle" { 201 } else { 422 }, "{}", started.text());
        }
        let refused = member.bearer.post("/v1/me/vouchers", &json!({ "for": kind })).await;
        refused.is_problem(429, "too_many_requests", &[]);
        // From Monday, 4 May, 17:00 to Tuesday, 9 June, 0:00.
        assert_eq!(refused.header("retry-after"), (35 * 86_400 + 7 * 3_600 + 1).to_string());
    }
    // The two that came with the account count on neither.
    for (voucher, number) in member.vouchers.iter().zip(910..) {
        let started = app.anonymous().post("/v1/circles", &circle_body(voucher, &device_key(number))).await;
        assert_eq!(started.status, 201, "{}", started.text());
    }
    app.clock.advance(TimeDelta::seconds(35 * 86_400 + 7 * 3_600 + 1));
    app.keys_are_loaded().await;
    let token = app.anonymous().post("/v1/auth/member/token", &json!({ "auth_key": member.auth_key })).await;
    let later = Bearer::of_pair(app.anonymous(), &token.json());
    let given = later.post("/v1/me/vouchers", &json!({ "for": "circle" })).await;
    assert_eq!((given.status, given.json()["expires_on"].as_str()), (201, Some("2026-07-31")));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_get_no_more_than_three() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let all = (0..12).map(|_| {
        let bearer = member.bearer.clone();
        async move { bearer.post("/v1/me/vouchers", &json!({ "for": "circle" })).await.status }
    });
    let statuses = futures_util::future::join_all(all).await;
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 9, "{statuses:?}");
    assert_eq!(count(&app, "SELECT sum(cardinality(circle_vouchers))::bigint FROM members.accounts").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_voucher_is_kept_but_its_week() {
    let app = TestApp::new().await;
    let member = app.member().await;
    let given = member.bearer.post("/v1/me/vouchers", &json!({ "for": "story" })).await.json();
    let voucher = given["voucher"].as_str().unwrap();
    let row: String = sqlx::query_scalar("SELECT row_to_json(a)::text FROM members.accounts a")
        .fetch_one(&mut app.database.owner().await)
        .await
        .unwrap();
    assert!(row.contains(r#""story_vouchers":["2026-05-04"]"#) && row.contains(r#""circle_vouchers":[]"#), "{row}");
    assert!(voucher.split('_').all(|part| part.len() < 20 || !row.contains(part)), "{row}");
    assert_eq!(count(&app, "SELECT count(*) FROM circles.spent_vouchers").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_is_for_must_be_said() {
    let app = TestApp::new().await;
    let member = app.member().await;
    for (body, pointers) in [
        (json!({}), ["/for"]),
        (json!({ "for": "either" }), ["/for"]),
        (json!({ "for": null }), ["/for"]),
        (json!({ "for": "circle", "count": 2 }), ["/count"]),
    ] {
        member.bearer.post("/v1/me/vouchers", &body).await.is_content_problem("invalid_content", &pointers);
    }
    member.bearer.poke("/v1/me/vouchers").await.is_problem(400, "malformed_request", &[]);
    assert_eq!(count(&app, "SELECT sum(cardinality(circle_vouchers))::bigint FROM members.accounts").await, 0);
}
