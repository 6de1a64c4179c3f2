//! Resolving names to public addresses only.

use std::{future::Future, net::SocketAddr, pin::Pin, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;

/// Resolves a name to addresses, whatever they are.
pub type Lookup =
    dyn Fn(String) -> Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>> + Send + Sync;

/// A resolver that refuses a name of which any address is not public: a name
/// that points both ways is an attempt.
#[derive(Clone)]
pub struct PublicOnly(Arc<Lookup>);

/// The name points to an address that is not public.
#[derive(Debug, thiserror::Error)]
#[error("the name points to a private or local address")]
pub(super) struct NotPublic;

impl PublicOnly {
    /// Over the system's resolver.
    pub fn system() -> Self {
        Self::over(|name| Box::pin(async move { Ok(tokio::net::lookup_host((name.as_str(), 443)).await?.collect()) }))
    }

    /// Over another resolver; for tests.
    pub fn over(
        lookup: impl Fn(String) -> Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self(Arc::new(lookup))
    }
}

impl std::fmt::Debug for PublicOnly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PublicOnly")
    }
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.0)(name.as_str().to_owned());
        Box::pin(async move {
            let found = found.await?;
            if found.iter().any(|address| !is_public(address.ip())) {
                return Err(NotPublic.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn resolve(addresses: &'static [&'static str]) -> Option<usize> {
        let resolver = PublicOnly::over(move |_| {
            let found = addresses.iter().map(|a| SocketAddr::new(a.parse().unwrap(), 0)).collect();
            Box::pin(async move { Ok(found) })
        });
        resolver.resolve("feed.example.org".parse().unwrap()).await.ok().map(Iterator::count)
    }

    #[tokio::test]
    async fn a_name_with_any_private_address_is_refused() {
        assert_eq!(resolve(&["93.184.215.14"]).await, Some(1));
        assert_eq!(resolve(&["127.0.0.1"]).await, None);
        assert_eq!(resolve(&["93.184.215.14", "10.0.0.1"]).await, None);
        assert_eq!(resolve(&["::ffff:127.0.0.1"]).await, None);
    }

    #[tokio::test]
    async fn a_fetch_of_a_name_that_points_home_is_refused_before_it_connects() {
        let resolver = PublicOnly::over(|_| Box::pin(async { Ok(vec!["127.0.0.1:443".parse().unwrap()]) }));
        let fetcher = super::super::Fetcher::new(Arc::new(resolver)).unwrap();
        let error = fetcher.fetch("https://feed.example.org/feed.json").await.unwrap_err();
        assert!(matches!(error, super::super::FetchError::Refused), "{error}");
    }
}
