//! Failed sign-ins by address and e-mail together, in this process alone: no
//! address is ever stored.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Utc};

use super::{delay::ADDRESS_AND_EMAIL, store::REMEMBERED};

/// How many are kept at most; beyond, the oldest are forgotten, which then
/// wait only for what is counted of the e-mail address as a whole.
const KEPT: usize = 100_000;

/// How many, and when the last was made.
type Counts = HashMap<[u8; 32], (u32, DateTime<Utc>)>;

/// Attempts by a keyed hash of whose they are.
#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<Counts>);

impl Attempts {
    /// Counts an attempt before it is made.
    ///
    /// # Errors
    /// The seconds that it has to wait; then it is not counted.
    pub(super) fn count(&self, subject: [u8; 32], now: DateTime<Utc>) -> Result<(), u32> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            forget_older_half(&mut kept);
        }
        let entry = kept.entry(subject).or_insert((0, now));
        if now - entry.1 >= REMEMBERED {
            entry.0 = 0;
        }
        if let Some(wait_s) = ADDRESS_AND_EMAIL.retry_after_s(entry.0, entry.1, now) {
            return Err(wait_s);
        }
        *entry = (entry.0.saturating_add(1), now);
        Ok(())
    }

    /// Forgets the attempts of somebody who got in.
    pub(super) fn clear(&self, subject: &[u8; 32]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(subject);
    }
}

fn forget_older_half(kept: &mut Counts) {
    let mut times: Vec<DateTime<Utc>> = kept.values().map(|(_, at)| *at).collect();
    let middle = times.len() / 2;
    let (_, median, _) = times.select_nth_unstable(middle);
    let median = *median;
    kept.retain(|_, (_, at)| *at > median);
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn the_sixth_attempt_waits_and_a_success_forgets() {
        let (attempts, now) = (Attempts::default(), DateTime::UNIX_EPOCH);
        (0..5).for_each(|_| attempts.count([1; 32], now).unwrap());
        assert_eq!(attempts.count([1; 32], now), Err(1));
        assert_eq!(attempts.count([2; 32], now), Ok(()), "somebody else does not wait");
        assert_eq!(attempts.count([1; 32], now + TimeDelta::seconds(1)), Ok(()));
        assert_eq!(attempts.count([1; 32], now + TimeDelta::seconds(1)), Err(2));
        attempts.clear(&[1; 32]);
        assert_eq!(attempts.count([1; 32], now + TimeDelta::seconds(1)), Ok(()));
    }

    #[test]
    fn what_is_kept_has_a_bound() {
        let attempts = Attempts::default();
        for n in 0..u64::try_from(KEPT).unwrap() + 10 {
            let mut subject = [0; 32];
            subject[..8].copy_from_slice(&n.to_be_bytes());
            attempts.count(subject, DateTime::UNIX_EPOCH + TimeDelta::milliseconds(n as i64)).unwrap();
        }
        assert!(attempts.0.lock().unwrap().len() <= KEPT);
    }
}
