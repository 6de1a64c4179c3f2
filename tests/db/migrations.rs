//! Making roles and applying migrations.
//!
//! Roles belong to the whole cluster, which the other tests share: whatever
//! needs none, or wrong ones, has a cluster of its own here.

use std::path::PathBuf;

use futures_util::future::join_all;
use openchair::{
    app::postgres::{self, EmbeddedPostgres, EmbeddedSettings},
    db::{self, Databases},
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, postgres::PgConnectOptions};

use crate::support::{Folder, TestDatabase};

/// A throw-away cluster that knows none of the roles.
struct Cluster {
    server: Option<EmbeddedPostgres>,
    _folder: Folder,
}

impl Cluster {
    async fn new() -> Self {
        let folder = Folder::new();
        let settings = EmbeddedSettings {
            data_dir: folder.join("db"),
            bin_dir: None,
            search_path: openchair::config::Surroundings::read().path,
            guard_program: Some(PathBuf::from(env!("CARGO_BIN_EXE_openchair"))),
        };
        let server = tokio::task::spawn_blocking(move || postgres::start(&settings)).await.unwrap().unwrap();
        Self { server: Some(server), _folder: folder }
    }

    fn options(&self, database: &str) -> PgConnectOptions {
        let server = self.server.as_ref().unwrap();
        let url = format!("postgres://{}@localhost/{database}", server.user());
        db::connect_options(&url).unwrap().socket(server.socket_dir())
    }

    async fn run(&self, sql: &str) {
        let mut connection = PgConnection::connect_with(&self.options("openchair")).await.unwrap();
        connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            _ = server.stop_if_last(std::time::Duration::from_secs(20));
        }
    }
}

async fn pending(options: &PgConnectOptions) -> usize {
    db::migration_status(&Databases::one(options)).await.unwrap().iter().filter(|migration| !migration.applied).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_twice_is_nothing_the_second_time() {
    let database = TestDatabase::empty().await;
    let options = database.options();
    let all = pending(options).await;
    assert!(all >= 5, "{all}");
    assert_eq!(db::migrate(&Databases::one(options)).await.unwrap(), all);
    assert_eq!(pending(options).await, 0);
    assert_eq!(db::migrate(&Databases::one(options)).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn circles_may_have_a_database_of_their_own() {
    let (main, circles) = (TestDatabase::empty().await, TestDatabase::empty().await);
    let databases = Databases { circles: circles.options().clone(), ..Databases::one(main.options()) };
    db::migrate(&databases).await.unwrap();
    let schemas = async |database: &TestDatabase| -> Vec<String> {
        let sql = "SELECT nspname::text FROM pg_namespace WHERE nspname IN ('directory', 'circles') ORDER BY 1";
        sqlx::query_scalar(sql).fetch_all(&mut database.owner().await).await.unwrap()
    };
    assert_eq!(schemas(&main).await, ["directory"]);
    assert_eq!(schemas(&circles).await, ["circles"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_and_function_says_what_it_is_for() {
    let database = TestDatabase::new().await;
    let silent = "SELECT c.relname::text FROM pg_class c
                  WHERE c.relnamespace = 'directory'::regnamespace AND c.relkind = 'r'
                    AND obj_description(c.oid, 'pg_class') IS NULL
                  UNION ALL
                  SELECT p.proname::text FROM pg_proc p
                  WHERE p.pronamespace = 'directory'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL";
    let silent: Vec<String> = sqlx::query_scalar(silent).fetch_all(&mut database.owner().await).await.unwrap();
    assert_eq!(silent, [] as [String; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_migrate_at_one_moment_all_succeed_even_the_first_time() {
    let cluster = Cluster::new().await;
    cluster.run("CREATE DATABASE other").await;
    // Two databases of one cluster as well: the roles are made once for both.
    let options = [cluster.options("openchair"), cluster.options("other")];
    for node in
        join_all(options.iter().cycle().take(6).map(async |options| db::migrate(&Databases::one(options)).await)).await
    {
        node.unwrap();
    }
    for options in &options {
        assert_eq!(pending(options).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_log_in_or_pass_row_level_security_is_refused() {
    let cluster = Cluster::new().await;
    let options = cluster.options("openchair");
    for (made, mended) in [
        ("CREATE ROLE directory LOGIN", "ALTER ROLE directory NOLOGIN"),
        ("ALTER ROLE directory BYPASSRLS", "ALTER ROLE directory NOBYPASSRLS"),
        ("CREATE ROLE circles SUPERUSER", "ALTER ROLE circles NOSUPERUSER"),
    ] {
        cluster.run(made).await;
        let error = format!("{:#}", db::migrate(&Databases::one(&options)).await.unwrap_err());
        let role = made.split(' ').nth(2).unwrap();
        let words = format!("the role {role} exists and may log in or bypass row-level security");
        assert!(error.starts_with(&words) && error.contains("NOLOGIN NOBYPASSRLS"), "{made}: {error}");
        assert!(pending(&options).await > 0);
        cluster.run(mended).await;
    }
    db::migrate(&Databases::one(&options)).await.unwrap();
    assert_eq!(pending(&options).await, 0);
}

/// As a managed Postgres gives it: an owner of the database that may make
/// roles and is no superuser.
#[tokio::test(flavor = "multi_thread")]
async fn an_owner_that_is_no_superuser_migrates_and_acts_as_every_role() {
    let cluster = Cluster::new().await;
    cluster.run("CREATE ROLE app CREATEROLE").await;
    cluster.run("CREATE DATABASE app OWNER app").await;
    // Peer authentication lets one name in; it acts as the owner from its first statement on.
    let options = cluster.options("app").options([("role", "app")]);
    for node in join_all((0..4).map(async |_| db::migrate(&Databases::one(&options)).await)).await {
        node.unwrap();
    }
    let mut owner = PgConnection::connect_with(&options).await.unwrap();
    for role in ["directory", "members", "circles"] {
        owner.execute(AssertSqlSafe(format!("SET ROLE {role}"))).await.unwrap();
        let row = owner.fetch_one("SELECT current_user::text, current_setting('is_superuser')").await.unwrap();
        assert_eq!(row.get::<String, _>(0), role);
        owner.execute("RESET ROLE").await.unwrap();
    }
    // Descendants are found by the owner's right, which no policy narrows.
    for sql in [
        "INSERT INTO directory.intergroups (id, slug, name, timezone, revision, created_at, updated_at)
         VALUES ('00000000-0000-7000-8000-000000000001', 'a', 'A', 'UTC', 1, now(), now())",
        "SET ROLE directory",
        "SET openchair.scope = 'office:00000000-0000-7000-8000-000000000001'",
    ] {
        owner.execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    let seen: i64 = owner.fetch_one("SELECT count(*) FROM directory.intergroups").await.unwrap().get(0);
    assert_eq!(seen, 1);
}
