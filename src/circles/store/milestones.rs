//! Milestones, still sealed.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::kernel::{CircleId, MilestoneId, PassId};

/// A milestone and whose it is.
#[derive(Debug)]
pub(in crate::circles) struct MilestoneRow {
    pub id: Uuid,
    pub pass_id: Uuid,
    pub alias: String,
    /// Monday of the week in which it was shared.
    pub week: NaiveDate,
    pub version: i64,
    pub marks: Vec<u8>,
    pub words: Vec<u8>,
}

/// A milestone to be kept.
#[derive(Debug)]
pub(in crate::circles) struct KeptMilestone<'a> {
    pub id: MilestoneId,
    pub version: i64,
    pub marks: &'a [u8],
    pub words: &'a [u8],
}

/// One of a pass's own.
pub(in crate::circles) async fn find_milestone(
    connection: &mut PgConnection,
    pass: PassId,
    id: MilestoneId,
) -> Result<Option<MilestoneRow>, sqlx::Error> {
    sqlx::query_as!(
        MilestoneRow,
        "SELECT m.id, m.pass_id, p.alias, m.week, m.version, m.marks, m.words
         FROM circles.milestones m JOIN circles.passes p ON p.id = m.pass_id
         WHERE m.pass_id = $1 AND m.id = $2",
        pass.0,
        id.0,
    )
    .fetch_optional(connection)
    .await
}

/// Keeps a new one; false where the id is somebody else's.
pub(in crate::circles) async fn insert_milestone(
    connection: &mut PgConnection,
    pass: PassId,
    week: NaiveDate,
    kept: &KeptMilestone<'_>,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "INSERT INTO circles.milestones (id, pass_id, week, version, marks, words)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING",
        kept.id.0,
        pass.0,
        week,
        kept.version,
        kept.marks,
        kept.words,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}

/// Changes one of a pass's own; it stays in the week in which it was shared.
pub(in crate::circles) async fn update_milestone(
    connection: &mut PgConnection,
    pass: PassId,
    kept: &KeptMilestone<'_>,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "UPDATE circles.milestones SET version = $3, marks = $4, words = $5 WHERE pass_id = $1 AND id = $2",
        pass.0,
        kept.id.0,
        kept.version,
        kept.marks,
        kept.words,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}

/// Takes one of a pass's own away.
pub(in crate::circles) async fn delete_milestone(
    connection: &mut PgConnection,
    pass: PassId,
    id: MilestoneId,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!("DELETE FROM circles.milestones WHERE pass_id = $1 AND id = $2", pass.0, id.0)
        .execute(connection)
        .await?;
    Ok(rows.rows_affected() == 1)
}

/// Those of a circle as `reader` sees them, the latest weeks first; what stands
/// behind `after`, a week and an id.
pub(in crate::circles) async fn list_milestones(
    connection: &mut PgConnection,
    (reader, circle): (PassId, CircleId),
    after: Option<(NaiveDate, Uuid)>,
    limit: i64,
) -> Result<Vec<MilestoneRow>, sqlx::Error> {
    sqlx::query_as!(
        MilestoneRow,
        "SELECT m.id, m.pass_id, p.alias, m.week, m.version, m.marks, m.words
         FROM circles.milestones m JOIN circles.passes p ON p.id = m.pass_id
         WHERE p.circle_id = $2 AND p.removed_on IS NULL
           AND NOT EXISTS (SELECT FROM circles.mutes u WHERE u.pass_id = $1 AND u.muted_id = p.id)
           AND ($3::date IS NULL OR (m.week, m.id) < ($3, $4::uuid))
         ORDER BY m.week DESC, m.id DESC LIMIT $5",
        reader.0,
        circle.0,
        after.map(|(week, _)| week),
        after.map(|(_, id)| id),
        limit,
    )
    .fetch_all(connection)
    .await
}
