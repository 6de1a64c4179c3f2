//! Office keys for machines, in the scope of their office.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::{
    auth::caller::KeyScope,
    kernel::{AccountId, IntergroupId, KeyId},
};

/// A key to be kept.
#[derive(Debug)]
pub struct NewKey<'a> {
    /// Its id.
    pub id: KeyId,
    /// Whose it is.
    pub intergroup_id: IntergroupId,
    /// What its office calls it.
    pub name: &'a str,
    /// SHA-256 of the key.
    pub hash: [u8; 32],
    /// What it may do.
    pub scopes: &'a [KeyScope],
    /// Who made it.
    pub created_by: AccountId,
    /// When.
    pub now: DateTime<Utc>,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
}

/// A key as its office sees it.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// Its id.
    pub id: KeyId,
    /// Whose it is.
    pub intergroup_id: IntergroupId,
    /// What its office calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<KeyScope>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops working.
    pub expires_at: DateTime<Utc>,
    /// The day it was last used.
    pub last_used_on: Option<NaiveDate>,
}

/// Keeps a key.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert_key(connection: &mut PgConnection, new: &NewKey<'_>) -> Result<(), sqlx::Error> {
    let scopes: Vec<String> = new.scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    sqlx::query!(
        "INSERT INTO office.keys (id, intergroup_id, name, secret_hash, scopes, created_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.id.0,
        new.intergroup_id.0,
        new.name,
        new.hash.as_slice(),
        &scopes,
        new.created_by.0,
        new.now,
        new.expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The keys of an office that were not revoked, newest first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_keys(connection: &mut PgConnection, office: IntergroupId) -> Result<Vec<KeyRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT id, intergroup_id, name, scopes, created_at, expires_at, last_used_on FROM office.keys
         WHERE intergroup_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id DESC",
        office.0
    )
    .fetch_all(connection)
    .await?;
    let keys = rows.into_iter().map(|row| KeyRow {
        id: KeyId(row.id),
        intergroup_id: IntergroupId(row.intergroup_id),
        name: row.name,
        scopes: row.scopes.iter().filter_map(|scope| KeyScope::parse(scope)).collect(),
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_on: row.last_used_on,
    });
    Ok(keys.collect())
}

/// Revokes a key; what it was called, or `None` where there is none.
///
/// # Errors
/// When the database cannot be reached.
pub async fn revoke_key(
    connection: &mut PgConnection,
    office: IntergroupId,
    id: KeyId,
    now: DateTime<Utc>,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "UPDATE office.keys SET revoked_at = $3
         WHERE id = $2 AND intergroup_id = $1 AND revoked_at IS NULL RETURNING name",
        office.0,
        id.0,
        now,
    )
    .fetch_optional(connection)
    .await
}

/// Takes note of keys that end before `before` and nobody was warned of, and
/// says which; in the scope `operator`.
///
/// # Errors
/// When the database cannot be reached.
pub async fn expiring_keys(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    before: DateTime<Utc>,
) -> Result<Vec<KeyRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "UPDATE office.keys SET warned_at = $1
         WHERE revoked_at IS NULL AND warned_at IS NULL AND expires_at > $1 AND expires_at < $2
         RETURNING id, intergroup_id, name, scopes, created_at, expires_at, last_used_on",
        now,
        before,
    )
    .fetch_all(connection)
    .await?;
    let keys = rows.into_iter().map(|row| KeyRow {
        id: KeyId(row.id),
        intergroup_id: IntergroupId(row.intergroup_id),
        name: row.name,
        scopes: row.scopes.iter().filter_map(|scope| KeyScope::parse(scope)).collect(),
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_on: row.last_used_on,
    });
    Ok(keys.collect())
}

/// Notes the day that a key was used; in the scope `sign_in`.
pub(in crate::auth) async fn touch_key(
    connection: &mut PgConnection,
    id: KeyId,
    today: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE office.keys SET last_used_on = $2 WHERE id = $1", id.0, today).execute(connection).await?;
    Ok(())
}
