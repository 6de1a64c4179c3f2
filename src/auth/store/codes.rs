//! Links sent by mail, each good once.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    auth::audience::Audience,
    kernel::{AccountId, ImportId},
};

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::auth) enum Purpose {
    PasswordReset,
    EmailChange,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::EmailChange => "email_change",
        }
    }
}

/// What a link says.
#[derive(Debug)]
pub(in crate::auth) struct LinkRow {
    pub account_id: AccountId,
    /// The new address, of a change of address.
    pub email: Option<String>,
}

/// Keeps a code. An earlier one of the account for the same purpose is no
/// longer good.
pub(in crate::auth) async fn insert_code(
    connection: &mut PgConnection,
    hash: &[u8; 32],
    account: AccountId,
    purpose: Purpose,
    email: Option<&str>,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM office.one_time_codes WHERE account_id = $1 AND purpose = $2",
        account.0,
        purpose.as_str()
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO office.one_time_codes (code_hash, account_id, purpose, email, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
        hash.as_slice(),
        account.0,
        purpose.as_str(),
        email,
        expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a code says that can still be taken up, by an account of that audience.
pub(in crate::auth) async fn find_code(
    connection: &mut PgConnection,
    hash: &[u8; 32],
    (audience, purpose): (Audience, Purpose),
    now: DateTime<Utc>,
) -> Result<Option<LinkRow>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT c.account_id, c.email FROM office.one_time_codes c JOIN office.accounts a ON a.id = c.account_id
         WHERE c.code_hash = $1 AND c.purpose = $2 AND c.expires_at > $3 AND a.audience = $4",
        hash.as_slice(),
        purpose.as_str(),
        now,
        audience.as_str(),
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| LinkRow { account_id: AccountId(row.account_id), email: row.email }))
}

/// Forgets the links of an account for a new password: whoever reads the mails
/// of an old address, or had asked before the password was changed, has none.
pub(in crate::auth) async fn forget_resets(
    connection: &mut PgConnection,
    account: AccountId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM office.one_time_codes WHERE account_id = $1 AND purpose = $2",
        account.0,
        Purpose::PasswordReset.as_str(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a code up: it is gone from then on, whatever comes of it. One of
/// another audience is left alone.
pub(in crate::auth) async fn take_code(
    connection: &mut PgConnection,
    hash: &[u8; 32],
    (audience, purpose): (Audience, Purpose),
    now: DateTime<Utc>,
) -> Result<Option<LinkRow>, sqlx::Error> {
    let row = sqlx::query!(
        "DELETE FROM office.one_time_codes c USING office.accounts a
         WHERE c.code_hash = $1 AND c.purpose = $2 AND a.id = c.account_id AND a.audience = $3
         RETURNING c.account_id, c.email, c.expires_at",
        hash.as_slice(),
        purpose.as_str(),
        audience.as_str(),
    )
    .fetch_optional(connection)
    .await?;
    let live = row.filter(|row| row.expires_at > now);
    Ok(live.map(|row| LinkRow { account_id: AccountId(row.account_id), email: row.email }))
}

/// What a link says that decides about a run.
#[derive(Debug, Clone)]
pub struct DecisionLink {
    /// Who got it.
    pub account_id: AccountId,
    /// At which address.
    pub email: String,
    /// About which run it decides.
    pub import_id: ImportId,
}

/// Keeps the code of a link that decides about a run. An earlier one of the
/// account for the same run is no longer good.
pub(in crate::auth) async fn insert_decision_code(
    connection: &mut PgConnection,
    hash: &[u8; 32],
    account: AccountId,
    import: ImportId,
    expires_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM office.one_time_codes WHERE account_id = $1 AND import_id = $2", account.0, import.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "INSERT INTO office.one_time_codes (code_hash, account_id, purpose, import_id, expires_at)
         VALUES ($1, $2, 'import_decision', $3, $4)",
        hash.as_slice(),
        account.0,
        import.0,
        expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What a link says that can still decide.
pub(in crate::auth) async fn find_decision(
    connection: &mut PgConnection,
    hash: &[u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<DecisionLink>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT c.account_id, a.email, c.import_id AS "import_id!"
           FROM office.one_time_codes c JOIN office.accounts a ON a.id = c.account_id
           WHERE c.code_hash = $1 AND c.purpose = 'import_decision' AND c.expires_at > $2"#,
        hash.as_slice(),
        now,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| DecisionLink {
        account_id: AccountId(row.account_id),
        email: row.email,
        import_id: ImportId(row.import_id),
    }))
}

/// Ends every link that decides about a run.
pub(in crate::auth) async fn drop_decisions(
    connection: &mut PgConnection,
    import: ImportId,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM office.one_time_codes WHERE import_id = $1", import.0).execute(connection).await?;
    Ok(())
}
