//! Reports, reviews and appeals.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    kernel::{PassId, ReportId, StoryId},
    moderation::model::ItemRef,
};

/// Of the locks that those who report hold, one for each id.
const REPORT_LOCKS: i32 = 0x6f63_7270;

/// A report, or a review, as it is kept.
#[derive(Debug)]
pub(in crate::moderation) struct ReportRow {
    pub id: ReportId,
    pub review_of: Option<StoryId>,
    pub reporter: Option<PassId>,
    pub author: Option<PassId>,
    pub item_kind: String,
    pub item_id: Uuid,
    pub item_from: Option<Uuid>,
    pub n: Option<i16>,
    pub day: Option<NaiveDate>,
    pub state: String,
    pub words: Option<Vec<u8>>,
}

/// A report to be kept.
#[derive(Debug)]
pub(in crate::moderation) struct NewReport<'a> {
    pub id: ReportId,
    /// `None`: a member's, of whom nothing is kept.
    pub reporter: Option<PassId>,
    pub author: PassId,
    pub item: &'a Place,
    pub week: NaiveDate,
    pub marks: &'a [u8],
    pub words: &'a [u8],
}

/// What is reported, as its columns have it.
#[derive(Debug, Clone, Copy)]
pub(in crate::moderation) struct Place {
    pub kind: &'static str,
    pub id: Uuid,
    pub from: Option<PassId>,
    pub n: Option<i16>,
    pub day: Option<NaiveDate>,
}

impl From<&ItemRef> for Place {
    fn from(item: &ItemRef) -> Self {
        let ItemRef { kind, id, from, n, day } = *item;
        Self { kind: kind.as_str(), id, from, n, day: day.map(crate::kernel::CivilDay::date) }
    }
}

/// A report in its reporter's own list.
#[derive(Debug)]
pub(in crate::moderation) struct MineRow {
    pub id: Uuid,
    pub item_kind: String,
    pub item_id: Uuid,
    pub item_from: Option<Uuid>,
    pub n: Option<i16>,
    pub day: Option<NaiveDate>,
    pub week: NaiveDate,
    pub state: String,
    pub marks: Option<Vec<u8>>,
    pub words: Option<Vec<u8>>,
    pub decision: Option<String>,
    pub changed_since: Option<bool>,
}

/// A decision about somebody, in their own list.
#[derive(Debug)]
pub(in crate::moderation) struct AboutRow {
    pub id: Uuid,
    pub review_of: Option<Uuid>,
    pub state: String,
    pub words: Option<Vec<u8>>,
    /// It is still what was decided about, so that there is something to appeal.
    pub stands: bool,
    pub decision_id: Uuid,
    pub decision: String,
    pub reason: String,
    pub decided_on: NaiveDate,
    pub changed_since: bool,
    pub decision_words: Option<Vec<u8>>,
    pub appeal_decision_id: Option<Uuid>,
    pub appeal_decision: Option<String>,
    pub appeal_reason: Option<String>,
    pub appeal_decided_on: Option<NaiveDate>,
    pub appeal_changed_since: Option<bool>,
    pub appeal_decision_words: Option<Vec<u8>>,
}

pub(in crate::moderation) async fn insert_report(
    connection: &mut PgConnection,
    new: &NewReport<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO circles.reports (id, reporter_id, author_id, item_kind, item_id, item_from, n, day, week, state,
                                      marks, words)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10, $11)",
        new.id.0,
        new.reporter.map(|pass| pass.0),
        new.author.0,
        new.item.kind,
        new.item.id,
        new.item.from.map(|pass| pass.0),
        new.item.n,
        new.item.day,
        new.week,
        new.marks,
        new.words,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A report of that reporter, a member's where there is none; and whether it is
/// of that item.
pub(in crate::moderation) async fn find_report(
    connection: &mut PgConnection,
    id: ReportId,
    reporter: Option<PassId>,
    item: &Place,
) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT (item_kind = $3 AND item_id = $4 AND item_from IS NOT DISTINCT FROM $5
                   AND n IS NOT DISTINCT FROM $6 AND day IS NOT DISTINCT FROM $7) AS "same!"
           FROM circles.reports WHERE id = $1 AND review_of IS NULL AND reporter_id IS NOT DISTINCT FROM $2"#,
        id.0,
        reporter.map(|pass| pass.0),
        item.kind,
        item.id,
        item.from.map(|pass| pass.0),
        item.n,
        item.day,
    )
    .fetch_optional(connection)
    .await
}

