//! Ids of what a run makes.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::kernel::{Entropy, ImportId};

/// Ids that follow from the run's own: planned again, it gives everything the
/// same id, so that the plan that is applied can be compared with the one that
/// was shown. Nothing secret is made of them.
#[derive(Debug)]
pub(super) struct RunIds {
    run: ImportId,
    made: AtomicU64,
}

impl RunIds {
    /// Those of a run.
    pub(super) fn of(run: ImportId) -> Self {
        Self { run, made: AtomicU64::new(0) }
    }

    fn next(&self) -> [u8; 32] {
        let count = self.made.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        Sha256::new().chain_update(self.run.0.as_bytes()).chain_update(count).finalize().into()
    }
}

impl Entropy for RunIds {
    fn uuid_v7(&self, now: DateTime<Utc>) -> Uuid {
        let mut tail = [0; 10];
        tail.copy_from_slice(&self.next()[..10]);
        Builder::from_unix_timestamp_millis(now.timestamp_millis().try_into().unwrap_or(0), &tail).into_uuid()
    }

    fn uuid_v4(&self) -> Uuid {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.next()[..16]);
        Builder::from_random_bytes(bytes).into_uuid()
    }

    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let next = self.next();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_gives_the_same_ids_again_and_no_other_run_does() {
        let ids = |run: u128| {
            let ids = RunIds::of(ImportId(Uuid::from_u128(run)));
            (0..3).map(|_| ids.uuid_v7(DateTime::UNIX_EPOCH)).collect::<Vec<_>>()
        };
        assert_eq!(ids(1), ids(1));
        assert!(ids(1).iter().all(|id| !ids(2).contains(id)));
        assert_eq!(ids(1).iter().collect::<std::collections::HashSet<_>>().len(), 3);
    }
}
