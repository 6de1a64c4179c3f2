//! The bytes of all objects, one after the other, in stretches that snapshots
//! share. What is written anew is written behind the rest; what it was before
//! stays where it is, as waste, until everything is built afresh.

use std::sync::Arc;

use serde::Serialize;

use super::entry::Span;

/// How long a stretch is, about, in bytes: with its last object and what the
/// allocator adds a megabyte, in whole pieces of which it deals.
const STRETCH: usize = (1 << 20) - (16 << 10);

/// An arena that only grows.
#[derive(Debug, Default, Clone)]
pub(in crate::search) struct Arena {
    stretches: Vec<Arc<[u8]>>,
    /// The stretch that is being written; empty once a snapshot is made.
    open: Vec<u8>,
    /// How many bytes there are, and how many of them nothing shows any more.
    bytes: usize,
    waste: usize,
}

impl Arena {
    /// Appends an object.
    pub(in crate::search) fn push(&mut self, object: &impl Serialize) -> Span {
        self.write(|out| {
            // Views have text keys and finite numbers, and a vector takes every
            // byte, so there is no error to have.
            let _ = serde_json::to_writer(out, object);
        })
    }

    /// Appends bytes as they are.
    pub(in crate::search) fn push_bytes(&mut self, bytes: &[u8]) -> Span {
        self.write(|out| out.extend_from_slice(bytes))
    }

    fn write(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Span {
        if self.open.len() >= STRETCH {
            self.end_stretch();
        }
        let start = self.open.len();
        write(&mut self.open);
        let len = self.open.len() - start;
        self.bytes += len;
        Span { stretch: self.stretches.len() as u32, start: start as u32, len: len as u32 }
    }

    /// Says that nothing shows an object any more.
    pub(in crate::search) fn waste(&mut self, span: Span) {
        self.waste += span.len as usize;
    }

    /// Ends the stretch that is being written, and gives up the room for more.
    pub(in crate::search) fn close(&mut self) {
        self.end_stretch();
        self.open = Vec::new();
    }

    fn end_stretch(&mut self) {
        if !self.open.is_empty() {
            self.stretches.push(self.open.as_slice().into());
            self.open.clear();
        }
    }

    /// An object that was appended.
    pub(in crate::search) fn get(&self, span: Span) -> &[u8] {
        let stretch = self.stretches.get(span.stretch as usize).map_or(self.open.as_slice(), |stretch| &stretch[..]);
        &stretch[span.start as usize..][..span.len as usize]
    }

    /// Whether more than a third of it is waste, or it is in too many pieces.
    pub(in crate::search) fn is_worn(&self) -> bool {
        self.waste > (16 << 20) && self.waste * 3 > self.bytes || self.stretches.len() > 20_000
    }
}
