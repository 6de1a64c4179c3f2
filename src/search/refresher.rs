//! Keeping the snapshot as new as the directory's clock.
//!
//! A notification only wakes; the clock decides. What changed since the last
//! snapshot is loaded and taken into it; all of the directory only at first,
//! where too much changed, where intergroups came, left or moved in their tree,
//! or where it is not known what changed. A refresh that fails keeps the last
//! snapshot, whose age then grows.

use std::{
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering},
    },
    thread,
    time::Duration,
};

use arc_swap::ArcSwapOption;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot, watch},
};

use super::{
    Begun, Feeds, Snapshot,
    changes::ChangeLog,
    hot::HotPages,
    lent::{Family, Lender},
};
use crate::{
    db::{self, Scope, Wakeups},
    directory::{self, Departures, Directory, Extent, Meeting, MeetingReader, Tick, Update},
    http::{ApiError, Pieces},
    kernel::Clock,
};

/// How many meetings are taken in by an update however few there are.
const FEW: usize = 2_000;
/// How many parts of the meetings may have been read and not been taken in: who
/// reads and who takes in hardly ever wait for one another.
const PARTS: usize = 4;
/// When the allocator is called once a directory was loaded, for nothing else than
/// that. It gives memory back to the system that has been free for a second, but
/// only looks for it when it is called for much, and once all is built nobody may
/// do so for long: a fifth of what building took would stay with the process.
const FREE_AFTER: Duration = Duration::from_millis(1_500);
/// So many bytes are much.
const MUCH: usize = 4 << 20;

/// What is answered from: a snapshot and the feeds of the same directory.
#[derive(Debug)]
pub struct Published {
    /// For search and single things.
    pub snapshot: Snapshot,
    /// For other programs.
    pub feeds: Feeds,
    /// What changed when, for who keeps a copy.
    pub changes: ChangeLog,
    /// What many ask for, until the next one is published.
    pub pages: HotPages,
    family: Family,
}

impl Published {
    /// Makes all of it of one directory; a matter of seconds for a large one.
    pub fn of(directory: Directory, departures: Departures) -> Self {
        Self::around(Snapshot::build(directory), departures)
    }

    fn around(snapshot: Snapshot, departures: Departures) -> Self {
        let changes = ChangeLog::build(&snapshot, departures);
        let (feeds, pages) = (Feeds::of(&snapshot), HotPages::default());
        Self { changes, feeds, pages, snapshot, family: Family::default() }
    }

    /// The same after an update, and after what left since; a matter of
    /// milliseconds. What stays as it is is shared with this one.
    pub fn updated(&self, update: Update, departures: Departures) -> Self {
        let (snapshot, changed) = self.snapshot.updated(update);
        let changes = self.changes.updated(&snapshot, &changed, departures);
        let (feeds, pages) = (self.feeds.updated(&snapshot, &changed), HotPages::default());
        Self { changes, feeds, pages, snapshot, family: Arc::clone(&self.family) }
    }
}

/// How the last look at the database went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseState {
    /// It answered.
    Ok = 0,
    /// It could not be reached.
    Unreachable = 1,
    /// It answered with an error: it lacks migrations, or is newer than we are.
    Failing = 2,
}

/// The present snapshot, swapped whole; readers never wait.
#[derive(Debug)]
pub struct Snapshots {
    current: ArcSwapOption<Published>,
    /// When the present one was last known to be the newest, seconds since 1970.
    known_newest_s: AtomicI64,
    /// A [`DatabaseState`].
    database: AtomicU8,
    /// Whether a newer one is being made.
    refreshing: AtomicBool,
    revision: watch::Sender<i64>,
    lender: Lender,
}

impl Default for Snapshots {
    fn default() -> Self {
        Self {
            current: ArcSwapOption::empty(),
            known_newest_s: AtomicI64::new(0),
            database: AtomicU8::new(DatabaseState::Unreachable as u8),
            refreshing: AtomicBool::new(false),
            revision: watch::Sender::new(-1),
            lender: Lender::default(),
        }
    }
}

impl Snapshots {
    /// The present snapshot; `None` before the first one.
    pub fn current(&self) -> Option<Arc<Published>> {
        self.current.load_full()
    }

