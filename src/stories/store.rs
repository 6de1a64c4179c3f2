//! All SQL of stories, as the role `circles`. What a decision does to one
//! stands here too; decisions themselves are moderation's.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::kernel::{PassId, ReportId, StoryId};

/// A story as it is kept.
#[derive(Debug)]
pub struct StoryRow {
    /// Its id.
    pub id: StoryId,
    /// Its author's pass.
    pub pass: PassId,
    /// `in_review`, `shown`, `returned` or `removed`: what was written last.
    pub state: String,
    /// What is not shown, sealed.
    pub draft: Option<Vec<u8>>,
    /// What is shown, sealed.
    pub shown: Option<Vec<u8>>,
    /// In which week it was first shown.
    pub shown_week: Option<NaiveDate>,
    /// The review by which it was returned.
    pub returned_by: Option<ReportId>,
    /// The report by which what was shown was taken down, unless its author has
    /// written anew since.
    pub removed_by: Option<ReportId>,
    /// How many thanked.
    pub thanks: i64,
}

struct Row {
    id: Uuid,
    pass_id: Uuid,
    state: String,
    draft: Option<Vec<u8>>,
    shown: Option<Vec<u8>>,
    shown_week: Option<NaiveDate>,
    returned_by: Option<Uuid>,
    removed_by: Option<Uuid>,
    thanks: i64,
}

impl From<Row> for StoryRow {
    fn from(row: Row) -> Self {
        let Row { id, pass_id, state, draft, shown, shown_week, returned_by, removed_by, thanks } = row;
        let (returned_by, removed_by) = (returned_by.map(ReportId), removed_by.map(ReportId));
        Self {
            id: StoryId(id),
            pass: PassId(pass_id),
            state,
            draft,
            shown,
            shown_week,
            returned_by,
            removed_by,
            thanks,
        }
    }
}

/// The story of an author.
pub(super) async fn story_of(connection: &mut PgConnection, pass: PassId) -> Result<Option<StoryRow>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, pass_id, state, draft, shown, shown_week, returned_by, removed_by,
                  (SELECT count(*) FROM circles.thanks t WHERE t.story_id = s.id) AS "thanks!"
           FROM circles.stories s WHERE pass_id = $1"#,
        pass.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(StoryRow::from))
}

/// Locks an author's pass: always before its story and what moderators have of
/// it. False where it is gone or leaving.
pub(super) async fn hold_author(connection: &mut PgConnection, pass: PassId) -> Result<bool, sqlx::Error> {
    let row = sqlx::query!("SELECT removed_on FROM circles.passes WHERE id = $1 FOR NO KEY UPDATE", pass.0)
        .fetch_optional(connection)
        .await?;
    Ok(row.is_some_and(|row| row.removed_on.is_none()))
}

/// Takes an author's pass and its story out of everybody's sight. What
/// moderators had of the story before it showed goes with it.
pub(super) async fn withdraw(connection: &mut PgConnection, pass: PassId, today: NaiveDate) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE circles.passes SET removed_on = $2 WHERE id = $1 AND removed_on IS NULL", pass.0, today)
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM circles.stories WHERE pass_id = $1", pass.0).execute(connection).await?;
    Ok(())
}

/// A story.
pub(super) async fn find_story(connection: &mut PgConnection, id: StoryId) -> Result<Option<StoryRow>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, pass_id, state, draft, shown, shown_week, returned_by, removed_by,
                  0::bigint AS "thanks!"
           FROM circles.stories WHERE id = $1"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(StoryRow::from))
}

/// A story, locked: edits and decisions take turns.
pub(super) async fn lock_story(connection: &mut PgConnection, id: StoryId) -> Result<Option<StoryRow>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, pass_id, state, draft, shown, shown_week, returned_by, removed_by,
                  0::bigint AS "thanks!"
           FROM circles.stories WHERE id = $1 FOR UPDATE"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(StoryRow::from))
}

