//! The Postgres that everything is on: the program's own, in a folder that is
//! kept.

use std::{os::unix::fs::PermissionsExt, path::Path};

use openchair::{
    app::postgres::{self, EmbeddedPostgres, EmbeddedSettings},
    config::Surroundings,
    db,
};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use super::process::service_program;

/// Starts it, or joins it where it runs; it ends when the last who use it have.
///
/// # Errors
/// When it cannot be started.
pub fn start(data_dir: &Path) -> anyhow::Result<EmbeddedPostgres> {
    std::fs::create_dir_all(data_dir)?;
    // The account of the postmaster has to pass through.
    std::fs::set_permissions(data_dir, std::fs::Permissions::from_mode(0o755))?;
    let settings = EmbeddedSettings {
        data_dir: data_dir.to_owned(),
        bin_dir: None,
        search_path: Surroundings::read().path,
        guard_program: Some(service_program()?),
    };
    Ok(postgres::start(&settings)?)
}

/// How its owner connects.
///
/// # Errors
/// None that is known.
pub fn options(data_dir: &Path) -> anyhow::Result<PgConnectOptions> {
    Ok(db::connect_options("postgres://openchair@localhost/openchair")?.socket(data_dir.join("run")))
}

/// A connection as its owner.
///
/// # Errors
/// When it does not run.
pub async fn owner(data_dir: &Path) -> anyhow::Result<PgConnection> {
    Ok(PgConnection::connect_with(&options(data_dir)?).await?)
}
