//! What each scope sees and may change, for every table there is.

use openchair::db::{Databases, Pools};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row, postgres::PgRow};
use uuid::Uuid;

use crate::support::TestDatabase;

/// An office, its parent, its child, and one that has nothing to do with them.
const PARENT: &str = "00000000-0000-7000-8000-0000000000a1";
const OFFICE: &str = "00000000-0000-7000-8000-0000000000a2";
const CHILD: &str = "00000000-0000-7000-8000-0000000000a3";
const SIBLING: &str = "00000000-0000-7000-8000-0000000000a4";
const ALL: [&str; 4] = [PARENT, OFFICE, CHILD, SIBLING];

/// Tables that are no office's.
const OF_NOBODY: [&str; 5] = ["directory_clock", "ticks", "departures", "forgotten_departures", "touched"];

/// A database with a row of every table for each of four offices.
struct World {
    database: TestDatabase,
    pools: Pools,
}

impl World {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let mut owner = database.owner().await;
        for (office, parent) in [(PARENT, None), (OFFICE, Some(PARENT)), (CHILD, Some(OFFICE)), (SIBLING, Some(PARENT))]
        {
            for (table, insert) in inserts(office, parent, office) {
                run(&mut owner, &insert).await.unwrap_or_else(|error| panic!("{table}: {error}"));
            }
        }
        let pools = Pools::new(&Databases::one(database.options()), 2);
        Self { database, pools }
    }

    /// The tables of the schema, and whether they have an `intergroup_id`.
    async fn tables(&self) -> Vec<String> {
        let sql = "SELECT table_name::text FROM information_schema.tables
                   WHERE table_schema = 'directory' AND table_type = 'BASE TABLE' ORDER BY 1";
        let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut self.database.owner().await).await.unwrap();
        assert!(tables.len() > 10, "{tables:?}");
        tables.into_iter().filter(|table| !OF_NOBODY.contains(&table.as_str())).collect()
    }

    /// Runs statements as the role `directory` in a transaction of that scope
    /// that is rolled back; the last one's rows.
    async fn within(&self, scope: &str, statements: &[&str]) -> Result<Vec<PgRow>, sqlx::Error> {
        let mut transaction = self.pools.directory.begin().await.unwrap();
        if !scope.is_empty() {
            run(&mut transaction, &format!("SELECT set_config('openchair.scope', '{scope}', true)")).await.unwrap();
        }
        let mut rows = Vec::new();
        for statement in statements {
            rows = run(&mut transaction, statement).await?;
        }
        transaction.rollback().await.unwrap();
        Ok(rows)
    }

    /// The offices whose rows of a table a scope sees.
    async fn sees(&self, scope: &str, table: &str) -> Vec<String> {
        let sql = format!("SELECT DISTINCT {}::text FROM directory.{table} ORDER BY 1", office_of(table));
        let rows = self.within(scope, &[&sql]).await.unwrap_or_else(|error| panic!("{scope} {table}: {error}"));
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// How many rows of an office a scope may write over, or take away.
    async fn writes(&self, scope: &str, statement: &str) -> usize {
        match self.within(scope, &[&format!("{statement} RETURNING 1")]).await {
            Ok(rows) => rows.len(),
            // No such right on this table at all.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42501") => 0,
            Err(error) => panic!("{scope}: {statement}: {error}"),
        }
    }
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<Vec<PgRow>, sqlx::Error> {
    connection.fetch_all(AssertSqlSafe(sql.to_owned())).await
}

fn office_of(table: &str) -> &'static str {
    if table == "intergroups" { "id" } else { "intergroup_id" }
}

