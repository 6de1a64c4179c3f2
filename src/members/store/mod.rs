//! All SQL of accounts; it runs as the role `members`.

mod accounts;
mod sessions;
mod tidy;

pub use accounts::AccountRow;
pub(super) use accounts::{NewAccount, find_account_by_key, insert_account, note_week};
pub(super) use sessions::{advance_session, end_session, end_sessions, enter_session, insert_session, lock_session};
pub(super) use tidy::clear_away;
