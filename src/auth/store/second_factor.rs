//! Time-based codes and what stands for them.

use sqlx::PgConnection;

use crate::kernel::{AccountId, IntergroupId};

/// Keeps a secret that is to be confirmed. False where there is one already.
pub(in crate::auth) async fn propose_totp(
    connection: &mut PgConnection,
    account: AccountId,
    wrapped: &[u8],
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE office.accounts SET totp_secret = $2, totp_last_step = NULL WHERE id = $1 AND NOT totp_confirmed",
        account.0,
        wrapped,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Confirms a secret by the step of its first code. False where it was
/// confirmed meanwhile, or another took its place.
pub(in crate::auth) async fn confirm_totp(
    connection: &mut PgConnection,
    account: AccountId,
    wrapped: &[u8],
    step: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE office.accounts SET totp_confirmed = true, totp_last_step = $3
         WHERE id = $1 AND totp_secret = $2 AND NOT totp_confirmed",
        account.0,
        wrapped,
        step,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the second factor away, its recovery codes too.
pub(in crate::auth) async fn remove_totp(connection: &mut PgConnection, account: AccountId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE office.accounts SET totp_secret = NULL, totp_confirmed = false, totp_last_step = NULL WHERE id = $1",
        account.0
    )
    .execute(&mut *connection)
    .await?;
    replace_recovery_codes(connection, account, &[]).await
}

/// Uses up a time step; false where it or a later one was used before.
pub(in crate::auth) async fn use_totp_step(
    connection: &mut PgConnection,
    account: AccountId,
    step: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE office.accounts SET totp_last_step = $2
         WHERE id = $1 AND totp_confirmed AND coalesce(totp_last_step, -1) < $2",
        account.0,
        step,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Uses up a recovery code; false where there is no such one.
pub(in crate::auth) async fn use_recovery_code(
    connection: &mut PgConnection,
    account: AccountId,
    hash: &[u8; 32],
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "DELETE FROM office.recovery_codes WHERE account_id = $1 AND code_hash = $2",
        account.0,
        hash.as_slice(),
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Replaces all recovery codes.
pub(in crate::auth) async fn replace_recovery_codes(
    connection: &mut PgConnection,
    account: AccountId,
    hashes: &[Vec<u8>],
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM office.recovery_codes WHERE account_id = $1", account.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "INSERT INTO office.recovery_codes (account_id, code_hash) SELECT $1, unnest($2::bytea[])",
        account.0,
        hashes,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many recovery codes are left.
pub(in crate::auth) async fn count_recovery_codes(
    connection: &mut PgConnection,
    account: AccountId,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM office.recovery_codes WHERE account_id = $1"#, account.0)
        .fetch_one(connection)
        .await
}

/// Whether an office asks for a second factor, or one that it belongs to does;
/// in the scope of the operator.
pub(in crate::auth) async fn asks_for_totp(
    connection: &mut PgConnection,
    office: IntergroupId,
) -> Result<bool, sqlx::Error> {
    let asks = sqlx::query_scalar!(
        r#"SELECT bool_or(c.require_totp) AS "asks" FROM office.covered(ARRAY[$1::uuid]) c WHERE c.id = $1"#,
        office.0,
    );
    // An office that is gone asks for nothing, and there is nothing to decide.
    Ok(asks.fetch_one(connection).await?.unwrap_or(false))
}
