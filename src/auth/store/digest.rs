//! Whose week is told when, and of which offices; in the scope of the operator.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::kernel::{AccountId, IntergroupId};

/// An office that a letter tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestOffice {
    /// The office.
    pub id: IntergroupId,
    /// Its name.
    pub name: String,
    /// Its zone, as IANA names it.
    pub timezone: String,
    /// Whether the account may read its inbox.
    pub has_inbox: bool,
}

/// When an account is told of its week; `None`: it does not want to be.
pub(in crate::auth) async fn digest_due(
    connection: &mut PgConnection,
    account: AccountId,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let due = sqlx::query_scalar!("SELECT digest_due_at FROM office.accounts WHERE id = $1", account.0);
    Ok(due.fetch_optional(connection).await?.flatten())
}

/// Says whether an account wants to be told, and when first; where it wanted to
/// already, that stays.
pub(in crate::auth) async fn set_digest(
    connection: &mut PgConnection,
    account: AccountId,
    first: Option<DateTime<Utc>>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE office.accounts
         SET digest_due_at = CASE WHEN $2::timestamptz IS NOT NULL THEN coalesce(digest_due_at, $2) END WHERE id = $1",
        account.0,
        first,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An account whose week is to be told and that nobody else is at, with the
/// time at which it was due.
pub(in crate::auth) async fn find_due_digest(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<Option<(AccountId, DateTime<Utc>)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT id, digest_due_at AS "due_at!" FROM office.accounts WHERE digest_due_at <= $1
           ORDER BY digest_due_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED"#,
        now,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (AccountId(row.id), row.due_at)))
}

/// Moves the time on; false where somebody else has.
pub(in crate::auth) async fn move_digest(
    connection: &mut PgConnection,
    account: AccountId,
    (due_at, next): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool, sqlx::Error> {
    let moved = sqlx::query!(
        "UPDATE office.accounts SET digest_due_at = $3 WHERE id = $1 AND digest_due_at = $2",
        account.0,
        due_at,
        next,
    )
    .execute(connection)
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// The offices that an account may look at now: first the ones that it was let
/// into itself, the earliest first, then those that belong to them. Without
/// those that ask for a second factor which it has not got.
pub(in crate::auth) async fn digest_offices(
    connection: &mut PgConnection,
    account: AccountId,
) -> Result<Vec<DigestOffice>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT i.id, i.name, i.timezone, bool_or(g.role <> 'observer') AS "has_inbox!"
           FROM office.grants g
               JOIN office.accounts a ON a.id = g.account_id
               JOIN office.covered((SELECT array_agg(mine.intergroup_id) FROM office.grants mine
                                    WHERE mine.account_id = $1)) c ON c.root = g.intergroup_id
               JOIN directory.intergroups i ON i.id = c.id
           WHERE g.account_id = $1 AND (a.totp_confirmed OR NOT c.require_totp)
           GROUP BY i.id, i.name, i.timezone
           ORDER BY bool_or(i.id = g.intergroup_id) DESC, min(g.granted_at), i.name, i.id"#,
        account.0,
    )
    .fetch_all(connection)
    .await?;
    let offices = rows.into_iter().map(|row| DigestOffice {
        id: IntergroupId(row.id),
        name: row.name,
        timezone: row.timezone,
        has_inbox: row.has_inbox,
    });
    Ok(offices.collect())
}
