//! HTML out of text that should have had none.
//!
//! A tag is `<`, a name of ASCII letters and digits, and everything to the
//! next `>`; so `<3`, `a < b`, `<bob@example.org>` and `<https://example.org>`
//! stay. Tags that end a line become line ends; scripts, styles and comments
//! go with what is in them; the address of a link stays behind its words.
//!
//! To treat another element as a line of its own: [`BLOCKS`].

use std::borrow::Cow;

/// Elements that start on a line of their own.
const BLOCKS: [&str; 16] =
    ["br", "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote"];

/// How often stripping may uncover another tag before every `<` goes.
const ROUNDS: usize = 8;

/// Takes the tags out; says whether there were any. What comes out has none,
/// even where taking one out made another.
pub(crate) fn strip(text: &str) -> (String, bool) {
    let (mut text, found) = once(text);
    if found {
        for round in 0..=ROUNDS {
            let (shorter, more) = once(&text);
            if !more {
                break;
            }
            // Nobody writes tags nested in tags but to wear a reader out.
            text = if round == ROUNDS { shorter.replace('<', "") } else { shorter };
        }
    }
    (text, found)
}

fn once(text: &str) -> (String, bool) {
    let ends = Ends::of(text);
    let mut out = String::with_capacity(text.len());
    let (mut at, mut found) = (0, false);
    let mut link: Option<(String, usize)> = None;
    while let Some(ahead) = text[at..].find('<') {
        out.push_str(&text[at..at + ahead]);
        at += ahead;
        let Some(tag) = Tag::at(text, at, &ends) else {
            out.push('<');
            at += 1;
            continue;
        };
        found = true;
        at += tag.length;
        match tag.name.as_str() {
            "a" if !tag.closing => link = href(tag.attributes).map(|to| (to, out.len())),
            "a" => {
                if let Some((to, start)) = link.take() {
                    close_link(&mut out, &to, start);
                }
            }
            name if BLOCKS.contains(&name) => out.push('\n'),
            "td" | "th" => out.push(' '),
            _ => {}
        }
    }
    out.push_str(&text[at..]);
    (out, found)
}

/// Where the last end of each sort lies, so that a text full of beginnings is
/// not searched to its end for every one of them.
struct Ends {
    tag: usize,
    comment: usize,
    script: usize,
    style: usize,
    lower: String,
}

impl Ends {
    fn of(text: &str) -> Self {
        // Lower-casing ASCII keeps every byte where it is.
        let lower = text.to_ascii_lowercase();
        let last = |what: &str| lower.rfind(what).map_or(0, |at| at + 1);
        Self { tag: last(">"), comment: last("-->"), script: last("</script"), style: last("</style"), lower }
    }
}

/// Puts a link's address behind its words, unless they are the address.
fn close_link(out: &mut String, to: &str, start: usize) {
    let words = out.get(start..).unwrap_or_default().trim();
    let bare = to.trim_start_matches("mailto:").trim_start_matches("https://").trim_start_matches("http://");
    if !words.contains(bare.trim_end_matches('/')) {
        *out = format!("{} ({to})", out.trim_end());
    }
}

fn href(attributes: &str) -> Option<String> {
    let at = attributes.to_ascii_lowercase().find("href=")? + "href=".len();
    let value = &attributes[at..];
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split_whitespace().next()?,
    };
    let known = ["http://", "https://", "mailto:"].iter().any(|scheme| value.starts_with(scheme));
    (known && !value.contains(['<', '>'])).then(|| value.to_owned())
}

struct Tag<'a> {
    name: String,
    closing: bool,
    attributes: &'a str,
    /// With everything that goes with it, in bytes.
    length: usize,
}

impl<'a> Tag<'a> {
    fn at(whole: &'a str, at: usize, ends: &Ends) -> Option<Self> {
        let text = &whole[at..];
        if text.starts_with("<!--") {
            let length = (at < ends.comment).then(|| text.find("-->")).flatten()? + 3;
            return Some(Self { name: String::new(), closing: false, attributes: "", length });
        }
        let after = text.strip_prefix('<')?;
        let closing = after.starts_with('/');
        let after = after.strip_prefix('/').unwrap_or(after);
        if at >= ends.tag || !after.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        // Word writes `<o:p>`; an address `<https://…` has a slash there.
        let name_end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || c == '-'))?;
        let (name, rest) = after.split_at(name_end);
        if name.ends_with(':') || !rest.starts_with(|c: char| c.is_whitespace() || c == '/' || c == '>') {
            return None;
        }
        let end = rest.find('>')?;
        let name = name.to_ascii_lowercase();
        let mut length = text.len() - rest.len() + end + 1;
        let (closer, last) = match name.as_str() {
            "script" => ("</script", ends.script),
            "style" => ("</style", ends.style),
            _ => ("", 0),
        };
        if !closing && at < last {
            let inside = ends.lower[at + length..].find(closer).unwrap_or(0);
            length += inside;
            length += whole[at + length..].find('>').map_or(whole.len() - at - length, |end| end + 1);
        }
        Some(Self { name, closing, attributes: &rest[..end], length })
    }
}

/// Decodes character references once.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    if text.contains('&') { html_escape::decode_html_entities(text) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
