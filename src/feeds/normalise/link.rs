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
#[path = "link_tests.rs"]
mod tests;
