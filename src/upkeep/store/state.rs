//! Who does the work, and whether it is done.

use chrono::NaiveDate;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::upkeep::Part;

/// Takes the lock of a part for as long as this connection lives; false where
/// another node has it.
pub(in crate::upkeep) async fn try_lock(connection: &mut PgConnection, part: Part) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(part.lock()).fetch_one(connection).await
}

/// The day on which the work of the night was last done in a part, by its owner.
///
/// # Errors
/// When the database cannot be asked.
pub async fn done_on(connection: &mut PgConnection, part: Part) -> Result<Option<NaiveDate>, sqlx::Error> {
    let sql = AssertSqlSafe(format!("SELECT done_on FROM {}.upkeep", part.schema()));
    sqlx::query_scalar(sql).fetch_optional(connection).await
}

/// Keeps that it is done.
pub(in crate::upkeep) async fn set_done_on(
    connection: &mut PgConnection,
    part: Part,
    today: NaiveDate,
) -> Result<(), sqlx::Error> {
    let sql = format!(
        "INSERT INTO {}.upkeep (done_on) VALUES ($1) ON CONFLICT (here) DO UPDATE SET done_on = excluded.done_on",
        part.schema()
    );
    sqlx::query(AssertSqlSafe(sql)).bind(today).execute(connection).await?;
    Ok(())
}
