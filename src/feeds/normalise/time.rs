//! A meeting's time of day, from every way that offices write it.
//!
//! Read: `19:00`, `7:00 PM`, `7pm`, `7 p.m.`, `7.30 pm`, `7:00p`, `19:00:00`,
//! `1900`, `19h30`, `19.30`, `Noon`, `12 midnight`, `午後7時30分`, a spreadsheet's
//! fraction of a day, a range, a time with words in brackets or a time zone
//! behind it. Refused, never guessed: what names no time (`TBD`), what no
//! clock shows (`25:00`, `24:00`, `19:60`, `13 PM`), and what could be two
//! times (`7`, `7-8pm`, `7:00 - 8:00 PM`).
//!
//! To read another way: one function beside [`clock`], tried in [`one`]; a
//! word for noon or midnight is a word in [`NOON`] or [`MIDNIGHT`].

use unicode_normalization::UnicodeNormalization;

use super::zone;
use crate::kernel::LocalTime;

/// What a text for a time says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TimeText {
    /// Nothing, or that it is by appointment.
    Appointment,
    /// A time.
    At(ReadTime),
}

/// A time that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadTime {
    /// When it starts.
    pub start: LocalTime,
    /// When it ends, if a range was given.
    pub end: Option<LocalTime>,
    /// The name of a time zone behind the time, as written.
    pub zone: Option<String>,
    /// Something was left out or interpreted, so that a person should look.
    pub unusual: bool,
}

const BAD_CLOCK: &str = "No clock shows this time: write HH:MM from 00:00 to 23:59.";
const AMBIGUOUS: &str = "The time could be in the morning or the evening: write HH:MM with 24 hours, such as 19:00.";
const UNREADABLE: &str = "The time cannot be read: write HH:MM with 24 hours, such as 19:30.";

const NOON: [&str; 10] =
    ["noon", "midday", "mid-day", "mediodia", "mediodía", "midi", "meio-dia", "poludnie", "正午", "เที่ยง"];
const MIDNIGHT: [&str; 8] =
    ["midnight", "medianoche", "minuit", "meia-noite", "middernacht", "midnatt", "polnoc", "เที่ยงคืน"];
const APPOINTMENT: [&str; 5] = ["appointment", "by appointment", "by appointment only", "appt", "appt."];

/// Reads a text; the error is a sentence for the office.
pub(crate) fn parse(raw: &str) -> Result<TimeText, &'static str> {
    // Full-width digits and colons are the same digits and colons.
    let text: String = raw.nfkc().flat_map(char::to_lowercase).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || APPOINTMENT.contains(&&*text) {
        return Ok(TimeText::Appointment);
    }
    let (text, bracket) = without_bracket(&text);
    let mut read = match fraction(text) {
        Some(read) => read?,
        None => whole(text)?,
    };
    read.unusual |= bracket;
    Ok(TimeText::At(read))
}

/// A spreadsheet's fraction of a day, as a number.
pub(crate) fn from_fraction(day: f64) -> Result<LocalTime, &'static str> {
    let minutes = day * 1440.0;
    // Seven digits are a hundredth of a second off at most; a tenth of a
    // minute is a rounder fraction than any sheet writes.
    let rounded = minutes.round();
    if !(0.0..1440.0).contains(&rounded) || (minutes - rounded).abs() > 0.1 {
        return Err(UNREADABLE);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number below 1440")]
    let minutes = rounded as u16;
    LocalTime::from_minutes(minutes).map_err(|_| BAD_CLOCK)
}

/// `0.79` is a fraction, `00.30` half past midnight.
fn fraction(text: &str) -> Option<Result<ReadTime, &'static str>> {
    let decimals = text.strip_prefix("0.").or_else(|| text.strip_prefix('.'))?;
    if decimals.is_empty() || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let start = text.parse().map_err(|_| UNREADABLE).and_then(from_fraction);
    Some(start.map(|start| ReadTime { start, end: None, zone: None, unusual: true }))
}

/// Cuts words in brackets off the end: `7:00 PM (summer)`.
fn without_bracket(text: &str) -> (&str, bool) {
    match text.strip_suffix(')').and_then(|open| open.rsplit_once('(')) {
        Some((time, _)) if !time.trim().is_empty() => (time.trim(), true),
        _ => (text, false),
    }
}

