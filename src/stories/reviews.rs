//! What moderators see of a story, and what their decisions do to it.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    model::Content,
    store::{self, StoryRow},
};
use crate::{
    circles::{Circles, Sealed, TextKey, this_week},
    http::ApiError,
    kernel::{ReportId, StoryId},
};

/// A story that is there, locked until the transaction ends.
///
/// # Errors
/// When the database cannot be reached.
pub async fn found(connection: &mut PgConnection, id: StoryId) -> Result<Option<StoryRow>, ApiError> {
    Ok(store::lock_story(connection, id).await?)
}

/// What of a story waits to be read; `None` where its key or it is gone, or the
/// text is damaged.
///
/// # Errors
/// When a database cannot be reached.
pub async fn read_draft(
    circles: &Circles,
    connection: &mut PgConnection,
    id: StoryId,
) -> Result<Option<Content>, ApiError> {
    match store::find_story(connection, id).await? {
        Some(story) => open_draft(circles, &story).await,
        None => Ok(None),
    }
}

/// What of a story waits to be read.
pub(super) async fn open_draft(circles: &Circles, story: &StoryRow) -> Result<Option<Content>, ApiError> {
    opened(circles, story, story.draft.as_deref()).await
}

/// What of it is shown.
pub(super) async fn open_shown(circles: &Circles, story: &StoryRow) -> Result<Option<Content>, ApiError> {
    opened(circles, story, story.shown.as_deref()).await
}

/// A story as members read it, and its author's pass.
///
/// # Errors
/// `not_found` where none is shown.
pub async fn read_shown(
    circles: &Circles,
    connection: &mut PgConnection,
    id: StoryId,
) -> Result<(StoryRow, Content), ApiError> {
    let row = store::find_shown(connection, id).await?.ok_or_else(ApiError::not_found)?;
    let content = open_shown(circles, &row).await?.ok_or_else(ApiError::not_found)?;
    Ok((row, content))
}

/// Shows what waited.
///
/// # Errors
/// When a database cannot be reached.
pub async fn let_through(circles: &Circles, connection: &mut PgConnection, story: &StoryRow) -> Result<(), ApiError> {
    let content = open_draft(circles, story).await?;
    let (Some(content), Some(draft)) = (content, &story.draft) else { return Ok(()) };
    let shown = (content.topic.as_str(), content.language.as_str(), draft.as_slice());
    Ok(store::show(connection, story.id, shown, this_week(circles.clock().now())).await?)
}

/// Gives it back to its author; an earlier version that shows goes on showing.
///
/// # Errors
/// When the database cannot be reached.
pub async fn send_back(connection: &mut PgConnection, story: &StoryRow, review: ReportId) -> Result<(), ApiError> {
    Ok(store::return_draft(connection, story.id, review).await?)
}

/// What of a story that was found is shown; `None` also where it does not open.
///
/// # Errors
/// When the database of the keys cannot be reached.
pub async fn now_shown(circles: &Circles, story: &StoryRow) -> Result<Option<Content>, ApiError> {
    open_shown(circles, story).await
}

/// Shows it no more, by a decision about a report.
///
/// # Errors
/// When the database cannot be reached.
pub async fn take_down(connection: &mut PgConnection, story: &StoryRow, report: ReportId) -> Result<(), ApiError> {
    Ok(store::hide(connection, story.id, report).await?)
}

/// Shows what was taken down by a report, unless another version was shown or
/// its author has written anew since; whether it did.
///
/// # Errors
/// When a database cannot be reached.
pub async fn show_again(
    circles: &Circles,
    connection: &mut PgConnection,
    (story, report): (&StoryRow, ReportId),
    content: &Content,
) -> Result<bool, ApiError> {
    if story.removed_by != Some(report) {
        return Ok(false);
    }
    // A pass that is leaving has lost its key, and gets no other.
    let keys = circles.sealer().keys(&[story.pass.0]).await?;
    let Some(key) = keys.get(&story.pass.0) else { return Ok(false) };
    let sealed = circles.sealer().seal(key, Sealed::Words, story.id.0, content)?;
    store::unhide(connection, story.id, (content.topic.as_str(), content.language.as_str(), &sealed)).await?;
    Ok(true)
}

async fn opened(circles: &Circles, story: &StoryRow, sealed: Option<&[u8]>) -> Result<Option<Content>, ApiError> {
    let keys = circles.sealer().keys(&[story.pass.0]).await?;
    Ok(keys.get(&story.pass.0).zip(sealed).and_then(|(key, sealed)| open(key, story.id.0, sealed)))
}

/// Opens a story. One that does not open is as if it were not there, so that its
/// author can write it anew and no list ends at it; it is logged without its id.
pub(super) fn open(key: &TextKey, id: Uuid, sealed: &[u8]) -> Option<Content> {
    let opened = key.open(Sealed::Words, id, sealed);
    opened.inspect_err(|_| tracing::error!("a story does not open; it is left out")).ok()
}
