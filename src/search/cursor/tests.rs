//! A cursor comes back as it was, or not at all.

use proptest::prelude::*;

use super::*;
use crate::http::QueryString;
use crate::search::testing::{instant, uuid};

const NOW: &str = "2026-01-04T17:00:00Z";

fn query(raw: &str) -> SearchQuery {
    SearchQuery::parse(&mut QueryString::parse(raw).unwrap()).unwrap()
}

fn cursor(raw: &str, key: Key) -> Cursor {
    Cursor {
        hash: query(raw).canonical_hash(),
        now: instant(NOW),
        total: 77,
        joined: true,
        id: MeetingId(uuid(5)),
        key,
    }
}

/// How a query takes a cursor.
fn read(raw: &str, text: &str) -> Result<Option<Cursor>, &'static str> {
    let query = SearchQuery { cursor: Some(text.to_owned()), ..query(raw) };
    Cursor::of(&query, instant(NOW)).map_err(|invalid| {
        assert_eq!(invalid.name, "cursor");
        invalid.code
    })
}

#[test]
fn a_cursor_comes_back_as_it_was() {
    let number = cursor("day=1", Key::Number(u64::MAX));
    assert_eq!(read("day=1&limit=3", &number.encode()), Ok(Some(number)));
    let name = cursor("sort=name", Key::Name("élan".into()));
    assert_eq!(read("sort=name", &name.encode()), Ok(Some(name)));
    assert_eq!(read("sort=name", &cursor("sort=name", Key::Name("".into())).encode()).map(|c| c.is_some()), Ok(true));
}

#[test]
fn another_querys_cursor_is_refused() {
    let text = cursor("day=1", Key::Number(5)).encode();
    assert_eq!(read("day=2", &text), Err("invalid_cursor"));
    assert_eq!(read("day=1&sort=next", &text), Err("invalid_cursor"));
    assert_eq!(read("day=1&sort=name", &text), Err("invalid_cursor"));
}

#[test]
fn nothing_may_follow_or_be_missing() {
    let text = cursor("day=1", Key::Number(5)).encode();
    for wrong in [format!("{text}A"), format!("{text}AA"), format!("{text}="), text[..text.len() - 1].to_owned()] {
        assert_eq!(read("day=1", &wrong), Err("invalid_cursor"), "{wrong}");
    }
    assert_eq!(read("day=1", &text.replace(&text[4..8], "****")), Err("invalid_cursor"));
}

#[test]
fn an_absurd_present_is_refused() {
    for (now, fine) in [
        ("2026-01-04T16:00:00Z", true),
        ("2025-02-01T00:00:00Z", true),
        ("2024-12-01T00:00:00Z", false),
        ("2026-01-06T00:00:00Z", false),
        ("1969-12-31T23:59:59Z", false),
    ] {
        let cursor = Cursor { now: instant(now), ..cursor("day=1", Key::Number(5)) };
        assert_eq!(read("day=1", &cursor.encode()).is_ok(), fine, "{now}");
    }
    let mut bytes = URL_SAFE_NO_PAD.decode(cursor("day=1", Key::Number(5)).encode()).unwrap();
    bytes[17..25].fill(0x7f);
    assert_eq!(read("day=1", &URL_SAFE_NO_PAD.encode(&bytes)), Err("invalid_cursor"));
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "[A-Za-z0-9_-]{0,120}") {
        prop_assert_eq!(read("day=1", &text), Err("invalid_cursor"));
        prop_assert_eq!(read("sort=name", &text), Err("invalid_cursor"));
    }

    #[test]
    fn a_changed_bit_of_version_hash_or_flag_is_refused(byte in prop_oneof![0usize..17, Just(29usize)], bit in 1u8..8) {
        let mut bytes = URL_SAFE_NO_PAD.decode(cursor("day=1", Key::Number(5)).encode()).unwrap();
        bytes[byte] ^= 1 << bit;
        prop_assert_eq!(read("day=1", &URL_SAFE_NO_PAD.encode(&bytes)), Err("invalid_cursor"));
    }
}
