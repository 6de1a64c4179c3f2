//! What left is remembered for a time.

use chrono::TimeDelta;
use openchair::{
    auth::Role,
    directory,
    kernel::{Clock, Kept, SystemClock},
};
use serde_json::json;

use super::{
    address, change, delete, make, online,
    reader::{Reader, searched},
};
use crate::support::TestApp;

/// Clears away as in so many days. The database's clock says when something
/// left, which is the machine's.
async fn forget_in(app: &TestApp, days: i64) {
    let then = SystemClock.now() + TimeDelta::days(days);
    directory::forget_departures(&app.pools.directory, then).await.unwrap();
    // A node learns of it with the next change.
    app.as_owner("SELECT 1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_missed_what_is_forgotten_begins_anew_and_no_other() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let quiet = app.office("quiet", chrono_tz::America::Chicago).await;
    let (editor, other) = (app.admin(office, Role::Editor).await, app.admin(quiet, Role::Editor).await);
    let caller = app.anonymous();
    let stays = make(&editor, office, "meetings", &online("Stays")).await;
    let goes = make(&editor, office, "meetings", &online("Goes")).await;
    make(&other, quiet, "meetings", &online("Quiet")).await;
    let mut readers = [Some("lantern"), Some("quiet"), None].map(|scope| Reader::of(scope, 10));
    let mut walking = Reader::of(Some("lantern"), 1);
    walking.read(&caller).await;
    for reader in &mut readers {
        reader.catch_up(&caller).await;
    }
    delete(&editor, &address(&goes)).await;
    let mut newer = readers.clone();
    for reader in &mut newer {
        reader.catch_up(&caller).await;
    }
    forget_in(&app, i64::from(Kept::Departures.days()) - 1).await;
    assert_eq!(readers[0].clone().told(&caller).await.len(), 1, "it is remembered for as long as is said");
    forget_in(&app, i64::from(Kept::Departures.days()) + 1).await;
    let answer = caller.get(&readers[0].path()).await;
    answer.is_problem(410, "cursor_expired", &[]);
    assert_eq!(caller.get("/problems/cursor_expired").await.status, 200);
    let restarts: Vec<usize> = {
        let mut restarts = Vec::new();
        for (reader, scope) in readers.iter_mut().zip([Some("lantern"), Some("quiet"), None]) {
            reader.catch_up(&caller).await;
            assert_eq!(reader.held, searched(&caller, scope).await);
            restarts.push(reader.restarts);
        }
        restarts
    };
    assert_eq!(restarts, [1, 0, 1], "nothing left where it is quiet");
    walking.catch_up(&caller).await;
    assert_eq!((walking.restarts, walking.held), (1, readers[0].held.clone()));
    // Who had heard of it goes on, however old the last change is.
    forget_in(&app, 400).await;
    for reader in &mut newer {
        assert_eq!(reader.told(&caller).await, []);
    }
    change(&editor, &address(&stays), &json!({ "notes": "Ring twice." })).await;
    for (reader, told) in newer.iter_mut().zip([1, 0, 1]) {
        assert_eq!(reader.told(&caller).await.len(), told);
        assert_eq!(reader.restarts, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_the_clock_that_nothing_bears_are_cleared_away() {
    let app = TestApp::with_feed("clean.json").await;
    for _ in 0..50 {
        app.as_owner_unseen("SELECT 1").await;
    }
    let mut owner = app.database.owner().await;
    let count = "SELECT count(*) FROM directory.ticks";
    let before: i64 = sqlx::query_scalar(count).fetch_one(&mut owner).await.unwrap();
    assert!(before > 50);
    forget_in(&app, 102).await;
    let after: i64 = sqlx::query_scalar(count).fetch_one(&mut owner).await.unwrap();
    assert!(after < 6, "{after}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_cannot_make_the_service_forget() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let mut write = openchair::db::begin(&app.pools.directory, openchair::db::Scope::office(office)).await.unwrap();
    let sql = "SELECT directory.forget_departures(now())";
    let refused = sqlx::query(sql).execute(&mut *write).await.unwrap_err();
    assert!(matches!(refused, sqlx::Error::Database(error) if error.code().as_deref() == Some("42501")));
}
