//! What a thing points to, and what points to it.

use chrono_tz::Tz;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Shown, locations::load_locations};
use crate::{
    directory::{Place, store::load::parsed},
    kernel::{GroupId, IntergroupId, Invalid, LocationId, MeetingId, RegionId, parse_zone},
};

/// What a meeting points to, as it is.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::directory) struct References {
    /// Pointers to what is not there: not of that intergroup, or deleted.
    pub missing: Vec<Invalid>,
    /// The place of its location, whichever state that is in.
    pub place: Option<Place>,
}

/// What a meeting of an intergroup would point to.
pub(in crate::directory) async fn references(
    connection: &mut PgConnection,
    office: IntergroupId,
    links: (Option<GroupId>, Option<LocationId>, Option<RegionId>),
) -> Result<References, sqlx::Error> {
    let (group, location, region) = links;
    let place = match location {
        Some(id) => load_locations(connection, &[id.0]).await?.pop(),
        None => None,
    };
    let there = sqlx::query!(
        r#"SELECT EXISTS (SELECT FROM directory.groups
                          WHERE id = $2 AND intergroup_id = $1 AND deleted_at IS NULL) AS "group!",
                  EXISTS (SELECT FROM directory.regions
                          WHERE id = $3 AND intergroup_id = $1 AND deleted_at IS NULL) AS "region!""#,
        office.0,
        group.map(|id| id.0),
        region.map(|id| id.0),
    )
    .fetch_one(connection)
    .await?;
    let located = place.as_ref().is_some_and(|place| place.intergroup_id == office && !place.deleted);
    let mut missing = Vec::new();
    for (pointer, lacks, message) in [
        ("/group_id", group.is_some() && !there.group, "must be a group of this intergroup that is not deleted"),
        ("/location_id", location.is_some() && !located, "must be a location of this intergroup that is not deleted"),
        ("/region_id", region.is_some() && !there.region, "must be a region of this intergroup that is not deleted"),
    ] {
        if lacks {
            missing.push(Invalid::new(pointer, "unknown_reference", message));
        }
    }
    Ok(References { missing, place: place.map(|place| place.document) })
}

/// The default zone of an intergroup; `None` when this scope does not see it.
pub(in crate::directory) async fn timezone_of(
    connection: &mut PgConnection,
    office: IntergroupId,
) -> Result<Option<Tz>, sqlx::Error> {
    let name = sqlx::query_scalar!("SELECT timezone FROM directory.intergroups WHERE id = $1", office.0)
        .fetch_optional(connection)
        .await?;
    name.map(|name| parsed(parse_zone(&name))).transpose()
}

/// Whether a meeting is there for everybody, whosever it is.
pub(in crate::directory) async fn is_public_meeting(
    connection: &mut PgConnection,
    meeting: MeetingId,
) -> Result<bool, sqlx::Error> {
    let public = sqlx::query_scalar!("SELECT directory.is_public_meeting($1)", meeting.0).fetch_one(connection).await?;
    Ok(public.unwrap_or(false))
}

/// Whether living meetings point to a group, location or region.
pub(in crate::directory) async fn living_of(connection: &mut PgConnection, shown: Shown) -> Result<bool, sqlx::Error> {
    let (mut group, mut location, mut region) = (None, None, None);
    match shown {
        Shown::Group(id) => group = Some(id.0),
        Shown::Location(id) => location = Some(id.0),
        Shown::Region(id) => region = Some(id.0),
        Shown::Meeting(_) | Shown::Intergroup(_) => {}
    }
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM directory.meetings
                          WHERE deleted_at IS NULL AND (group_id = $1 OR location_id = $2 OR region_id = $3))
               AS "any!""#,
        group,
        location,
        region,
    )
    .fetch_one(connection)
    .await
}

/// The deleted meetings that still point to a group.
pub(in crate::directory) async fn deleted_of_group(
    connection: &mut PgConnection,
    group: GroupId,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT id FROM directory.meetings WHERE group_id = $1 AND deleted_at IS NOT NULL ORDER BY id",
        group.0
    )
    .fetch_all(connection)
    .await
}

/// The living meetings whose zone follows from a location or an intergroup.
pub(in crate::directory) async fn settled_by(
    connection: &mut PgConnection,
    location: Option<LocationId>,
    office: Option<IntergroupId>,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT id FROM directory.meetings
         WHERE deleted_at IS NULL AND timezone_source <> 'given' AND (location_id = $1 OR intergroup_id = $2)
         ORDER BY id",
        location.map(|id| id.0),
        office.map(|id| id.0),
    )
    .fetch_all(connection)
    .await
}
