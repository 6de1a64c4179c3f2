//! The bytes of all objects, one after the other.

use serde::Serialize;

use crate::search::snapshot::entry::Span;

/// An arena that only grows.
pub(super) struct Arena(Vec<u8>);

impl Arena {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Appends an object.
    pub(super) fn push(&mut self, object: &impl Serialize) -> Span {
        let start = self.0.len();
        // Views have text keys and finite numbers, and a vector takes every
        // byte, so there is no error to have.
        let _ = serde_json::to_writer(&mut self.0, object);
        Span { start, len: self.0.len() - start }
    }

    /// An object that was appended.
    pub(super) fn bytes(&self, span: Span) -> &[u8] {
        &self.0[span.start..span.start + span.len]
    }

    /// How long an object would be; it is not kept.
    pub(super) fn measure(&mut self, object: &impl Serialize) -> usize {
        let span = self.push(object);
        self.0.truncate(span.start);
        span.len
    }

    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.0.shrink_to_fit();
        self.0
    }
}
