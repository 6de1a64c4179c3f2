//! The vocabulary, and the other ways to write it.

use super::*;

fn code(word: &str) -> Option<&'static str> {
    match understand_type(word)? {
        Meaning::Code(code) => Some(code.as_str()),
        Meaning::Typo(_) | Meaning::Ignored => None,
    }
}

#[test]
fn there_are_87_codes_with_names_in_nine_languages() {
    assert_eq!(all_types().count(), 87);
    assert_eq!(name_languages().count(), 9);
    for (code, info) in all_types() {
        assert_eq!(info.names.len(), 9, "{code}");
        assert_eq!(info.iso639.is_some(), info.category == Category::Language, "{code}");
    }
}

#[test]
fn every_code_and_every_name_is_understood() {
    for (exact, info) in all_types() {
        assert_eq!(code(&exact.as_str().to_lowercase()), Some(exact.as_str()));
        for name in info.names.values() {
            assert_eq!(code(name), Some(exact.as_str()), "{name}");
        }
    }
}

#[test]
fn other_ways_to_write_a_code_are_understood() {
    for (word, expected) in [
        ("12X12", Some("12x12")),
        ("step meeting", Some("ST")),
        ("SIGN LANGUAGE", Some("ASL")),
        ("Beginner", Some("BE")),
        ("BEG", Some("BE")),
        ("es", Some("S")),
        ("TR", Some("TR")),
        ("Español", Some("S")),
        ("español", Some("S")),
        ("LGBTQIAA+", Some("LGBTQ")),
        ("Temporary Closure", Some("TC")),
        ("BV-I", None),
        ("CHP", None),
        ("Bogus", None),
        ("", None),
    ] {
        assert_eq!(code(word), expected, "{word}");
    }
    assert_eq!(understand_type("asbi"), TypeCode::parse("ABSI").map(Meaning::Typo));
    assert_eq!(understand_type("onl"), Some(Meaning::Ignored));
    assert_eq!(understand_type("Non-Smoking"), Some(Meaning::Ignored));
}

#[test]
fn languages_come_from_types() {
    assert_eq!(languages_of(&["O", "S", "EN", "ITA", "en"]), ["en", "es", "it"]);
}

#[test]
fn a_name_falls_back_to_english() {
    let info = TypeCode::parse("W").and_then(TypeCode::info).unwrap();
    assert_eq!(info.name("xx"), info.name("en"));
}
