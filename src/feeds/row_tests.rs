//! Taking, dropping, keeping, and the bounds of what is kept.

use serde_json::json;

use super::*;

fn row(fields: Value) -> Row {
    let Value::Object(fields) = fields else { panic!() };
    Row::new(1, fields)
}

#[test]
fn what_is_taken_is_gone_and_what_is_dropped_is_kept() {
    let mut row = row(json!({"name": " A ", "city": {"a": 1}, "id": 7, "author": null, "x": "", "y\0": "a\0"}));
    assert_eq!(row.text("name", Lines::Joined).as_deref(), Some("A"));
    assert_eq!(row.text("city", Lines::Joined), None);
    assert_eq!(row.take("author"), None);
    assert_eq!(Value::Object(row.source_fields()), json!({"city": {"a": 1}, "id": 7, "y": "a"}));
    let problems = row.problems(Some("s"));
    assert_eq!(problems.len(), 1);
    assert_eq!((problems[0].code, problems[0].value.as_str()), (ProblemCode::WrongType, r#"{"a":1}"#));
}

#[test]
fn source_fields_are_bounded_and_it_is_said() {
    let many: Map<String, Value> = (0..100).map(|n| (format!("k{n}"), json!(n))).collect();
    let mut many = Row::new(1, many);
    assert_eq!(many.source_fields().len(), SOURCE_FIELDS);
    assert_eq!(many.problems(None)[0].code, ProblemCode::SourceFieldsCut);
    let mut long = row(json!({"a": "x".repeat(SOURCE_FIELDS_BYTES), "b": "y"}));
    assert_eq!(Value::Object(long.source_fields()), json!({"b": "y"}));
}

#[test]
fn texts_are_cut_and_identifiers_dropped_at_their_bound() {
    let mut row = row(json!({"name": "n".repeat(300), "website": "w".repeat(3000), "contact_1_name": "c\0"}));
    assert_eq!(row.text("name", Lines::Joined).map(|name| name.len()), Some(255));
    assert_eq!(row.identifier("website", "website"), None);
    assert_eq!(row.hidden_text("contact_1_name", "contact_name").as_deref(), Some("c"));
    let problems = row.problems(None);
    let codes: Vec<ProblemCode> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [ProblemCode::TooLong, ProblemCode::ValueTooLong, ProblemCode::HiddenCharacters]);
    assert_eq!(problems[2].value, HIDDEN);
}

#[test]
fn lines_are_put_to_the_notes_once() {
    let mut row = row(json!({"notes": "One"}));
    row.line("Two".to_owned());
    row.line("One".to_owned());
    assert_eq!(row.notes().as_deref(), Some("One\nTwo"));
}
