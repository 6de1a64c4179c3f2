//! Links that mail filters and search engines wrapped in their own.
//!
//! To unwrap another: one function in [`unwrap`] that gives the address
//! inside; whether that is worth anything is for the caller to say.

use url::Url;

use super::percent;

/// The address inside, when a link is a wrapper.
pub(crate) fn unwrap(link: &str) -> Option<String> {
    let url = Url::parse(link).ok()?;
    let host = url.host_str()?;
    let below = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|below| below.ends_with('.'));
    let parameter = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    if below("urldefense.proofpoint.com") || below("urldefense.com") || below("urldefense.us") {
        return proofpoint(link, parameter("u"));
    }
    let google = below("google.com") && url.path() == "/url";
    match () {
        () if google => parameter("q").or_else(|| parameter("url")),
        () if below("safelinks.protection.outlook.com") => parameter("url"),
        () => None,
    }
}

/// Version 2 writes `%` as `-` and `/` as `_`; version 3 writes the address
/// between `__` and `__;`, with `*` for characters kept elsewhere, which
/// cannot be put back without guessing.
fn proofpoint(link: &str, v2: Option<String>) -> Option<String> {
    if let Some((_, rest)) = link.split_once("/v3/__") {
        let inside = rest.split("__;").next().unwrap_or(rest).trim_end_matches("__");
        return (!inside.contains('*')).then(|| inside.to_owned());
    }
    let encoded = v2?.replace('-', "%").replace('_', "/");
    Some(percent::decode(&encoded).unwrap_or(encoded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_are_opened() {
        let zoom = Some("https://us02web.zoom.us/j/1?pwd=a-b");
        for (link, expected) in [
            ("https://urldefense.com/v3/__https://us02web.zoom.us/j/1?pwd=a-b__;!!abc!x$", zoom),
            ("https://urldefense.com/v3/__https://us02web.zoom.us/j/1?pwd=a-b", zoom),
            ("https://urldefense.com/v3/__https://us02web.zoom.us/j/1?pwd=*a__;Iw!!abc", None),
            ("https://urldefense.proofpoint.com/v2/url?u=https-3A__us02web.zoom.us_j_1-3Fpwd-3Da-2Db&d=x", zoom),
            ("https://www.google.com/url?q=https://us02web.zoom.us/j/1?pwd%3Da-b&sa=D", zoom),
            (
                "https://gcc02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fus02web.zoom.us%2Fj%2F1%3Fpwd%3Da-b&data=02",
                zoom,
            ),
            ("https://google.com/search?q=https://zoom.us", None),
            ("https://evilgoogle.com/url?q=https://zoom.us", None),
            ("https://zoom.us/j/1", None),
            ("zoom", None),
        ] {
            assert_eq!(unwrap(link).as_deref(), expected, "{link}");
        }
    }
}
