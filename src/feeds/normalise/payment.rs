//! Where contributions go: names at four services, never amounts.
//!
//! A link to somebody's page at the service is that name; a name without its
//! sign gets it. To add a service: one function, and a field of
//! `directory::Contribution`.

use super::super::limits::limit;

/// A name at a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handle {
    /// With its sign.
    pub name: String,
    /// The sign was missing.
    pub mended: bool,
}

/// A Venmo name, `@Handle`.
pub(crate) fn venmo(raw: &str) -> Option<Handle> {
    let name = from_page(raw, &["venmo.com/u/", "account.venmo.com/u/", "venmo.com/"]);
    signed(name, '@', "venmo", is_word)
}

/// A Cash App name, `$Cashtag`.
pub(crate) fn square(raw: &str) -> Option<Handle> {
    let name = from_page(raw, &["cash.app/", "cash.me/"]);
    signed(name, '$', "square", is_word)
}

/// A PayPal.me name: letters and digits, at most 20.
pub(crate) fn paypal(raw: &str) -> Option<Handle> {
    let name = from_page(raw, &["paypal.me/", "paypal.com/paypalme/", "paypal.com/paypalme2/"]);
    let bare = name.strip_prefix('@').unwrap_or(name);
    let fits = !bare.is_empty() && limit("paypal").holds(bare) && bare.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| Handle { name: bare.to_owned(), mended: bare != name })
}

/// A code at homegroup.online.
pub(crate) fn homegroup_online(raw: &str) -> Option<Handle> {
    let code = from_page(raw, &["homegroup.online/"]);
    let fits = !code.is_empty() && limit("homegroup_online").holds(code) && code.bytes().all(is_word);
    fits.then(|| Handle { name: code.to_owned(), mended: false })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

fn signed(name: &str, sign: char, field: &str, allowed: fn(u8) -> bool) -> Option<Handle> {
    let bare = name.strip_prefix(sign).unwrap_or(name);
    let signed = format!("{sign}{bare}");
    let fits = !bare.is_empty() && limit(field).holds(&signed) && bare.bytes().all(allowed);
    fits.then_some(Handle { mended: bare.len() == name.len(), name: signed })
}

/// What follows the service's address, when a text is one.
fn from_page<'a>(raw: &'a str, pages: &[&str]) -> &'a str {
    let text = raw.trim();
    let start = ["https://", "http://"].iter().find_map(|scheme| after(text, scheme)).unwrap_or(text);
    let start = after(start, "www.").unwrap_or(start);
    match pages.iter().find_map(|page| after(start, page)) {
        Some(name) => name.split(['?', '#', '/']).next().unwrap_or(name),
        None => text,
    }
}

fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    text.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix)).map(|_| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Parser = fn(&str) -> Option<Handle>;
    type Case = (Parser, &'static str, Option<(&'static str, bool)>);

    #[test]
    fn names_are_read() {
        let cases: [Case; 16] = [
            (venmo, "@Handle-1", Some(("@Handle-1", false))),
            (venmo, "Handle", Some(("@Handle", true))),
            (venmo, "https://venmo.com/u/Handle?x=1", Some(("@Handle", true))),
            (venmo, "@A @B", None),
            (venmo, "someone@example.org", None),
            (venmo, "@", None),
            (square, "$Cash", Some(("$Cash", false))),
            (square, "Cash", Some(("$Cash", true))),
            (square, "https://cash.app/$Cash", Some(("$Cash", false))),
            (paypal, "GroupName", Some(("GroupName", false))),
            (paypal, "https://www.PayPal.me/GroupName/5", Some(("GroupName", false))),
            (paypal, "@GroupName", Some(("GroupName", true))),
            (paypal, "someone@example.org", None),
            (paypal, "abcdefghijklmnopqrstu", None),
            (homegroup_online, "abc_1", Some(("abc_1", false))),
            (homegroup_online, "a/b", None),
        ];
        for (parser, raw, expected) in cases {
            let read = parser(raw);
            assert_eq!(read.as_ref().map(|handle| (handle.name.as_str(), handle.mended)), expected, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn a_name_that_was_read_is_read_again(raw in "\\PC*|[@$]?[A-Za-z0-9_-]{0,30}") {
            for parser in [venmo as Parser, square, paypal, homegroup_online] {
                if let Some(handle) = parser(&raw) {
                    prop_assert_eq!(parser(&handle.name), Some(Handle { name: handle.name, mended: false }));
                }
            }
        }
    }
}
