//! A newer run of a source takes the place of an older one that waits: what it
//! would have done is not what the source says any more.

use sqlx::PgConnection;

use crate::{
    kernel::{FeedId, ImportId},
    sync::model::{SUPERSEDED, StoredRun},
};

/// What is said of a run that another took the place of.
const WORDS: &str = "The source was read again since; that run took the place of this one.";

/// Rejects what waits of a feed besides its newest run. One that somebody
/// decides about at this very moment is theirs.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn supersede(
    connection: &mut PgConnection,
    feed: FeedId,
    by: ImportId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.imports SET status = 'rejected', failure_code = $3, failure = $4
         WHERE id IN (SELECT older.id FROM directory.imports older
                      WHERE older.feed_id = $1 AND older.status = 'held' AND older.id <> $2
                      FOR UPDATE SKIP LOCKED)",
        feed.0,
        by.0,
        SUPERSEDED,
        WORDS,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The run that decides in place of one: the run itself, or what waits of its
/// feed where another took its place.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn in_place_of(
    connection: &mut PgConnection,
    run: StoredRun,
) -> Result<StoredRun, sqlx::Error> {
    if !run.is_superseded() {
        return Ok(run);
    }
    let newer = sqlx::query_scalar!(
        "SELECT id FROM directory.imports WHERE feed_id = $1 AND status = 'held' AND mode = 'apply'
         ORDER BY started_at DESC, id DESC LIMIT 1",
        run.feed_id.0,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let newer = match newer {
        Some(id) => super::find_run(connection, ImportId(id)).await?,
        None => None,
    };
    Ok(newer.unwrap_or(run))
}
