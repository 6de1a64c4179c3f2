//! The service as tests use it: the very thing that `serve` runs, on port 0.

use std::sync::Arc;

use chrono::{DateTime, TimeZone, Utc};
use openchair::{
    app::{Parts, Server},
    config,
    db::{self, Pools, Scope},
    directory::{self, NewIntergroup},
    feeds::{self, FeedContext, ReadFeed},
    kernel::{Clock, Entropy, FixedClock, IntergroupId, SeededEntropy, Slug},
    sync::{self, ImportOptions, ImportOutcome, Mode},
};

use super::{Anonymous, TestDatabase, fixture};

/// A running service over a database of its own.
pub struct TestApp {
    pub database: TestDatabase,
    pub pools: Pools,
    pub clock: Arc<FixedClock>,
    pub entropy: Arc<SeededEntropy>,
    pub server: Server,
}

impl TestApp {
    /// Starts it with an empty directory, at [`TestApp::monday`].
    pub async fn new() -> Self {
        let database = TestDatabase::new().await;
        let clock = Arc::new(FixedClock::at(Self::monday()));
        Self::over(database, clock, Arc::new(SeededEntropy::new(1)))
    }

    /// A second node over the same database.
    pub fn over(database: TestDatabase, clock: Arc<FixedClock>, entropy: Arc<SeededEntropy>) -> Self {
        let pools = Pools::new(database.options(), database.options(), 4);
        let settings = config::Server { listen: "127.0.0.1:0".parse().unwrap(), public_url: None, workers: Some(1) };
        let parts = Parts {
            pools: pools.clone(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::clone(&entropy) as Arc<dyn Entropy>,
            migrations_pending: false,
        };
        let server = Server::start(&settings, parts).unwrap();
        Self { database, pools, clock, entropy, server }
    }

    /// Starts it with the office `lantern` and a fixture feed, loaded.
    pub async fn with_feed(name: &str) -> Self {
        let app = Self::new().await;
        app.office("lantern", chrono_tz::America::Chicago).await;
        app.import("lantern", &fixture(name)).await;
        app
    }

    /// Monday, 4 May 2026, 12:00 in Chicago.
    pub fn monday() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 5, 4, 17, 0, 0).unwrap()
    }

    /// A caller without a token.
    pub fn anonymous(&self) -> Anonymous {
        Anonymous::of(format!("http://{}", self.server.address()))
    }

    /// Makes an intergroup.
    pub async fn office(&self, slug: &str, timezone: chrono_tz::Tz) -> IntergroupId {
        let now = self.clock.now();
        let id = IntergroupId(self.entropy.uuid_v7(now));
        let mut write = db::begin_write(&self.pools.directory, Scope::Operator).await.unwrap();
        let new = NewIntergroup {
            id,
            slug: Slug::parse(slug).unwrap(),
            name: format!("{slug} office"),
            parent_id: None,
            timezone,
            website: Some("https://office.example.org/".to_owned()),
            email: Some("office@example.org".to_owned()),
            phone: Some("+1-312-555-0100".to_owned()),
            location: Some("Lantern County".to_owned()),
        };
        directory::insert_intergroup(&mut write.transaction, &new, write.revision, now).await.unwrap();
        let revision = write.commit().await.unwrap();
        self.server.snapshots().wait_for(revision).await;
        id
    }

    /// Imports a feed's bytes and waits until the service shows it.
    pub async fn import(&self, office: &str, feed: &[u8]) -> ImportOutcome {
        self.import_with(office, feed, ImportOptions { mode: Mode::Apply, allow_shrink: false }).await
    }

    /// Imports with options.
    pub async fn import_with(&self, office: &str, feed: &[u8], options: ImportOptions) -> ImportOutcome {
        let mut read = db::begin_read(&self.pools.directory, Scope::Read).await.unwrap();
        let office = directory::find_intergroup(&mut read, office).await.unwrap().unwrap();
        let feed: ReadFeed =
            feeds::read_meeting_guide(feed, &FeedContext { default_timezone: office.timezone }).unwrap();
        let (clock, entropy) = (&*self.clock, &*self.entropy);
        let outcome = sync::import(&self.pools.directory, clock, entropy, office.id, &feed, options).await.unwrap();
        let mut read = db::begin_read(&self.pools.directory, Scope::Read).await.unwrap();
        let revision = directory::revision(&mut read).await.unwrap();
        self.server.snapshots().wait_for(revision).await;
        outcome
    }
}
