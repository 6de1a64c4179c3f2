//! Stamping the meetings that show a changed thing.

use sqlx::PgConnection;

use super::Stamp;
use crate::kernel::{GroupId, IntergroupId, LocationId, MeetingId, RegionId};

/// What meetings show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::directory) enum Shown {
    Meeting(MeetingId),
    Group(GroupId),
    Location(LocationId),
    /// With all regions below: each meeting shows the whole path.
    Region(RegionId),
    Intergroup(IntergroupId),
}

/// Stamps the living meetings that show something. `content`: it is part of
/// what they say, so that the listing counts as changed now.
pub(in crate::directory) async fn stamp_meetings(
    connection: &mut PgConnection,
    shown: Shown,
    content: bool,
    stamp: &Stamp,
) -> Result<(), sqlx::Error> {
    let (mut meeting, mut group, mut location, mut region, mut intergroup) = (None, None, None, None, None);
    match shown {
        Shown::Meeting(id) => meeting = Some(id.0),
        Shown::Group(id) => group = Some(id.0),
        Shown::Location(id) => location = Some(id.0),
        Shown::Region(id) => region = Some(id.0),
        Shown::Intergroup(id) => intergroup = Some(id.0),
    }
    sqlx::query!(
        "WITH RECURSIVE tree AS (
             SELECT $6::uuid AS id
             UNION
             SELECT r.id FROM directory.regions r JOIN tree ON r.parent_id = tree.id
         )
         UPDATE directory.meetings m
         SET revision = $1, updated_at = CASE WHEN $2 THEN greatest(m.updated_at, $3) ELSE m.updated_at END
         WHERE m.deleted_at IS NULL
           AND (m.id = $7 OR m.group_id = $4 OR m.location_id = $5 OR m.intergroup_id = $8
                OR m.region_id IN (SELECT id FROM tree))",
        stamp.revision,
        content,
        stamp.now,
        group,
        location,
        region,
        meeting,
        intergroup,
    )
    .execute(connection)
    .await?;
    Ok(())
}
