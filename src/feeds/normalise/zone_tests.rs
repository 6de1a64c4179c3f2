//! Zones by name and nickname.

use proptest::prelude::*;

use super::*;

#[test]
fn zones_are_read_as_they_are_meant() {
    for (text, expected) in [
        ("America/Chicago", "America/Chicago"),
        ("america/new_york", "America/New_York"),
        ("America/New York", "America/New_York"),
        ("US/Pacific", "America/Los_Angeles"),
        ("UTC", "UTC"),
        ("GMT", "GMT"),
        ("Eastern", "America/New_York"),
        ("ET", "America/New_York"),
        ("EST", "America/New_York"),
        ("eastern time", "America/New_York"),
        ("Eastern Standard Time", "America/New_York"),
        ("Eastern Time (US & Canada)", "America/New_York"),
        ("CST", "America/Chicago"),
        ("MST", "America/Denver"),
        ("Pacific Time", "America/Los_Angeles"),
        ("Los Angeles", "America/Los_Angeles"),
        ("los_angeles", "America/Los_Angeles"),
        ("London", "Europe/London"),
        ("Hawaii", "Pacific/Honolulu"),
    ] {
        assert_eq!(parse(text).map(|read| read.zone.name()), Some(expected), "{text}");
    }
    for text in ["York", "+10:00", "UTC+10", "GMT-5:00", "IST", "BST", "North", "Louisville", "", "banana"] {
        assert_eq!(parse(text), None, "{text}");
    }
    assert!(!parse("europe/london").unwrap().nickname);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = parse(&text);
    }
}
