//! Every kind of caller there is to what belongs to peers.

use openchair::auth::audience::Audience;

use crate::support::{Bearer, Peer};

/// The order of the columns.
#[rustfmt::skip]
pub const NAMES: [&str; 20] = [
    "nobody", "garbage", "expired_member", "expired_pass", "refresh", "signed_out",
    "owner", "key",
    "member", "other_member",
    "pass", "peer", "steward", "other_pass", "removed", "suspended", "author",
    "moderator", "without", "revoked",
];

/// Where a row is set apart, so that it can be read.
pub const GROUPS: [usize; 5] = [6, 2, 2, 7, 3];

/// Somebody, as a column of the matrix.
#[derive(Debug, Clone)]
pub struct Caller {
    pub name: &'static str,
    /// Whom their token is for, where it is a token.
    audience: Option<Audience>,
    /// What they send as their token; empty for nothing.
    pub bearer: Bearer,
}

impl Caller {
    pub fn stranger(name: &'static str, bearer: Bearer) -> Self {
        Self { name, audience: None, bearer }
    }

    pub fn of(name: &'static str, audience: Audience, bearer: &Bearer) -> Self {
        Self { name, audience: Some(audience), bearer: bearer.clone() }
    }

    pub fn peer(name: &'static str, peer: &Peer) -> Self {
        Self::of(name, Audience::Circle, &peer.bearer)
    }

    /// Why they are not let in at all by an operation of `audience`: a token of
    /// another is that first of all, expired or not.
    pub fn code(&self, audience: Audience) -> &'static str {
        match self.name {
            "nobody" => "token_missing",
            _ if self.audience.is_some_and(|own| own != audience) => "wrong_audience",
            "expired_member" | "expired_pass" => "token_expired",
            "signed_out" | "revoked" => "session_ended",
            "removed" => "pass_removed",
            _ => "token_invalid",
        }
    }
}
