//! What an office's sources did since a time.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::kernel::IntergroupId;

/// What runs did, and which wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunsOfWeek {
    /// Runs that changed the directory.
    pub applied: u32,
    /// Meetings that they made or brought back.
    pub created: u32,
    /// Meetings that say something else since.
    pub updated: u32,
    /// Meetings that they took off.
    pub removed: u32,
    /// Runs whose source could not be read.
    pub failed: u32,
    /// Runs that wait for a person, however old.
    pub held: u32,
}

/// What the runs of an office's sources did since a time.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn runs_of_week(
    connection: &mut PgConnection,
    office: IntergroupId,
    since: DateTime<Utc>,
) -> Result<RunsOfWeek, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE done) AS "applied!",
               coalesce(sum(created) FILTER (WHERE done), 0) AS "created!",
               coalesce(sum(updated) FILTER (WHERE done), 0) AS "updated!",
               coalesce(sum(removed) FILTER (WHERE done), 0) AS "removed!",
               count(*) FILTER (WHERE status = 'failed' AND at >= $2) AS "failed!",
               count(*) FILTER (WHERE status = 'held' AND mode = 'apply') AS "held!"
           FROM (SELECT i.*, moment.at,
                     i.status = 'applied' AND moment.at >= $2 AND i.created + i.updated + i.removed > 0 AS done
                 FROM directory.imports i
                     JOIN directory.feeds f ON f.id = i.feed_id
                     CROSS JOIN LATERAL (SELECT coalesce(i.decided_at, i.finished_at, i.started_at) AS at) moment
                 WHERE f.intergroup_id = $1 AND f.deleted_at IS NULL) runs"#,
        office.0,
        since,
    )
    .fetch_one(connection)
    .await?;
    let count = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(RunsOfWeek {
        applied: count(row.applied),
        created: count(row.created),
        updated: count(row.updated),
        removed: count(row.removed),
        failed: count(row.failed),
        held: count(row.held),
    })
}
