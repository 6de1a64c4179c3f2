//! The queue and its decisions.
//!
//! A decision is one transaction over circles: the report is locked, so that of
//! two who decide at once the second finds it decided; then what it does; then
//! the new link of the chain, for which all who decide take turns. The
//! moderator's account was asked before, in the main database.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    chain::DecisionRow,
    effects::{carry_out, on_second_thoughts},
    model::{Category, Copied, Decision, Reason, Reported, SUSPENDED_DAYS},
    reporting::or_left_out,
    store::{self, QueueRow},
};
use crate::{
    circles::{Circles, Sealed, TextKey},
    http::{ApiError, ErrorCode},
    kernel::{AccountId, Invalid, ReportId, StoryId},
    stories::{self, Content},
};

/// What waits, opened.
pub(super) struct Waiting {
    pub row: QueueRow,
    pub category: Option<Category>,
    pub reported: Reported,
    pub decision_words: Option<String>,
    pub appeal_words: Option<String>,
}

/// A decision to be made.
pub(super) struct Deciding {
    pub decision: Decision,
    pub reason: Reason,
    pub words: Option<String>,
}

/// A page of what waits for this moderator, and where the next begins.
pub(super) async fn queue(
    circles: &Circles,
    moderator: AccountId,
    after: Option<(NaiveDate, Uuid)>,
    limit: u16,
) -> Result<(Vec<Waiting>, Option<(NaiveDate, Uuid)>), ApiError> {
    let mut connection = circles.pool().acquire().await?;
    let mut rows = store::list_queue(&mut connection, moderator, after, i64::from(limit) + 1).await?;
    let more = rows.len() > usize::from(limit);
    rows.truncate(limit.into());
    let next = rows.last().filter(|_| more).map(|last| (last.week, last.id));
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let keys = circles.sealer().keys(&ids).await?;
    let mut waiting = Vec::with_capacity(rows.len());
    for row in rows {
        waiting.extend(open(circles, &mut connection, row, &keys).await?);
    }
    Ok((waiting, next))
}

/// Opens what waits; `None` where it has ended meanwhile, or does not open.
async fn open(
    circles: &Circles,
    connection: &mut PgConnection,
    row: QueueRow,
    keys: &HashMap<Uuid, TextKey>,
) -> Result<Option<Waiting>, ApiError> {
    let content = match row.review_of {
        Some(story) => match stories::read_draft(circles, connection, StoryId(story)).await? {
            Some(content) => Some(content),
            None => return Ok(None),
        },
        None => None,
    };
    let key = keys.get(&row.id);
    Ok(or_left_out(opened(row, content, key)).flatten())
}

/// The same, with the story that waits where it is a review.
fn opened(row: QueueRow, content: Option<Content>, key: Option<&TextKey>) -> Result<Option<Waiting>, ApiError> {
    let text = |id: Option<Uuid>, words: Option<&[u8]>| -> Result<Option<String>, ApiError> {
        let Some(((key, id), words)) = key.zip(id).zip(words) else { return Ok(None) };
        key.open(Sealed::Words, id, words).map(Some)
    };
    let decision_words = text(row.decision_id, row.decision_words.as_deref())?;
    let appeal_words = text(row.appeal_id, row.appeal_words.as_deref())?;
    let (category, reported) = if let Some(content) = content {
        (None, of_story(content, row.alias.clone().unwrap_or_default()))
    } else {
        let (Some(key), Some(marks), Some(words)) = (key, &row.marks, &row.words) else { return Ok(None) };
        (Some(key.open(Sealed::Marks, row.id, marks)?), key.open(Sealed::Words, row.id, words)?)
    };
    Ok(Some(Waiting { row, category, reported, decision_words, appeal_words }))
}

fn of_story(content: Content, alias: String) -> Reported {
    Reported { item: Copied::of_story(content, alias), picked: Vec::new(), words: None }
}

