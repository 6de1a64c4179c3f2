//! First pages that many ask for within a minute, such as an office's list on
//! its own website: found, written and compressed once for all of them.
//!
//! Invariants: a page is of one snapshot, to which the cache belongs, and of one
//! minute, within which everybody is answered with the same bytes; all that is
//! kept has at most so many bytes; what is asked for seldom costs a number, and
//! pushes nothing out.

use std::{
    hash::{BuildHasher, Hash},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, Utc};
use foldhash::fast::RandomState;
use quick_cache::{
    Weighter,
    sync::{Cache, DefaultLifecycle},
};

use super::{
    engine,
    fields::Fields,
    page::Page,
    query::{QueryHash, SearchQuery},
    snapshot::Snapshot,
};
use crate::{
    http::{Edition, EntityTag},
    kernel::Invalid,
};

/// How many times a page is asked for before it is kept: to compress one well
/// takes as long as to write dozens.
const OFTEN: u64 = 32;
/// How many spellings of queries are counted; two that share a place begin anew
/// whenever they meet.
const COUNTED: usize = 4_096;
/// What is kept at most, in bytes, and of how many pages about.
const BYTES: u64 = 16 << 20;
const PAGES: usize = 512;
/// The bits of a count beside the hash of what is counted.
const COUNT: u64 = 0xff;

/// The first pages of a snapshot that many ask for.
pub struct HotPages {
    asked: Box<[AtomicU64]>,
    hasher: RandomState,
    kept: Cache<Key, Arc<HotPage>, Weight, RandomState>,
}

/// A page that is sent to many.
#[derive(Debug)]
pub struct HotPage {
    /// Its body.
    pub edition: Arc<Edition>,
    /// Where the next page begins; absent on the last.
    pub next_cursor: Option<String>,
    /// When something on it changes by the clock alone.
    pub changes_at: Option<DateTime<Utc>>,
}

/// How a query is answered.
#[derive(Debug)]
pub enum Answered {
    /// With a page of its own.
    Once(Page),
    /// With the page of all who ask that.
    Often(Arc<HotPage>),
}

/// What two requests have the same answer for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    query: QueryHash,
    limit: u8,
    fields: Option<Fields>,
    minute: i64,
}

#[derive(Debug, Clone)]
struct Weight;

impl Weighter<Key, Arc<HotPage>> for Weight {
    fn weight(&self, _: &Key, hot: &Arc<HotPage>) -> u64 {
        // As it is, and in three codings of a few parts of that in all.
        hot.edition.body().len() as u64 * 2
    }
}

impl Default for HotPages {
    fn default() -> Self {
        let hasher = RandomState::default();
        let kept = Cache::with(PAGES, BYTES, Weight, hasher.clone(), DefaultLifecycle::default());
        Self { asked: (0..COUNTED).map(|_| AtomicU64::default()).collect(), hasher, kept }
    }
}

impl std::fmt::Debug for HotPages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HotPages").field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

impl HotPages {
    /// How many bytes are kept, about; never more than 16 MiB.
    pub fn bytes(&self) -> u64 {
        self.kept.weight()
    }

    /// The page of `snapshot` that answers `query`, which the caller spelled
    /// like that.
    ///
    /// # Errors
    /// Those of [`engine::search`].
    pub fn answer(
        &self,
        snapshot: &Snapshot,
        (query, spelled): (&SearchQuery, &str),
        now: DateTime<Utc>,
    ) -> Result<Answered, Invalid> {
        let minute = now.timestamp().div_euclid(60);
        // What follows a cursor is as many pages as there are callers.
        if query.cursor.is_some() || !self.is_often(spelled, minute) {
            return engine::search(snapshot, query, now).map(Answered::Once);
        }
        let key = Key { query: query.canonical_hash(), limit: query.limit, fields: query.fields, minute };
        if let Some(kept) = self.kept.get(&key) {
            return Ok(Answered::Often(kept));
        }
        let Page { mut body, next_cursor, cursor_at, changes_at, .. } = engine::search(snapshot, query, now)?;
        body.shrink_to_fit();
        let tag = EntityTag::of_bytes_without(&body, cursor_at);
        let edition = Arc::new(Edition::of_live(body, tag));
        let hot = Arc::new(HotPage { edition, next_cursor, changes_at });
        self.kept.insert(key, Arc::clone(&hot));
        Ok(Answered::Often(hot))
    }

    /// Counts a query, and says whether it was asked often in this minute.
    fn is_often(&self, spelled: &str, minute: i64) -> bool {
        let hash = self.hasher.hash_one((spelled, minute));
        let counted = &self.asked[hash as usize % COUNTED];
        let (mark, word) = (hash & !COUNT, counted.load(Ordering::Relaxed));
        match word & COUNT {
            _ if word & !COUNT != mark => counted.store(mark | 1, Ordering::Relaxed),
            OFTEN.. => return true,
            // Whoever counts at the same time may be lost.
            count => counted.store(mark | (count + 1), Ordering::Relaxed),
        }
        false
    }
}
