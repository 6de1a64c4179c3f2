//! The `Host` of a request. Nothing is made of it: links and issuers come from
//! the configuration. But RFC 9112 3.2 wants one that is none to be refused,
//! and what stands in front may choose by it.

use actix_web::http::{
    header::{HOST, HeaderMap},
    uri::Authority,
};

/// Whether there is none (HTTP/1.1 without it never comes this far), or an
/// empty one, or a host with or without a port.
pub(super) fn is_one(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST) else { return true };
    let Ok(host) = host.to_str() else { return false };
    host.is_empty() || is_host_and_port(host)
}

fn is_host_and_port(text: &str) -> bool {
    // What nearly everybody sends is told at once.
    let (name, port) = text.split_once(':').unwrap_or((text, ""));
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    if !name.is_empty() && name.bytes().all(is_plain) && (port.is_empty() || is_port(port)) {
        return true;
    }
    let Ok(authority) = text.parse::<Authority>() else { return false };
    // Who asks is no part of it; `host` leaves that out.
    let Some(rest) = text.strip_prefix(authority.host()) else { return false };
    !authority.host().is_empty()
        && match rest.strip_prefix(':') {
            None => rest.is_empty(),
            Some(port) => port.is_empty() || is_port(port),
        }
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_with_or_without_a_port() {
        for good in ["x", "api.example.org", "api.example.org:8443", "x:", "127.0.0.1:80", "[::1]", "[::1]:8080", "a_b"]
        {
            assert!(is_host_and_port(good), "{good}");
        }
        for bad in [
            "a b", "x/y", "user@x", "x:99999", "x:+80", "x:http", "x:80:80", "[::1", "x?y", "x#y", "x,y z", ":80",
            "a\\b",
        ] {
            assert!(!is_host_and_port(bad), "{bad}");
        }
    }
}
