//! The HTTP service: its parts, its listener, its end.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{App, dev::ServerHandle, middleware::from_fn, web::Data};
use anyhow::Context;
use tokio::task::JoinHandle;
use tracing_actix_web::TracingLogger;

use super::{
    api,
    listener::{bind, listen},
};
use crate::{
    auth::{Auth, Outbox, Secret},
    calendars::Calendars,
    circles::Circles,
    config::{self, Networks},
    db::{Databases, Pools},
    digest::Digests,
    feedback::Inbox,
    feeds::{Fetcher, PublicOnly},
    http::{Lane, Limits, PublicUrl, RootSpan, envelope, fallback, limit_requests},
    kernel::{Clock, Entropy},
    mail::Mailer,
    members::Members,
    ops::{Health, ServiceFacts},
    search::{Reads, Refresher, Snapshots},
    sync::FeedWorker,
    upkeep::Nightly,
    webhooks::{Courier, Webhooks},
};

/// How often the directory's clock is looked at when no notification comes: a
/// quarter of the second within which every node shows what was written, so
/// that there is time left to load it.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What the service is made of; tests put in their own.
#[derive(Clone)]
pub struct Parts {
    /// The pools.
    pub pools: Pools,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub entropy: Arc<dyn Entropy>,
    /// How often one may ask.
    pub limits: Arc<Limits>,
    /// What wraps keys at rest.
    pub secret: Arc<Secret>,
    /// Where letters go.
    pub mailer: Mailer,
    /// Networks besides the public internet that may be gone to.
    pub fetch_allow: Networks,
    /// Where the data lies, as its owner sees it, when this process does the
    /// work behind the API, too.
    pub worker: Option<Databases>,
    /// Whether the database lacked migrations when the process started.
    pub migrations_pending: bool,
}

impl Parts {
    /// What sends webhooks' messages.
    pub fn courier(&self) -> Arc<Courier> {
        let sources = (Arc::clone(&self.clock), Arc::clone(&self.entropy));
        let secret = Arc::clone(&self.secret);
        Arc::new(Courier::new(self.pools.directory.clone(), sources, secret, self.fetch_allow.clone()))
    }
}

/// A service that listens.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    handle: ServerHandle,
    running: JoinHandle<std::io::Result<()>>,
    auth: Arc<Auth>,
    tasks: Vec<JoinHandle<()>>,
    health: Arc<Health>,
    snapshots: Arc<Snapshots>,
}

impl Server {
    /// Makes what does not depend on the database, so that it can be made while
    /// that is waited for.
    pub fn prepare() {
        // What fails is told when the server starts.
        _ = api::Description::get();
    }

