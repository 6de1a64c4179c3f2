//! What a query may and may not ask for.

use proptest::prelude::*;

use super::*;
use crate::http::QueryString;
use crate::kernel::Invalid;

fn parse(raw: &str) -> Result<SearchQuery, Vec<Invalid>> {
    SearchQuery::parse(&mut QueryString::parse(raw)?)
}

fn refused(raw: &str) -> Vec<(String, &'static str)> {
    let refused = parse(raw).expect_err(raw);
    refused.into_iter().map(|invalid| (invalid.name.into_owned(), invalid.code)).collect()
}

fn refused_one(raw: &str, name: &str, code: &str) {
    assert_eq!(refused(raw).iter().map(|(name, code)| (&**name, *code)).collect::<Vec<_>>(), [(name, code)], "{raw}");
}

#[test]
fn nothing_asked_for_is_everything_active_by_day_and_time() {
    let query = parse("").unwrap();
    assert_eq!((query.attendance, query.sort, query.limit), (AttendanceSet::ACTIVE, Sort::DayTime, 20));
    assert!(!query.has_place() && query.ids.is_none() && query.window.is_none());
}

#[test]
fn a_place_is_rounded_and_brings_its_own_defaults() {
    let query = parse("lat=41.87849&lng=-87.6355").unwrap();
    let around = query.around.unwrap();
    assert_eq!((around.center.latitude, around.center.longitude), (41.878, -87.636));
    assert_eq!(around.reach, Reach::RadiusM(40_000));
    assert_eq!((query.attendance, query.sort), (AttendanceSet::AT_A_DOOR, Sort::Distance));
    let query = parse("bbox=-1,-1,1,1").unwrap();
    assert_eq!((query.attendance, query.sort), (AttendanceSet::AT_A_DOOR, Sort::DayTime));
}

#[test]
fn a_number_is_read_strictly() {
    for text in ["1e3", "%2B5", "%205", "5%20", "NaN", "inf", "0x10", "1_000", "05", "-1", "1.0", "１"] {
        refused_one(&format!("limit={text}"), "limit", "out_of_range");
    }
    for text in ["1e1", "%2B5", "%205", "NaN", "inf", ".5", "5.", "-", "05", "1.2.3", "--1", "1,5"] {
        refused_one(&format!("lat={text}&lng=0"), "lat", "invalid");
    }
    refused_one("lat=1.234567890123456789&lng=0", "lat", "invalid");
    for text in ["-122.03121860000001", "0.1", "-0", "90", "0.00012345678901234567"] {
        assert!(parse(&format!("lng={text}&lat=0")).is_ok(), "{text}");
    }
}

#[test]
fn a_value_beyond_its_bounds_is_refused() {
    for (raw, name) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("lat=90.001&lng=0", "lat"),
        ("lat=0&lng=-180.1", "lng"),
        ("lat=0&lng=0&radius_m=0", "radius_m"),
        ("lat=0&lng=0&radius_m=500001", "radius_m"),
        ("within_minutes=0", "within_minutes"),
        ("within_minutes=10081", "within_minutes"),
        ("within_minutes=5&started_within_minutes=1441", "started_within_minutes"),
        ("lat=0&lng=0&nearest=0", "nearest"),
        ("lat=0&lng=0&nearest=501", "nearest"),
        ("day=7", "day"),
        ("day=9", "day"),
        ("day=1,07", "day"),
        ("bbox=0,0,181,1", "bbox"),
        ("bbox=0,5,1,4", "bbox"),
        ("bbox=0,5,1,5", "bbox"),
        ("bbox=1,4,1,5", "bbox"),
    ] {
        refused_one(raw, name, "out_of_range");
    }
    assert!(parse("bbox=179,-1,-179,1").is_ok(), "west of the 180th meridian to east of it");
}

