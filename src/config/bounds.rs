//! What one connection, and all of them together, may take of the service.

use std::time::Duration;

/// Bounds on connections. They are no settings: what a client may rely on does
/// not differ from one installation to the next. Tests have less patience.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// How long the head of a request may take, from its first byte, or from
    /// the connection's making.
    pub head_within: Duration,
    /// How long a client may take nothing of what it is sent. Longer than a
    /// phone in a tunnel, no longer than proxies wait.
    pub taken_within: Duration,
    /// How long a client may take to hear that its connection ends, before what
    /// it still sends is no longer read.
    pub heard_within: Duration,
    /// How long an idle connection is kept; above what proxies usually keep, so
    /// that the proxy is the one to close it.
    pub idle_within: Duration,
    /// Connections of one worker: beyond, new ones wait in the kernel's queue.
    pub connections_of_worker: usize,
    /// How many seconds running requests get when the service stops.
    pub drain_within_s: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            head_within: Duration::from_secs(5),
            taken_within: Duration::from_secs(30),
            heard_within: Duration::from_secs(1),
            idle_within: Duration::from_secs(75),
            connections_of_worker: 10_000,
            drain_within_s: 20,
        }
    }
}