    /// Binds the listener and starts answering. Directory reads answer 503
    /// until the first snapshot is there.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub fn start(settings: &config::Server, parts: Parts) -> anyhow::Result<Self> {
        Self::start_with(settings, parts, |_| {})
    }

    /// The same without the comparison of rights, so that a test can see what
    /// row-level security does alone. There is no such thing in a release.
    ///
    /// # Errors
    /// When the address cannot be bound.
    #[cfg(debug_assertions)]
    pub fn start_without_checks(settings: &config::Server, parts: Parts) -> anyhow::Result<Self> {
        Self::start_with(settings, parts, |config| {
            config.app_data(Data::new(crate::offices::TrustsDatabaseAlone));
        })
    }

    fn start_with(
        settings: &config::Server,
        parts: Parts,
        besides: fn(&mut actix_web::web::ServiceConfig),
    ) -> anyhow::Result<Self> {
        let listener = bind(settings.listen).with_context(|| format!("cannot listen on {}", settings.listen))?;
        let address = listener.local_addr()?;
        let snapshots = Arc::new(Snapshots::default());
        let health = Arc::new(Health::new(Arc::clone(&snapshots), parts.migrations_pending));
        let refresher = Refresher::new(parts.pools.directory.clone(), Arc::clone(&snapshots), Arc::clone(&parts.clock));
        let public_url = PublicUrl::new(settings.public_url.as_ref(), address);
        let auth = authority(&parts, public_url.clone());
        let mut tasks = vec![tokio::spawn(refresher.run(LOOK_EVERY)), tokio::spawn(Arc::clone(auth.keys()).run())];
        if let Some(databases) = parts.worker.clone() {
            let sources = (Arc::clone(&parts.clock), Arc::clone(&parts.entropy));
            let nightly = Nightly::new(parts.pools.clone(), databases, sources.0, sources.1);
            let sources = (Arc::clone(&parts.clock), Arc::clone(&parts.entropy));
            let feeds = feed_worker(&parts.pools, sources, &parts.fetch_allow)?;
            let digests = Digests::new(parts.pools.directory.clone(), Arc::clone(&parts.clock));
            tasks.extend(start_worker(&auth, parts.mailer.clone(), nightly, (feeds, parts.courier(), digests)));
        }
        let signing = Data::from(Arc::clone(&auth));
        let health_data = Arc::clone(&health);
        let description = api::Description::get()?;
        let contact = settings.moderation_contact.as_deref();
        let facts = Data::new(ServiceFacts::new(&public_url, contact, |path| description.has(path))?);
        let proxies = Data::new(settings.trusted_proxies.clone());
        let data = Arc::clone(&snapshots);
        let calendars = Data::new(Calendars::default());
        let (clock, entropy) = (Arc::clone(&parts.clock), Arc::clone(&parts.entropy));
        let sources = (Arc::clone(&parts.clock), Arc::clone(&parts.entropy));
        let (tokens, secret) = (Arc::clone(auth.tokens()), Arc::clone(&parts.secret));
        let members =
            Members::new(parts.pools.members.clone(), sources.clone(), Arc::clone(&secret), Arc::clone(&tokens));
        let members = Data::new(members);
        let circles = Data::new(Circles::new(&parts.pools, sources.clone(), secret, tokens, public_url.clone()));
        let webhooks = Webhooks::new(Arc::clone(&parts.secret), Arc::clone(&parts.entropy), parts.fetch_allow.clone());
        let webhooks = Data::new(webhooks);
        let inbox = Data::new(Inbox::new(parts.pools.directory.clone(), clock, entropy));
        let lane = Lane {
            limits: Arc::clone(&parts.limits),
            proxies: settings.trusted_proxies.clone(),
            traceable: Arc::clone(&description.traceable),
            entropy: Arc::clone(&parts.entropy),
        };
        let reads = Reads { snapshots: Arc::clone(&data), clock: Arc::clone(&parts.clock), base: public_url.clone() };
        let app = move || {
            App::new()
                .app_data(Data::from(Arc::clone(&parts.clock)))
                .app_data(Data::from(Arc::clone(&parts.entropy)))
                .app_data(Data::from(Arc::clone(&data)))
                .app_data(calendars.clone())
                .app_data(Data::from(Arc::clone(&health_data)))
                .app_data(Data::from(Arc::clone(&parts.limits)))
                .app_data(proxies.clone())
                .app_data(Data::new(public_url.clone()))
                .app_data(Data::new(parts.pools.clone()))
                .app_data(signing.clone())
                .app_data(inbox.clone())
                .app_data(webhooks.clone())
                .app_data(members.clone())
                .app_data(circles.clone())
                .app_data(Data::new(parts.mailer.clone()))
                .app_data(description.documents.clone())
                .app_data(facts.clone())
                .app_data(description.methods.clone())
                .app_data(description.traceable.clone())
                .configure(api::routes)
                .configure(api::pages)
                .configure(besides)
                .default_service(actix_web::web::to(fallback))
                .wrap(from_fn(limit_requests))
                .wrap(TracingLogger::<RootSpan>::new())
                .wrap(from_fn(envelope))
        };
        let server = listen(listener, settings.workers, settings.bounds.clone(), sources, (lane, reads), app)?;
        let handle = server.handle();
        Ok(Self { address, handle, running: tokio::spawn(server), auth, tasks, health, snapshots })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The snapshots it answers from.
    pub fn snapshots(&self) -> &Snapshots {
        &self.snapshots
    }

    /// Who may do what.
    pub fn auth(&self) -> &Arc<Auth> {
        &self.auth
    }

    /// Says on `/readyz` that no more requests should come, and goes on
    /// answering those that do.
    pub fn announce_end(&self) {
        self.health.drain();
    }

    /// Listens no more, lets running requests end, stops.
    ///
    /// # Errors
    /// When the listener failed.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.announce_end();
        self.handle.stop(true).await;
        self.tasks.iter().for_each(JoinHandle::abort);
        self.running.await??;
        Ok(())
    }

    /// Waits until the service ends by itself, which it does only by failing.
    ///
    /// # Errors
    /// When the listener failed.
    pub async fn failed(&mut self) -> anyhow::Result<()> {
        (&mut self.running).await??;
        Ok(())
    }
}

fn authority(parts: &Parts, public_url: PublicUrl) -> Arc<Auth> {
    let sources = (Arc::clone(&parts.clock), Arc::clone(&parts.entropy));
    Arc::new(Auth::new(parts.pools.directory.clone(), sources, Arc::clone(&parts.secret), public_url))
}

/// Starts the work behind the API.
pub fn start_worker(
    auth: &Arc<Auth>,
    mailer: Mailer,
    nightly: Nightly,
    (feeds, courier, digests): (FeedWorker, Arc<Courier>, Digests),
) -> [JoinHandle<()>; 5] {
    [
        tokio::spawn(Outbox::new(Arc::clone(auth), mailer).run()),
        tokio::spawn(nightly.run()),
        tokio::spawn(feeds.run()),
        tokio::spawn(courier.run()),
        tokio::spawn(digests.run()),
    ]
}

/// What reads sources: on the public internet, and in networks besides that are
/// allowed.
///
/// # Errors
/// When the platform's certificates cannot be loaded.
pub fn feed_worker(
    pools: &Pools,
    (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
    allow: &Networks,
) -> anyhow::Result<FeedWorker> {
    let fetcher = Fetcher::new(&PublicOnly::system().allowing(allow.clone()))?;
    Ok(FeedWorker::new(pools.directory.clone(), clock, entropy, fetcher))
}
