//! Keys of what is written.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

pub(in crate::circles) async fn find_key(
    connection: &mut PgConnection,
    owner: Uuid,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!("SELECT wrapped FROM pass_keys.keys WHERE id = $1", owner).fetch_optional(connection).await
}

/// Keeps a key where there is none; the one that is kept.
pub(in crate::circles) async fn keep_key(
    connection: &mut PgConnection,
    owner: Uuid,
    wrapped: &[u8],
    week: NaiveDate,
) -> Result<Vec<u8>, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO pass_keys.keys (id, wrapped, made_week) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING",
        owner,
        wrapped,
        week,
    )
    .execute(&mut *connection)
    .await?;
    find_key(connection, owner).await?.ok_or(sqlx::Error::RowNotFound)
}

pub(in crate::circles) async fn find_keys(
    connection: &mut PgConnection,
    owners: &[Uuid],
) -> Result<Vec<(Uuid, Vec<u8>)>, sqlx::Error> {
    let rows =
        sqlx::query!("SELECT id, wrapped FROM pass_keys.keys WHERE id = ANY($1)", owners).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.wrapped)).collect())
}

pub(in crate::circles) async fn delete_keys(connection: &mut PgConnection, owners: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM pass_keys.keys WHERE id = ANY($1)", owners).execute(connection).await?;
    Ok(())
}
