//! Tags, what looks like them, and what is made to wear a reader out.

use super::*;

#[test]
fn tags_go_and_what_only_looks_like_one_stays() {
    for (raw, expected) in [
        ("<b>Big</b> Book", "Big Book"),
        ("a<BR />b", "a\nb"),
        ("I <3 AA", "I <3 AA"),
        ("a < b > c", "a < b > c"),
        ("<bob@example.org>", "<bob@example.org>"),
        ("<https://example.org/x>", "<https://example.org/x>"),
        ("<o:p>x</o:p>", "x"),
        ("<script>alert(1)</script >x", "x"),
        ("<!-- note -->x", "x"),
        ("<scr<b>ipt>x", "x"),
        ("<b", "<b"),
        ("<a href=\"https://example.org/a\">Map</a>.", "Map (https://example.org/a)."),
        ("<a href='https://example.org/'>example.org</a>", "example.org"),
        ("<a href=javascript:x>Map</a>", "Map"),
        ("<svg onload=x>", ""),
        ("é<é>é", "é<é>é"),
    ] {
        assert_eq!(strip(raw).0, expected, "{raw}");
    }
}

#[test]
fn entities_are_decoded_once() {
    assert_eq!(decode("&amp;lt;b&gt; &nbsp;&#x41; &bogus; & x"), "&lt;b> \u{a0}A &bogus; & x");
}

#[test]
fn text_made_to_wear_a_reader_out_has_no_tags_in_the_end() {
    for piece in ["<a ", "<!--", "<script>", "<x<", "<<b>", "<b", "&lt;", "<a href=\"http://x", "</"] {
        let text = piece.repeat(64 * 1024 / piece.len());
        let (stripped, _) = strip(&text);
        assert!(!once(&stripped).1, "{piece}");
    }
    let nested = "<b".repeat(20_000) + &">".repeat(20_000);
    assert!(!once(&strip(&nested).0).1);
}
