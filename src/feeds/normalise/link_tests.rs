//! Links that are taken, and those that must not be.

use proptest::prelude::*;

use super::*;

fn listed_url(raw: &str) -> Option<(String, bool, bool)> {
    match conference(raw) {
        ConferenceLink::Listed { url, mended, rest } => Some((url, mended, rest.is_some())),
        ConferenceLink::Words | ConferenceLink::Dangerous => None,
    }
}

#[test]
fn conference_links_are_read() {
    for (raw, url, mended, rest) in [
        ("https://zoom.us", "https://zoom.us", false, false),
        (" https://us04web.zoom.us/j/1?pwd=A ", "https://us04web.zoom.us/j/1?pwd=A", false, false),
        ("zoom.us/j/1", "https://zoom.us/j/1", true, false),
        ("//zoom.us/j/1", "https://zoom.us/j/1", true, false),
        ("https:/zoom.us/j/1", "https://zoom.us/j/1", true, false),
        ("https://zoom.us/j/1 Passcode: 2", "https://zoom.us/j/1", true, true),
        ("Zoom: https://zoom.us/j/1", "https://zoom.us/j/1", true, true),
        ("https://urldefense.com/v3/__https://zoom.us/j/1__;!!x", "https://zoom.us/j/1", true, false),
    ] {
        assert_eq!(listed_url(raw), Some((url.to_owned(), mended, rest)), "{raw}");
    }
    for raw in ["https://evilzoom.us/j/1", "https://zoom.us.evil.com", "us04web.zoom/j/1", "foo/bar", "123 456 7890"] {
        assert_eq!(conference(raw), ConferenceLink::Words, "{raw}");
    }
    for raw in ["javascript:alert(1)//https://zoom.us", " JaVa\tscript:x", "data:text/html,x"] {
        assert_eq!(conference(raw), ConferenceLink::Dangerous, "{raw:?}");
    }
}

#[test]
fn websites_are_absolute() {
    for (raw, expected) in [
        ("https://example.org/a", Some(("https://example.org/a", false))),
        ("www.example.org", Some(("https://www.example.org/", true))),
        ("example.org/a?b", Some(("https://example.org/a?b", true))),
        ("HTTP://example.org", Some(("HTTP://example.org", false))),
        ("javascript:alert(1)", None),
        ("mailto:a@example.org", None),
        ("a@example.org", None),
        ("example", None),
        ("3.50", None),
        ("https://user:secret@example.org/", None),
        ("www.a.org or www.b.org", None),
        ("ftp://example.org", None),
        ("", None),
    ] {
        assert_eq!(website(raw), expected.map(|(url, mended)| (url.to_owned(), mended)), "{raw}");
    }
    assert!(feedback("mailto:a@example.org?subject=x").is_some());
    assert!(feedback("mailto:x").is_none());
}

proptest! {
    #[test]
    fn what_leaves_is_an_absolute_web_address(raw in "\\PC*|(https?:/?/?)?[a-z.:/@ -]{0,20}(zoom\\.us|evil\\.com)?[a-z/. ]{0,5}") {
        if let Some((url, ..)) = listed_url(&raw) {
            prop_assert!(provider(&url).is_some());
            prop_assert_eq!(listed_url(&url), Some((url, false, false)));
        }
        if let Some((url, _)) = website(&raw) {
            prop_assert_eq!(website(&url), Some((url, false)));
        }
    }
}
