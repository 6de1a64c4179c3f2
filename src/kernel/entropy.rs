//! The one place that makes random identifiers and secrets.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

/// A source of identifiers; injected so that tests get the same ones twice.
pub trait Entropy: Send + Sync {
    /// A time-ordered UUIDv7 for things of the directory.
    fn uuid_v7(&self, now: DateTime<Utc>) -> Uuid;

    /// A random UUIDv4, which tells nothing of when it was made.
    fn uuid_v4(&self) -> Uuid;

    /// Fills `bytes` with what nobody can guess: keys, codes, nonces.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's random numbers.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn uuid_v7(&self, now: DateTime<Utc>) -> Uuid {
        let random = *self.uuid_v4().as_bytes();
        let mut tail = [0; 10];
        // Bytes 0-5 and 9-12 of a v4 are wholly random; the version and
        // variant bits lie elsewhere or are overwritten by the builder.
        tail[..6].copy_from_slice(&random[..6]);
        tail[6..].copy_from_slice(&random[9..13]);
        Builder::from_unix_timestamp_millis(millis(now), &tail).into_uuid()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the replacement that the ban names")]
    fn uuid_v4(&self) -> Uuid {
        Uuid::new_v4()
    }

    #[expect(clippy::expect_used, reason = "without random numbers nothing may go on")]
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the operating system gives random numbers");
    }
}

/// Identifiers that count up from a seed; for tests.
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// Starts counting after `seed`.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    fn next(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        bytes[2..].copy_from_slice(&self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    }
}

impl Entropy for SeededEntropy {
    fn uuid_v7(&self, now: DateTime<Utc>) -> Uuid {
        Builder::from_unix_timestamp_millis(millis(now), &self.next()).into_uuid()
    }

    fn uuid_v4(&self) -> Uuid {
        let mut bytes = [0; 16];
        bytes[6..].copy_from_slice(&self.next());
        Builder::from_random_bytes(bytes).into_uuid()
    }

    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let next = self.next();
            chunk.copy_from_slice(&next[10 - chunk.len()..]);
        }
    }
}

fn millis(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp_millis()).unwrap_or(0)
}