pub(super) async fn insert_story(
    connection: &mut PgConnection,
    (id, pass): (StoryId, PassId),
    draft: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO circles.stories (id, pass_id, state, draft) VALUES ($1, $2, 'in_review', $3)",
        id.0,
        pass.0,
        draft,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps an edit, which waits for a moderator.
pub(super) async fn save_draft(connection: &mut PgConnection, id: StoryId, draft: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE circles.stories SET draft = $2, state = 'in_review', returned_by = NULL, removed_by = NULL WHERE id = $1",
        id.0,
        draft
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts a story into the moderators' queue.
pub(super) async fn insert_review(
    connection: &mut PgConnection,
    id: ReportId,
    (story, author): (StoryId, PassId),
    week: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO circles.reports (id, review_of, author_id, item_kind, item_id, week, state)
         VALUES ($1, $2, $3, 'story', $2, $4, 'open')",
        id.0,
        story.0,
        author.0,
        week,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes what was not decided yet out of the queue: an edit came after it. With
/// it an appeal ends, since what was returned is there no more.
pub(super) async fn end_reviews(
    connection: &mut PgConnection,
    story: StoryId,
    today: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM circles.reports WHERE review_of = $1 AND state = 'open'", story.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "UPDATE circles.reports SET state = 'closed', closed_on = $2 WHERE review_of = $1 AND state = 'appealed'",
        story.0,
        today,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The reviews of an author's story, decided or not.
pub(super) async fn reviews_of(connection: &mut PgConnection, author: PassId) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("SELECT id FROM circles.reports WHERE author_id = $1 AND review_of IS NOT NULL", author.0)
        .fetch_all(connection)
        .await
}

/// Stories that are shown, newest week first.
pub(super) async fn list_shown(
    connection: &mut PgConnection,
    (topic, language): (Option<&str>, Option<&str>),
    after: Option<(NaiveDate, Uuid)>,
    limit: i64,
) -> Result<Vec<StoryRow>, sqlx::Error> {
    let (week, id) = after.unzip();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, pass_id, state, NULL::bytea AS draft, shown, shown_week, returned_by, removed_by,
                  0::bigint AS "thanks!"
           FROM circles.stories
           WHERE shown IS NOT NULL AND ($1::text IS NULL OR topic = $1) AND ($2::text IS NULL OR language = $2)
             AND ($3::date IS NULL OR (shown_week, id) < ($3, $4))
           ORDER BY shown_week DESC, id DESC LIMIT $5"#,
        topic,
        language,
        week,
        id,
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(StoryRow::from).collect())
}

/// One story that is shown.
pub(super) async fn find_shown(connection: &mut PgConnection, id: StoryId) -> Result<Option<StoryRow>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, pass_id, state, NULL::bytea AS draft, shown, shown_week, returned_by, removed_by,
                  0::bigint AS "thanks!"
           FROM circles.stories WHERE id = $1 AND shown IS NOT NULL"#,
        id.0,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(StoryRow::from))
}

/// Keeps a thanks; the same key again changes nothing. False where no such
/// story is shown.
pub(super) async fn thank(
    connection: &mut PgConnection,
    story: StoryId,
    key_hash: &[u8; 32],
) -> Result<bool, sqlx::Error> {
    let there = sqlx::query_scalar!(
        r#"WITH story AS (SELECT id FROM circles.stories WHERE id = $1 AND shown IS NOT NULL FOR KEY SHARE),
                kept AS (INSERT INTO circles.thanks (story_id, key_hash) SELECT id, $2 FROM story
                         ON CONFLICT DO NOTHING)
           SELECT count(*) AS "count!" FROM story"#,
        story.0,
        &key_hash[..],
    )
    .fetch_one(connection)
    .await?;
    Ok(there == 1)
}

/// Shows a story's draft.
pub(super) async fn show(
    connection: &mut PgConnection,
    id: StoryId,
    (topic, language, sealed): (&str, &str, &[u8]),
    week: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE circles.stories SET state = 'shown', draft = NULL, returned_by = NULL, topic = $2, language = $3,
                                    shown = $4, removed_by = NULL, shown_week = coalesce(shown_week, $5)
         WHERE id = $1",
        id.0,
        topic,
        language,
        sealed,
        week,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Shows again what was taken down; an edit that waits goes on waiting.
pub(super) async fn unhide(
    connection: &mut PgConnection,
    id: StoryId,
    (topic, language, sealed): (&str, &str, &[u8]),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE circles.stories SET topic = $2, language = $3, shown = $4, removed_by = NULL,
                                    state = CASE WHEN draft IS NULL THEN 'shown' ELSE state END
         WHERE id = $1",
        id.0,
        topic,
        language,
        sealed,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives what was written last back to its author.
pub(super) async fn return_draft(
    connection: &mut PgConnection,
    id: StoryId,
    review: ReportId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE circles.stories SET state = 'returned', returned_by = $2 WHERE id = $1 AND draft IS NOT NULL",
        id.0,
        review.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Shows a story no more; an edit that waits goes on waiting.
pub(super) async fn hide(connection: &mut PgConnection, id: StoryId, report: ReportId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE circles.stories SET shown = NULL, topic = NULL, language = NULL, removed_by = $2,
                                    state = CASE WHEN draft IS NULL THEN 'removed' ELSE state END
         WHERE id = $1",
        id.0,
        report.0,
    )
    .execute(connection)
    .await?;
    Ok(())
}
