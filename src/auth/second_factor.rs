//! The second factor: an authenticator app and recovery codes.

use serde_json::json;

use super::{
    recovery::RecoveryCode,
    service::{Auth, TOTP_PURPOSE},
    store,
    totp::TotpSecret,
};
use crate::{
    http::{ApiError, ErrorCode},
    kernel::{AccountId, Invalid, SessionId},
};

/// A second factor to be put into an app.
#[derive(Debug)]
pub(super) struct Proposed {
    /// For typing in.
    pub secret: String,
    /// For a QR code.
    pub link: String,
}

impl Auth {
    /// Makes a secret, which counts once a code of it has come.
    pub(super) async fn propose_totp(&self, id: AccountId) -> Result<Proposed, ApiError> {
        let secret = TotpSecret::generate(&*self.entropy);
        let wrapped = self.secret.wrap(TOTP_PURPOSE, secret.expose(), &*self.entropy);
        let wrapped =
            wrapped.map_err(|_| ApiError::internal(anyhow::anyhow!("a second factor cannot be encrypted")))?;
        let mut transaction = self.begin().await?;
        let account = store::find_account(&mut transaction, id).await?;
        let account = account.ok_or_else(|| ApiError::new(ErrorCode::SessionEnded))?;
        if !store::propose_totp(&mut transaction, id, &wrapped).await? {
            return Err(ApiError::new(ErrorCode::Conflict)
                .with_detail("There is a second factor already; remove it before setting up another."));
        }
        transaction.commit().await?;
        let shown = secret.text().zip(secret.link(&account.email));
        let (text, link) = shown.ok_or_else(|| ApiError::internal(anyhow::anyhow!("a second factor has no link")))?;
        Ok(Proposed { secret: text.to_string(), link: link.to_string() })
    }

    /// Confirms it by its first code. Other sessions end: they were begun
    /// without it.
    pub(super) async fn confirm_totp(
        &self,
        id: AccountId,
        session: SessionId,
        code: &str,
    ) -> Result<Vec<RecoveryCode>, ApiError> {
        let mut transaction = self.begin().await?;
        let account = store::find_account(&mut transaction, id).await?;
        let account = account.ok_or_else(|| ApiError::new(ErrorCode::SessionEnded))?;
        let whose = (account.audience, &*account.email.to_lowercase());
        let subject = self.count_everywhere(&mut transaction, whose).await?;
        transaction.commit().await?;
        let nothing = || ApiError::new(ErrorCode::Conflict).with_detail("There is nothing to confirm.");
        let secret = account.totp_secret.as_ref().filter(|_| !account.totp_confirmed).ok_or_else(nothing)?;
        let step = self.totp_step(&account, code)?.ok_or_else(|| {
            let message = "is not the present code of the app; is the phone's clock right?";
            ApiError::content(vec![Invalid::new("/code", "wrong_code", message)])
        })?;
        let now = self.clock.now();
        let mut transaction = self.begin().await?;
        if !store::confirm_totp(&mut transaction, id, secret, step).await? {
            return Err(nothing());
        }
        let codes = RecoveryCode::generate_set(&*self.entropy);
        store::replace_recovery_codes(&mut transaction, id, &hashes(&codes)).await?;
        store::end_sessions(&mut transaction, id, Some(session), now).await?;
        store::clear_failures(&mut transaction, &subject).await?;
        store::enqueue(&mut transaction, "totp_added", json!({ "account_id": id }), None, now).await?;
        transaction.commit().await?;
        Ok(codes.into())
    }

    /// Takes the second factor away.
    pub(super) async fn remove_totp(&self, id: AccountId) -> Result<(), ApiError> {
        let now = self.clock.now();
        let mut transaction = self.begin().await?;
        store::remove_totp(&mut transaction, id).await?;
        store::enqueue(&mut transaction, "totp_removed", json!({ "account_id": id }), None, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// New recovery codes; the old ones are no longer good.
    pub(super) async fn new_recovery_codes(&self, id: AccountId) -> Result<Vec<RecoveryCode>, ApiError> {
        let mut transaction = self.begin().await?;
        let account = store::find_account(&mut transaction, id).await?;
        if !account.is_some_and(|account| account.totp_confirmed) {
            return Err(ApiError::new(ErrorCode::Conflict).with_detail("There is no second factor yet."));
        }
        let codes = RecoveryCode::generate_set(&*self.entropy);
        store::replace_recovery_codes(&mut transaction, id, &hashes(&codes)).await?;
        transaction.commit().await?;
        Ok(codes.into())
    }
}

fn hashes(codes: &[RecoveryCode]) -> Vec<Vec<u8>> {
    codes.iter().map(|code| code.hash().to_vec()).collect()
}
