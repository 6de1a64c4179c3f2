//! When keys follow one another: a plan that is computed, shown, then applied.
//!
//! Every 90 days a new key takes over. It is published a day before it signs,
//! so that whoever caches the key set has it in time; the old one stops signing
//! at that moment and verifies until the last token it signed has run out, and
//! an hour more. A key that has leaked ends at once. The plan of one audience
//! knows nothing of the others; to apply it twice changes nothing more.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    audience::Audience,
    signing::{KeyTimes, Kid},
};

/// How long a key signs.
pub const LIFE: TimeDelta = TimeDelta::days(90);

/// How long a key is published before it signs.
pub const LEAD: TimeDelta = TimeDelta::hours(24);

/// How much longer a key verifies than its last token lives.
pub const GRACE: TimeDelta = TimeDelta::hours(1);

/// Why keys are rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// Because it may be time: what runs every hour asks for this.
    Scheduled,
    /// Because the operator wants it, with the usual overlap.
    Planned,
    /// Because a key has leaked: everybody's access token ends now, and the
    /// next refresh gives a new one.
    AtOnce,
}

/// A key's end, decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyEnd {
    /// Which key.
    pub kid: Kid,
    /// Until when it signs.
    pub signs_until: DateTime<Utc>,
    /// Until when what it signed is good.
    pub verifies_until: DateTime<Utc>,
}

/// What a rotation changes among the keys of one audience.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RotationPlan {
    /// From when a new key signs, where one is to be made.
    pub make: Option<DateTime<Utc>>,
    /// The keys that end.
    pub end: Vec<KeyEnd>,
}

impl RotationPlan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.make.is_none() && self.end.is_empty()
    }
}

/// What to change now among `keys`, which are all those of `audience`.
pub fn plan_rotation(
    audience: Audience,
    keys: &[(Kid, KeyTimes)],
    now: DateTime<Utc>,
    order: Rotation,
) -> RotationPlan {
    if order == Rotation::AtOnce {
        let ends = keys.iter().filter(|(_, times)| times.verifies(now)).map(|(kid, times)| KeyEnd {
            kid: kid.clone(),
            signs_until: times.signs_until.map_or(now, |end| end.min(now)),
            verifies_until: now,
        });
        return RotationPlan { make: Some(now), end: ends.collect() };
    }
    let Some(due) = next_rotation(keys).filter(|_| keys.iter().any(|(_, times)| times.signs(now))) else {
        // The first key, or nothing signs: there is nobody to give notice to.
        return RotationPlan { make: Some(now), end: Vec::new() };
    };
    let under_way = keys.iter().any(|(_, times)| is_open(*times) && times.signs_from > now);
    if under_way || (order == Rotation::Scheduled && now < due) {
        return RotationPlan::default();
    }
    let signs_from = now + LEAD;
    let ends = keys.iter().filter(|(_, times)| is_open(*times)).map(|(kid, _)| KeyEnd {
        kid: kid.clone(),
        signs_until: signs_from,
        verifies_until: signs_from + audience.access_ttl() + GRACE,
    });
    RotationPlan { make: Some(signs_from), end: ends.collect() }
}

/// When the schedule next makes a key for the audience of `keys`: a day before
/// the newest has signed for its 90 days. `None` where none is without an end,
/// and a key is wanted now.
pub fn next_rotation(keys: &[(Kid, KeyTimes)]) -> Option<DateTime<Utc>> {
    let newest = keys.iter().filter(|(_, times)| is_open(*times)).map(|(_, times)| times.signs_from).max()?;
    Some(newest + LIFE - LEAD)
}

fn is_open(times: KeyTimes) -> bool {
    times.signs_until.is_none() && times.verifies_until.is_none()
}

#[cfg(test)]
#[path = "rotation_tests.rs"]
mod tests;
