//! Whole tables, as offices keep them.

use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::feeds::{Action, FeedRow, source::SourceFormat, source::read_source};

const CONTEXT: FeedContext = FeedContext::of(Tz::America__Chicago);

fn read(table: &str) -> ReadFeed {
    read_table(table.as_bytes(), &CONTEXT).unwrap()
}

fn said(feed: &ReadFeed) -> Vec<(u32, &str, ProblemCode)> {
    feed.problems.iter().map(|problem| (problem.row, problem.field.as_str(), problem.code)).collect()
}

fn start(row: &FeedRow) -> Option<(u8, String)> {
    row.content.start.map(|start| (start.day.number(), start.time.to_string()))
}

#[test]
fn a_table_of_tsmls_columns_is_read_without_a_word() {
    let feed = read(
        "Time,End Time,Day,Name,Location,Address,City,State,Postal Code,Country,Region,Sub Region,Types,Notes,Slug,Updated\r\n\
         7:00 PM,8:15 PM,Monday,Tea Light,Tinder Hall,12 Tinder Row,Chicago,IL,60601,USA,North,Rivers,\"Open, Discussion\",\
         \"Side door.\nRing twice: \"\"Tea\"\"\",tea-light,2026-04-04 16:50:58\r\n",
    );
    assert_eq!(said(&feed), []);
    let [row] = feed.rows.as_slice() else { panic!("{feed:?}") };
    assert_eq!((row.row, row.slug.as_str(), start(row)), (2, "tea-light", Some((1, "19:00".to_owned()))));
    assert_eq!(row.content.duration_minutes, Some(75));
    assert_eq!(
        (row.content.types.join(" "), row.content.region.join("/")),
        ("D O".to_owned(), "North/Rivers".to_owned())
    );
    assert_eq!(row.content.notes.as_deref(), Some("Side door.\nRing twice: \"Tea\""));
    assert!(row.updated.is_some() && row.source_fields.is_empty());
}

#[test]
fn rows_are_counted_as_the_spreadsheet_counts_them() {
    let feed = read(
        "\n,,,\nName,Day,Start Time,ZIP,Types\nOne,Funday,19:00,,\n,,,,\n\nTwo,Monday,19:00,60601,\"O, Bogus\"\n\
         Three,\"Tues\nday\",banana,,\nFour,Friday,7:00 PM EST,,\n",
    );
    assert_eq!(feed.row_count, 4);
    use ProblemCode::{BadDay, BadTime, NoSlug, NowhereToGo, UnknownType, ZoneInTime};
    let said = said(&feed).into_iter().filter(|(_, _, code)| !matches!(code, NoSlug | NowhereToGo)).collect::<Vec<_>>();
    assert_eq!(
        said,
        [
            (4, "Day", BadDay),
            (7, "Types", UnknownType),
            (8, "Day", BadDay),
            (8, "Start Time", BadTime),
            (9, "Start Time", ZoneInTime),
        ]
    );
    assert_eq!(feed.refused.iter().map(|refused| refused.row).collect::<Vec<_>>(), [4, 8]);
    assert_eq!(feed.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [7, 9]);
}

#[test]
fn days_and_types_are_read_in_other_languages() {
    let feed = read(
        "Name;Day;Time;Types;City\nUno;lunes;19:00;\"Abierta, Discusión\";Lima\nDeux;mardi;19h30;Fermé;Lyon\n\
         Tre;fredag;18.00;Öppet;Malmö\n四;水曜日;19:00;;東京\nห้า;วันพฤหัสบดี;19:00;;กรุงเทพ\n",
    );
    let days: Vec<_> = feed.rows.iter().map(|row| start(row).unwrap().0).collect();
    assert_eq!(days, [1, 2, 5, 3, 4]);
    let types: Vec<_> = feed.rows.iter().map(|row| row.content.types.join(" ")).collect();
    assert_eq!(&types[..2], ["D O", "C"]);
}

#[test]
fn what_is_over_or_unknown_is_kept_beside_the_meeting() {
    let feed = read("Name,Day,Time,Notes,Notes,Key,,\nOne,1,19:00,a,b,in the box,x,y\n");
    let fields: Vec<(&str, &str)> =
        feed.rows[0].source_fields.iter().map(|(key, value)| (key.as_str(), value.as_str().unwrap())).collect();
    assert_eq!(fields, [("column_7", "x"), ("column_8", "y"), ("key", "in the box"), ("notes_5", "b")]);
    assert_eq!(feed.rows[0].content.notes.as_deref(), Some("a"));
}

#[test]
fn a_guard_against_formulas_is_taken_off() {
    let feed = read(
        "name,day,time,venmo,notes,conference_phone,longitude,latitude\nOne,1,19:00,'@Lantern,'=1,'+13125550100,-87.63,41.88\n",
    );
    let content = &feed.rows[0].content;
    assert_eq!((content.contribution.venmo.as_deref(), content.notes.as_deref()), (Some("@Lantern"), Some("=1")));
    assert_eq!(content.conference.phone.as_deref(), Some("+13125550100"));
    assert_eq!(content.location.as_ref().and_then(|place| place.longitude), Some(-87.63));
}

