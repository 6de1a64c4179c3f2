//! What several meetings, groups or locations say: bytes that are kept once.

use std::collections::hash_map::Entry;

use foldhash::HashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::search::snapshot::{
    Snapshot,
    entry::{Index, NONE},
};

/// The pieces that came already, by their hash.
#[derive(Default)]
pub(super) struct Known(HashMap<u64, Index>);

impl Known {
    /// Which piece these bytes are: one that came already, or the one that said
    /// this `before`, or else a new one; [`NONE`] of no bytes.
    pub(super) fn piece(&mut self, snapshot: &mut Snapshot, bytes: &[u8], before: Index) -> Index {
        if bytes.is_empty() {
            return NONE;
        }
        let hash = xxh3_64(bytes);
        // Of two with one hash the first is known, and the other each time anew.
        let known = self.0.entry(hash);
        let there = match &known {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(_) => before,
        };
        let at = if there != NONE && snapshot.piece(there) == bytes { there } else { new(snapshot, bytes) };
        known.or_insert(at);
        at
    }
}

fn new(snapshot: &mut Snapshot, bytes: &[u8]) -> Index {
    let span = snapshot.arena.push_bytes(bytes);
    snapshot.pieces.push(span);
    snapshot.pieces.len() as Index - 1
}
