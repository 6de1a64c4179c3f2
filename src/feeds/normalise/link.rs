//! Links: to a conference, to a website, for feedback.
//!
//! Only http and https leave here (and `mailto:` for feedback); a scheme that
//! runs something (`javascript:`) is never kept, not even as words.

use url::Url;

use super::wrapped;
use crate::directory::{host_provider, provider};

/// What a text for a conference link is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ConferenceLink {
    /// A link to a known service.
    Listed {
        /// Absolute.
        url: String,
        /// It was completed, unwrapped or taken out of a longer text.
        mended: bool,
        /// The words around it.
        rest: Option<String>,
    },
    /// Something else that people may make sense of.
    Words,
    /// An address that runs something.
    Dangerous,
}

/// Reads a text for a conference link.
pub(crate) fn conference(raw: &str) -> ConferenceLink {
    let text = raw.trim();
    if is_dangerous(text) {
        return ConferenceLink::Dangerous;
    }
    let mut tokens = text.split_whitespace();
    let found = tokens.clone().find_map(|token| listed(token).map(|found| (token, found)));
    let Some((token, (url, mended))) = found else { return ConferenceLink::Words };
    let alone = tokens.next() == Some(token) && tokens.next().is_none();
    ConferenceLink::Listed { url, mended: mended || !alone, rest: (!alone).then(|| text.to_owned()) }
}

/// The address of a known service that a word is, and whether it took more
/// than reading it.
fn listed(word: &str) -> Option<(String, bool)> {
    let word = word.trim_end_matches([',', ';']);
    if provider(word).is_some() {
        let spelt_out = ["http://", "https://"].iter().any(|scheme| starts_with(word, scheme));
        let url = Url::parse(word).ok()?;
        let plain = spelt_out && word.bytes().all(|b| b.is_ascii_graphic());
        return Some(if plain { (word.to_owned(), false) } else { (url.into(), true) });
    }
    if let Some(inside) = wrapped::unwrap(word) {
        return provider(&inside).and_then(|_| Url::parse(&inside).ok()).map(|url| (url.into(), true));
    }
    let url = with_scheme(word)?;
    host_provider(url.host_str()?).map(|_| (url.into(), true))
}

fn starts_with(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// `zoom.us/j/1` and `//zoom.us/j/1`, completed.
fn with_scheme(word: &str) -> Option<Url> {
    let bare = word.trim_start_matches('/');
    let host = bare.split(['/', '?', '#']).next().unwrap_or_default();
    let hostlike = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let labels = host.split('.').count();
    // A version or an amount (`3.50`) has no letters in its last label.
    let named = host.rsplit('.').next().is_some_and(|label| label.len() > 1 && label.chars().all(char::is_alphabetic));
    if labels < 2 || !named || !host.chars().all(hostlike) {
        return None;
    }
    Url::parse(&format!("https://{bare}")).ok()
}

/// Whether a text is an address that runs something when it is followed.
/// Browsers skip control characters and spaces in front and within.
fn is_dangerous(text: &str) -> bool {
    let scheme: String =
        text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take_while(|c| *c != ':').take(12).collect();
    let known = ["javascript", "vbscript", "data", "file", "blob"];
    text.contains(':') && known.iter().any(|bad| scheme.eq_ignore_ascii_case(bad))
}

/// An absolute http(s) address, and whether `https://` had to be added.
pub(crate) fn website(raw: &str) -> Option<(String, bool)> {
    let text = raw.trim();
    if text.contains(char::is_whitespace) {
        return None;
    }
    let url = match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        _ => return with_scheme(text).map(|url| (url.into(), true)),
    };
    let spelt_out = ["http://", "https://"].iter().any(|scheme| starts_with(text, scheme));
    let host = url.host_str()?;
    if !host.contains('.') || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let plain = spelt_out && text.bytes().all(|b| b.is_ascii_graphic());
    Some(if plain { (text.to_owned(), false) } else { (url.into(), !spelt_out) })
}

/// An absolute http(s) address or `mailto:`, and whether it was completed.
pub(crate) fn feedback(raw: &str) -> Option<(String, bool)> {
    let text = raw.trim();
    if starts_with(text, "mailto:") {
        let address = text["mailto:".len()..].split('?').next().unwrap_or_default();
        return (is_email(address) && text.bytes().all(|b| b.is_ascii_graphic())).then(|| (text.to_owned(), false));
    }
    website(text)
}

/// Whether a text has the shape of one e-mail address.
pub(crate) fn is_email(text: &str) -> bool {
    let shape = |local: &str, domain: &str| !local.is_empty() && domain.contains('.') && !domain.contains('@');
    let odd =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | ':' | '"' | '(' | ')');
    !text.contains(odd) && text.split_once('@').is_some_and(|(local, domain)| shape(local, domain))
}

#[cfg(test)]
mod tests {
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
        for raw in
            ["https://evilzoom.us/j/1", "https://zoom.us.evil.com", "us04web.zoom/j/1", "foo/bar", "123 456 7890"]
        {
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
}
