//! How long to wait after failures: longer each time, never for ever.
//!
//! Nobody is locked out, because a lock is a weapon in the hands of whoever
//! knows an e-mail. Every factor counts its failures alike: password, code of
//! an authenticator app, recovery code. The caller counts the failures of the
//! last 24 hours, and forgets them after a success. To slow something else, give
//! it a [`Delay`] of its own.

use chrono::{DateTime, TimeDelta, Utc};

/// How the wait grows: after `free` failures 1 s, then 2, 4, … up to `cap_s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delay {
    /// Failures that cost no wait.
    pub free: u32,
    /// The longest wait, in seconds.
    pub cap_s: u32,
}

/// For one client address and one e-mail together: up to 15 minutes.
pub const ADDRESS_AND_EMAIL: Delay = Delay { free: 5, cap_s: 15 * 60 };

/// For an account as a whole, from whatever addresses: a minute at most, so
/// that somebody who fails on purpose cannot keep its owner out.
pub const ACCOUNT: Delay = Delay { free: 20, cap_s: 60 };

impl Delay {
    /// Seconds to wait before the next attempt, rounded up; `None` when it may
    /// be made now. `failures` are those of the last 24 hours.
    pub fn retry_after_s(self, failures: u32, last_failure: DateTime<Utc>, now: DateTime<Utc>) -> Option<u32> {
        let doublings = failures.checked_sub(self.free)?;
        let wait_s = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX).min(self.cap_s);
        let left_ms = (last_failure + TimeDelta::seconds(wait_s.into()) - now).num_milliseconds();
        let left_s = u32::try_from(left_ms).ok()?.div_ceil(1000);
        // A clock that was set back must not make the wait longer than it ever is.
        (left_s > 0).then_some(left_s.min(wait_s))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: f64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_800_000_000_000 + (seconds * 1000.0) as i64).unwrap()
    }

    #[test]
    fn five_failures_are_free_and_then_the_wait_doubles_up_to_the_cap() {
        let waits: Vec<_> =
            (0..18).map(|n| ADDRESS_AND_EMAIL.retry_after_s(n, at(0.0), at(0.0)).unwrap_or(0)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    }

    #[test]
    fn an_account_as_a_whole_never_waits_longer_than_a_minute() {
        assert_eq!(ACCOUNT.retry_after_s(19, at(0.0), at(0.0)), None);
        assert_eq!(ACCOUNT.retry_after_s(20, at(0.0), at(0.0)), Some(1));
        assert_eq!(ACCOUNT.retry_after_s(u32::MAX, at(0.0), at(0.0)), Some(60));
    }

    #[test]
    fn the_wait_runs_out_and_is_rounded_up() {
        assert_eq!(ADDRESS_AND_EMAIL.retry_after_s(7, at(0.0), at(1.5)), Some(3));
        assert_eq!(ADDRESS_AND_EMAIL.retry_after_s(7, at(0.0), at(3.999)), Some(1));
        assert_eq!(ADDRESS_AND_EMAIL.retry_after_s(7, at(0.0), at(4.0)), None);
        assert_eq!(ADDRESS_AND_EMAIL.retry_after_s(7, at(0.0), at(90_000.0)), None);
    }

    proptest! {
        #[test]
        fn no_wait_is_longer_than_its_cap_whatever_the_clock_does(failures: u32, passed in -1e9..1e9) {
            let wait = ADDRESS_AND_EMAIL.retry_after_s(failures, at(0.0), at(passed));
            prop_assert!(wait.is_none_or(|s| (1..=900).contains(&s)));
        }
    }
}
