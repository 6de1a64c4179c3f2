//! What decisions do.
//!
//! Whoever decides has seen what was reported or waited, and nothing else: so
//! what stands there by then is taken away only where it is that, and what was
//! taken away is put back only where nothing has come after it. Otherwise a
//! decision is kept, with what it does to the right to write, and says that it
//! was changed since.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    chain::DecisionRow,
    items,
    model::{Copied, Decision, Reported, STORY},
    reporting::or_left_out,
    store::{self, ReportRow},
};
use crate::{
    circles::{Circles, Sealed},
    http::ApiError,
    kernel::StoryId,
    stories::{self, StoryRow},
};

/// What came of a decision.
#[derive(Default)]
pub(super) struct Done {
    /// What it is about was another by then, or gone, and was left as it is.
    pub changed_since: bool,
    /// Other reports of what it took away, which are decided with it.
    pub others: Vec<Uuid>,
}

impl Done {
    const NOTHING: Self = Self { changed_since: true, others: Vec::new() };
}

/// What a first decision does.
pub(super) async fn carry_out(
    circles: &Circles,
    connection: &mut PgConnection,
    report: &ReportRow,
    decision: Decision,
) -> Result<Done, ApiError> {
    let keeps = decision == Decision::Keep;
    if report.review_of.is_some() {
        let Some(story) = story_of(connection, report).await? else { return Ok(Done::NOTHING) };
        if keeps {
            stories::let_through(circles, connection, &story).await?;
        } else {
            stories::send_back(connection, &story, report.id).await?;
        }
        return Ok(Done::default());
    }
    // How somebody behaves is no item, and nothing is taken away.
    if keeps || report.item_kind == "pass" {
        return Ok(Done::default());
    }
    remove(circles, connection, report).await
}

/// Takes away what was reported, where it is what stands there.
async fn remove(circles: &Circles, connection: &mut PgConnection, report: &ReportRow) -> Result<Done, ApiError> {
    let Some(reported) = reported(circles, report).await? else { return Ok(Done::NOTHING) };
    let story = story_of(connection, report).await?;
    let now = match &story {
        Some(story) => {
            stories::now_shown(circles, story).await?.map(|content| Copied::of_story(content, String::new()))
        }
        None => items::standing(circles, connection, report).await?,
    };
    let Some(now) = now.filter(|now| reported.item.covers(now)) else { return Ok(Done::NOTHING) };
    match &story {
        Some(story) => stories::take_down(connection, story, report.id).await?,
        None => store::erase_item(connection, report).await?,
    }
    let others = store::list_others(connection, report).await?;
    let ids: Vec<Uuid> = others.iter().map(|(id, _)| *id).collect();
    let keys = circles.sealer().keys(&ids).await?;
    let same = |(id, words): &(Uuid, Vec<u8>)| {
        let opened = keys.get(id).map(|key| key.open::<Reported>(Sealed::Words, *id, words));
        opened.and_then(or_left_out).is_some_and(|other| other.item.covers(&now))
    };
    let others = others.iter().filter(|other| same(other)).map(|(id, _)| *id).collect();
    Ok(Done { changed_since: false, others })
}

/// What a decision on appeal does to that before it. What was erased is not
/// brought back by us: its author has it in their list, and can write it anew.
pub(super) async fn on_second_thoughts(
    circles: &Circles,
    connection: &mut PgConnection,
    report: &ReportRow,
    (first, decision): (&DecisionRow, Decision),
) -> Result<Done, ApiError> {
    if decision != Decision::Keep || report.item_kind != STORY || first.changed_since {
        return Ok(Done::default());
    }
    let Some(story) = story_of(connection, report).await? else { return Ok(Done::NOTHING) };
    let done = if report.review_of.is_some() {
        let stands = story.returned_by == Some(report.id);
        if stands {
            stories::let_through(circles, connection, &story).await?;
        }
        stands
    } else {
        match reported(circles, report).await?.and_then(|reported| reported.item.story) {
            Some(content) => stories::show_again(circles, connection, (&story, report.id), &content).await?,
            None => false,
        }
    };
    Ok(Done { changed_since: !done, others: Vec::new() })
}

/// What was reported, as the moderator sees it; `None` where its key is gone or
/// it does not open.
async fn reported(circles: &Circles, report: &ReportRow) -> Result<Option<Reported>, ApiError> {
    let keys = circles.sealer().keys(&[report.id.0]).await?;
    let opened = keys.get(&report.id.0).zip(report.words.as_deref());
    let opened = opened.map(|(key, words)| key.open(Sealed::Words, report.id.0, words));
    Ok(opened.and_then(or_left_out))
}

/// The story that a report or review is about, locked.
pub(super) async fn story_of(connection: &mut PgConnection, report: &ReportRow) -> Result<Option<StoryRow>, ApiError> {
    if report.item_kind == STORY { stories::found(connection, StoryId(report.item_id)).await } else { Ok(None) }
}
