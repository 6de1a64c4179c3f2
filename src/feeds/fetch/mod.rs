//! Fetching a source over https, from public addresses only.
//!
//! The address that is judged is the one that is connected to: the client
//! resolves through [`PublicOnly`] and nothing else. Every hop of a redirect is
//! judged again; a literal address in a URL never reaches a resolver and is
//! judged by itself.

mod address;
mod resolver;
mod sheet;

use std::{sync::Arc, time::Duration};

use futures_util::TryStreamExt;
use reqwest::{Client, StatusCode, Url, dns::Resolve, redirect};

pub use address::is_public;
pub use resolver::PublicOnly;

use super::limits::SOURCE_BYTES;

/// A whole fetch takes at most so long.
const WITHIN: Duration = Duration::from_secs(15);
/// Redirects that are followed.
const HOPS: usize = 3;

/// Why a source could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Not an address that is fetched at all.
    #[error("the source must be an https address on port 443 without a user name, and not a private or local one")]
    Refused,
    /// The host did not answer, or not in time.
    #[error("the source's host does not answer: {0}")]
    Unreachable(String),
    /// The host answered with something other than success.
    #[error("the source's host answered {0}")]
    Status(StatusCode),
    /// Over the bound of a source.
    #[error("the source is larger than 64 MiB")]
    TooLarge,
}

/// Fetches sources.
#[derive(Debug, Clone)]
pub struct Fetcher {
    client: Client,
}

impl Fetcher {
    /// A fetcher that resolves names with `resolver`; use [`PublicOnly`].
    ///
    /// # Errors
    /// When the platform's certificates cannot be loaded.
    pub fn new(resolver: Arc<dyn Resolve>) -> Result<Self, FetchError> {
        let hop = redirect::Policy::custom(|attempt| {
            if attempt.previous().len() > HOPS || !may_fetch(attempt.url()) {
                attempt.error(FetchError::Refused)
            } else {
                attempt.follow()
            }
        });
        let client = Client::builder()
            .dns_resolver(resolver)
            .redirect(hop)
            .https_only(true)
            .no_proxy()
            .timeout(WITHIN)
            .user_agent(concat!("openchair/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { client: client.map_err(|error| unreachable(&error))? })
    }

    /// The body at `address`, at most 64 MiB; of a Google Sheet its table as
    /// CSV.
    ///
    /// # Errors
    /// As [`FetchError`] says; nothing is connected to where it is refused.
    pub async fn fetch(&self, address: &str) -> Result<Vec<u8>, FetchError> {
        let url = address.parse::<Url>().ok().filter(may_fetch).ok_or(FetchError::Refused)?;
        let response = self.client.get(sheet::export(url)).send().await.map_err(|error| unreachable(&error))?;
        if !response.status().is_success() {
            return Err(FetchError::Status(response.status()));
        }
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.try_next().await.map_err(|error| unreachable(&error))? {
            if body.len() as u64 + chunk.len() as u64 > SOURCE_BYTES {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// Whether a URL is one that may be asked for; its name is judged when it is
/// resolved.
fn may_fetch(url: &Url) -> bool {
    let host = match url.host() {
        Some(url::Host::Domain(_)) => true,
        Some(url::Host::Ipv4(address)) => is_public(address.into()),
        Some(url::Host::Ipv6(address)) => is_public(address.into()),
        None => false,
    };
    let anonymous = url.username().is_empty() && url.password().is_none();
    host && anonymous && url.scheme() == "https" && url.port().is_none()
}

/// The innermost cause, without the address: it may carry a sharing key.
fn unreachable(error: &reqwest::Error) -> FetchError {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if cause.is::<FetchError>() || cause.is::<resolver::NotPublic>() {
        return FetchError::Refused;
    }
    let words = if error.is_timeout() { "no answer within 15 seconds".to_owned() } else { cause.to_string() };
    FetchError::Unreachable(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_https_addresses_are_asked_for() {
        let may = |text: &str| text.parse::<Url>().is_ok_and(|url| may_fetch(&url));
        assert!(may("https://example.org/wp-admin/admin-ajax.php?action=meetings&key=1"));
        assert!(may("https://93.184.215.14/feed.json"));
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
            assert!(!may(refused), "{refused}");
        }
    }
}
