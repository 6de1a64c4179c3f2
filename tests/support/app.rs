//! The service as tests use it: the very thing that `serve` runs, on port 0.

use std::{
    ops::Deref,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeZone, Utc};
use openchair::{
    app::{Parts, Server},
    auth::{Outbox, Secret},
    circles::Sealer,
    config::{self, Bounds, RateLimit},
    db::{self, Databases, Pools, Scope},
    directory::{self, Actor, NewIntergroup, Stamp},
    feeds::{self, FeedContext, Fetcher, PublicOnly, ReadFeed},
    http::Limits,
    kernel::{Clock, Entropy, FixedClock, IntergroupId, SeededEntropy, Slug, SystemEntropy},
    mail::{Letter, Mailer},
    sync::{self, FeedWorker, ImportOptions, ImportOutcome, Mode},
};

use sqlx::{AssertSqlSafe, Executor};

use super::{Anonymous, TestDatabase, fixture};

/// What wraps keys in tests, on every node.
pub const SECRET: &str = "1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running service over somebody else's database.
pub struct Node {
    pub server: Server,
    pub kept: Arc<Mutex<Vec<Letter>>>,
}

/// A running service over a database of its own.
pub struct TestApp {
    pub node: Node,
    pub pools: Pools,
    pub clock: Arc<FixedClock>,
    pub entropy: Arc<SeededEntropy>,
    numbers: AtomicU32,
    /// Last, so that it is dropped when nothing uses it any more.
    pub database: TestDatabase,
}

impl Deref for TestApp {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.node
    }
}

impl Node {
    fn start(pools: Pools, clock: &Arc<FixedClock>, entropy: &Arc<SeededEntropy>, limits: Limits) -> Self {
        Self::start_by(Server::start, pools, clock, Arc::clone(entropy) as Arc<dyn Entropy>, limits, Bounds::default())
    }

    fn start_by(
        start: fn(&config::Server, Parts) -> anyhow::Result<Server>,
        pools: Pools,
        clock: &Arc<FixedClock>,
        entropy: Arc<dyn Entropy>,
        limits: Limits,
        bounds: Bounds,
    ) -> Self {
        let kept = Arc::<Mutex<Vec<Letter>>>::default();
        let settings = config::Server {
            listen: "127.0.0.1:0".parse().unwrap(),
            // The same for every node: tokens of one are good on another.
            public_url: Some("http://openchair.test".parse().unwrap()),
            workers: Some(1),
            // All callers come from there; a test may tell them apart.
            trusted_proxies: "127.0.0.1".parse().unwrap(),
            moderation_contact: Some("mailto:moderation@example.org".to_owned()),
            rate_limit: RateLimit::default(),
            drain_notice: Duration::ZERO,
            bounds,
        };
        let parts = Parts {
            pools,
            clock: Arc::clone(clock) as Arc<dyn Clock>,
            entropy,
            limits: Arc::new(limits),
            secret: Arc::new(Secret::parse(SECRET).unwrap()),
            mailer: Mailer::Kept(Arc::clone(&kept)),
            // Stubs listen there.
            fetch_allow: "127.0.0.0/8".parse().unwrap(),
            worker: None,
            migrations_pending: false,
        };
        Self { server: start(&settings, parts).unwrap(), kept }
    }

    /// A caller without a token.
    pub fn anonymous(&self) -> Anonymous {
        Anonymous::of(format!("http://{}", self.server.address()))
    }

    /// Sends the letters that are due; those that were.
    pub async fn letters(&self) -> Vec<Letter> {
        self.outbox(Mailer::Kept(Arc::clone(&self.kept))).send_due().await.unwrap();
        std::mem::take(&mut *self.kept.lock().unwrap())
    }

    /// What sends letters, by another way.
    pub fn outbox(&self, mailer: Mailer) -> Outbox {
        Outbox::new(Arc::clone(self.server.auth()), mailer)
    }

