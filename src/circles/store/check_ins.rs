//! Check-ins. Whoever writes one holds the pass.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{NewVersion, StoredItem, WrittenRow};
use crate::kernel::{CircleId, PassId};

/// Which check-ins of a circle: those of its days, the latest first.
#[derive(Debug)]
pub(in crate::circles) struct CheckInQuery {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Of this pass only.
    pub pass: Option<PassId>,
    /// Those after this one.
    pub after: Option<(NaiveDate, Uuid)>,
    pub limit: i64,
}

/// A pass's check-in of a day.
pub(in crate::circles) async fn find_check_in(
    connection: &mut PgConnection,
    pass: PassId,
    day: NaiveDate,
) -> Result<Option<StoredItem>, sqlx::Error> {
    sqlx::query_as!(
        StoredItem,
        "SELECT id, day, version, marks, words FROM circles.check_ins WHERE pass_id = $1 AND day = $2",
        pass.0,
        day,
    )
    .fetch_optional(connection)
    .await
}

/// Keeps a check-in; false where that day has one.
pub(in crate::circles) async fn insert_check_in(
    connection: &mut PgConnection,
    pass: PassId,
    day: NaiveDate,
    new: &NewVersion<'_>,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "INSERT INTO circles.check_ins (id, pass_id, day, version, marks, words) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (pass_id, day) DO NOTHING",
        new.id,
        pass.0,
        day,
        new.version,
        new.marks,
        new.words,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}

/// Changes a check-in.
pub(in crate::circles) async fn update_check_in(
    connection: &mut PgConnection,
    pass: PassId,
    new: &NewVersion<'_>,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "UPDATE circles.check_ins SET version = $3, marks = $4, words = $5 WHERE pass_id = $1 AND id = $2",
        pass.0,
        new.id,
        new.version,
        new.marks,
        new.words,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}

/// Takes a check-in away.
pub(in crate::circles) async fn delete_check_in(
    connection: &mut PgConnection,
    pass: PassId,
    id: Uuid,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!("DELETE FROM circles.check_ins WHERE pass_id = $1 AND id = $2", pass.0, id)
        .execute(connection)
        .await?;
    Ok(rows.rows_affected() == 1)
}

/// Check-ins of a circle as one of its passes sees them.
pub(in crate::circles) async fn list_check_ins(
    connection: &mut PgConnection,
    (reader, circle): (PassId, CircleId),
    query: &CheckInQuery,
) -> Result<Vec<WrittenRow>, sqlx::Error> {
    let (after_day, after_id) = query.after.unzip();
    sqlx::query_as!(
        WrittenRow,
        "SELECT c.id, c.pass_id, p.alias, c.day, c.version, c.marks, c.words
         FROM circles.check_ins c JOIN circles.passes p ON p.id = c.pass_id
         WHERE p.circle_id = $2 AND p.removed_on IS NULL
           AND NOT EXISTS (SELECT FROM circles.mutes m WHERE m.pass_id = $1 AND m.muted_id = p.id)
           AND c.day BETWEEN $3 AND $4 AND ($5::uuid IS NULL OR p.id = $5)
           AND ($6::date IS NULL OR (c.day, c.id) < ($6, $7::uuid))
         ORDER BY c.day DESC, c.id DESC LIMIT $8",
        reader.0,
        circle.0,
        query.from,
        query.to,
        query.pass.map(|pass| pass.0),
        after_day,
        after_id,
        query.limit,
    )
    .fetch_all(connection)
    .await
}
