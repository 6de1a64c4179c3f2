//! Everything that a pass wrote, batch by batch: no connection is held while a
//! slow device takes what it has got.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::StoredItem;
use crate::kernel::PassId;

/// How many rows at once.
pub(in crate::circles) const BATCH: i64 = 200;

/// Where a batch ended: day or week, id, number.
pub(in crate::circles) type After = (NaiveDate, Uuid, i16);

/// An answer of the pass itself.
#[derive(Debug)]
pub(in crate::circles) struct OwnAnswer {
    pub item_kind: String,
    pub item_id: Uuid,
    pub n: i16,
    pub week: NaiveDate,
    pub version: i64,
    pub marks: Vec<u8>,
    /// `None` once it is erased.
    pub words: Option<Vec<u8>>,
}

/// A nudge that the pass sent.
#[derive(Debug)]
pub(in crate::circles) struct OwnNudge {
    pub to_id: Uuid,
    pub day: NaiveDate,
    pub goal_id: Option<Uuid>,
    /// `None` once it is erased.
    pub words: Option<Vec<u8>>,
}

pub(in crate::circles) async fn export_check_ins(
    connection: &mut PgConnection,
    pass: PassId,
    (day, id, _): After,
) -> Result<Vec<StoredItem>, sqlx::Error> {
    sqlx::query_as!(
        StoredItem,
        "SELECT id, day, version, marks, words FROM circles.check_ins
         WHERE pass_id = $1 AND (day, id) > ($2, $3) ORDER BY day, id LIMIT $4",
        pass.0,
        day,
        id,
        BATCH,
    )
    .fetch_all(connection)
    .await
}

pub(in crate::circles) async fn export_goals(
    connection: &mut PgConnection,
    pass: PassId,
    (week, id, _): After,
) -> Result<Vec<StoredItem>, sqlx::Error> {
    sqlx::query_as!(
        StoredItem,
        "SELECT id, week AS day, version, marks, words FROM circles.goals
         WHERE pass_id = $1 AND (week, id) > ($2, $3) ORDER BY week, id LIMIT $4",
        pass.0,
        week,
        id,
        BATCH,
    )
    .fetch_all(connection)
    .await
}

pub(in crate::circles) async fn export_milestones(
    connection: &mut PgConnection,
    pass: PassId,
    (week, id, _): After,
) -> Result<Vec<StoredItem>, sqlx::Error> {
    sqlx::query_as!(
        StoredItem,
        r#"SELECT id, week AS day, version, marks, words AS "words?" FROM circles.milestones
           WHERE pass_id = $1 AND (week, id) > ($2, $3) ORDER BY week, id LIMIT $4"#,
        pass.0,
        week,
        id,
        BATCH,
    )
    .fetch_all(connection)
    .await
}

pub(in crate::circles) async fn export_answers(
    connection: &mut PgConnection,
    pass: PassId,
    (week, id, n): After,
) -> Result<Vec<OwnAnswer>, sqlx::Error> {
    sqlx::query_as!(
        OwnAnswer,
        "SELECT item_kind, item_id, n, week, version, marks, words FROM circles.answers
         WHERE pass_id = $1 AND (week, item_id, n) > ($2, $3, $4) ORDER BY week, item_id, n LIMIT $5",
        pass.0,
        week,
        id,
        n,
        BATCH,
    )
    .fetch_all(connection)
    .await
}

pub(in crate::circles) async fn export_nudges(
    connection: &mut PgConnection,
    pass: PassId,
    (day, to, _): After,
) -> Result<Vec<OwnNudge>, sqlx::Error> {
    sqlx::query_as!(
        OwnNudge,
        "SELECT to_id, day, goal_id, words FROM circles.nudges
         WHERE pass_id = $1 AND (day, to_id) > ($2, $3) ORDER BY day, to_id LIMIT $4",
        pass.0,
        day,
        to,
        BATCH,
    )
    .fetch_all(connection)
    .await
}
