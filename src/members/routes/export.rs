//! Everything that is kept of an account, as its owner gets it.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::members::{account::Kept, model::week_name, store::SessionRow};

/// Everything that is kept of an account.
#[derive(Serialize, ToSchema)]
pub struct ExportView {
    /// Its random id, which nobody but its tokens knows.
    pub id: Uuid,
    /// Three words that we drew.
    pub handle: String,
    /// The week in which it was made.
    pub made_week: String,
    /// The week in which its tokens were last refreshed.
    pub seen_week: String,
    /// SHA-256 of a label and its key, in base64url.
    pub auth_key_hash: String,
    /// Its devices.
    pub sessions: Vec<ExportedSessionView>,
    /// The weeks in which it was given vouchers for circles, as long as they count.
    pub circle_vouchers: Vec<String>,
    /// The same of vouchers for stories.
    pub story_vouchers: Vec<String>,
    /// The versions of its vault, the oldest first.
    pub vault: Vec<ExportedVaultView>,
}

/// Everything that is kept of a device.
#[derive(Serialize, ToSchema)]
pub struct ExportedSessionView {
    /// Its random id.
    pub id: Uuid,
    /// Of the refresh token used last, counted from a random number.
    pub generation: i32,
    /// SHA-256 of that token, in base64url.
    pub hash_used: String,
    /// SHA-256 of the one that is due.
    pub hash_next: String,
    /// The week in which it was used last.
    pub used_week: String,
}

/// A version of a vault.
#[derive(Serialize, ToSchema)]
pub struct ExportedVaultView {
    /// Its number.
    pub version: i64,
    /// What the device encrypted, in base64.
    pub content: String,
}

impl ExportView {
    pub(super) fn of(kept: &Kept) -> Self {
        let weeks = |mondays: &[NaiveDate]| mondays.iter().copied().map(week_name).collect();
        let version = |(version, content): &(i64, Vec<u8>)| ExportedVaultView {
            version: *version,
            content: STANDARD.encode(content),
        };
        Self {
            id: kept.account.id,
            handle: kept.account.handle.clone(),
            made_week: week_name(kept.account.made_week),
            seen_week: week_name(kept.account.seen_week),
            auth_key_hash: URL_SAFE_NO_PAD.encode(&kept.auth_hash),
            sessions: kept.sessions.iter().map(ExportedSessionView::of).collect(),
            circle_vouchers: weeks(&kept.account.circle_vouchers),
            story_vouchers: weeks(&kept.account.story_vouchers),
            vault: kept.vault.iter().map(version).collect(),
        }
    }
}

impl ExportedSessionView {
    fn of(row: &SessionRow) -> Self {
        Self {
            id: row.id,
            generation: row.generation,
            hash_used: URL_SAFE_NO_PAD.encode(&row.hash_used),
            hash_next: URL_SAFE_NO_PAD.encode(&row.hash_next),
            used_week: week_name(row.used_week),
        }
    }
}
