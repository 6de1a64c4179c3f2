//! Days, dates, times and lengths of text as a paper list has them.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use unicode_segmentation::UnicodeSegmentation;

use crate::kernel::{Day, LocalTime};

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const HALF_DAY: u16 = 12 * 60;

/// The name of a day.
pub(super) fn day(day: Day) -> &'static str {
    DAYS[usize::from(day.number())]
}

/// Which clock an office's readers know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dial {
    /// 7:30 pm.
    Twelve,
    /// 19:30.
    TwentyFour,
}

impl Dial {
    /// Of an office in that zone: twelve hours in the Americas, Australia and
    /// the Pacific, where lists in English have them; else twenty-four.
    pub(super) fn of(zone: Tz) -> Self {
        let area = zone.name().split('/').next().unwrap_or_default();
        if ["America", "Australia", "Canada", "Pacific", "US"].contains(&area) {
            Self::Twelve
        } else {
            Self::TwentyFour
        }
    }

    /// A time, so that nobody takes noon for midnight.
    pub(super) fn time(self, time: LocalTime) -> String {
        match (self, time.minutes()) {
            (Self::TwentyFour, _) => time.to_string(),
            (Self::Twelve, 0) => "12 midnight".to_owned(),
            (Self::Twelve, HALF_DAY) => "12 noon".to_owned(),
            (Self::Twelve, minutes) => format!("{} {}", twelve(minutes), half(minutes)),
        }
    }

    /// From a time to another; am or pm once where both have the same.
    pub(super) fn range(self, from: LocalTime, to: Option<LocalTime>) -> String {
        let Some(to) = to else { return self.time(from) };
        let named = |time: LocalTime| time.minutes().is_multiple_of(HALF_DAY);
        let same = half(from.minutes()) == half(to.minutes()) && !named(from) && !named(to) && from < to;
        if self == Self::Twelve && same {
            return format!("{}–{}", twelve(from.minutes()), self.time(to));
        }
        format!("{}–{}", self.time(from), self.time(to))
    }
}

fn half(minutes: u16) -> &'static str {
    if minutes < HALF_DAY { "am" } else { "pm" }
}

fn twelve(minutes: u16) -> String {
    let hour = (minutes / 60 + 11) % 12 + 1;
    format!("{hour}:{:02}", minutes % 60)
}

/// A date in full, such as `29 November 2026`.
pub(super) fn date(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// A date that is near `today`, such as `Thu 24 Dec`; with its year in another.
pub(super) fn near_date(date: NaiveDate, today: NaiveDate) -> String {
    let year = if date.year() == today.year() { "" } else { " %Y" };
    date.format(&format!("%a %-d %b{year}")).to_string()
}

/// Text in one line of at most so many characters as a reader sees them, cut
/// between two words.
pub(super) fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    let line: Cow<'_, str> = if text.contains(|c: char| c.is_whitespace() && c != ' ') {
        text.split_whitespace().collect::<Vec<_>>().join(" ").into()
    } else {
        text.trim().into()
    };
    let Some((end, _)) = line.grapheme_indices(true).nth(most) else { return line };
    let cut = &line[..end];
    // Without a space in its second half it is cut where it must be.
    let words = cut.rfind(' ').filter(|at| *at > cut.len() / 2).map_or(cut, |at| &cut[..at]);
    format!("{}…", words.trim_end_matches(|c: char| c.is_whitespace() || ",;:.".contains(c))).into()
}

/// An address of the web as it is read out: without its scheme and last slash.
pub(super) fn spoken(url: &str) -> &str {
    let bare = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    bare.strip_suffix('/').unwrap_or(bare)
}

/// The city that a time zone is named after.
pub(super) fn city(zone: Tz) -> String {
    zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ")
}

/// A number of North America in groups, which is how it is read out; others as
/// they are.
pub(super) fn grouped(number: &str) -> Cow<'_, str> {
    let digits = number.strip_prefix("+1").or_else(|| number.strip_prefix('1')).unwrap_or(number);
    let national = digits.len() == 10 && digits.bytes().all(|b| b.is_ascii_digit());
    // What is written without a country's code may be another country's.
    if !national || (digits == number && number.starts_with(['0', '1'])) {
        return number.into();
    }
    let prefix = if digits == number { "" } else { "+1 " };
    format!("{prefix}{} {} {}", &digits[..3], &digits[3..6], &digits[6..]).into()
}

/// What a number to dial says: the number, and what to enter after a pause.
pub(super) fn dialled(phone: &str) -> (&str, Option<String>) {
    let Some((number, rest)) = phone.split_once(',') else { return (phone, None) };
    let entered: Vec<&str> = rest.split(',').filter(|part| !part.is_empty()).collect();
    (number, (!entered.is_empty()).then(|| entered.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> LocalTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_is_written_as_its_readers_have_it() {
        let range = |dial: Dial, from: &str, to: &str| dial.range(time(from), Some(time(to)));
        for (from, to, expected) in [
            ("19:00", "20:30", "7:00–8:30 pm"),
            ("11:30", "12:30", "11:30 am–12:30 pm"),
            ("11:00", "12:00", "11:00 am–12 noon"),
            ("12:00", "13:00", "12 noon–1:00 pm"),
            ("23:30", "00:30", "11:30 pm–12:30 am"),
            ("00:00", "01:00", "12 midnight–1:00 am"),
            ("22:00", "21:00", "10:00 pm–9:00 pm"),
        ] {
            assert_eq!(range(Dial::Twelve, from, to), expected);
        }
        assert_eq!(range(Dial::TwentyFour, "19:00", "20:30"), "19:00–20:30");
        assert_eq!(Dial::Twelve.range(time("06:05"), None), "6:05 am");
        assert_eq!(Dial::of(chrono_tz::America::Chicago), Dial::Twelve);
        assert_eq!(Dial::of(chrono_tz::Europe::London), Dial::TwentyFour);
    }

    #[test]
    fn text_is_cut_between_words_and_never_within_a_character() {
        assert_eq!(shortened("  Enter by\nthe side  door ", 100), "Enter by the side door");
        assert_eq!(shortened("Enter by the side door, please.", 24), "Enter by the side door…");
        assert_eq!(shortened("Donaudampfschifffahrtsgesellschaft", 10), "Donaudampf…");
        let family = "👨‍👩‍👧‍👦".repeat(5);
        assert_eq!(shortened(&family, 5), family);
        assert_eq!(shortened(&family, 2), format!("{}…", "👨‍👩‍👧‍👦".repeat(2)));
    }

    #[test]
    fn numbers_and_addresses_can_be_read_out() {
        assert_eq!(spoken("https://www.example.org/"), "example.org");
        assert_eq!(spoken("http://zoom.us/j/12?pwd=x"), "zoom.us/j/12?pwd=x");
        assert_eq!(city(chrono_tz::America::Argentina::Buenos_Aires), "Buenos Aires");
        for (number, read) in [
            ("+13125550100", "+1 312 555 0100"),
            ("13125550100", "+1 312 555 0100"),
            ("3125550100", "312 555 0100"),
            ("+442079460000", "+442079460000"),
            ("0279460000", "0279460000"),
            ("+1*312555010", "+1*312555010"),
        ] {
            assert_eq!(grouped(number), read);
        }
        assert_eq!(dialled("+13125550100"), ("+13125550100", None));
        assert_eq!(dialled("+13125550100,,123456#,,*0#"), ("+13125550100", Some("123456#, *0#".to_owned())));
    }
}
