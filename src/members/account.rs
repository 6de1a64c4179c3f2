//! What somebody does with their own account.

use super::{
    model::count_voucher,
    service::{DRAWS, Entered, Members},
    store::{self, AccountRow, SessionRow, VaultRow},
    token::MemberToken,
};
use crate::{
    auth::{DeviceKey, KeyUse, Voucher, VoucherKind},
    db,
    http::{ApiError, ErrorCode},
    kernel::{Invalid, MemberId, SessionId, words},
};

/// All that is kept of an account.
pub(super) struct Kept {
    pub account: AccountRow,
    pub auth_hash: Vec<u8>,
    pub sessions: Vec<SessionRow>,
    /// Number and content of each version.
    pub vault: Vec<(i64, Vec<u8>)>,
}

impl Members {
    /// Gives the account another handle than it has. Where somebody has the one
    /// that was drawn, another is drawn, a few times.
    pub(super) async fn reroll(&self, token: &MemberToken) -> Result<AccountRow, ApiError> {
        for _ in 0..DRAWS {
            let (mut transaction, mut account) = self.enter(token).await?;
            let handle = words::handle(&*self.entropy);
            if handle == account.handle {
                continue;
            }
            match store::rename_account(&mut transaction, token.member, &handle).await {
                Ok(true) => {}
                Ok(false) => return Err(ApiError::new(ErrorCode::SessionEnded)),
                Err(error) if db::is_constraint(&error, "accounts_handle_key") => continue,
                Err(error) => return Err(error.into()),
            }
            transaction.commit().await?;
            account.handle = handle;
            return Ok(account);
        }
        Err(ApiError::internal(anyhow::anyhow!("no handle was free")))
    }

    /// Takes another key in place of the account's, and ends all sessions but
    /// this one. The same key again does the same again.
    pub(super) async fn replace_key(
        &self,
        entered: Entered,
        session: SessionId,
        key: &DeviceKey,
    ) -> Result<(), ApiError> {
        let (mut transaction, account) = entered;
        let member = MemberId(account.id);
        match store::replace_key(&mut transaction, member, &key.hash(KeyUse::Account)).await {
            Ok(true) => {}
            Ok(false) => return Err(ApiError::new(ErrorCode::SessionEnded)),
            Err(error) if db::is_constraint(&error, "accounts_auth_key") => return Err(other_key()),
            Err(error) => return Err(error.into()),
        }
        store::end_sessions(&mut transaction, member, Some(session)).await?;
        Ok(transaction.commit().await?)
    }

    /// Erases the account; its sessions and its vault go with it.
    pub(super) async fn erase(&self, token: &MemberToken) -> Result<(), ApiError> {
        let (mut transaction, _) = self.enter(token).await?;
        store::delete_account(&mut transaction, token.member).await?;
        Ok(transaction.commit().await?)
    }

    /// Everything that is kept of the account, at one moment.
    pub(super) async fn export(&self, token: &MemberToken) -> Result<Kept, ApiError> {
        let (mut transaction, account) = self.enter(token).await?;
        if !store::lock_account(&mut transaction, token.member).await? {
            return Err(ApiError::new(ErrorCode::SessionEnded));
        }
        let auth_hash = store::hash_of_key(&mut transaction, token.member).await?;
        let sessions = store::list_sessions(&mut transaction, token.member).await?;
        let vault = store::list_vaults(&mut transaction, token.member).await?;
        transaction.commit().await?;
        let open = |row: &VaultRow| Ok((row.version, self.open_vault(token.member, row)?));
        let vault = vault.iter().map(open).collect::<Result<_, ApiError>>()?;
        Ok(Kept { account, auth_hash, sessions, vault })
    }

    /// Gives out a voucher and counts it; nothing of the voucher is kept.
    pub(super) async fn give_voucher(&self, entered: Entered, kind: VoucherKind) -> Result<Voucher, ApiError> {
        let (mut transaction, account) = entered;
        let (member, now) = (MemberId(account.id), self.clock.now());
        let vouchers = store::lock_vouchers(&mut transaction, member).await?;
        let mut vouchers = vouchers.ok_or_else(|| ApiError::new(ErrorCode::SessionEnded))?;
        let counted = match kind {
            VoucherKind::Story => &mut vouchers.story_vouchers,
            VoucherKind::Circle | VoucherKind::Either => &mut vouchers.circle_vouchers,
        };
        *counted = count_voucher(counted, now).map_err(|free| {
            let wait_s = (free.and_time(chrono::NaiveTime::MIN).and_utc() - now).num_seconds() + 1;
            let detail = format!("Three of a kind in 30 days are given out; the next from {free} on.");
            ApiError::too_many(u32::try_from(wait_s).unwrap_or(1)).with_detail(detail)
        })?;
        store::keep_vouchers(&mut transaction, member, &vouchers).await?;
        let voucher = self.seal(kind)?;
        transaction.commit().await?;
        Ok(voucher)
    }
}

/// Says no more than that it cannot be this one.
fn other_key() -> ApiError {
    let message = "cannot be used; make another recovery code and derive the key from that";
    ApiError::content(vec![Invalid::new("/auth_key", "in_use", message)])
}