    /// Waits until something holds that a task of the service brings about.
    pub async fn until(&self, holds: impl Fn(&Self) -> bool) {
        let wait = async {
            while !holds(self) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("it never came about");
    }
}

/// How many there were, from one: each has seeds beyond those of all before.
static APPS_UNLIKE_OTHERS: AtomicU64 = AtomicU64::new(1);

impl TestApp {
    /// Starts it with an empty directory, at [`TestApp::monday`].
    pub async fn new() -> Self {
        Self::start(|_, _| Limits::off()).await
    }

    /// Starts it with random numbers that no other test gets: whoever looks for
    /// an id in the logs of all tests must not find another's of the same number.
    pub async fn unlike_others() -> Self {
        let database = TestDatabase::new().await;
        let databases = Databases::one(database.options());
        let seed = APPS_UNLIKE_OTHERS.fetch_add(1, Ordering::Relaxed) << 40;
        Self::start_from(seed, database, &databases, |_, _| Limits::off()).await
    }

    /// Starts it with request limits, which are off in all other tests.
    pub async fn with_limits() -> Self {
        Self::start(|clock, entropy| Limits::new(&(Arc::clone(clock) as Arc<dyn Clock>), &**entropy)).await
    }

    /// Starts it with the keys of what is written in circles in a database of
    /// their own, which comes with it.
    pub async fn with_keys_apart() -> (Self, TestDatabase) {
        let (database, keys) = (TestDatabase::new().await, TestDatabase::new().await);
        let databases = Databases { pass_keys: keys.options().clone(), ..Databases::one(database.options()) };
        (Self::start_over(database, &databases, |_, _| Limits::off()).await, keys)
    }

    async fn start(limits: impl Fn(&Arc<FixedClock>, &Arc<SeededEntropy>) -> Limits) -> Self {
        let database = TestDatabase::new().await;
        let databases = Databases::one(database.options());
        Self::start_over(database, &databases, limits).await
    }

    async fn start_over(
        database: TestDatabase,
        databases: &Databases,
        limits: impl Fn(&Arc<FixedClock>, &Arc<SeededEntropy>) -> Limits,
    ) -> Self {
        Self::start_from(1, database, databases, limits).await
    }

    async fn start_from(
        seed: u64,
        database: TestDatabase,
        databases: &Databases,
        limits: impl Fn(&Arc<FixedClock>, &Arc<SeededEntropy>) -> Limits,
    ) -> Self {
        let (clock, entropy) = (Arc::new(FixedClock::at(Self::monday())), Arc::new(SeededEntropy::new(seed)));
        let pools = Pools::new(databases, 4);
        let node = Node::start(pools.clone(), &clock, &entropy, limits(&clock, &entropy));
        let app = Self { node, pools, clock, entropy, numbers: Default::default(), database };
        // Their making takes random numbers: now, so that tests get the same ones twice.
        app.keys_are_loaded().await;
        app
    }

    /// Another node over this one's database, which compares no rights: what
    /// is left is row-level security.
    pub fn without_checks(&self) -> Node {
        let pools = Pools::new(&Databases::one(self.database.options()), 4);
        let entropy = Arc::clone(&self.entropy) as Arc<dyn Entropy>;
        Node::start_by(Server::start_without_checks, pools, &self.clock, entropy, Limits::off(), Bounds::default())
    }

    /// Another node over this one's database.
    pub fn second_node(&self) -> Node {
        let pools = Pools::new(&Databases::one(self.database.options()), 4);
        Node::start(pools, &self.clock, &self.entropy, Limits::off())
    }

    /// Another node over pools of their own, once it can read tokens.
    pub async fn node_with(&self, pools: Pools) -> Node {
        let node = Node::start(pools, &self.clock, &self.entropy, Limits::off());
        node.until(|node| node.server.auth().keys().are_loaded()).await;
        node
    }

    /// Another node with random numbers of its own, once it can read tokens.
    pub async fn node_of(&self, entropy: Arc<dyn Entropy>) -> Node {
        let pools = self.pools.clone();
        let node = Node::start_by(Server::start, pools, &self.clock, entropy, Limits::off(), Bounds::default());
        node.until(|node| node.server.auth().keys().are_loaded()).await;
        node
    }

