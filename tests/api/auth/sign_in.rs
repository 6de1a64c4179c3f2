//! Getting in, staying in, getting out.

use openchair::auth::{Role, audience::Audience};
use reqwest::Method;
use serde_json::json;

use crate::support::{BY_PASSWORD, Bearer, PASSWORD, TestApp, auth_path};

const KIT: &str = "kit@example.org";

#[tokio::test]
async fn an_invitation_makes_an_account_that_signs_in() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let owner = app.admin_as(office, Role::Owner, "Kit@example.org").await;
    let account = owner.account(Audience::Office).await;
    assert_eq!(account.status, 200, "{}", account.text());
    assert_eq!(account.header("cache-control"), "no-store");
    let account = account.json();
    assert_eq!(account["email"], "Kit@example.org");
    assert_eq!(account["grants"][0]["slug"], "lantern");
    assert_eq!(account["grants"][0]["role"], "owner");
    let again = app.sign_in("kIT@EXAMPLE.org").await;
    assert_eq!(again.get("/v1/auth/office/account").await.json()["id"], account["id"]);
}

#[tokio::test]
async fn an_invitation_is_taken_up_once() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        let body = json!({ "invitation": app.invitation(audience, KIT).await, "password": PASSWORD });
        let anonymous = app.anonymous();
        let enrol = || anonymous.auth(audience, "enrol", &body);
        let (one, two) = tokio::join!(enrol(), enrol());
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 201);
        assert!([409, 422].contains(&statuses[1]), "{statuses:?}");
        enrol().await.is_content_problem("invalid_content", &["/invitation"]);
    }
}

#[tokio::test]
async fn every_refusal_to_sign_in_is_the_same_and_costs_one_hash() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        app.enrolled(audience, KIT).await;
        let mut answers = Vec::new();
        for email in ["kit@example.org", "nobody@example.org"] {
            let before = app.server.auth().hashes_done();
            let answer = app.anonymous().try_token(audience, email, "wrong lantern", None).await;
            assert_eq!(app.server.auth().hashes_done() - before, 1, "{email}");
            let mut problem = answer.json();
            problem["request_id"] = json!(null);
            let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
            names.sort();
            answers.push((answer.status, problem, names));
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(answers[0].0, 401);
    }
}

#[tokio::test]
async fn signing_out_ends_the_token_on_every_node_at_once() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        let owner = app.enrolled(audience, KIT).await;
        let other = app.second_node();
        other.until(|node| node.server.auth().keys().are_loaded()).await;
        let there = owner.at(other.anonymous());
        assert_eq!(there.account(audience).await.status, 200);
        assert_eq!(owner.poke(&auth_path(audience, "revoke")).await.status, 204);
        there.account(audience).await.is_problem(401, "session_ended", &[]);
        app.anonymous().refresh(audience, &owner.refresh_token).await.is_problem(401, "session_ended", &[]);
        other.server.stop().await.unwrap();
    }
}

#[tokio::test]
async fn fifty_refreshes_at_once_leave_one_live_branch() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        let owner = app.enrolled(audience, KIT).await;
        let anonymous = app.anonymous();
        let answers =
            futures_util::future::join_all((0..50).map(|_| anonymous.refresh(audience, &owner.refresh_token))).await;
        let mut successors: Vec<String> = answers
            .iter()
            .map(|answer| {
                assert_eq!(answer.status, 200, "{}", answer.text());
                answer.json()["refresh_token"].as_str().unwrap().to_owned()
            })
            .collect();
        successors.dedup();
        assert_eq!(successors.len(), 1, "one branch");
        // Lost on its way: the same token gives it again, until it is used.
        let used = anonymous.refresh(audience, &successors[0]).await;
        assert_eq!(used.status, 200);
        let live = Bearer::of_pair(app.anonymous(), &used.json());
        assert_eq!(live.account(audience).await.status, 200);
        // An older one is in two hands.
        anonymous.refresh(audience, &owner.refresh_token).await.is_problem(401, "session_ended", &[]);
        live.account(audience).await.is_problem(401, "session_ended", &[]);
    }
}

#[tokio::test]
async fn a_forged_older_generation_ends_nobodys_session() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        let owner = app.enrolled(audience, KIT).await;
        let mut forged = owner.refresh_token.clone();
        let last = forged.pop().unwrap();
        forged.push(if last == 'A' { 'B' } else { 'A' });
        let answer = app.anonymous().refresh(audience, &forged).await;
        answer.is_problem(401, "token_invalid", &[]);
        assert_eq!(owner.account(audience).await.status, 200);
    }
}

#[tokio::test]
async fn a_changed_password_leaves_no_old_token_alive() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        let one = app.enrolled(audience, KIT).await;
        let mut body = json!({ "current_password": PASSWORD, "password": "a kettle sings at dawn" });
        // A moderator's second factor is asked for, too.
        if audience == Audience::Moderator {
            body["code"] = app.second_factor_of(audience, &one).await.1[0].as_str().into();
        }
        let changed = one.post(&auth_path(audience, "password"), &body).await;
        assert_eq!(changed.status, 200, "{}", changed.text());
        one.account(audience).await.is_problem(401, "session_ended", &[]);
        app.anonymous().refresh(audience, &one.refresh_token).await.is_problem(401, "session_ended", &[]);
        let new = Bearer::of_pair(app.anonymous(), &changed.json());
        assert_eq!(new.account(audience).await.status, 200);
        let old = app.anonymous().try_token(audience, KIT, PASSWORD, None).await;
        old.is_problem(401, "sign_in_failed", &[]);
    }
}

#[tokio::test]
async fn after_five_failures_each_further_attempt_waits_longer() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        app.enrolled(audience, KIT).await;
        for email in ["kit@example.org", "nobody@example.org"] {
            let wrong = async || app.anonymous().try_token(audience, email, "wrong lantern", None).await;
            for _ in 0..5 {
                wrong().await.is_problem(401, "sign_in_failed", &[]);
            }
            let before = app.server.auth().hashes_done();
            let waits = wrong().await;
            waits.is_problem(429, "too_many_requests", &[]);
            assert_eq!(waits.header("retry-after"), "1");
            assert_eq!(app.server.auth().hashes_done(), before, "nothing is hashed for who has to wait");
            // Somebody else at another address is not kept out.
            let headers = [("x-forwarded-for", "203.0.113.9")];
            let right = json!({ "email": "kit@example.org", "password": PASSWORD });
            let other =
                app.anonymous().send_body(Method::POST, &auth_path(audience, "token"), &headers, Some(&right)).await;
            assert_eq!(other.status, 200, "{}", other.text());
        }
    }
}

#[tokio::test]
async fn one_address_signs_in_from_many_devices_at_once() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        app.enrolled(audience, KIT).await;
        let body = json!({ "email": "kit@example.org", "password": PASSWORD });
        for _ in 0..5 {
            let devices = (1..=8).map(async |device: u8| {
                let address = format!("203.0.113.{device}");
                let headers = [("x-forwarded-for", address.as_str())];
                app.anonymous().send_body(Method::POST, &auth_path(audience, "token"), &headers, Some(&body)).await
            });
            for answer in futures_util::future::join_all(devices).await {
                assert_eq!(answer.status, 200, "{}", answer.text());
            }
        }
    }
}