fn whole(text: &str) -> Result<ReadTime, &'static str> {
    let (text, zone) = without_zone(text);
    let single = |start| ReadTime { start, end: None, zone: zone.clone(), unusual: false };
    match one(text) {
        Ok(time) => return Ok(single(time.at)),
        Err(reason) if split(text).is_none() => return Err(reason),
        Err(_) => {}
    }
    let Some((from, to)) = split(text) else { return Err(UNREADABLE) };
    match (one(from), one(to)) {
        // In `7:00 - 8:00 PM` the first may be evening too.
        (Ok(from), Ok(to)) if from.bare && to.meridiem => Err(AMBIGUOUS),
        // In `7:00 PM - 8:00` the second may be, so only the first is sure.
        (Ok(from), Ok(to)) if from.meridiem && to.bare => Ok(ReadTime { unusual: true, ..single(from.at) }),
        (Ok(from), Ok(to)) => Ok(ReadTime { end: Some(to.at), ..single(from.at) }),
        (Err(reason), _) | (_, Err(reason)) => Err(reason),
    }
}

/// The two sides of a range.
fn split(text: &str) -> Option<(&str, &str)> {
    let ends = |separator: &str| {
        let (from, to) = text.split_once(separator)?;
        let (from, to) = (from.trim(), to.trim());
        (!from.is_empty() && !to.is_empty()).then_some((from, to))
    };
    [" - ", "–", "—", "〜", "~", " to ", " until ", "-"].into_iter().find_map(ends)
}

/// Cuts the name of a time zone off the end: `7:30 am est`.
fn without_zone(text: &str) -> (&str, Option<String>) {
    let mut cut = text;
    while let Some((time, _)) = cut.rsplit_once(' ') {
        let name = &text[time.len() + 1..];
        if name.starts_with(|c: char| c.is_ascii_alphabetic()) && zone::parse(name).is_some() && one_or_range(time) {
            return (time, Some(name.to_owned()));
        }
        cut = time;
    }
    (text, None)
}

fn one_or_range(text: &str) -> bool {
    one(text).is_ok() || split(text).is_some_and(|(from, to)| one(from).is_ok() && one(to).is_ok())
}

#[derive(Debug, Clone, Copy)]
struct One {
    at: LocalTime,
    /// It was said whether it is before noon or after.
    meridiem: bool,
    /// It was not said, and twelve hours later would be as likely.
    bare: bool,
}

fn sure(hour: u16, minute: u16) -> Result<One, &'static str> {
    at(hour, minute).map(|at| One { at, meridiem: false, bare: false })
}

fn at(hour: u16, minute: u16) -> Result<LocalTime, &'static str> {
    if hour > 23 || minute > 59 {
        return Err(BAD_CLOCK);
    }
    LocalTime::from_minutes(hour * 60 + minute).map_err(|_| BAD_CLOCK)
}

fn one(text: &str) -> Result<One, &'static str> {
    if let Some(time) = named(text) {
        return time;
    }
    if let Some(time) = japanese(text) {
        return time;
    }
    clock(text)
}

/// `noon`, `12 noon`, `12:00 midnight`.
fn named(text: &str) -> Option<Result<One, &'static str>> {
    let ends_in =
        |words: &[&str]| words.iter().find_map(|word| text.strip_suffix(word)).map(|rest| rest.trim().to_owned());
    // The Thai word for midnight begins with the one for noon.
    let (number, hour) = match (ends_in(&MIDNIGHT), ends_in(&NOON)) {
        (Some(number), _) => (number, 0),
        (None, Some(number)) => (number, 12),
        (None, None) => return None,
    };
    let fits = match number.as_str() {
        "" | "12" | "12:00" | "12.00" => true,
        "12 am" | "12:00 am" | "12:00am" | "00:00" | "0:00" => hour == 0,
        "12 pm" | "12:00 pm" | "12:00pm" => hour == 12,
        _ => false,
    };
    Some(if fits { sure(hour, 0) } else { Err(UNREADABLE) })
}

