//! `openchair serve`

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{Context, close};
use crate::{
    app::{self, Database, Parts, Server},
    config::RateLimit,
    db::Pools,
    http::Limits,
    kernel::{Clock, SystemClock, SystemEntropy},
};

/// Arguments of `serve`.
#[derive(Debug, Default, Args)]
pub(super) struct Arguments {
    /// Do not apply migrations: another process does, or a person.
    #[arg(long)]
    no_migrate: bool,
    /// Only answer requests: another process sends letters and does what else
    /// is to be done behind the API.
    #[arg(long)]
    no_worker: bool,
}

pub(super) async fn run(context: Context, arguments: Arguments) -> anyhow::Result<u8> {
    tokio::task::spawn_blocking(Server::prepare);
    let database = Database::open(&context.config.database, &context.surroundings).await?;
    let pending = if arguments.no_migrate {
        // A database that is away does not keep the service from starting; it
        // answers 503 until it has seen the directory once.
        database.migration_status().await.is_ok_and(|status| status.iter().any(|m| !m.applied))
    } else {
        database.migrate().await?;
        false
    };
    let pools = database.pools();
    // Before anybody can know that it listens.
    let mut stop = Stop::listen()?;
    let server = start(&context, &database, &pools, (!arguments.no_worker, pending))?;
    tracing::info!(address = %server.address(), "listening");
    until_stopped(server, context.config.server.drain_notice, &mut stop).await?;
    close(database, pools).await;
    Ok(0)
}

/// Starts the service over an open database, with or without what works behind
/// the API, whether migrations are pending or not.
pub(super) fn start(
    context: &Context,
    database: &Database,
    pools: &Pools,
    (worker, pending): (bool, bool),
) -> anyhow::Result<Server> {
    if pending {
        tracing::warn!("the database lacks migrations: run `openchair migrate`");
    }
    let settings = &context.config.server;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let limits = match settings.rate_limit {
        RateLimit::On => Limits::new(&clock, &SystemEntropy),
        RateLimit::Off => {
            tracing::warn!("request limits are off: anybody may ask as often as they like");
            Limits::off()
        }
    };
    let parts = Parts {
        pools: pools.clone(),
        clock,
        entropy: Arc::new(SystemEntropy),
        limits: Arc::new(limits),
        secret: Arc::new(app::load_secret(&context.config, &context.surroundings)?),
        mailer: context.mailer()?,
        fetch_allow: context.config.fetch.allow.clone(),
        worker: worker.then(|| database.databases().clone()),
        migrations_pending: pending,
    };
    Server::start(settings, parts)
}

/// Hears SIGTERM and SIGINT. Until there is one of these they end the process
/// at once; from then on they are kept until somebody asks.
pub(super) struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    pub(super) fn listen() -> anyhow::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?,
            interrupt: signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?,
        })
    }

    /// Returns when the process has been told to end.
    pub(super) async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Serves until it is told to end, then drains: for as long as `notice` it
/// still answers whatever comes, unless it is told a second time.
pub(super) async fn until_stopped(mut server: Server, notice: Duration, stop: &mut Stop) -> anyhow::Result<()> {
    tokio::select! {
        () = stop.asked() => {}
        failed = server.failed() => return failed,
    }
    tracing::info!("draining");
    server.announce_end();
    if !notice.is_zero() {
        tokio::select! {
            () = tokio::time::sleep(notice) => {}
            () = stop.asked() => {}
            failed = server.failed() => return failed,
        }
    }
    server.stop().await
}
