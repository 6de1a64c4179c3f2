//! What members do: the account's token is joined first, in the main database
//! and in a transaction of its own; what comes after knows nothing of it.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    language::Language,
    model::{Content, Topic},
    reviews::read_shown,
    store::{self, StoryRow},
    writing::open_all,
};
use crate::{
    auth::{DeviceKey, KeyUse},
    circles::Circles,
    http::ApiError,
    kernel::StoryId,
};

/// Which stories, and from where on.
#[derive(Debug)]
pub(super) struct Wanted {
    pub topic: Option<Topic>,
    pub language: Option<Language>,
    pub after: Option<(NaiveDate, Uuid)>,
    pub limit: u16,
}

/// A page of stories, and where the next begins.
pub(super) struct Page {
    pub stories: Vec<(StoryRow, Content)>,
    pub next: Option<(NaiveDate, Uuid)>,
}

/// Stories that are shown, newest week first.
pub(super) async fn list(circles: &Circles, wanted: &Wanted) -> Result<Page, ApiError> {
    let filter = (wanted.topic.map(Topic::as_str), wanted.language.map(Language::as_str));
    let mut connection = circles.pool().acquire().await?;
    let mut rows = store::list_shown(&mut connection, filter, wanted.after, i64::from(wanted.limit) + 1).await?;
    drop(connection);
    let more = rows.len() > usize::from(wanted.limit);
    rows.truncate(wanted.limit.into());
    let next = rows.last().filter(|_| more).and_then(|last| Some((last.shown_week?, last.id.0)));
    Ok(Page { stories: open_all(circles, rows).await?, next })
}

/// One story.
pub(super) async fn read(circles: &Circles, id: StoryId) -> Result<(StoryRow, Content), ApiError> {
    let mut connection = circles.pool().acquire().await?;
    read_shown(circles, &mut connection, id).await
}

/// Thanks for one.
pub(super) async fn thank(circles: &Circles, id: StoryId, key: Result<DeviceKey, ApiError>) -> Result<(), ApiError> {
    let mut connection = circles.pool().acquire().await?;
    let key = match key {
        Ok(key) => key,
        // That there is no such story comes before what is wrong with the body.
        Err(wrong) => {
            let there = store::find_shown(&mut connection, id).await?;
            return Err(there.map_or_else(ApiError::not_found, |_| wrong));
        }
    };
    if store::thank(&mut connection, id, &key.hash(KeyUse::Thanks)).await? {
        Ok(())
    } else {
        Err(ApiError::not_found())
    }
}
