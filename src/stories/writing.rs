//! What authors do.

use sqlx::PgConnection;

use super::{
    model::Content,
    reviews::{open, open_draft, open_shown},
    store::{self, StoryRow},
};
use crate::{
    auth::DeviceKey,
    circles::{Asks, Author, Circles, Pass, PassToken, Sealed, this_week},
    http::{ApiError, ErrorCode},
    kernel::{PassId, ReportId, StoryId},
};

/// A story as its author sees it.
pub(super) struct OwnStory {
    pub row: StoryRow,
    /// What was written last; `None` where that was taken down.
    pub latest: Option<Content>,
    /// What is shown, where that is another version.
    pub shown: Option<Content>,
}

/// Spends a voucher and keeps a story; the same again finds it.
pub(super) async fn begin(
    circles: &Circles,
    voucher: &str,
    key: &DeviceKey,
    content: &Content,
) -> Result<(Author, OwnStory), ApiError> {
    let (mut transaction, author) = circles.admit_author(voucher, key).await?;
    if !author.again {
        let id = StoryId(circles.entropy().uuid_v4());
        let key = circles.sealer().new_key(author.pass.0).await?;
        let sealed = circles.sealer().seal(&key, Sealed::Words, id.0, content)?;
        store::insert_story(&mut transaction, (id, author.pass), &sealed).await?;
        ask_for_review(circles, &mut transaction, (id, author.pass)).await?;
    }
    let row = store::story_of(&mut transaction, author.pass).await?.ok_or_else(ApiError::not_found)?;
    let story = own(circles, row).await?;
    // What is not kept is not said to be: the key signs in, and edits.
    if ![&story.latest, &story.shown].into_iter().any(|kept| kept.as_ref() == Some(content)) {
        let another =
            "This voucher and key have made a story already, with other words. Sign in with the key to change it.";
        return Err(ApiError::new(ErrorCode::Conflict).with_detail(another));
    }
    transaction.commit().await?;
    Ok((author, story))
}

/// An author's own story.
pub(super) async fn read(circles: &Circles, token: &PassToken) -> Result<(Pass, OwnStory), ApiError> {
    let (mut connection, pass) = circles.look(token, Asks::Reads).await?;
    let row = store::story_of(&mut connection, pass.author()?).await?.ok_or_else(ApiError::not_found)?;
    let story = own(circles, row).await?;
    Ok((pass, story))
}

/// Edits a story. What is as it was stays as it is, and where it is.
pub(super) async fn edit(
    circles: &Circles,
    token: &PassToken,
    content: Result<Content, ApiError>,
    count: impl FnOnce() -> Result<(), ApiError>,
) -> Result<(Pass, OwnStory), ApiError> {
    let (mut transaction, pass) = circles.enter(token, Asks::Writes).await?;
    let author = pass.author()?;
    // Whoever decides about it now comes first, or finds the new version.
    if !store::hold_author(&mut transaction, author).await? {
        return Err(ApiError::new(ErrorCode::SessionEnded));
    }
    let row = store::story_of(&mut transaction, author).await?.ok_or_else(ApiError::not_found)?;
    let story = own(circles, row).await?;
    let content = content?;
    if story.latest.as_ref() == Some(&content) {
        return Ok((pass, story));
    }
    count()?;
    let id = story.row.id;
    // Made with the pass: where it is gone, the pass is leaving and gets no other.
    let keys = circles.sealer().keys(&[author.0]).await?;
    let key = keys.get(&author.0).ok_or_else(|| ApiError::new(ErrorCode::SessionEnded))?;
    let sealed = circles.sealer().seal(key, Sealed::Words, id.0, &content)?;
    store::save_draft(&mut transaction, id, &sealed).await?;
    store::end_reviews(&mut transaction, id, circles.clock().now().date_naive()).await?;
    ask_for_review(circles, &mut transaction, (id, author)).await?;
    let row = store::story_of(&mut transaction, author).await?.ok_or_else(ApiError::not_found)?;
    let story = own(circles, row).await?;
    transaction.commit().await?;
    Ok((pass, story))
}

/// Erases a story and its author's pass. Out of sight first, and the pass writes
/// no more; then the key goes, and with it every word; then the rows. The same
/// again ends what was broken off.
pub(super) async fn erase(circles: &Circles, token: &PassToken) -> Result<(), ApiError> {
    let (mut transaction, pass) = circles.enter(token, Asks::Exports).await?;
    let author = pass.author()?;
    store::hold_author(&mut transaction, author).await?;
    let reviews = store::reviews_of(&mut transaction, author).await?;
    store::withdraw(&mut transaction, author, circles.clock().now().date_naive()).await?;
    transaction.commit().await?;
    let transaction = circles.pool().begin().await?;
    circles.erase_author(transaction, author, &reviews).await
}

async fn ask_for_review(
    circles: &Circles,
    connection: &mut PgConnection,
    story: (StoryId, PassId),
) -> Result<(), ApiError> {
    let id = ReportId(circles.entropy().uuid_v4());
    Ok(store::insert_review(connection, id, story, this_week(circles.clock().now())).await?)
}

async fn own(circles: &Circles, row: StoryRow) -> Result<OwnStory, ApiError> {
    let (draft, shown) = (open_draft(circles, &row).await?, open_shown(circles, &row).await?);
    let (latest, shown) = if draft.is_some() { (draft, shown) } else { (shown, None) };
    Ok(OwnStory { row, latest, shown })
}

/// Opens what many authors wrote; what does not open is left out.
pub(super) async fn open_all(circles: &Circles, rows: Vec<StoryRow>) -> Result<Vec<(StoryRow, Content)>, ApiError> {
    let owners: Vec<_> = rows.iter().map(|row| row.pass.0).collect();
    let keys = circles.sealer().keys(&owners).await?;
    let mut opened = Vec::with_capacity(rows.len());
    for row in rows {
        let sealed = keys.get(&row.pass.0).zip(row.shown.as_deref());
        if let Some(content) = sealed.and_then(|(key, sealed)| open(key, row.id.0, sealed)) {
            opened.push((row, content));
        }
    }
    Ok(opened)
}
