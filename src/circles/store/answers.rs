//! Answers, still sealed.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    circles::answer::Place,
    kernel::{CircleId, PassId},
};

/// An answer and whose it is.
#[derive(Debug)]
pub(in crate::circles) struct AnswerRow {
    pub pass_id: Uuid,
    pub alias: String,
    pub item_id: Uuid,
    pub n: i16,
    pub version: i64,
    pub marks: Vec<u8>,
    /// `None` once it is erased.
    pub words: Option<Vec<u8>>,
}

/// An answer to be kept.
#[derive(Debug)]
pub(in crate::circles) struct KeptAnswer<'a> {
    pub version: i64,
    pub marks: &'a [u8],
    pub words: &'a [u8],
}

/// Whether what is answered is there and of somebody in that circle.
pub(in crate::circles) async fn has_item(
    connection: &mut PgConnection,
    circle: CircleId,
    place: Place,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
             SELECT FROM circles.passes
             WHERE circle_id = $1 AND removed_on IS NULL
               AND id = CASE $2::text
                          WHEN 'check_in' THEN (SELECT pass_id FROM circles.check_ins WHERE id = $3)
                          WHEN 'goal' THEN (SELECT pass_id FROM circles.goals WHERE id = $3)
                          ELSE (SELECT pass_id FROM circles.milestones WHERE id = $3)
                        END) AS "there!""#,
        circle.0,
        place.kind.as_str(),
        place.item,
    )
    .fetch_one(connection)
    .await
}

/// One of a pass's own.
pub(in crate::circles) async fn find_answer(
    connection: &mut PgConnection,
    pass: PassId,
    place: Place,
) -> Result<Option<AnswerRow>, sqlx::Error> {
    sqlx::query_as!(
        AnswerRow,
        "SELECT a.pass_id, p.alias, a.item_id, a.n, a.version, a.marks, a.words
         FROM circles.answers a JOIN circles.passes p ON p.id = a.pass_id
         WHERE a.pass_id = $1 AND a.item_kind = $2 AND a.item_id = $3 AND a.n = $4",
        pass.0,
        place.kind.as_str(),
        place.item,
        place.n,
    )
    .fetch_optional(connection)
    .await
}

/// Keeps one where a pass, which is locked, has it or not.
pub(in crate::circles) async fn keep_answer(
    connection: &mut PgConnection,
    (pass, place): (PassId, Place),
    week: NaiveDate,
    kept: &KeptAnswer<'_>,
) -> Result<bool, sqlx::Error> {
    // It stays in the week in which it was given.
    let rows = sqlx::query!(
        "INSERT INTO circles.answers (pass_id, item_kind, item_id, n, week, version, marks, words)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (pass_id, item_id, n)
         DO UPDATE SET version = excluded.version, marks = excluded.marks, words = excluded.words",
        pass.0,
        place.kind.as_str(),
        place.item,
        place.n,
        week,
        kept.version,
        kept.marks,
        kept.words,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}

/// Takes one of a pass's own away, whether what it answers is there or not.
pub(in crate::circles) async fn delete_answer(
    connection: &mut PgConnection,
    pass: PassId,
    place: Place,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "DELETE FROM circles.answers WHERE pass_id = $1 AND item_kind = $2 AND item_id = $3 AND n = $4",
        pass.0,
        place.kind.as_str(),
        place.item,
        place.n,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}

/// What was said to these items in a circle, as `reader` sees it; of each in
/// the order of weeks, then of aliases.
pub(in crate::circles) async fn list_answers(
    connection: &mut PgConnection,
    (reader, circle): (PassId, CircleId),
    items: &[Uuid],
) -> Result<Vec<AnswerRow>, sqlx::Error> {
    sqlx::query_as!(
        AnswerRow,
        "SELECT a.pass_id, p.alias, a.item_id, a.n, a.version, a.marks, a.words
         FROM circles.answers a JOIN circles.passes p ON p.id = a.pass_id
         WHERE a.item_id = ANY($3) AND p.circle_id = $2 AND p.removed_on IS NULL
           AND NOT EXISTS (SELECT FROM circles.mutes u WHERE u.pass_id = $1 AND u.muted_id = p.id)
         ORDER BY a.item_id, a.week, p.alias, a.n",
        reader.0,
        circle.0,
        items,
    )
    .fetch_all(connection)
    .await
}
