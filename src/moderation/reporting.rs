//! Reporting, and what becomes of it: for who reported, and for whom a
//! decision is about.
//!
//! What is reported stays as it is and where it is until somebody has decided:
//! however many report it, nothing is hidden by their number. Reported, an
//! author is not told; told is a decision that takes something away, by whom
//! it was asked for is not.

use chrono::{Days, NaiveDate};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    effects::story_of,
    items::copy_all,
    model::{APPEAL_DAYS, Category, Copied, Decision, ItemRef, Reported, STORY},
    store::{self, AboutRow, MineRow, NewReport, Place},
};
use crate::{
    circles::{Asks, Circles, Pass, PassToken, Sealed, TextKey, this_week},
    db,
    http::{ApiError, ErrorCode, Limits, Quota},
    kernel::{Invalid, PassId, ReportId, StoryId},
    stories,
};

/// What a peer reports.
pub(super) struct Sent {
    pub item: ItemRef,
    pub picked: Vec<ItemRef>,
    pub category: Category,
    pub words: Option<String>,
}

/// A report as its reporter sees it.
pub(super) struct Mine {
    pub row: MineRow,
    pub category: Category,
    pub words: Option<String>,
}

/// A decision as the one whom it is about sees it.
pub(super) struct About {
    pub row: AboutRow,
    pub words: Option<String>,
    pub appeal_words: Option<String>,
    /// What was theirs, as it was.
    pub yours: Option<Copied>,
    /// The last day of an appeal, where there can be one.
    pub appeal_until: Option<NaiveDate>,
}

/// Keeps a report of a peer; what was reported with that id already, once.
pub(super) async fn report(
    circles: &Circles,
    limits: &Limits,
    token: &PassToken,
    (id, sent): (ReportId, Result<Sent, ApiError>),
) -> Result<(), ApiError> {
    let (mut transaction, pass) = circles.enter(token, Asks::Writes).await?;
    let circle = pass.circle()?;
    let sent = sent?;
    store::lock_reporting(&mut transaction, id, Some(pass.id)).await?;
    let place = Place::from(&sent.item);
    if let Some(same) = store::find_report(&mut transaction, id, Some(pass.id), &place).await? {
        return if same { Ok(()) } else { Err(conflict(ANOTHER_ID)) };
    }
    let items: Vec<ItemRef> = std::iter::once(sent.item).chain(sent.picked).collect();
    let (author, mut copies) = copy_all(circles, &mut transaction, (circle, pass.id), &items).await?;
    if author == pass.id {
        let message = "is your own: you can change or delete it";
        return Err(ApiError::content(vec![Invalid::new("/item", "invalid_value", message)]));
    }
    refuse_taken(&mut transaction, id).await?;
    if store::has_reported(&mut transaction, pass.id, &place).await? {
        return Err(conflict("You have reported this already."));
    }
    limits.check(Quota::Report, pass.id.0.as_bytes())?;
    let item = copies.remove(0);
    let reported = Reported { item, picked: copies, words: sent.words };
    let about = Filed { reporter: Some(pass.id), author, item: place };
    keep(circles, &mut transaction, (id, about), (sent.category, &reported)).await?;
    Ok(transaction.commit().await?)
}

/// Keeps a member's report of a story. Nothing of the member is kept: their
/// account was asked before this, elsewhere.
pub(super) async fn report_story(
    circles: &Circles,
    story: StoryId,
    (id, sent): (ReportId, Result<(Category, Option<String>), ApiError>),
    count: impl FnOnce() -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let mut transaction = circles.pool().begin().await?;
    store::lock_reporting(&mut transaction, id, None).await?;
    let place = Place { kind: STORY, id: story.0, from: None, n: None, day: None };
    if let Some(same) = store::find_report(&mut transaction, id, None, &place).await? {
        return if same { Ok(()) } else { Err(conflict(ANOTHER_ID)) };
    }
    let (row, content) = stories::read_shown(circles, &mut transaction, story).await?;
    let (category, words) = sent?;
    refuse_taken(&mut transaction, id).await?;
    count()?;
    let reported = Reported { item: Copied::of_story(content, String::new()), picked: Vec::new(), words };
    let about = Filed { reporter: None, author: row.pass, item: place };
    keep(circles, &mut transaction, (id, about), (category, &reported)).await?;
    Ok(transaction.commit().await?)
}

/// What is reported, and by whom.
struct Filed {
    reporter: Option<PassId>,
    author: PassId,
    item: Place,
}

const ANOTHER_ID: &str = "This id is in use; draw another.";

/// Before a key is made: what is refused leaves none behind.
async fn refuse_taken(connection: &mut PgConnection, id: ReportId) -> Result<(), ApiError> {
    if store::is_taken(connection, id).await? { Err(conflict(ANOTHER_ID)) } else { Ok(()) }
}

fn conflict(detail: &'static str) -> ApiError {
    ApiError::new(ErrorCode::Conflict).with_detail(detail)
}

async fn keep(
    circles: &Circles,
    connection: &mut PgConnection,
    (id, filed): (ReportId, Filed),
    (category, reported): (Category, &Reported),
) -> Result<(), ApiError> {
    let (sealer, week) = (circles.sealer(), this_week(circles.clock().now()));
    let key = sealer.new_key(id.0).await?;
    let marks = &sealer.seal(&key, Sealed::Marks, id.0, &category)?;
    let words = &sealer.seal(&key, Sealed::Words, id.0, reported)?;
    let Filed { reporter, author, item } = &filed;
    let new = NewReport { id, reporter: *reporter, author: *author, item, week, marks, words };
    let Err(error) = store::insert_report(connection, &new).await else { return Ok(()) };
    // The key was made for this report alone, just now.
    sealer.destroy(&[id.0]).await?;
    Err(if db::is_constraint(&error, "reports_once_key") {
        conflict("You have reported this already.")
    } else if db::is_constraint(&error, "reports_pkey") {
        conflict(ANOTHER_ID)
    } else if db::is_constraint(&error, "reports_author_id_fkey") {
        // Who wrote it left just now.
        ApiError::not_found()
    } else {
        error.into()
    })
}

