//! Instants as every answer writes them: `2026-01-05T00:00:00Z`.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use serde::{Serialize, Serializer};

/// An instant on the wire: RFC 3339, UTC with `Z`, whole seconds (cut off).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub DateTime<Utc>);

impl Instant {
    /// Appends the text. Years outside of 0 to 9999 do not occur.
    pub fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.text());
    }

    /// Appends a date: `2026-01-05`.
    pub fn write_date(date: NaiveDate, out: &mut Vec<u8>) {
        out.extend_from_slice(&Self::date_text(date));
    }

    fn text(self) -> [u8; 20] {
        let mut text = *b"0000-00-00T00:00:00Z";
        text[..10].copy_from_slice(&Self::date_text(self.0.date_naive()));
        for (at, value) in [(11, self.0.hour()), (14, self.0.minute()), (17, self.0.second())] {
            text[at..at + 2].copy_from_slice(pair(value));
        }
        text
    }

    fn date_text(date: NaiveDate) -> [u8; 10] {
        let (mut text, year) = (*b"0000-00-00", u32::try_from(date.year()).unwrap_or(0));
        for (at, value) in [(0, year / 100), (2, year % 100), (5, date.month()), (8, date.day())] {
            text[at..at + 2].copy_from_slice(pair(value));
        }
        text
    }
}

/// The last two decimal digits of a number. Chrono's own formatting costs many
/// times more, which shows on a page of forty instants.
pub(super) fn pair(value: u32) -> &'static [u8; 2] {
    &PAIRS[value as usize % PAIRS.len()]
}

const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut value = 0;
    while value < pairs.len() {
        pairs[value] = [b'0' + (value / 10) as u8, b'0' + (value % 10) as u8];
        value += 1;
    }
    pairs
};

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&String::from_utf8_lossy(&self.text()))
    }
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_instant_is_rfc_3339_in_whole_seconds(seconds in 0i64..253_402_300_800, nanos in 0u32..1_000_000_000) {
            let instant = DateTime::from_timestamp(seconds, nanos).unwrap();
            let text = serde_json::to_string(&Instant(instant)).unwrap();
            prop_assert_eq!(text, format!("\"{}\"", instant.to_rfc3339_opts(SecondsFormat::Secs, true)));
        }
    }
}
