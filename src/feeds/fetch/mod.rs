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
mod packed;
mod resolver;
mod sheet;

use futures_util::TryStreamExt;
use reqwest::{StatusCode, Url, header};

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
    #[error("the source is larger than 64 MiB, or unpacks to more than 100 times what was sent")]
    TooLarge,
    /// Redirects upon redirects.
    #[error("the source's host redirects in circles, or more than {HOPS} times")]
    TooManyRedirects,
    /// Packed, and cut off or broken.
    #[error("the source could not be unpacked to its end")]
    BrokenPack,
}

/// What a host told of a source besides its bytes, to be told to it next time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// What a host answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The source is as it was.
    Unchanged,
    /// The source.
    Source(Vec<u8>, Validators),
}

/// The longest value of a header that is remembered.
const LONGEST_VALIDATOR: usize = 1_000;

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
        match self.fetch_if_changed(address, &Validators::default()).await? {
            Fetched::Source(body, _) => Ok(body),
            // Nobody asked whether it is as it was.
            Fetched::Unchanged => Err(FetchError::Status(StatusCode::NOT_MODIFIED)),
        }
    }

    /// The same, unless the source is still what `known` tells of.
    ///
    /// # Errors
    /// As [`FetchError`] says; nothing is connected to where it is refused.
    pub async fn fetch_if_changed(&self, address: &str, known: &Validators) -> Result<Fetched, FetchError> {
        let url = sheet::export(address.parse::<Url>().map_err(|_| FetchError::Refused)?);
        let mut asking = self.client.for_url(&url)?.get(url).header(header::ACCEPT_ENCODING, "gzip");
        for (name, value) in [(header::IF_NONE_MATCH, &known.etag), (header::IF_MODIFIED_SINCE, &known.last_modified)] {
            if let Some(value) = value {
                asking = asking.header(name, value);
            }
        }
        let response = asking.send().await.map_err(|error| FetchError::of(&error))?;
        let conditional = *known != Validators::default();
        if response.status() == StatusCode::NOT_MODIFIED && conditional {
            return Ok(Fetched::Unchanged);
        }
        if !response.status().is_success() {
            return Err(FetchError::Status(response.status()));
        }
        let validators = Validators::of(response.headers());
        let coding = packed::Coding::of(response.headers())?;
        let body = Self::body(response).await?;
        Ok(Fetched::Source(coding.unpack(body).await?, validators))
    }

    async fn body(response: reqwest::Response) -> Result<Vec<u8>, FetchError> {
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

impl Validators {
    fn of(headers: &header::HeaderMap) -> Self {
        let value = |name| {
            let value = headers.get(name)?.to_str().ok()?;
            (value.len() <= LONGEST_VALIDATOR).then(|| value.to_owned())
        };
        let last_modified = value(header::LAST_MODIFIED).filter(|value| value.len() <= 100);
        Self { etag: value(header::ETAG), last_modified }
    }
}

impl FetchError {
    /// One word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused => "refused_address",
            Self::Unreachable(_) => "unreachable",
            Self::Status(_) => "bad_status",
            Self::TooLarge => "too_large",
            Self::TooManyRedirects => "too_many_redirects",
            Self::BrokenPack => "unreadable",
        }
    }

    /// What came between, by its innermost cause; without the address: it may
    /// carry a sharing key.
    pub fn of(error: &reqwest::Error) -> Self {
        let mut cause: &dyn std::error::Error = error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        match cause.downcast_ref::<Self>() {
            Some(Self::TooManyRedirects) => return Self::TooManyRedirects,
            Some(_) => return Self::Refused,
            None if cause.is::<resolver::NotPublic>() => return Self::Refused,
            None => {}
        }
        let words = if error.is_timeout() { "no answer within 15 seconds".to_owned() } else { cause.to_string() };
        Self::Unreachable(words)
    }
}