    /// Another node, which bounds what connections may take in another way,
    /// once it shows the directory.
    pub async fn node_bounded(&self, bounds: Bounds) -> Node {
        let entropy = Arc::clone(&self.entropy) as Arc<dyn Entropy>;
        let node = Node::start_by(Server::start, self.pools.clone(), &self.clock, entropy, Limits::off(), bounds);
        node.server.snapshots().wait_for(self.revision().await).await;
        node
    }

    /// What the service seals with.
    pub fn sealer(&self) -> Sealer {
        let secret = Arc::new(Secret::parse(SECRET).unwrap());
        let (clock, entropy) = (Arc::clone(&self.clock) as Arc<dyn Clock>, Arc::new(SystemEntropy) as Arc<dyn Entropy>);
        Sealer::new(self.pools.pass_keys.clone(), secret, clock, entropy)
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

    /// A number that no call before got.
    pub fn next_number(&self) -> u32 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// The directory's clock.
    pub async fn revision(&self) -> i64 {
        let mut read = db::begin_read(&self.pools.directory, Scope::Read).await.unwrap();
        directory::revision(&mut read).await.unwrap()
    }

    /// Changes the directory behind the program's back, and waits until the
    /// service has seen it.
    pub async fn as_owner(&self, sql: &str) {
        self.as_owner_unseen(sql).await;
        self.server.snapshots().wait_for(self.revision().await).await;
    }

    /// Changes the directory behind the program's back.
    pub async fn as_owner_unseen(&self, sql: &str) {
        let tick = "; UPDATE directory.directory_clock SET revision = revision + 1";
        self.database.owner().await.execute(AssertSqlSafe(format!("{sql}{tick}"))).await.unwrap();
    }

    /// What reads this node's sources, from loopback, too.
    pub fn feed_worker(&self) -> FeedWorker {
        self.feed_worker_with(&PublicOnly::system().allowing("127.0.0.0/8".parse().unwrap()))
    }

    /// The same with what it may go to.
    pub fn feed_worker_with(&self, resolver: &PublicOnly) -> FeedWorker {
        let (clock, entropy) =
            (Arc::clone(&self.clock) as Arc<dyn Clock>, Arc::clone(&self.entropy) as Arc<dyn Entropy>);
        FeedWorker::new(self.pools.directory.clone(), clock, entropy, Fetcher::new(resolver).unwrap())
    }

    /// Makes an intergroup.
    pub async fn office(&self, slug: &str, timezone: chrono_tz::Tz) -> IntergroupId {
        self.office_below(None, slug, timezone).await
    }

    /// Makes an intergroup that belongs to another.
    pub async fn office_below(
        &self,
        parent_id: Option<IntergroupId>,
        slug: &str,
        timezone: chrono_tz::Tz,
    ) -> IntergroupId {
        let now = self.clock.now();
        let id = IntergroupId(self.entropy.uuid_v7(now));
        let mut write = db::begin_write(&self.pools.directory, Scope::Operator).await.unwrap();
        let new = NewIntergroup {
            id,
            slug: Slug::parse(slug).unwrap(),
            name: format!("{slug} office"),
            parent_id,
            timezone,
            website: Some("https://office.example.org/".to_owned()),
            email: Some("office@example.org".to_owned()),
            phone: Some("+1-312-555-0100".to_owned()),
            location: Some("Lantern County".to_owned()),
        };
        let stamp = Stamp { revision: write.revision, now, actor: Actor::Operator };
        directory::insert_intergroup(&mut write.transaction, &new, &stamp).await.unwrap();
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
        let feed: ReadFeed = feeds::read_meeting_guide(feed, &FeedContext::of(office.timezone)).unwrap();
        let (clock, entropy) = (&*self.clock, &*self.entropy);
        let outcome = sync::import(&self.pools.directory, clock, entropy, office.id, &feed, options).await.unwrap();
        self.server.snapshots().wait_for(self.revision().await).await;
        outcome
    }
}
