//! `openchair migrate`

use clap::{Args, Subcommand};

use super::{Context, output};
use crate::app::Database;

/// Arguments of `migrate`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List every migration and whether it has been applied.
    Status,
}

pub(super) async fn run(context: Context, arguments: Arguments) -> anyhow::Result<u8> {
    let database = Database::open(&context.config.database, &context.surroundings).await?;
    match arguments.command {
        None => match database.migrate().await? {
            0 => output::line("nothing to apply"),
            applied => output::line(&format!("{applied} applied")),
        },
        Some(Action::Status) => {
            for migration in database.migration_status().await? {
                let state = if migration.applied { "applied" } else { "pending" };
                let (migrator, version, title) = (migration.migrator, migration.version, migration.description);
                output::line(&format!("{state:8} {migrator:8} {version} {title}"));
            }
        }
    }
    database.close().await;
    Ok(0)
}
