//! Links and mail addresses in what peers write.
//!
//! They would lead out of the circle, to what somebody sells, or to who
//! somebody is. This is no contest with people who hide one on purpose: it
//! finds what a phone would make a link of, and leaves sentences alone whose
//! writer forgot a space after the full stop. So a name is one
//! - with a scheme, slashes or `www.` before it,
//! - with a path or a port behind an ending that there is (the public suffix
//!   list says which), for `step.to/go` looks like `youtu.be/go`,
//! - alone, where its ending is no word that a clause begins with
//!   ([`endings::WORDS`]): `evil.top`, but not `fine.today`.
//!
//! Not found: alone, a name under such a word (`casino.bet`), one whose ending
//! begins with a capital (`evil.Top`, a new sentence; but for the most usual
//! endings), and one under an ending in another script than Latin, which in
//! languages without spaces is a sentence; numbers for names without a path;
//! names with spaces in them, or spelled out.

mod endings;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use endings::{ANYWHERE, KNOWN, SCHEMES, WORDS, WORDY_SCHEMES, has};

/// Whether a text has a link or a mail address.
pub(super) fn has_link(text: &str) -> bool {
    // As a browser reads a name: wide letters and other full stops are plain
    // ones; and its slashes, which may lean either way.
    let plain = text.nfkc().map(|c| match c {
        '\u{3002}' | '\u{ff61}' => '.',
        '\\' => '/',
        c => c,
    });
    let plain: String = plain.collect();
    plain.split_whitespace().any(|token| has_scheme(token) || has_slashes(token) || has_mail(token) || has_name(token))
}

/// `https://…`, `mailto:…`, wherever it stands.
fn has_scheme(token: &str) -> bool {
    token.match_indices(':').any(|(at, _)| {
        let (before, rest) = (&token[..at], &token[at + 1..]);
        let in_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let scheme = before.rsplit(|c| !in_scheme(c)).next().unwrap_or_default().to_ascii_lowercase();
        // Behind a hyphen or full stop that is no part of it, too.
        let last = scheme.rsplit(['-', '.', '+']).next().unwrap_or_default();
        let is = |list| has(list, &scheme) || has(list, last);
        let leads = |marks: &[char]| rest.starts_with(|c: char| marks.contains(&c));
        let behind = rest.trim_start_matches('/');
        let anything = behind.len() + 2 <= rest.len() && behind.starts_with(|c: char| c.is_alphanumeric() || c == '[');
        anything
            || (is(SCHEMES) && (leads(&['+', '/', '?', '#', '@', '%']) || rest.starts_with(char::is_alphanumeric)))
            || (is(WORDY_SCHEMES) && leads(&['+', '/', '?', '#', '@', '%', ',']))
            || (last == "data" && is_media(rest))
    })
}

/// `text/html,…`, `image/png;base64,…`
fn is_media(rest: &str) -> bool {
    let media = rest.split_once(['/', ';']).filter(|(kind, _)| kind.bytes().all(|b| b.is_ascii_alphabetic()));
    media.is_some_and(|(_, data)| data.contains(','))
}

/// `//example.…`, which begins where the scheme of the page is taken over.
fn has_slashes(token: &str) -> bool {
    token.match_indices("//").any(|(at, _)| {
        let inside = token[..at].ends_with(char::is_alphanumeric);
        let host: String = token[at + 2..].chars().take_while(|c| in_name(*c)).collect();
        !inside && host.trim_matches('.').contains('.')
    })
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
    let labels: Vec<&str> = run.split('.').map(|label| label.trim_matches('-')).filter(|one| !one.is_empty()).collect();
    let [.., before, last] = labels[..] else { return false };
    let ending = last.to_lowercase();
    let is_begun = |mark: &str| labels.iter().any(|label| label.to_lowercase().starts_with(mark));
    if labels[0].eq_ignore_ascii_case("www") || is_begun("xn--") || has_usual_ending(run) {
        return true;
    }
    // Two full stops are no name, but the end of a sentence.
    if run.contains("..") {
        return false;
    }
    // A new sentence begins with a capital.
    let sentence = last.starts_with(char::is_uppercase) && last.chars().skip(1).all(char::is_lowercase);
    let (word, there) = (has(WORDS, &ending), exists(&ending));
    let leads = has_path(behind) && (is_number(&labels) || (there && !(word && sentence)));
    let alone = there && ending.is_ascii() && !word && !sentence;
    leads || alone || (!sentence && has(KNOWN, &format!("{}.{ending}", before.to_lowercase())))
}

/// Whether there are names with that ending; of some there are none but
/// under a second one.
fn exists(ending: &str) -> bool {
    psl::suffix(format!("x.{ending}").as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// Whether one of the usual endings stands in a name.
fn has_usual_ending(run: &str) -> bool {
    let labels: Vec<&str> = run.split('.').map(|label| label.trim_matches('-')).collect();
    labels.windows(2).any(|pair| {
        let ending = pair[1].to_lowercase();
        let sentence = pair[1].starts_with(char::is_uppercase) && !has("com org net", &ending);
        !pair[0].is_empty() && has(ANYWHERE, &ending) && (!sentence || pair[1].chars().skip(1).any(char::is_uppercase))
    })
}

/// `/path` or `:8080`
fn has_path(behind: &str) -> bool {
    let path = |rest: &str| rest.starts_with(|c: char| c.is_alphanumeric() || "@~?#_-".contains(c));
    let port = |rest: &str| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (2..=5).contains(&digits) && !rest[digits..].starts_with(|c: char| c.is_alphanumeric() || c == ':')
    };
    behind.strip_prefix('/').is_some_and(path) || behind.strip_prefix(':').is_some_and(port)
}

/// `192.0.2.1`
fn is_number(labels: &[&str]) -> bool {
    labels.len() == 4 && labels.iter().all(|label| label.parse::<u8>().is_ok())
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || c == '-' || c == '.'
}

#[cfg(test)]
mod tests;
