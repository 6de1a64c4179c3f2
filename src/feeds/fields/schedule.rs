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
mod tests {
    use serde_json::json;

    use super::*;

    fn read(fields: Value) -> (Schedule, Vec<ProblemCode>) {
        let Value::Object(fields) = fields else { panic!() };
        let mut row = Row::new(1, fields);
        let schedule = schedule(&mut row);
        (schedule, row.problems(None).into_iter().map(|problem| problem.code).collect())
    }

    fn words(fields: Value) -> String {
        let (schedule, problems) = read(fields);
        let days: String = schedule.days.iter().map(|day| day.number().to_string()).collect();
        let start = schedule.start.map(|start| start.to_string()).unwrap_or_default();
        format!("{days} {start} {} {problems:?}", schedule.duration_minutes.unwrap_or_default())
    }

    #[test]
    fn day_and_time_go_together() {
        for (fields, expected) in [
            (json!({"day": 1, "time": "19:00", "end_time": "20:30"}), "1 19:00 90 []"),
            (json!({"day": "1", "time": "7:00 PM", "end_time": ""}), "1 19:00 0 []"),
            (json!({"day": [3, "1", null, 3], "time": "07:00"}), "13 07:00 0 []"),
            (json!({"day": 7, "time": "07:00"}), "0 07:00 0 [DaySeven]"),
            (json!({"day": "Daily", "time": "07:00"}), "0123456 07:00 0 [Daily]"),
            (json!({"day": 1, "time": 0.791_666_7}), "1 19:00 0 [TimeMended]"),
            (json!({"day": 1, "time": 1900}), "1 19:00 0 []"),
            (json!({"day": 1, "time": "7:00 AM - 8:00 AM"}), "1 07:00 60 []"),
            (json!({"day": 1, "time": "23:00", "end_time": "00:30"}), "1 23:00 90 []"),
            (json!({"day": 1, "time": "19:00", "end_time": "19:00"}), "1 19:00 0 [ZeroLength]"),
            (json!({"day": 1, "time": "19:00", "end_time": "late"}), "1 19:00 0 [BadEndTime]"),
            (json!({}), "  0 []"),
            (json!({"day": "", "time": null}), "  0 []"),
            (json!({"day": [], "time": ""}), "  0 []"),
            (json!({"day": 1, "time": ""}), "  0 [DayWithoutTime]"),
            (json!({"day": 1, "time": "Appointment"}), "  0 [DayWithoutTime]"),
            (json!({"time": "19:00"}), "  0 [TimeWithoutDay]"),
            (json!({"day": [], "time": "19:00"}), "  0 [TimeWithoutDay]"),
            (json!({"day": 8, "time": "19:00"}), "  0 [BadDay]"),
            (json!({"day": -1, "time": "19:00"}), "  0 [BadDay]"),
            (json!({"day": "Funday", "time": "banana"}), "  0 [BadDay, BadTime]"),
            (json!({"day": {"a": 1}, "time": "19:00"}), "  0 [BadDay]"),
            (json!({"day": true, "time": "19:00"}), "  0 [BadDay]"),
            (json!({"day": [1, "Funday"], "time": "19:00"}), "  0 [BadDay]"),
            (json!({"day": 1, "time": 7}), "  0 [BadTime]"),
            (json!({"day": 1, "time": 0}), "  0 [BadTime]"),
            (json!({"day": 1, "time": ["19:00"]}), "  0 [BadTime]"),
            (json!({"day": 1, "time": "24:00"}), "  0 [BadTime]"),
        ] {
            assert_eq!(words(fields.clone()), expected, "{fields}");
        }
    }
}
