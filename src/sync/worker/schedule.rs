//! When a source is read next.

use chrono::{DateTime, TimeDelta, Utc};

use crate::kernel::Entropy;

/// After a first failure a source is tried again after so long, then after
/// twice that, and so on, but not less often than it should be read.
const FIRST_RETRY: TimeDelta = TimeDelta::minutes(15);
/// Times are drawn from so much around the exact one: sources that were
/// connected together do not stay together.
const JITTER_PERCENT: u64 = 10;

/// When a source is read next that is read every so many hours and has brought
/// nothing `failures` times in a row.
pub(super) fn next(now: DateTime<Utc>, every_hours: u16, failures: u32, entropy: &dyn Entropy) -> DateTime<Utc> {
    let regular = TimeDelta::hours(i64::from(every_hours));
    let after = match failures {
        0 => regular,
        failures => (FIRST_RETRY * (1 << (failures - 1).min(10))).min(regular),
    };
    let seconds = u64::try_from(after.num_seconds()).unwrap_or(0);
    let width = seconds * JITTER_PERCENT / 100;
    let mut drawn = [0; 8];
    entropy.fill(&mut drawn);
    let drawn = u64::from_le_bytes(drawn) % (2 * width + 1);
    now + TimeDelta::seconds(i64::try_from(seconds - width + drawn).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::SystemEntropy;

    #[test]
    fn a_source_is_read_about_when_it_should_be_and_sooner_after_a_failure() {
        let now = DateTime::UNIX_EPOCH;
        for _ in 0..1_000 {
            let minutes = |every, failures| (next(now, every, failures, &SystemEntropy) - now).num_minutes();
            assert!((648..=792).contains(&minutes(12, 0)));
            assert!((13..=16).contains(&minutes(12, 1)));
            assert!((27..=33).contains(&minutes(12, 2)));
            assert!((648..=792).contains(&minutes(12, 40)));
            assert!((54..=66).contains(&minutes(1, 3)));
        }
    }
}
