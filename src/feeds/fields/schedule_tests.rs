//! Day, time and end together.

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
