//! `openchair doctor`

use super::{
    Outcome,
    outcome::{feed, office},
    run,
};
use crate::support::{TestDatabase, openchair};

#[tokio::test(flavor = "multi_thread")]
async fn all_is_well_with_a_directory() {
    let database = office().await;
    run(&database, &["import", &feed("clean.json"), "--intergroup", "lantern"]).done();
    let printed = run(&database, &["doctor"]).done();
    for what in [
        "configuration: ",
        "mail: no server is set",
        "keys: none yet",
        "migrations: all ",
        "Postgres: ",
        "clock: ",
        "directory: 1 intergroups",
    ] {
        assert!(printed.lines().any(|line| line.starts_with("ok ") && line.contains(what)), "{what}: {printed}");
    }
    // Nobody acts for it yet, which it says.
    // Help lines grow old by the calendar, which is no failure of a test.
    let warned = printed.lines().filter(|line| !line.starts_with("ok ") && !line.contains("help lines: "));
    let warned: Vec<&str> = warned.collect();
    let moderators =
        "warn   moderators: fewer than two: 0 with a second factor, 0 without; see `openchair moderator invite --help`";
    let owners = "warn   owners: fewer than two: lantern; see `openchair office invite --help`";
    assert_eq!(warned, [owners, moderators], "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_directory_is_a_warning_with_the_command_that_helps() {
    let printed = run(&TestDatabase::new().await, &["doctor"]).done();
    assert!(printed.contains("warn") && printed.contains("openchair intergroup create"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pending_migrations_are_a_warning_and_it_says_what_to_do() {
    let database = TestDatabase::empty().await;
    let printed = run(&database, &["doctor"]).done();
    assert!(printed.contains("warn   migrations: ") && printed.contains("openchair migrate"), "{printed}");
    // It looked, and did nothing.
    assert!(run(&database, &["migrate", "status"]).done().contains("pending"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_does_not_answer_is_wrong() {
    let database = TestDatabase::new().await;
    database.cut().await;
    let closed = run(&database, &["doctor"]);
    database.mend().await;
    let mut nobody = openchair();
    nobody.args(["doctor", "--database-url", "postgres://user:hunter2@127.0.0.1:1/nothing"]);
    for outcome in [closed, Outcome::of(&mut nobody, b"")] {
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        assert!(outcome.stdout.contains("WRONG  database: cannot connect to the database"), "{outcome:?}");
        assert!(!format!("{outcome:?}").contains("hunter2"), "{outcome:?}");
        assert_eq!(outcome.stdout.lines().count(), 4, "{outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nights_without_work_are_a_warning() {
    use sqlx::Executor;
    let database = office().await;
    let set = |day: &str| {
        format!("INSERT INTO circles.upkeep (done_on) VALUES ({day}) ON CONFLICT (here) DO UPDATE SET done_on = {day}")
    };
    let fresh = set("current_date");
    database.owner().await.execute(sqlx::AssertSqlSafe(fresh)).await.unwrap();
    let printed = run(&database, &["doctor"]).done();
    assert!(printed.contains("ok     circles at night: last done on "), "{printed}");
    let old = set("current_date - 4");
    database.owner().await.execute(sqlx::AssertSqlSafe(old)).await.unwrap();
    let printed = run(&database, &["doctor"]).done();
    assert!(printed.contains("warn   circles at night: last done on "), "{printed}");
}
