//! Every way to write a time that real feeds, importers and spreadsheets use.

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Result<ReadTime, &'static str> {
    match parse(text)? {
        TimeText::At(read) => Ok(read),
        TimeText::Appointment => Err("appointment"),
    }
}

fn start(text: &str) -> String {
    read(text).map_or_else(str::to_owned, |read| read.start.to_string())
}

#[test]
fn times_are_read_as_they_are_meant() {
    for (text, expected) in [
        // Case 9.
        ("7:00 PM", "19:00"),
        ("7pm", "19:00"),
        ("7 p.m.", "19:00"),
        ("7.30 pm", "19:30"),
        ("19:00:00", "19:00"),
        ("1900", "19:00"),
        ("07:00PM", "19:00"),
        (" 7:00 pm ", "19:00"),
        // Case 10, 11.
        ("Noon", "12:00"),
        ("12 noon", "12:00"),
        ("12:00 noon", "12:00"),
        ("midday", "12:00"),
        ("Midnight", "00:00"),
        ("12 midnight", "00:00"),
        ("12:00 midnight", "00:00"),
        // Case 12, 13, 14, 15, 16.
        ("7:00 AM - 8:00 AM", "07:00"),
        ("7:00 PM (summer)", "19:00"),
        ("19h30", "19:30"),
        ("19h", "19:00"),
        ("午後7時", "19:00"),
        ("午前7時", "07:00"),
        ("午後7時30分", "19:30"),
        ("午後0時", "12:00"),
        ("19時半", "19:30"),
        ("7p", "19:00"),
        ("7:00p", "19:00"),
        ("0.7916667", "19:00"),
        ("0.5", "12:00"),
        (".75", "18:00"),
        ("7:30 AM EST", "07:30"),
        // The rest.
        ("19:00", "19:00"),
        ("7:00", "07:00"),
        ("00:30", "00:30"),
        ("0:30 am", "00:30"),
        ("00.30", "00:30"),
        ("12 am", "00:00"),
        ("12 PM", "12:00"),
        ("12:30 a.m.", "00:30"),
        ("730pm", "19:30"),
        ("19.30 uur", "19:30"),
        ("19:30 h", "19:30"),
        ("１９：３０", "19:30"),
        ("mediodía", "12:00"),
        ("เที่ยงคืน", "00:00"),
    ] {
        assert_eq!(start(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_time_or_two_is_refused_with_a_reason() {
    for (text, reason) in [
        ("banana", UNREADABLE),
        ("TBD", UNREADABLE),
        ("7:30 AM banana", UNREADABLE),
        ("12:30 noon", UNREADABLE),
        ("19:5", UNREADABLE),
        ("0.333", UNREADABLE),
        ("44927.7916", UNREADABLE),
        ("2021-05-01T19:00:00", UNREADABLE),
        ("-1", UNREADABLE),
        ("7:00:00:00", UNREADABLE),
        ("25:00", BAD_CLOCK),
        ("24:00", BAD_CLOCK),
        ("19:60", BAD_CLOCK),
        ("2500", BAD_CLOCK),
        ("13 PM", BAD_CLOCK),
        ("19:00 PM", BAD_CLOCK),
        ("0:30 pm", BAD_CLOCK),
        ("午後13時", BAD_CLOCK),
        ("7-8pm", AMBIGUOUS),
        ("7:00 - 8:00 PM", AMBIGUOUS),
        ("7", AMBIGUOUS),
        ("0", AMBIGUOUS),
        ("730", AMBIGUOUS),
        ("7時", AMBIGUOUS),
        ("午後12時", AMBIGUOUS),
    ] {
        assert_eq!(read(text).map(|read| read.start.to_string()), Err(reason), "{text}");
    }
}

#[test]
fn nothing_and_appointment_are_by_appointment() {
    for text in ["", "  ", "Appointment", "By appointment"] {
        assert_eq!(parse(text), Ok(TimeText::Appointment), "{text}");
    }
}

#[test]
fn a_range_gives_the_end() {
    for (text, end, unusual) in [
        ("7:00 AM - 8:00 AM", Some("08:00"), false),
        ("19:00–20:30", Some("20:30"), false),
        ("7pm to 9pm", Some("21:00"), false),
        ("11 AM - 12 noon", Some("12:00"), false),
        ("7:00 PM - 8:00", None, true),
        ("7:00 PM", None, false),
        ("7:00 PM (summer)", None, true),
        ("0.5", None, true),
    ] {
        let read = read(text).unwrap();
        assert_eq!((read.end.map(|end| end.to_string()).as_deref(), read.unusual), (end, unusual), "{text}");
    }
}

#[test]
fn a_zone_behind_the_time_is_kept() {
    for (text, zone) in [
        ("7:30 AM EST", Some("est")),
        ("7:30 PM Pacific Time", Some("pacific time")),
        ("7:00 PM - 8:00 PM ET", Some("et")),
        ("7:30 AM", None),
    ] {
        assert_eq!(read(text).unwrap().zone.as_deref(), zone, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*|[0-9:.hapm 時午後分-]{0,12}") {
        if let Ok(TimeText::At(read)) = parse(&text) {
            prop_assert_eq!(start(&read.start.to_string()), read.start.to_string());
        }
    }

    #[test]
    fn every_fraction_of_whole_minutes_is_read(minutes in 0u16..1440) {
        let text = format!("{:.7}", f64::from(minutes) / 1440.0);
        prop_assert_eq!(read(&text).unwrap().start.minutes(), minutes);
    }
}
