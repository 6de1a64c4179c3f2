//! The cases that importers meet in the wild, with the right answers, and
//! whatever else a row may hold.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::feeds::{
    limits::{LIMITS, PROBLEM_VALUE_CHARS, REGION_LEVELS},
    problems::{Action, HIDDEN},
};

fn read(fields: Map<String, Value>) -> (Vec<FeedRow>, Option<RefusedRow>, Vec<RowProblem>) {
    let context = FeedContext::of(chrono_tz::America::Chicago);
    match read_row(Row::new(1, fields), 1, &context) {
        RowRead::Rows(rows, problems) => (rows.into_iter().map(|(row, _)| row).collect(), None, problems),
        RowRead::Refused(refused, problems) => (Vec::new(), Some(refused), problems),
    }
}

/// A good row with some fields changed.
fn row(changes: Value) -> Map<String, Value> {
    let base = json!({"slug": "s", "name": "N", "day": 1, "time": "19:00", "address": "1 Main St", "city": "Salem"});
    let (Value::Object(mut fields), Value::Object(changes)) = (base, changes) else { panic!() };
    fields.extend(changes);
    fields
}

/// The content's value at a pointer, or `refused`, and the codes of problems.
fn at(changes: Value, pointer: &str) -> (Value, Vec<ProblemCode>) {
    let (rows, _, problems) = read(row(changes));
    let content = rows.first().map(|row| serde_json::to_value(&row.content).unwrap());
    let value = content.map_or(json!("refused"), |content| content.pointer(pointer).cloned().unwrap_or_default());
    (value, problems.into_iter().map(|problem| problem.code).collect())
}

