//! The rule of rotating refresh tokens, stated once and apart from the database.
//!
//! A session knows the hash of the token that was used last and of the one that
//! is due. The one that is due advances it. The last one used, shown again, gets
//! the same successor again, for as long as that successor is unused: the answer
//! may have been lost on its way. An older one is in two hands, and ends the
//! session. There is no window of time in which more is allowed.
//!
//! The store does [`Verdict::Advance`] as compare-and-swap on the hash that is
//! due, and judges anew by what it then reads when somebody else was faster.

use super::{refresh::RefreshToken, secret::Secret};

/// What is stored of a session's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// The token that was used last: its generation and hash. `None` before the first use.
    pub used: Option<(u32, [u8; 32])>,
    /// The hash of the token that is due.
    pub hash_next: [u8; 32],
}

/// What a token that was shown means.
#[derive(Debug)]
pub enum Verdict {
    /// It was due: store this state where `hash_next` still is this token's hash, and answer with the successor.
    Advance {
        /// The state afterwards.
        family: Family,
        /// What the device keeps from now on.
        successor: RefreshToken,
    },
    /// It was used last and its successor is unused: answer with the same successor, store nothing.
    Retry {
        /// What the device was to keep.
        successor: RefreshToken,
    },
    /// Its successor has been used: two hold it, so the session ends.
    Replayed,
    /// It is not of this session as it is stored.
    Unknown,
}

impl Family {
    /// That of a new session, whose first token nobody has used yet.
    pub fn of(first: &RefreshToken) -> Self {
        Self { used: None, hash_next: first.hash() }
    }

    /// What it means that `shown` was sent for this session.
    pub fn judge(&self, shown: &RefreshToken, secret: &Secret) -> Verdict {
        let hash = shown.hash();
        match self.used {
            Some((last, _)) if shown.generation < last => Verdict::Replayed,
            Some((last, hash_used)) if shown.generation == last && hash == hash_used => self.retry(shown, secret),
            used if hash == self.hash_next
                && shown.generation == used.map_or(0, |(last, _)| last.saturating_add(1)) =>
            {
                let Some(successor) = shown.successor(secret, secret.newest_version()) else {
                    return Verdict::Unknown;
                };
                let family = Self { used: Some((shown.generation, hash)), hash_next: successor.hash() };
                Verdict::Advance { family, successor }
            }
            _ => Verdict::Unknown,
        }
    }

    /// The secret may have got a new version since the successor was made, or
    /// got it on one node before the other: the stored hash says which it was.
    fn retry(&self, shown: &RefreshToken, secret: &Secret) -> Verdict {
        secret
            .versions_newest_first()
            .filter_map(|version| shown.successor(secret, version))
            .find(|successor| successor.hash() == self.hash_next)
            .map_or(Verdict::Unknown, |successor| Verdict::Retry { successor })
    }
}

#[cfg(test)]
#[path = "family_tests.rs"]
mod tests;
