//! The expected status of every operation by every caller.
//!
//! Columns, as in [`super::callers::NAMES`]:
//! nobody, garbage, a member's token that ran out, a pass's that did, a refresh token, a pass that signed out |
//! an office's owner, an office's key | a member, another |
//! a pass (whose the things are), a peer, the steward, a pass of another circle, one that was removed, one that is
//! suspended, an author's | a moderator, one without a second factor, one that was revoked.

use crate::api::permissions::rows::Row;

#[rustfmt::skip]
pub const ROWS: &[Row] = &[
];
