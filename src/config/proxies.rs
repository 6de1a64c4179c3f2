//! Which networks the proxies in front of the service are in.

use std::{net::IpAddr, str::FromStr};

use serde::Deserialize;

use super::networks::{Networks, NoNetworks};

/// Networks whose word on a caller's address is taken; none unless said so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct TrustedProxies(Networks);

impl TrustedProxies {
    /// Whether an address is in one of the networks.
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.contain(address)
    }
}

impl FromStr for TrustedProxies {
    type Err = NoNetworks;

    fn from_str(text: &str) -> Result<Self, NoNetworks> {
        text.parse().map(Self)
    }
}
