//! All SQL of signing in. Everything here runs in the scope `sign_in` unless a
//! function says otherwise; row-level security keeps accounts and sessions from
//! every other scope.

mod accounts;
mod audit;
mod codes;
mod digest;
mod failures;
mod grants;
mod keys;
mod mails;
mod moderators;
mod rights;
mod second_factor;
mod sessions;
mod signing_keys;
mod tidy;

pub(super) use accounts::{
    AccountRow, find_account, find_account_by_email, insert_account, lock_password, set_email, set_password,
    store_rehash,
};
pub use audit::{Doer, Happening, record};
pub use codes::DecisionLink;
pub(super) use codes::{LinkRow, Purpose, find_code, forget_resets, insert_code, take_code};
pub(super) use codes::{drop_decisions, find_decision, insert_decision_code};
pub use digest::DigestOffice;
pub(super) use digest::{digest_due, digest_offices, find_due_digest, move_digest, set_digest};
pub(super) use failures::{REMEMBERED, clear_failures, count_attempt};
pub use grants::{
    Admin, GrantRow, Invitation, Removal, grants_of, insert_invitation, list_admins, list_invitations, owners_of,
    remove_grant, revoke_invitation,
};
pub(super) use grants::{add_grant, find_invitation, renew_invitation, revoke_invitations_of, use_invitation};
pub(super) use keys::touch_key;
pub use keys::{KeyRow, NewKey, expiring_keys, insert_key, list_keys, revoke_key};
pub(super) use mails::{DueMail, claim_mail, delay_mail, finish_mail};
pub use mails::{Once, enqueue, enqueue_invitation};
pub use moderators::{Moderator, list_moderators};
pub(super) use moderators::{
    ModeratorInvitation, delete_moderator, find_former_moderator, insert_moderator_invitation,
    revoke_moderator_invitations,
};
pub(super) use rights::{enter_key, enter_session};
pub(super) use second_factor::{
    asks_for_totp, confirm_totp, count_recovery_codes, propose_totp, remove_totp, replace_recovery_codes,
    use_recovery_code, use_totp_step,
};
pub(super) use sessions::{
    NewSession, advance_session, end_session, end_sessions, insert_session, lock_session, step_up,
};
pub(super) use signing_keys::{
    SigningKeyRow, end_signing_key, insert_signing_key, list_signing_keys, lock_signing_keys,
};
pub(super) use tidy::{clear_away, office_name};
