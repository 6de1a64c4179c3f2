//! The things that operations guard: found by the request's path in the
//! caller's own scope, where foreign things do not exist.

use std::future::Future;

use actix_web::HttpRequest;
use sqlx::PgConnection;

use crate::{
    directory::{
        StoredGroup, StoredIntergroup, StoredLocation, StoredMeeting, StoredRegion, find_group, find_intergroup,
        find_intergroup_to_write, find_location, find_meeting, find_region,
    },
    kernel::{IntergroupId, MeetingId},
    search::{Lookup, Named, Snapshot},
    sync::{StoredFeed, StoredRun, find_feed, find_run},
};

/// Something that belongs to an intergroup.
pub trait Target: Sized + 'static {
    /// Finds it by the path, within the transaction's scope.
    fn find(
        connection: &mut PgConnection,
        request: &HttpRequest,
    ) -> impl Future<Output = Result<Option<Self>, sqlx::Error>>;

    /// Whose it is.
    fn office(&self) -> IntergroupId;

    /// Whether anyone may know of what the path names: then who may not act on
    /// it is told so, and else that there is nothing.
    fn is_public(snapshot: &Snapshot, request: &HttpRequest) -> bool;
}

/// A segment of the path, read.
pub(super) fn segment<T: std::str::FromStr>(request: &HttpRequest, name: &str) -> Option<T> {
    request.match_info().get(name)?.parse().ok()
}

impl Target for StoredIntergroup {
    async fn find(connection: &mut PgConnection, request: &HttpRequest) -> Result<Option<Self>, sqlx::Error> {
        let id = match segment(request, "id") {
            Some(Named::Id(id)) => id,
            Some(Named::Slug(slug)) => match find_intergroup(connection, slug.as_str()).await? {
                Some(found) => found.id,
                None => return Ok(None),
            },
            None => return Ok(None),
        };
        find_intergroup_to_write(connection, id).await
    }

    fn office(&self) -> IntergroupId {
        self.id
    }

    fn is_public(snapshot: &Snapshot, request: &HttpRequest) -> bool {
        segment::<Named<IntergroupId>>(request, "id").is_some_and(|named| snapshot.intergroup(&named).is_some())
    }
}

impl Target for StoredMeeting {
    async fn find(connection: &mut PgConnection, request: &HttpRequest) -> Result<Option<Self>, sqlx::Error> {
        match segment::<MeetingId>(request, "id") {
            Some(id) => find_meeting(connection, id).await,
            None => Ok(None),
        }
    }

    fn office(&self) -> IntergroupId {
        self.intergroup_id
    }

    fn is_public(snapshot: &Snapshot, request: &HttpRequest) -> bool {
        segment(request, "id").is_some_and(|id| !matches!(snapshot.meeting(id), Lookup::Unknown))
    }
}

impl Target for StoredFeed {
    async fn find(connection: &mut PgConnection, request: &HttpRequest) -> Result<Option<Self>, sqlx::Error> {
        match segment(request, "id") {
            Some(id) => find_feed(connection, id).await,
            None => Ok(None),
        }
    }

    fn office(&self) -> IntergroupId {
        self.intergroup_id
    }

    fn is_public(_: &Snapshot, _: &HttpRequest) -> bool {
        false
    }
}

impl Target for StoredRun {
    async fn find(connection: &mut PgConnection, request: &HttpRequest) -> Result<Option<Self>, sqlx::Error> {
        match segment(request, "id") {
            Some(id) => find_run(connection, id).await,
            None => Ok(None),
        }
    }

    fn office(&self) -> IntergroupId {
        self.intergroup_id
    }

    fn is_public(_: &Snapshot, _: &HttpRequest) -> bool {
        false
    }
}

impl Target for StoredGroup {
    async fn find(connection: &mut PgConnection, request: &HttpRequest) -> Result<Option<Self>, sqlx::Error> {
        match segment(request, "id") {
            Some(id) => find_group(connection, id).await,
            None => Ok(None),
        }
    }

    fn office(&self) -> IntergroupId {
        self.intergroup_id
    }

    fn is_public(snapshot: &Snapshot, request: &HttpRequest) -> bool {
        segment(request, "id").is_some_and(|id| snapshot.group(id).is_some())
    }
}

impl Target for StoredLocation {
    async fn find(connection: &mut PgConnection, request: &HttpRequest) -> Result<Option<Self>, sqlx::Error> {
        match segment(request, "id") {
            Some(id) => find_location(connection, id).await,
            None => Ok(None),
        }
    }

    fn office(&self) -> IntergroupId {
        self.intergroup_id
    }

    fn is_public(snapshot: &Snapshot, request: &HttpRequest) -> bool {
        segment(request, "id").is_some_and(|id| snapshot.location(id).is_some())
    }
}

impl Target for StoredRegion {
    async fn find(connection: &mut PgConnection, request: &HttpRequest) -> Result<Option<Self>, sqlx::Error> {
        match segment(request, "id") {
            Some(id) => find_region(connection, id).await,
            None => Ok(None),
        }
    }

    fn office(&self) -> IntergroupId {
        self.intergroup_id
    }

    fn is_public(snapshot: &Snapshot, request: &HttpRequest) -> bool {
        let named = segment(request, "id").map(Named::Id);
        named.is_some_and(|named| snapshot.regions_named(&named).next().is_some())
    }
}

/// A meeting of the intergroup that the path names first.
#[derive(Debug)]
pub struct MeetingOfOffice(pub StoredMeeting);

impl Target for MeetingOfOffice {
    async fn find(connection: &mut PgConnection, request: &HttpRequest) -> Result<Option<Self>, sqlx::Error> {
        let Some(office) = StoredIntergroup::find(connection, request).await? else { return Ok(None) };
        let Some(id) = segment::<MeetingId>(request, "meeting_id") else { return Ok(None) };
        let found = find_meeting(connection, id).await?;
        Ok(found.filter(|meeting| meeting.intergroup_id == office.id).map(Self))
    }

    fn office(&self) -> IntergroupId {
        self.0.intergroup_id
    }

    fn is_public(snapshot: &Snapshot, request: &HttpRequest) -> bool {
        segment(request, "meeting_id").is_some_and(|id| !matches!(snapshot.meeting(id), Lookup::Unknown))
    }
}
