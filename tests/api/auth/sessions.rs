//! How long a session lives, an office's and a moderator's alike.

use chrono::TimeDelta;

use crate::support::{BY_PASSWORD, Bearer, TestApp, auth_path};

const KIT: &str = "kit@example.org";

#[tokio::test]
async fn an_access_token_lives_five_minutes_and_five_seconds_of_leeway() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        let owner = app.enrolled(audience, KIT).await;
        app.clock.advance(TimeDelta::seconds(304));
        assert_eq!(owner.account(audience).await.status, 200);
        app.clock.advance(TimeDelta::seconds(1));
        let expired = owner.account(audience).await;
        expired.is_problem(401, "token_expired", &[]);
        assert_eq!(expired.header("www-authenticate"), "Bearer realm=\"openchair\", error=\"invalid_token\"");
    }
}

#[tokio::test]
async fn a_session_that_lies_idle_for_twelve_hours_ends() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        let owner = app.enrolled(audience, KIT).await;
        app.clock.advance(TimeDelta::hours(12) - TimeDelta::seconds(1));
        let refreshed = app.anonymous().refresh(audience, &owner.refresh_token).await;
        assert_eq!(refreshed.status, 200, "{}", refreshed.text());
        let owner = Bearer::of_pair(app.anonymous(), &refreshed.json());
        assert_eq!(owner.account(audience).await.status, 200);
        app.clock.advance(TimeDelta::hours(12));
        app.anonymous().refresh(audience, &owner.refresh_token).await.is_problem(401, "session_ended", &[]);
    }
}

#[tokio::test]
async fn a_session_ends_after_seven_days_however_often_it_is_refreshed() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        let owner = app.enrolled(audience, KIT).await;
        let (mut token, mut passed) = (owner.refresh_token.clone(), TimeDelta::zero());
        while passed < TimeDelta::days(7) - TimeDelta::hours(11) {
            app.clock.advance(TimeDelta::hours(11));
            passed += TimeDelta::hours(11);
            let pair = app.anonymous().refresh(audience, &token).await.json();
            let left_s = (TimeDelta::days(7) - passed).num_seconds().min(12 * 3600);
            assert_eq!(pair["refresh_expires_in_s"], left_s, "{passed}");
            token = pair["refresh_token"].as_str().unwrap().to_owned();
        }
        app.clock.advance(TimeDelta::days(7) - passed);
        app.anonymous().refresh(audience, &token).await.is_problem(401, "session_ended", &[]);
    }
}

#[tokio::test]
async fn a_refresh_token_of_another_audience_or_none_is_told_apart_from_an_ended_session() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        let owner = app.enrolled(audience, KIT).await;
        let good = &owner.refresh_token;
        for (token, code) in [
            (good.replace(&format!("_{audience}_"), "_member_"), "token_invalid"),
            (good.replace(&format!("_{audience}_"), "_admin_"), "token_invalid"),
            (good.to_uppercase(), "token_invalid"),
            (good[..good.len() - 1].to_owned(), "token_invalid"),
            (owner.token.clone(), "token_invalid"),
            ("oc_live_something".to_owned(), "token_invalid"),
            (String::new(), "token_invalid"),
        ] {
            app.anonymous().refresh(audience, &token).await.is_problem(401, code, &[]);
        }
        assert_eq!(owner.account(audience).await.status, 200, "and none of it ended the session");
        assert_eq!(app.anonymous().refresh(audience, good).await.status, 200);
    }
}

#[tokio::test]
async fn signing_out_everywhere_ends_the_other_devices() {
    for audience in BY_PASSWORD {
        let app = TestApp::new().await;
        let one = app.enrolled(audience, KIT).await;
        let two = app.signed_in(audience, KIT).await;
        assert_eq!(one.poke(&auth_path(audience, "revoke-all")).await.status, 204);
        for device in [&one, &two] {
            device.account(audience).await.is_problem(401, "session_ended", &[]);
            app.anonymous().refresh(audience, &device.refresh_token).await.is_problem(401, "session_ended", &[]);
        }
    }
}
