//! The reads that are asked for most, found without the framework's router.

use std::{fmt, sync::Arc};

use actix_web::dev::RequestHead;

use super::{clusters, facets, feed, meetings};
use crate::{
    http::{ApiError, PublicUrl, Reading},
    kernel::{Clock, MeetingId},
    search::Snapshots,
};

/// What they are answered with.
#[derive(Clone)]
pub struct Reads {
    /// The directory.
    pub snapshots: Arc<Snapshots>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where the public reaches the service.
    pub base: PublicUrl,
}

impl fmt::Debug for Reads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reads").finish_non_exhaustive()
    }
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// `GET /v1/meetings`
    Search,
    /// `GET /v1/meetings/facets`
    Facets,
    /// `GET /v1/meetings/clusters`
    Clusters,
    /// `GET /v1/meetings/{id}`
    Meeting(MeetingId),
    /// `GET /v1/intergroups/{id}/feed.json`
    Feed,
}

impl Read {
    /// That at a path, where it is one. Whatever is not written plainly is left to
    /// the router.
    pub fn at(path: &str) -> Option<Self> {
        match path.strip_prefix("/v1/meetings") {
            Some("") => Some(Self::Search),
            Some("/facets") => Some(Self::Facets),
            Some("/clusters") => Some(Self::Clusters),
            Some(rest) => rest.strip_prefix('/')?.parse().ok().map(Self::Meeting),
            None => {
                let named = named(path)?;
                let is_plain = named.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                (is_plain && !named.is_empty()).then_some(Self::Feed)
            }
        }
    }

    /// The path with names for what differs.
    pub fn route(self) -> &'static str {
        match self {
            Self::Search => "/v1/meetings",
            Self::Facets => "/v1/meetings/facets",
            Self::Clusters => "/v1/meetings/clusters",
            Self::Meeting(_) => "/v1/meetings/{id}",
            Self::Feed => "/v1/intergroups/{id}/feed.json",
        }
    }
}

/// Whose feed is at a path.
fn named(path: &str) -> Option<&str> {
    path.strip_prefix("/v1/intergroups/")?.strip_suffix("/feed.json")
}

impl Reads {
    /// What the handler of a read says.
    ///
    /// # Errors
    /// Those of the handler.
    pub fn answer(&self, read: Read, head: &RequestHead) -> Result<Reading, ApiError> {
        let (snapshots, clock) = (&*self.snapshots, &*self.clock);
        Ok(Reading::Answer(match read {
            Read::Search => meetings::search(head, snapshots, clock, &self.base)?,
            Read::Facets => facets::count(head, snapshots, clock)?,
            Read::Clusters => clusters::look(head, snapshots, clock)?,
            Read::Meeting(id) => meetings::one(head, Some(id), snapshots, clock)?,
            Read::Feed => {
                let named = named(head.uri.path()).ok_or_else(ApiError::not_found)?;
                return feed::json(named, snapshots, clock);
            }
        }))
    }
}
