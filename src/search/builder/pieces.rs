//! What several meetings, groups or locations say: bytes that are kept once.

use std::collections::hash_map::Entry;

use foldhash::HashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::search::snapshot::arena::{Address, Arena};

/// The pieces that came already, by their hash.
#[derive(Default)]
pub(super) struct Known(HashMap<u64, Address>);

impl Known {
    /// Where these bytes are: those that came already, or what said this
    /// `before`, or else new ones; [`Address::NOTHING`] of no bytes.
    pub(super) fn piece(&mut self, arena: &mut Arena, bytes: &[u8], before: Address) -> Address {
        if bytes.is_empty() {
            return Address::NOTHING;
        }
        // Of two with one hash the first is known, and the other each time anew.
        let known = self.0.entry(xxh3_64(bytes));
        let there = match &known {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(_) => before,
        };
        let at = if arena.get(there) == bytes { there } else { arena.push_bytes(bytes) };
        known.or_insert(at);
        at
    }
}