/// Waits for whoever reports with the same id, and for the other devices of the
/// reporter, so that what is found then is what there is.
pub(in crate::moderation) async fn lock_reporting(
    connection: &mut PgConnection,
    id: ReportId,
    reporter: Option<PassId>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT id FROM circles.passes WHERE id = $1 FOR NO KEY UPDATE", reporter.map(|pass| pass.0))
        .fetch_optional(&mut *connection)
        .await?;
    // Two numbers: one alone is the lock of the chain.
    sqlx::query_scalar!(
        r#"SELECT pg_advisory_xact_lock($1, hashtext($2::uuid::text))::text AS "void""#,
        REPORT_LOCKS,
        id.0
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

/// Whether an id is that of a report, a pass, or something decided once, whose
/// decisions would be shown with a new report of that id.
pub(in crate::moderation) async fn is_taken(connection: &mut PgConnection, id: ReportId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM circles.reports WHERE id = $1)
                  OR EXISTS (SELECT FROM circles.decisions WHERE report_id = $1)
                  OR EXISTS (SELECT FROM circles.passes WHERE id = $1) AS "taken!""#,
        id.0,
    )
    .fetch_one(connection)
    .await
}

/// Whether a pass has reported that item, and nobody has decided yet.
pub(in crate::moderation) async fn has_reported(
    connection: &mut PgConnection,
    reporter: PassId,
    item: &Place,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM circles.reports
                          WHERE reporter_id = $1 AND state = 'open' AND item_kind = $2 AND item_id = $3
                            AND item_from IS NOT DISTINCT FROM $4 AND n IS NOT DISTINCT FROM $5
                            AND day IS NOT DISTINCT FROM $6) AS "there!""#,
        reporter.0,
        item.kind,
        item.id,
        item.from.map(|pass| pass.0),
        item.n,
        item.day,
    )
    .fetch_one(connection)
    .await
}

/// Locks the pass, and the story, that a report is about.
pub(in crate::moderation) async fn lock_author(connection: &mut PgConnection, id: ReportId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT id FROM circles.passes WHERE id = (SELECT author_id FROM circles.reports WHERE id = $1)
         FOR NO KEY UPDATE",
        id.0,
    )
    .fetch_optional(&mut *connection)
    .await?;
    sqlx::query!(
        "SELECT id FROM circles.stories WHERE id = (SELECT item_id FROM circles.reports WHERE id = $1) FOR UPDATE",
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(())
}

/// A report or review, locked: those who decide about one take turns.
pub(in crate::moderation) async fn lock_report(
    connection: &mut PgConnection,
    id: ReportId,
) -> Result<Option<ReportRow>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT review_of, reporter_id, author_id, item_kind, item_id, item_from, n, day, state, words
         FROM circles.reports WHERE id = $1 FOR UPDATE",
        id.0
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| ReportRow {
        id,
        review_of: row.review_of.map(StoryId),
        reporter: row.reporter_id.map(PassId),
        author: row.author_id.map(PassId),
        item_kind: row.item_kind,
        item_id: row.item_id,
        item_from: row.item_from,
        n: row.n,
        day: row.day,
        state: row.state,
        words: row.words,
    }))
}

/// The reports of a pass, newest week first.
pub(in crate::moderation) async fn list_mine(
    connection: &mut PgConnection,
    reporter: PassId,
) -> Result<Vec<MineRow>, sqlx::Error> {
    sqlx::query_as!(
        MineRow,
        r#"SELECT r.id, r.item_kind, r.item_id, r.item_from, r.n, r.day, r.week, r.state, r.marks, r.words,
                  d.decision AS "decision?", d.changed_since AS "changed_since?"
           FROM circles.reports r LEFT JOIN circles.decisions d ON d.id = r.decision_id
           WHERE r.reporter_id = $1 ORDER BY r.week DESC, r.id"#,
        reporter.0,
    )
    .fetch_all(connection)
    .await
}

