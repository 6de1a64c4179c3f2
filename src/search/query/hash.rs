//! What makes two queries the same.

use std::hash::{Hash, Hasher};

use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use super::SearchQuery;
use crate::search::geo::BBox;

/// The first half of a SHA-256.
pub type QueryHash = [u8; 16];

/// Raised when the meaning of a parameter changes, so that old cursors end.
const MEANING: u8 = 3;

/// Feeds what derives `Hash` into SHA-256, in a form that is the same on every
/// 64-bit little-endian machine.
struct Sha(Sha256);

impl Hasher for Sha {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

impl SearchQuery {
    /// A hash that two queries share just when they ask for the same set in the
    /// same order, however they are spelled. `limit` and `cursor` do not count:
    /// they say which part of the answer is wanted, as `fields` does of each meeting. Good as a part of a cache's
    /// key too: nobody can make two queries collide.
    pub fn canonical_hash(&self) -> QueryHash {
        // Taking the query apart makes a new field a compiler's error here.
        let Self {
            ids,
            text,
            in_zone,
            around,
            bbox,
            days,
            window,
            times_of_day,
            types,
            languages,
            attendance,
            intergroups,
            regions,
            groups,
            locations,
            districts,
            updated_since,
            soon,
            sort,
            fields: _,
            limit: _,
            cursor: _,
        } = self;
        let center = around.map(|around| [around.center.latitude, around.center.longitude].map(f64::to_bits));
        let edges = bbox.map(|BBox { west, south, east, north }| [west, south, east, north].map(f64::to_bits));
        let mut sha = Sha(Sha256::new());
        (MEANING, center, around.map(|around| around.reach), edges).hash(&mut sha);
        (text, in_zone.map(Tz::name)).hash(&mut sha);
        (ids, days, window, times_of_day, types, languages, attendance).hash(&mut sha);
        (intergroups, regions, groups, locations, districts, updated_since, soon, sort).hash(&mut sha);
        let mut hash = [0; 16];
        hash.copy_from_slice(&sha.0.finalize()[..16]);
        hash
    }
}
