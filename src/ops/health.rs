//! The state that `/readyz` tells.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::search::Snapshots;

/// Whether requests should be sent here.
#[derive(Debug)]
pub struct Health {
    draining: AtomicBool,
    migrations_pending: bool,
    snapshots: Arc<Snapshots>,
}

impl Health {
    /// Well once `snapshots` holds one.
    pub fn new(snapshots: Arc<Snapshots>, migrations_pending: bool) -> Self {
        Self { draining: AtomicBool::new(false), migrations_pending, snapshots }
    }

    /// No new requests, please: the service is about to stop.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether the service is about to stop.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// `applied`, or `pending` when the database lacked some at the start.
    pub fn migrations(&self) -> &'static str {
        if self.migrations_pending { "pending" } else { "applied" }
    }

    /// What it answers from.
    pub fn snapshots(&self) -> &Snapshots {
        &self.snapshots
    }
}
