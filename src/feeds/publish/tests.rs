//! Whole feeds of a made-up office, on days with notices and without.

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    directory::{Conference, MeetingState, Notice, NoticeKind},
    feeds::{FeedContext, ReadFeed, SourceFormat, read_source},
    kernel::{MeetingId, NoticeId, Slug},
};

const OFFICE: IntergroupId = IntergroupId(Uuid::from_u128(1));
const CONTEXT: FeedContext = FeedContext::of(chrono_tz::America::Chicago);

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The directory that a source makes of an office.
fn directory(source: &Value, notices: &[Notice]) -> Directory {
    let read = read_source(source.to_string().as_bytes(), SourceFormat::Auto, &CONTEXT).unwrap();
    let meeting = |(n, row): (usize, crate::feeds::FeedRow)| Meeting {
        id: MeetingId(Uuid::from_u128(n as u128)),
        intergroup_id: OFFICE,
        slug: row.slug,
        group_id: None,
        location_id: None,
        region_id: None,
        content: row.content,
        contacts_public: true,
        notices: notices.to_vec(),
        verified_on: None,
        synced_on: None,
        updated_at: instant("2026-05-04T12:00:00Z"),
        version: 1,
        revision: 1,
        state: MeetingState::Published,
    };
    let intergroup = Intergroup {
        id: OFFICE,
        slug: Slug::parse("lantern").unwrap(),
        name: "=Lantern Office".to_owned(),
        parent_id: None,
        timezone: chrono_tz::America::Chicago,
        website: None,
        email: None,
        phone: Some("+1-312-555-0100".to_owned()),
        location: None,
        logo: None,
        version: 1,
        updated_at: instant("2026-05-04T12:00:00Z"),
    };
    let meetings = read.rows.into_iter().enumerate().map(meeting).collect();
    Directory { intergroups: vec![intergroup], meetings, ..Directory::default() }
}

fn source() -> Value {
    json!([
        {
            "slug": "tea-light", "name": "-Tea \"Light\", with @cake", "day": 6, "time": "19:00", "end_time": "20:15",
            "timezone": "America/Chicago", "location": "Tinder Hall", "address": "12 Tinder Row", "city": "Chicago",
            "state": "IL", "postal_code": "60601", "country": "USA",
            "formatted_address": "12 Tinder Row, Chicago, IL 60601, USA", "latitude": 41.88, "longitude": -87.63,
            "approximate": "no", "regions": ["North", "Rivers", "Quay"], "types": ["C", "D"],
            "notes": "Side door.\n=Ring twice.", "venmo": "@tealight", "conference_phone": "+13125550100,,1#",
            "conference_url": "https://zoom.us/j/1", "contact_1_name": "Ash B.",
        },
        {"slug": "by-word", "name": "'=By Word", "timezone": "America/Chicago", "approximate": "yes", "city": "Chicago",
         "region": "North", "sub_region": "Lake", "types": ["W", "12x12"], "notes": "'til late"},
    ])
}

fn notice(kind: NoticeKind, from: &str, to: &str) -> Notice {
    Notice {
        id: NoticeId(Uuid::nil()),
        kind,
        from: from.parse().unwrap(),
        to: to.parse().ok(),
        weeks_of_month: vec![],
        time: None,
        location: None,
        conference: Conference::default(),
        words: Some("Back soon.".to_owned()),
    }
}

fn read(feed: &[u8]) -> ReadFeed {
    read_source(feed, SourceFormat::Auto, &CONTEXT).unwrap()
}

/// What a feed says, without what only one of its forms has.
fn contents(feed: &[u8]) -> Vec<(String, crate::directory::MeetingContent)> {
    read(feed).rows.into_iter().map(|row| (row.slug.to_string(), row.content)).collect()
}

#[test]
fn a_table_says_what_the_feed_says() {
    let feeds = PublishedFeeds::render(&directory(&source(), &[]));
    let now = instant("2026-12-01T12:00:00Z");
    let (json, csv) = (feeds.meeting_guide(OFFICE, now).unwrap(), feeds.csv(OFFICE, now).unwrap());
    assert_eq!(contents(csv.body()), contents(json.body()));
    let said: Vec<_> = read(csv.body()).problems.into_iter().map(|problem| problem.code).collect();
    let of_json: Vec<_> = read(json.body()).problems.into_iter().map(|problem| problem.code).collect();
    assert_eq!(said, of_json);
    assert!(csv.body().starts_with(b"\xef\xbb\xbfEntity,Time,End Time,Day,Name,"));
}

