//! When a source says that a row was last changed.
//!
//! To read another form: one line in [`FORMS`] or [`DATES`]. A form that could
//! be read as two dates (day and month either way round) stays out, except
//! the American one with AM and PM, which names its country by that.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};

const FORMS: [&str; 6] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
];
const DATES: [&str; 2] = ["%Y-%m-%d", "%Y/%m/%d"];

/// What a text for an instant says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Updated {
    /// Nothing; zeros are what a database writes for nothing.
    Absent,
    /// An instant; without an offset it is UTC, as the specification says.
    At(DateTime<Utc>),
    /// Something else.
    Unreadable,
}

/// Reads a text.
pub(crate) fn parse(raw: &str) -> Updated {
    let text = raw.trim();
    if text.is_empty() || text.starts_with("0000-00-00") {
        return Updated::Absent;
    }
    let offset = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc)).ok();
    let local = || FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok());
    let date = || {
        DATES
            .iter()
            .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
            .map(|date| date.and_time(NaiveTime::MIN))
    };
    match offset.or_else(|| local().or_else(date).map(|at| at.and_utc())) {
        // No feed is older than the web, and a year of five digits is a slip.
        Some(at) if (1990..3000).contains(&at.year()) => Updated::At(at),
        _ => Updated::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn instants_are_read_as_they_are_meant() {
        for (text, expected) in [
            ("2021-07-13 17:33:52", "2021-07-13T17:33:52Z"),
            ("2021-07-13T17:33:52Z", "2021-07-13T17:33:52Z"),
            ("2021-07-13T17:33:52-05:00", "2021-07-13T22:33:52Z"),
            ("2021-07-13T17:33:52", "2021-07-13T17:33:52Z"),
            ("6/27/2022 9:52:35 AM", "2022-06-27T09:52:35Z"),
            ("12/13/2020 10:42:52 PM", "2020-12-13T22:42:52Z"),
            ("2020-04-0416:50:58", "2020-04-04T16:50:58Z"),
            ("2020-04-04", "2020-04-04T00:00:00Z"),
        ] {
            let Updated::At(at) = parse(text) else { panic!("{text}") };
            assert_eq!(at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true), expected, "{text}");
        }
        assert_eq!(parse("0000-00-00 00:00:00"), Updated::Absent);
        for bad in ["yesterday", "27/6/2022 9:52:35 AM", "04/05/2020", "1899-12-30 00:00:00", "1624000000"] {
            assert_eq!(parse(bad), Updated::Unreadable, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*|[0-9:/T. AMPZ+-]{0,30}") {
            let _ = parse(&text);
        }
    }
}
