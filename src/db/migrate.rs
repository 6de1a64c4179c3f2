//! Roles and the three migrators.

use std::collections::HashSet;

use super::Databases;
use anyhow::{Context, bail};
use sqlx::{Connection, Executor, PgConnection, Row, migrate::Migrator, postgres::PgConnectOptions};

static MAIN: Migrator = sqlx::migrate!("migrations/main");
static CIRCLES: Migrator = sqlx::migrate!("migrations/circles");
static PASS_KEYS: Migrator = sqlx::migrate!("migrations/pass_keys");

/// The roles of the cluster, each for one part of the program.
const ROLES: [&str; 4] = ["directory", "members", "circles", "pass_keys"];

/// One migration and whether the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// `main`, `circles` or `pass_keys`.
    pub migrator: &'static str,
    /// Its number, `YYYYMMDDhhmmss`.
    pub version: i64,
    /// Its title.
    pub description: String,
    /// Whether it has been applied.
    pub applied: bool,
}

/// Makes the roles and applies what is missing; safe to repeat and to run on
/// two nodes at once. Returns how many migrations were applied.
///
/// # Errors
/// When the database cannot be reached, a role of that name exists and may log
/// in or passes row-level security, or a migration fails.
pub async fn migrate(databases: &Databases) -> anyhow::Result<usize> {
    let mut missing = 0;
    for (_, migrator, options) in migrators(databases) {
        let mut connection = connect(options).await?;
        make_roles(&mut connection).await?;
        let before = applied(&mut connection, &migrator.table_name).await?;
        missing += migrator.iter().filter(|migration| !before.contains(&migration.version)).count();
        migrator.run(&mut connection).await.context("a migration failed; the database is as before it")?;
        connection.close().await?;
    }
    Ok(missing)
}

/// Every migration of all migrators and whether it has been applied.
///
/// # Errors
/// When the database cannot be reached.
pub async fn migration_status(databases: &Databases) -> anyhow::Result<Vec<MigrationStatus>> {
    let mut status = Vec::new();
    for (name, migrator, options) in migrators(databases) {
        let mut connection = connect(options).await?;
        let applied = applied(&mut connection, &migrator.table_name).await?;
        status.extend(migrator.iter().map(|migration| MigrationStatus {
            migrator: name,
            version: migration.version,
            description: migration.description.to_string(),
            applied: applied.contains(&migration.version),
        }));
        connection.close().await?;
    }
    Ok(status)
}

fn migrators(databases: &Databases) -> [(&'static str, Migrator, &PgConnectOptions); 3] {
    let main = Migrator { migrations: MAIN.migrations.clone(), ..Migrator::DEFAULT };
    [
        ("main", main, &databases.main),
        ("circles", apart(&CIRCLES, "circles"), &databases.circles),
        ("pass_keys", apart(&PASS_KEYS, "pass_keys"), &databases.pass_keys),
    ]
}

/// One whose list of migrations lies in a schema of its own, so that all can
/// share a database and any can leave it.
fn apart(migrator: &Migrator, schema: &'static str) -> Migrator {
    let mut migrator = Migrator { migrations: migrator.migrations.clone(), ..Migrator::DEFAULT };
    migrator.create_schema(schema);
    migrator.dangerous_set_table_name(format!("{schema}._sqlx_migrations"));
    migrator
}

async fn connect(options: &PgConnectOptions) -> anyhow::Result<PgConnection> {
    PgConnection::connect_with(options).await.context("cannot connect to the database")
}

async fn applied(connection: &mut PgConnection, table: &str) -> anyhow::Result<HashSet<i64>> {
    let exists: bool =
        sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(table).fetch_one(&mut *connection).await?;
    if !exists {
        return Ok(HashSet::new());
    }
    // The name is one of two constants above.
    let sql = sqlx::AssertSqlSafe(format!("SELECT version FROM {table} WHERE success"));
    let rows = connection.fetch_all(sql).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

async fn make_roles(connection: &mut PgConnection) -> anyhow::Result<()> {
    for role in ROLES {
        // Looked for first: a user who may not make roles can work with those
        // that were made beforehand.
        let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
            .bind(role)
            .fetch_one(&mut *connection)
            .await?;
        if !exists {
            make_role(connection, role).await?;
        }
        let sql = "SELECT rolcanlogin OR rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = $1";
        let may_too_much: bool = sqlx::query_scalar(sql).bind(role).fetch_one(&mut *connection).await?;
        if may_too_much {
            bail!("the role {role} exists and may log in or bypass row-level security; it must be NOLOGIN NOBYPASSRLS");
        }
        if !may_act_as(connection, role).await? {
            let granted = connection.execute(sqlx::AssertSqlSafe(format!("GRANT {role} TO CURRENT_USER"))).await;
            // Here too another node may have been first.
            if let Err(error) = granted
                && !may_act_as(connection, role).await?
            {
                return Err(error).with_context(|| {
                    format!("this user may not act as the role {role}; as an administrator: GRANT {role} TO it")
                });
            }
        }
    }
    Ok(())
}

async fn make_role(connection: &mut PgConnection, role: &str) -> anyhow::Result<()> {
    let made = connection.execute(sqlx::AssertSqlSafe(format!("CREATE ROLE {role} NOLOGIN NOBYPASSRLS"))).await;
    match made {
        // Two nodes may come here at once; the loser finds the role made.
        Err(error) if ["42710", "23505"].iter().any(|code| has_code(&error, code)) => Ok(()),
        made => {
            made.with_context(|| {
                format!(
                    "cannot create the role {role}; as an administrator: CREATE ROLE {role} NOLOGIN; \
                     GRANT {role} TO this program's user"
                )
            })?;
            Ok(())
        }
    }
}

async fn may_act_as(connection: &mut PgConnection, role: &str) -> Result<bool, sqlx::Error> {
    let sql = "SELECT pg_has_role($1::name, CASE WHEN current_setting('server_version_num')::int >= 160000
                                                 THEN 'SET' ELSE 'MEMBER' END)";
    sqlx::query_scalar(sql).bind(role).fetch_one(connection).await
}

fn has_code(error: &sqlx::Error, code: &str) -> bool {
    matches!(error, sqlx::Error::Database(db) if db.code().as_deref() == Some(code))
}

/// A number that changes with every change of a migration.
pub fn migrations_fingerprint() -> u64 {
    let all = MAIN.iter().chain(CIRCLES.iter()).chain(PASS_KEYS.iter());
    let bytes: Vec<u8> = all.flat_map(|migration| migration.checksum.iter().copied()).collect();
    xxhash_rust::xxh3::xxh3_64(&bytes)
}
