//! The bytes of all objects, one after the other, in stretches that snapshots
//! share. What is written anew is written behind the rest; what it was before
//! stays where it is, as waste, until everything is built afresh.

use std::sync::Arc;

use serde::Serialize;

/// How long a stretch is, about, in bytes: with its last object and what the
/// allocator adds a megabyte, in whole pieces of which it deals.
const STRETCH: usize = (1 << 20) - (16 << 10);
/// Objects begin at multiples of so many bytes, with their length.
const STEP: usize = size_of::<Length>();
/// How many bits of an address count the steps within a stretch, in which none
/// begins behind [`STRETCH`]; the others count stretches.
const STEP_BITS: u32 = 18;

type Length = u32;

/// Where an object stands in the arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) struct Address(u32);

impl Address {
    /// The address of no bytes.
    pub(in crate::search) const NOTHING: Self = Self(u32::MAX);
    /// One at which there is nothing: whoever reads it panics.
    #[cfg(test)]
    pub(in crate::search) const WRONG: Self = Self(u32::MAX >> 1);

    fn parts(self) -> (usize, usize) {
        ((self.0 >> STEP_BITS) as usize, (self.0 & ((1 << STEP_BITS) - 1)) as usize * STEP)
    }
}

impl Default for Address {
    fn default() -> Self {
        Self::NOTHING
    }
}

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
    pub(in crate::search) fn push(&mut self, object: &impl Serialize) -> Address {
        self.write(|out| {
            // Views have text keys and finite numbers, and a vector takes every
            // byte, so there is no error to have.
            let _ = serde_json::to_writer(out, object);
        })
    }

    /// Appends bytes as they are.
    pub(in crate::search) fn push_bytes(&mut self, bytes: &[u8]) -> Address {
        self.write(|out| out.extend_from_slice(bytes))
    }

    fn write(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> Address {
        if self.open.len() >= STRETCH {
            self.end_stretch();
        }
        let start = self.open.len().next_multiple_of(STEP);
        self.open.resize(start + STEP, 0);
        write(&mut self.open);
        // What is written is an object of a directory: no input of it is a megabyte.
        let length = (self.open.len() - start - STEP) as Length;
        self.open[start..start + STEP].copy_from_slice(&length.to_ne_bytes());
        self.bytes += STEP + length as usize;
        // Sixteen gigabytes have addresses, and are worn out long before.
        Address((self.stretches.len() as u32) << STEP_BITS | (start / STEP) as u32)
    }

    /// Says that nothing shows an object any more.
    pub(in crate::search) fn waste(&mut self, object: Address) {
        self.waste += if object == Address::NOTHING { 0 } else { STEP + self.get(object).len() };
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

    /// An object that was appended. Its length stands before it, so that whoever
    /// looks up several waits for the memory of all of them at once.
    pub(in crate::search) fn get(&self, object: Address) -> &[u8] {
        if object == Address::NOTHING {
            return &[];
        }
        let (stretch, start) = object.parts();
        let stretch = self.stretches.get(stretch).map_or(self.open.as_slice(), |stretch| &stretch[..]);
        let (length, rest) = stretch[start..]
            .split_first_chunk()
            .map_or((0, &[][..]), |(length, rest)| (Length::from_ne_bytes(*length) as usize, rest));
        &rest[..length]
    }

    /// Whether more than a third of it is waste, or it is in too many pieces.
    pub(in crate::search) fn is_worn(&self) -> bool {
        self.waste > (16 << 20) && self.waste * 3 > self.bytes || self.stretches.len() > 12_000
    }
}
