//! T8: a token of one audience opens nothing of another, in any pairing.

use openchair::auth::audience::Audience;
use reqwest::Method;

use crate::{
    api::permissions::document::every_operation,
    support::{Bearer, TestApp},
};

/// Somebody of every audience, each with a session that is alive.
async fn one_of_each(app: &TestApp) -> Vec<(Audience, Bearer)> {
    let office = app.enrolled(Audience::Office, "kit@example.org").await;
    let moderator = app.moderator_as("kit@example.org").await;
    let (member, pass) = (app.member().await.bearer, app.steward().await.bearer);
    vec![
        (Audience::Office, office),
        (Audience::Member, member),
        (Audience::Circle, pass),
        (Audience::Moderator, moderator),
    ]
}

/// What a good token of an audience opens.
fn opens(audience: Audience) -> (Method, &'static str) {
    match audience {
        Audience::Office => (Method::GET, "/v1/auth/office/account"),
        Audience::Member => (Method::POST, "/v1/auth/member/revoke"),
        Audience::Circle => (Method::GET, "/v1/circles/self"),
        Audience::Moderator => (Method::GET, "/v1/auth/moderator/account"),
    }
}

#[tokio::test]
async fn t8_no_access_token_opens_an_operation_of_another_audience() {
    let app = TestApp::new().await;
    let people = one_of_each(&app).await;
    let mut asked = 0;
    for operation in every_operation() {
        let Some(audience) = operation.audience() else { continue };
        let path = operation.path.replace("{date}", "2026-05-04").replace("/{n}", "/1");
        let mut parts: Vec<&str> = path.split('/').collect();
        for part in parts.iter_mut().filter(|part| part.starts_with('{')) {
            *part = "0f1e2d3c-4b5a-4968-8776-655443322110";
        }
        let path = parts.join("/");
        for (other, bearer) in people.iter().filter(|(other, _)| *other != audience) {
            let answer = bearer.send(operation.method.clone(), &path, &[], None).await;
            assert_eq!(answer.status, 401, "{} by {other}: {}", operation.id, answer.text());
            assert_eq!(answer.json()["code"], "wrong_audience", "{} by {other}", operation.id);
            asked += 1;
        }
    }
    assert!(asked > 200, "only {asked}");
    for (audience, bearer) in &people {
        let (method, path) = opens(*audience);
        let answer = bearer.send(method, path, &[], None).await;
        assert!(answer.status < 300, "{audience}: {}", answer.text());
    }
}

#[tokio::test]
async fn t8_no_refresh_token_is_taken_by_another_audience_and_none_is_hurt() {
    let app = TestApp::new().await;
    let people = one_of_each(&app).await;
    let mut asked = 0;
    for audience in Audience::ALL {
        for (other, bearer) in people.iter().filter(|(other, _)| *other != audience) {
            let token = &bearer.refresh_token;
            app.anonymous().refresh(audience, token).await.is_problem(401, "wrong_audience", &[]);
            // Nor by another name: what it says of itself is sealed.
            let renamed = token.replace(&format!("_{other}_"), &format!("_{audience}_"));
            app.anonymous().refresh(audience, &renamed).await.is_problem(401, "token_invalid", &[]);
            // Nor is it an access token of anybody.
            let (method, path) = opens(audience);
            let answer = Bearer::new(app.anonymous(), token).send(method, path, &[], None).await;
            answer.is_problem(401, "token_invalid", &[]);
            asked += 1;
        }
    }
    assert_eq!(asked, 12);
    for (audience, bearer) in &people {
        let refreshed = app.anonymous().refresh(*audience, &bearer.refresh_token).await;
        assert_eq!(refreshed.status, 200, "{audience}: {}", refreshed.text());
    }
}

/// A key of one audience signs for no other, whatever the token says.
#[tokio::test]
async fn t8_a_session_of_one_audience_is_none_of_another() {
    let app = TestApp::new().await;
    let people = one_of_each(&app).await;
    let of = |audience| people.iter().find(|(one, _)| *one == audience).unwrap().1.clone();
    let (office, moderator) = (of(Audience::Office), of(Audience::Moderator));
    // As if the database had mixed them up: the account of a session is asked
    // whose it is, besides.
    for (audience, bearer) in [(Audience::Office, &office), (Audience::Moderator, &moderator)] {
        let id = bearer.account(audience).await.json()["id"].as_str().unwrap().to_owned();
        let other = if audience == Audience::Office { "moderator" } else { "office" };
        let grants = "DELETE FROM office.grants; ";
        let turn = format!(
            "{grants}UPDATE office.accounts SET audience = '{other}', email_folded = '{other}@x.org' WHERE id = '{id}'"
        );
        sqlx::Executor::execute(&mut app.database.owner().await, sqlx::AssertSqlSafe(turn)).await.unwrap();
        bearer.account(audience).await.is_problem(401, "session_ended", &[]);
        app.anonymous().refresh(audience, &bearer.refresh_token).await.is_problem(401, "session_ended", &[]);
    }
}