/// `午後7時30分`, `19時半`. Which half of the day 12 belongs to is used both
/// ways, and a bare `7時` may be either.
fn japanese(text: &str) -> Option<Result<One, &'static str>> {
    let (clock, half) = match (text.strip_prefix("午前"), text.strip_prefix("午後")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (text, None),
    };
    let (hour, rest) = match clock.trim().split_once('時') {
        Some(split) => split,
        // 午後7:30 is written too.
        None => half.and(clock.trim().split_once(':'))?,
    };
    let minute = match rest.trim() {
        "" => Some(0),
        "半" => Some(30),
        minute => number(minute.trim_end_matches('分')),
    };
    let (Some(hour), Some(minute)) = (number(hour), minute) else { return Some(Err(UNREADABLE)) };
    Some(match half {
        Some(_) if hour > 11 => Err(if hour == 12 { AMBIGUOUS } else { BAD_CLOCK }),
        Some(half) => at(hour + half, minute).map(|at| One { at, meridiem: true, bare: false }),
        None if hour < 13 => Err(AMBIGUOUS),
        None => sure(hour, minute),
    })
}

/// At most two ASCII digits.
fn number(text: &str) -> Option<u16> {
    let text = text.trim();
    ((1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// Figures, and perhaps `am` or `pm`.
fn clock(text: &str) -> Result<One, &'static str> {
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(text.len());
    // The dot of `7. p.m.` or `19:00.` is not the time's.
    let figures = text[..split].trim_end_matches('.');
    let unit: String = text[split..].chars().filter(|c| !matches!(c, '.' | ' ')).collect();
    if figures.is_empty() {
        return Err(UNREADABLE);
    }
    let afternoon = match unit.as_str() {
        "" => None,
        "a" | "am" => Some(false),
        "p" | "pm" => Some(true),
        // `19h`, `19h30`, `19:30 h`: a clock of 24 hours.
        _ => return figures_with_hours(figures, text[split..].trim()),
    };
    let (hour, minute) = hour_and_minute(figures, afternoon.is_some())?;
    match afternoon {
        None => at(hour, minute).map(|at| One { at, meridiem: false, bare: (1..=12).contains(&hour) }),
        Some(false) if hour == 0 => sure(0, minute),
        Some(_) if !(1..=12).contains(&hour) => Err(BAD_CLOCK),
        Some(pm) => at(hour % 12 + if pm { 12 } else { 0 }, minute).map(|at| One { at, meridiem: true, bare: false }),
    }
}

fn figures_with_hours(figures: &str, unit: &str) -> Result<One, &'static str> {
    if matches!(unit, "h" | "hs" | "hrs" | "uur" | "u" | "uhr" | "hodin" | "น.") {
        let (hour, minute) = hour_and_minute(figures, true)?;
        return sure(hour, minute);
    }
    let minute = unit.strip_prefix('h').or_else(|| unit.strip_prefix('u')).and_then(number);
    match (number(figures), minute) {
        (Some(hour), Some(minute)) => sure(hour, minute),
        _ => Err(UNREADABLE),
    }
}

/// `19:30`, `19:30:00`, `19.30`, `1930`; a bare `7` only where what stands
/// behind it says which seven.
fn hour_and_minute(figures: &str, hour_alone: bool) -> Result<(u16, u16), &'static str> {
    let mut parts = figures.split([':', '.']);
    let (first, second, third, more) = (parts.next().unwrap_or_default(), parts.next(), parts.next(), parts.next());
    let two = |part: &str| if part.len() == 2 { number(part) } else { None };
    match (second, third, more) {
        (None, ..) => match (first.len(), hour_alone) {
            (4, _) => Ok((number(&first[..2]).ok_or(UNREADABLE)?, number(&first[2..]).ok_or(UNREADABLE)?)),
            (3, true) => Ok((number(&first[..1]).ok_or(UNREADABLE)?, number(&first[1..]).ok_or(UNREADABLE)?)),
            (1 | 2, true) => Ok((number(first).ok_or(UNREADABLE)?, 0)),
            (1..=3, false) => Err(AMBIGUOUS),
            _ => Err(UNREADABLE),
        },
        (Some(minute), second, None) => {
            let seconds = second.map_or(Some(0), two).ok_or(UNREADABLE)?;
            if seconds > 59 {
                return Err(BAD_CLOCK);
            }
            Ok((number(first).ok_or(UNREADABLE)?, two(minute).ok_or(UNREADABLE)?))
        }
        _ => Err(UNREADABLE),
    }
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
