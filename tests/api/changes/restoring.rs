//! A database that was brought back from a backup.

use openchair::{
    auth::Role,
    db::{Databases, Pools},
};
use serde_json::json;

use super::{
    address, change, delete, make, online,
    reader::{Reader, searched},
};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_from_before_a_restore_begins_anew_and_one_from_before_the_backup_goes_on() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let editor = app.admin(office, Role::Editor).await;
    let caller = app.anonymous();
    let meeting = make(&editor, office, "meetings", &online("Sunrise")).await;
    let mut old = Reader::of(Some("lantern"), 10);
    old.catch_up(&caller).await;
    let backup = app.database.copy().await;
    // What is lost with the restore: a new meeting, and another that went.
    app.until(|app| app.server.snapshots().database() == openchair::search::DatabaseState::Ok).await;
    make(&editor, office, "meetings", &online("Lost")).await;
    delete(&editor, &address(&meeting)).await;
    let mut lost = Reader::of(Some("lantern"), 10);
    lost.catch_up(&caller).await;
    let mut behind = Reader { limit: 1, ..old.clone() };
    assert!(behind.read(&caller).await, "in the middle of what is lost");
    assert_eq!(lost.held.len(), 1);

    let restored = app.node_with(Pools::new(&Databases::one(backup.options()), 4)).await;
    restored.until(|node| node.server.snapshots().current().is_some()).await;
    let (caller, editor) = (restored.anonymous(), editor.at(restored.anonymous()));
    // The clock is behind the cursor's number.
    for cursor in [&lost, &behind] {
        caller.get(&cursor.path()).await.is_problem(410, "cursor_expired", &[]);
    }
    assert_eq!(old.told(&caller).await, [], "its history is that of the backup");
    // The clock has the cursor's number again, then more.
    for n in 0..4 {
        change(&editor, &address(&meeting), &json!({ "notes": format!("Ring {n} times.") })).await;
        for cursor in [&lost, &behind] {
            caller.get(&cursor.path()).await.is_problem(410, "cursor_expired", &[]);
        }
    }
    let expected = searched(&caller, Some("lantern")).await;
    for mut reader in [old, lost, behind] {
        reader.catch_up(&caller).await;
        assert_eq!(reader.held, expected);
    }
    // Away altogether: nobody can know whether another node is ahead.
    let mut ahead = Reader::of(Some("lantern"), 10);
    ahead.catch_up(&app.anonymous()).await;
    drop(editor);
    backup.cut().await;
    restored.until(|node| node.server.snapshots().database() != openchair::search::DatabaseState::Ok).await;
    let mut cursor = Reader::of(Some("lantern"), 10);
    cursor.catch_up(&caller).await;
    assert_eq!(cursor.held, expected, "a walk needs no database");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_node_notices_that_its_database_was_set_back_to_the_same_number() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let editor = app.admin(office, Role::Editor).await;
    make(&editor, office, "meetings", &online("Sunrise")).await;
    let caller = app.anonymous();
    let mut reader = Reader::of(None, 10);
    reader.catch_up(&caller).await;
    // Another history with the same number: the same steps, drawn anew.
    let revision = app.revision().await;
    app.database.owner().await;
    app.as_owner_unseen(&format!(
        "UPDATE directory.directory_clock SET revision = {};
         UPDATE directory.meetings SET name = 'Another' ",
        revision - 1
    ))
    .await;
    assert_eq!(app.revision().await, revision);
    app.until(|app| {
        let published = app.server.snapshots().current().unwrap();
        published
            .snapshot
            .meetings()
            .any(|entry| String::from_utf8_lossy(&published.snapshot.meeting_json(entry)).contains("Another"))
    })
    .await;
    caller.get(&reader.path()).await.is_problem(410, "cursor_expired", &[]);
    reader.catch_up(&caller).await;
    assert_eq!(reader.held, searched(&caller, None).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_node_has_shown_already_is_waited_for_and_not_mistaken() {
    let app = TestApp::new().await;
    let office = app.office("lantern", chrono_tz::America::Chicago).await;
    let editor = app.admin(office, Role::Editor).await;
    let second = app.second_node();
    second.until(|node| node.server.snapshots().current().is_some()).await;
    let mut reader = Reader::of(None, 10);
    for n in 0..20 {
        make(&editor, office, "meetings", &online(&format!("Meeting {n}"))).await;
        reader.catch_up(&app.anonymous()).await;
        assert_eq!(reader.told(&second.anonymous()).await, []);
    }
    assert_eq!((reader.held.len(), reader.restarts), (20, 0));
    // With the database away, it may come or not: that is not for us to say.
    let lagging = app.second_node();
    lagging.until(|node| node.server.snapshots().current().is_some()).await;
    let ahead = reader.path();
    let backup = app.database.copy().await;
    app.until(|app| app.server.snapshots().database() == openchair::search::DatabaseState::Ok).await;
    let behind = app.node_with(Pools::new(&Databases::one(backup.options()), 4)).await;
    behind.until(|node| node.server.snapshots().current().is_some()).await;
    make(&editor, office, "meetings", &online("One more")).await;
    reader.catch_up(&app.anonymous()).await;
    assert_ne!(reader.path(), ahead);
    backup.cut().await;
    behind.until(|node| node.server.snapshots().database() != openchair::search::DatabaseState::Ok).await;
    let answer = behind.anonymous().get(&reader.path()).await;
    answer.is_problem(503, "unavailable", &[]);
    assert_eq!(answer.header("retry-after"), "1");
}