/// A statement for every table that inserts a row of an office, in an order
/// that foreign keys allow. `seed` makes the ids.
#[expect(clippy::too_many_lines, reason = "one statement for each table")]
fn inserts(office: &str, parent: Option<&str>, seed: &str) -> Vec<(&'static str, String)> {
    let id = |n: u128| Uuid::from_u128(seed.parse::<Uuid>().unwrap().as_u128() << 8 | n);
    let [feed, region, group, place, meeting, import, notice, webhook] = [1, 2, 3, 4, 5, 6, 7, 8].map(id);
    let parent = parent.map_or("NULL".to_owned(), |parent| format!("'{parent}'"));
    let slug = format!("s-{}", &seed[24..]);
    vec![
        (
            "intergroups",
            format!(
            "INSERT INTO directory.intergroups (id, slug, name, parent_id, timezone, revision, created_at, updated_at)
             VALUES ('{office}', '{slug}', 'Office', {parent}, 'UTC', 1, now(), now())"),
        ),
        (
            "feeds",
            format!(
                "INSERT INTO directory.feeds (id, intergroup_id, kind, name, format, state_since, created_at)
             VALUES ('{feed}', '{office}', 'upload', 'Feed', 'meeting_guide', now(), now())"
            ),
        ),
        (
            "regions",
            format!(
                "INSERT INTO directory.regions (id, intergroup_id, slug, name, revision)
             VALUES ('{region}', '{office}', '{slug}', '{slug}', 1)"
            ),
        ),
        (
            "groups",
            format!(
                "INSERT INTO directory.groups (id, intergroup_id, slug, name, revision, updated_at)
             VALUES ('{group}', '{office}', '{slug}', 'Group', 1, now())"
            ),
        ),
        (
            "locations",
            format!(
                "INSERT INTO directory.locations (id, intergroup_id, name, approximate, revision, updated_at)
             VALUES ('{place}', '{office}', 'Hall', false, 1, now())"
            ),
        ),
        (
            "meetings",
            format!(
                "INSERT INTO directory.meetings
                 (id, intergroup_id, slug, name, timezone, timezone_source, revision, created_at, updated_at)
             VALUES ('{meeting}', '{office}', '{slug}', 'Meeting', 'UTC', 'given', 1, now(), now())"
            ),
        ),
        (
            "meeting_aliases",
            format!(
                "INSERT INTO directory.meeting_aliases (intergroup_id, slug, meeting_id)
             VALUES ('{office}', 'alias-{slug}', '{meeting}')"
            ),
        ),
        (
            "meeting_contacts",
            format!(
                "INSERT INTO directory.meeting_contacts (meeting_id, intergroup_id, position, name)
             VALUES ('{meeting}', '{office}', 1, 'Ida M.')"
            ),
        ),
        (
            "meeting_private",
            format!(
                "INSERT INTO directory.meeting_private (meeting_id, intergroup_id, admin_notes)
             VALUES ('{meeting}', '{office}', 'Hidden')"
            ),
        ),
        (
            "notices",
            format!(
                "INSERT INTO directory.notices (id, intergroup_id, meeting_id, kind, from_date, revision)
             VALUES ('{notice}', '{office}', '{meeting}', 'closed', '2026-05-04', 1)"
            ),
        ),
        (
            "meeting_sources",
            format!(
                "INSERT INTO directory.meeting_sources (feed_id, source_key, intergroup_id, meeting_id, row_hash)
             VALUES ('{feed}', 'key', '{office}', '{meeting}', sha256('x'))"
            ),
        ),
        (
            "meeting_followers",
            format!(
                "INSERT INTO directory.meeting_followers (feed_id, source_key, intergroup_id, meeting_id, row_hash)
             VALUES ('{feed}', 'key', '{office}', '{meeting}', sha256('x'))"
            ),
        ),
        (
            "imports",
            format!(
                "INSERT INTO directory.imports
                 (id, feed_id, intergroup_id, status, rows, created, updated, removed, unchanged, problem_count,
                  started_at)
             VALUES ('{import}', '{feed}', '{office}', 'applied', 1, 1, 0, 0, 0, 0, now())"
            ),
        ),
        (
            "import_changes",
            format!(
                "INSERT INTO directory.import_changes (import_id, position, intergroup_id, op, meeting_id, slug, name)
             VALUES ('{import}', 1, '{office}', 'create', '{meeting}', '{slug}', 'Meeting')"
            ),
        ),
        (
            "import_problems",
            format!(
                "INSERT INTO directory.import_problems (import_id, position, intergroup_id, problem)
             VALUES ('{import}', 1, '{office}', '{{}}')"
            ),
        ),
        (
            "import_bodies",
            format!(
                "INSERT INTO directory.import_bodies (import_id, intergroup_id, bytes, zstd)
             VALUES ('{import}', '{office}', 2, 'xx')"
            ),
        ),
        (
            "import_rows",
            format!(
                "INSERT INTO directory.import_rows (import_id, intergroup_id, entity, entity_id, version)
             VALUES ('{import}', '{office}', 'meeting', '{meeting}', 1)"
            ),
        ),
        (
            "changes",
            format!(
                "INSERT INTO directory.changes (intergroup_id, entity, entity_id, op, version, revision, actor, at)
             VALUES ('{office}', 'meeting', '{meeting}', 'create', 1, 1, 'import', now())"
            ),
        ),
        (
            "feedback",
            format!(
                "INSERT INTO directory.feedback
                 (id, intergroup_id, meeting_id, receipt_hash, kind, meeting_version, created_at)
             VALUES ('{notice}', '{office}', '{meeting}', sha256('{meeting}'), 'gone', 1, now())"
            ),
        ),
        (
            "webhooks",
            format!(
                "INSERT INTO directory.webhooks (id, intergroup_id, url, events, secret, state_since, created_at)
             VALUES ('{webhook}', '{office}', 'https://example.org/', '{{import.held}}', 'wrapped', now(), now())"
            ),
        ),
        (
            "webhook_deliveries",
            format!(
                "INSERT INTO directory.webhook_deliveries
                 (id, webhook_id, intergroup_id, event_id, type, data, occurred_at, due_at)
             VALUES ('{notice}', '{webhook}', '{office}', '{notice}', 'import.held', '{{}}', now(), now())"
            ),
        ),
    ]
}

/// An update that says what is there already.
fn update(table: &str, office: &str) -> String {
    let column = office_of(table);
    format!("UPDATE directory.{table} SET {column} = {column} WHERE {column} = '{office}'")
}

fn delete(table: &str, office: &str) -> String {
    format!("DELETE FROM directory.{table} WHERE {} = '{office}'", office_of(table))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_of_the_directory_is_an_offices_and_protected() {
    let world = World::new().await;
    let tables = world.tables().await;
    let with_rows: Vec<&str> = inserts(OFFICE, None, OFFICE).iter().map(|(table, _)| *table).collect();
    for table in &tables {
        assert!(with_rows.contains(&table.as_str()), "teach this test to insert into {table}");
    }
    let open = "SELECT relname::text FROM pg_class WHERE relnamespace = 'directory'::regnamespace
                AND relkind IN ('r', 'p') AND NOT relrowsecurity";
    let open: Vec<String> = sqlx::query_scalar(open).fetch_all(&mut world.database.owner().await).await.unwrap();
    assert_eq!(open, OF_NOBODY);
    for table in tables.iter().filter(|table| *table != "intergroups") {
        let column = format!(
            "SELECT is_nullable::text FROM information_schema.columns
             WHERE table_schema = 'directory' AND table_name = '{table}' AND column_name = 'intergroup_id'"
        );
        let nullable: Vec<PgRow> = run(&mut world.database.owner().await, &column).await.unwrap();
        assert_eq!(nullable.len(), 1, "{table} has no intergroup_id");
        assert_eq!(nullable[0].get::<String, _>(0), "NO", "{table}.intergroup_id");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_scope_there_is_nothing_and_nothing_goes_in() {
    let world = World::new().await;
    // Nor with one that is none.
    for scope in ["", "office", "office:", "office:none", "Office:x", "reader", "operators", "read,operator"] {
        for table in world.tables().await {
            assert!(world.sees(scope, &table).await.is_empty(), "{scope}: {table}");
            for office in ALL {
                assert_eq!(world.writes(scope, &update(&table, office)).await, 0, "{scope}: {table}");
                assert_eq!(world.writes(scope, &delete(&table, office)).await, 0, "{scope}: {table}");
            }
        }
        for (table, insert) in inserts(OFFICE, Some(PARENT), "00000000-0000-7000-8000-0000000000b1") {
            refuses(&world, scope, &insert, table).await;
        }
    }
}

/// Asserts that row-level security itself refuses a row.
async fn refuses(world: &World, scope: &str, insert: &str, table: &str) {
    let error = world.within(scope, &[insert]).await.err();
    let Some(sqlx::Error::Database(error)) = error else { panic!("{scope} may insert into {table}") };
    assert_eq!(error.code().as_deref(), Some("42501"), "{scope}: {table}: {error}");
    assert!(error.message().contains("row-level security"), "{scope}: {table}: {error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reading_scope_sees_all_and_writes_nothing() {
    let world = World::new().await;
    for table in world.tables().await {
        assert_eq!(world.sees("read", &table).await, ALL, "{table}");
        for office in ALL {
            assert_eq!(world.writes("read", &update(&table, office)).await, 0, "{table}");
            assert_eq!(world.writes("read", &delete(&table, office)).await, 0, "{table}");
        }
    }
    for (table, insert) in inserts(OFFICE, Some(PARENT), "00000000-0000-7000-8000-0000000000b1") {
        refuses(&world, "read", &insert, table).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_sees_all_and_writes_for_all() {
    let world = World::new().await;
    for table in world.tables().await {
        assert_eq!(world.sees("operator", &table).await, ALL, "{table}");
    }
    let new = "00000000-0000-7000-8000-0000000000b1";
    let statements = inserts(new, None, new);
    let statements: Vec<&str> = statements.iter().map(|(_, insert)| insert.as_str()).collect();
    world.within("operator", &statements).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_sees_itself_and_its_descendants_alone() {
    let world = World::new().await;
    for table in world.tables().await {
        for (office, expected) in [
            (PARENT, &[PARENT, OFFICE, CHILD, SIBLING] as &[_]),
            (OFFICE, &[OFFICE, CHILD]),
            (CHILD, &[CHILD]),
            (SIBLING, &[SIBLING]),
        ] {
            assert_eq!(world.sees(&format!("office:{office}"), &table).await, expected, "{table}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_writes_itself_and_its_descendants_alone() {
    let world = World::new().await;
    let scope = format!("office:{OFFICE}");
    for table in world.tables().await {
        // What the role may do with this table at all, the operator may.
        let may = async |scope: &str, office: &str| {
            [
                world.writes(scope, &update(&table, office)).await,
                world.writes(scope, &format!("{} AND false", delete(&table, office))).await,
            ]
        };
        for office in [OFFICE, CHILD] {
            assert_eq!(may(&scope, office).await, may("operator", office).await, "{table}");
        }
        for office in [PARENT, SIBLING] {
            assert_eq!(may(&scope, office).await, [0, 0], "{table}");
            assert_eq!(world.writes(&scope, &delete(&table, office)).await, 0, "{table}");
        }
    }
    // Into its own and its child's, and no other's.
    let seed = "00000000-0000-7000-8000-0000000000b1";
    for office in [OFFICE, CHILD] {
        let statements = inserts(office, None, seed);
        let statements: Vec<&str> = statements[1..].iter().map(|(_, insert)| insert.as_str()).collect();
        world.within(&scope, &statements).await.unwrap();
    }
    for office in [PARENT, SIBLING] {
        for (table, insert) in &inserts(office, None, seed)[1..] {
            refuses(&world, &scope, insert, table).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_makes_children_of_itself_and_no_roots() {
    let world = World::new().await;
    let scope = format!("office:{OFFICE}");
    let new = "00000000-0000-7000-8000-0000000000b1";
    let child_of = |parent| inserts(new, parent, new).remove(0).1;
    for parent in [OFFICE, CHILD] {
        world.within(&scope, &[&child_of(Some(parent))]).await.unwrap();
    }
    for parent in [None, Some(PARENT), Some(SIBLING), Some(new)] {
        let error = world.within(&scope, &[&child_of(parent)]).await.unwrap_err();
        assert!(matches!(&error, sqlx::Error::Database(_)), "{parent:?}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_cannot_be_given_to_another_office_or_point_into_it() {
    let world = World::new().await;
    let scope = format!("office:{OFFICE}");
    for table in world.tables().await.iter().filter(|table| *table != "intergroups") {
        let give = format!("UPDATE directory.{table} SET intergroup_id = '{SIBLING}' WHERE intergroup_id = '{OFFICE}'");
        let error = world.within(&scope, &[&give]).await.unwrap_err();
        assert!(matches!(&error, sqlx::Error::Database(_)), "{table}: {error}");
    }
    let theirs = Uuid::from_u128(SIBLING.parse::<Uuid>().unwrap().as_u128() << 8 | 4);
    let point = format!("UPDATE directory.meetings SET location_id = '{theirs}' WHERE intergroup_id = '{OFFICE}'");
    let error = world.within(&scope, &[&point]).await.unwrap_err();
    assert!(openchair::db::is_constraint(&error, "meetings_location_fkey"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_of_the_service_alters_the_log_of_changes_or_deletes_a_meeting() {
    let world = World::new().await;
    for scope in ["operator", &format!("office:{OFFICE}")] {
        for statement in [
            "UPDATE directory.changes SET actor = 'nobody'",
            "DELETE FROM directory.changes",
            "TRUNCATE directory.changes",
            "DELETE FROM directory.meetings",
            "DELETE FROM directory.intergroups",
            "DELETE FROM directory.directory_clock",
            "INSERT INTO directory.directory_clock VALUES (false, 1)",
            "ALTER TABLE directory.meetings DISABLE ROW LEVEL SECURITY",
            "CREATE TABLE directory.mine (id int)",
            "SET row_security = off; SELECT 1 FROM directory.meetings WHERE id IS NULL",
        ] {
            let outcome = match statement.split_once("; ") {
                Some((first, second)) => world.within(scope, &[first, second]).await,
                None => world.within(scope, &[statement]).await,
            };
            let Err(sqlx::Error::Database(error)) = outcome else { panic!("{scope} may: {statement}") };
            assert_eq!(error.code().as_deref(), Some("42501"), "{statement}: {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_ends_with_its_transaction() {
    let world = World::new().await;
    let pool = Pools::new(&Databases::one(world.database.options()), 1).directory;
    let mut read = openchair::db::begin_read(&pool, openchair::db::Scope::Read).await.unwrap();
    let seen = run(&mut read, "SELECT 1 FROM directory.meetings").await.unwrap();
    assert_eq!(seen.len(), 4);
    read.commit().await.unwrap();
    // The same connection, outside.
    let mut connection = pool.acquire().await.unwrap();
    assert!(run(&mut connection, "SELECT 1 FROM directory.meetings").await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_roles_see_nothing_of_the_directory() {
    let world = World::new().await;
    for pool in [&world.pools.members, &world.pools.circles] {
        let mut transaction = pool.begin().await.unwrap();
        run(&mut transaction, "SELECT set_config('openchair.scope', 'operator', true)").await.unwrap();
        let error = run(&mut transaction, "SELECT 1 FROM directory.meetings").await.unwrap_err();
        let sqlx::Error::Database(error) = error else { panic!("{error}") };
        assert_eq!(error.code().as_deref(), Some("42501"));
    }
    // And the directory's sees nothing of circles.
    let sees = world.within("operator", &["SELECT has_schema_privilege('circles', 'USAGE')"]).await.unwrap();
    assert!(!sees[0].get::<bool, _>(0));
}
