//! Made-up things for the tests of this feature.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::directory::{
    Conference, Contribution, Intergroup, Meeting, MeetingContent, Notice, NoticeKind, Place, TimezoneSource,
    WeeklyStart,
};
use crate::kernel::{IntergroupId, LocationId, MeetingId, NoticeId, Slug};

/// The UUID that counts to `n`, so that ids order as their numbers.
pub fn uuid(n: u32) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(n))
}

/// An instant from its RFC 3339 text.
pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A date from its ISO 8601 text.
pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Wednesdays at 19:00 in New York, of intergroup 1.
pub fn meeting(n: u32) -> Meeting {
    Meeting {
        state: crate::directory::MeetingState::Published,
        id: MeetingId(uuid(n)),
        intergroup_id: IntergroupId(uuid(1)),
        slug: Slug::parse(&format!("meeting-{n}")).unwrap(),
        group_id: None,
        location_id: None,
        region_id: None,
        content: MeetingContent {
            name: format!("Meeting {n}"),
            start: Some(WeeklyStart { day: 3.try_into().unwrap(), time: "19:00".parse().unwrap() }),
            duration_minutes: None,
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
        notices: vec![],
        verified_on: None,
        synced_on: None,
        updated_at: instant("2026-01-01T00:00:00Z"),
        version: 1,
        revision: 1,
    }
}

/// A notice of a kind, for dates and weeks of a month.
pub fn notice(kind: NoticeKind, from: &str, to: Option<&str>, weeks_of_month: &[i8]) -> Notice {
    Notice {
        id: NoticeId(uuid(900)),
        kind,
        from: date(from),
        to: to.map(date),
        weeks_of_month: weeks_of_month.to_vec(),
        time: None,
        location: None,
        conference: Conference::default(),
        words: None,
    }
}

/// An intergroup without a parent.
pub fn intergroup(n: u32) -> Intergroup {
    Intergroup {
        id: IntergroupId(uuid(n)),
        slug: Slug::parse(&format!("office-{n}")).unwrap(),
        name: format!("Office {n}"),
        parent_id: None,
        timezone: chrono_tz::America::New_York,
        website: None,
        email: None,
        phone: None,
        location: None,
        logo: None,
        version: 1,
        updated_at: instant("2026-01-01T00:00:00Z"),
    }
}

/// The meeting at a point.
pub fn at(mut meeting: Meeting, latitude: f64, longitude: f64) -> Meeting {
    meeting.location_id = Some(LocationId(uuid(300)));
    meeting.content.location = Some(Place { latitude: Some(latitude), longitude: Some(longitude), ..Place::default() });
    meeting
}

/// The meeting held online, and only there unless it is at a point.
pub fn online(mut meeting: Meeting) -> Meeting {
    meeting.content.conference.url = Some("https://zoom.us/j/1".to_owned());
    meeting
}

/// The meeting with type codes.
pub fn typed(mut meeting: Meeting, types: &[&str]) -> Meeting {
    meeting.content.types = types.iter().map(|code| (*code).to_owned()).collect();
    meeting
}

/// The meeting on another day and time.
pub fn on(mut meeting: Meeting, day: u8, time: &str) -> Meeting {
    meeting.content.start = Some(WeeklyStart { day: day.try_into().unwrap(), time: time.parse().unwrap() });
    meeting
}
