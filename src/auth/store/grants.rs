//! Grants and invitations. Those of an office run in its scope.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use super::{Doer, Happening, record};
use crate::{
    auth::{audience::Audience, caller::Role},
    kernel::{AccountId, IntergroupId, InvitationId},
};

/// Somebody who acts for an office.
#[derive(Debug, Clone)]
pub struct Admin {
    /// Their account.
    pub account_id: AccountId,
    /// Their address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub granted_at: DateTime<Utc>,
    /// Whether they have a second factor.
    pub has_totp: bool,
}

/// An invitation to act for an office.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The office.
    pub intergroup_id: IntergroupId,
    /// Who is invited.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Until when it can be taken up.
    pub expires_at: DateTime<Utc>,
}

/// What an account may do in one intergroup.
#[derive(Debug, Clone)]
pub struct GrantRow {
    /// The intergroup.
    pub intergroup_id: IntergroupId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What the account may do there and in all that belong to it.
    pub role: Role,
}

/// An invitation that somebody holds the code of.
#[derive(Debug)]
pub(in crate::auth) struct InvitationRow {
    pub id: InvitationId,
    pub email: String,
    pub email_folded: String,
    /// The grant that it gives; a moderator's gives none.
    pub grant: Option<(IntergroupId, Role)>,
}

/// What came of taking a grant away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Removed,
    /// There was none.
    NotThere,
    /// It is the last owner's, and stays.
    LastOwner,
}

fn role(text: &str) -> Result<Role, sqlx::Error> {
    Role::parse(text).ok_or_else(|| sqlx::Error::Decode("an unknown role".into()))
}

/// Who acts for an intergroup of the present scope, owners first.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_admins(connection: &mut PgConnection, office: IntergroupId) -> Result<Vec<Admin>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT account_id AS "account_id!", email AS "email!", role AS "role!", granted_at AS "granted_at!",
                  has_totp AS "has_totp!"
           FROM office.admins($1) ORDER BY array_position('{owner,editor,observer}', role), email"#,
        office.0
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Admin {
                account_id: AccountId(row.account_id),
                email: row.email,
                role: role(&row.role)?,
                granted_at: row.granted_at,
                has_totp: row.has_totp,
            })
        })
        .collect()
}

/// The addresses of the owners of an intergroup, or of the nearest above it
/// that has any. In the scope `operator` or the office's.
///
/// # Errors
/// When the database cannot be reached.
pub async fn owners_of(connection: &mut PgConnection, office: IntergroupId) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"WITH RECURSIVE up AS (
               SELECT id, parent_id, 0 AS distance FROM directory.intergroups WHERE id = $1
               UNION ALL
               SELECT i.id, i.parent_id, distance + 1 FROM up JOIN directory.intergroups i ON i.id = up.parent_id
           ), owners AS (
               SELECT up.distance, a.email FROM up CROSS JOIN LATERAL office.admins(up.id) a WHERE a.role = 'owner'
           )
           SELECT email AS "email!" FROM owners WHERE distance = (SELECT min(distance) FROM owners) ORDER BY email"#,
        office.0
    )
    .fetch_all(connection)
    .await
}

/// The grants of an account, by name of the intergroup.
///
/// # Errors
/// When the database cannot be reached.
pub async fn grants_of(connection: &mut PgConnection, account: AccountId) -> Result<Vec<GrantRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT g.intergroup_id, i.slug, i.name, g.role
         FROM office.grants g JOIN directory.intergroups i ON i.id = g.intergroup_id
         WHERE g.account_id = $1 ORDER BY i.name, i.slug",
        account.0
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(GrantRow {
                intergroup_id: IntergroupId(row.intergroup_id),
                slug: row.slug,
                name: row.name,
                role: role(&row.role)?,
            })
        })
        .collect()
}

