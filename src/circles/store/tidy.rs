//! Clearing away what is kept long enough.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::kernel::Kept;

/// Erases words that are old. Their rows stay, so that no total falls.
pub(in crate::circles) async fn erase_old_words(
    connection: &mut PgConnection,
    today: NaiveDate,
) -> Result<(), sqlx::Error> {
    let (day, week) = (Kept::CheckInWords.before(today), Kept::CheckInWords.before_week(today));
    sqlx::query!("UPDATE circles.check_ins SET words = NULL WHERE day < $1 AND words IS NOT NULL", day)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("UPDATE circles.goals SET words = NULL WHERE week < $1 AND words IS NOT NULL", week)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("UPDATE circles.answers SET words = NULL WHERE week < $1 AND words IS NOT NULL", week)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM circles.nudges WHERE day < $1", Kept::Nudges.before(today)).execute(connection).await?;
    Ok(())
}

/// Deletes passes that nobody uses, and those that were removed long enough
/// ago, with all that they wrote; which they were.
pub(in crate::circles) async fn delete_old_passes(
    connection: &mut PgConnection,
    today: NaiveDate,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "DELETE FROM circles.passes WHERE seen_week < $1 OR removed_on < $2 RETURNING id",
        Kept::IdlePasses.before_week(today),
        Kept::RemovedPasses.before(today),
    )
    .fetch_all(connection)
    .await
}

/// Deletes sessions, invitations and spent vouchers that nobody can use.
/// `month` is the first whose vouchers are still good.
pub(in crate::circles) async fn delete_spent(
    connection: &mut PgConnection,
    today: NaiveDate,
    month: NaiveDate,
) -> Result<(), sqlx::Error> {
    let sessions = Kept::CircleSessions.before_week(today);
    sqlx::query!("DELETE FROM circles.sessions WHERE used_week < $1", sessions).execute(&mut *connection).await?;
    let invitations = Kept::CircleInvitations.before(today);
    sqlx::query!("DELETE FROM circles.invitations WHERE expires_on < $1", invitations)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM circles.spent_vouchers WHERE month < $1", month).execute(connection).await?;
    Ok(())
}

/// Deletes circles that nobody is in. Looked for and locked first: somebody may
/// be joining one, and is seen by the second statement.
pub(in crate::circles) async fn delete_empty_circles(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let empty = sqlx::query_scalar!(
        "SELECT id FROM circles.circles c
         WHERE NOT EXISTS (SELECT FROM circles.passes p WHERE p.circle_id = c.id)
         FOR UPDATE SKIP LOCKED"
    )
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM circles.circles c
         WHERE id = ANY($1) AND NOT EXISTS (SELECT FROM circles.passes p WHERE p.circle_id = c.id)",
        &empty
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Of these, the owners of keys that there are: passes and reports.
pub(in crate::circles) async fn owners_among(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT id AS "id!" FROM circles.passes WHERE id = ANY($1)
           UNION ALL SELECT id FROM circles.reports WHERE id = ANY($1)"#,
        ids
    )
    .fetch_all(connection)
    .await
}

/// Keys that were made before the week of `monday`, a page after the other.
pub(in crate::circles) async fn list_old_keys(
    connection: &mut PgConnection,
    monday: NaiveDate,
    after: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT id FROM pass_keys.keys WHERE made_week < $1 AND id > $2 ORDER BY id LIMIT 1000",
        monday,
        after
    )
    .fetch_all(connection)
    .await
}
