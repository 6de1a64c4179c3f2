//! `day`, `time`, `end_time`: when it meets.
//!
//! Neither day nor time is by appointment; a day alone is too, and the office
//! hears of it; a time alone is no meeting that anyone could go to. A day or
//! time that cannot be read refuses the row: by appointment would hide it.

use serde_json::Value;

use crate::{
    feeds::{
        normalise::{
            day::{self, DayText},
            time::{self, ReadTime, TimeText},
        },
        problems::ProblemCode,
        row::{Row, display, written},
    },
    kernel::{Day, LocalTime},
};

/// When a row meets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Schedule {
    /// The days; empty is by appointment.
    pub days: Vec<Day>,
    /// When it starts, by appointment absent.
    pub start: Option<LocalTime>,
    /// Length in minutes, where an end is given.
    pub duration_minutes: Option<u16>,
    /// The name of a zone that stood behind the time.
    pub zone: Option<String>,
}

/// Takes the schedule. When it cannot be read, the row is refused.
pub(crate) fn schedule(row: &mut Row) -> Schedule {
    row.take("time_formatted");
    let (day, time) = (row.take("day"), row.take("time"));
    let days = day.as_ref().map_or_else(|| Some(DayText::default()), |value| days(row, value));
    let start = time.as_ref().map_or(Some(TimeText::Appointment), |value| start(row, value));
    let shown = |value: &Option<Value>| value.as_ref().map(|value| display(value).into_owned()).unwrap_or_default();
    match (days, start) {
        (Some(days), Some(TimeText::At(time))) if days.days.is_empty() => {
            row.problem(ProblemCode::TimeWithoutDay, "time", &time.start.to_string());
            Schedule::default()
        }
        (Some(days), Some(TimeText::At(time))) => weekly(row, days, time, &shown(&day)),
        (Some(days), Some(TimeText::Appointment)) => {
            if !days.days.is_empty() {
                row.problem(ProblemCode::DayWithoutTime, "day", &shown(&day));
                row.keep("day", day.unwrap_or_default());
            }
            Schedule::default()
        }
        (None, _) | (_, None) => Schedule::default(),
    }
}

fn weekly(row: &mut Row, days: DayText, time: ReadTime, day: &str) -> Schedule {
    for (found, code) in [(days.seven, ProblemCode::DaySeven), (days.daily, ProblemCode::Daily)] {
        if found {
            row.problem(code, "day", day);
        }
    }
    let end = end(row).or(time.end);
    let ends_at_start = end == Some(time.start);
    if ends_at_start {
        row.problem(ProblemCode::ZeroLength, "end_time", &time.start.to_string());
    }
    Schedule {
        days: days.days,
        start: Some(time.start),
        duration_minutes: end.filter(|_| !ends_at_start).map(|end| time.start.minutes_until(end)),
        zone: time.zone,
    }
}

fn days(row: &mut Row, value: &Value) -> Option<DayText> {
    let one = |value: &Value| match value {
        Value::Number(number) => number.as_f64().and_then(day::from_number),
        Value::String(text) => day::parse(text),
        Value::Null => Some(DayText::default()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let read = match value {
        Value::Array(list) => list.iter().map(one).collect::<Option<Vec<DayText>>>().map(|all| {
            all.into_iter().fold(DayText::default(), |mut whole, part| {
                whole.days.extend(part.days);
                whole.seven |= part.seven;
                whole.daily |= part.daily;
                whole
            })
        }),
        value => one(value),
    };
    if let Some(mut read) = read {
        read.days.sort_unstable();
        read.days.dedup();
        Some(read)
    } else {
        row.problem(ProblemCode::BadDay, "day", &display(value));
        None
    }
}

fn start(row: &mut Row, value: &Value) -> Option<TimeText> {
    match parse_time(value) {
        Ok(read) => {
            if let TimeText::At(ReadTime { unusual: true, .. }) = read {
                row.problem(ProblemCode::TimeMended, "time", &display(value));
            }
            Some(read)
        }
        Err(reason) => {
            row.problem_saying(ProblemCode::BadTime, "time", &display(value), reason);
            None
        }
    }
}

fn end(row: &mut Row) -> Option<LocalTime> {
    let value = row.take("end_time")?;
    match parse_time(&value) {
        Ok(TimeText::At(read)) => {
            if read.unusual {
                row.problem(ProblemCode::TimeMended, "end_time", &display(&value));
            }
            Some(read.start)
        }
        Ok(TimeText::Appointment) => None,
        Err(_) => {
            row.drop(ProblemCode::BadEndTime, "end_time", value);
            None
        }
    }
}

/// A fraction of a day is a time; so is 1900. A bare 0 may be an empty cell.
fn parse_time(value: &Value) -> Result<TimeText, &'static str> {
    match value {
        Value::Number(number) if number.is_f64() && number.as_f64().is_some_and(|day| (0.0..1.0).contains(&day)) => {
            let start = time::from_fraction(number.as_f64().unwrap_or_default())?;
            Ok(TimeText::At(ReadTime { start, end: None, zone: None, unusual: true }))
        }
        value => time::parse(&written(value).unwrap_or_else(|| value.to_string())),
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
