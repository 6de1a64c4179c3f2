//! What offices type, and that cleaning it twice is cleaning it once.

use proptest::prelude::*;

use super::*;

fn note(raw: &str) -> String {
    clean(raw, Lines::Kept).text
}

fn line(raw: &str) -> String {
    clean(raw, Lines::Joined).text
}

#[test]
fn text_is_what_was_typed() {
    for (raw, expected) in [
        (" Dr. Bob\u{a0}\u{a0}Room ", "Dr. Bob Room"),
        ("\"Happy Hour\"", "Happy Hour"),
        ("\"A\" or \"B\"", "\"A\" or \"B\""),
        ("\"", "\""),
        ("\"\"", ""),
        ("Women\\'s Step", "Women's Step"),
        ("Tea &amp; Toast", "Tea & Toast"),
        ("&amp;amp;", "&amp;"),
        ("Bob&#8217;s &quot;Big&quot; Book", "Bob’s \"Big\" Book"),
        ("It&#146;s", "It’s"),
        ("It\u{92}s", "It’s"),
        ("cafe\u{301}", "café"),
        ("a\r\nb", "a b"),
        ("line<br/>break", "line break"),
        ("\u{feff}Name", "Name"),
        (" \t\n", ""),
    ] {
        assert_eq!(line(raw), expected, "{raw:?}");
    }
}

#[test]
fn notes_keep_their_lines() {
    assert_eq!(note("a\r\n\r\n\r\n\r\nb  c \n d"), "a\n\nb c\nd");
    assert_eq!(note("one<br>two<p>three</p>four"), "one\ntwo\nthree\nfour");
}

#[test]
fn hidden_characters_go_and_are_said() {
    let found = clean("a\0b\u{202e}c\u{e0041}", Lines::Joined);
    assert_eq!((found.text.as_str(), found.hidden, found.html), ("abc", true, false));
    assert!(!clean("a\u{200b}b\u{ad}\r\n", Lines::Kept).hidden);
    assert!(clean("<b>x</b>", Lines::Kept).html);
    assert!(!clean("x &amp; y < z", Lines::Kept).html);
}

proptest! {
    #[test]
    fn normalising_twice_is_normalising_once(raw in "(?s)[ \\n\\r\\t\"\\\\'<>/&;#a-d0-9\u{301}\u{338}\u{37e}\u{200e}é\u{92}]{0,40}|\\PC{0,40}|.{0,40}") {
        for lines in [Lines::Kept, Lines::Joined] {
            let once = clean(&raw, lines).text;
            prop_assume!(html::decode(&once) == once);
            prop_assert_eq!(&clean(&once, lines).text, &once);
        }
    }
}
