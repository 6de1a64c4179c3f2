//! Nudges, still sealed, and mutes.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::kernel::{CircleId, GoalId, PassId};

/// A nudge, between whom, and when whoever it is for wants to be asked.
#[derive(Debug)]
pub(in crate::circles) struct NudgeRow {
    pub pass_id: Uuid,
    pub alias: String,
    pub to_id: Uuid,
    pub day: NaiveDate,
    pub goal_id: Option<Uuid>,
    pub words: Option<Vec<u8>>,
    pub ask_me_on: Option<i16>,
}

/// A nudge to be kept.
#[derive(Debug)]
pub(in crate::circles) struct KeptNudge<'a> {
    pub to: PassId,
    pub day: NaiveDate,
    pub goal: Option<GoalId>,
    pub words: &'a [u8],
}

/// When somebody in that circle wants to be asked; `None` where they are not in it.
pub(in crate::circles) async fn find_ask_day(
    connection: &mut PgConnection,
    circle: CircleId,
    pass: PassId,
) -> Result<Option<Option<i16>>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT ask_me_on FROM circles.passes WHERE circle_id = $1 AND id = $2 AND removed_on IS NULL",
        circle.0,
        pass.0,
    )
    .fetch_optional(connection)
    .await
}

/// Whether that goal is that pass's.
pub(in crate::circles) async fn has_goal(
    connection: &mut PgConnection,
    pass: PassId,
    goal: GoalId,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM circles.goals WHERE pass_id = $1 AND id = $2) AS "there!""#,
        pass.0,
        goal.0,
    )
    .fetch_one(connection)
    .await
}

/// What a pass has asked another on that day already: about which goal, and
/// the words.
pub(in crate::circles) async fn find_nudge(
    connection: &mut PgConnection,
    pass: PassId,
    to: PassId,
    day: NaiveDate,
) -> Result<Option<(Option<Uuid>, Option<Vec<u8>>)>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT goal_id, words FROM circles.nudges WHERE pass_id = $1 AND to_id = $2 AND day = $3",
        pass.0,
        to.0,
        day,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.goal_id, row.words)))
}

/// Keeps a nudge of a pass, which is locked, over the one of that day.
pub(in crate::circles) async fn keep_nudge(
    connection: &mut PgConnection,
    pass: PassId,
    kept: &KeptNudge<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO circles.nudges (pass_id, to_id, day, goal_id, words) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (pass_id, to_id, day) DO UPDATE SET goal_id = excluded.goal_id, words = excluded.words",
        pass.0,
        kept.to.0,
        kept.day,
        kept.goal.map(|id| id.0),
        kept.words,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Nudges to and from a pass since a day, the latest first.
pub(in crate::circles) async fn list_nudges(
    connection: &mut PgConnection,
    pass: PassId,
    since: NaiveDate,
) -> Result<Vec<NudgeRow>, sqlx::Error> {
    sqlx::query_as!(
        NudgeRow,
        "SELECT n.pass_id, f.alias, n.to_id, n.day, n.goal_id, n.words, t.ask_me_on
         FROM circles.nudges n JOIN circles.passes f ON f.id = n.pass_id JOIN circles.passes t ON t.id = n.to_id
         WHERE (n.to_id = $1 OR n.pass_id = $1) AND n.day >= $2
           AND f.removed_on IS NULL AND t.removed_on IS NULL
           AND NOT EXISTS (SELECT FROM circles.mutes u WHERE u.pass_id = $1 AND u.muted_id = n.pass_id)
         ORDER BY n.day DESC, f.alias, n.to_id",
        pass.0,
        since,
    )
    .fetch_all(connection)
    .await
}

/// Mutes somebody, who may be muted already.
pub(in crate::circles) async fn insert_mute(
    connection: &mut PgConnection,
    pass: PassId,
    muted: PassId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO circles.mutes (pass_id, muted_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        pass.0,
        muted.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Hears somebody again; whether they were muted.
pub(in crate::circles) async fn delete_mute(
    connection: &mut PgConnection,
    pass: PassId,
    muted: PassId,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!("DELETE FROM circles.mutes WHERE pass_id = $1 AND muted_id = $2", pass.0, muted.0)
        .execute(connection)
        .await?;
    Ok(rows.rows_affected() == 1)
}

/// Whom a pass has muted, by alias.
pub(in crate::circles) async fn list_mutes(
    connection: &mut PgConnection,
    pass: PassId,
) -> Result<Vec<(Uuid, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT p.id, p.alias FROM circles.mutes u JOIN circles.passes p ON p.id = u.muted_id
         WHERE u.pass_id = $1 AND p.removed_on IS NULL ORDER BY p.alias",
        pass.0,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.alias)).collect())
}
