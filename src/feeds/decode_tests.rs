//! Bytes in any pieces, valid or not.

use proptest::prelude::*;

use super::*;

/// Gives its bytes in pieces of a size.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.1.min(buffer.len()).min(self.0.len());
        buffer[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

fn decoded(bytes: &[u8], piece: usize) -> (String, u64) {
    let mut decoder = Decoder::new(Pieces(bytes, piece));
    let mut text = String::new();
    decoder.read_to_string(&mut text).unwrap();
    (text, decoder.progress().mended())
}

#[test]
fn what_is_no_utf_8_is_windows_1252() {
    for piece in [1, 2, 3, 5, 100] {
        assert_eq!(decoded(b"\xef\xbb\xbfCaf\xc3\xa9 \x93Caf\xe9\x94", piece), ("Café “Café”".to_owned(), 3));
        assert_eq!(decoded("日本語 😀".as_bytes(), piece), ("日本語 😀".to_owned(), 0));
        assert_eq!(decoded(b"cut \xe6\x97", piece).1, 2);
        assert_eq!(decoded(b"\xef\xbb", piece).1, 2);
    }
}

#[test]
fn half_a_surrogate_pair_becomes_the_replacement_character() {
    for piece in [1, 4, 100] {
        assert_eq!(
            decoded(br#""\ud83d\ude00 \ud83d" \ude00 \\ud83d"#, piece).0,
            r#""\ud83d\ude00 \ufffd" \ufffd \\ud83d"#
        );
    }
}

#[test]
fn the_first_byte_is_seen_and_left() {
    let mut decoder = Decoder::new(&b"\xef\xbb\xbf \n [1]"[..]);
    assert_eq!(decoder.first_byte().unwrap(), Some(b'['));
    let mut rest = String::new();
    decoder.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "[1]");
    assert_eq!(Decoder::new(&b" \n "[..]).first_byte().unwrap(), None);
}

#[test]
fn a_source_is_bounded() {
    let error = Decoder::new(io::repeat(b' ')).first_byte().unwrap_err();
    assert!(TooLarge::is_behind(&error));
}

proptest! {
    #[test]
    fn pieces_do_not_matter(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\\'), Just(b'u'), Just(b'd')], 0..80), piece in 1usize..9) {
        prop_assert_eq!(decoded(&bytes, piece), decoded(&bytes, 1000));
    }

    #[test]
    fn valid_text_is_kept(text in "[^\u{feff}\\\\]\\PC*") {
        let text = text.replace('\\', "/");
        prop_assert_eq!(decoded(text.as_bytes(), 7), (text, 0));
    }
}
