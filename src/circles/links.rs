//! Links and mail addresses in what peers write.
//!
//! They would lead out of the circle, to what somebody sells, or to who
//! somebody is. This is no contest with people who hide one on purpose: it
//! finds what a phone would make a link of, and leaves sentences alone whose
//! writer forgot a space after the full stop.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Endings that are no words; wherever they stand in a name.
const ENDINGS: [&str; 24] = [
    "com",
    "org",
    "net",
    "edu",
    "gov",
    "info",
    "biz",
    "io",
    "app",
    "dev",
    "xyz",
    "online",
    "site",
    "shop",
    "store",
    "club",
    "link",
    "chat",
    "blog",
    "wiki",
    "zone",
    "page",
    "рф",
    "онлайн",
];
/// Those of countries that are rarely a word, at the end of a name.
const COUNTRIES: [&str; 40] = [
    "ai", "ar", "au", "br", "ca", "cc", "ch", "cl", "cn", "cz", "de", "dk", "eu", "fi", "fr", "gg", "gl", "gr", "hk",
    "hu", "ie", "il", "jp", "kr", "ly", "mx", "nl", "nz", "pl", "pt", "ru", "sk", "th", "tr", "tv", "tw", "ua", "uk",
    "vn", "za",
];
/// Those that are words as well: a link only with a path behind.
const WORDY: [&str; 24] = [
    "al", "am", "as", "at", "be", "co", "do", "es", "id", "in", "is", "it", "la", "lt", "me", "my", "no", "pm", "se",
    "si", "so", "st", "to", "us",
];
/// What an address may begin with that has no `//`.
const SCHEMES: [&str; 9] = ["mailto", "javascript", "data", "tel", "sms", "magnet", "tg", "whatsapp", "skype"];

/// Whether a text has a link or a mail address.
pub(super) fn has_link(text: &str) -> bool {
    // As a browser reads a name: wide letters and other full stops are plain ones.
    let plain: String = text.nfkc().map(|c| if matches!(c, '\u{3002}' | '\u{ff61}') { '.' } else { c }).collect();
    plain.split_whitespace().any(|token| leads(token) || has_mail(token) || has_name(token))
}

/// `https://…`, `mailto:…`
fn leads(token: &str) -> bool {
    let scheme = |(name, rest): (&str, &str)| {
        let name = name.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let known = SCHEMES.iter().any(|scheme| name.eq_ignore_ascii_case(scheme));
        known && rest.starts_with(|c: char| c.is_alphanumeric() || c == '+' || c == '/' || c == '?')
    };
    token.contains("://") || token.split_once(':').is_some_and(scheme)
}

/// `name@example.org`
fn has_mail(token: &str) -> bool {
    token.match_indices('@').any(|(at, _)| {
        let named = token[..at].ends_with(|c: char| c.is_alphanumeric() || "._%+-\"".contains(c));
        let host: String = token[at + 1..].chars().take_while(|c| in_name(*c)).collect();
        let labels: Vec<&str> = host.split('.').collect();
        let ends = |pair: &[&str]| !pair[0].is_empty() && is_ending(pair[1]);
        named && labels.windows(2).any(ends)
    })
}

fn is_ending(label: &str) -> bool {
    label.chars().count() >= 2 && label.chars().all(char::is_alphabetic)
}

/// `example.org`, `www.example.…`, `t.me/…`
fn has_name(token: &str) -> bool {
    let mut rest = token;
    while let Some(start) = rest.find(in_name) {
        let run = &rest[start..];
        let end = run.find(|c| !in_name(c)).unwrap_or(run.len());
        if is_name(&run[..end], &run[end..]) {
            return true;
        }
        rest = &run[end..];
    }
    false
}

fn is_name(run: &str, behind: &str) -> bool {
    let path = behind.strip_prefix('/').is_some_and(|path| path.starts_with(|c: char| c.is_alphanumeric() || c == '@'));
    let labels: Vec<&str> = run.trim_end_matches('.').split('.').map(|label| label.trim_matches('-')).collect();
    let last = labels.len() - 1;
    labels.windows(2).enumerate().any(|(at, pair)| {
        let (before, label) = (pair[0], pair[1].to_lowercase());
        if before.is_empty() || label.is_empty() {
            return false;
        }
        // A new sentence begins with a capital.
        let sentence = pair[1].chars().next().is_some_and(char::is_uppercase)
            && pair[1].chars().skip(1).all(char::is_lowercase)
            && !["com", "org", "net"].contains(&&*label);
        let is = |endings: &[&str]| endings.contains(&&*label);
        let ending = is(&ENDINGS) || (at + 1 == last && (is(&COUNTRIES) || (path && is(&WORDY))));
        before.eq_ignore_ascii_case("www") || (ending && !sentence)
    })
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || c == '-' || c == '.'
}
