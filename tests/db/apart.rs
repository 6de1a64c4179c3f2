//! Accounts, circles and the keys of what is written there have nothing in
//! common, and hold nothing that the page on privacy does not name.

use std::{collections::BTreeSet, fs};

use sqlx::Row;

use crate::support::TestDatabase;

/// The schemas that are about persons, each with the one role that sees it.
const APART: [&str; 3] = ["members", "circles", "pass_keys"];

async fn rows(database: &TestDatabase, sql: &str) -> Vec<String> {
    let apart = APART.map(str::to_owned).to_vec();
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
        .bind(apart)
        .fetch_all(&mut database.owner().await)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_about_a_person_is_on_the_page_and_no_other() {
    let sql = "SELECT table_schema || '.' || table_name || '.' || column_name FROM information_schema.columns
               WHERE table_schema = ANY($1) AND table_name NOT LIKE '%sqlx%'";
    let there: BTreeSet<String> = rows(&TestDatabase::new().await, sql).await.into_iter().collect();
    let page = fs::read_to_string(format!("{}/docs/privacy.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut named = BTreeSet::new();
    for row in page.lines().filter(|line| APART.iter().any(|schema| line.starts_with(&format!("| `{schema}.")))) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let table = cells[1].trim_matches('`');
        for column in cells[2].split(',') {
            named.insert(format!("{table}.{}", column.trim().trim_matches('`')));
        }
    }
    assert_eq!(named, there, "docs/privacy.md, \"What is stored\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leads_from_an_account_to_a_circle_or_back() {
    let database = TestDatabase::new().await;
    let leading = "SELECT conrelid::regclass::text FROM pg_constraint
                   JOIN pg_class one ON one.oid = conrelid JOIN pg_class other ON other.oid = confrelid
                   WHERE contype = 'f' AND one.relnamespace <> other.relnamespace
                     AND (one.relnamespace::regnamespace::text = ANY($1)
                          OR other.relnamespace::regnamespace::text = ANY($1))";
    assert_eq!(rows(&database, leading).await, [] as [String; 0]);
    // Nor by a column without a key, as far as names go.
    let named = "SELECT table_schema || '.' || table_name || '.' || column_name FROM information_schema.columns
                 WHERE table_schema = ANY($1)
                   AND column_name ~ case when table_schema = 'members' then '(pass|circle)_?id' else '(account|member)' end";
    assert_eq!(rows(&database, named).await, [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_column_about_a_person_holds_a_time_of_day() {
    let sql = "SELECT table_schema || '.' || table_name || '.' || column_name FROM information_schema.columns
               WHERE table_schema = ANY($1) AND table_name NOT LIKE '%sqlx%' AND data_type ~ '^(time|interval)'";
    assert_eq!(rows(&TestDatabase::new().await, sql).await, [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_sees_its_own_schema_and_no_other() {
    let database = TestDatabase::new().await;
    let sql = "SELECT role, schema FROM unnest($1 || array['directory']) role, unnest($1 || array['directory']) schema
               WHERE has_schema_privilege(role, schema, 'USAGE') ORDER BY 1, 2";
    let apart = APART.map(str::to_owned).to_vec();
    let sees = sqlx::query(sql).bind(apart).fetch_all(&mut database.owner().await).await.unwrap();
    let sees: Vec<(String, String)> = sees.iter().map(|row| (row.get(0), row.get(1))).collect();
    let own = ["circles", "directory", "members", "pass_keys"].map(|name| (name.to_owned(), name.to_owned()));
    assert_eq!(sees, own);
}