/// Gives a grant or raises one; what it was before and is now. An invitation
/// takes nothing away: the last owner cannot be made less by one.
pub(in crate::auth) async fn add_grant(
    connection: &mut PgConnection,
    account: AccountId,
    office: IntergroupId,
    granted: Role,
    now: DateTime<Utc>,
) -> Result<(Option<Role>, Role), sqlx::Error> {
    let before = sqlx::query_scalar!(
        "SELECT role FROM office.grants WHERE account_id = $1 AND intergroup_id = $2 FOR UPDATE",
        account.0,
        office.0,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let before = before.as_deref().map(role).transpose()?;
    let granted = before.map_or(granted, |before| before.max(granted));
    sqlx::query!(
        "INSERT INTO office.grants (account_id, intergroup_id, role, granted_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, intergroup_id) DO UPDATE SET role = excluded.role, granted_at = excluded.granted_at",
        account.0,
        office.0,
        granted.as_str(),
        now,
    )
    .execute(connection)
    .await?;
    Ok((before, granted))
}

/// Takes a grant away, and the open invitations of the same address. The last
/// owner's stays, unless `last_owner` says that it shall not.
///
/// # Errors
/// When the database cannot be reached.
pub async fn remove_grant(
    connection: &mut PgConnection,
    account: AccountId,
    office: IntergroupId,
    last_owner: bool,
    (doer, now): (Doer, DateTime<Utc>),
) -> Result<Removal, sqlx::Error> {
    // All of the office's, so that two owners cannot remove one another at once.
    let grants = sqlx::query!(
        "SELECT account_id, role FROM office.grants WHERE intergroup_id = $1 ORDER BY account_id FOR UPDATE",
        office.0
    )
    .fetch_all(&mut *connection)
    .await?;
    let Some(mine) = grants.iter().find(|grant| grant.account_id == account.0) else { return Ok(Removal::NotThere) };
    let owners = grants.iter().filter(|grant| grant.role == Role::Owner.as_str()).count();
    if mine.role == Role::Owner.as_str() && owners == 1 && !last_owner {
        return Ok(Removal::LastOwner);
    }
    let email =
        sqlx::query_scalar!("SELECT office.email_of($1, $2)", account.0, office.0).fetch_one(&mut *connection).await?;
    revoke_invitations_of(connection, office, &email.unwrap_or_default().to_lowercase(), now).await?;
    sqlx::query!("DELETE FROM office.grants WHERE account_id = $1 AND intergroup_id = $2", account.0, office.0)
        .execute(&mut *connection)
        .await?;
    let happening = Happening {
        entity: "grant",
        entity_id: account.0,
        op: "delete",
        before: Some(json!({ "account_id": account, "role": mine.role })),
        after: None,
    };
    record(connection, office, &happening, doer, now).await?;
    Ok(Removal::Removed)
}

/// Takes back every open invitation of an address; whether there was one.
pub(in crate::auth) async fn revoke_invitations_of(
    connection: &mut PgConnection,
    office: IntergroupId,
    email_folded: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE office.invitations SET revoked_at = $3
         WHERE intergroup_id = $1 AND email_folded = $2 AND used_at IS NULL AND revoked_at IS NULL",
        office.0,
        email_folded,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Keeps an invitation. An earlier one of the same address to the same office
/// can no longer be taken up.
///
/// # Errors
/// When the database cannot be reached.
pub async fn insert_invitation(
    connection: &mut PgConnection,
    invitation: &Invitation,
    email_folded: &str,
    code_hash: &[u8; 32],
) -> Result<(), sqlx::Error> {
    revoke_invitations_of(connection, invitation.intergroup_id, email_folded, invitation.created_at).await?;
    sqlx::query!(
        "INSERT INTO office.invitations
             (id, code_hash, intergroup_id, email, email_folded, role, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        invitation.id.0,
        code_hash.as_slice(),
        invitation.intergroup_id.0,
        invitation.email,
        email_folded,
        invitation.role.as_str(),
        invitation.created_at,
        invitation.expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The invitations of an office that can still be taken up.
///
/// # Errors
/// When the database cannot be reached.
pub async fn list_invitations(
    connection: &mut PgConnection,
    office: IntergroupId,
    now: DateTime<Utc>,
) -> Result<Vec<Invitation>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id, email, role AS "role!", created_at, expires_at FROM office.invitations
         WHERE intergroup_id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2
         ORDER BY created_at, id"#,
        office.0,
        now,
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Invitation {
                id: InvitationId(row.id),
                intergroup_id: office,
                email: row.email,
                role: role(&row.role)?,
                created_at: row.created_at,
                expires_at: row.expires_at,
            })
        })
        .collect()
}

/// Takes an invitation back; false where it is not open any more.
///
/// # Errors
/// When the database cannot be reached.
pub async fn revoke_invitation(
    connection: &mut PgConnection,
    office: IntergroupId,
    id: InvitationId,
    (doer, now): (Doer, DateTime<Utc>),
) -> Result<bool, sqlx::Error> {
    let revoked = sqlx::query!(
        "UPDATE office.invitations SET revoked_at = $3
         WHERE id = $2 AND intergroup_id = $1 AND used_at IS NULL AND revoked_at IS NULL RETURNING email, role",
        office.0,
        id.0,
        now,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(revoked) = revoked else { return Ok(false) };
    let before = Some(json!({ "email": revoked.email, "role": revoked.role }));
    let happening = Happening { entity: "invitation", entity_id: id.0, op: "delete", before, after: None };
    record(connection, office, &happening, doer, now).await?;
    Ok(true)
}

/// The open invitation of a code to an account of that audience, locked.
pub(in crate::auth) async fn find_invitation(
    connection: &mut PgConnection,
    audience: Audience,
    code_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<InvitationRow>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT id, intergroup_id, email, email_folded, role FROM office.invitations
         WHERE code_hash = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2
           AND (intergroup_id IS NULL) = $3 FOR UPDATE",
        code_hash.as_slice(),
        now,
        audience == Audience::Moderator,
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(InvitationRow {
            id: InvitationId(row.id),
            email: row.email,
            email_folded: row.email_folded,
            grant: row.intergroup_id.map(IntergroupId).zip(row.role.as_deref().map(role).transpose()?),
        })
    })
    .transpose()
}

/// Gives an open invitation another code, which alone is good from then on;
/// `None` where it is not open any more.
pub(in crate::auth) async fn renew_invitation(
    connection: &mut PgConnection,
    id: InvitationId,
    code_hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<Invitation>, sqlx::Error> {
    let row = sqlx::query!(
        r#"UPDATE office.invitations SET code_hash = $2
         WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3 AND intergroup_id IS NOT NULL
         RETURNING intergroup_id AS "intergroup_id!", email, role AS "role!", created_at, expires_at"#,
        id.0,
        code_hash.as_slice(),
        now,
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(Invitation {
            id,
            intergroup_id: IntergroupId(row.intergroup_id),
            email: row.email,
            role: role(&row.role)?,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    })
    .transpose()
}

/// Uses an invitation up.
pub(in crate::auth) async fn use_invitation(
    connection: &mut PgConnection,
    id: InvitationId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE office.invitations SET used_at = $2 WHERE id = $1", id.0, now).execute(connection).await?;
    Ok(())
}