#[test]
fn what_importers_meet_is_read_rightly() {
    use ProblemCode::{
        BadLink, BadPayment, BadTime, BadUpdated, ConferenceNotesMoved, ConferenceUrlMoved, HiddenCharacters, Html,
        LinkMended, NamedAfter, OpenAndClosed, PaymentMended, PhoneText, PostalCode, TimeMended, TimeWithoutDay,
        UnknownType, UnknownZone, ZoneInTime, ZoneNickname,
    };
    let zoom = "https://zoom.us/j/1";
    for (case, changes, pointer, expected, problems) in [
        (1, json!({"notes": "<p>a<br>b &amp; c</p>"}), "/notes", json!("a\nb & c"), vec![Html]),
        (1, json!({"name": "\"Bob\\'s\""}), "/name", json!("Bob's"), vec![]),
        (1, json!({"name": "100%20"}), "/name", json!("100%20"), vec![]),
        (1, json!({"notes": "a\u{0}b"}), "/notes", json!("ab"), vec![HiddenCharacters]),
        (7, json!({"day": "sunday "}), "/day", json!(0), vec![]),
        (8, json!({"day": "Mondays"}), "/day", json!(1), vec![]),
        (8, json!({"day": "", "time": ""}), "/day", Value::Null, vec![]),
        (8, json!({"day": ""}), "", json!("refused"), vec![TimeWithoutDay]),
        (9, json!({"time": "7.30 pm"}), "/time", json!("19:30"), vec![]),
        (10, json!({"time": "12 noon"}), "/time", json!("12:00"), vec![]),
        (11, json!({"time": "Midnight"}), "/time", json!("00:00"), vec![]),
        (12, json!({"time": "7:00 AM - 8:00 AM"}), "/duration_minutes", json!(60), vec![]),
        (12, json!({"time": "7:00 PM (summer)"}), "/time", json!("19:00"), vec![TimeMended]),
        (13, json!({"time": "TBD"}), "", json!("refused"), vec![BadTime]),
        (13, json!({"time": "午後7時"}), "/time", json!("19:00"), vec![]),
        (14, json!({"time": "24:00"}), "", json!("refused"), vec![BadTime]),
        (15, json!({"time": 0.791_666_7}), "/time", json!("19:00"), vec![TimeMended]),
        (16, json!({"time": "7:30 AM EST"}), "/timezone", json!("America/New_York"), vec![ZoneInTime]),
        (18, json!({"name": "", "group": "G"}), "/name", json!("G"), vec![NamedAfter]),
        (19, json!({"address": "1 Main St @ Elm"}), "/location/address", json!("1 Main St @ Elm"), vec![]),
        (20, json!({"location": ""}), "/location/name", Value::Null, vec![]),
        (21, json!({"country": "US"}), "/location/country", json!("USA"), vec![]),
        (
            22,
            json!({"country": "USA", "postal_code": "8950"}),
            "/location/postal_code",
            json!("08950"),
            vec![PostalCode],
        ),
        (23, json!({"state": "OR"}), "/location/formatted_address", json!("1 Main St, Salem, OR"), vec![]),
        (24, json!({"region": ""}), "/region", Value::Null, vec![]),
        (25, json!({"updated": "soon"}), "/name", json!("N"), vec![BadUpdated]),
        (
            26,
            json!({"types": "Open, Discussion, step meeting, Bogus"}),
            "/types",
            json!(["D", "O", "ST"]),
            vec![UnknownType],
        ),
        (27, json!({"types": ["o", "12X12"]}), "/types", json!(["12x12", "O"]), vec![]),
        (28, json!({"types": ["O", "C"]}), "/types", json!(["C"]), vec![OpenAndClosed]),
        (29, json!({"types": ["M", "W"]}), "/types", json!(["M", "W"]), vec![]),
        (30, json!({"types": ["ONL"]}), "/types", Value::Null, vec![]),
        (31, json!({"conference_url": "zoom.us/j/1"}), "/conference/url", json!(zoom), vec![LinkMended]),
        (
            32,
            json!({"conference_url": "https://x.org/a"}),
            "/notes",
            json!("https://x.org/a"),
            vec![ConferenceUrlMoved],
        ),
        (33, json!({"conference_url": "https://evilzoom.us"}), "/conference", Value::Null, vec![ConferenceUrlMoved]),
        (33, json!({"conference_url": "https://us04web.zoom.us/j/1"}), "/conference/phone", Value::Null, vec![]),
        (33, json!({"conference_url": "javascript:alert(1)"}), "/notes", Value::Null, vec![BadLink]),
        (34, json!({"conference_phone_notes": "Press 1"}), "/notes", json!("Press 1"), vec![ConferenceNotesMoved]),
        (36, json!({"timezone": "Los Angeles"}), "/timezone", json!("America/Los_Angeles"), vec![ZoneNickname]),
        (36, json!({"timezone": "Pacific Time"}), "/timezone", json!("America/Los_Angeles"), vec![ZoneNickname]),
        (36, json!({"timezone": "US/Pacific"}), "/timezone", json!("America/Los_Angeles"), vec![]),
        (36, json!({"timezone": "+10:00"}), "/timezone", json!("America/Chicago"), vec![UnknownZone]),
        (
            40,
            json!({"conference_phone": "+1 (312) 626-6799,,6#"}),
            "/conference/phone",
            json!("+13126266799,,6#"),
            vec![],
        ),
        (
            40,
            json!({"conference_phone": "312-626-6799 ext 3"}),
            "/conference/phone",
            json!("3126266799"),
            vec![PhoneText],
        ),
        (41, json!({"venmo": "handle"}), "/contribution/venmo", json!("@handle"), vec![PaymentMended]),
        (41, json!({"paypal": "a/b"}), "/contribution", Value::Null, vec![BadPayment]),
    ] {
        assert_eq!(at(changes.clone(), pointer), (expected, problems), "case {case}: {changes}");
    }
}

#[test]
fn a_field_of_the_wrong_kind_does_not_harm_the_others() {
    for field in
        ["types", "notes", "latitude", "region", "conference_url", "approximate", "end_time", "timezone", "updated"]
    {
        let mut fields = row(json!({"latitude": 1, "longitude": 1}));
        fields.insert(field.to_owned(), json!({"a": 1}));
        let (rows, _, problems) = read(fields);
        assert_eq!(rows.len(), 1, "{field}");
        assert_eq!(problems.iter().filter(|problem| problem.action == Action::DroppedField).count(), 1, "{field}");
        assert!(rows[0].source_fields.contains_key(field), "{field}");
    }
    for (field, value) in
        [("name", json!({})), ("name", json!({"a": 1})), ("day", json!([[1]])), ("time", json!({"a": 1}))]
    {
        let (rows, refused, _) = read(row(json!({field: value, "group": "G"})));
        let refused = refused.map(|refused| refused.source_key);
        // An empty object is nothing, like an empty text.
        let nothing = value == json!({});
        assert_eq!((rows.len(), refused.is_some()), if nothing { (1, false) } else { (0, true) }, "{field}");
    }
}

