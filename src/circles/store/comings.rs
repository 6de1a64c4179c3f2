//! Who leaves, is removed, or looks after a circle.

use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::{
    circles::model::Stewards,
    kernel::{CircleId, PassId},
};

/// Locks a pass, so that its devices take turns and none writes while it
/// leaves: whether it is removed, `None` where it is gone.
pub(in crate::circles) async fn hold_pass(
    connection: &mut PgConnection,
    pass: PassId,
) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT removed_on IS NOT NULL AS "removed!" FROM circles.passes WHERE id = $1 FOR NO KEY UPDATE"#,
        pass.0,
    )
    .fetch_optional(connection)
    .await
}

/// Takes a pass out of everybody's sight; it looks after nothing any more.
/// False where it is not in that circle; an author's is in none.
pub(in crate::circles) async fn remove_pass(
    connection: &mut PgConnection,
    (circle, pass): (Option<CircleId>, PassId),
    today: NaiveDate,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "UPDATE circles.passes SET removed_on = $3, steward = false
         WHERE circle_id IS NOT DISTINCT FROM $1 AND id = $2 AND removed_on IS NULL",
        circle.map(|id| id.0),
        pass.0,
        today,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}

/// Erases a pass and everything that it wrote.
pub(in crate::circles) async fn delete_pass(connection: &mut PgConnection, pass: PassId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM circles.passes WHERE id = $1", pass.0).execute(connection).await?;
    Ok(())
}

/// Takes back the invitations of a circle that nobody is in, and deletes it
/// where nobody can fetch anything from it either.
pub(in crate::circles) async fn close_if_empty(
    connection: &mut PgConnection,
    circle: CircleId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM circles.invitations
         WHERE circle_id = $1
           AND NOT EXISTS (SELECT FROM circles.passes WHERE circle_id = $1 AND removed_on IS NULL)",
        circle.0,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM circles.circles
         WHERE id = $1 AND NOT EXISTS (SELECT FROM circles.passes WHERE circle_id = $1)",
        circle.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Has somebody look after the circle as well; false where they are not in it.
pub(in crate::circles) async fn make_steward(
    connection: &mut PgConnection,
    (circle, pass): (CircleId, PassId),
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "UPDATE circles.passes SET steward = true WHERE circle_id = $1 AND id = $2 AND removed_on IS NULL",
        circle.0,
        pass.0,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}

/// Whether one of `stewards` looks after a circle.
pub(in crate::circles) async fn has_steward(
    connection: &mut PgConnection,
    circle: CircleId,
    stewards: Stewards,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM circles.passes
                          WHERE circle_id = $1 AND steward AND removed_on IS NULL AND seen_week >= $2
                            AND (suspended_until IS NULL OR suspended_until < $3)) AS "there!""#,
        circle.0,
        stewards.since,
        stewards.today,
    )
    .fetch_one(connection)
    .await
}

/// When a pass, which is locked, wants to be asked, and about what.
pub(in crate::circles) async fn find_asking(
    connection: &mut PgConnection,
    pass: PassId,
) -> Result<(Option<i16>, Option<String>), sqlx::Error> {
    let row = sqlx::query!("SELECT ask_me_on, ask_about FROM circles.passes WHERE id = $1", pass.0)
        .fetch_one(connection)
        .await?;
    Ok((row.ask_me_on, row.ask_about))
}

pub(in crate::circles) async fn update_asking(
    connection: &mut PgConnection,
    pass: PassId,
    on: Option<i16>,
    about: Option<&str>,
) -> Result<bool, sqlx::Error> {
    let rows =
        sqlx::query!("UPDATE circles.passes SET ask_me_on = $2, ask_about = $3 WHERE id = $1", pass.0, on, about)
            .execute(connection)
            .await?;
    Ok(rows.rows_affected() == 1)
}
