//! What an office is told of its listings.

mod duplicates;
mod paging;

use serde_json::Value;

use super::{of, schema, sunday};
use crate::directory::{Contact, Directory, Meeting, Place, Region, TimezoneSource};
use crate::http::QueryString;
use crate::kernel::{IntergroupId, LocationId, RegionId, Slug};
use crate::search::{
    quality::QualityQuery,
    snapshot::Snapshot,
    testing::{at, date, instant, meeting, on, online, typed, uuid},
};

/// The report of intergroup 1.
fn report(snapshot: &Snapshot, raw: &str) -> Value {
    let office = &snapshot.intergroups()[0];
    let query = QualityQuery::parse(office.id, QueryString::parse(raw).unwrap()).unwrap();
    let report = serde_json::to_value(snapshot.quality(office, &query, sunday())).unwrap();
    assert_eq!(schema::faults("Quality", &report), Vec::<String>::new());
    report
}

/// The kind and the meeting's number of every finding.
fn found_in(report: &Value) -> Vec<(String, u32)> {
    let found = |finding: &Value| (finding["kind"].as_str().unwrap().to_owned(), number(&finding["meeting"]));
    report["data"].as_array().unwrap().iter().map(found).collect()
}

fn number(meeting: &Value) -> u32 {
    meeting["id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap().as_u128() as u32
}

/// What is found of one meeting that has no other findings.
fn kinds_of(meeting: Meeting) -> Vec<String> {
    found_in(&report(&Snapshot::build(of(&[meeting])), "")).into_iter().map(|(kind, _)| kind).collect()
}

/// At a place, and lacking nothing.
fn whole(n: u32) -> Meeting {
    let mut one = at(meeting(n), 41.88, -87.63);
    one.content.duration_minutes = Some(60);
    one
}

fn with_place(mut meeting: Meeting, place: Place) -> Meeting {
    meeting.location_id = Some(LocationId(uuid(301)));
    meeting.content.location = Some(place);
    meeting
}

fn area() -> Place {
    Place { city: Some("Springfield".into()), approximate: true, ..Place::default() }
}

fn street() -> Place {
    Place { formatted_address: Some("12 Elm St, Springfield".into()), ..Place::default() }
}

#[test]
fn a_listing_that_lacks_nothing_has_no_findings() {
    let report = report(&Snapshot::build(of(&[whole(1)])), "");
    assert_eq!(found_in(&report), []);
    assert_eq!((&report["total"], &report["meetings"]), (&0.into(), &1.into()));
    let kinds = report["kinds"].as_array().unwrap();
    assert_eq!(kinds.len(), 10);
    assert!(kinds.iter().all(|one| one["total"] == 0));
    assert!(report.get("next_cursor").is_none());
}

#[test]
fn a_meeting_that_nobody_can_attend_is_found_unless_it_is_closed() {
    assert_eq!(kinds_of(meeting(1)), ["no_way_to_attend"]);
    assert!(kinds_of(typed(meeting(1), &["TC"])).is_empty());
    assert!(kinds_of(typed(whole(1), &["TC"])).is_empty());
}

#[test]
fn an_area_is_found_where_it_is_all_that_there_is() {
    assert_eq!(kinds_of(with_place(meeting(1), area())), ["approximate_place"]);
    assert!(kinds_of(with_place(online(meeting(1)), area())).iter().all(|kind| kind == "no_end_time"));
    assert!(kinds_of(typed(with_place(meeting(1), area()), &["TC"])).is_empty());
}

#[test]
fn a_door_without_coordinates_is_found() {
    assert_eq!(kinds_of(Meeting { content: with_place(whole(1), street()).content, ..whole(1) }), ["no_coordinates"]);
    assert_eq!(kinds_of(with_place(online(whole(1)), street())), ["no_coordinates"], "also of a hybrid one");
    assert!(kinds_of(typed(with_place(whole(1), street()), &["TC"])).is_empty());
}

#[test]
fn the_offices_zone_is_found_where_there_is_a_place() {
    let guessed = |mut one: Meeting| {
        one.content.timezone_source = TimezoneSource::Intergroup;
        one.content.duration_minutes = Some(60);
        kinds_of(one)
    };
    assert_eq!(guessed(whole(1)), ["zone_guessed"]);
    assert_eq!(guessed(with_place(online(meeting(1)), area())), ["zone_guessed"]);
    assert!(guessed(online(meeting(1))).is_empty());
}

#[test]
fn a_listing_is_stale_a_year_after_anybody_last_looked_at_it() {
    let last = |updated: &str, verified: Option<&str>, synced: Option<&str>| {
        let updated_at = instant(&format!("{updated}T23:59:00Z"));
        kinds_of(Meeting { updated_at, verified_on: verified.map(date), synced_on: synced.map(date), ..whole(1) })
    };
    assert_eq!(last("2025-01-03", None, None), ["stale"]);
    assert!(last("2025-01-04", None, None).is_empty(), "365 days");
    assert!(last("2020-01-01", Some("2025-06-01"), Some("2021-01-01")).is_empty());
    assert!(last("2020-01-01", None, Some("2025-06-01")).is_empty());
    assert_eq!(last("2020-01-01", Some("2021-01-01"), Some("2022-01-01")), ["stale"]);

    let old = Meeting { updated_at: instant("2024-11-02T10:00:00Z"), ..whole(1) };
    let report = report(&Snapshot::build(of(&[old])), "");
    assert!(report["data"][0]["detail"].as_str().unwrap().contains("2024-11-02"));
}

#[test]
fn a_link_of_no_known_service_is_found_where_it_is_or_where_an_import_put_it() {
    let off_list = |url: Option<&str>, notes: &str, website: Option<&str>, mut one: Meeting| {
        one.content.conference.url = url.map(str::to_owned).or(one.content.conference.url);
        one.content.notes = Some(notes.to_owned());
        one.content.website = website.map(str::to_owned);
        kinds_of(one).contains(&"conference_off_list".to_owned())
    };
    let room = "https://rooms.example.org/elm";
    assert!(off_list(Some(room), "", None, whole(1)));
    assert!(off_list(None, "Park behind.\n https://rooms.example.org/elm \nRing twice.", None, whole(1)));
    assert!(off_list(None, room, None, meeting(1)));
    assert!(!off_list(None, room, Some(room), whole(1)), "it is the group's page");
    assert!(!off_list(None, room, None, online(whole(1))), "there is another way to join");
    assert!(!off_list(None, "See https://rooms.example.org/elm", None, whole(1)), "words around it");
    assert!(!off_list(None, "https://zoom.us/j/1", None, whole(1)), "of a known service");
    assert!(!off_list(None, "Elm:St", None, whole(1)));
}

#[test]
fn a_full_name_is_found_where_contacts_are_published_and_is_not_repeated() {
    let contact =
        |name: &str, likely_last_name| Contact { name: Some(name.into()), likely_last_name, ..Contact::default() };
    let with = |contacts_public| {
        let mut one = Meeting { contacts_public, ..whole(1) };
        one.content.contacts = vec![contact("Ann S.", false), contact("Zebulon Quince", true)];
        one
    };
    assert!(kinds_of(with(false)).is_empty());
    assert_eq!(kinds_of(with(true)), ["likely_last_name"]);
    let snapshot = Snapshot::build(of(&[with(true)]));
    let text = report(&snapshot, "").to_string();
    assert!(!text.contains("Quince") && !text.contains("Zebulon") && !text.contains("Ann"));
}

#[test]
fn what_is_kept_for_the_report_is_not_shown_to_the_public() {
    let full = || Contact { name: Some("Zebulon Quince".into()), likely_last_name: true, ..Contact::default() };
    let mut one = Meeting { contacts_public: true, ..whole(1) };
    let shown = |one: &Meeting| {
        let snapshot = Snapshot::build(of(std::slice::from_ref(one)));
        let page = super::body(&super::page(&snapshot, ""));
        (page.to_string(), snapshot.meeting_detail(snapshot.meetings().next().unwrap(), sunday()))
    };
    let without = shown(&one);
    one.content.contacts = vec![full()];
    assert_eq!(shown(&one), without);
}

#[test]
fn what_is_kept_of_a_meeting_is_sixteen_bytes() {
    assert_eq!(size_of::<crate::search::quality::Kept>(), 16);
}

#[test]
fn a_region_is_missed_only_where_most_meetings_have_one() {
    let region = RegionId(uuid(100));
    let build = |inside: u32, outside: u32| {
        let inside = (1..=inside).map(|n| Meeting { region_id: Some(region), ..whole(n) });
        let outside = (51..51 + outside).map(whole);
        let mut directory = of(&inside.chain(outside).collect::<Vec<_>>());
        directory.meetings.push(Meeting { id: crate::kernel::MeetingId(uuid(99)), ..online(meeting(99)) });
        directory.regions = vec![Region {
            id: region,
            intergroup_id: IntergroupId(uuid(1)),
            parent_id: None,
            slug: Slug::parse("north").unwrap(),
            name: "North".into(),
            version: 1,
        }];
        let report = report(&Snapshot::build(directory), "kind=region_missing");
        found_in(&report).into_iter().map(|(_, number)| number).collect::<Vec<_>>()
    };
    assert_eq!(build(2, 1), [51], "and not one that is online only");
    assert_eq!(build(1, 1), [51]);
    assert!(build(1, 2).is_empty());
    assert!(build(0, 2).is_empty());
}

#[test]
fn an_end_is_missed_only_where_most_meetings_have_one() {
    let endless = |n: u32| {
        let mut one = at(meeting(n), 41.88, -87.63);
        one.content.duration_minutes = None;
        one
    };
    let found = |meetings: &[Meeting]| found_in(&report(&Snapshot::build(of(meetings)), "kind=no_end_time"));
    let [mut appointment, closed] = [endless(4), typed(endless(5), &["TC"])];
    appointment.content.start = None;
    let all = [whole(1), whole(2), endless(3), appointment, closed];
    assert_eq!(found(&all), [("no_end_time".to_owned(), 3)]);
    assert!(found(&[whole(1), endless(2), endless(3)]).is_empty());
}

#[test]
fn each_office_is_told_of_its_own_listings() {
    let mut child = crate::search::testing::intergroup(2);
    child.parent_id = Some(IntergroupId(uuid(1)));
    let mut directory = Directory { meetings: vec![meeting(1)], ..of(&[]) };
    directory.intergroups.push(child);
    directory.meetings.push(Meeting { intergroup_id: IntergroupId(uuid(2)), ..on(meeting(2), 1, "07:00") });
    assert_eq!(found_in(&report(&Snapshot::build(directory), "")), [("no_way_to_attend".to_owned(), 1)]);
}