    /// The present snapshot.
    ///
    /// # Errors
    /// `unavailable` before the first one.
    pub fn published(&self) -> Result<Arc<Published>, ApiError> {
        self.current().ok_or_else(|| ApiError::unavailable(2, "The directory is being loaded."))
    }

    /// Seconds since the present snapshot was last known to be the newest.
    pub fn age_s(&self, now: DateTime<Utc>) -> i64 {
        (now.timestamp() - self.known_newest_s.load(Ordering::Relaxed)).max(0)
    }

    /// How the last look at the database went.
    pub fn database(&self) -> DatabaseState {
        match self.database.load(Ordering::Relaxed) {
            0 => DatabaseState::Ok,
            1 => DatabaseState::Unreachable,
            _ => DatabaseState::Failing,
        }
    }

    /// Whether the directory is newer than the present snapshot, and a newer one
    /// is being made.
    pub fn is_refreshing(&self) -> bool {
        self.refreshing.load(Ordering::Relaxed)
    }

    /// Returns once the snapshot is at least as new as `revision`.
    pub async fn wait_for(&self, revision: i64) {
        // The sender lives as long as `self`, so waiting cannot fail.
        _ = self.revision.subscribe().wait_for(|present| *present >= revision).await;
    }

    /// What is sent of `published` in pieces, which keep it in memory: they end
    /// with an error where the directory is loaded anew twice meanwhile.
    pub fn lend(&self, published: &Published, pieces: impl Iterator<Item = Vec<u8>> + Send + 'static) -> Pieces {
        self.lender.lend(&published.family, pieces)
    }

    fn swap(&self, published: Published) {
        let revision = published.snapshot.revision();
        self.current.store(Some(Arc::new(published)));
        self.revision.send_replace(revision);
    }

    fn seen(&self, database: DatabaseState, now: DateTime<Utc>) {
        self.database.store(database as u8, Ordering::Relaxed);
        if database == DatabaseState::Ok {
            self.known_newest_s.store(now.timestamp(), Ordering::Relaxed);
        }
    }
}

/// The task that refreshes.
pub struct Refresher {
    pool: PgPool,
    snapshots: Arc<Snapshots>,
    clock: Arc<dyn Clock>,
}

impl Refresher {
    /// Refreshes `snapshots` from the database of `pool`.
    pub fn new(pool: PgPool, snapshots: Arc<Snapshots>, clock: Arc<dyn Clock>) -> Self {
        Self { pool, snapshots, clock }
    }

    /// Runs until it is aborted. Looks at the clock when woken, and every
    /// `look_every` where nothing is heard.
    pub async fn run(self, look_every: Duration) {
        let mut wakeups = Wakeups::new(self.pool.clone(), look_every);
        let mut failing = false;
        loop {
            let outcome = self.refresh().await;
            self.snapshots.refreshing.store(false, Ordering::Relaxed);
            let state = match &outcome {
                Ok(()) => DatabaseState::Ok,
                Err(error) if db::is_unavailable(error) => DatabaseState::Unreachable,
                Err(_) => DatabaseState::Failing,
            };
            self.snapshots.seen(state, self.clock.now());
            match outcome {
                Ok(()) if failing => tracing::info!("the directory is being refreshed again"),
                // Said once, not four times a second for as long as the database is away.
                Err(error) if !failing => {
                    tracing::warn!(error = db::describe(&error), "cannot refresh the directory; the last one is kept");
                }
                _ => {}
            }
            failing = state != DatabaseState::Ok;
            wakeups.next().await;
        }
    }

    async fn refresh(&self) -> Result<(), sqlx::Error> {
        let mut transaction = db::begin_read(&self.pool, Scope::Read).await?;
        let tick = directory::tick(&mut transaction).await?;
        let present = self.snapshots.current();
        let known = present.as_ref().map_or(&[][..], |present| present.changes.ticks());
        // By its mark, too: a database that was brought back may have come to
        // the same number by another way.
        if known.last() == Some(&tick) {
            return transaction.commit().await;
        }
        self.snapshots.refreshing.store(true, Ordering::Relaxed);
        let news = match &present {
            Some(present) => load_news(&mut transaction, present).await?,
            None => None,
        };
        let published = match (present, news) {
            (Some(present), Some((update, departures))) => {
                transaction.commit().await?;
                apart(move || present.updated(update, departures)).await?
            }
            (present, _) => {
                if let Some(present) = &present {
                    self.snapshots.lender.take_back_all_but(&present.family);
                }
                let known = present.as_ref().map_or(&[][..], |present| present.changes.ticks());
                load_apart(transaction, known.to_vec()).await?
            }
        };
        let meetings = published.snapshot.meeting_count();
        self.snapshots.swap(published);
        tracing::info!(revision = tick.revision, meetings, "directory loaded");
        Ok(())
    }
}

