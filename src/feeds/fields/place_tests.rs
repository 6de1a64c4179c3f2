//! Places given in parts, lines and coordinates.

use serde_json::json;

use super::*;

fn read(fields: Value) -> (Option<Place>, Vec<ProblemCode>) {
    let Value::Object(fields) = fields else { panic!() };
    let mut row = Row::new(1, fields);
    let place = place(&mut row);
    (place, row.problems(None).into_iter().map(|problem| problem.code).collect())
}

#[test]
fn an_area_is_told_from_a_door() {
    for (fields, is_area) in [
        (json!({"address": "1 Main St"}), false),
        (json!({"address": "Edmonton, Alberta, Canada"}), true),
        (json!({"address": "8318 104 St, Edmonton, Alberta, T6E 4E8, Canada"}), false),
        (json!({"address": "Union Hall", "city": "Salem"}), false),
        (json!({"formatted_address": "Orange County, CA, USA"}), true),
        (json!({"formatted_address": "1 Main St, Salem, OR, USA"}), false),
        (json!({"formatted_address": "1 Main St, Salem, OR, USA", "approximate": "yes"}), true),
        (json!({"formatted_address": "Salem, OR, USA", "approximate": false}), false),
        (json!({"location": "Josh's house", "city": "San Francisco"}), true),
        (json!({"city": "Kansas City", "latitude": 39.1, "longitude": -94.5}), true),
        (json!({"location": "Beach", "latitude": 39.1, "longitude": -94.5}), false),
        (json!({"location": "Beach"}), true),
    ] {
        assert_eq!(read(fields.clone()).0.map(|place| place.approximate), Some(is_area), "{fields}");
    }
}

#[test]
fn parts_make_a_place() {
    let (place, problems) = read(json!({
        "location": "Unity Temple,", "address": "1 Main St @ Elm", "city": "Trenton", "postal_code": 8950,
        "country": "US", "latitude": "40.0769666", "longitude": "-75,3",
    }));
    let place = place.unwrap();
    assert_eq!(place.name.as_deref(), Some("Unity Temple"));
    assert_eq!(place.formatted_address.as_deref(), Some("1 Main St @ Elm, Trenton, 08950, USA"));
    assert_eq!((place.latitude, place.longitude), (Some(40.07697), Some(-75.3)));
    assert_eq!(problems, [ProblemCode::PostalCode]);
}

#[test]
fn coordinates_are_both_there_and_on_earth() {
    for (fields, there, code) in [
        (json!({"latitude": 0, "longitude": "0"}), false, Some(ProblemCode::BadCoordinates)),
        (json!({"latitude": 91, "longitude": 0}), false, Some(ProblemCode::BadCoordinates)),
        (json!({"latitude": 9}), false, Some(ProblemCode::HalfCoordinates)),
        (json!({"latitude": "", "longitude": 9}), false, Some(ProblemCode::HalfCoordinates)),
        (json!({"coordinates": "40.1, -75.3"}), true, None),
        (json!({"coordinates": "here"}), false, Some(ProblemCode::BadCoordinates)),
        (json!({"latitude": "", "longitude": null}), false, None),
    ] {
        let (place, problems) = read(fields.clone());
        assert_eq!((place.is_some(), problems), (there, code.into_iter().collect()), "{fields}");
    }
}

#[test]
fn notes_on_no_place_go_to_the_notes() {
    let mut row = Row::new(1, serde_json::Map::from_iter([("location_notes".to_owned(), json!("Upstairs"))]));
    assert_eq!(place(&mut row), None);
    assert_eq!(row.notes().as_deref(), Some("Upstairs"));
}
