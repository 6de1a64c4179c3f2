//! Signing keys as they are kept: private ones encrypted.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A key pair as it is kept.
#[derive(Debug)]
pub(in crate::auth) struct SigningKeyRow {
    pub kid: String,
    pub audience: String,
    pub public_key: Vec<u8>,
    /// Encrypted PKCS#8.
    pub private_key: Vec<u8>,
    pub signs_from: DateTime<Utc>,
    pub signs_until: Option<DateTime<Utc>>,
    pub verifies_until: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// Makes those who would change keys take turns, until the transaction ends.
pub(in crate::auth) async fn lock_signing_keys(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("LOCK TABLE auth.signing_keys IN SHARE ROW EXCLUSIVE MODE").execute(connection).await?;
    Ok(())
}

pub(in crate::auth) async fn list_signing_keys(
    connection: &mut PgConnection,
) -> Result<Vec<SigningKeyRow>, sqlx::Error> {
    sqlx::query_as!(
        SigningKeyRow,
        "SELECT kid, audience, public_key, private_key, signs_from, signs_until, verifies_until, created_at
         FROM auth.signing_keys ORDER BY audience, signs_from, kid"
    )
    .fetch_all(connection)
    .await
}

pub(in crate::auth) async fn insert_signing_key(
    connection: &mut PgConnection,
    key: &SigningKeyRow,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO auth.signing_keys (kid, audience, public_key, private_key, signs_from, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        key.kid,
        key.audience,
        key.public_key,
        key.private_key,
        key.signs_from,
        key.created_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Sets when a key stops signing, and being believed.
pub(in crate::auth) async fn end_signing_key(
    connection: &mut PgConnection,
    kid: &str,
    signs_until: DateTime<Utc>,
    verifies_until: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE auth.signing_keys SET signs_until = $2, verifies_until = $3 WHERE kid = $1",
        kid,
        signs_until,
        verifies_until,
    )
    .execute(connection)
    .await?;
    Ok(())
}
