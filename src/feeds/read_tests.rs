//! Sources whole and broken, and whatever bytes there may be.

use chrono_tz::America::Chicago;
use proptest::prelude::*;

use super::*;

const CONTEXT: FeedContext = FeedContext::of(Chicago);
const ROW: &str = r#"{"slug": "a", "name": "A", "day": 1, "time": "19:00", "address": "1 Main St"}"#;

fn read(source: &[u8]) -> Result<ReadFeed, SourceError> {
    read_meeting_guide(source, &CONTEXT)
}

fn error(source: &str) -> String {
    read(source.as_bytes()).map(|feed| feed.row_count).unwrap_err().to_string()
}

#[test]
fn a_broken_source_fails_as_a_whole_and_says_how() {
    for (source, expected) in [
        (String::new(), "The source is empty."),
        (" \n\t".to_owned(), "The source is empty."),
        ("<!DOCTYPE html>".to_owned(), "The source is a web page, not a feed."),
        ("Forbidden".to_owned(), "The source is not valid JSON: it goes wrong at line 1, column 1."),
        (format!("[{ROW}, oops]"), "The source is not valid JSON: it goes wrong at line 1, column 81."),
        (format!("[{ROW},]"), "The source is not valid JSON: it goes wrong at line 1, column 80."),
        (r#"{"meetings": []}"#.to_owned(), "The source is not a JSON array of meetings."),
        ("0".to_owned(), "The source is not a JSON array of meetings."),
        (
            r#"{"success": false, "data": {"message": "No key"}}"#.to_owned(),
            "The source answered with an error instead of meetings: No key",
        ),
        (
            r#"{"error": "Invalid sharing key"}"#.to_owned(),
            "The source answered with an error instead of meetings: Invalid sharing key",
        ),
        (format!("[{ROW}, {{\"slug\":"), "The source ends in the middle: it was cut off at line 1, column 88."),
        (format!("[{ROW}"), "The source ends in the middle: it was cut off at line 1, column 78."),
        (format!("[{ROW}]\n\n  more"), "There is text after the end of the meetings, at line 3, column 3."),
        (format!("[{ROW}][{ROW}]"), "There is text after the end of the meetings, at line 1, column 80."),
        (format!("[{}1]", "1,".repeat(100_000)), "The source has more than 100,000 rows."),
    ] {
        assert_eq!(error(&source), expected, "{}", &source[..source.len().min(120)]);
    }
}

/// Gives some bytes, and then the same one for ever, or a failure.
struct Then(&'static [u8], Option<u8>);

impl Read for Then {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match (self.0.read(buffer)?, self.1) {
            (0, Some(byte)) => {
                buffer.fill(byte);
                Ok(buffer.len())
            }
            (0, None) => Err(io::ErrorKind::ConnectionReset.into()),
            (length, _) => Ok(length),
        }
    }
}

#[test]
fn a_source_without_end_is_too_large_and_one_that_fails_is_not_truncated() {
    assert!(matches!(read_meeting_guide(Then(b"[{}", Some(b' ')), &CONTEXT), Err(SourceError::TooLarge)));
    assert!(matches!(read_meeting_guide(Then(b"[\"", Some(b'x')), &CONTEXT), Err(SourceError::TooLarge)));
    assert!(matches!(read_meeting_guide(Then(b"[{}", None), &CONTEXT), Err(SourceError::Read(_))));
    assert!(matches!(read_meeting_guide(Then(b"", None), &CONTEXT), Err(SourceError::Read(_))));
}

#[test]
fn one_bad_row_does_not_harm_the_others() {
    let deep = format!(r#"{{"slug": "deep", "name": "Deep", "x": {}1{}}}"#, "[".repeat(5000), "]".repeat(5000));
    let source = format!("\u{feff}[7, null, [], {deep}, {ROW}]");
    let feed = read(source.as_bytes()).unwrap();
    assert_eq!((feed.row_count, feed.rows.len(), feed.refused.len()), (5, 1, 4));
    assert_eq!(feed.rows[0].row, 5);
    assert_eq!(feed.refused[3].source_key.as_deref(), Some("deep"));
    assert_eq!(feed.refused[3].name.as_deref(), Some("Deep"));
    let codes: Vec<ProblemCode> = feed.problems.iter().map(|problem| problem.code).collect();
    use ProblemCode::{NotAnObject, RowTooLarge};
    assert_eq!(codes, [NotAnObject, NotAnObject, NotAnObject, RowTooLarge]);
}

#[test]
fn only_the_row_with_other_bytes_is_mended() {
    let mut source = format!("[{ROW}, ").into_bytes();
    source.extend_from_slice(b"{\"slug\": \"b\", \"name\": \"Caf\xe9 \xc3\xa9\", \"address\": \"1 Main St\"}]");
    let feed = read(&source).unwrap();
    assert_eq!(feed.rows[1].content.name, "Café é");
    let problems: Vec<(u32, ProblemCode)> = feed.problems.iter().map(|problem| (problem.row, problem.code)).collect();
    assert_eq!(problems, [(2, ProblemCode::NotUtf8)]);
}

#[test]
fn an_empty_array_is_a_whole_source() {
    assert_eq!(read(b" [ ] \n").unwrap(), ReadFeed::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_source_that_is_cut_anywhere_fails(at in 0usize..250) {
        let source = format!("[{ROW}, {ROW}, {ROW}]");
        prop_assume!(at < source.len());
        prop_assert!(read(&source.as_bytes()[..at]).is_err());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
        let _ = read(&[&b"[{\"name\":\""[..], &bytes, b"\"}]"].concat());
    }
}
