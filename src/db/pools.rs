//! One pool for each role.

use std::time::Duration;

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// How long the end of a process waits for its connections.
const CLOSED_WITHIN: Duration = Duration::from_secs(2);

/// Where the parts of the data lie: each may have a database of its own.
#[derive(Debug, Clone)]
pub struct Databases {
    /// The directory, offices and accounts.
    pub main: PgConnectOptions,
    /// Circles.
    pub circles: PgConnectOptions,
    /// The keys of what is written in circles.
    pub pass_keys: PgConnectOptions,
}

impl Databases {
    /// All in one.
    pub fn one(options: &PgConnectOptions) -> Self {
        Self { main: options.clone(), circles: options.clone(), pass_keys: options.clone() }
    }
}

/// The pools of a process. Connections are made when first needed.
#[derive(Debug, Clone)]
pub struct Pools {
    /// As role `directory`.
    pub directory: PgPool,
    /// As role `members`.
    pub members: PgPool,
    /// As role `circles`, in a database of its own where one is set.
    pub circles: PgPool,
    /// As role `pass_keys`, likewise.
    pub pass_keys: PgPool,
}

impl Pools {
    /// Pools over the databases; `connections` is the most that each of them
    /// opens.
    pub fn new(databases: &Databases, connections: u32) -> Self {
        let pool = |options: &PgConnectOptions, role: &'static str| {
            PgPoolOptions::new()
                .max_connections(connections)
                // A caller is told that the database is away; it does not hang.
                .acquire_timeout(Duration::from_secs(3))
                .connect_lazy_with(options.clone().options([("role", role)]))
        };
        let Databases { main, circles, pass_keys } = databases;
        Self {
            directory: pool(main, "directory"),
            members: pool(main, "members"),
            circles: pool(circles, "circles"),
            pass_keys: pool(pass_keys, "pass_keys"),
        }
    }

    /// Closes all pools and waits until their connections are back, for seconds at
    /// most: of a database that does not answer any more none comes back.
    pub async fn close(&self) {
        let closed = async {
            tokio::join!(self.directory.close(), self.members.close(), self.circles.close(), self.pass_keys.close())
        };
        _ = tokio::time::timeout(CLOSED_WITHIN, closed).await;
    }
}

/// Parses a `postgres://` address. Statement logging is off: what a statement
/// carries must not reach a log.
///
/// # Errors
/// [`sqlx::Error::Configuration`] when it is no such address.
pub fn connect_options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    use sqlx::ConnectOptions as _;
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(sqlx::Error::Configuration("expected postgres://user:password@host/database".into()));
    }
    Ok(url.parse::<PgConnectOptions>()?.application_name("openchair").disable_statement_logging())
}
