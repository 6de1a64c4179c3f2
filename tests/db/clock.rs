//! The directory's clock, and being woken by it.

use std::{sync::Arc, time::Duration};

use openchair::{
    db::{self, Databases, Pools, Scope, Wakeups},
    directory,
};
use tokio::sync::Mutex;

use crate::support::TestDatabase;

fn pools(database: &TestDatabase, connections: u32) -> Pools {
    Pools::new(&Databases::one(database.options()), connections)
}

async fn revision(pools: &Pools) -> i64 {
    let mut read = db::begin_read(&pools.directory, Scope::Read).await.unwrap();
    directory::revision(&mut read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn commit_order_is_revision_order_with_twenty_writers() {
    let database = TestDatabase::new().await;
    let pools = pools(&database, 20);
    let committed = Arc::new(Mutex::new(Vec::new()));
    let writers: Vec<_> = (0..20)
        .map(|_| {
            let (pool, committed) = (pools.directory.clone(), Arc::clone(&committed));
            tokio::spawn(async move {
                for _ in 0..5 {
                    let write = db::begin_write(&pool, Scope::Operator).await.unwrap();
                    // Nobody else can be between the clock and its commit.
                    let mut committed = committed.try_lock().unwrap();
                    committed.push(write.revision);
                    drop(committed);
                    assert!(write.commit().await.unwrap() > 0);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let committed = committed.lock().await.clone();
    assert_eq!(committed, (1..=100).collect::<Vec<i64>>());
    assert_eq!(revision(&pools).await, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_is_given_up_leaves_no_trace_and_its_revision_to_the_next() {
    let database = TestDatabase::new().await;
    let pools = pools(&database, 4);
    let given_up = db::begin_write(&pools.directory, Scope::Operator).await.unwrap();
    assert_eq!((given_up.revision, revision(&pools).await), (1, 0));
    drop(given_up);
    let next = db::begin_write(&pools.directory, Scope::Operator).await.unwrap();
    assert_eq!(next.revision, 1);
    assert_eq!(next.commit().await.unwrap(), 1);
    assert_eq!(revision(&pools).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_one_state_however_long_it_reads() {
    let database = TestDatabase::new().await;
    let pools = pools(&database, 4);
    let mut read = db::begin_read(&pools.directory, Scope::Read).await.unwrap();
    let before = directory::revision(&mut read).await.unwrap();
    db::begin_write(&pools.directory, Scope::Operator).await.unwrap().commit().await.unwrap();
    assert_eq!(directory::revision(&mut read).await.unwrap(), before);
    assert_eq!(revision(&pools).await, before + 1);
    let refused = sqlx::query("UPDATE directory.directory_clock SET revision = 0").execute(&mut *read).await;
    assert!(matches!(refused, Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("25006")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_wakes_who_listens_and_a_rollback_does_not() {
    let database = TestDatabase::new().await;
    let pools = pools(&database, 4);
    let mut wakeups = Wakeups::new(pools.directory.clone(), Duration::from_mins(10));
    // Listening has begun when the first call returns.
    wakeups.next().await;
    drop(db::begin_write(&pools.directory, Scope::Operator).await.unwrap());
    let write = db::begin_write(&pools.directory, Scope::Operator).await.unwrap();
    let (woken, committed) = tokio::join!(tokio::time::timeout(Duration::from_secs(30), wakeups.next()), async {
        write.commit().await.unwrap()
    });
    woken.unwrap();
    assert_eq!(committed, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_listens_is_woken_by_the_loss_of_its_connection_and_listens_again() {
    let database = TestDatabase::new().await;
    let pools = pools(&database, 4);
    let mut wakeups = Wakeups::new(pools.directory.clone(), Duration::from_mins(10));
    wakeups.next().await;
    database.cut().await;
    let patience = Duration::from_secs(30);
    tokio::time::timeout(patience, wakeups.next()).await.unwrap();
    database.mend().await;
    // Connects again, then hears again.
    tokio::time::timeout(patience, wakeups.next()).await.unwrap();
    let write = db::begin_write(&pools.directory, Scope::Operator).await.unwrap();
    let (woken, _) = tokio::join!(tokio::time::timeout(patience, wakeups.next()), write.commit());
    woken.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_notification_the_timer_wakes() {
    let database = TestDatabase::new().await;
    let mut wakeups = Wakeups::new(pools(&database, 2).directory, Duration::from_millis(5));
    wakeups.next().await;
    tokio::time::timeout(Duration::from_secs(30), wakeups.next()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_told_from_one_that_refuses() {
    let database = TestDatabase::new().await;
    let pools = pools(&database, 2);
    let mut read = db::begin_read(&pools.directory, Scope::Read).await.unwrap();
    let refused = sqlx::query("SELECT no_such_column").execute(&mut *read).await.unwrap_err();
    assert!(!db::is_unavailable(&refused), "{refused:?}");
    assert!(!db::describe(&refused).contains("no_such_column"), "{}", db::describe(&refused));
    database.cut().await;
    let cut = sqlx::query("SELECT 1").execute(&mut *read).await.unwrap_err();
    assert!(db::is_unavailable(&cut), "{cut:?}");
    drop(read);
    let away = db::begin_write(&pools.directory, Scope::Operator).await.unwrap_err();
    assert!(db::is_unavailable(&away), "{away:?}");
    database.mend().await;
    db::begin_write(&pools.directory, Scope::Operator).await.unwrap().commit().await.unwrap();
}
