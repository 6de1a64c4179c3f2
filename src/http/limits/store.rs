//! The counts of one quota.

use std::{
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use governor::{
    RateLimiter, clock::Clock as _, middleware::StateInformationMiddleware, nanos::Nanos,
    state::keyed::DashMapStateStore,
};

use super::{Quota, Remaining};
use crate::kernel::Clock;

/// After so many requests, those who have everything back are forgotten.
const SWEEP_EVERY: u32 = 4_096;
/// The most callers remembered; a flood from more is begun with anew, for it
/// shall not fill the memory.
const MAX_KEYS: usize = 200_000;

/// By keys that are keyed hashes already.
type States = DashMapStateStore<u128, foldhash::fast::RandomState>;
type Limiter = RateLimiter<u128, States, Ticks, StateInformationMiddleware>;

/// The injected clock as the limiter reads it: the time that has passed, which
/// goes on from where it was when the clock is put back.
#[derive(Clone)]
struct Ticks {
    clock: Arc<dyn Clock>,
    passed: Arc<Mutex<(DateTime<Utc>, Duration)>>,
}

impl Ticks {
    fn of(clock: Arc<dyn Clock>) -> Self {
        let passed = Arc::new(Mutex::new((clock.now(), Duration::ZERO)));
        Self { clock, passed }
    }
}

impl governor::clock::Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let now = self.clock.now();
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        let since = (now - passed.0).to_std().unwrap_or_default();
        *passed = (now, passed.1 + since);
        passed.1.into()
    }
}

pub(super) struct Store {
    quota: Quota,
    clock: Ticks,
    limiter: ArcSwap<Limiter>,
    taken: AtomicU32,
}

impl Store {
    pub fn new(quota: Quota, clock: Arc<dyn Clock>) -> Self {
        let clock = Ticks::of(clock);
        let limiter = ArcSwap::from_pointee(limiter(quota, clock.clone()));
        Self { quota, clock, limiter, taken: AtomicU32::new(0) }
    }

    pub fn quota(&self) -> Quota {
        self.quota
    }

    /// Takes one; the error is how many seconds to wait.
    pub fn take(&self, key: u128) -> Result<Remaining, u32> {
        if self.taken.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.sweep(MAX_KEYS);
        }
        match self.limiter.load().check_key(&key) {
            Ok(state) => {
                let left = state.remaining_burst_capacity();
                Ok(Remaining { quota: self.quota, left, within_s: self.quota.window_s() })
            }
            Err(until) => {
                let wait = until.wait_time_from(self.clock.now());
                let wait_s = u32::try_from(wait.as_nanos().div_ceil(1_000_000_000)).unwrap_or(u32::MAX);
                Err(wait_s.clamp(1, self.quota.window_s()))
            }
        }
    }

    fn sweep(&self, max_keys: usize) {
        let limiter = self.limiter.load();
        limiter.retain_recent();
        limiter.shrink_to_fit();
        if limiter.len() > max_keys {
            self.limiter.store(Arc::new(self::limiter(self.quota, self.clock.clone())));
        }
    }
}

fn limiter(quota: Quota, clock: Ticks) -> Limiter {
    let requests = NonZeroU32::new(quota.requests()).unwrap_or(NonZeroU32::MIN);
    let every = Duration::from_secs(quota.window_s().into()) / requests.get();
    let rate = governor::Quota::with_period(every).unwrap_or(governor::Quota::per_minute(requests));
    RateLimiter::new(rate.allow_burst(requests), States::default(), clock)
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone, Utc};

    use super::*;
    use crate::kernel::FixedClock;

    #[test]
    fn who_has_everything_back_is_forgotten_and_a_flood_is_begun_with_anew() {
        let clock = Arc::new(FixedClock::at(Utc.with_ymd_and_hms(2026, 5, 4, 17, 0, 0).unwrap()));
        let store = Store::new(Quota::Feedback, Arc::clone(&clock) as Arc<dyn Clock>);
        let len = || store.limiter.load().len();
        for key in 0..100 {
            store.take(key).unwrap();
        }
        assert_eq!(len(), 100);
        clock.advance(TimeDelta::minutes(30));
        store.take(1_000).unwrap();
        store.sweep(MAX_KEYS);
        assert_eq!(len(), 1);
        store.sweep(0);
        assert_eq!(len(), 0);
    }
}
