//! What only an operator or the account itself asks for.

use sqlx::PgConnection;

use super::AccountRow;
use crate::kernel::MemberId;

/// The account of a handle.
pub(in crate::members) async fn find_account_by_handle(
    connection: &mut PgConnection,
    handle: &str,
) -> Result<Option<AccountRow>, sqlx::Error> {
    sqlx::query_as!(
        AccountRow,
        "SELECT id, handle, made_week, seen_week, circle_vouchers, story_vouchers
         FROM members.accounts WHERE handle = $1",
        handle
    )
    .fetch_optional(connection)
    .await
}

/// The hash of the key that signs in to an account.
pub(in crate::members) async fn hash_of_key(
    connection: &mut PgConnection,
    member: MemberId,
) -> Result<Vec<u8>, sqlx::Error> {
    sqlx::query_scalar!("SELECT auth_hash FROM members.accounts WHERE id = $1", member.0).fetch_one(connection).await
}