#[test]
fn a_table_that_is_not_whole_is_not_used() {
    let text = |bytes: &[u8]| read_table(bytes, &CONTEXT).unwrap_err().to_string();
    assert_eq!(text(b"name,day,time\nOne,1,19:00\nTwo,\"2,19:00\n"), "A quotation mark in row 3 is never closed.");
    let cut = "The source ends in the middle of row 3: it has fewer cells than every other row.";
    assert_eq!(text(b"name,day,time\nOne,1,19:00\nTwo,2"), cut);
    assert_eq!(text(b""), "The source is empty.");
    assert_eq!(text(b"\xef\xbb\xbf \r\n"), "The source is empty.");
    assert_eq!(text(b"<!DOCTYPE html>"), "The source is a web page, not a feed.");
    assert!(text(b"0").starts_with("The source is neither Meeting Guide JSON nor a table"));
    let long = format!("name,day,time\n{}", "One,1,19:00\n".repeat(100_001));
    assert_eq!(text(long.as_bytes()), "The source has more than 100,000 rows.");
    // Sheets end without a line break, and some programs leave empty cells out.
    assert_eq!(read("name,day,time\nOne,1,19:00").rows.len(), 1);
    assert_eq!(read("name,day,time,notes\nOne,1,19:00\nTwo,2,19:00").rows.len(), 2);
}

#[test]
fn a_row_over_its_bound_is_refused_under_its_slug() {
    let feed = read(&format!("slug,name,day,time,notes\none,One,1,19:00,{}\ntwo,Two,1,19:00,\n", "x".repeat(1 << 20)));
    assert_eq!(said(&feed), [(2, "", ProblemCode::RowTooLarge), (3, "formatted_address", ProblemCode::NowhereToGo)]);
    assert_eq!((feed.refused[0].source_key.as_deref(), feed.rows.len()), (Some("one"), 1));
}

#[test]
fn a_row_whose_cells_are_shifted_is_refused() {
    let feed = read("slug,name,address,city\none,One,1 Main St, Suite 4,Chicago\ntwo,Two,2 Main St,Chicago,, \n");
    assert_eq!(said(&feed)[0], (2, "", ProblemCode::MoreCells));
    assert_eq!((feed.refused[0].source_key.as_deref(), feed.rows.len()), (Some("one"), 1));
}

#[test]
fn the_format_is_found_out() {
    let read = |bytes: &[u8]| read_source(bytes, SourceFormat::Auto, &CONTEXT);
    assert_eq!(read(b"name,day,time\nOne,1,19:00\n").unwrap().rows.len(), 1);
    assert_eq!(read(b"\xff\xfen\0a\0m\0e\0\t\0d\0a\0y\0\n\0A\0\t\0").unwrap().rows.len(), 1);
    assert_eq!(read(b" \xef\xbb\xbf").unwrap_err().to_string().split(' ').next(), Some("The"));
    assert_eq!(read(b"[]").unwrap(), ReadFeed::default());
    assert!(matches!(read(b"{\"error\": \"no key\"}"), Err(SourceError::Message { .. })));
    assert!(matches!(read(b"\n<html>"), Err(SourceError::Html)));
    assert!(matches!(read(b""), Err(SourceError::Empty)));
    assert!(matches!(read_source(&b"[]"[..], SourceFormat::Csv, &CONTEXT), Err(SourceError::NoHeader)));
    assert!(matches!(
        read_source(&b"name,day"[..], SourceFormat::MeetingGuide, &CONTEXT),
        Err(SourceError::NotJson { .. })
    ));
}

proptest! {
    /// Whatever a table holds, each of its rows comes out as a meeting, a
    /// refused row, or a problem that says where it stands.
    #[test]
    fn no_row_is_lost(
        cells in prop::collection::vec(prop::collection::vec("[a-z0-9:\"\n;= ]{0,6}", 4), 1..12),
        delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t')],
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["slug", "name", "day", "time"]).unwrap();
        cells.iter().for_each(|row| writer.write_record(row).unwrap());
        let bytes = writer.into_inner().unwrap();
        let feed = read_table(bytes.as_slice(), &CONTEXT).unwrap();
        let filled = cells.iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).count();
        prop_assert_eq!(feed.row_count as usize, filled);
        let mut numbers: Vec<u32> = feed.rows.iter().map(|row| row.row).chain(feed.refused.iter().map(|row| row.row)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        prop_assert_eq!(numbers.len(), filled);
        prop_assert!(feed.problems.iter().all(|problem| numbers.contains(&problem.row) && problem.action <= Action::RefusedRow));
    }

    #[test]
    fn any_bytes_are_a_feed_or_a_reason(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,80}") {
        _ = read_table(bytes.as_slice(), &CONTEXT);
        _ = read_table([b"name,day,time\n", bytes.as_slice()].concat().as_slice(), &CONTEXT);
        _ = read_table(format!("name,day,time\n{text}").as_bytes(), &CONTEXT);
    }
}
