//! Where a page of a list ended, as an opaque text that a client hands back.
//!
//! It holds a hash of the query that it belongs to, so that it is refused with
//! another one, and the last thing shown: an id and what orders it. It is not
//! secret and not signed: a made-up cursor shows nothing that a made-up query
//! would not.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::Refusal;

/// The cursor behind a thing with that text and id, of the query of that hash.
pub fn encode_cursor(query: u64, text: &str, id: Uuid) -> String {
    let bytes = [&query.to_be_bytes(), id.as_bytes().as_slice(), text.as_bytes()].concat();
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The last text and id of a page of the query of that hash.
///
/// # Errors
/// [`not_a_cursor`] where it belongs to another query, or is none.
pub fn decode_cursor(cursor: &str, query: u64) -> Result<(String, Uuid), Refusal> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| not_a_cursor())?;
    let (hash, rest) = bytes.split_at_checked(8).ok_or_else(not_a_cursor)?;
    let (id, text) = rest.split_at_checked(16).ok_or_else(not_a_cursor)?;
    if hash != query.to_be_bytes() {
        return Err(not_a_cursor());
    }
    let text = String::from_utf8(text.to_vec()).map_err(|_| not_a_cursor())?;
    Ok((text, Uuid::from_slice(id).map_err(|_| not_a_cursor())?))
}

/// That a text is no cursor of this query.
pub fn not_a_cursor() -> Refusal {
    Refusal::new("invalid", "must be a cursor that this list gave for the same filters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_with_its_query_and_with_no_other() {
        let cursor = encode_cursor(7, "2026-05-04", Uuid::max());
        assert_eq!(decode_cursor(&cursor, 7), Ok(("2026-05-04".to_owned(), Uuid::max())));
        assert_eq!(decode_cursor(&cursor, 8), Err(not_a_cursor()));
        for other in ["", "x", &cursor[1..], &cursor[..30], "2026-05-04_x"] {
            assert_eq!(decode_cursor(other, 7), Err(not_a_cursor()), "{other}");
        }
    }
}