/// The decisions by which somebody lost something, newest first: only those that
/// hold for a report by its own word, not all that bear its id.
pub(in crate::moderation) async fn list_about(
    connection: &mut PgConnection,
    author: PassId,
) -> Result<Vec<AboutRow>, sqlx::Error> {
    sqlx::query_as!(
        AboutRow,
        r#"SELECT r.id, r.review_of, r.state, r.words,
                  (r.review_of IS NULL OR EXISTS (SELECT FROM circles.stories s WHERE s.returned_by = r.id
                                                  AND s.id = r.review_of)) AS "stands!",
                  d.id AS decision_id, d.decision, d.reason, d.decided_on, d.changed_since,
                  d.words AS decision_words,
                  a.id AS "appeal_decision_id?", a.decision AS "appeal_decision?", a.reason AS "appeal_reason?",
                  a.decided_on AS "appeal_decided_on?", a.changed_since AS "appeal_changed_since?",
                  a.words AS "appeal_decision_words?"
           FROM circles.reports r
           JOIN circles.decisions d ON d.report_id = r.id AND NOT d.on_appeal
           LEFT JOIN circles.decisions a ON a.report_id = r.id AND a.on_appeal
           WHERE r.author_id = $1 AND r.state <> 'open' AND r.decision_id IN (d.id, a.id) AND d.decision <> 'keep'
           ORDER BY d.decided_on DESC, r.id"#,
        author.0,
    )
    .fetch_all(connection)
    .await
}

/// Closes a report by a decision; what another one held before, that one does.
pub(in crate::moderation) async fn close(
    connection: &mut PgConnection,
    id: ReportId,
    (decision, before, today): (Uuid, Option<Uuid>, NaiveDate),
) -> Result<(), sqlx::Error> {
    close_all(connection, &[id.0], (decision, today)).await?;
    sqlx::query!("UPDATE circles.reports SET decision_id = $1 WHERE decision_id = $2", decision, before)
        .execute(connection)
        .await?;
    Ok(())
}

/// Closes reports by a decision.
pub(in crate::moderation) async fn close_all(
    connection: &mut PgConnection,
    ids: &[Uuid],
    (decision, today): (Uuid, NaiveDate),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE circles.reports SET state = 'closed', closed_on = $3, decision_id = $2 WHERE id = ANY($1)",
        ids,
        decision,
        today
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What others reported at the same place and nobody has decided about: ids and
/// sealed copies.
pub(in crate::moderation) async fn list_others(
    connection: &mut PgConnection,
    report: &ReportRow,
) -> Result<Vec<(Uuid, Vec<u8>)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id, words AS "words!" FROM circles.reports
           WHERE id <> $1 AND state = 'open' AND review_of IS NULL AND item_kind = $2 AND item_id = $3
             AND item_from IS NOT DISTINCT FROM $4 AND n IS NOT DISTINCT FROM $5 AND day IS NOT DISTINCT FROM $6
           FOR UPDATE"#,
        report.id.0,
        report.item_kind,
        report.item_id,
        report.item_from,
        report.n,
        report.day,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.words)).collect())
}

/// Puts a report back into the queue: its author appealed.
pub(in crate::moderation) async fn reopen(connection: &mut PgConnection, id: ReportId) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE circles.reports SET state = 'appealed', closed_on = NULL WHERE id = $1", id.0)
        .execute(connection)
        .await?;
    Ok(())
}

pub(in crate::moderation) async fn insert_appeal(
    connection: &mut PgConnection,
    (id, report): (Uuid, ReportId),
    words: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!("INSERT INTO circles.appeals (id, report_id, words) VALUES ($1, $2, $3)", id, report.0, words)
        .execute(connection)
        .await?;
    Ok(())
}

/// The appeal against a decision, where there is one: its id and sealed words.
pub(in crate::moderation) async fn appeal_of(
    connection: &mut PgConnection,
    report: ReportId,
) -> Result<Option<(Uuid, Vec<u8>)>, sqlx::Error> {
    let row = sqlx::query!("SELECT id, words FROM circles.appeals WHERE report_id = $1", report.0)
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| (row.id, row.words)))
}

/// Deletes what was closed before a day, with its appeal.
pub(in crate::moderation) async fn delete_closed(
    connection: &mut PgConnection,
    before: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM circles.reports WHERE closed_on < $1", before).execute(connection).await?;
    Ok(())
}
