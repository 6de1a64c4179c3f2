//! Instants as every answer writes them: `2026-01-05T00:00:00Z`.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use serde::{Serialize, Serializer};

/// An instant on the wire: RFC 3339, UTC with `Z`, whole seconds (cut off).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub DateTime<Utc>);

impl Instant {
    /// Appends the text. Years outside of 0 to 9999 do not occur.
    pub fn write(self, out: &mut Vec<u8>) {
        Self::write_date(self.0.date_naive(), out);
        for (before, value) in [(b'T', self.0.hour()), (b':', self.0.minute()), (b':', self.0.second())] {
            out.push(before);
            pair(out, value);
        }
        out.push(b'Z');
    }

    /// Appends a date: `2026-01-05`.
    pub fn write_date(date: NaiveDate, out: &mut Vec<u8>) {
        let year = u32::try_from(date.year()).unwrap_or(0) % 10_000;
        pair(out, year / 100);
        pair(out, year % 100);
        for value in [date.month(), date.day()] {
            out.push(b'-');
            pair(out, value);
        }
    }
}

/// Appends two decimal digits; chrono's own formatting costs ten times more,
/// which shows on a page of forty instants.
fn pair(out: &mut Vec<u8>, value: u32) {
    let digit = |value: u32| char::from_digit(value % 10, 10).map_or(b'0', |digit| digit as u8);
    out.extend([digit(value / 10), digit(value)]);
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = Vec::with_capacity(20);
        self.write(&mut text);
        serializer.serialize_str(&String::from_utf8_lossy(&text))
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
