//! What is left of the order of things after a night.

use openchair::upkeep::{Part, list_tables};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::{nightly, rows};
use crate::support::TestApp;

async fn texts(owner: &mut PgConnection, sql: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(owner).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_a_random_key_to_be_ordered_by() {
    let app = TestApp::new().await;
    let mut owner = app.database.owner().await;
    for part in Part::ALL {
        let tables = list_tables(&mut owner, part.schema()).await.unwrap();
        assert!(!tables.is_empty(), "{part:?}");
        for table in tables {
            assert!(table.index.is_some(), "{} has no primary key", table.name);
            // A day or a number in front would keep the order of things. Decisions
            // of moderators are numbered one after another, and say so.
            let key_type = table.key_type.unwrap();
            if table.name == "circles.decisions" {
                continue;
            }
            assert!(["uuid", "bytea"].contains(&key_type.as_str()), "{} is ordered by a {key_type}", table.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_night_rows_tell_neither_when_nor_in_which_order_they_came() {
    let app = TestApp::new().await;
    for _ in 0..4 {
        app.circle_of(3).await;
    }
    let mut owner = app.database.owner().await;
    // Long values are numbered as they come: against the order of the key here.
    let vaults = "INSERT INTO members.vaults SELECT id, 1, convert_to(repeat(id::text, 200), 'UTF8')
                  FROM members.accounts ORDER BY id DESC";
    owner.execute(vaults).await.unwrap();
    let (contents, before) = (vault_contents(&mut owner).await, rows(&app).await);
    let xmins = "SELECT DISTINCT xmin::text FROM members.accounts";
    assert!(texts(&mut owner, xmins).await.len() > 1);
    nightly(&app).work().await.unwrap();
    for (table, rows) in before.iter().filter(|(_, rows)| *rows > 1) {
        assert_eq!(texts(&mut owner, &format!("SELECT DISTINCT xmin::text FROM {table}")).await.len(), 1, "{table}");
        assert_eq!(texts(&mut owner, &format!("SELECT DISTINCT xmax::text FROM {table}")).await, ["0"], "{table}");
        let size = format!("SELECT count(*)::text FROM {table} WHERE (ctid::text::point)[1] > 0");
        assert_eq!(texts(&mut owner, &size).await, [rows.to_string()]);
    }
    for (table, key) in [("members.accounts", "id"), ("circles.sessions", "id"), ("circles.passes", "id")] {
        let as_they_lie = texts(&mut owner, &format!("SELECT {key}::text FROM {table} ORDER BY ctid")).await;
        let sorted = texts(&mut owner, &format!("SELECT {key}::text FROM {table} ORDER BY {key}")).await;
        assert_eq!(as_they_lie, sorted, "{table}");
    }
    assert_eq!(rows(&app).await, before);
    assert_eq!(vault_contents(&mut owner).await, contents);
    // The numbers now follow the key, which tells nothing.
    assert_eq!(first_letters_by_number(&mut owner).await, texts(&mut owner, BY_KEY).await);
}

const BY_KEY: &str = "SELECT id::text FROM members.accounts ORDER BY id";

async fn vault_contents(owner: &mut PgConnection) -> Vec<String> {
    texts(owner, "SELECT account_id::text || md5(sealed) FROM members.vaults ORDER BY account_id").await
}

/// The account of each vault, which its bytes begin with, by the numbers of the vaults.
async fn first_letters_by_number(owner: &mut PgConnection) -> Vec<String> {
    let toast = "SELECT reltoastrelid::regclass::text FROM pg_class WHERE oid = 'members.vaults'::regclass";
    let toast = texts(owner, toast).await.remove(0);
    let sql = format!(
        "SELECT convert_from(substr(chunk_data, 1, 36), 'UTF8') FROM {toast} WHERE chunk_seq = 0 ORDER BY chunk_id"
    );
    texts(owner, &sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_held_is_tried_again() {
    let app = TestApp::new().await;
    app.circle_of(2).await;
    let mut holder = app.database.owner().await;
    holder.execute("BEGIN; LOCK TABLE circles.passes IN ACCESS SHARE MODE").await.unwrap();
    let night = nightly(&app);
    let letting_go = async {
        let waits = "SELECT count(*)::text FROM pg_locks WHERE NOT granted";
        let mut watcher = app.database.owner().await;
        while texts(&mut watcher, waits).await == ["0"] {
            tokio::task::yield_now().await;
        }
        // Longer than a try waits; then it is let go of.
        while texts(&mut watcher, waits).await != ["0"] {
            tokio::task::yield_now().await;
        }
        holder.execute("COMMIT").await.unwrap();
    };
    let (worked, ()) = tokio::join!(night.work(), letting_go);
    worked.unwrap();
    let mut owner = app.database.owner().await;
    assert_eq!(texts(&mut owner, "SELECT DISTINCT xmin::text FROM circles.passes").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_held_all_night_is_not_said_to_be_done_and_does_not_keep_other_parts() {
    let app = TestApp::new().await;
    app.circle_of(2).await;
    let mut holder = app.database.owner().await;
    holder.execute("BEGIN; LOCK TABLE members.accounts IN ACCESS SHARE MODE").await.unwrap();
    let mut owner = app.database.owner().await;
    assert!(nightly(&app).work().await.is_err());
    assert_eq!(texts(&mut owner, "SELECT done_on::text FROM members.upkeep").await, [""; 0]);
    assert_eq!(texts(&mut owner, "SELECT done_on::text FROM circles.upkeep").await.len(), 1);
    holder.execute("COMMIT").await.unwrap();
    nightly(&app).work().await.unwrap();
    assert_eq!(texts(&mut owner, "SELECT done_on::text FROM members.upkeep").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_writing_afresh_the_order_stays() {
    let app = TestApp::new().await;
    for _ in 0..2 {
        app.circle_of(2).await;
    }
    nightly(&app).without_writing_afresh().work().await.unwrap();
    let mut owner = app.database.owner().await;
    assert!(texts(&mut owner, "SELECT DISTINCT xmin::text FROM members.accounts").await.len() > 1);
}