/// One's reports, and the decisions about oneself.
pub(super) async fn list(circles: &Circles, token: &PassToken) -> Result<(Pass, Vec<Mine>, Vec<About>), ApiError> {
    let (mut connection, pass) = circles.look(token, Asks::Reads).await?;
    let mine = store::list_mine(&mut connection, pass.id).await?;
    let about = store::list_about(&mut connection, pass.id).await?;
    drop(connection);
    let ids: Vec<Uuid> = mine.iter().map(|row| row.id).chain(about.iter().map(|row| row.id)).collect();
    let keys = circles.sealer().keys(&ids).await?;
    // Whose key is gone has ended; the row goes in a moment.
    let mine = mine.into_iter().filter_map(|row| {
        let (key, marks) = keys.get(&row.id).zip(row.marks.as_deref())?;
        let category = or_left_out(key.open(Sealed::Marks, row.id, marks))?;
        let reported = row.words.as_deref().map(|words| key.open::<Reported>(Sealed::Words, row.id, words));
        let words = reported.and_then(or_left_out).and_then(|reported| reported.words);
        Some(Mine { row, category, words })
    });
    let mine = mine.collect();
    let today = circles.clock().now().date_naive();
    let about = about.into_iter().filter_map(|row| or_left_out(about_one(row, &keys, today))).collect();
    Ok((pass, mine, about))
}

/// What opened. What does not is left out of its list, which is of use without
/// it; who runs the service is told that there is such, and nothing of it.
pub(super) fn or_left_out<T>(opened: Result<T, ApiError>) -> Option<T> {
    opened.inspect_err(|_| tracing::error!("what moderators have of an item does not open; it is left out")).ok()
}

fn about_one(
    row: AboutRow,
    keys: &std::collections::HashMap<Uuid, TextKey>,
    today: NaiveDate,
) -> Result<About, ApiError> {
    let key = keys.get(&row.id);
    let open = |id: Option<Uuid>, words: Option<&[u8]>| -> Result<Option<String>, ApiError> {
        let Some(((key, id), words)) = key.zip(id).zip(words) else { return Ok(None) };
        key.open(Sealed::Words, id, words).map(Some)
    };
    let words = open(Some(row.decision_id), row.decision_words.as_deref())?;
    let appeal_words = open(row.appeal_decision_id, row.appeal_decision_words.as_deref())?;
    let reported = key.zip(row.words.as_deref()).map(|(key, words)| key.open(Sealed::Words, row.id, words));
    let yours = reported.transpose()?.map(|reported: Reported| reported.item);
    let until = last_day(row.decided_on).filter(|until| row.state == "closed" && today <= *until);
    let appeal_until = until.filter(|_| row.stands && row.appeal_decision_id.is_none());
    Ok(About { row, words, appeal_words, yours, appeal_until })
}

/// The last day on which a decision can be appealed.
fn last_day(decided_on: NaiveDate) -> Option<NaiveDate> {
    decided_on.checked_add_days(Days::new(APPEAL_DAYS))
}

/// Appeals against a decision about oneself; the same words again change nothing.
pub(super) async fn appeal(
    circles: &Circles,
    token: &PassToken,
    id: ReportId,
    words: Result<String, ApiError>,
) -> Result<(), ApiError> {
    let (mut transaction, pass) = circles.enter(token, Asks::Reads).await?;
    // In the order in which who decides or edits takes them.
    store::lock_author(&mut transaction, id).await?;
    let report = store::lock_report(&mut transaction, id).await?;
    let report = report.filter(|report| report.author == Some(pass.id)).ok_or_else(ApiError::not_found)?;
    let decisions = store::decisions_of(&mut transaction, id).await?;
    let lost = |decision: &&super::chain::DecisionRow| decision.decision != Decision::Keep.as_str();
    // What was not decided, or was kept, is not theirs to know of.
    let first = decisions.first().filter(lost).ok_or_else(ApiError::not_found)?;
    let keys = circles.sealer().keys(&[id.0]).await?;
    let key = keys.get(&id.0).ok_or_else(ApiError::not_found)?;
    if let Some((appeal, sealed)) = store::appeal_of(&mut transaction, id).await? {
        let same = words? == key.open::<String>(Sealed::Words, appeal, &sealed)?;
        let twice = "You have appealed this already, in other words; those stand.";
        return if same { Ok(()) } else { Err(conflict(twice)) };
    }
    let today = circles.clock().now().date_naive();
    let in_time = report.state == "closed" && last_day(first.decided_on).is_some_and(|until| today <= until);
    // A story that was returned can be changed instead, and is then another.
    let story = story_of(&mut transaction, &report).await?;
    let stands = report.review_of.is_none() || story.is_some_and(|story| story.returned_by == Some(id));
    if !in_time || !stands {
        return Err(conflict("The time to appeal is over, or it was changed since."));
    }
    let appeal = circles.entropy().uuid_v4();
    let sealed = circles.sealer().seal(key, Sealed::Words, appeal, &words?)?;
    store::insert_appeal(&mut transaction, (appeal, id), &sealed).await?;
    store::reopen(&mut transaction, id).await?;
    Ok(transaction.commit().await?)
}
