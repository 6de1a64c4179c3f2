//! Mails to be written and sent. Whatever causes one adds a row in its own
//! transaction; a worker writes and sends it afterwards.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::PgConnection;

/// A mail to be written.
#[derive(Debug)]
pub(in crate::auth) struct DueMail {
    pub id: i64,
    pub kind: String,
    pub subject: Value,
    pub attempts: i16,
}

/// What makes a mail one that is sent once only.
pub type Once<'a> = Option<&'a str>;

/// Adds a mail, due at `due_at`. With `once`, a second of the same is left out.
///
/// # Errors
/// When the database cannot be reached.
pub async fn enqueue(
    connection: &mut PgConnection,
    kind: &str,
    subject: Value,
    once: Once<'_>,
    due_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO office.mails (kind, subject, once, due_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        kind,
        subject,
        once,
        due_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The next mail that is due, locked so that no other node takes it.
pub(in crate::auth) async fn due_mail(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<Option<DueMail>, sqlx::Error> {
    sqlx::query_as!(
        DueMail,
        "SELECT id, kind, subject, attempts FROM office.mails WHERE due_at <= $1
         ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
        now
    )
    .fetch_optional(connection)
    .await
}

/// Forgets a mail that is sent, or that nobody can be sent. Of one that is sent
/// once only, that it was is known for a day.
pub(in crate::auth) async fn delete_mail(
    connection: &mut PgConnection,
    id: i64,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM office.mails WHERE id = $1 AND (once IS NULL OR kind = 'sent')", id)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "UPDATE office.mails SET kind = 'sent', subject = '{}', due_at = $2 WHERE id = $1",
        id,
        now + TimeDelta::days(1),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts a mail off that could not be sent.
pub(in crate::auth) async fn delay_mail(
    connection: &mut PgConnection,
    mail: &DueMail,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let minutes = 1i64 << mail.attempts.clamp(0, 8);
    sqlx::query!(
        "UPDATE office.mails SET attempts = attempts + 1, due_at = $2 WHERE id = $1",
        mail.id,
        now + TimeDelta::minutes(minutes),
    )
    .execute(connection)
    .await?;
    Ok(())
}
