//! `[database]`: a Postgres of the operator's, or the embedded one.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

/// The database's settings as given.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Settings")]
pub struct DatabaseSettings {
    /// Address of Postgres 15 or newer, postgres://user:password@host/database
    /// [default: an embedded Postgres in the data directory].
    #[arg(long, global = true, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<SecretString>,
    /// Address of another Postgres for circles alone [default: the database].
    #[arg(long, global = true, env = "OPENCHAIR_CIRCLES_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub circles_database_url: Option<SecretString>,
    /// Address of another Postgres for the keys of what is written in circles,
    /// whose backups are kept for 7 days at most [default: the circles'].
    #[arg(long, global = true, env = "OPENCHAIR_PASS_KEYS_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub pass_keys_database_url: Option<SecretString>,
    /// Directory of the embedded Postgres [default: the platform's data
    /// directory, /var/lib/openchair for root].
    #[arg(long, global = true, env = "OPENCHAIR_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Directory of the Postgres programs for the embedded one [default: the
    /// newest installed, or that of the data directory's version].
    #[arg(long, global = true, env = "OPENCHAIR_POSTGRES_BIN", value_name = "DIR")]
    pub postgres_bin: Option<PathBuf>,
    /// Most connections that each part of a process opens [default: 10].
    #[arg(long, global = true, env = "OPENCHAIR_DATABASE_CONNECTIONS", value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub database_connections: Option<u32>,
}

/// The database.
#[derive(Debug, Clone)]
pub struct Database {
    /// The operator's Postgres; absent: the embedded one.
    pub url: Option<SecretString>,
    /// Another for circles; absent: the same.
    pub circles_url: Option<SecretString>,
    /// Another for the keys of circles; absent: the circles'.
    pub pass_keys_url: Option<SecretString>,
    /// Directory of the embedded one; absent: the platform's.
    pub data_dir: Option<PathBuf>,
    /// Directory of its programs; absent: they are searched for.
    pub postgres_bin: Option<PathBuf>,
    /// Most connections of each pool.
    pub connections: u32,
}

impl DatabaseSettings {
    pub(super) fn or(self, file: Self) -> Self {
        Self {
            database_url: self.database_url.or(file.database_url),
            circles_database_url: self.circles_database_url.or(file.circles_database_url),
            pass_keys_database_url: self.pass_keys_database_url.or(file.pass_keys_database_url),
            data_dir: self.data_dir.or(file.data_dir),
            postgres_bin: self.postgres_bin.or(file.postgres_bin),
            database_connections: self.database_connections.or(file.database_connections),
        }
    }

    pub(super) fn resolve(self) -> anyhow::Result<Database> {
        for (name, url) in [
            ("DATABASE_URL", &self.database_url),
            ("OPENCHAIR_CIRCLES_DATABASE_URL", &self.circles_database_url),
            ("OPENCHAIR_PASS_KEYS_DATABASE_URL", &self.pass_keys_database_url),
        ] {
            // The address itself must not be shown: it may hold a password.
            if !url.as_ref().is_none_or(|url| is_postgres(url.expose_secret())) {
                bail!("{name} must be postgres://user:password@host/database");
            }
        }
        Ok(Database {
            url: self.database_url,
            circles_url: self.circles_database_url,
            pass_keys_url: self.pass_keys_database_url,
            data_dir: self.data_dir,
            postgres_bin: self.postgres_bin,
            connections: self.database_connections.unwrap_or(10),
        })
    }
}

fn is_postgres(text: &str) -> bool {
    text.parse::<Url>().is_ok_and(|url| matches!(url.scheme(), "postgres" | "postgresql"))
}