#[test]
fn an_unknown_code_is_refused_and_an_unknown_id_is_not() {
    for name in ["type", "any_type", "not_type", "attendance", "time_of_day", "sort", "language"] {
        refused_one(&format!("{name}=nonsense"), name, "unknown_code");
    }
    refused_one("type=ONL", "type", "unknown_code");
    assert!(parse("group_id=0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b&region=nowhere&intergroup_id=nobody").is_ok());
    for (raw, name) in [
        ("id=17", "id"),
        ("id=0190a1b2c3d47e5f8a9b0c1d2e3f4a5b", "id"),
        ("group_id=x", "group_id"),
        ("location_id=x", "location_id"),
        ("region=a/b", "region"),
        ("intergroup_id=%C3%A9", "intergroup_id"),
        ("bbox=1,2,3", "bbox"),
        ("starts_after=24:00", "starts_after"),
        ("starts_before=24:00", "starts_before"),
        ("starts_before=7:00", "starts_before"),
        ("updated_since=2026-05-04", "updated_since"),
        ("updated_since=2026-05-04T12:00:00", "updated_since"),
        ("district=--", "district"),
    ] {
        refused_one(raw, name, "invalid");
    }
}

#[test]
fn codes_are_read_in_any_case() {
    assert_eq!(parse("type=asl,12X12").unwrap().types.all, ["12x12", "ASL"]);
}

#[test]
fn what_is_incomplete_is_refused_by_its_name() {
    refused_one("lat=1", "lat", "incomplete");
    refused_one("lng=1", "lng", "incomplete");
    refused_one("radius_m=5", "radius_m", "incomplete");
    refused_one("nearest=5", "nearest", "incomplete");
    refused_one("started_within_minutes=5", "started_within_minutes", "incomplete");
    refused_one("bbox=0,0,1,1&radius_m=5", "radius_m", "incomplete");
    refused_one("sort=distance", "sort", "incomplete");
    refused_one("sort=distance&bbox=0,0,1,1", "sort", "incomplete");
    refused_one("sort=relevance", "sort", "incomplete");
    refused_one("lat=x&lng=1&radius_m=5", "lat", "invalid");
}

#[test]
fn nearest_is_one_page_of_its_own() {
    for rest in ["radius_m=5", "limit=5", "cursor=abc"] {
        refused_one(&format!("lat=1&lng=1&nearest=5&{rest}"), rest.split('=').next().unwrap(), "conflict");
    }
}

#[test]
fn where_there_are_no_pages_nothing_of_them_is_taken() {
    for name in ["sort", "limit", "cursor"] {
        let raw = format!("day=1&{name}=name");
        let refused = SearchQuery::parse_filters(&mut QueryString::parse(&raw).unwrap()).unwrap_err();
        assert_eq!((&*refused[0].name, refused[0].code), (name, "unknown_parameter"));
    }
}

#[test]
fn equal_bounds_are_refused() {
    refused_one("starts_after=07:00&starts_before=07:00", "starts_before", "empty_window");
    refused_one("starts_before=00:00", "starts_before", "empty_window");
    refused_one("starts_after=7&starts_before=00:00", "starts_after", "invalid");
    assert!(parse("starts_after=00:00").is_ok() && parse("starts_after=22:00&starts_before=00:00").is_ok());
}

#[test]
fn every_mistake_is_told_at_once() {
    let names: Vec<_> = refused("lat=1&day=9&type=QQ&limit=5&limit=6&q=!&radius=3").into_iter().collect();
    let expected = [
        ("q", "invalid"),
        ("day", "out_of_range"),
        ("type", "unknown_code"),
        ("limit", "repeated"),
        ("lat", "incomplete"),
        ("radius", "unknown_parameter"),
    ];
    assert_eq!(names, expected.map(|(name, code)| (name.to_owned(), code)));
    assert_eq!(parse("radius=3").unwrap_err()[0].message, "is not a parameter of this call; did you mean radius_m?");
}

