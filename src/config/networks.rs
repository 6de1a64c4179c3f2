//! Networks, as settings name them: addresses that begin alike.

use std::{net::IpAddr, str::FromStr};

use serde::Deserialize;

/// A list of networks; none unless said so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Networks(Vec<Network>);

/// The addresses that begin with the same `prefix` bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The text is no list of networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be addresses or networks with commas between, such as 10.0.0.1, 192.168.0.0/16, fd00::/8")]
pub struct NoNetworks;

impl Networks {
    /// Whether it names no network.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an address is in one of the networks.
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

impl FromStr for Networks {
    type Err = NoNetworks;

    fn from_str(text: &str) -> Result<Self, NoNetworks> {
        let networks = text.split(',').map(str::trim).filter(|network| !network.is_empty());
        networks.map(|network| Network::parse(network).ok_or(NoNetworks)).collect::<Result<_, _>>().map(Self)
    }
}

impl TryFrom<String> for Networks {
    type Error = NoNetworks;

    fn try_from(text: String) -> Result<Self, NoNetworks> {
        text.parse()
    }
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address = address.parse::<IpAddr>().ok()?.to_canonical();
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => bits,
            Some(prefix) if prefix.bytes().all(|b| b.is_ascii_digit()) => prefix.parse().ok()?,
            Some(_) => return None,
        };
        (prefix <= bits).then_some(Self { address, prefix })
    }

    fn contains(self, address: IpAddr) -> bool {
        let prefix = u32::from(self.prefix);
        // No bits at all shift out wholly, which a plain shift cannot.
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (own.to_bits() ^ other.to_bits()).checked_shr(32 - prefix).is_none_or(|differ| differ == 0)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (own.to_bits() ^ other.to_bits()).checked_shr(128 - prefix).is_none_or(|differ| differ == 0)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_the_addresses_that_begin_alike() {
        let networks: Networks = "10.1.0.0/16, 192.0.2.7,fd00::/8, ::ffff:198.51.100.1,".parse().unwrap();
        for (address, inside) in [
            ("10.1.255.255", true),
            ("::ffff:10.1.2.3", true),
            ("10.2.0.0", false),
            ("192.0.2.7", true),
            ("192.0.2.6", false),
            ("fdff::1", true),
            ("fe00::1", false),
            ("198.51.100.1", true),
            ("::", false),
        ] {
            assert_eq!(networks.contain(address.parse().unwrap()), inside, "{address}");
        }
        let all: Networks = "0.0.0.0/0".parse().unwrap();
        assert!(all.contain("203.0.113.1".parse().unwrap()) && !all.contain("::1".parse().unwrap()));
    }

    #[test]
    fn nothing_is_in_them_unless_it_is_said_and_nothing_else_is_a_network() {
        assert!(!Networks::default().contain("127.0.0.1".parse().unwrap()));
        assert_eq!("".parse(), Ok(Networks::default()));
        for bad in
            ["localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "::/129", "10.0.0", "*", "10.0.0.1 10.0.0.2"]
        {
            assert_eq!(bad.parse::<Networks>(), Err(NoNetworks), "{bad}");
        }
    }
}
