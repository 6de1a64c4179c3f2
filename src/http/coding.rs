//! Content codings: which one a caller wants, and bodies in it.
//!
//! Only answers that anybody may read are ever compressed. What is secret is
//! never in one body with what somebody else may choose, so that its length
//! tells nothing (BREACH).

use std::{borrow::Cow, io::Write as _};

use actix_web::http::header::{self, HeaderName};

use super::AsHead;

/// A body under this size is sent as it is: it fits a packet.
const WORTH_BYTES: usize = 1024;

/// How a body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Identity,
    /// Brotli (RFC 7932).
    Br,
    /// Zstandard (RFC 8878).
    Zstd,
    /// Gzip (RFC 1952).
    Gzip,
}

/// What a body is compressed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// One answer: as little work as helps.
    Once,
    /// Many answers: as few bytes as a moment gives.
    Kept,
}

impl Coding {
    /// Its name in headers, and at the end of an entity tag.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Br => Some("br"),
            Self::Zstd => Some("zstd"),
            Self::Gzip => Some("gzip"),
        }
    }

    /// The coding that a request asks for of a body of that length: of those
    /// with the greatest weight the one that costs us least for this effort. As
    /// it is where nothing is asked for or nothing fits; a 406 helps nobody.
    pub fn of(request: &impl AsHead, length: usize, effort: Effort) -> Self {
        if length < WORTH_BYTES {
            return Self::Identity;
        }
        Self::accepted(&list(request, &header::ACCEPT_ENCODING), effort)
    }

    fn accepted(accept: &str, effort: Effort) -> Self {
        let order = match effort {
            Effort::Once => [Self::Zstd, Self::Gzip, Self::Br],
            Effort::Kept => [Self::Br, Self::Zstd, Self::Gzip],
        };
        let weights = Weights::of(accept);
        let ours = order.map(|coding| (weights.of_coding(coding), coding));
        // The first of equal ones; `max_by_key` would take the last.
        let (weight, best) = ours.into_iter().rev().max_by_key(|(weight, _)| *weight).unwrap_or((0, Self::Identity));
        // Unnamed, to send it as it is will do; named, its weight counts.
        let identity = weights.named[Self::Identity as usize].unwrap_or(0);
        if weight > 0 && weight >= identity { best } else { Self::Identity }
    }

    /// The coding of that name.
    fn named(name: &str) -> Option<Self> {
        let bare = if name.get(..2).is_some_and(|x| x.eq_ignore_ascii_case("x-")) { &name[2..] } else { name };
        let is = |coding: &Self| coding.name().is_some_and(|own| own.eq_ignore_ascii_case(bare));
        if name.eq_ignore_ascii_case("identity") {
            return Some(Self::Identity);
        }
        [Self::Br, Self::Zstd, Self::Gzip].into_iter().find(is)
    }

    /// A body in this coding; as it is where that cannot be.
    pub fn encode(self, body: &[u8], effort: Effort) -> Option<Vec<u8>> {
        let once = effort == Effort::Once;
        match self {
            Self::Identity => None,
            Self::Zstd => zstd::bulk::compress(body, if once { 1 } else { 9 }).ok(),
            Self::Gzip => {
                // Level 2 takes as long as level 1 and saves a fifth.
                let level = flate2::Compression::new(if once { 2 } else { 6 });
                let mut writer = flate2::write::GzEncoder::new(Vec::new(), level);
                writer.write_all(body).and_then(|()| writer.finish()).ok()
            }
            Self::Br => {
                let mut out = Vec::new();
                let mut writer = brotli::CompressorWriter::new(&mut out, 4096, if once { 3 } else { 9 }, 22);
                let written = writer.write_all(body).and_then(|()| writer.flush());
                drop(writer);
                written.ok().map(|()| out)
            }
        }
    }
}

/// The list that a header holds: several lines of one name are one list.
pub(super) fn list<'a>(request: &'a impl AsHead, name: &HeaderName) -> Cow<'a, str> {
    let mut lines = request.as_head().headers().get_all(name).filter_map(|value| value.to_str().ok());
    let first = lines.next().unwrap_or_default();
    lines.fold(Cow::Borrowed(first), |all, line| Cow::Owned([&all, ",", line].concat()))
}

