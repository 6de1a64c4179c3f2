//! What is written, byte for byte.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{body, dice::Dice, of, page, parse, schema, sunday};
use crate::directory::{Contact, Notice, NoticeKind};
use crate::search::{
    engine::search,
    snapshot::{Form, Lookup, Snapshot},
    testing::{at, instant, meeting, notice, on, online, uuid},
    view::MEETING_FIELDS,
};

#[test]
fn a_meeting_shows_exactly_the_fields_of_the_contract() {
    let contract = "id slug name intergroup group location region district day time end_time duration_minutes \
        timezone timezone_source attendance types languages notes conference contribution website feedback_url \
        contacts notices verified_on synced_on updated_at version next_start next_end under_way distance_m in_zone";
    let set = |names: &str| names.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
    let declared =
        |name| schema::schema(name)["properties"].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(declared("Meeting"), set(contract));
    assert_eq!(MEETING_FIELDS.map(str::to_owned).into_iter().collect::<BTreeSet<_>>(), set(contract));
    assert_eq!(declared("ListedMeeting"), set(contract));
    assert_eq!(schema::schema("ListedMeeting")["required"], json!(["id"]));
    let contract =
        "id name formatted_address address city state postal_code country latitude longitude approximate notes";
    assert_eq!(declared("Place"), set(contract));
    let required = schema::schema("Meeting")["required"].as_array().unwrap();
    let required: BTreeSet<_> = required.iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    let always =
        "id slug name intergroup timezone timezone_source attendance types languages notices updated_at version";
    assert_eq!(required, set(always));
}

#[test]
fn a_page_of_one_is_these_bytes() {
    let mut one = on(at(meeting(1), 0.0, 0.1), 0, "11:30");
    one.content.duration_minutes = Some(90);
    one.content.types = vec!["O".into(), "S".into()];
    let expected = r#"{"data":[{"id":"01900000-0000-7000-8000-000000000001","slug":"meeting-1","name":"Meeting 1","intergroup":{"id":"01900000-0000-7000-8000-000000000001","slug":"office-1","name":"Office 1"},"location":{"id":"01900000-0000-7000-8000-00000000012c","latitude":0.0,"longitude":0.1,"approximate":false},"day":0,"time":"11:30","end_time":"13:00","duration_minutes":90,"timezone":"America/New_York","timezone_source":"given","attendance":"in_person","types":["O","S"],"languages":["es"],"notices":[],"updated_at":"2026-01-01T00:00:00Z","version":1,"next_start":"2026-01-04T16:30:00Z","next_end":"2026-01-04T18:00:00Z","under_way":true,"distance_m":11119.508}],"total":1}"#;
    let page = page(&Snapshot::build(of(&[one])), "lat=0&lng=0");
    assert_eq!(String::from_utf8(page.body).unwrap(), expected);
}

