//! All SQL of accounts; it runs as the role `members`.

mod accounts;
mod disclosure;
mod sessions;
mod tidy;
mod vaults;
mod vouchers;

pub use accounts::AccountRow;
pub(super) use accounts::{
    NewAccount, delete_account, find_account_by_key, insert_account, lock_account, note_week, rename_account,
    replace_key,
};
pub(super) use disclosure::{find_account_by_handle, hash_of_key};
pub use sessions::SessionRow;
pub(super) use sessions::{
    advance_session, end_session, end_sessions, enter_session, insert_session, list_sessions, lock_session,
};
pub(super) use tidy::clear_away;
pub use vaults::VaultRow;
pub(super) use vaults::{find_vault, insert_vault, keep_last_vaults, list_vaults, vault_sizes};
pub(super) use vouchers::{keep_vouchers, lock_vouchers};
