//! `location`, the address, `latitude`, `longitude`, `approximate`: where it
//! meets.

use serde_json::Value;

use crate::{
    directory::Place,
    feeds::{
        normalise::{address, approximate, coordinates, text::Lines},
        problems::ProblemCode,
        row::{Row, display, written},
    },
};

/// Takes the place; `None` when nothing of one is given.
pub(crate) fn place(row: &mut Row) -> Option<Place> {
    let mut part = |field: &str| {
        let text = row.text(field, Lines::Joined)?;
        Some(address::part(&text).to_owned()).filter(|part| !part.is_empty())
    };
    let mut place = Place {
        name: part("location"),
        formatted_address: part("formatted_address"),
        address: part("address"),
        city: part("city"),
        state: part("state"),
        postal_code: part("postal_code"),
        country: part("country").map(|country| address::country(&country).to_owned()),
        ..Place::default()
    };
    place.notes = row.text("location_notes", Lines::Kept);
    if let Some(code) = &place.postal_code
        && let Some(mended) = address::postal_code(code, place.state.as_deref(), place.country.as_deref())
    {
        row.problem(ProblemCode::PostalCode, "postal_code", code);
        place.postal_code = Some(mended);
    }
    (place.latitude, place.longitude) = degrees(row).unzip();
    let said = said(row);
    place.approximate = said.unwrap_or_else(|| is_area(&place));
    place.formatted_address = place.formatted_address.take().or_else(|| joined(&place));
    let somewhere = place.name.is_some() || place.formatted_address.is_some() || place.latitude.is_some();
    if !somewhere {
        // Notes on no place are notes all the same.
        if let Some(notes) = place.notes.take() {
            row.line(notes);
        }
    }
    somewhere.then_some(place)
}

fn joined(place: &Place) -> Option<String> {
    let parts = [&place.address, &place.city, &place.state, &place.postal_code, &place.country];
    let line = address::joined(parts.map(Option::as_deref))?;
    Some(crate::feeds::limits::limit("formatted_address").cut(&line).into_owned())
}

/// Whether a place that does not say so is only an area. A street makes a
/// door; a whole address in the field of the street is judged like one line;
/// coordinates make one only where no city or region says how wide they are.
fn is_area(place: &Place) -> bool {
    let wider = [&place.city, &place.state, &place.postal_code, &place.country].into_iter().any(Option::is_some);
    match (&place.address, &place.formatted_address) {
        (Some(line), None) if !wider && line.contains(',') => !approximate::is_street(line),
        (Some(_), _) => false,
        (None, Some(line)) => !approximate::is_street(line),
        (None, None) => wider || place.latitude.is_none(),
    }
}

fn said(row: &mut Row) -> Option<bool> {
    let value = row.take("approximate")?;
    let said = match &value {
        Value::Bool(said) => Some(*said),
        value => written(value).as_deref().and_then(approximate::said),
    };
    if said.is_none() {
        row.drop(ProblemCode::BadApproximate, "approximate", value);
    }
    said
}

fn degrees(row: &mut Row) -> Option<(f64, f64)> {
    let (latitude, longitude) = (row.take("latitude"), row.take("longitude"));
    let pair = row.take("coordinates");
    let read = |value: &Value| match value {
        Value::Number(number) => number.as_f64(),
        value => written(value).as_deref().and_then(coordinates::degrees),
    };
    match (latitude, longitude, pair) {
        (Some(latitude), Some(longitude), _) => {
            let place = read(&latitude).zip(read(&longitude)).and_then(|(north, east)| coordinates::place(north, east));
            if place.is_none() {
                let both = format!("{}, {}", display(&latitude), display(&longitude));
                row.problem(ProblemCode::BadCoordinates, "latitude", &both);
                row.keep("latitude", latitude);
                row.keep("longitude", longitude);
            }
            place
        }
        (None, None, None) => None,
        (None, None, Some(pair)) => {
            let place = written(&pair).as_deref().and_then(coordinates::pair);
            if place.is_none() {
                row.drop(ProblemCode::BadCoordinates, "coordinates", pair);
            }
            place
        }
        (Some(half), None, _) => {
            row.drop(ProblemCode::HalfCoordinates, "latitude", half);
            None
        }
        (None, Some(half), _) => {
            row.drop(ProblemCode::HalfCoordinates, "longitude", half);
            None
        }
    }
}

#[cfg(test)]
#[path = "place_tests.rs"]
mod tests;
