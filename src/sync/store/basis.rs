//! Who brought what.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::plan::{EntitySource, Following, MeetingSource},
    followers::load_following,
};
use crate::kernel::{FeedId, GroupId, IntergroupId, LocationId, MeetingId, RegionId};

/// Who brought the office's groups, locations and meetings.
#[derive(Debug, Default)]
pub(in crate::sync) struct Sources {
    pub groups: HashMap<GroupId, EntitySource>,
    pub locations: HashMap<LocationId, EntitySource>,
    pub meetings: HashMap<MeetingId, MeetingSource>,
    pub following: Following,
    pub deleted_regions: HashSet<RegionId>,
}

/// The office's implicit feed for imports from the command line.
pub(in crate::sync) async fn command_line_feed(
    connection: &mut PgConnection,
    intergroup_id: IntergroupId,
) -> Result<Option<FeedId>, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "SELECT id FROM directory.feeds WHERE intergroup_id = $1 AND kind = 'command_line'",
        intergroup_id.0
    )
    .fetch_optional(connection)
    .await?;
    Ok(id.map(FeedId))
}

/// Who brought what, as seen by `feed_id`.
pub(in crate::sync) async fn load_sources(
    connection: &mut PgConnection,
    intergroup_id: IntergroupId,
    feed_id: FeedId,
) -> Result<Sources, sqlx::Error> {
    let mut sources = Sources::default();
    let groups = sqlx::query!(
        r#"SELECT id, feed_id, source_key, deleted_at IS NOT NULL AS "deleted!"
           FROM directory.groups WHERE intergroup_id = $1"#,
        intergroup_id.0
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in groups {
        let source =
            EntitySource { feed_id: row.feed_id.map(FeedId), source_key: row.source_key, deleted: row.deleted };
        sources.groups.insert(GroupId(row.id), source);
    }
    let locations = sqlx::query!(
        r#"SELECT id, feed_id, source_key, deleted_at IS NOT NULL AS "deleted!"
           FROM directory.locations WHERE intergroup_id = $1"#,
        intergroup_id.0
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in locations {
        let source =
            EntitySource { feed_id: row.feed_id.map(FeedId), source_key: row.source_key, deleted: row.deleted };
        sources.locations.insert(LocationId(row.id), source);
    }
    let meetings = sqlx::query!(
        "SELECT meeting_id, feed_id, source_key, row_hash, unread FROM directory.meeting_sources WHERE intergroup_id = $1",
        intergroup_id.0
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in meetings {
        let id = MeetingId(row.meeting_id);
        if row.feed_id == feed_id.0 {
            let hash = row.row_hash.try_into().unwrap_or([0; 32]);
            let source = MeetingSource { source_key: row.source_key, row_hash: hash, unread: row.unread };
            sources.meetings.insert(id, source);
        } else {
            sources.following.leaders.insert(id, FeedId(row.feed_id));
        }
    }
    load_following(connection, feed_id, &mut sources.following).await?;
    let deleted = sqlx::query_scalar!(
        "SELECT id FROM directory.regions WHERE intergroup_id = $1 AND deleted_at IS NOT NULL",
        intergroup_id.0
    )
    .fetch_all(connection)
    .await?;
    sources.deleted_regions = deleted.into_iter().map(RegionId).collect();
    let own = &sources.meetings;
    sources.following.leaders.retain(|id, _| !own.contains_key(id));
    Ok(sources)
}

/// Makes the implicit feed where it is missing.
pub(in crate::sync) async fn make_command_line_feed(
    connection: &mut PgConnection,
    intergroup_id: IntergroupId,
    feed_id: FeedId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO directory.feeds (id, intergroup_id, kind, name, format, created_at, state_since)
         VALUES ($1, $2, 'command_line', 'Command line', 'meeting_guide', $3, $3)
         ON CONFLICT (id) DO UPDATE SET deleted_at = NULL",
        feed_id.0,
        intergroup_id.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
