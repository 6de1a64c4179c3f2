//! The service that is attacked: as it is in earnest, with real random numbers,
//! but for a clock that is moved.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use openchair::{
    app::{Parts, Server},
    auth::Secret,
    config::{self, RateLimit},
    db::{Databases, Pools},
    http::Limits,
    kernel::{Clock, Entropy, FixedClock, SystemEntropy},
    mail::Mailer,
    upkeep::Nightly,
};

use crate::support::{Anonymous, SECRET, TestDatabase};

/// A Monday.
pub const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 5, 4).unwrap();

pub struct World {
    pub clock: Arc<FixedClock>,
    server: Server,
    pools: Pools,
    /// Last, so that it is dropped when nothing uses it any more.
    pub database: TestDatabase,
}

impl World {
    /// On a Monday, without anybody.
    pub async fn new() -> Self {
        let database = TestDatabase::new().await;
        let pools = Pools::new(&Databases::one(database.options()), 8);
        let clock = Arc::new(FixedClock::at(FIRST_DAY.and_time(NaiveTime::MIN).and_utc()));
        let settings = config::Server {
            listen: "127.0.0.1:0".parse().unwrap(),
            public_url: Some("http://openchair.test".parse().unwrap()),
            workers: Some(2),
            trusted_proxies: "127.0.0.1".parse().unwrap(),
            moderation_contact: Some("mailto:moderation@example.org".to_owned()),
            rate_limit: RateLimit::default(),
            drain_notice: std::time::Duration::ZERO,
            bounds: config::Bounds::default(),
        };
        let parts = Parts {
            pools: pools.clone(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(SystemEntropy),
            limits: Arc::new(Limits::off()),
            secret: Arc::new(Secret::parse(SECRET).unwrap()),
            mailer: Mailer::Off,
            fetch_allow: Default::default(),
            worker: None,
            migrations_pending: false,
        };
        let server = Server::start(&settings, parts).unwrap();
        while !server.auth().keys().are_loaded() {
            tokio::task::yield_now().await;
        }
        Self { clock, server, pools, database }
    }

    pub fn anonymous(&self) -> Anonymous {
        Anonymous::of(format!("http://{}", self.server.address()))
    }

    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// The work of the night.
    pub fn nightly(&self) -> Nightly {
        let (clock, entropy) = (Arc::clone(&self.clock) as Arc<dyn Clock>, Arc::new(SystemEntropy) as Arc<dyn Entropy>);
        Nightly::new(self.pools.clone(), Databases::one(self.database.options()), clock, entropy)
    }
}
