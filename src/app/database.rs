//! The database that a process works on.

use std::{path::PathBuf, time::Duration};

use anyhow::Context;
use rustix::process::geteuid;
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgConnectOptions;

use super::postgres::{self, EmbeddedPostgres, EmbeddedSettings};
use crate::{
    config::{self, Surroundings},
    db::{self, Databases, Pools},
};

/// How long the last process waits for the embedded Postgres to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// An open database: the operator's, or the embedded one, which runs as long
/// as any process holds one of these.
#[derive(Debug)]
pub struct Database {
    databases: Databases,
    connections: u32,
    embedded: Option<EmbeddedPostgres>,
}

/// The directory of the embedded Postgres.
pub fn data_dir(settings: &config::Database, surroundings: &Surroundings) -> PathBuf {
    settings.data_dir.clone().unwrap_or_else(|| {
        let (home, data) = (surroundings.home.as_deref(), surroundings.xdg_data_home.as_deref());
        postgres::default_data_dir(home, data, geteuid().is_root())
    })
}

impl Database {
    /// Opens what the settings say. Starts the embedded Postgres where there
    /// is none of the operator's, or joins it where it runs already; the
    /// operator's is first spoken to when it is needed.
    ///
    /// # Errors
    /// When an address is none, or the embedded Postgres cannot be started;
    /// the message says what mends it.
    pub async fn open(settings: &config::Database, surroundings: &Surroundings) -> anyhow::Result<Self> {
        let (main, embedded) = match &settings.url {
            Some(url) => (options(url).context("DATABASE_URL is not a Postgres address")?, None),
            None => {
                let embedded = EmbeddedSettings {
                    data_dir: data_dir(settings, surroundings),
                    bin_dir: settings.postgres_bin.clone(),
                    search_path: surroundings.path.clone(),
                    guard_program: None,
                };
                let embedded = tokio::task::spawn_blocking(move || postgres::start(&embedded)).await??;
                (embedded_options(&embedded)?, Some(embedded))
            }
        };
        let circles = match &settings.circles_url {
            Some(url) => options(url).context("OPENCHAIR_CIRCLES_DATABASE_URL is not a Postgres address")?,
            None => main.clone(),
        };
        let pass_keys = match &settings.pass_keys_url {
            Some(url) => options(url).context("OPENCHAIR_PASS_KEYS_DATABASE_URL is not a Postgres address")?,
            None => circles.clone(),
        };
        let databases = Databases { main, circles, pass_keys };
        Ok(Self { databases, connections: settings.connections, embedded })
    }

    /// Makes roles and applies missing migrations; returns how many.
    ///
    /// # Errors
    /// When the database cannot be reached or refuses.
    pub async fn migrate(&self) -> anyhow::Result<usize> {
        db::migrate(&self.databases).await
    }

    /// Every migration and whether it has been applied.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn migration_status(&self) -> anyhow::Result<Vec<db::MigrationStatus>> {
        db::migration_status(&self.databases).await
    }

    /// Where its parts lie, as the owner that made them sees them.
    pub fn databases(&self) -> &Databases {
        &self.databases
    }

    /// New pools over it.
    pub fn pools(&self) -> Pools {
        Pools::new(&self.databases, self.connections)
    }

    /// Whether it is the embedded one, and where.
    pub fn embedded(&self) -> Option<&EmbeddedPostgres> {
        self.embedded.as_ref()
    }

    /// Lets go of it; the last process to do so waits until the embedded
    /// Postgres has stopped. Close the pools first.
    pub async fn close(self) {
        if let Some(embedded) = self.embedded {
            let stopped = tokio::task::spawn_blocking(move || embedded.stop_if_last(STOP_PATIENCE)).await;
            tracing::debug!(stopped = stopped.unwrap_or(false), "left the embedded Postgres");
        }
    }
}

fn options(url: &SecretString) -> anyhow::Result<PgConnectOptions> {
    // The error may repeat the address, password and all.
    db::connect_options(url.expose_secret())
        .map_err(|_| anyhow::anyhow!("expected postgres://user:password@host/database"))
}

fn embedded_options(embedded: &EmbeddedPostgres) -> anyhow::Result<PgConnectOptions> {
    let url = format!("postgres://{}@localhost/{}", embedded.user(), embedded.database());
    Ok(db::connect_options(&url)?.socket(embedded.socket_dir()))
}