/// What became of the directory since it was published; `None` where it takes
/// less to load all of it, or where it is not known.
async fn load_news(
    transaction: &mut PgConnection,
    present: &Published,
) -> Result<Option<(Update, Departures)>, sqlx::Error> {
    let Some(since) = present.changes.present().filter(|_| !present.snapshot.is_worn()) else { return Ok(None) };
    let Some(departures) = directory::load_departures_since(&mut *transaction, present.changes.ticks()).await? else {
        return Ok(None);
    };
    let most = FEW.max(present.snapshot.meeting_count() / 10);
    let update = directory::load_update(transaction, since.revision, most, present.snapshot.offices()).await?;
    Ok(update.map(|update| (update, departures)))
}

/// Loads all of the directory on a thread of its own, which ends then: what it
/// reads would else keep parts of the memory of a thread that stays. It ends as
/// soon as nobody waits for it any more, too, whatever the database does.
async fn load_apart(
    mut transaction: Transaction<'static, Postgres>,
    known: Vec<Tick>,
) -> Result<Published, sqlx::Error> {
    let (mut publish, published) = oneshot::channel();
    let runtime = Handle::current();
    thread::spawn(move || {
        runtime.block_on(async move {
            let loading = async move {
                let published = load_whole(&mut transaction, &known).await?;
                transaction.commit().await?;
                Ok(published)
            };
            tokio::select! {
                () = publish.closed() => {}
                loaded = loading => { _ = publish.send(loaded); }
            }
        });
        thread::spawn(|| {
            thread::sleep(FREE_AFTER);
            drop(black_box(Vec::<u8>::with_capacity(MUCH)));
        });
    });
    published.await.map_err(|error| sqlx::Error::Decode(Box::new(error)))?
}

/// Loads all of the directory and builds while it reads: meetings are taken in
/// as they come, so that there are never more than a few parts of them besides
/// what they become.
async fn load_whole(transaction: &mut PgConnection, known: &[Tick]) -> Result<Published, sqlx::Error> {
    let departures = directory::load_departures(&mut *transaction, known).await?;
    let around = Arc::new(directory::load_surroundings(&mut *transaction, Extent::Public).await?);
    let (sender, mut parts) = mpsc::channel::<Vec<Meeting>>(PARTS);
    let (give_back, given_back) = std::sync::mpsc::channel::<Vec<Meeting>>();
    let (publish, published) = oneshot::channel();
    let shared = Arc::clone(&around);
    thread::spawn(move || {
        let begun = Begun::with(&shared.directory);
        drop(shared);
        let snapshot = begun.complete(|done| {
            // Who does not wait for it has read all of them.
            _ = give_back.send(done);
            parts.blocking_recv()
        });
        // Nobody waits for it only where reading failed, which is told below.
        _ = publish.send(Published::around(snapshot, departures));
    });
    let mut reader = MeetingReader::new(&mut *transaction, Extent::Public, &around).await?;
    while let Some(part) = reader.next(&mut *transaction).await? {
        // Nobody takes it only where the builder failed, which is told below.
        if sender.send(part).await.is_err() {
            break;
        }
        // Dropped by who made them, whose memory the next ones are made in: the
        // allocator takes memory from the system anew for what others drop.
        given_back.try_iter().for_each(drop);
    }
    drop((sender, reader));
    drop(around);
    published.await.map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Makes something that takes a while where nobody waits for it.
async fn apart(make: impl FnOnce() -> Published + Send + 'static) -> Result<Published, sqlx::Error> {
    tokio::task::spawn_blocking(make).await.map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