#[test]
fn no_cell_of_a_table_is_computed() {
    let feeds = PublishedFeeds::render(&directory(&source(), &[]));
    let csv = feeds.csv(OFFICE, instant("2026-12-01T12:00:00Z")).unwrap();
    let mut reader = csv::ReaderBuilder::new().from_reader(&csv.body()[3..]);
    let mut guarded = 0;
    for record in reader.records().map(Result::unwrap) {
        for cell in &record {
            assert!(!cell.starts_with(['=', '+', '@']), "{cell}");
            assert!(!cell.starts_with('-') || cell.parse::<f64>().is_ok(), "{cell}");
            guarded += u32::from(cell.starts_with('\''));
        }
    }
    assert!(guarded >= 7, "{guarded}");
}

#[test]
fn what_notices_bring_is_told_on_its_days() {
    let closed = notice(NoticeKind::Closed, "2026-12-24", "2026-12-26");
    let feeds = PublishedFeeds::render(&directory(&source(), &[closed]));
    let row = |now: &str| {
        let feed = feeds.meeting_guide(OFFICE, instant(now)).unwrap();
        let rows: Vec<Value> = serde_json::from_slice(feed.body()).unwrap();
        let row = rows.iter().find(|row| row["slug"] == "tea-light").unwrap();
        (row["notes"].as_str().unwrap().lines().count(), row["types"].to_string())
    };
    // Days begin at the meeting's own midnight.
    assert_eq!(row("2026-12-10T05:59:59Z"), (2, "[\"C\",\"D\"]".to_owned()));
    assert_eq!(row("2026-12-10T06:00:00Z"), (3, "[\"C\",\"D\"]".to_owned()));
    assert_eq!(row("2026-12-24T05:59:59Z"), (3, "[\"C\",\"D\"]".to_owned()));
    assert_eq!(row("2026-12-24T06:00:00Z"), (3, "[\"C\",\"D\",\"TC\"]".to_owned()));
    assert_eq!(row("2026-12-27T05:59:59Z"), (3, "[\"C\",\"D\",\"TC\"]".to_owned()));
    assert_eq!(row("2026-12-27T06:00:00Z"), (2, "[\"C\",\"D\"]".to_owned()));
}

#[test]
fn a_feed_is_rendered_once_while_it_stays_the_same() {
    let now = instant("2026-12-10T12:01:00Z");
    let plain = PublishedFeeds::render(&directory(&source(), &[]));
    let later = now + TimeDelta::days(9);
    assert!(Arc::ptr_eq(&plain.csv(OFFICE, now).unwrap(), &plain.csv(OFFICE, later).unwrap()));
    let told = PublishedFeeds::render(&directory(&source(), &[notice(NoticeKind::Closed, "2026-12-11", "2026-12-11")]));
    let first = told.csv(OFFICE, now).unwrap();
    assert!(Arc::ptr_eq(&first, &told.csv(OFFICE, now + TimeDelta::minutes(13)).unwrap()));
    assert_ne!(first.body(), told.csv(OFFICE, now + TimeDelta::days(1)).unwrap().body());
    assert!(told.csv(IntergroupId(Uuid::nil()), now).is_none());
}

proptest! {
    /// Whatever notices say on whatever day, a reader that imports the feed or
    /// the table has what the office wrote, and nothing of theirs.
    #[test]
    fn a_reader_takes_out_again_what_notices_say(
        days in 0i64..60, from in 0i64..60, length in 0i64..20, closed in any::<bool>(), own in any::<bool>(),
        words in "\\PC{0,40}", weeks in prop::sample::subsequence(vec![1i8, 2, 5, -1], 0..3),
    ) {
        let kind = if closed { NoticeKind::Closed } else { NoticeKind::Moved };
        let first = instant("2026-11-20T00:00:00Z") + TimeDelta::days(from);
        let mut notice = notice(kind, "2026-11-20", "");
        notice.from = first.date_naive();
        notice.to = Some((first + TimeDelta::days(length)).date_naive());
        notice.words = Some(words);
        notice.weeks_of_month = weeks;
        let mut source = source();
        if own {
            source[0]["types"] = json!(["TC", "D"]);
        }
        let now = instant("2026-11-20T00:00:00Z") + TimeDelta::days(days);
        let plain = PublishedFeeds::render(&directory(&source, &[]));
        let told = PublishedFeeds::render(&directory(&source, &[notice]));
        let expected = contents(plain.meeting_guide(OFFICE, now).unwrap().body());
        prop_assert_eq!(&contents(told.meeting_guide(OFFICE, now).unwrap().body()), &expected);
        prop_assert_eq!(&contents(told.csv(OFFICE, now).unwrap().body()), &expected);
    }
}
