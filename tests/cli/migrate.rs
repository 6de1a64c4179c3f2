//! `openchair migrate`

use super::run;
use crate::support::TestDatabase;

#[tokio::test(flavor = "multi_thread")]
async fn migrations_are_listed_applied_and_then_there_is_nothing_to_apply() {
    let database = TestDatabase::empty().await;
    let pending = run(&database, &["migrate", "status"]).done();
    assert!(pending.lines().count() >= 5);
    assert!(pending.lines().all(|line| line.starts_with("pending ")), "{pending}");
    assert!(pending.contains(" main ") && pending.contains(" circles "), "{pending}");
    assert_eq!(run(&database, &["migrate"]).done(), format!("{} applied\n", pending.lines().count()));
    let applied = run(&database, &["migrate", "status"]).done();
    assert_eq!(applied, pending.replace("pending ", "applied "));
    assert_eq!(run(&database, &["migrate"]).done(), "nothing to apply\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_commands_apply_what_is_missing() {
    let database = TestDatabase::empty().await;
    assert_eq!(run(&database, &["intergroup", "list"]).done(), "");
    assert_eq!(run(&database, &["migrate"]).done(), "nothing to apply\n");
}