/// Decides. The same decision of the same moderator again changes nothing.
pub(super) async fn decide(
    circles: &Circles,
    moderator: AccountId,
    id: ReportId,
    deciding: Result<Deciding, ApiError>,
) -> Result<DecisionRow, ApiError> {
    let mut transaction = circles.pool().begin().await?;
    // One decision at a time; then the pass, its story and the report, in the
    // order in which who edits or leaves takes them.
    store::lock_chain(&mut transaction).await?;
    store::lock_author(&mut transaction, id).await?;
    let report = store::lock_report(&mut transaction, id).await?.ok_or_else(ApiError::not_found)?;
    let decisions = store::decisions_of(&mut transaction, id).await?;
    if report.state == "closed" {
        return repeated(decisions, moderator, &deciding?);
    }
    let on_appeal = report.state == "appealed";
    if on_appeal && decisions.iter().any(|before| before.moderator_id == moderator.0) {
        let detail = "You decided this first; the appeal is for another moderator.";
        return Err(ApiError::new(ErrorCode::Forbidden).with_detail(detail));
    }
    let deciding = &deciding?;
    if report.item_kind == "pass" && deciding.decision == Decision::Remove {
        let message = "must be keep or remove_and_suspend: there is nothing to remove";
        return Err(ApiError::content(vec![Invalid::new("/decision", "invalid_value", message)]));
    }
    let harsher = |first: &DecisionRow| first.decision == Decision::Remove.as_str();
    if deciding.decision == Decision::RemoveAndSuspend && on_appeal && decisions.first().is_some_and(harsher) {
        let message = "must be keep or remove: an appeal makes nothing worse";
        return Err(ApiError::content(vec![Invalid::new("/decision", "invalid_value", message)]));
    }
    let today = circles.clock().now().date_naive();
    let first = decisions.first().filter(|_| on_appeal);
    let done = match first {
        Some(first) => on_second_thoughts(circles, &mut transaction, &report, (first, deciding.decision)).await?,
        None => carry_out(circles, &mut transaction, &report, deciding.decision).await?,
    };
    let row =
        link(circles, &mut transaction, (id, on_appeal, done.changed_since), (moderator, deciding), today).await?;
    store::close(&mut transaction, id, (row.id, first.map(|first| first.id), today)).await?;
    store::close_all(&mut transaction, &done.others, (row.id, today)).await?;
    if let Some(author) = report.author {
        store::settle_suspension(&mut transaction, author, SUSPENDED_DAYS).await?;
        if deciding.decision == Decision::RemoveAndSuspend {
            store::delete_invitations_around(&mut transaction, author).await?;
        }
    }
    transaction.commit().await?;
    Ok(row)
}

/// The decision that was made already, where it is this one.
fn repeated(
    mut decisions: Vec<DecisionRow>,
    moderator: AccountId,
    deciding: &Deciding,
) -> Result<DecisionRow, ApiError> {
    let same = |row: &DecisionRow| {
        row.moderator_id == moderator.0
            && row.decision == deciding.decision.as_str()
            && row.reason == deciding.reason.as_str()
    };
    let last = decisions.pop().filter(same);
    last.ok_or_else(|| ApiError::new(ErrorCode::Conflict).with_detail("It has been decided already."))
}

/// Adds a link to the chain.
async fn link(
    circles: &Circles,
    connection: &mut PgConnection,
    (report, on_appeal, changed_since): (ReportId, bool, bool),
    (moderator, deciding): (AccountId, &Deciding),
    today: NaiveDate,
) -> Result<DecisionRow, ApiError> {
    let id = circles.entropy().uuid_v4();
    let words = match &deciding.words {
        Some(words) => {
            let key = circles.sealer().key(report.0).await?;
            Some(circles.sealer().seal(&key, Sealed::Words, id, words)?)
        }
        None => None,
    };
    let (seq, previous) = store::append(connection).await?;
    let row = DecisionRow {
        seq,
        id,
        report_id: report.0,
        on_appeal,
        decision: deciding.decision.as_str().to_owned(),
        reason: deciding.reason.as_str().to_owned(),
        moderator_id: moderator.0,
        decided_on: today,
        changed_since,
        words,
        previous: previous.to_vec(),
    };
    store::insert_decision(connection, &row).await?;
    Ok(row)
}
