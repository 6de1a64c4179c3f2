//! Percent-encoding, decoded.

/// Decodes `%41` to `A`. `None` when there is nothing to decode, or when what
/// comes out is not UTF-8; a `%` that encodes nothing stays.
pub(crate) fn decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if let (b'%', Some(high), Some(low)) = (byte, hex(at + 1), hex(at + 2)) {
            out.push(high * 16 + low);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    (out.len() < bytes.len()).then(|| String::from_utf8(out).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_is_decoded_when_it_is_utf_8() {
        assert_eq!(decode("%E6%97%A5-%41%zz%").as_deref(), Some("日-A%zz%"));
        assert_eq!(decode("100%"), None);
        assert_eq!(decode("%ff"), None);
    }
}
