//! Who is a moderator, and who is invited to be one; in the scope `operator`.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::kernel::{AccountId, InvitationId};

/// A moderator, as the operator knows them.
#[derive(Debug, Clone)]
pub struct Moderator {
    /// The address that they sign in with.
    pub email: String,
    /// Whether they have a second factor, without which they see nothing.
    pub has_totp: bool,
    /// When they took up the invitation.
    pub appointed_at: DateTime<Utc>,
}

/// An invitation to be a moderator.
#[derive(Debug)]
pub(in crate::auth) struct ModeratorInvitation<'a> {
    pub id: InvitationId,
    pub email: &'a str,
    pub email_folded: &'a str,
    pub code_hash: [u8; 32],
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Every moderator, by address.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_moderators(connection: &mut PgConnection) -> Result<Vec<Moderator>, sqlx::Error> {
    sqlx::query_as!(
        Moderator,
        r#"SELECT email, totp_confirmed AS has_totp, created_at AS appointed_at
           FROM office.accounts WHERE audience = 'moderator' ORDER BY email_folded"#
    )
    .fetch_all(connection)
    .await
}

/// Keeps an invitation. An earlier one of the same address can no longer be
/// taken up.
pub(in crate::auth) async fn insert_moderator_invitation(
    connection: &mut PgConnection,
    invitation: &ModeratorInvitation<'_>,
) -> Result<(), sqlx::Error> {
    revoke_moderator_invitations(connection, invitation.email_folded, invitation.created_at).await?;
    sqlx::query!(
        "INSERT INTO office.invitations (id, code_hash, email, email_folded, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        invitation.id.0,
        invitation.code_hash.as_slice(),
        invitation.email,
        invitation.email_folded,
        invitation.created_at,
        invitation.expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes back every open invitation of an address; whether there was one.
pub(in crate::auth) async fn revoke_moderator_invitations(
    connection: &mut PgConnection,
    email_folded: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE office.invitations SET revoked_at = $2
         WHERE intergroup_id IS NULL AND email_folded = $1 AND used_at IS NULL AND revoked_at IS NULL
           AND expires_at > $2",
        email_folded,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Deletes a moderator's account with all that belongs to it: being one is all
/// that it is for. Its id stays theirs. Whether there was one.
pub(in crate::auth) async fn delete_moderator(
    connection: &mut PgConnection,
    email_folded: &str,
) -> Result<bool, sqlx::Error> {
    let former = sqlx::query_scalar!(
        "DELETE FROM office.accounts WHERE audience = 'moderator' AND email_folded = $1 RETURNING id",
        email_folded
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(former) = former else { return Ok(false) };
    sqlx::query!(
        "INSERT INTO office.former_moderators (email_hash, account_id)
         VALUES (sha256(convert_to($1::text, 'UTF8')), $2) ON CONFLICT DO NOTHING",
        email_folded,
        former,
    )
    .execute(connection)
    .await?;
    Ok(true)
}

/// The id that the account of a moderator of this address had before.
pub(in crate::auth) async fn find_former_moderator(
    connection: &mut PgConnection,
    email_folded: &str,
) -> Result<Option<AccountId>, sqlx::Error> {
    let id = sqlx::query_scalar!(
        "SELECT account_id FROM office.former_moderators WHERE email_hash = sha256(convert_to($1::text, 'UTF8'))",
        email_folded
    )
    .fetch_optional(connection)
    .await?;
    Ok(id.map(AccountId))
}
