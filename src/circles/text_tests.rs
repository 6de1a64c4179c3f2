use proptest::prelude::*;
use serde_json::{Value, json};
use utoipa::PartialSchema;

use super::text::*;

fn words(text: &str) -> Result<String, String> {
    Words::<20>::parse(text).map(String::from).map_err(|error| error.to_string())
}

#[test]
fn words_are_trimmed_and_composed_and_otherwise_as_written() {
    assert_eq!(words("  Cafe\u{301}\n\nat 7 \n").unwrap(), "Café\n\nat 7");
    for as_it_is in
        ["I'm 90 days today!", "日本語で", "שָׁלוֹם", "می\u{200c}خواهم", "ක\u{dca}\u{200d}ෂ", "+1 312 555 0100"]
    {
        assert_eq!(words(as_it_is).as_deref(), Ok(as_it_is));
    }
    assert!(Label::<20>::parse("one\ntwo").is_err());
    assert_eq!(Label::<20>::parse(" 90 days ").unwrap().as_str(), "90 days");
    assert_eq!(
        format!("{:?}{:?}", Words::<9>::parse("mine").unwrap(), Label::<9>::parse("mine").unwrap()),
        "Words(…)Label(…)"
    );
}

#[test]
fn length_is_counted_as_people_count() {
    let family = "👨\u{200d}👩\u{200d}👧";
    for one in ["a", "é", "ق\u{64e}\u{651}", "🇮🇪", "👍🏽", "❤\u{fe0f}", "क्षि"] {
        assert_eq!(Words::<20>::parse(&one.repeat(20)).map(|words| words.as_str().len()), Ok(one.len() * 20), "{one}");
        assert!(words(&one.repeat(21)).unwrap_err().contains("1 to 20 characters"), "{one}");
    }
    // The bound of the document: 80 code points, which a text may have and not pass.
    assert_eq!(family.chars().count(), 5);
    assert!(words(&family.repeat(16)).is_ok());
    assert!(words(&format!("{}a", family.repeat(16))).unwrap_err().contains("80 code points"));
    // Code points of NFC: these are two each, which become more.
    assert!(words(&"\u{fb2c}".repeat(20)).is_ok());
    assert!(words(&"a".repeat(1_000_000)).is_err());
}

#[test]
fn what_nobody_sees_is_refused() {
    for (text, what) in [
        ("a\u{0}b", "control characters"),
        ("a\tb", "control characters"),
        ("a\r\nb", "control characters"),
        ("a\u{85}b", "control characters"),
        ("a\u{202e}b", "controls of writing direction"),
        ("a\u{2066}b", "controls of writing direction"),
        ("a\u{200f}b", "controls of writing direction"),
        ("a\u{61c}b", "controls of writing direction"),
        ("a\u{200b}b", "invisible characters"),
        ("a\u{200c}b", "invisible characters"),
        ("a\u{200d}b", "invisible characters"),
        ("می\u{200c}\u{200c}خ", "invisible characters"),
        ("می\u{200c} خ", "invisible characters"),
        ("👍\u{200d}a", "invisible characters"),
        ("a\u{fe0f}b", "invisible characters"),
        ("so\u{ad}ber", "invisible characters"),
        ("a\u{34f}b", "invisible characters"),
        ("a\u{2060}b", "invisible characters"),
        ("\u{feff}a", "invisible characters"),
        ("a\u{3164}b", "invisible characters"),
        ("a\u{2800}b", "invisible characters"),
        ("a\u{e0101}b", "invisible characters"),
        ("a\u{2028}b", "line or paragraph separators"),
        ("a\u{e0041}b", "tag characters"),
        ("a\u{e000}b", "characters of private use"),
        ("a\u{10fffd}b", "characters of private use"),
        ("a\u{ffff}b", "characters that are none"),
    ] {
        assert_eq!(words(text).unwrap_err(), format!("must have no {what}"), "{text:?}");
        assert!(Label::<20>::parse(text).is_err(), "{text:?}");
    }
    for blank in ["", " \n ", "\u{a0}", "\u{301}\u{301}", "\u{3000}"] {
        assert_eq!(words(blank).unwrap_err(), "must have something to read", "{blank:?}");
    }
    assert!(words(&format!("a{}", "\u{323}\u{337}".repeat(5))).unwrap_err().contains("marks on one letter"));
}

#[test]
fn emoji_and_flags_stay_whole_and_tags_spell_nothing_else() {
    let flag = |base: char, tags: &str| {
        let tags = tags.bytes().map(|b| char::from_u32(0xe0000 + u32::from(b)).unwrap());
        std::iter::once(base).chain(tags).collect::<String>()
    };
    for emoji in ["👩🏽\u{200d}🚀", "❤\u{fe0f}\u{200d}🔥", "1\u{fe0f}\u{20e3}", "🏳\u{fe0f}\u{200d}🌈", "葛\u{e0100}"]
    {
        assert_eq!(words(emoji).as_deref(), Ok(emoji));
    }
    for name in ["gbeng", "gbsct", "gbwls"] {
        assert!(words(&flag('\u{1f3f4}', &format!("{name}\u{7f}"))).is_ok(), "{name}");
    }
    for (base, tags) in
        [('🏴', "gbeng"), ('🏴', "secret\u{7f}"), ('🏴', "\u{7f}"), ('👍', "gbeng\u{7f}"), ('🏴', "gbeng\u{7f}x")]
    {
        assert_eq!(words(&flag(base, tags)).unwrap_err(), "must have no tag characters", "{tags}");
    }
}

#[test]
fn what_leads_out_of_the_circle_is_refused_with_a_reason() {
    for link in ["see https://example.org", "write to me@example.org"] {
        assert!(Words::<200>::parse(link).unwrap_err().to_string().contains("no links"), "{link}");
        assert!(Label::<200>::parse(link).unwrap_err().to_string().contains("no links"), "{link}");
    }
}

#[test]
fn the_schema_says_the_bound_that_holds_for_code_points() {
    let schema: Value = serde_json::to_value(Words::<500>::schema()).unwrap();
    assert_eq!(schema, json!({"type": "string", "minLength": 1, "maxLength": 2_000, "pattern": "^\\s*\\S"}));
    assert_eq!(serde_json::to_value(Label::<80>::schema()).unwrap()["maxLength"], 320);
}

proptest! {
    /// What was taken is taken again as it is, and is within its bounds.
    #[test]
    fn what_was_taken_is_taken_again(text in "\\PC{0,60}|[\\x{0}-\\x{10ffff}]{0,40}|[a-z.@:/ ]{0,30}") {
        if let Ok(taken) = Words::<40>::parse(&text) {
            prop_assert!(taken.as_str().chars().count() <= 160);
            prop_assert_eq!(&Words::<40>::parse(taken.as_str()).unwrap(), &taken);
        }
    }
}
