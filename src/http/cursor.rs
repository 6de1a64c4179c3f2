//! Where a page of a list ended, as an opaque text bound to what was asked.
//!
//! A client hands it back with the same parameters but `limit`. Another list's
//! cursor, or one of other filters, is refused: what it would begin with is
//! nowhere in that list, and things would be left out without a word. It is
//! neither secret nor signed: a made-up one shows nothing that a query would not.

use std::fmt::Debug;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{Datelike, NaiveDate};
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

use super::Refusal;

/// The cursors of one query: its hash.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageCursor(u64);

impl PageCursor {
    /// Those of a list and of all that narrows it down.
    pub fn of(list: &str, filters: &impl Debug) -> Self {
        Self(xxh3_64(format!("{list}{filters:?}").as_bytes()))
    }

    /// Behind the thing with that key and id.
    pub fn write(self, key: &str, id: Uuid) -> String {
        let bytes = [&self.0.to_be_bytes(), id.as_bytes().as_slice(), key.as_bytes()].concat();
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The last key and id of a page of this query.
    ///
    /// # Errors
    /// Where it is none of this query's.
    pub fn read(self, cursor: &str) -> Result<(String, Uuid), Refusal> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| Self::refused())?;
        let (query, rest) = bytes.split_at_checked(8).ok_or_else(Self::refused)?;
        let (id, key) = rest.split_at_checked(16).ok_or_else(Self::refused)?;
        if query != self.0.to_be_bytes() {
            return Err(Self::refused());
        }
        let key = String::from_utf8(key.to_vec()).map_err(|_| Self::refused())?;
        Ok((key, Uuid::from_slice(id).map_err(|_| Self::refused())?))
    }

    /// Behind the thing of that day and id.
    pub fn write_day(self, (day, id): (NaiveDate, Uuid)) -> String {
        self.write(&day.to_string(), id)
    }

    /// The last day and id of a page of this query.
    ///
    /// # Errors
    /// Where it is none of this query's.
    pub fn read_day(self, cursor: &str) -> Result<(NaiveDate, Uuid), Refusal> {
        let (key, id) = self.read(cursor)?;
        let day: NaiveDate = key.parse().map_err(|_| Self::refused())?;
        // Beyond these years a date is none of ours, and none of the database's.
        let ours = (1970..=9999).contains(&day.year()) && day.to_string() == key;
        if ours { Ok((day, id)) } else { Err(Self::refused()) }
    }

    /// That it is none of the query's.
    pub fn refused() -> Refusal {
        Refusal::new("invalid_value", "must be the next_cursor of a page of this list for the same filters")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_by_its_own_query_alone() {
        let id = Uuid::from_u128(7);
        let cursor = PageCursor::of("things", &(Some("en"), None::<u8>));
        let text = cursor.write("key", id);
        assert_eq!(cursor.read(&text).unwrap(), ("key".to_owned(), id));
        for other in [
            PageCursor::of("things", &(Some("es"), None::<u8>)),
            PageCursor::of("things", &(None::<&str>, None::<u8>)),
            PageCursor::of("others", &(Some("en"), None::<u8>)),
        ] {
            assert!(other.read(&text).is_err());
        }
        for wrong in ["", "x", "é", &text[..20], &format!("{text}="), &text.to_lowercase()] {
            assert!(cursor.read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_day_is_read_as_it_was_written_and_only_in_our_years() {
        let (cursor, id) = (PageCursor::of("things", &()), Uuid::from_u128(7));
        let day = NaiveDate::from_ymd_opt(2026, 5, 4).unwrap();
        assert_eq!(cursor.read_day(&cursor.write_day((day, id))).unwrap(), (day, id));
        for wrong in ["", "2026-5-4", "-5000-01-01", "1969-12-29", "+10000-01-01", "+262142-12-31", "2026-02-30"] {
            assert!(cursor.read_day(&cursor.write(wrong, id)).is_err(), "{wrong}");
        }
    }
}
