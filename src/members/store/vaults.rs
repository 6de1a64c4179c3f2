//! Versions of vaults.

use sqlx::PgConnection;

use crate::kernel::MemberId;

/// A version of a vault as it is kept.
#[derive(Debug)]
pub struct VaultRow {
    /// Counted from a random number.
    pub version: i64,
    /// What the device encrypted, encrypted once more.
    pub sealed: Vec<u8>,
}

/// The version of a vault that is the newest, or the one that is asked for.
pub(in crate::members) async fn find_vault(
    connection: &mut PgConnection,
    member: MemberId,
    version: Option<i64>,
) -> Result<Option<VaultRow>, sqlx::Error> {
    sqlx::query_as!(
        VaultRow,
        "SELECT version, sealed FROM members.vaults
         WHERE account_id = $1 AND ($2::bigint IS NULL OR version = $2)
         ORDER BY version DESC LIMIT 1",
        member.0,
        version,
    )
    .fetch_optional(connection)
    .await
}

/// Every version that is kept, the oldest first.
pub(in crate::members) async fn list_vaults(
    connection: &mut PgConnection,
    member: MemberId,
) -> Result<Vec<VaultRow>, sqlx::Error> {
    sqlx::query_as!(
        VaultRow,
        "SELECT version, sealed FROM members.vaults WHERE account_id = $1 ORDER BY version",
        member.0
    )
    .fetch_all(connection)
    .await
}

/// How many bytes each version takes.
pub(in crate::members) async fn vault_sizes(
    connection: &mut PgConnection,
    member: MemberId,
) -> Result<Vec<i32>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT length(sealed) AS \"length!\" FROM members.vaults WHERE account_id = $1 ORDER BY version",
        member.0
    )
    .fetch_all(connection)
    .await
}

/// Keeps a new version.
pub(in crate::members) async fn insert_vault(
    connection: &mut PgConnection,
    member: MemberId,
    version: i64,
    sealed: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO members.vaults (account_id, version, sealed) VALUES ($1, $2, $3)",
        member.0,
        version,
        sealed
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Deletes all but the newest so many.
pub(in crate::members) async fn keep_last_vaults(
    connection: &mut PgConnection,
    member: MemberId,
    kept: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM members.vaults WHERE account_id = $1 AND version NOT IN
             (SELECT version FROM members.vaults WHERE account_id = $1 ORDER BY version DESC LIMIT $2)",
        member.0,
        kept,
    )
    .execute(connection)
    .await?;
    Ok(())
}
