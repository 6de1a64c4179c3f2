//! Whole calendars of made-up meetings; whether another library reads them as
//! the search does is for `.ci/calendars`.

use uuid::Uuid;

use super::*;
use crate::{
    directory::{
        Conference, Contribution, Directory, Intergroup, Meeting, MeetingContent, MeetingState, Notice, NoticeKind,
        TimezoneSource, WeeklyStart,
    },
    kernel::{IntergroupId, MeetingId, NoticeId, Slug},
};

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn notice(n: u128, kind: NoticeKind, from: &str, to: Option<&str>) -> Notice {
    Notice {
        id: NoticeId(Uuid::from_u128(n)),
        kind,
        from: from.parse().unwrap(),
        to: to.map(|to| to.parse().unwrap()),
        weeks_of_month: vec![],
        time: None,
        location: None,
        conference: Conference::default(),
        words: None,
    }
}

/// Wednesdays at 19:00 in New York, last changed on Tuesday, 2026-11-03.
fn meeting(notices: Vec<Notice>) -> Meeting {
    Meeting {
        id: MeetingId(Uuid::from_u128(7)),
        intergroup_id: IntergroupId(Uuid::from_u128(1)),
        slug: Slug::parse("tea-light").unwrap(),
        group_id: None,
        location_id: None,
        region_id: None,
        content: MeetingContent {
            name: "Tea, Light".to_owned(),
            start: Some(WeeklyStart { day: 3.try_into().unwrap(), time: "19:00".parse().unwrap() }),
            duration_minutes: Some(75),
            timezone: chrono_tz::America::New_York,
            timezone_source: TimezoneSource::Given,
            location: None,
            group: None,
            region: vec![],
            district: None,
            types: vec![],
            notes: None,
            conference: Conference::default(),
            contribution: Contribution::default(),
            website: None,
            feedback_url: None,
            contacts: vec![],
        },
        contacts_public: false,
        notices,
        verified_on: None,
        synced_on: None,
        updated_at: instant("2026-11-03T12:00:00Z"),
        version: 1,
        revision: 1,
        state: MeetingState::Published,
    }
}

fn calendar(meetings: Vec<Meeting>, now: &str) -> String {
    let intergroup = Intergroup {
        id: IntergroupId(Uuid::from_u128(1)),
        slug: Slug::parse("lantern").unwrap(),
        name: "Lantern Office".to_owned(),
        parent_id: None,
        timezone: chrono_tz::America::Chicago,
        website: None,
        email: None,
        phone: None,
        location: None,
        logo: None,
        version: 1,
        updated_at: instant("2026-01-01T00:00:00Z"),
    };
    let snapshot = Snapshot::build(Directory { intergroups: vec![intergroup], meetings, ..Directory::default() });
    String::from_utf8(of_intergroup(&snapshot, &snapshot.intergroups()[0], instant(now)).unwrap()).unwrap()
}

/// The lines of each event.
fn events(calendar: &str) -> Vec<Vec<&str>> {
    let unfolded = calendar.split("BEGIN:VEVENT\r\n").skip(1);
    unfolded.map(|event| event.split("\r\n").take_while(|line| *line != "END:VEVENT").collect()).collect()
}

#[test]
fn a_weekly_meeting_is_one_event_with_a_rule() {
    let calendar = calendar(vec![meeting(vec![])], "2026-11-29T12:00:00Z");
    assert_eq!(
        events(&calendar),
        [[
            "UID:00000000-0000-0000-0000-000000000007",
            "DTSTAMP:20261103T120000Z",
            "LAST-MODIFIED:20261103T120000Z",
            "DTSTART;TZID=America/New_York:20261104T190000",
            "RRULE:FREQ=WEEKLY;BYDAY=WE",
            "DURATION:PT75M",
            "SUMMARY:Tea\\, Light",
            "DESCRIPTION:Lantern Office",
            "STATUS:TENTATIVE",
        ]]
    );
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"));
    assert!(calendar.ends_with("END:VEVENT\r\nEND:VCALENDAR\r\n"));
    assert_eq!(calendar.matches("BEGIN:VTIMEZONE\r\n").count(), 2);
}

#[test]
fn notices_are_exceptions_of_the_rule() {
    let mut moved = notice(3, NoticeKind::Moved, "2026-12-16", None);
    (moved.time, moved.location) = ("18:30".parse().ok(), Some("Annexe".to_owned()));
    let mut extra = notice(4, NoticeKind::Extra, "2026-12-25", None);
    extra.time = "10:00".parse().ok();
    let notices = vec![
        notice(1, NoticeKind::Cancelled, "2026-12-09", None),
        notice(2, NoticeKind::Speaker, "2026-12-02", None),
        moved,
        extra,
    ];
    let calendar = calendar(vec![meeting(notices)], "2026-11-29T12:00:00Z");
    let all = events(&calendar);
    let has = |event: usize, line: &str| assert!(all[event].contains(&line), "{line}: {all:#?}");
    assert_eq!(all.len(), 4);
    has(0, "EXDATE;TZID=America/New_York:20261209T190000");
    assert!(!calendar.contains("UNTIL"), "{calendar}");
    has(1, "RECURRENCE-ID;TZID=America/New_York:20261202T190000");
    has(1, "DESCRIPTION:Speaker meeting\\nLantern Office");
    has(2, "RECURRENCE-ID;TZID=America/New_York:20261216T190000");
    has(2, "DTSTART;TZID=America/New_York:20261216T183000");
    has(2, "LOCATION:Annexe");
    has(3, "UID:00000000-0000-0000-0000-000000000007-20261225T150000Z");
    has(3, "DTSTART;TZID=America/New_York:20261225T100000");
}

#[test]
fn a_rule_ends_where_what_notices_say_is_not_told_any_more() {
    let mut monthly = notice(1, NoticeKind::Only, "2026-01-01", None);
    monthly.weeks_of_month = vec![1];
    let calendar = calendar(vec![meeting(vec![monthly])], "2026-11-29T12:00:00Z");
    // 400 days from the first of the month on, in the meeting's own zone.
    assert!(calendar.contains("RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20271207T045959Z\r\n"), "{calendar}");
    assert!(calendar.matches("EXDATE").count() > 40);
}

#[test]
fn the_same_content_in_the_same_month_gives_the_same_bytes() {
    let mut monthly = notice(1, NoticeKind::Closed, "2026-01-01", None);
    monthly.weeks_of_month = vec![-1];
    let of = |now| calendar(vec![meeting(vec![monthly.clone()])], now);
    assert_eq!(of("2026-11-05T12:00:00Z"), of("2026-11-30T23:59:59Z"));
    assert_ne!(of("2026-11-05T12:00:00Z"), of("2026-12-01T00:00:00Z"));
}

#[test]
fn by_appointment_there_are_no_events_and_the_calendar_is_whole() {
    let mut by_appointment = meeting(vec![]);
    by_appointment.content.start = None;
    for meetings in [vec![], vec![by_appointment]] {
        let calendar = calendar(meetings, "2026-11-29T12:00:00Z");
        assert_eq!((events(&calendar).len(), calendar.matches("TZID:America/Chicago").count()), (0, 1));
    }
}
