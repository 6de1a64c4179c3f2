//! `[server]`: where the API listens and what it calls itself.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use anyhow::bail;
use clap::{Args, ValueEnum};
use serde::Deserialize;
use url::Url;

use super::{Bounds, TrustedProxies};

/// Who waits longer has forgotten that somebody stopped it.
const MAX_DRAIN_NOTICE_S: u16 = 300;

/// The listener's settings as given.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Settings")]
pub struct ServerSettings {
    /// Address and port that the API listens on [default: 127.0.0.1:8080].
    #[arg(long, global = true, env = "OPENCHAIR_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Address that the public reaches the service at, for links
    /// [default: http:// and the listening address].
    #[arg(long, global = true, env = "OPENCHAIR_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Url>,
    /// Threads that answer requests [default: one for each processor].
    #[arg(long, global = true, env = "OPENCHAIR_WORKERS", value_name = "N")]
    pub workers: Option<u16>,
    /// Networks of the proxies in front of the service, whose X-Forwarded-For
    /// is believed, with commas between [default: none].
    #[arg(long, global = true, env = "OPENCHAIR_TRUSTED_PROXIES", value_name = "NETWORKS")]
    pub trusted_proxies: Option<TrustedProxies>,
    /// Whom people may write to about what somebody else wrote: the https
    /// address of a page, or mailto: and an address [default: none].
    #[arg(long, global = true, env = "OPENCHAIR_MODERATION_CONTACT", value_name = "URL")]
    pub moderation_contact: Option<Url>,
    /// Whether requests are limited; off for measuring only [default: on].
    #[arg(long, global = true, env = "OPENCHAIR_RATE_LIMIT", value_name = "SWITCH")]
    pub rate_limit: Option<RateLimit>,
    /// Seconds between the signal to stop, from when on /readyz says 503, and
    /// the end of listening: longer than proxies take to notice [default: 0].
    #[arg(long, global = true, env = "OPENCHAIR_DRAIN_NOTICE_S", value_name = "SECONDS")]
    pub drain_notice_s: Option<u16>,
}

/// Whether requests are limited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateLimit {
    /// As everywhere but on a test bench.
    #[default]
    On,
    /// Anybody may ask as often as they like.
    Off,
}

/// The listener.
#[derive(Debug, Clone)]
pub struct Server {
    /// Address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the public reaches the service; absent: where it listens.
    pub public_url: Option<Url>,
    /// Threads that answer requests; absent: one for each processor.
    pub workers: Option<usize>,
    /// Whose word is taken on where a request comes from.
    pub trusted_proxies: TrustedProxies,
    /// Whom people may write to about what somebody else wrote.
    pub moderation_contact: Option<String>,
    /// Whether requests are limited.
    pub rate_limit: RateLimit,
    /// How long `/readyz` says that the end is near before it comes.
    pub drain_notice: Duration,
    /// What clients may take; no setting of its own.
    pub bounds: Bounds,
}

impl ServerSettings {
    pub(super) fn or(self, file: Self) -> Self {
        Self {
            listen: self.listen.or(file.listen),
            public_url: self.public_url.or(file.public_url),
            workers: self.workers.or(file.workers),
            trusted_proxies: self.trusted_proxies.or(file.trusted_proxies),
            moderation_contact: self.moderation_contact.or(file.moderation_contact),
            rate_limit: self.rate_limit.or(file.rate_limit),
            drain_notice_s: self.drain_notice_s.or(file.drain_notice_s),
        }
    }

    pub(super) fn resolve(self) -> anyhow::Result<Server> {
        if let Some(url) = &self.public_url
            && (!matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some())
        {
            bail!("the public URL must be http or https, without a query or fragment");
        }
        if self.moderation_contact.as_ref().is_some_and(|url| !matches!(url.scheme(), "https" | "mailto")) {
            bail!("the moderation contact must be an https address, or mailto: and an address");
        }
        if self.workers == Some(0) {
            bail!("there must be at least one worker");
        }
        if self.drain_notice_s.is_some_and(|seconds| seconds > MAX_DRAIN_NOTICE_S) {
            bail!("the notice before draining must be at most {MAX_DRAIN_NOTICE_S} seconds");
        }
        Ok(Server {
            listen: self.listen.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))),
            public_url: self.public_url,
            workers: self.workers.map(usize::from),
            trusted_proxies: self.trusted_proxies.unwrap_or_default(),
            moderation_contact: self.moderation_contact.map(String::from),
            rate_limit: self.rate_limit.unwrap_or_default(),
            drain_notice: Duration::from_secs(self.drain_notice_s.unwrap_or_default().into()),
            bounds: Bounds::default(),
        })
    }
}