#[test]
fn a_list_is_bounded() {
    let id = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
    let many = |count: usize| vec![id; count].join(",");
    assert!(parse(&format!("id={}", many(100))).is_ok());
    refused_one(&format!("id={}&id={id}", many(100)), "id", "too_many");
}

#[test]
fn equal_queries_hash_alike_however_they_are_spelled() {
    for (one, other) in [
        ("day=1,2&type=O,W", "type=w&day=2&type=o&day=1&day=1"),
        ("lat=1.0004&lng=2", "lng=2.0&lat=1&radius_m=40000&sort=distance&attendance=hybrid,in_person"),
        ("limit=5&cursor=abc", "limit=6"),
        ("language=FR,es", "language=es&language=fr"),
        ("district=%C3%89lan", "district=ELAN"),
        ("within_minutes=60", "within_minutes=60&started_within_minutes=10"),
        ("updated_since=2026-05-04T12:00:00Z", "updated_since=2026-05-04T14:00:00%2B02:00"),
        ("lat=0&lng=-0", "lat=-0&lng=0"),
        ("time_of_day=night,morning", "time_of_day=morning&time_of_day=night"),
        ("starts_before=07:00", "starts_after=00:00&starts_before=07:00"),
    ] {
        assert_eq!(parse(one).unwrap().canonical_hash(), parse(other).unwrap().canonical_hash(), "{one} {other}");
    }
}

#[test]
fn every_filter_changes_the_hash() {
    let id = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
    let mut raws: Vec<String> = ["id", "group_id", "location_id", "intergroup_id", "region"]
        .map(|name| format!("{name}={id}"))
        .into_iter()
        .collect();
    let plain = [
        "",
        "type=O",
        "any_type=O",
        "not_type=O",
        "type=O,W",
        "type=O&any_type=W",
        "day=1",
        "day=2",
        "q=serenity",
        "q=serenity%20noon",
        "in_zone=Europe/Berlin",
        "in_zone=Europe/Paris",
        "starts_after=07:00",
        "starts_before=07:00",
        "time_of_day=morning",
        "time_of_day=night",
        "attendance=online",
        "attendance=in_person,online,hybrid,inactive",
        "language=es",
        "language=fr",
        "district=12",
        "district=13",
        "updated_since=2026-05-04T12:00:00Z",
        "within_minutes=60",
        "within_minutes=60&started_within_minutes=0",
        "sort=name",
        "sort=next",
        "region=east",
        "intergroup_id=east",
        "lat=1&lng=1",
        "lat=1&lng=1&radius_m=500",
        "lat=1&lng=1&nearest=500",
        "lat=1&lng=1.001",
        "bbox=0,0,1,1",
        "bbox=0,0,1,1.0001",
        "lat=1&lng=1&bbox=0,0,1,1",
        "lat=1&lng=1&sort=name",
    ];
    raws.extend(plain.map(str::to_owned));
    let mut hashes: Vec<_> = raws.iter().map(|raw| parse(raw).unwrap().canonical_hash()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), raws.len());
}

proptest! {
    #[test]
    fn a_window_means_the_minutes_between_its_bounds(after in 0u16..1440, before in 0u16..1440, minute in 0u16..1440) {
        let time = |minutes: u16| crate::kernel::LocalTime::from_minutes(minutes).ok();
        let window = Window::new(time(after), time(before));
        prop_assert_eq!(window.is_none(), after == before);
        if let Some(window) = window {
            // Walk the clock on from the first bound until the second comes.
            let meant = (0..1440).map(|step| (after + step) % 1440).take_while(|at| *at != before);
            prop_assert_eq!(window.has(minute), meant.into_iter().any(|at| at == minute));
        }
    }

    #[test]
    fn no_query_breaks_the_parser(raw in "([a-z_]{1,8}|lat|lng|bbox|day|type|limit|nearest|sort|cursor)=[ -~]{0,12}(&(lat|lng|radius_m|starts_after|starts_before|id)=[0-9:.,-]{0,8}){0,4}") {
        let _ = parse(&raw);
    }
}
