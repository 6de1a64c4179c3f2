//! How a source is: what its last reading says of it.
//!
//! A scheduled reading that brings nothing new writes one row, the feed's own.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{FeedState, StoredFeed};
use crate::{
    kernel::FeedId,
    sync::{
        model::{HeldReason, ImportRun, Mode},
        service::Run,
    },
};

/// Notes that a source was read and planned. A plan that was only to be shown
/// says nothing of how the source is.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn note_read(
    connection: &mut PgConnection,
    run: &Run,
    feed: &StoredFeed,
    body_hash: [u8; 32],
    state: FeedState,
    of: &ImportRun,
) -> Result<(), sqlx::Error> {
    if run.mode == Mode::Plan {
        return Ok(());
    }
    let reason = of.held_because.first().map(|reason| (reason.as_str(), held_words(*reason, of)));
    sqlx::query!(
        "UPDATE directory.feeds
         SET state = $2, state_code = $3, state_reason = $4,
             state_since = CASE WHEN state = $2 THEN state_since ELSE $5 END,
             read_at = $5, body_hash = $6, body_version = $7, failures = 0
         WHERE id = $1",
        run.feed_id.0,
        state.as_str(),
        reason.as_ref().map(|(code, _)| *code),
        reason.as_ref().map(|(_, words)| words.as_str()),
        of.finished_at,
        body_hash.as_slice(),
        feed.version,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Why a run is held, for whoever looks after the source.
fn held_words(reason: HeldReason, run: &ImportRun) -> String {
    let had = run.updated + run.removed + run.unchanged;
    match reason {
        HeldReason::SourceEmpty => format!("The source has no meetings at all, and had {had} before."),
        HeldReason::RemovesTooMany => format!("{} of {had} meetings would be removed.", run.removed),
        HeldReason::ChangesTooMany => {
            format!("Very many of {had} meetings would change day, time, zone, place or attendance.")
        }
    }
}

/// Notes that a source could not be read; the directory is as it was.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn note_failed(
    connection: &mut PgConnection,
    feed: FeedId,
    code: &str,
    words: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.feeds
         SET state = 'failing', state_code = $2, state_reason = left($3, 500), failures = failures + 1,
             state_since = CASE WHEN state = 'failing' THEN state_since ELSE $4 END
         WHERE id = $1",
        feed.0,
        code,
        words,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Nothing of the source waits for a person any more.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn settle_feed(
    connection: &mut PgConnection,
    feed: FeedId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.feeds SET state = 'ok', state_code = NULL, state_reason = NULL, state_since = $2
         WHERE id = $1 AND state = 'held'",
        feed.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}
