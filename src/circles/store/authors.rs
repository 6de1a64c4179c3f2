//! Passes of authors.

use sqlx::PgConnection;

use crate::kernel::PassId;

/// Deletes an author's pass, and with it its sessions and story.
pub(in crate::circles) async fn delete_author(connection: &mut PgConnection, pass: PassId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM circles.passes WHERE id = $1 AND kind = 'author'", pass.0).execute(connection).await?;
    Ok(())
}
