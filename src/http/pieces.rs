//! Bodies that are longer than memory should hold: made and sent in pieces, in
//! the coding that the caller asks for.

use std::{
    io::{self, Write},
    mem,
};

use actix_web::web::Bytes;
use futures_util::{Stream, stream};

use super::{
    aside::{Queue, aside},
    coding::Coding,
};

/// A body as it is made, a piece at a time.
pub type Pieces = Box<dyn Iterator<Item = io::Result<Vec<u8>>> + Send>;

/// How many pieces are made in one turn at most, and after how many bytes that are
/// ready it ends.
const PIECES: usize = 4;
const READY: usize = 128 << 10;

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

impl Encoded {
    /// What is ready after the next few pieces: nothing yet where the coding waits
    /// for more, `None` at the end.
    fn some(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(encoder) = &mut self.encoder else { return Ok(None) };
        for _ in 0..PIECES {
            let Some(piece) = self.pieces.next() else {
                return self.encoder.take().map(Encoder::finish).transpose();
            };
            encoder.write(piece?)?;
            if encoder.ready().len() >= READY {
                break;
            }
        }
        Ok(Some(mem::take(encoder.ready())))
    }

    /// The body as it is sent. It is made [`aside`], by turns with those of
    /// others, and no faster than it is taken.
    pub(super) fn stream(self) -> impl Stream<Item = io::Result<Bytes>> {
        stream::try_unfold(self, |mut encoded| async {
            loop {
                let (next, some) = aside(Queue::Long, move || {
                    let some = encoded.some();
                    (encoded, some)
                })
                .await?;
                encoded = next;
                match some? {
                    None => return Ok(None),
                    Some(bytes) if bytes.is_empty() => {}
                    Some(bytes) => return Ok(Some((bytes.into(), encoded))),
                }
            }
        })
    }
}

impl Encoder {
    fn write(&mut self, piece: Vec<u8>) -> io::Result<()> {
        match self {
            Self::Identity(out) if out.is_empty() => *out = piece,
            Self::Identity(out) => out.extend(piece),
            Self::Gzip(encoder) => encoder.write_all(&piece)?,
            Self::Zstd(encoder) => encoder.write_all(&piece)?,
            Self::Br(encoder) => encoder.write_all(&piece)?,
        }
        Ok(())
    }

    fn ready(&mut self) -> &mut Vec<u8> {
        match self {
            Self::Identity(out) => out,
            Self::Gzip(encoder) => encoder.get_mut(),
            Self::Zstd(encoder) => encoder.get_mut(),
            Self::Br(encoder) => encoder.get_mut(),
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

    use futures_util::StreamExt as _;

    use super::*;

    fn whole(count: usize, coding: Coding) -> Vec<u8> {
        let pieces =
            (0..count).map(|n| Ok(format!("piece {n} of a body that repeats itself\n").repeat(50).into_bytes()));
        let mut encoded = Encoded::new(Box::new(pieces), coding).unwrap();
        std::iter::from_fn(|| encoded.some().unwrap()).flatten().collect()
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

    #[actix_web::test]
    async fn pieces_are_handed_out_before_the_last_is_made() {
        let endless = (0_u64..).map(|n| Ok(n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes().repeat(1_000)));
        for coding in [Coding::Identity, Coding::Gzip, Coding::Zstd, Coding::Br] {
            let encoded = Encoded::new(Box::new(endless.clone()), coding).unwrap();
            let some: Vec<_> = encoded.stream().take(3).collect().await;
            assert!(some.len() == 3 && some.iter().all(|some| some.as_ref().is_ok_and(|some| !some.is_empty())));
        }
    }

    #[actix_web::test]
    async fn a_body_that_cannot_be_made_to_its_end_does_not_end_well() {
        let pieces = [Ok(vec![b'x'; READY]), Err(io::Error::other("it is no more"))];
        let encoded = Encoded::new(Box::new(pieces.into_iter()), Coding::Identity).unwrap();
        let some: Vec<_> = encoded.stream().collect().await;
        assert!(some[0].is_ok() && some[1].is_err() && some.len() == 2);
    }
}
