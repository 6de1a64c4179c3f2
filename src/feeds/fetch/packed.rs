//! Sources that come compressed.
//!
//! A small body can unpack to a giant: what it unpacks to is bounded by itself
//! and by what was sent.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use reqwest::header::{CONTENT_ENCODING, HeaderMap, HeaderValue};

use super::{FetchError, SOURCE_BYTES};

/// The most that a source may be larger than it was sent.
const MAX_RATIO: u64 = 100;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Plain,
    Gzip,
}

impl Coding {
    /// What the host says of it: nothing but gzip was asked for.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, FetchError> {
        let stated: Vec<&[u8]> = headers.get_all(CONTENT_ENCODING).iter().map(HeaderValue::as_bytes).collect();
        match stated.as_slice() {
            [] => Ok(Self::Plain),
            [one] if one.eq_ignore_ascii_case(b"identity") => Ok(Self::Plain),
            [one] if one.eq_ignore_ascii_case(b"gzip") || one.eq_ignore_ascii_case(b"x-gzip") => Ok(Self::Gzip),
            _ => Err(FetchError::BrokenPack),
        }
    }

    /// The source.
    pub(super) async fn unpack(self, body: Vec<u8>) -> Result<Vec<u8>, FetchError> {
        if self == Self::Plain {
            return Ok(body);
        }
        let unpacking = tokio::task::spawn_blocking(move || unzip(&body));
        unpacking.await.map_err(|_| FetchError::BrokenPack)?
    }
}

fn unzip(body: &[u8]) -> Result<Vec<u8>, FetchError> {
    let most = SOURCE_BYTES.min((body.len() as u64).saturating_mul(MAX_RATIO));
    let mut plain = Vec::new();
    let read = MultiGzDecoder::new(body).take(most + 1).read_to_end(&mut plain);
    if plain.len() as u64 > most {
        return Err(FetchError::TooLarge);
    }
    read.map(|_| plain).map_err(|_| FetchError::BrokenPack)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn packed(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_source_is_unpacked_whole_or_not_at_all() {
        let source: Vec<u8> =
            (0..20_000u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_string().into_bytes()).collect();
        let sent = packed(&source);
        assert_eq!(unzip(&sent).unwrap(), source);
        assert!(matches!(unzip(&sent[..sent.len() / 2]), Err(FetchError::BrokenPack)));
        assert!(matches!(unzip(b"[]"), Err(FetchError::BrokenPack)));
    }

    #[test]
    fn zeros_upon_zeros_are_given_up_on() {
        assert!(matches!(unzip(&packed(&vec![0; 8 << 20])), Err(FetchError::TooLarge)));
    }

    #[test]
    fn what_was_not_asked_for_is_not_taken() {
        let of =
            |coding: &'static str| Coding::of(&HeaderMap::from_iter([(CONTENT_ENCODING, coding.parse().unwrap())]));
        assert_eq!(of("GZIP").unwrap(), Coding::Gzip);
        assert_eq!(Coding::of(&HeaderMap::new()).unwrap(), Coding::Plain);
        assert!(of("br").is_err() && of("gzip, gzip").is_err());
    }
}
