//! Where a request comes from, for limits and nothing else.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use actix_web::http::header::HeaderName;

use super::AsHead;
use crate::config::TrustedProxies;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A caller's address as limits count it: one of IPv4, or the /64 that one
/// household or server has of IPv6. It cannot be shown, so that no log has it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress([u8; 8]);

impl ClientAddress {
    fn of(address: IpAddr) -> Self {
        let mut bytes = [0; 8];
        match address.to_canonical() {
            // No /64 of IPv6 that anybody has begins with zeros.
            IpAddr::V4(address) => bytes[4..].copy_from_slice(&address.octets()),
            IpAddr::V6(address) => bytes.copy_from_slice(&address.octets()[..8]),
        }
        Self(bytes)
    }
}

impl AsRef<[u8]> for ClientAddress {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientAddress(…)")
    }
}

/// The address that a request comes from: the peer's, or, where the peer is a
/// proxy of ours, the last one of `X-Forwarded-For` that is not: what stands
/// before it the caller may have made up. Nothing else that is forwarded is
/// read anywhere.
pub fn client_address(request: &impl AsHead, proxies: &TrustedProxies) -> ClientAddress {
    let head = request.as_head();
    let mut address = head.peer_addr.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    // Several headers are one list, in their order.
    let lines = head.headers().get_all(X_FORWARDED_FOR).rev().filter_map(|line| line.to_str().ok());
    for hop in lines.flat_map(|line| line.rsplit(',')) {
        let hop = proxies.contain(address).then(|| parse_hop(hop.trim())).flatten();
        let Some(hop) = hop else { break };
        address = hop;
    }
    ClientAddress::of(address)
}

/// An address; some proxies write its port, too.
fn parse_hop(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|hop| hop.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn address(peer: &str, forwarded: &[&str]) -> ClientAddress {
        let mut request = TestRequest::get().peer_addr(SocketAddr::new(peer.parse().unwrap(), 1));
        for line in forwarded {
            request = request.append_header(("x-forwarded-for", *line));
        }
        let request = request.insert_header(("forwarded", "for=9.9.9.9")).insert_header(("x-real-ip", "9.9.9.9"));
        client_address(&request.to_http_request(), &"10.0.0.0/8, fd00::/8".parse().unwrap())
    }

    fn is(address: &str) -> ClientAddress {
        ClientAddress::of(address.parse().unwrap())
    }

    #[test]
    fn a_stranger_is_not_believed_about_where_it_comes_from() {
        assert_eq!(address("203.0.113.1", &["198.51.100.7"]), is("203.0.113.1"));
        assert_eq!(address("203.0.113.1", &[]), is("203.0.113.1"));
    }

    #[test]
    fn behind_a_proxy_the_last_address_that_is_no_proxy_counts() {
        for (forwarded, expected) in [
            (&["1.1.1.1, 203.0.113.1"][..], "203.0.113.1"),
            (&["1.1.1.1,203.0.113.1 , 10.0.0.2"], "203.0.113.1"),
            (&["1.1.1.1", "203.0.113.1", "10.0.0.2,fd00::1"], "203.0.113.1"),
            (&["203.0.113.1:5000"], "203.0.113.1"),
            (&["[2001:db8::1]:5000"], "2001:db8::2"),
            (&["2001:db8:0:0:ffff::1"], "2001:db8::2"),
            (&["203.0.113.1, nonsense"], "10.0.0.1"),
            (&["203.0.113.1, nonsense, 10.0.0.9"], "10.0.0.9"),
            (&[], "10.0.0.1"),
            (&["10.0.0.7"], "10.0.0.7"),
        ] {
            assert_eq!(address("10.0.0.1", forwarded), is(expected), "{forwarded:?}");
        }
    }

    #[test]
    fn an_address_cannot_be_shown() {
        assert_eq!(format!("{:?}", is("203.0.113.1")), "ClientAddress(…)");
        assert_ne!(is("2001:db8:0:1::1"), is("2001:db8::1"));
        assert_eq!(is("::ffff:203.0.113.1"), is("203.0.113.1"));
    }
}
