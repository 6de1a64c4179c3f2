//! Which conference services a listing may link to, and what can be dialled.
//!
//! The list is the one that every reader of Meeting Guide feeds shares: a link
//! to a host that is not on it is ignored by them, and would make a meeting
//! look online that nobody can join. A host is on the list when it is one of
//! its domains or lies below one (`us04web.zoom.us`), compared label by label,
//! so that `evilzoom.us` and `zoom.us.evil.com` are not.
//!
//! To add a provider: one line in [`PROVIDERS`], and a look at whether the
//! other readers know it too.

use url::Url;

/// Domains and what people call the service.
pub const PROVIDERS: [(&str, &str); 21] = [
    ("bluejeans.com", "BlueJeans"),
    ("discord.gg", "Discord"),
    ("freeconference.com", "FreeConference"),
    ("freeconferencecall.com", "FreeConferenceCall"),
    ("goto.com", "GoTo"),
    ("gotomeet.me", "GoTo"),
    ("gotomeeting.com", "GoTo"),
    ("horizon.meta.com", "Meta Horizon"),
    ("maps.secondlife.com", "Second Life"),
    ("meet.google.com", "Google Meet"),
    ("meet.jit.si", "Jitsi"),
    ("meetings.dialpad.com", "Dialpad"),
    ("signal.group", "Signal"),
    ("skype.com", "Skype"),
    ("slurl.com", "Second Life"),
    ("teams.live.com", "Microsoft Teams"),
    ("teams.microsoft.com", "Microsoft Teams"),
    ("vrchat.com", "VRChat"),
    ("webex.com", "Webex"),
    ("zoho.com", "Zoho"),
    ("zoom.us", "Zoom"),
];

/// How many digits a phone number that one can join by has at least.
pub const DIALABLE_DIGITS: usize = 10;

/// The service behind an absolute http(s) address, when it is on the list.
pub fn provider(url: &str) -> Option<&'static str> {
    match plain_host(url) {
        Some(host) => host_provider(host),
        None => provider_of(&Url::parse(url).ok()?),
    }
}

/// The same of an address that was read already.
pub fn provider_of(url: &Url) -> Option<&'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    host_provider(url.host_str()?)
}

/// The host of an address that is written as nearly all are, of which reading all
/// of it would say the same: of names in lower case with nothing around them.
fn plain_host(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    let is_plain = |label: &str| {
        let mut bytes = label.bytes();
        bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
            && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    // Whatever has a hyphen may be a name in another script, or none.
    host.split('.').all(is_plain).then_some(host)
}

/// The service of a host (lower case), when it is on the list.
pub fn host_provider(host: &str) -> Option<&'static str> {
    let host = host.strip_suffix('.').unwrap_or(host);
    PROVIDERS.iter().find_map(|(domain, name)| {
        let below = host.strip_suffix(domain)?;
        (below.is_empty() || below.ends_with('.')).then_some(*name)
    })
}

/// Whether a phone entry has the ten digits that one can join by. Digits of a
/// meeting number behind the phone number count too: that is how every reader
/// of the format counts.
pub fn dialable(phone: &str) -> bool {
    phone.bytes().filter(u8::is_ascii_digit).count() >= DIALABLE_DIGITS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_host_is_compared_label_by_label() {
        assert_eq!(provider("https://us04web.zoom.us/j/1"), Some("Zoom"));
        assert_eq!(provider("https://ZOOM.us./j/1"), Some("Zoom"));
        assert_eq!(provider("http://user@zoom.us:443/j/1"), Some("Zoom"));
        for bad in [
            "https://evilzoom.us/j/1",
            "https://zoom.us.evil.com/j/1",
            "https://us04web.zoom/j/1",
            "https://zoom.us@evil.com/",
            "zoom.us/j/1",
            "ftp://zoom.us/j/1",
            "javascript:zoom.us",
            "",
        ] {
            assert_eq!(provider(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_plain_host_is_the_one_that_is_read(
            scheme in "https?|ftp|HTTP", host in "([abXYZ1.:@-]{0,3}\\.)?(zoom\\.us|webex\\.com|x1)\\.?", rest in "([/?#\\\\ ]\\PC{0,8})?",
        ) {
            let url = format!("{scheme}://{host}{rest}");
            let read = Url::parse(&url).ok().and_then(|url| provider_of(&url));
            prop_assert_eq!(provider(&url), read, "{}", url);
            if let Some(plain) = plain_host(&url) {
                let url = Url::parse(&url).unwrap();
                prop_assert_eq!(url.host_str(), Some(plain));
            }
        }
    }

    #[test]
    fn what_is_written_plainly_need_not_be_read() {
        assert_eq!(plain_host("https://us04web.zoom.us/j/1?pwd=x"), Some("us04web.zoom.us"));
        for other in [
            "https://zoom.us:443/",
            "https://a@zoom.us",
            "https://zoom.us?x",
            "https://xn--a.zoom.us/",
            "//zoom.us/",
            "https://",
        ] {
            assert_eq!(plain_host(other), None, "{other}");
        }
    }

    #[test]
    fn every_domain_of_the_list_is_found() {
        for (domain, name) in PROVIDERS {
            assert_eq!(provider(&format!("https://www.{domain}/x")), Some(name));
        }
    }

    #[test]
    fn ten_digits_can_be_dialled() {
        assert!(dialable("+1 (312) 626-6799"));
        assert!(!dialable("312-626-679"));
        assert!(!dialable("٣١٢٦٢٦٦٧٩٩"));
    }
}
