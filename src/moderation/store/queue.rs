//! What waits for a moderator.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::kernel::AccountId;

/// What waits, with what the decision that is appealed said.
#[derive(Debug)]
pub(in crate::moderation) struct QueueRow {
    pub id: Uuid,
    pub review_of: Option<Uuid>,
    pub week: NaiveDate,
    pub marks: Option<Vec<u8>>,
    pub words: Option<Vec<u8>>,
    /// Of a story's author; that of a report is in its copy.
    pub alias: Option<String>,
    pub decision_id: Option<Uuid>,
    pub decision: Option<String>,
    pub reason: Option<String>,
    pub decision_words: Option<Vec<u8>>,
    pub appeal_id: Option<Uuid>,
    pub appeal_words: Option<Vec<u8>>,
}

/// What waits for this moderator, those of the oldest week first: an appeal
/// against their own decision waits for another.
pub(in crate::moderation) async fn list_queue(
    connection: &mut PgConnection,
    moderator: AccountId,
    after: Option<(NaiveDate, Uuid)>,
    limit: i64,
) -> Result<Vec<QueueRow>, sqlx::Error> {
    let (week, id) = after.unzip();
    sqlx::query_as!(
        QueueRow,
        r#"SELECT r.id, r.review_of, r.week, r.marks, r.words, p.alias AS "alias?",
                  d.id AS "decision_id?", d.decision AS "decision?", d.reason AS "reason?",
                  d.words AS "decision_words?", a.id AS "appeal_id?", a.words AS "appeal_words?"
           FROM circles.reports r
           LEFT JOIN circles.passes p ON p.id = r.author_id AND r.review_of IS NOT NULL
           LEFT JOIN circles.decisions d ON d.id = r.decision_id
           LEFT JOIN circles.appeals a ON a.report_id = r.id
           WHERE r.state <> 'closed' AND d.moderator_id IS DISTINCT FROM $1
             AND ($2::date IS NULL OR (r.week, r.id) > ($2, $3))
           ORDER BY r.week, r.id LIMIT $4"#,
        moderator.0,
        week,
        id,
        limit,
    )
    .fetch_all(connection)
    .await
}
