//! Resolving names to public addresses only.

use std::{
    future::Future,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;
use crate::config::Networks;

/// Resolves a name to addresses, whatever they are.
pub type Lookup =
    dyn Fn(String) -> Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>> + Send + Sync;

/// A resolver that refuses a name of which any address is neither public nor in
/// a network that the operator allows: a name that points both ways is an
/// attempt.
#[derive(Clone)]
pub struct PublicOnly {
    lookup: Arc<Lookup>,
    allowed: Networks,
    only_allowed: bool,
}

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
        Self { lookup: Arc::new(lookup), allowed: Networks::default(), only_allowed: false }
    }

    /// The same, with these networks besides what is public.
    #[must_use]
    pub fn allowing(self, allowed: Networks) -> Self {
        Self { allowed, ..self }
    }

    /// The same, of those networks alone.
    #[must_use]
    pub(super) fn only_allowed(self) -> Self {
        Self { only_allowed: true, ..self }
    }

    /// The networks besides what is public.
    pub(super) fn allowed(&self) -> &Networks {
        &self.allowed
    }

    fn may(&self, address: IpAddr) -> bool {
        self.allowed.contain(address) || (!self.only_allowed && is_public(address))
    }
}

impl std::fmt::Debug for PublicOnly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PublicOnly")
    }
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.lookup)(name.as_str().to_owned());
        let judge = self.clone();
        Box::pin(async move {
            let found = found.await?;
            if found.iter().any(|address| !judge.may(address.ip())) {
                return Err(NotPublic.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::{
        super::{FetchError, Fetcher},
        *,
    };

    fn pointing_to(addresses: &'static [&'static str]) -> PublicOnly {
        PublicOnly::over(move |_| {
            let found = addresses.iter().map(|a| SocketAddr::new(a.parse().unwrap(), 0)).collect();
            Box::pin(async move { Ok(found) })
        })
    }

    async fn resolve(resolver: PublicOnly) -> Option<usize> {
        resolver.resolve("feed.example.org".parse().unwrap()).await.ok().map(Iterator::count)
    }

    #[tokio::test]
    async fn a_name_with_any_private_address_is_refused() {
        assert_eq!(resolve(pointing_to(&["93.184.215.14"])).await, Some(1));
        assert_eq!(resolve(pointing_to(&["127.0.0.1"])).await, None);
        assert_eq!(resolve(pointing_to(&["93.184.215.14", "10.0.0.1"])).await, None);
        assert_eq!(resolve(pointing_to(&["::ffff:127.0.0.1"])).await, None);
    }

    #[tokio::test]
    async fn an_allowed_network_is_one_that_a_name_may_point_to() {
        let allowing = |addresses| pointing_to(addresses).allowing("10.1.0.0/16".parse().unwrap());
        assert_eq!(resolve(allowing(&["93.184.215.14", "10.1.0.1"])).await, Some(2));
        assert_eq!(resolve(allowing(&["10.2.0.1"])).await, None);
        let only = |addresses| allowing(addresses).only_allowed();
        assert_eq!(resolve(only(&["10.1.0.1"])).await, Some(1));
        assert_eq!(resolve(only(&["93.184.215.14"])).await, None, "not by http to what is public");
        assert_eq!(resolve(only(&["10.1.0.1", "93.184.215.14"])).await, None);
    }

    #[tokio::test]
    async fn a_fetch_of_a_name_that_points_home_is_refused_before_it_connects() {
        for address in ["https://feed.example.org/feed.json", "http://feed.example.org:8080/feed.json"] {
            let fetcher = Fetcher::new(&pointing_to(&["127.0.0.1"]).allowing("10.0.0.0/8".parse().unwrap())).unwrap();
            let error = fetcher.fetch(address).await.unwrap_err();
            assert!(matches!(error, FetchError::Refused), "{error}");
        }
    }

    #[tokio::test]
    async fn an_allowed_host_is_fetched_from_by_http() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = tokio::spawn(async move {
            for answer in ["200 OK\r\ncontent-length: 2\r\n\r\n[]", "302 Found\r\nlocation: http://10.0.0.1/\r\n\r\n"] {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut asked = [0; 1024];
                _ = stream.read(&mut asked).await.unwrap();
                stream.write_all(format!("HTTP/1.1 {answer}").as_bytes()).await.unwrap();
            }
        });
        let resolver = PublicOnly::system().allowing("127.0.0.0/8".parse().unwrap());
        // A client of its own each time: the stub keeps no connection.
        let fetch = async || Fetcher::new(&resolver).unwrap().fetch(&format!("http://127.0.0.1:{port}/")).await;
        assert_eq!(fetch().await.unwrap(), b"[]");
        let error = fetch().await.unwrap_err();
        assert!(matches!(error, FetchError::Refused), "a redirect out of the network: {error}");
        serving.await.unwrap();
        let closed = Fetcher::new(&PublicOnly::system()).unwrap();
        let error = closed.fetch(&format!("http://127.0.0.1:{port}/")).await.unwrap_err();
        assert!(matches!(error, FetchError::Refused), "{error}");
    }
}
