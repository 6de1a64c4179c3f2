//! Clearing away what was kept for as long as the table says.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::store;

/// Clears away among accounts. Safe to repeat, and on several nodes at once.
///
/// # Errors
/// When the database cannot be reached.
pub async fn tidy(members: &PgPool, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut transaction = members.begin().await?;
    store::clear_away(&mut transaction, now.date_naive()).await?;
    transaction.commit().await
}
