//! All SQL of circles, as the role `circles`, and of their keys, as the role
//! `pass_keys`.

mod invitations;
mod keys;
mod passes;
mod sessions;
mod tidy;

pub(super) use invitations::{
    InvitationRow, count_open_invitations, delete_invitation, insert_invitation, list_open_invitations,
    lock_invitation, spend_voucher, use_invitation,
};
pub(super) use keys::{delete_keys, find_key, find_keys, keep_key};
pub(super) use passes::{
    FoundPass, NewPass, PeerRow, aliases, find_pass_by_key, insert_circle, insert_pass, list_peers, lock_circle,
    note_week, seats,
};
pub(super) use sessions::{advance_session, end_session, end_sessions, enter_session, insert_session, lock_session};
pub(super) use tidy::{
    delete_empty_circles, delete_old_passes, delete_spent, erase_old_words, list_old_keys, owners_among,
};
