//! Fetching a source, from public addresses over https only; and from whatever
//! network the operator allows besides (`OPENCHAIR_FETCH_ALLOW`).
//!
//! The address that is judged is the one that is connected to: the client
//! resolves through [`PublicOnly`] and nothing else. Every hop of a redirect is
//! judged again; a literal address in a URL never reaches a resolver and is
//! judged by itself. Whatever else goes out to an address that somebody gave us
//! takes a [`GuardedClient`], too.

mod address;
mod guarded;
mod resolver;
mod sheet;

use futures_util::TryStreamExt;
use reqwest::{StatusCode, Url};

pub use address::is_public;
pub use guarded::{GuardedClient, may_ask};
pub use resolver::PublicOnly;

use super::limits::SOURCE_BYTES;

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
    client: GuardedClient,
}

impl Fetcher {
    /// A fetcher that resolves names with `resolver`, and goes where that
    /// allows.
    ///
    /// # Errors
    /// When the platform's certificates cannot be loaded.
    pub fn new(resolver: &PublicOnly) -> Result<Self, FetchError> {
        Ok(Self { client: GuardedClient::new(resolver, HOPS)? })
    }

    /// The body at `address`, at most 64 MiB; of a Google Sheet its table as
    /// CSV.
    ///
    /// # Errors
    /// As [`FetchError`] says; nothing is connected to where it is refused.
    pub async fn fetch(&self, address: &str) -> Result<Vec<u8>, FetchError> {
        let url = sheet::export(address.parse::<Url>().map_err(|_| FetchError::Refused)?);
        let asking = self.client.for_url(&url)?.get(url).send();
        let response = asking.await.map_err(|error| FetchError::of(&error))?;
        if !response.status().is_success() {
            return Err(FetchError::Status(response.status()));
        }
        let mut body = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.try_next().await.map_err(|error| FetchError::of(&error))? {
            if body.len() as u64 + chunk.len() as u64 > SOURCE_BYTES {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

impl FetchError {
    /// What came between, by its innermost cause; without the address: it may
    /// carry a sharing key.
    pub fn of(error: &reqwest::Error) -> Self {
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        if cause.is::<Self>() || cause.is::<resolver::NotPublic>() {
            return Self::Refused;
        }
        let words = if error.is_timeout() { "no answer within 15 seconds".to_owned() } else { cause.to_string() };
        Self::Unreachable(words)
    }
}
