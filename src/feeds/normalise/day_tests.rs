//! Days in nine languages.

use proptest::prelude::*;

use super::*;

fn days(text: &str) -> Option<Vec<u8>> {
    parse(text).map(|read| read.days.into_iter().map(Day::number).collect())
}

#[test]
fn no_word_is_two_days() {
    let mut seen = HashMap::new();
    for (day, names) in NAMES.iter().enumerate() {
        for name in names.split_whitespace() {
            assert_eq!(*seen.entry(key(name)).or_insert(day), day, "{name}");
            assert_eq!(days(name), Some(vec![u8::try_from(day).unwrap()]), "{name}");
        }
    }
}

#[test]
fn days_are_read_as_they_are_meant() {
    for (text, expected) in [
        ("Monday", Some(vec![1])),
        ("sunday ", Some(vec![0])),
        ("1", Some(vec![1])),
        ("1.0", Some(vec![1])),
        ("Mondays", Some(vec![1])),
        ("Mon", Some(vec![1])),
        ("Thurs.", Some(vec![4])),
        ("los lunes", Some(vec![1])),
        ("Miercoles", Some(vec![3])),
        ("maandagen", Some(vec![1])),
        ("måndagar", Some(vec![1])),
        ("MÅNDAG", Some(vec![1])),
        ("St", None),
        ("Št", Some(vec![4])),
        ("(月)", None),
        ("月曜日", Some(vec![1])),
        ("7", Some(vec![0])),
        ("Daily", Some(vec![0, 1, 2, 3, 4, 5, 6])),
        ("Mon, Wed & Fri", Some(vec![1, 3, 5])),
        ("1,3,5", Some(vec![1, 3, 5])),
        ("", Some(vec![])),
        ("8", None),
        ("-1", None),
        ("1.5", None),
        ("Funday", None),
        ("di", None),
        ("T", None),
        ("Mon-Fri", None),
        ("Monday, Funday", None),
    ] {
        assert_eq!(days(text), expected, "{text}");
    }
    assert!(parse("7").unwrap().seven);
    assert!(parse("every day").unwrap().daily);
}

#[test]
fn numbers_are_days() {
    assert_eq!(from_number(6.0).unwrap().days[0].number(), 6);
    assert!(from_number(7.0).unwrap().seven);
    for bad in [8.0, -1.0, 1.5, f64::NAN] {
        assert_eq!(from_number(bad), None);
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC*") {
        let _ = parse(&text);
    }
}