/// What `Accept-Encoding` says of each coding, in thousandths (RFC 9110 12.5.3).
#[derive(Default)]
struct Weights {
    /// By [`Coding`]; what is named twice is what it was named as first.
    named: [Option<u16>; 4],
    /// Of those that are not named.
    others: Option<u16>,
}

impl Weights {
    fn of(accept: &str) -> Self {
        let mut weights = Self::default();
        for (name, weight) in accept.split(',').filter_map(Self::one) {
            let place = match Coding::named(name) {
                Some(coding) => &mut weights.named[coding as usize],
                None if name == "*" => &mut weights.others,
                None => continue,
            };
            *place = place.or(Some(weight));
        }
        weights
    }

    /// An element that is none says nothing.
    fn one(element: &str) -> Option<(&str, u16)> {
        let mut parts = element.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let weight = match parts.next() {
            None => 1000,
            Some(parameter) => {
                let (q, value) = parameter.split_once('=')?;
                q.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()))??
            }
        };
        parts.next().is_none().then_some((name, weight))
    }

    fn of_coding(&self, coding: Coding) -> u16 {
        self.named[coding as usize].or(self.others).unwrap_or(0)
    }
}

/// `0`, `1`, `0.5`, `1.000`: at most three decimals.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, decimals) = weight.split_once('.').unwrap_or((weight, ""));
    let are_digits = decimals.len() <= 3 && decimals.bytes().all(|b| b.is_ascii_digit());
    let fraction: u16 = format!("{decimals:0<3}").parse().ok().filter(|_| are_digits)?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_coding_is_the_one_of_the_greatest_weight() {
        use Coding::{Br, Gzip, Identity, Zstd};
        for (accept, once, kept) in [
            ("", Identity, Identity),
            ("gzip, deflate, br, zstd", Zstd, Br),
            ("gzip, deflate, br", Gzip, Br),
            ("gzip", Gzip, Gzip),
            ("GZIP;Q=0.5", Gzip, Gzip),
            ("x-gzip", Gzip, Gzip),
            ("br;q=0.9, gzip;q=1.0", Gzip, Gzip),
            ("br;q=1, zstd;q=0.999", Br, Br),
            ("zstd;q=0, *", Gzip, Br),
            ("*", Zstd, Br),
            ("*;q=0", Identity, Identity),
            ("identity;q=0", Identity, Identity),
            ("identity, gzip;q=0.5", Identity, Identity),
            ("identity;q=0.5, gzip;q=0.5", Gzip, Gzip),
            ("deflate", Identity, Identity),
            ("gzip;q=2, br;q=-1, zstd;q=0.1234", Identity, Identity),
            ("gzip;level=9", Identity, Identity),
            (";q=1,,gzip", Gzip, Gzip),
        ] {
            assert_eq!(
                (Coding::accepted(accept, Effort::Once), Coding::accepted(accept, Effort::Kept)),
                (once, kept),
                "{accept}"
            );
        }
    }

    proptest! {
        #[test]
        fn a_body_comes_out_as_it_went_in(body in prop::collection::vec(any::<u8>(), 0..2_000), kept in any::<bool>()) {
            let effort = if kept { Effort::Kept } else { Effort::Once };
            let mut read = Vec::new();
            let gzip = Coding::Gzip.encode(&body, effort).unwrap();
            flate2::read::GzDecoder::new(gzip.as_slice()).read_to_end(&mut read).unwrap();
            prop_assert_eq!(&read, &body);
            let br = Coding::Br.encode(&body, effort).unwrap();
            read.clear();
            brotli::Decompressor::new(br.as_slice(), 4096).read_to_end(&mut read).unwrap();
            prop_assert_eq!(&read, &body);
            let zstd = Coding::Zstd.encode(&body, effort).unwrap();
            prop_assert_eq!(zstd::decode_all(zstd.as_slice()).unwrap(), body);
        }

        #[test]
        fn any_header_gives_a_coding(accept in "\\PC{0,40}|([a-z*]{1,8}(;q=[0-9.]{0,5})?,? ?){0,6}") {
            _ = Coding::accepted(&accept, Effort::Once);
        }
    }
}
