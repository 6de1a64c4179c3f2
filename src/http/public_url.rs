//! Where the public reaches the service.

use std::net::SocketAddr;

use url::Url;

/// The base of every link that an answer holds, without a slash at its end.
/// Never taken from a request: a forwarded host is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// The setting, or where the service listens.
    pub fn new(setting: Option<&Url>, listens: SocketAddr) -> Self {
        let base = setting.map_or_else(|| format!("http://{listens}"), Url::to_string);
        Self(base.trim_end_matches('/').to_owned())
    }

    /// The address of a path that begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}
