//! Bytes to UTF-8 on the way to the parser.
//!
//! Valid UTF-8 passes; a byte order mark at the start is left out; a byte that
//! is no UTF-8 is read as Windows-1252, which is what old sites send without
//! saying so. Half of a surrogate pair in a JSON escape (a text that was cut
//! in the middle of an emoji) becomes U+FFFD, because no text can hold it.
//! [`Progress`] tells the parser how far it is and how much was mended, so
//! that the row concerned is known; the source is bounded here.
//!
//! To mend something else of the encoding: a case in [`Decoder::push`], which
//! must leave in `tail` what it cannot judge yet.

use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

use super::limits::SOURCE_BYTES;

const BLOCK: usize = 64 * 1024;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The source holds more than [`SOURCE_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the source is larger than 64 MiB")]
pub(super) struct TooLarge;

impl TooLarge {
    /// Whether this is why reading ended.
    pub(super) fn is_behind(error: &io::Error) -> bool {
        matches!(error.get_ref(), Some(inner) if inner.is::<Self>())
    }
}

/// How far the parser has read.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    bytes: Rc<Cell<u64>>,
    mended: Rc<Cell<u64>>,
}

impl Progress {
    /// Bytes handed to the parser.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    /// How often something among them was mended.
    pub(super) fn mended(&self) -> u64 {
        self.mended.get()
    }
}

/// A reader of valid UTF-8 from one of any bytes.
pub(super) struct Decoder<R> {
    source: R,
    taken: u64,
    ended: bool,
    /// Bytes that the next block has to complete.
    tail: Vec<u8>,
    block: Vec<u8>,
    out: Vec<u8>,
    /// Where in `out` the parser is.
    at: usize,
    /// Where in `out` something was mended, and how much of that was passed.
    mends: Vec<usize>,
    passed: usize,
    progress: Progress,
}

impl<R: Read> Decoder<R> {
    /// Reads from `source`.
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            taken: 0,
            ended: false,
            tail: Vec::new(),
            block: vec![0; BLOCK],
            out: Vec::with_capacity(BLOCK * 2),
            at: 0,
            mends: Vec::new(),
            passed: 0,
            progress: Progress::default(),
        }
    }

    /// A view of how far the parser is.
    pub(super) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// The first byte that is no white space, left where it is.
    pub(super) fn first_byte(&mut self) -> io::Result<Option<u8>> {
        while self.at == self.out.len() || self.out[self.at].is_ascii_whitespace() {
            if self.at < self.out.len() {
                let mut one = [0];
                self.read_exact(&mut one)?;
            } else if !self.fill()? {
                return Ok(None);
            }
        }
        Ok(Some(self.out[self.at]))
    }

    /// Decodes the next block; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        self.out.clear();
        self.mends.clear();
        (self.at, self.passed) = (0, 0);
        while self.out.is_empty() && !self.ended {
            let read = match self.source.read(&mut self.block) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let first = self.taken == 0;
            self.taken += read as u64;
            if self.taken > SOURCE_BYTES {
                return Err(io::Error::other(TooLarge));
            }
            self.ended = read == 0;
            let mut bytes = std::mem::take(&mut self.tail);
            bytes.extend_from_slice(&self.block[..read]);
            if first && !self.ended && bytes.len() < BOM.len() && BOM.starts_with(&bytes) {
                // A mark in pieces: as if nothing had been read yet.
                self.taken = 0;
                self.tail = bytes;
                continue;
            }
            let bytes = if first { bytes.strip_prefix(BOM).unwrap_or(&bytes) } else { &bytes };
            self.push(bytes);
        }
        Ok(!self.out.is_empty())
    }

    fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (valid, rest, incomplete) = match std::str::from_utf8(bytes) {
                Ok(valid) => (valid, &[][..], false),
                Err(error) => {
                    let (valid, rest) = bytes.split_at(error.valid_up_to());
                    (std::str::from_utf8(valid).unwrap_or_default(), rest, error.error_len().is_none())
                }
            };
            if let Some(kept) = self.escapes(valid, rest.is_empty()) {
                self.tail = [kept.as_bytes(), rest].concat();
                return;
            }
            if incomplete && !self.ended {
                self.tail = rest.to_vec();
                return;
            }
            if let Some((byte, rest)) = rest.split_first() {
                self.mends.push(self.out.len());
                let decoded = encoding_rs::WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(byte)).0;
                self.out.extend_from_slice(decoded.as_bytes());
                bytes = rest;
            } else {
                return;
            }
        }
    }

    /// Copies a text with its JSON escapes mended; gives back what at its end
    /// cannot be judged before more is known.
    fn escapes<'a>(&mut self, text: &'a str, more_may_follow: bool) -> Option<&'a str> {
        let mut rest = text;
        while let Some(at) = rest.find('\\') {
            self.out.extend_from_slice(&rest.as_bytes()[..at]);
            rest = &rest[at..];
            // Two units of six characters are the longest that belong together.
            if rest.len() < 12 && more_may_follow && !self.ended {
                return Some(rest);
            }
            let (length, valid) = escape(rest.as_bytes());
            if valid {
                self.out.extend_from_slice(&rest.as_bytes()[..length]);
            } else {
                self.mends.push(self.out.len());
                self.out.extend_from_slice(b"\\ufffd");
            }
            rest = &rest[length..];
        }
        self.out.extend_from_slice(rest.as_bytes());
        None
    }
}

/// Length of the escape that a text begins with, and whether it stands for a
/// character. What is no escape at all is for the parser to refuse.
fn escape(text: &[u8]) -> (usize, bool) {
    match (unit(text), text.get(6..).and_then(unit)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, true),
        (Some(0xd800..=0xdfff), _) => (6, false),
        (Some(_), _) => (6, true),
        // `\\`, `\"`, `\n`; a backslash before anything longer than a byte
        // stands alone.
        (None, _) => (if text.get(1).is_some_and(u8::is_ascii) { 2 } else { 1 }, true),
    }
}

fn unit(text: &[u8]) -> Option<u16> {
    let hex = text.strip_prefix(b"\\u")?.get(..4)?;
    if !hex.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.out.len() && !self.fill()? {
            return Ok(0);
        }
        let length = buffer.len().min(self.out.len() - self.at);
        buffer[..length].copy_from_slice(&self.out[self.at..self.at + length]);
        self.at += length;
        self.progress.bytes.set(self.progress.bytes.get() + length as u64);
        while self.mends.get(self.passed).is_some_and(|mend| *mend < self.at) {
            self.passed += 1;
            self.progress.mended.set(self.progress.mended.get() + 1);
        }
        Ok(length)
    }
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
