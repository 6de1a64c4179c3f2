//! A source as it came, kept so that what is decided upon later is what was
//! shown, and so that "what changed last Tuesday" has an answer.

use std::io::Read;

use anyhow::Context as _;
use sha2::{Digest, Sha256};

/// Levels of zstd from 1 to 22: the library's own usual one.
const LEVEL: i32 = 3;

/// A source's bytes, compressed, with what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Body {
    /// How many bytes it had.
    pub bytes: usize,
    /// SHA-256 of them.
    pub hash: [u8; 32],
    /// As they are kept.
    pub zstd: Vec<u8>,
}

impl Body {
    /// Compresses a source.
    ///
    /// # Errors
    /// When the library refuses, which it has no reason for.
    pub(super) fn of(source: &[u8]) -> anyhow::Result<Self> {
        let zstd = zstd::encode_all(source, LEVEL).context("a source could not be compressed")?;
        Ok(Self { bytes: source.len(), hash: Self::hash_of(source), zstd })
    }

    /// SHA-256 of a source.
    pub(super) fn hash_of(source: &[u8]) -> [u8; 32] {
        Sha256::digest(source).into()
    }
}

/// The source that was kept; `bytes` is how many it had.
///
/// # Errors
/// When what was kept is not what was written.
pub(super) fn unpack(zstd: &[u8], bytes: usize) -> anyhow::Result<Vec<u8>> {
    let mut source = Vec::with_capacity(bytes);
    let mut reader = zstd::Decoder::new(zstd).context("a kept source cannot be read")?.take(bytes as u64);
    reader.read_to_end(&mut source).context("a kept source cannot be read")?;
    anyhow::ensure!(source.len() == bytes, "a kept source was cut off");
    Ok(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_comes_back_as_it_was() {
        let source = b"name,day\nLantern,1\n".repeat(500);
        let body = Body::of(&source).unwrap();
        assert!(body.zstd.len() < source.len() / 10);
        assert_eq!(unpack(&body.zstd, body.bytes).unwrap(), source);
        assert!(unpack(&body.zstd[..20], body.bytes).is_err());
    }
}
