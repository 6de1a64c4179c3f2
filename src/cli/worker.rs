//! `openchair worker`

use std::sync::Arc;

use clap::Args;
use tokio::task::JoinHandle;

use super::{Context, close, serve::Stop};
use crate::{
    app,
    digest::Digests,
    kernel::{Clock, Entropy, SystemClock, SystemEntropy},
    upkeep::Nightly,
    webhooks::Courier,
};

/// Arguments of `worker`.
#[derive(Debug, Args)]
pub(super) struct Arguments {}

pub(super) async fn run(context: Context, _arguments: Arguments) -> anyhow::Result<u8> {
    let (database, pools) = context.database().await?;
    let mut stop = Stop::listen()?;
    let auth = context.authority(&pools)?;
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let feeds = app::feed_worker(&pools, (clock.clone(), entropy.clone()), &context.config.fetch.allow)?;
    let nightly = Nightly::new(pools.clone(), database.databases().clone(), clock, entropy);
    let secret = Arc::new(app::load_secret(&context.config, &context.surroundings)?);
    let sources = (Arc::new(SystemClock) as Arc<dyn Clock>, Arc::new(SystemEntropy) as Arc<dyn Entropy>);
    let allowed = context.config.fetch.allow.clone();
    let courier = Arc::new(Courier::new(pools.directory.clone(), sources, secret, allowed));
    let digests = Digests::new(pools.directory.clone(), Arc::new(SystemClock));
    let working = app::start_worker(&auth, context.mailer()?, nightly, (feeds, courier, digests));
    tracing::info!("working");
    stop.asked().await;
    working.iter().for_each(JoinHandle::abort);
    close(database, pools).await;
    Ok(0)
}
