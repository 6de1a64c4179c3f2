//! How a source is: what its last reading says of it.
//!
//! A scheduled reading that brings nothing new writes one row, the feed's own.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::{
    auth,
    kernel::FeedId,
    sync::{
        feed::{FeedState, mending::mending},
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
             read_at = $5, body_hash = $6, body_version = $7, failures = 0,
             held_told_at = CASE WHEN $2 = 'held' THEN held_told_at END,
             held_told_for = CASE WHEN $2 = 'held' THEN held_told_for END
         WHERE id = $1",
        run.feed_id.0,
        state.as_str(),
        reason.as_ref().map(|(code, _)| *code),
        reason.as_ref().map(|(_, words)| words.as_str()),
        of.finished_at,
        body_hash.as_slice(),
        run.feed.as_ref().map(|feed| feed.version),
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
        "UPDATE directory.feeds
         SET state = CASE WHEN state = 'held' THEN 'ok' ELSE state END,
             state_code = CASE WHEN state = 'held' THEN NULL ELSE state_code END,
             state_reason = CASE WHEN state = 'held' THEN NULL ELSE state_reason END,
             state_since = CASE WHEN state = 'held' THEN $2 ELSE state_since END,
             held_told_at = NULL, held_told_for = NULL
         WHERE id = $1",
        feed.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Has a source planned anew, though it says what it said: what was shown of it
/// is not what would happen any more. Its owners are told of what waits then,
/// unless [`let_be`] comes before.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn show_anew(
    connection: &mut PgConnection,
    feed: FeedId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    // Planned with no version that there is, which still tells with which.
    sqlx::query!(
        "UPDATE directory.feeds
         SET held_told_at = NULL, held_told_for = NULL, body_version = -abs(body_version),
             due_at = CASE WHEN url IS NOT NULL AND deleted_at IS NULL THEN least(due_at, $2) END
         WHERE id = $1",
        feed.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Somebody said no to what the source says: it is not shown anew until it says
/// something else.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn let_be(connection: &mut PgConnection, feed: FeedId) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE directory.feeds SET body_version = abs(body_version) WHERE id = $1", feed.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that a source answered with what it said before. What waits for a
/// person goes on waiting.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn note_unchanged(
    connection: &mut PgConnection,
    feed: FeedId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE directory.feeds f
         SET read_at = $2, failures = 0,
             state = CASE WHEN w.waits THEN 'held' ELSE 'ok' END,
             state_code = CASE WHEN f.state = 'held' THEN f.state_code WHEN w.waits THEN 'waits' END,
             state_reason = CASE WHEN f.state = 'held' THEN f.state_reason
                                 WHEN w.waits THEN 'A run waits for somebody to look at it.' END,
             state_since = CASE WHEN f.state = CASE WHEN w.waits THEN 'held' ELSE 'ok' END THEN f.state_since ELSE $2 END
         FROM (SELECT coalesce((SELECT i.status = 'held' FROM directory.imports i
                                WHERE i.feed_id = $1 AND i.mode = 'apply' AND i.status NOT IN ('queued', 'running', 'failed')
                                ORDER BY i.started_at DESC, i.id DESC LIMIT 1), false) AS waits) AS w
         WHERE f.id = $1",
        feed.0,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds the letter to the office's owners that a run waits for one of them. A
/// source that says something else while it waits is told of once a day, unless
/// it waits for another reason now: the link of the letter that they have leads
/// to what waits now.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn tell_held(
    connection: &mut PgConnection,
    run: &Run,
    of: &ImportRun,
) -> Result<(), sqlx::Error> {
    let reasons: Vec<String> = of.held_because.iter().map(|reason| reason.as_str().to_owned()).collect();
    let told = sqlx::query!(
        "UPDATE directory.feeds SET held_told_at = $2, held_told_for = $3
         WHERE id = $1 AND (held_told_at IS NULL OR held_told_at <= $2::timestamptz - interval '1 day'
                            OR held_told_for <> $3)",
        run.feed_id.0,
        of.finished_at,
        &reasons,
    )
    .execute(&mut *connection)
    .await?;
    if told.rows_affected() == 0 {
        return Ok(());
    }
    let reason: Vec<String> = of.held_because.iter().map(|reason| held_words(*reason, of)).collect();
    let subject = json!({
        "intergroup_id": run.intergroup_id, "import_id": run.id, "reason": reason.join(" "),
        "name": run.feed.as_ref().map(|feed| feed.settings.name.to_string()),
    });
    let once = format!("held {}", run.id);
    auth::enqueue(connection, "import_held", subject, Some(&once), of.finished_at).await
}

/// Adds a letter to its office's owners for each source that has been failing
/// for a day; once each time that it begins to. It says what the feed says, and
/// how to mend it.
///
/// # Errors
/// When the database cannot be reached.
pub(in crate::sync) async fn tell_failing(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let failing = sqlx::query!(
        "UPDATE directory.feeds SET told_at = $1
         WHERE state = 'failing' AND deleted_at IS NULL AND state_since <= $1::timestamptz - interval '1 day'
           AND (told_at IS NULL OR told_at < state_since)
         RETURNING id, intergroup_id, name, state_code, state_reason",
        now,
    )
    .fetch_all(&mut *connection)
    .await?;
    for feed in failing {
        let code = feed.state_code.unwrap_or_default();
        let subject = json!({ "intergroup_id": feed.intergroup_id, "name": feed.name, "code": code,
                              "reason": feed.state_reason, "mend": mending(&code) });
        auth::enqueue(connection, "feed_failing", subject, None, now).await?;
    }
    Ok(())
}