#[test]
fn contacts_are_shown_only_where_they_are_published_and_never_a_likely_last_name() {
    let named =
        |name: &str, likely_last_name| Contact { name: Some(name.into()), likely_last_name, ..Contact::default() };
    let mut one = online(meeting(1));
    one.content.contacts = vec![named("Bill W.", false), named("Robert Smith", true)];
    let text = |one| String::from_utf8(page(&Snapshot::build(of(&[one])), "").body).unwrap();
    assert!(!text(one.clone()).contains("contacts"));
    one.contacts_public = true;
    assert!(text(one.clone()).contains(r#""contacts":[{"name":"Bill W."}]"#));
    one.content.contacts.remove(0);
    assert!(text(one).contains(r#""contacts":[]"#));
}

#[test]
fn a_notice_says_when_it_repeats() {
    let mut one = online(meeting(1));
    let words = Some("Business \u{2028}meeting".to_owned());
    one.notices = vec![Notice { words, ..notice(NoticeKind::Business, "2026-01-01", None, &[1, -1]) }];
    let body = body(&page(&Snapshot::build(of(&[one])), ""));
    let notice = &body["data"][0]["notices"][0];
    assert_eq!(notice["repeats"]["weeks_of_month"], serde_json::json!([1, -1]));
    assert_eq!((&notice["kind"], &notice["from"]), (&"business".into(), &"2026-01-01".into()));
}

#[test]
fn a_notice_is_shown_until_it_is_over_where_the_meeting_is() {
    let mut one = online(on(meeting(1), 0, "23:30"));
    one.notices = vec![
        Notice { words: Some("\"notices\":[".into()), ..notice(NoticeKind::Speaker, "2025-12-28", None, &[]) },
        notice(NoticeKind::Open, "2025-12-01", Some("2026-01-04"), &[]),
        notice(NoticeKind::Business, "2025-01-01", None, &[1]),
        notice(NoticeKind::Only, "2025-01-01", Some("2026-01-11"), &[]),
    ];
    let snapshot = Snapshot::build(of(&[one]));
    let kinds = |now| {
        let page = search(&snapshot, &parse("").unwrap(), instant(now)).unwrap();
        let notices = body(&page)["data"][0]["notices"].clone();
        let Lookup::Found(entry) = snapshot.meeting(crate::kernel::MeetingId(uuid(1))) else { panic!("it is there") };
        let detail: Value = serde_json::from_slice(&snapshot.meeting_detail(entry, instant(now))).unwrap();
        assert_eq!(detail["notices"], notices);
        let kind = |notice: &Value| notice["kind"].as_str().unwrap().to_owned();
        notices.as_array().unwrap().iter().map(kind).collect::<Vec<_>>()
    };
    assert_eq!(
        kinds("2025-12-29T05:29:59Z"),
        ["speaker", "open", "business", "only"],
        "it is half an hour past midnight"
    );
    assert_eq!(kinds("2025-12-29T05:30:00Z"), ["open", "business", "only"]);
    assert_eq!(kinds("2026-01-05T05:29:00Z"), ["open", "business", "only"]);
    assert_eq!(kinds("2026-01-05T05:30:00Z"), ["business", "only"]);
    assert_eq!(kinds("2027-01-01T00:00:00Z"), ["business", "only"], "there is nothing on, and why");
}

#[test]
fn an_occurrence_names_the_notices_that_it_is_held_under() {
    let mut one = online(on(meeting(1), 0, "11:30"));
    one.notices =
        vec![Notice { time: Some("12:30".parse().unwrap()), ..notice(NoticeKind::Moved, "2026-01-11", None, &[]) }];
    let snapshot = Snapshot::build(of(&[one]));
    let Lookup::Found(entry) = snapshot.meeting(crate::kernel::MeetingId(uuid(1))) else { panic!("it is there") };
    let detail: Value = serde_json::from_slice(&snapshot.meeting_detail(entry, sunday())).unwrap();
    assert_eq!(schema::faults("MeetingDetail", &detail), Vec::<String>::new());
    assert!(detail["occurrences"][0].get("notices").is_none());
    assert_eq!(detail["occurrences"][1]["start"], "2026-01-11T17:30:00Z");
    assert_eq!(detail["occurrences"][1]["notices"], serde_json::json!([detail["notices"][0]["id"]]));
}

#[test]
fn a_meeting_on_its_own_has_its_next_three_occurrences() {
    let snapshot = Snapshot::build(of(&[online(on(meeting(1), 0, "11:30"))]));
    let Lookup::Found(entry) = snapshot.meeting(crate::kernel::MeetingId(uuid(1))) else { panic!("it is there") };
    let detail: Value = serde_json::from_slice(&snapshot.meeting_detail(entry, sunday())).unwrap();
    assert_eq!(schema::faults("MeetingDetail", &detail), Vec::<String>::new());
    assert_eq!(detail["next_start"], "2026-01-04T16:30:00Z");
    let starts: Vec<_> =
        detail["occurrences"].as_array().unwrap().iter().map(|one| one["start"].as_str().unwrap()).collect();
    assert_eq!(starts, ["2026-01-04T16:30:00Z", "2026-01-11T16:30:00Z", "2026-01-18T16:30:00Z"]);
    assert_eq!(detail["occurrences"][0]["date"], "2026-01-04");
}

#[test]
fn everything_written_meets_its_schema() {
    for seed in 0..20 {
        let snapshot = Snapshot::build(Dice(seed).directory(40));
        let faults = |name, bytes: &[u8]| {
            let value: Value = serde_json::from_slice(bytes).unwrap();
            assert_eq!(schema::faults(name, &value), Vec::<String>::new());
            value
        };
        for entry in snapshot.meetings() {
            faults("Meeting", &snapshot.meeting_json(entry));
            faults("MeetingDetail", &snapshot.meeting_detail(entry, sunday()));
        }
        snapshot.regions().for_each(|one| drop(faults("Region", snapshot.region_json(one))));
        snapshot.intergroups().iter().for_each(|one| drop(faults("Intergroup", snapshot.intergroup_json(one))));
        for form in [Form::Listed, Form::Single] {
            let listed = |value: Value| assert_eq!(value.get("meetings").is_none(), form == Form::Listed);
            for group in snapshot.groups() {
                let mut out = Vec::new();
                snapshot.write_shared(group, form, &mut out);
                listed(faults("Group", &out));
            }
            for location in snapshot.locations() {
                let mut out = Vec::new();
                snapshot.write_shared(location, form, &mut out);
                listed(faults("Location", &out));
            }
        }
    }
}
