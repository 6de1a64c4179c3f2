//! `openchair worker`

use clap::Args;

use super::{Context, close, serve::Stop};
use crate::app;

/// Arguments of `worker`.
#[derive(Debug, Args)]
pub(super) struct Arguments {}

pub(super) async fn run(context: Context, _arguments: Arguments) -> anyhow::Result<u8> {
    let (database, pools) = context.database().await?;
    let mut stop = Stop::listen()?;
    let auth = context.authority(&pools)?;
    let working = app::start_worker(&auth, context.mailer()?);
    tracing::info!("working");
    stop.asked().await;
    working.abort();
    close(database, pools).await;
    Ok(0)
}