#[test]
fn a_clean_row_has_no_problems() {
    let (rows, _, problems) = read(row(json!({
        "slug": 254, "day": "1", "latitude": "40.1", "longitude": "-75.3", "end_time": "", "notes": null, "types": ["O", "onl"],
        "region": "", "approximate": "no", "conference_phone": "", "updated": "2021-07-13 17:33:52", "id": 7, "author": "",
    })));
    assert_eq!(problems, []);
    assert_eq!(rows[0].source_key, "254");
    assert_eq!(Value::Object(rows[0].source_fields.clone()), json!({"id": 7}));
    assert!(rows[0].updated.is_some());
}

#[test]
fn the_hash_covers_what_is_shown_and_nothing_else() {
    let hash = |changes: Value| read(row(changes)).0[0].hash();
    let base = hash(json!({}));
    assert_eq!(base, hash(json!({"id": 7, "updated": "2021-07-13 17:33:52", "url": "https://example.org/x"})));
    assert_eq!(base, hash(json!({"name": " N ", "time": "7 pm", "types": []})));
    for changes in
        [json!({"slug": "t"}), json!({"time": "19:01"}), json!({"notes": "x"}), json!({"contact_1_name": "B"})]
    {
        assert_ne!(base, hash(changes));
    }
}

fn values() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "\\PC{0,30}",
        "(?s).{0,30}",
        "[0-9:.,apm -]{0,9}",
        Just("x".repeat(20_000)),
        Just("https://zoom.us/j/1".to_owned()),
        Just("<b>".to_owned()),
        Just("e\u{301}".repeat(3_000)),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1.0..8.0).prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z]{1,3}", inner, 0..3).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

const FIELDS: &str = "slug name day time end_time timezone location formatted_address address city state postal_code country \
                      location_notes latitude longitude coordinates approximate group group_notes region sub_region sub_sub_region regions \
                      district types notes conference_url conference_url_notes conference_phone conference_phone_notes venmo \
                      square paypal homegroup_online website feedback_url updated contact_1_name contact_1_email \
                      contact_1_phone contact_2_name email id other";

fn fields() -> impl Strategy<Value = Map<String, Value>> {
    let names: Vec<&str> = FIELDS.split_whitespace().collect();
    let named = (proptest::sample::select(names), values()).prop_map(|(name, value)| (name.to_owned(), value));
    proptest::collection::vec(named, 0..20).prop_map(|fields| fields.into_iter().collect())
}

/// Every text of a content with the bound of its field.
fn within_bounds(content: &Value, field: &str) -> bool {
    match content {
        Value::Object(fields) => fields.iter().all(|(name, value)| {
            let bound = match (field, name.as_str()) {
                ("location", "name") => "location".to_owned(),
                ("location" | "group", "notes") => format!("{field}_notes"),
                ("conference" | "contact", _) => format!("{field}_{name}"),
                ("group", "name") => "group".to_owned(),
                ("", "contacts") => "contact".to_owned(),
                _ => name.clone(),
            };
            within_bounds(value, &bound)
        }),
        Value::Array(list) => list.iter().all(|value| within_bounds(value, field)),
        Value::String(text) => {
            LIMITS.iter().find(|(name, _)| *name == field).is_none_or(|(_, limit)| limit.holds(text))
                && !text.contains('\0')
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether no text has a NUL; that of some JSON may well tell of one.
fn is_storable(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.iter().all(|(name, value)| !name.contains('\0') && is_storable(value)),
        Value::Array(list) => list.iter().all(is_storable),
        Value::String(text) => !text.contains('\0'),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_row_is_read_within_bounds_or_refused_with_a_reason(fields in fields()) {
        let (rows, refused, problems) = read(fields);
        prop_assert!(rows.len() <= 7 && rows.is_empty() == refused.is_some());
        prop_assert_eq!(refused.is_some(), problems.iter().any(|problem| problem.action == Action::RefusedRow));
        for problem in &problems {
            prop_assert!(problem.value.chars().count() <= PROBLEM_VALUE_CHARS && !problem.value.contains(char::is_control));
            prop_assert!(!problem.field.starts_with("contact_") || problem.value == HIDDEN);
        }
        for row in rows {
            let content = serde_json::to_value(&row.content).unwrap();
            prop_assert!(within_bounds(&content, ""), "{}", content);
            prop_assert!(!row.content.name.is_empty() && row.content.region.len() <= REGION_LEVELS);
            prop_assert!(is_storable(&row.source_fields.into()));
        }
    }
}
