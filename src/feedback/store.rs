//! All SQL of corrections. Taking one in and following it runs in the scope
//! `feedback`, the rest in the office's.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::model::{FeedbackKind, FeedbackStatus, Proposal, StoredFeedback};
use crate::kernel::{FeedbackId, IntergroupId, MeetingId};

/// A correction to be kept.
#[derive(Debug)]
pub(super) struct NewFeedback<'a> {
    pub id: FeedbackId,
    pub intergroup_id: IntergroupId,
    pub meeting_id: MeetingId,
    pub meeting_version: i64,
    pub receipt_hash: [u8; 32],
    pub kind: FeedbackKind,
    pub proposal: Option<&'a Proposal>,
    pub words: Option<&'a str>,
    pub created_at: DateTime<Utc>,
}

/// How many wait for an answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pub of_office: i64,
    pub of_meeting: i64,
}

/// What whoever has the receipt is told.
#[derive(Debug)]
pub(super) struct Outcome {
    pub status: FeedbackStatus,
    pub reason: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
}

/// Counts what waits of an office and of one of its meetings. Until the
/// transaction ends, nobody else counts the office's.
pub(super) async fn count_waiting(
    connection: &mut PgConnection,
    office: IntergroupId,
    meeting: MeetingId,
) -> Result<Waiting, sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('feedback ' || $1::uuid::text, 0))", office.0)
        .fetch_one(&mut *connection)
        .await?;
    sqlx::query_as!(
        Waiting,
        r#"SELECT count(*) AS "of_office!", count(*) FILTER (WHERE meeting_id = $2) AS "of_meeting!"
           FROM directory.feedback WHERE intergroup_id = $1 AND status = 'open'"#,
        office.0,
        meeting.0,
    )
    .fetch_one(connection)
    .await
}

/// How many wait for an answer of an office.
///
/// # Errors
/// When the database cannot be reached.
pub async fn count_open(connection: &mut PgConnection, office: IntergroupId) -> Result<u32, sqlx::Error> {
    let open = sqlx::query_scalar!(
        r#"SELECT count(*) AS "open!" FROM directory.feedback WHERE intergroup_id = $1 AND status = 'open'"#,
        office.0,
    );
    Ok(u32::try_from(open.fetch_one(connection).await?).unwrap_or(u32::MAX))
}

/// Keeps a correction.
pub(super) async fn insert_feedback(connection: &mut PgConnection, new: &NewFeedback<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO directory.feedback
             (id, intergroup_id, meeting_id, meeting_version, receipt_hash, kind, changes, seen, words, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.id.0,
        new.intergroup_id.0,
        new.meeting_id.0,
        new.meeting_version,
        &new.receipt_hash[..],
        new.kind.as_str(),
        new.proposal.map(|proposal| &proposal.patch),
        new.proposal.map(|proposal| &proposal.seen),
        new.words,
        new.created_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What became of the correction with that receipt.
pub(super) async fn find_outcome(
    connection: &mut PgConnection,
    receipt_hash: &[u8; 32],
) -> Result<Option<Outcome>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT status, reason, decided_at FROM directory.feedback WHERE receipt_hash = $1",
        &receipt_hash[..]
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Outcome { status: known(FeedbackStatus::of(&row.status))?, reason: row.reason, decided_at: row.decided_at })
    })
    .transpose()
}

struct FeedbackRow {
    id: Uuid,
    intergroup_id: Uuid,
    meeting_id: Uuid,
    kind: String,
    changes: Option<Value>,
    seen: Option<Value>,
    words: Option<String>,
    status: String,
    reason: Option<String>,
    created_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
}

impl TryFrom<FeedbackRow> for StoredFeedback {
    type Error = sqlx::Error;

    fn try_from(row: FeedbackRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: FeedbackId(row.id),
            intergroup_id: IntergroupId(row.intergroup_id),
            meeting_id: MeetingId(row.meeting_id),
            kind: known(FeedbackKind::of(&row.kind))?,
            proposal: row.changes.zip(row.seen).map(|(patch, seen)| Proposal { patch, seen }),
            words: row.words,
            status: known(FeedbackStatus::of(&row.status))?,
            reason: row.reason,
            created_at: row.created_at,
            decided_at: row.decided_at,
        })
    }
}

fn known<T>(word: Option<T>) -> Result<T, sqlx::Error> {
    word.ok_or_else(|| sqlx::Error::Decode("a word of the feedback that this program does not know".into()))
}

/// A correction.
pub(super) async fn find_feedback(
    connection: &mut PgConnection,
    id: FeedbackId,
) -> Result<Option<StoredFeedback>, sqlx::Error> {
    let row = sqlx::query_as!(
        FeedbackRow,
        "SELECT id, intergroup_id, meeting_id, kind, changes, seen, words, status, reason, created_at, decided_at
         FROM directory.feedback WHERE id = $1",
        id.0
    )
    .fetch_optional(connection)
    .await?;
    row.map(StoredFeedback::try_from).transpose()
}

/// An office's inbox, the latest first: of one status or of all.
pub(super) async fn list_feedback(
    connection: &mut PgConnection,
    office: IntergroupId,
    status: Option<FeedbackStatus>,
    older_than: Option<FeedbackId>,
    limit: u16,
) -> Result<Vec<StoredFeedback>, sqlx::Error> {
    let rows = sqlx::query_as!(
        FeedbackRow,
        "SELECT id, intergroup_id, meeting_id, kind, changes, seen, words, status, reason, created_at, decided_at
         FROM directory.feedback
         WHERE intergroup_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::uuid IS NULL OR id < $3)
         ORDER BY id DESC LIMIT $4",
        office.0,
        status.map(FeedbackStatus::as_str),
        older_than.map(|id| id.0),
        i64::from(limit),
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(StoredFeedback::try_from).collect()
}

/// Answers one that waits; whether it did.
pub(super) async fn decide(
    connection: &mut PgConnection,
    id: FeedbackId,
    status: FeedbackStatus,
    reason: Option<&str>,
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let rows = sqlx::query!(
        "UPDATE directory.feedback SET status = $2, reason = $3, decided_at = $4 WHERE id = $1 AND status = 'open'",
        id.0,
        status.as_str(),
        reason,
        at,
    )
    .execute(connection)
    .await?;
    Ok(rows.rows_affected() == 1)
}
