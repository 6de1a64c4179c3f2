//! Goals. Whoever writes one holds the pass.

use chrono::NaiveDate;
use sqlx::PgConnection;

use super::{NewVersion, StoredItem, WrittenRow};
use crate::kernel::{CircleId, GoalId, PassId};

/// A pass's goal.
pub(in crate::circles) async fn find_goal(
    connection: &mut PgConnection,
    pass: PassId,
    id: GoalId,
) -> Result<Option<StoredItem>, sqlx::Error> {
    sqlx::query_as!(
        StoredItem,
        "SELECT id, week AS day, version, marks, words FROM circles.goals WHERE pass_id = $1 AND id = $2",
        pass.0,
        id.0,
    )
    .fetch_optional(connection)
    .await
}

/// How many goals a pass has in a week besides one.
pub(in crate::circles) async fn count_goals(
    connection: &mut PgConnection,
    pass: PassId,
    week: NaiveDate,
    but: GoalId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM circles.goals WHERE pass_id = $1 AND week = $2 AND id <> $3"#,
        pass.0,
        week,
        but.0,
    )
    .fetch_one(connection)
    .await
}

/// Keeps a goal; false where there is one of that id.
pub(in crate::circles) async fn insert_goal(
    connection: &mut PgConnection,
    pass: PassId,
    week: NaiveDate,
    new: &NewVersion<'_>,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "INSERT INTO circles.goals (id, pass_id, week, version, marks, words) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO NOTHING",
        new.id,
        pass.0,
        week,
        new.version,
        new.marks,
        new.words,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}

/// Changes a goal.
pub(in crate::circles) async fn update_goal(
    connection: &mut PgConnection,
    pass: PassId,
    week: NaiveDate,
    new: &NewVersion<'_>,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "UPDATE circles.goals SET week = $3, version = $4, marks = $5, words = $6 WHERE pass_id = $1 AND id = $2",
        pass.0,
        new.id,
        week,
        new.version,
        new.marks,
        new.words,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}

/// Takes a pass's goal away; whether there was one.
pub(in crate::circles) async fn delete_goal(
    connection: &mut PgConnection,
    pass: PassId,
    id: GoalId,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!("DELETE FROM circles.goals WHERE pass_id = $1 AND id = $2", pass.0, id.0)
        .execute(connection)
        .await?;
    Ok(rows.rows_affected() == 1)
}

/// The goals of a circle in a week as one of its passes sees them.
pub(in crate::circles) async fn list_goals(
    connection: &mut PgConnection,
    (reader, circle): (PassId, CircleId),
    week: NaiveDate,
) -> Result<Vec<WrittenRow>, sqlx::Error> {
    sqlx::query_as!(
        WrittenRow,
        "SELECT g.id, g.pass_id, p.alias, g.week AS day, g.version, g.marks, g.words
         FROM circles.goals g JOIN circles.passes p ON p.id = g.pass_id
         WHERE p.circle_id = $2 AND p.removed_on IS NULL
           AND NOT EXISTS (SELECT FROM circles.mutes m WHERE m.pass_id = $1 AND m.muted_id = p.id)
           AND g.week = $3
         ORDER BY p.alias, g.id",
        reader.0,
        circle.0,
        week,
    )
    .fetch_all(connection)
    .await
}
