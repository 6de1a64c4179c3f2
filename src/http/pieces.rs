//! Bodies that are longer than memory should hold: made and sent in pieces, in
//! the coding that the caller asks for.

use std::io::{self, Write};

use actix_web::web::Bytes;

use super::coding::Coding;

/// A body as it is made, a piece at a time.
pub type Pieces = Box<dyn Iterator<Item = Vec<u8>>>;

/// The pieces of a body in a coding.
pub(super) struct Encoded {
    pieces: Pieces,
    /// `None` once all is handed out.
    encoder: Option<Encoder>,
}

/// Compresses what is written to it, and hands out what is ready.
enum Encoder {
    Identity(Vec<u8>),
    Gzip(flate2::write::GzEncoder<Vec<u8>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
    Br(Box<brotli::CompressorWriter<Vec<u8>>>),
}

impl Encoded {
    /// As little work as helps: it is for one caller.
    pub(super) fn new(pieces: Pieces, coding: Coding) -> io::Result<Self> {
        let encoder = match coding {
            Coding::Identity => Encoder::Identity(Vec::new()),
            Coding::Gzip => Encoder::Gzip(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(2))),
            Coding::Zstd => Encoder::Zstd(zstd::stream::write::Encoder::new(Vec::new(), 1)?),
            Coding::Br => Encoder::Br(Box::new(brotli::CompressorWriter::new(Vec::new(), 4096, 3, 20))),
        };
        Ok(Self { pieces, encoder: Some(encoder) })
    }
}

impl Iterator for Encoded {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(encoder) = &mut self.encoder {
            let ready = match self.pieces.next() {
                Some(piece) => encoder.write(&piece).map(|()| encoder.take()),
                None => self.encoder.take()?.finish(),
            };
            match ready {
                // The coding waits for more.
                Ok(bytes) if bytes.is_empty() => {}
                Ok(bytes) => return Some(Ok(bytes.into())),
                Err(error) => {
                    self.encoder = None;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

impl Encoder {
    fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        match self {
            Self::Identity(out) => out.write_all(piece),
            Self::Gzip(encoder) => encoder.write_all(piece),
            Self::Zstd(encoder) => encoder.write_all(piece),
            Self::Br(encoder) => encoder.write_all(piece),
        }
    }

    fn take(&mut self) -> Vec<u8> {
        match self {
            Self::Identity(out) => std::mem::take(out),
            Self::Gzip(encoder) => std::mem::take(encoder.get_mut()),
            Self::Zstd(encoder) => std::mem::take(encoder.get_mut()),
            Self::Br(encoder) => std::mem::take(encoder.get_mut()),
        }
    }

    fn finish(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Identity(out) => Ok(out),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
            Self::Br(encoder) => Ok(encoder.into_inner()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn whole(count: usize, coding: Coding) -> Vec<u8> {
        let pieces = (0..count).map(|n| format!("piece {n} of a body that repeats itself\n").repeat(50).into_bytes());
        let encoded = Encoded::new(Box::new(pieces), coding).unwrap();
        encoded.flat_map(|bytes| bytes.unwrap().to_vec()).collect()
    }

    #[test]
    fn a_body_in_pieces_is_the_same_in_every_coding() {
        for count in [0, 1, 400] {
            let plain = whole(count, Coding::Identity);
            let mut read = Vec::new();
            flate2::read::GzDecoder::new(whole(count, Coding::Gzip).as_slice()).read_to_end(&mut read).unwrap();
            assert_eq!(read, plain);
            read.clear();
            brotli::Decompressor::new(whole(count, Coding::Br).as_slice(), 4096).read_to_end(&mut read).unwrap();
            assert_eq!(read, plain);
            assert_eq!(zstd::decode_all(whole(count, Coding::Zstd).as_slice()).unwrap(), plain);
        }
    }

    #[test]
    fn pieces_are_handed_out_before_the_last_is_made() {
        let endless = (0_u64..).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes().repeat(1_000));
        for coding in [Coding::Identity, Coding::Gzip, Coding::Zstd, Coding::Br] {
            let encoded = Encoded::new(Box::new(endless.clone()), coding).unwrap();
            assert_eq!(encoded.take(3).flatten().count(), 3, "{coding:?}");
        }
    }
}
