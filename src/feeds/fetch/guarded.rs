//! Asking only where the program may.
//!
//! Two roads lead out. The public one: https on port 443, to public addresses,
//! and to those that the operator allows. The other: whatever scheme and port,
//! to addresses that the operator allows and to no others; it is there only
//! where some are. A URL tells which of them it takes, before anything is
//! connected to; where its name points to is judged when it is resolved.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, Url, redirect};

use super::{FetchError, address::is_public, resolver::PublicOnly};
use crate::config::Networks;

/// One question takes at most so long, with its answer.
const WITHIN: Duration = Duration::from_secs(15);

/// Clients that connect to nothing but what may be asked.
#[derive(Debug, Clone)]
pub struct GuardedClient {
    allowed: Networks,
    on_public: Client,
    on_allowed: Option<Client>,
}

/// How a URL is gone to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Road {
    Public,
    Allowed,
}

impl GuardedClient {
    /// Clients that resolve names with `resolver`, go where that allows, and
    /// follow at most so many redirects; with none, they are answers.
    ///
    /// # Errors
    /// When the platform's certificates cannot be loaded.
    pub fn new(resolver: &PublicOnly, hops: usize) -> Result<Self, FetchError> {
        let allowed = resolver.allowed().clone();
        let on_public = client(resolver.clone(), Road::Public, hops)?;
        let on_allowed =
            if allowed.is_empty() { None } else { Some(client(resolver.clone().only_allowed(), Road::Allowed, hops)?) };
        Ok(Self { allowed, on_public, on_allowed })
    }

    /// What may ask for a URL.
    ///
    /// # Errors
    /// [`FetchError::Refused`] where nothing may.
    pub fn for_url(&self, url: &Url) -> Result<&Client, FetchError> {
        match road(&self.allowed, url) {
            Some(Road::Public) => Ok(&self.on_public),
            Some(Road::Allowed) => self.on_allowed.as_ref().ok_or(FetchError::Refused),
            None => Err(FetchError::Refused),
        }
    }
}

/// Whether a URL is one that may be asked for, as far as it can be told before
/// its name is resolved.
pub fn may_ask(allowed: &Networks, url: &Url) -> bool {
    road(allowed, url).is_some()
}

fn client(resolver: PublicOnly, on: Road, hops: usize) -> Result<Client, FetchError> {
    let allowed = resolver.allowed().clone();
    let policy = redirect::Policy::custom(move |attempt| {
        // What is public may be gone to from both.
        let may = road(&allowed, attempt.url()).is_some_and(|to| to == on || to == Road::Public);
        if !may {
            attempt.error(FetchError::Refused)
        } else if attempt.previous().len() > hops {
            attempt.error(FetchError::TooManyRedirects)
        } else {
            attempt.follow()
        }
    });
    let builder = Client::builder()
        .dns_resolver(Arc::new(resolver))
        .redirect(if hops == 0 { redirect::Policy::none() } else { policy })
        .https_only(on == Road::Public)
        .no_proxy()
        .timeout(WITHIN)
        .user_agent(concat!("openchair/", env!("CARGO_PKG_VERSION")));
    builder.build().map_err(|error| FetchError::of(&error))
}

/// The road that leads to a URL; a literal address in it never reaches a
/// resolver and is judged here.
fn road(allowed: &Networks, url: &Url) -> Option<Road> {
    let anonymous = url.username().is_empty() && url.password().is_none();
    if !anonymous || !["https", "http"].contains(&url.scheme()) {
        return None;
    }
    let plain = url.scheme() == "https" && url.port().is_none();
    let literal = match url.host()? {
        url::Host::Domain(_) if plain => return Some(Road::Public),
        url::Host::Domain(_) => return (!allowed.is_empty()).then_some(Road::Allowed),
        url::Host::Ipv4(address) => address.into(),
        url::Host::Ipv6(address) => address.into(),
    };
    if allowed.contain(literal) {
        return Some(Road::Allowed);
    }
    (plain && is_public(literal)).then_some(Road::Public)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(allowed: &str, url: &str) -> Option<Road> {
        road(&allowed.parse().unwrap(), &url.parse().unwrap())
    }

    #[test]
    fn only_public_https_addresses_are_asked_for() {
        for public in
            ["https://example.org/wp-admin/admin-ajax.php?action=meetings&key=1", "https://93.184.215.14/feed.json"]
        {
            assert_eq!(to("", public), Some(Road::Public), "{public}");
        }
        for refused in [
            "http://example.org/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "https://example.org:8443/",
            "https://user@example.org/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://10.0.0.1./",
        ] {
            assert_eq!(to("", refused), None, "{refused}");
        }
    }

    #[test]
    fn what_the_operator_allows_is_asked_by_whatever_scheme_and_port() {
        let allowed = "127.0.0.0/8, fd00::/8";
        for address in ["http://127.0.0.1:8080/", "https://127.1.2.3/", "http://2130706433/", "http://[fd00::1]:1/"] {
            assert_eq!(to(allowed, address), Some(Road::Allowed), "{address}");
        }
        // A name is judged by where it points to; the public road takes no port.
        assert_eq!(to(allowed, "https://example.org/"), Some(Road::Public));
        assert_eq!(to(allowed, "http://example.org:8080/"), Some(Road::Allowed));
        for refused in ["http://93.184.215.14/", "http://10.0.0.1/", "https://10.0.0.1/", "http://me@127.0.0.1/"] {
            assert_eq!(to(allowed, refused), None, "{refused}");
        }
        assert_eq!(to(allowed, "ftp://127.0.0.1/"), None);
    }
}
