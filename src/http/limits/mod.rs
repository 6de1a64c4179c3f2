//! How often one may ask.
//!
//! Counted in memory only, by a keyed hash of the address or account whose key
//! lives as long as the process: nothing here tells who asked. Each node
//! counts for itself. [`limit_requests`] counts what needs no token; whoever
//! reads a token counts its account with [`Limits::check`] and puts what is
//! left into the request's extensions. A new limit is a row of [`Quota`].

mod middleware;
mod quota;
mod store;

use std::sync::Arc;

use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_128_with_seed;

pub use middleware::limit_requests;
pub use quota::{Quota, Remaining};
pub(super) use quota::{RATELIMIT, RATELIMIT_POLICY};

use super::ApiError;
use crate::kernel::{Clock, Entropy};
use store::Store;

/// The limits of this process.
#[derive(Debug)]
pub struct Limits(Option<Counting>);

struct Counting {
    secret: Uuid,
    stores: Vec<Store>,
}

impl std::fmt::Debug for Counting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Counting(…)")
    }
}

impl Limits {
    /// Starts counting.
    pub fn new(clock: &Arc<dyn Clock>, entropy: &dyn Entropy) -> Self {
        let stores = Quota::ALL.iter().map(|quota| Store::new(*quota, Arc::clone(clock))).collect();
        Self(Some(Counting { secret: entropy.uuid_v4(), stores }))
    }

    /// Lets everything through: for measuring, and for tests of other things.
    pub fn off() -> Self {
        Self(None)
    }

    /// Counts one request of `key`, an address or the bytes of an id, and says
    /// what is left; `None` while limits are off.
    ///
    /// # Errors
    /// `too_many_requests`, with `Retry-After`.
    pub fn check(&self, quota: Quota, key: impl AsRef<[u8]>) -> Result<Option<Remaining>, ApiError> {
        let Some(counting) = &self.0 else { return Ok(None) };
        let Some(store) = counting.stores.iter().find(|store| store.quota() == quota) else { return Ok(None) };
        store.take(counting.hash(key.as_ref())).map(Some).map_err(|wait_s| {
            let nothing = Remaining { quota, left: 0, within_s: wait_s };
            nothing
                .headers()
                .into_iter()
                .fold(ApiError::too_many(wait_s), |error, (name, value)| error.with_header(name, value))
        })
    }
}

impl Counting {
    fn hash(&self, key: &[u8]) -> u128 {
        let (seed, _) = self.secret.as_u64_pair();
        xxh3_128_with_seed(&[self.secret.as_bytes(), key].concat(), seed)
    }
}

#[cfg(test)]
mod tests;
