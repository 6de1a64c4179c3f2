//! A table's bytes to text, in the three ways that spreadsheets write them.
//!
//! UTF-8 with a byte order mark or without; UTF-16 in either order of bytes,
//! by its mark or by the zero bytes that lie between Latin letters; and, where
//! it is neither, Windows-1252, which is what Excel calls "CSV". A text that
//! mixes UTF-8 with single bytes of Windows-1252 (pasted together out of two
//! files) is UTF-8 in which those bytes are mended and told of.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes that are looked at for zeros where there is no mark.
const LOOKED_AT: usize = 512;

/// A text, and where in it something was mended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text<'a> {
    pub text: Cow<'a, str>,
    /// Offsets of characters that were no text as they stood, in order.
    pub mended: Vec<usize>,
}

/// Whether bytes begin a text in UTF-16.
pub(in crate::feeds) fn is_utf16(bytes: &[u8]) -> bool {
    utf16(bytes).is_some()
}

/// Decodes a whole table.
pub(super) fn decode(bytes: &[u8]) -> Text<'_> {
    if let Some(encoding) = utf16(bytes) {
        let (text, _) = encoding.decode_with_bom_removal(bytes);
        let mended = text.match_indices('\u{fffd}').map(|(at, _)| at).collect();
        return Text { text, mended };
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Text { text: Cow::Borrowed(text), mended: Vec::new() },
        Err(_) if is_single_bytes(bytes) => {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            Text { text, mended: Vec::new() }
        }
        Err(_) => mixed(bytes),
    }
}

fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ => {}
    }
    // A header is in Latin letters: every second byte of it is zero.
    let start = &bytes[..bytes.len().min(LOOKED_AT)];
    let zeros = |odd: usize| start.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = start.len() / 4;
    if start.len() < 4 || even.max(odd) <= many {
        None
    } else if odd > even {
        Some(UTF_16LE)
    } else {
        Some(UTF_16BE)
    }
}

/// Whether nothing in it is a character of several bytes in UTF-8.
fn is_single_bytes(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().all(|chunk| chunk.valid().is_ascii())
}

fn mixed(bytes: &[u8]) -> Text<'static> {
    let (mut text, mut mended) = (String::with_capacity(bytes.len()), Vec::new());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            mended.push(text.len());
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    Text { text: Cow::Owned(text), mended }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf16_bytes(text: &str, little: bool, mark: bool) -> Vec<u8> {
        let mark = mark.then_some(0xfeff);
        let units = mark.into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn three_encodings_give_one_text() {
        let text = "Name,Day\r\nCafé “Élan” – 3 €,lunes\r\n";
        let mut ways = vec![text.as_bytes().to_vec(), [b"\xef\xbb\xbf", text.as_bytes()].concat()];
        ways.push(WINDOWS_1252.encode(text).0.into_owned());
        for (little, mark) in [(true, true), (true, false), (false, true), (false, false)] {
            ways.push(utf16_bytes(text, little, mark));
        }
        for bytes in ways {
            assert_eq!(decode(&bytes), Text { text: Cow::Borrowed(text), mended: vec![] }, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_pasted_together_is_mended_and_told_of() {
        let Text { text, mended } = decode(b"Caf\xc3\xa9, Caf\xe9, x");
        assert_eq!((&*text, mended), ("Café, Café, x", vec![10]));
        let broken = [utf16_bytes("Name,Day", true, true), vec![0, 0xd8, b'x', 0]].concat();
        let Text { text, mended } = decode(&broken);
        assert_eq!((&*text, mended), ("Name,Day\u{fffd}x", vec![8]));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_text_and_any_text_stays(text in "\\PC{0,40}", bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let Text { text: read, mended } = decode(&bytes);
            prop_assert!(mended.iter().all(|at| read.is_char_boundary(*at)));
            prop_assume!(!text.contains(['\0', '\u{feff}']));
            prop_assert_eq!(&*decode(text.as_bytes()).text, &*text);
            for little in [true, false] {
                let bytes = utf16_bytes(&text, little, true);
                prop_assert_eq!(&*decode(&bytes).text, &*text);
            }
        }
    }
}
