//! Strict reading, and all mistakes at once.

use proptest::prelude::*;

use super::*;

fn refusals(raw: &str) -> Vec<(String, &'static str)> {
    let refused = QueryString::parse(raw).unwrap_err();
    refused.into_iter().map(|invalid| (invalid.name.into_owned(), invalid.code)).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "as readers of values are")]
fn word(text: &str) -> Result<String, Refusal> {
    Ok(text.to_owned())
}

#[test]
fn escapes_and_plus_are_decoded() {
    let mut query = QueryString::parse("q=caf%C3%A9+b%2B1&%71q=%32").unwrap();
    assert_eq!(query.take_text("q").unwrap(), "café b+1");
    assert_eq!(query.take_text("qq").unwrap(), "2");
    assert_eq!(query.finish(), Ok(()));
}

#[test]
fn nothing_malformed_is_repaired() {
    for raw in ["a=%", "a=%4", "a=%zz", "a=%+1", "a=%00", "a=%0A", "a=%C2%85", "a=%FF", "a=%C3", "a=%ED%A0%80"] {
        assert_eq!(refusals(raw), [("a".to_owned(), "malformed")], "{raw}");
    }
    assert_eq!(refusals("=1"), [(String::new(), "malformed")]);
    assert_eq!(refusals("%FF=1"), [("%FF".to_owned(), "malformed")]);
}

#[test]
fn size_is_bounded() {
    assert!(QueryString::parse(&format!("{}=1", "a".repeat(64))).is_ok());
    assert_eq!(refusals(&format!("{}=1", "a".repeat(65))), [("a".repeat(64), "too_long")]);
    assert_eq!(refusals(&format!("{}=1", "é".repeat(40))), [("é".repeat(32), "too_long")]);
    assert!(QueryString::parse(&format!("a={}", "%61".repeat(4_096))).is_ok());
    assert_eq!(refusals(&format!("a={}", "b".repeat(4_097))), [("a".to_owned(), "too_long")]);
    assert!(QueryString::parse(&vec!["a=1"; 100].join("&")).is_ok());
    assert_eq!(refusals(&vec!["a=1"; 101].join("&")), [(String::new(), "too_many")]);
    assert_eq!(refusals(&"&".repeat(200)), [(String::new(), "too_many")]);
}

#[test]
fn every_mistake_of_a_query_is_told_at_once() {
    assert_eq!(refusals("a=%&b=1&c=%00"), [("a".to_owned(), "malformed"), ("c".to_owned(), "malformed")]);
    let mut query = QueryString::parse("a=1&a=2&b=&dya=1&zzz=1&dya=2").unwrap();
    assert_eq!(query.take_text("a"), None);
    assert_eq!(query.take_text("b"), None);
    assert_eq!(query.take_text("day"), None);
    assert!(query.was_given("a") && query.was_given("b") && !query.was_given("day"));
    let refused = query.finish().unwrap_err();
    let told: Vec<_> = refused.iter().map(|invalid| (&*invalid.name, invalid.code, &*invalid.message)).collect();
    assert_eq!(
        told,
        [
            ("a", "repeated", "may be given once only"),
            ("b", "blank", "must not be blank"),
            ("dya", "unknown_parameter", "is not a parameter of this call; did you mean day?"),
            ("zzz", "unknown_parameter", "is not a parameter of this call"),
        ]
    );
}

#[test]
fn a_list_takes_commas_and_repetition() {
    let mut query = QueryString::parse("day=1,2&x=0&day=3%2C4").unwrap();
    assert_eq!(query.take_list("day", 4, word).unwrap(), ["1", "2", "3", "4"]);
    assert_eq!(query.take_list("x", 1, word).unwrap(), ["0"]);
    assert_eq!(query.take_list("y", 1, word), None);
    assert_eq!(query.finish(), Ok(()));
    for (raw, code) in [("day=1,2,3", "too_many"), ("day=1,", "blank"), ("day", "blank"), ("day=+", "blank")] {
        let mut query = QueryString::parse(raw).unwrap();
        assert_eq!(query.take_list("day", 2, word), None);
        assert_eq!(query.finish().unwrap_err()[0].code, code, "{raw}");
    }
}

#[test]
fn an_empty_query_says_nothing() {
    for raw in ["", "&", "&&"] {
        assert_eq!(QueryString::parse(raw).unwrap().finish(), Ok(()));
    }
}

proptest! {
    #[test]
    fn whatever_is_encoded_comes_back(pairs in proptest::collection::vec(("[a-z_é ]{1,20}", "[^\\x00-\\x1f\\x7f-\\u{9f}]{1,60}"), 1..8)) {
        let mut encoder = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &pairs {
            encoder.append_pair(name, value);
        }
        let query = QueryString::parse(&encoder.finish()).unwrap();
        prop_assert_eq!(query.pairs, pairs);
    }

    #[test]
    fn no_query_whatever_breaks_it(raw in "[ -~é]{0,200}") {
        if let Ok(query) = QueryString::parse(&raw) {
            let _ = query.finish();
        }
    }
}
