//! Runs at the same moment, and runs that are cut off.

use std::{sync::Arc, time::Duration};

use openchair::{
    db,
    feeds::{self, FeedContext, ReadFeed},
    kernel::SeededEntropy,
    sync::{self, ImportOptions, ImportOutcome, Mode, RunError, RunStatus},
};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, Row};

use super::{
    Desk,
    desk::{row, source},
    rows,
};

const FORCE: ImportOptions = ImportOptions { mode: Mode::Apply, allow_shrink: true };

fn read(rows: &[Value]) -> ReadFeed {
    let context = FeedContext::of(chrono_tz::America::Chicago);
    feeds::read_meeting_guide(source(rows).as_slice(), &context).unwrap()
}

/// An import of its own task.
fn start(desk: &Desk, rows: &[Value], seed: u64) -> tokio::task::JoinHandle<Result<ImportOutcome, sync::RunError>> {
    let (pool, clock, office) = (desk.app.pools.directory.clone(), Arc::clone(&desk.app.clock), desk.office);
    let read = read(rows);
    tokio::spawn(async move {
        let entropy = SeededEntropy::new(seed << 32);
        sync::import(&pool, &*clock, &entropy, office, &read, FORCE).await
    })
}

fn other_rows(count: u32) -> Vec<Value> {
    let at = |n: u32| json!({ "day": n % 7, "time": format!("{:02}:30", n % 24), "group": format!("Group {n}") });
    (1..=count).map(|n| row(&format!("other-{n}"), at(n))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_at_one_moment_end_as_if_one_came_after_the_other() {
    let desk = Desk::with(&rows(30)).await;
    let sources = [rows(20), other_rows(25), rows(30), other_rows(10)];
    let running: Vec<_> = (1..).zip(&sources).map(|(seed, rows)| start(&desk, rows, seed)).collect();
    let mut outcomes = Vec::new();
    for run in running {
        outcomes.push(run.await.unwrap().unwrap());
    }
    assert!(outcomes.iter().all(|outcome| outcome.run.status == RunStatus::Applied));
    // What the last of them said is what is there.
    let present: Vec<String> = desk.meetings().await.into_keys().collect();
    let said = |rows: &[Value]| {
        let mut slugs: Vec<String> = rows.iter().map(|row| row["slug"].as_str().unwrap().to_owned()).collect();
        slugs.sort();
        slugs
    };
    assert!(sources.iter().any(|rows| said(rows) == present), "{present:?}");
    // Each run's changes bear one revision, and the log is in their order.
    let stamps =
        desk.query("SELECT DISTINCT import_id, revision FROM directory.changes WHERE import_id IS NOT NULL").await;
    let mut revisions: Vec<i64> = stamps.iter().map(|stamp| stamp["revision"].as_i64().unwrap()).collect();
    revisions.sort_unstable();
    revisions.dedup();
    assert_eq!(revisions.len(), stamps.len());
    let backwards = "SELECT id FROM (SELECT id, revision, lag(revision) OVER (ORDER BY id) AS was
                     FROM directory.changes) c WHERE revision < was";
    assert_eq!(desk.query(backwards).await, [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn first_imports_at_one_moment_share_one_feed() {
    let desk = Desk::new().await;
    let running = [start(&desk, &rows(10), 1), start(&desk, &rows(10), 2), start(&desk, &rows(10), 3)];
    for run in running {
        run.await.unwrap().unwrap();
    }
    assert_eq!(desk.meetings().await.len(), 10);
    assert_eq!(desk.query("SELECT id FROM directory.feeds").await.len(), 1);
    assert_eq!(desk.query("SELECT id FROM directory.imports").await.len(), 3);
}

/// A lock that stops every import at a certain table, until it is released.
struct Barrier {
    owner: sqlx::PgConnection,
}

impl Barrier {
    async fn before(desk: &Desk, table: &str) -> Self {
        let mut owner = desk.app.database.owner().await;
        let lock = format!("BEGIN; LOCK TABLE directory.{table} IN SHARE MODE");
        owner.execute(AssertSqlSafe(lock)).await.unwrap();
        Self { owner }
    }

    /// Waits until a backend stands before it, and gives that backend's id.
    async fn who_waits(&mut self) -> i32 {
        let waiting = "SELECT pid FROM pg_locks WHERE NOT granted AND relation IS NOT NULL
                       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let look = async {
            loop {
                if let Some(row) = self.owner.fetch_optional(waiting).await.unwrap() {
                    return row.get(0);
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), look).await.unwrap()
    }

    async fn kill_who_waits(&mut self) {
        let kill = format!("SELECT pg_terminate_backend({}, 10000)", self.who_waits().await);
        assert!(self.owner.fetch_one(AssertSqlSafe(kill)).await.unwrap().get::<bool, _>(0));
    }

    async fn release(mut self) {
        self.owner.execute("ROLLBACK").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_connection_dies_in_the_middle_leaves_nothing() {
    let desk = Desk::with(&rows(12)).await;
    let before = desk.dump().await;
    // In the order in which an import writes them.
    for (seed, table) in
        (1..).zip(["regions", "locations", "meetings", "meeting_contacts", "meeting_sources", "changes"])
    {
        let mut barrier = Barrier::before(&desk, table).await;
        let mut said = other_rows(12);
        said[0]["region"] = json!("A new one");
        said[0]["contact_1_name"] = json!("Ida M.");
        let run = start(&desk, &said, seed);
        barrier.kill_who_waits().await;
        match run.await.unwrap() {
            Err(RunError::Database(error)) => assert!(db::is_unavailable(&error), "{table}: {error:?}"),
            other => panic!("{table}: {other:?}"),
        }
        barrier.release().await;
        assert_eq!(desk.dump().await, before, "cut off at {table}");
    }
    // And the next run goes through, with the revision after the last one.
    let revision = desk.directory().await.revision;
    desk.force(&other_rows(12)).await;
    assert_eq!(desk.meetings().await.len(), 12);
    assert_eq!(desk.directory().await.revision, revision + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_dropped_in_the_middle_leaves_nothing_and_holds_nobody_up() {
    let desk = Desk::with(&rows(12)).await;
    let before = desk.dump().await;
    let mut barrier = Barrier::before(&desk, "meetings").await;
    let run = start(&desk, &other_rows(12), 1);
    barrier.who_waits().await;
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    barrier.release().await;
    assert_eq!(desk.dump().await, before);
    desk.force(&other_rows(12)).await;
    assert_eq!(desk.meetings().await.len(), 12);
}
