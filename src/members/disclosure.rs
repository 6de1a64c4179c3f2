//! Everything that can be said of an account, for its operator.
//!
//! Who is ordered to tell of an account can tell this and no more: nothing of
//! it leads to a circle. What is kept besides says nothing: random ids, and the
//! counters of sessions and vault, which count from random numbers. A column
//! that is added to an account is added here; a test compares the two.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::NaiveDate;
use serde::Serialize;
use sqlx::PgPool;

use super::{
    model::week_name,
    store::{self, SessionRow},
};
use crate::kernel::MemberId;

/// All that the service can say of an account.
#[derive(Debug, Serialize)]
pub struct Disclosure {
    /// Three words that we drew.
    pub handle: String,
    /// The week in which it was made.
    pub made_week: String,
    /// The week in which its tokens were last refreshed.
    pub seen_week: String,
    /// SHA-256 of a label and the key that signs in to it, in base64url.
    pub auth_key_hash: String,
    /// Its devices.
    pub sessions: Vec<DisclosedSession>,
    /// Bytes that each version of its vault takes, the same for every account;
    /// what is in them only its owner's devices can read.
    pub vault_bytes: Vec<i32>,
    /// How many vouchers for circles it was given, by week, the last weeks.
    pub circle_vouchers: BTreeMap<String, usize>,
    /// The same of vouchers for stories.
    pub story_vouchers: BTreeMap<String, usize>,
}

/// All that the service can say of a device.
#[derive(Debug, Serialize)]
pub struct DisclosedSession {
    /// SHA-256 of the refresh token that was used last, in base64url.
    pub hash_used: String,
    /// SHA-256 of the one that is due.
    pub hash_next: String,
    /// The week in which it was used last.
    pub used_week: String,
}

/// Everything that can be said of the account of a handle; `None` where there
/// is none. `pool` is that of the role `members`.
///
/// # Errors
/// When the database cannot be asked.
pub async fn disclose(pool: &PgPool, handle: &str) -> Result<Option<Disclosure>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    let Some(account) = store::find_account_by_handle(&mut transaction, handle).await? else { return Ok(None) };
    let member = MemberId(account.id);
    let auth_hash = store::hash_of_key(&mut transaction, member).await?;
    let sessions = store::list_sessions(&mut transaction, member).await?;
    let vault_bytes = store::vault_sizes(&mut transaction, member).await?;
    transaction.commit().await?;
    Ok(Some(Disclosure {
        handle: account.handle,
        made_week: week_name(account.made_week),
        seen_week: week_name(account.seen_week),
        auth_key_hash: URL_SAFE_NO_PAD.encode(auth_hash),
        sessions: sessions.iter().map(of_session).collect(),
        vault_bytes,
        circle_vouchers: by_week(&account.circle_vouchers),
        story_vouchers: by_week(&account.story_vouchers),
    }))
}

fn of_session(session: &SessionRow) -> DisclosedSession {
    DisclosedSession {
        hash_used: URL_SAFE_NO_PAD.encode(&session.hash_used),
        hash_next: URL_SAFE_NO_PAD.encode(&session.hash_next),
        used_week: week_name(session.used_week),
    }
}

fn by_week(mondays: &[NaiveDate]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for monday in mondays {
        *counts.entry(week_name(*monday)).or_default() += 1;
    }
    counts
}
