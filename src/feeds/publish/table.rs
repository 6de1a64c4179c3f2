//! A published feed as a table: TSML's columns, and those that it lacks.
//!
//! Made of the JSON feed, so that both say the same. Days and types are written
//! as names, which TSML and people read. The text is UTF-8 with a byte order
//! mark, without which Excel misreads every accent; the first column is one
//! that no importer needs, since some take the mark for a part of its name.
//! Cells that a spreadsheet would compute are guarded (`table::guarded`).
//!
//! To publish another field: a line in [`COLUMNS`].

use serde_json::{Map, Value};

use crate::{
    directory::{Meaning, TypeCode, understand_type},
    feeds::table::guarded,
};

const BOM: &[u8] = b"\xef\xbb\xbf";

/// The name of each column, and the field of a feed's row that it holds.
const COLUMNS: [(&str, &str); 58] = [
    ("Entity", "entity"),
    ("Time", "time"),
    ("End Time", "end_time"),
    ("Day", "day"),
    ("Name", "name"),
    ("Location", "location"),
    ("Formatted Address", "formatted_address"),
    ("Address", "address"),
    ("City", "city"),
    ("State", "state"),
    ("Postal Code", "postal_code"),
    ("Country", "country"),
    ("Region", "region"),
    ("Sub Region", "sub_region"),
    ("Regions", "regions"),
    ("Types", "types"),
    ("Notes", "notes"),
    ("Location Notes", "location_notes"),
    ("Latitude", "latitude"),
    ("Longitude", "longitude"),
    ("Approximate", "approximate"),
    ("Timezone", "timezone"),
    ("Group", "group"),
    ("Group Notes", "group_notes"),
    ("District", "district"),
    ("Sub District", "sub_district"),
    ("Website", "website"),
    ("Website 2", "website_2"),
    ("Mailing Address", "mailing_address"),
    ("Venmo", "venmo"),
    ("Square", "square"),
    ("PayPal", "paypal"),
    ("Homegroup Online", "homegroup_online"),
    ("Email", "email"),
    ("Phone", "phone"),
    ("Contact 1 Name", "contact_1_name"),
    ("Contact 1 Email", "contact_1_email"),
    ("Contact 1 Phone", "contact_1_phone"),
    ("Contact 2 Name", "contact_2_name"),
    ("Contact 2 Email", "contact_2_email"),
    ("Contact 2 Phone", "contact_2_phone"),
    ("Contact 3 Name", "contact_3_name"),
    ("Contact 3 Email", "contact_3_email"),
    ("Contact 3 Phone", "contact_3_phone"),
    ("Last Contact", "last_contact"),
    ("Conference URL", "conference_url"),
    ("Conference URL Notes", "conference_url_notes"),
    ("Conference Phone", "conference_phone"),
    ("Conference Phone Notes", "conference_phone_notes"),
    ("Feedback URL", "feedback_url"),
    ("Author", "author"),
    ("Slug", "slug"),
    ("Updated", "updated"),
    ("Entity Email", "entity_email"),
    ("Entity Location", "entity_location"),
    ("Entity Logo", "entity_logo"),
    ("Entity Phone", "entity_phone"),
    ("Entity URL", "entity_url"),
];

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The table of a JSON feed of ours.
pub(super) fn of(feed: &[u8]) -> Vec<u8> {
    // Our own feed is well formed; of any other a table of no rows is made.
    let rows: Vec<Map<String, Value>> = serde_json::from_slice(feed).unwrap_or_default();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BOM.to_vec());
    // Writing to memory cannot fail.
    _ = writer.write_record(COLUMNS.map(|(name, _)| name));
    for row in &rows {
        let cells = COLUMNS.map(|(_, field)| cell(field, row));
        _ = writer.write_record(cells.iter().map(|cell| guarded(cell).into_owned()));
    }
    writer.into_inner().unwrap_or_default()
}

fn cell(field: &str, row: &Map<String, Value>) -> String {
    let Some(value) = row.get(field) else { return String::new() };
    let texts = || value.as_array().into_iter().flatten().filter_map(Value::as_str);
    match (field, value) {
        ("day", day) => day.as_u64().and_then(|day| DAYS.get(day as usize)).copied().unwrap_or_default().to_owned(),
        ("types", _) => texts().map(type_name).collect::<Vec<_>>().join(", "),
        // The columns before it hold two levels.
        ("regions", _) if texts().count() < 3 => String::new(),
        ("regions", _) => texts().collect::<Vec<_>>().join(" > "),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

/// The English name of a type, where it is read as that type again; else its
/// code.
fn type_name(code: &str) -> String {
    let name = TypeCode::parse(code).and_then(|known| Some((known, known.info()?.names.get("en")?)));
    match name {
        Some((known, name)) if !name.contains(',') && understand_type(name) == Some(Meaning::Code(known)) => {
            name.clone()
        }
        _ => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::all_types;

    #[test]
    fn every_type_is_written_so_that_it_is_read_again() {
        let mut named = 0;
        for (code, _) in all_types() {
            let name = type_name(code.as_str());
            assert_eq!(understand_type(&name), Some(Meaning::Code(code)), "{name}");
            named += usize::from(name != code.as_str());
        }
        assert!(named > 80, "{named}");
    }
}
