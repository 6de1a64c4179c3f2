use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::*;

fn schema<T: PartialSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap()
}

fn line(text: &str) -> Result<String, String> {
    Line::<10>::parse(text).map(String::from).map_err(|error| error.to_string())
}

#[test]
fn a_line_is_trimmed_and_composed_and_otherwise_as_written() {
    assert_eq!(line("  Cafe\u{301} 1 \n").unwrap(), "Café 1");
    assert_eq!(line("éééééééééé").unwrap().chars().count(), 10);
    for blank in ["", "  ", "\u{a0}\n", "ééééééééééé"] {
        assert_eq!(line(blank).unwrap_err(), "must be 1 to 10 characters");
    }
}

#[test]
fn what_nobody_sees_is_refused() {
    for (text, what) in [
        ("a\u{0}b", "control characters"),
        ("a\nb", "control characters"),
        ("a\tb", "control characters"),
        ("a\u{85}b", "control characters"),
        ("a\u{202e}b", "controls of writing direction"),
        ("a\u{2066}b", "controls of writing direction"),
        ("a\u{200b}b", "invisible characters"),
        ("a\u{200d}b", "invisible characters"),
        ("\u{feff}a", "invisible characters"),
        ("a\u{2060}b", "invisible characters"),
        ("a\u{2028}b", "line or paragraph separators"),
        ("a\u{e0041}b", "tag characters"),
    ] {
        assert_eq!(line(text).unwrap_err(), format!("must have no {what}"), "{text:?}");
        assert!(Words::<10>::parse(text).is_err() || text == "a\nb", "{text:?}");
    }
}

#[test]
fn joiners_stay_where_letters_need_them() {
    for text in ["می\u{200c}خواهم", "ක\u{dca}\u{200d}ෂ", "👩\u{200d}🚀", "ന\u{d4d}\u{200d}"] {
        assert_eq!(line(text).as_deref(), Ok(text));
    }
    assert!(line("می\u{200c}\u{200c}خ").is_err());
}

#[test]
fn words_may_have_line_breaks() {
    let words = Words::<10>::parse("one\r\n\ntwo\n").unwrap();
    assert_eq!(words.as_str(), "one\n\ntwo");
    assert!(Words::<10>::parse("one\rtwo").is_err());
}

#[test]
fn a_link_is_absolute_and_for_the_web() {
    for link in ["https://example.org", "HTTP://example.org:8080/a?b=c#d", "https://münchen.example/é", "http://[::1]/"]
    {
        assert_eq!(WebLink::parse(link).unwrap().as_str(), link);
    }
    let long = format!("https://example.org/{}", "a".repeat(2_000));
    for bad in [
        "",
        "example.org",
        "//example.org",
        "http:example.org",
        "http:\\\\example.org",
        "https://",
        "https:///path",
        "javascript:alert(1)",
        "ftp://example.org",
        "mailto:a@example.org",
        "javascript://example.org/%0aalert(1)",
        "https://user:secret@example.org/",
        "https://@example.org/",
        "https://exa mple.org/",
        "https://exa\nmple.org/",
        "https://example.org/\u{202e}gpj.exe",
        "https://example.org:99999/",
        &long,
    ] {
        let error = WebLink::parse(bad).unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn a_mail_address_has_a_domain_with_a_dot() {
    let address = EmailAddress::parse(" Jo.Smith+aa@Example.ORG ").unwrap();
    assert_eq!((address.as_str(), &*address.folded()), ("Jo.Smith+aa@Example.ORG", "jo.smith+aa@example.org"));
    assert!(!format!("{address:?}").contains("Smith"));
    let long = format!("{}@{}.org", "a".repeat(64), "b.".repeat(94));
    for bad in [
        "",
        "a",
        "a@b",
        "@example.org",
        "a@@example.org",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@[IPv6:::1]",
        "a b@example.org",
        "a@example.org\nb",
        "a@example..org",
        "é@example.org",
        "a@éxample.org",
        "a@example.org.",
        &long,
    ] {
        assert!(EmailAddress::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_telephone_number_can_be_dialled() {
    let phone = Phone::parse(" +1 (312) 555-0100,,123456#*1. ").unwrap();
    assert_eq!((phone.as_str(), phone.digits()), ("+1 (312) 555-0100,,123456#*1.", 18));
    assert!(!format!("{phone:?}").contains("312"));
    for bad in ["", "12", "call me", "+1 312 555 0100 ext 5", "１２３", &"1".repeat(65)] {
        assert!(Phone::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_text_is_read_from_a_text_alone() {
    let read = |value: Value| serde_json::from_value::<Line<10>>(value);
    assert_eq!(read(json!("a ")).unwrap().as_str(), "a");
    assert!(read(json!(5)).is_err());
    assert_eq!(serde_json::to_value(Words::<10>::parse("a\nb").unwrap()).unwrap(), json!("a\nb"));
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is tested")]
struct Input {
    /// Its name.
    #[schema(inline)]
    name: Line<10>,
    #[schema(inline, nullable = false)]
    website: Option<WebLink>,
    #[schema(inline)]
    lines: Vec<Line<5>>,
}

#[test]
fn the_schema_of_an_input_has_the_bounds_of_its_types() {
    assert_eq!(schema::<Line<10>>(), json!({"type": "string", "minLength": 1, "maxLength": 10, "pattern": "^\\s*\\S"}));
    assert_eq!(schema::<Words<7>>()["maxLength"], 7);
    assert_eq!(
        (&schema::<EmailAddress>()["format"], &schema::<EmailAddress>()["maxLength"]),
        (&json!("email"), &json!(254))
    );
    assert_eq!((&schema::<Phone>()["minLength"], &schema::<WebLink>()["format"]), (&json!(3), &json!("uri")));
    let input = schema::<Input>();
    assert!(!input.to_string().contains("$ref"), "{input}");
    assert!(input["properties"]["name"].to_string().contains("\"maxLength\":10"), "{input}");
    assert_eq!(input["properties"]["lines"]["items"]["maxLength"], 5);
    assert_eq!(input["properties"]["website"]["maxLength"], 2_000);
    let mut components = Vec::new();
    Input::schemas(&mut components);
    assert!(components.is_empty());
}
