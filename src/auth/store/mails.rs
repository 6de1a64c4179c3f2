//! Mails to be written and sent. Whatever causes one adds a row in its own
//! transaction; a worker claims it for a while, writes it, and sends it when no
//! transaction is open.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::kernel::InvitationId;

/// A mail to be written.
#[derive(Debug)]
pub(in crate::auth) struct DueMail {
    pub id: i64,
    pub kind: String,
    pub subject: Value,
    /// This one included.
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

/// Adds the mail that invites somebody. Its link is made when it is written, so
/// that none is kept here; one that was made before is then no longer good.
///
/// # Errors
/// When the database cannot be reached.
pub async fn enqueue_invitation(
    connection: &mut PgConnection,
    id: InvitationId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    enqueue(connection, "invitation", json!({ "invitation_id": id }), None, now).await
}

/// Takes the next mail that is due until `lease_ends`: until then nobody else
/// does. It is then held by whoever knows its number of attempts.
pub(in crate::auth) async fn claim_mail(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    lease_ends: DateTime<Utc>,
) -> Result<Option<DueMail>, sqlx::Error> {
    sqlx::query_as!(
        DueMail,
        "UPDATE office.mails SET due_at = $2, attempts = attempts + 1
         WHERE id = (SELECT id FROM office.mails WHERE due_at <= $1 ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, kind, subject, attempts",
        now,
        lease_ends,
    )
    .fetch_optional(connection)
    .await
}

/// Forgets a mail that is sent, or that nobody can be sent. Of one that is sent
/// once only, that it was is known for a day.
pub(in crate::auth) async fn finish_mail(
    connection: &mut PgConnection,
    mail: &DueMail,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM office.mails WHERE id = $1 AND attempts = $2 AND (once IS NULL OR kind = 'sent')",
        mail.id,
        mail.attempts,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE office.mails SET kind = 'sent', subject = '{}', attempts = 0, due_at = $3
         WHERE id = $1 AND attempts = $2",
        mail.id,
        mail.attempts,
        now + TimeDelta::days(1),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts a mail off that could not be sent: a minute, two, four, … up to four
/// hours and a bit.
pub(in crate::auth) async fn delay_mail(
    connection: &mut PgConnection,
    mail: &DueMail,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let minutes = 1i64 << (mail.attempts - 1).clamp(0, 8);
    sqlx::query!(
        "UPDATE office.mails SET due_at = $3 WHERE id = $1 AND attempts = $2",
        mail.id,
        mail.attempts,
        now + TimeDelta::minutes(minutes),
    )
    .execute(connection)
    .await?;
    Ok(())
}
