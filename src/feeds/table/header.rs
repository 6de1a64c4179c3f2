//! The row of names at the top of a table.
//!
//! Names may stand in any order, case and spelling (`Sub-Region`, `sub region`,
//! `SUB_REGION (optional)`); some have other names that offices and their
//! sheets use. A column that nobody knows is kept with the meeting, hidden, as
//! an unknown field of a feed is.
//!
//! To understand another name for a field: a line in [`ALIASES`].

use csv::StringRecord;

use crate::kernel::fold;

/// Fields that are read, beside `contact_1_name` and its like.
const FIELDS: [&str; 41] = [
    "slug",
    "name",
    "day",
    "time",
    "end_time",
    "timezone",
    "location",
    "formatted_address",
    "address",
    "city",
    "state",
    "postal_code",
    "country",
    "region",
    "sub_region",
    "sub_sub_region",
    "regions",
    "district",
    "districts",
    "types",
    "notes",
    "location_notes",
    "group",
    "group_notes",
    "latitude",
    "longitude",
    "coordinates",
    "approximate",
    "conference_url",
    "conference_url_notes",
    "conference_phone",
    "conference_phone_notes",
    "venmo",
    "square",
    "paypal",
    "homegroup_online",
    "website",
    "feedback_url",
    "updated",
    "attendance_option",
    "time_formatted",
];

/// Other names, folded, and what they stand for.
const ALIASES: [(&str, &str); 38] = [
    ("meeting", "name"),
    ("meeting name", "name"),
    ("title", "name"),
    ("meeting slug", "slug"),
    ("weekday", "day"),
    ("day of week", "day"),
    ("day of the week", "day"),
    ("start", "time"),
    ("start time", "time"),
    ("meeting time", "time"),
    ("end", "end_time"),
    ("time zone", "timezone"),
    ("tz", "timezone"),
    ("location name", "location"),
    ("venue", "location"),
    ("street", "address"),
    ("street address", "address"),
    ("full address", "formatted_address"),
    ("town", "city"),
    ("province", "state"),
    ("zip", "postal_code"),
    ("zip code", "postal_code"),
    ("zipcode", "postal_code"),
    ("postcode", "postal_code"),
    ("subregion", "sub_region"),
    ("type", "types"),
    ("meeting types", "types"),
    ("meeting notes", "notes"),
    ("group name", "group"),
    ("lat", "latitude"),
    ("lng", "longitude"),
    ("lon", "longitude"),
    ("long", "longitude"),
    ("conference link", "conference_url"),
    ("zoom link", "conference_url"),
    ("zoom url", "conference_url"),
    ("dial in", "conference_phone"),
    ("last updated", "updated"),
];

/// What a meeting can be called by: a table without any of these is none.
const CALLED: [&str; 4] = ["name", "slug", "group", "location"];

/// The columns of a table.
#[derive(Debug)]
pub(super) struct Header {
    /// Of each column the field that it holds; empty where nothing is known.
    columns: Vec<Column>,
}

#[derive(Debug)]
pub(super) struct Column {
    /// As the field is called in here.
    pub field: String,
    /// As the office wrote it.
    pub written: String,
}

impl Header {
    /// Reads the row of names; `None` when it is none: fewer than two of its
    /// names are known, or none of them is one that a meeting is called by.
    pub(super) fn of(record: &StringRecord) -> Option<Self> {
        let mut columns: Vec<Column> = Vec::with_capacity(record.len());
        for (index, written) in record.iter().enumerate() {
            let field = field_of(written).unwrap_or_else(|| format!("column_{}", index + 1));
            columns.push(Column { field, written: written.trim().to_owned() });
        }
        let known = |column: &&Column| is_known(&column.field);
        let called = columns.iter().any(|column| CALLED.contains(&column.field.as_str()));
        (called && columns.iter().filter(known).count() > 1).then_some(Self { columns })
    }

    /// How many columns there are.
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// The column at a position, from 0.
    pub(super) fn column(&self, index: usize) -> Option<&Column> {
        self.columns.get(index)
    }

    /// What the office calls a field.
    pub(super) fn written(&self, field: &str) -> Option<&str> {
        let column = self.columns.iter().find(|column| column.field == field)?;
        Some(column.written.as_str()).filter(|written| !written.is_empty())
    }
}

fn is_known(field: &str) -> bool {
    let contact = field.strip_prefix("contact_").and_then(|rest| rest.split_once('_'));
    let contact =
        contact.is_some_and(|(n, part)| matches!(n, "1" | "2" | "3") && matches!(part, "name" | "email" | "phone"));
    contact || FIELDS.contains(&field)
}

fn field_of(written: &str) -> Option<String> {
    // Words in brackets are for whoever fills the column.
    let name = written.split_once('(').map_or(written, |(name, _)| name);
    let folded = fold(name);
    if folded.is_empty() {
        return None;
    }
    let alias = ALIASES.iter().find(|(alias, _)| *alias == folded).map(|(_, field)| (*field).to_owned());
    Some(alias.unwrap_or_else(|| folded.replace(' ', "_")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(names: &[&str]) -> Option<String> {
        let header = Header::of(&StringRecord::from(names.to_vec()))?;
        Some(header.columns.iter().map(|column| column.field.as_str()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn names_are_known_in_any_spelling() {
        let fields = |names: &[&str]| fields(names).unwrap();
        assert_eq!(
            fields(&["Sub-Region", "ZIP", "Meeting", "", "PayPal"]),
            "sub_region postal_code name column_4 paypal"
        );
        assert_eq!(fields(&[" NAME ", "End_Time (24h)", "Contact 1 Name"]), "name end_time contact_1_name");
        assert_eq!(fields(&["slug", "Lat", "Wheelchair?"]), "slug latitude wheelchair");
    }

    #[test]
    fn a_row_of_anything_else_is_no_header() {
        for row in [&["Meetings of the Lantern Office"][..], &["7:00 PM", "Monday"], &["name"], &["day", "time"], &[""]]
        {
            assert_eq!(fields(row), None, "{row:?}");
        }
    }

    #[test]
    fn every_alias_is_folded_and_stands_for_a_field() {
        for (alias, field) in ALIASES {
            assert_eq!(fold(alias), alias);
            assert!(FIELDS.contains(&field), "{field}");
            assert!(!FIELDS.contains(&alias.replace(' ', "_").as_str()), "{alias}");
        }
    }
}
