//! Clearing away what has run out, and names for letters; in the scope
//! `operator`.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::REMEMBERED;
use crate::kernel::{IntergroupId, Kept};

/// The name of an intergroup.
pub(in crate::auth) async fn office_name(
    connection: &mut PgConnection,
    id: IntergroupId,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("SELECT name FROM directory.intergroups WHERE id = $1", id.0).fetch_optional(connection).await
}

/// How long a key that nothing is verified with any more stays in the list.
const SIGNING_KEYS_FOR: TimeDelta = TimeDelta::days(30);

/// Deletes what nobody can use any more: codes and invitations that ran out,
/// sessions that ended, failures that no longer count, answers kept for
/// repeated writes; and corrections that were answered long ago, or never,
/// since their words may tell of people.
pub(in crate::auth) async fn clear_away(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let ago = |kept: Kept| now - TimeDelta::days(kept.days().into());
    sqlx::query!("DELETE FROM office.one_time_codes WHERE expires_at < $1", now).execute(&mut *connection).await?;
    sqlx::query!("DELETE FROM office.failures WHERE last_at < $1", now - REMEMBERED).execute(&mut *connection).await?;
    sqlx::query!("DELETE FROM office.sessions WHERE expires_at < $1 OR ended_at < $2", now, ago(Kept::OfficeSessions))
        .execute(&mut *connection)
        .await?;
    sqlx::query!("DELETE FROM office.idempotency WHERE claimed_at < $1", ago(Kept::RepeatedWrites))
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "DELETE FROM office.invitations
         WHERE expires_at < $1 OR used_at < $1 OR revoked_at < $1",
        ago(Kept::OfficeInvitations)
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM directory.feedback
         WHERE decided_at < $1 OR (decided_at IS NULL AND created_at < $2) OR created_at < $3",
        ago(Kept::AnsweredFeedback),
        ago(Kept::UnansweredFeedback),
        ago(Kept::FeedbackWords),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("DELETE FROM auth.signing_keys WHERE verifies_until < $1", now - SIGNING_KEYS_FOR)
        .execute(connection)
        .await?;
    Ok(())
}
