//! Clearing away what was kept for as long as the table says.

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::store;
use crate::kernel::Kept;

/// Deletes reports that were closed long enough ago. Their keys have nobody
/// then, and go with the others of that kind in the same night.
///
/// # Errors
/// When the database cannot be reached.
pub async fn tidy(circles: &PgPool, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut connection = circles.acquire().await?;
    store::delete_closed(&mut connection, Kept::ClosedReports.before(now.date_naive())).await
}
