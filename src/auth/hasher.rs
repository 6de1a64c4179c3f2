//! Hashing passwords: argon2id (RFC 9106), so many at a time and no more.
//!
//! One hash takes 19 MiB and some tens of milliseconds of a core, on purpose.
//! So at most two a core run at once, 64 more wait, and whoever comes after them
//! is told so at once. A place is given back when the work is done and not when
//! its caller has gone, or callers that hang up could start any number.
//!
//! Who has no account costs as much as who has one: without a stored hash the
//! attempt is compared with a fixed one of the same cost. [`Hasher::count`]
//! counts what was done, which is how tests see that the work is the same.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
};

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::{Output, Salt},
};
use secrecy::SecretString;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::password::{Attempt, Password, PasswordError};
use crate::kernel::Entropy;

/// OWASP's second choice, the one with the least memory that it gives for one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const AT_ONCE_PER_CORE: usize = 2;
const WAITING: usize = 64;

/// Nobody's password, at the cost of everybody's.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$b3BlbmNoYWlyIG5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// More passwords are being hashed than can wait; none of the work was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many sign-ins at once; try again in a moment")]
pub struct Busy;

/// Hashes passwords in a bounded queue. Clones share it.
#[derive(Debug, Clone)]
pub struct Hasher {
    /// One for each hash that runs.
    slots: Arc<Semaphore>,
    /// One for each hash that runs or waits.
    places: Arc<Semaphore>,
    /// One for each attempt that anybody may begin, as many as there are places.
    attempts: Arc<Semaphore>,
    done: Arc<AtomicU64>,
}

impl Default for Hasher {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self::new(AT_ONCE_PER_CORE * cores, WAITING)
    }
}

impl Hasher {
    /// A queue of its own: so many at once, so many waiting.
    pub fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(at_once)),
            places: Arc::new(Semaphore::new(at_once + waiting)),
            attempts: Arc::new(Semaphore::new(at_once + waiting)),
            done: Arc::default(),
        }
    }

    /// Lets an attempt begin, until what is returned is dropped. Asked before
    /// the database is, so that those who would find the queue full do not wait
    /// for a connection first, and keep others from one.
    ///
    /// # Errors
    /// At once, when as many are under way as can be hashed or wait.
    pub fn admit(&self) -> Result<OwnedSemaphorePermit, Busy> {
        Arc::clone(&self.attempts).try_acquire_owned().map_err(|_| Busy)
    }

    /// Judges a password that the owner of `email` chose, in the queue too: an
    /// awkward one takes as long as a hash.
    ///
    /// # Errors
    /// At once, when the queue is full.
    pub async fn choose(&self, text: SecretString, email: String) -> Result<Result<Password, PasswordError>, Busy> {
        // What no length allows takes no place in the queue.
        if let Err(refused) = Attempt::parse(&text) {
            return Ok(Err(refused));
        }
        self.run(move || Password::parse(&text, &email)).await
    }

    /// The hash of a chosen password, as a PHC string with a salt of its own.
    ///
    /// # Errors
    /// At once, when the queue is full.
    pub async fn hash(&self, password: Password, entropy: &dyn Entropy) -> Result<String, Busy> {
        self.hash_known(password.into(), entropy).await
    }

    /// The hash, at today's cost, of a password that was just proved right:
    /// what may be chosen today did not bind it.
    ///
    /// # Errors
    /// At once, when the queue is full.
    pub async fn hash_known(&self, known: Attempt, entropy: &dyn Entropy) -> Result<String, Busy> {
        let mut salt = [0; 16];
        entropy.fill(&mut salt);
        let done = Arc::clone(&self.done);
        self.run(move || {
            done.fetch_add(1, Ordering::Relaxed);
            let hash: PasswordHash = argon2().hash_password_with_salt(known.expose().as_bytes(), &salt).ok()?;
            Some(hash.to_string())
        })
        .await?
        .ok_or(Busy)
    }

    /// Whether an attempt is the password of that PHC string. Without one, or
    /// with one that cannot be read, it is not, after the same work.
    ///
    /// # Errors
    /// At once, when the queue is full.
    pub async fn verify(&self, stored: Option<&str>, attempt: Attempt) -> Result<bool, Busy> {
        let stored = stored.and_then(|phc| PasswordHash::new(phc).ok()).filter(is_argon2id);
        let done = Arc::clone(&self.done);
        self.run(move || {
            // The dummy's hash is no argon2 output but zeros, which nobody finds a password for.
            let Some(hash) = stored.or_else(|| PasswordHash::new(DUMMY).ok()) else { return false };
            done.fetch_add(1, Ordering::Relaxed);
            argon2().verify_password(attempt.expose().as_bytes(), &hash).is_ok()
        })
        .await
    }

    /// How many hashes have been made, by whatever call.
    pub fn count(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Busy)?;
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| Busy)?;
        // Only a runtime that is going down ends the work; whoever asks again finds another.
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop((slot, place));
            result
        })
        .await
        .map_err(|_| Busy)
    }
}

/// Whether a stored hash has another cost than new ones get, so that the next
/// good sign-in should replace it.
pub fn needs_rehash(stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return true };
    let same = |params: Params| {
        (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
            && hash.hash.as_ref().is_some_and(|output| output.len() == Params::DEFAULT_OUTPUT_LEN)
    };
    !(is_argon2id(&hash) && hash.version == Some(Version::V0x13.into()) && Params::try_from(&hash).is_ok_and(same))
}

/// A hash without a salt or an output would be refused without any work.
fn is_argon2id(hash: &PasswordHash) -> bool {
    let parts: (&Option<Salt>, &Option<Output>) = (&hash.salt, &hash.hash);
    hash.algorithm.as_str() == Algorithm::Argon2id.as_str() && parts.0.is_some() && parts.1.is_some()
}

fn argon2() -> Argon2<'static> {
    // These numbers are within every bound; the library's own default is the same.
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or(Params::DEFAULT);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
#[path = "hasher_tests.rs"]
mod tests;
