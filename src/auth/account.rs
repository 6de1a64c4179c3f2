//! Looking after one's own account: password and address.

use chrono::TimeDelta;
use serde_json::json;

use super::{
    audience::Audience,
    caller::AccountCaller,
    one_time::OneTimeCode,
    service::{Auth, Proof},
    store::{self, GrantRow, Purpose},
    tokens::Issued,
};
use crate::{
    db::{self, Scope},
    http::{ApiError, ClientAddress, EmailAddress, ErrorCode},
    kernel::{AccountId, Invalid, SessionId},
};

/// How long a link in a mail is good.
pub(super) const LINK_LIVES: TimeDelta = TimeDelta::hours(1);

/// One's own account.
#[derive(Debug)]
pub(super) struct Account {
    pub email: String,
    pub has_totp: bool,
    pub recovery_codes_left: i64,
    /// Whether it is told of each week.
    pub weekly_digest: bool,
    pub grants: Vec<GrantRow>,
}

impl Auth {
    /// What an account is and may do.
    pub(super) async fn account(&self, caller: &AccountCaller) -> Result<Account, ApiError> {
        let mut transaction = self.begin().await?;
        let found = store::find_account(&mut transaction, caller.id).await?;
        let found = found.ok_or_else(|| ApiError::new(ErrorCode::SessionEnded))?;
        let recovery_codes_left = store::count_recovery_codes(&mut transaction, caller.id).await?;
        let weekly_digest = store::digest_due(&mut transaction, caller.id).await?.is_some();
        // Signing in sees nothing of the directory, so names need its own scope.
        db::set_scope(&mut transaction, &Scope::Offices(caller.granted().collect())).await?;
        let grants = store::grants_of(&mut transaction, caller.id).await?;
        transaction.commit().await?;
        Ok(Account { email: found.email, has_totp: found.totp_confirmed, recovery_codes_left, weekly_digest, grants })
    }

    /// Changes the password. Every session ends, this one too: whoever had the
    /// old password has nothing left. A new one begins.
    pub(super) async fn change_password(&self, id: AccountId, proof: &Proof, new: &Proof) -> Result<Issued, ApiError> {
        let account = self.prove_again(id, proof).await?;
        let hash = self.hash_new(new, &account.email).await?;
        let now = self.clock.now();
        let mut transaction = self.begin().await?;
        if store::lock_password(&mut transaction, id).await?.as_deref() != Some(&account.password) {
            return Err(ApiError::new(ErrorCode::SignInFailed));
        }
        store::set_password(&mut transaction, id, &hash).await?;
        store::forget_resets(&mut transaction, id).await?;
        store::end_sessions(&mut transaction, id, None, now).await?;
        let issued = self.begin_session(&mut transaction, (account.audience, id), &hash).await?;
        store::enqueue(&mut transaction, "password_changed", json!({ "account_id": id }), None, now).await?;
        transaction.commit().await?;
        Ok(issued)
    }

    /// Asks for a link to set a new password. Whether there is such an account
    /// is looked up when the mail is written, not here.
    pub(super) async fn forgot_password(
        &self,
        audience: Audience,
        email: &EmailAddress,
        address: ClientAddress,
    ) -> Result<(), ApiError> {
        let folded = email.folded();
        self.count_here((audience, &format!("forgot {folded}")), address)?;
        let now = self.clock.now();
        // One in ten minutes, however often it is asked for.
        let once = &[audience.as_str().as_bytes(), folded.as_bytes(), &(now.timestamp() / 600).to_be_bytes()];
        let once = self.subject("forgot", once)?;
        let once = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, once);
        let mut transaction = self.begin().await?;
        let subject = json!({ "audience": audience, "email": folded });
        store::enqueue(&mut transaction, "password_reset", subject, Some(&once), now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Sets a new password by a link. A second factor stays as it is.
    pub(super) async fn reset_password(&self, audience: Audience, code: &str, new: &Proof) -> Result<(), ApiError> {
        // Judged and hashed before the link is taken: a weak one does not cost it.
        let account = self.look_at_reset(audience, code).await?;
        let hash = self.hash_new(new, &account.email).await?;
        let code = OneTimeCode::parse(code).map_err(|_| no_such_link("/reset_code"))?;
        let now = self.clock.now();
        let mut transaction = self.begin().await?;
        let taken = store::take_code(&mut transaction, &code.hash(), (audience, Purpose::PasswordReset), now).await?;
        let id = taken.ok_or_else(|| no_such_link("/reset_code"))?.account_id;
        store::set_password(&mut transaction, id, &hash).await?;
        store::end_sessions(&mut transaction, id, None, now).await?;
        store::enqueue(&mut transaction, "password_changed", json!({ "account_id": id }), None, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Asks for a link at the new address. That may be anybody's, so who asks
    /// again and again waits longer and longer.
    pub(super) async fn change_email(&self, id: AccountId, email: &EmailAddress) -> Result<(), ApiError> {
        let asked = self.subject("email change", &[id.0.as_bytes()])?;
        self.attempts.count(asked, self.clock.now()).map_err(ApiError::too_many)?;
        let mut transaction = self.begin().await?;
        let subject = json!({ "account_id": id, "email": email.as_str() });
        store::enqueue(&mut transaction, "email_change", subject, None, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes up the link that the new address received.
    pub(super) async fn confirm_email(&self, id: AccountId, code: &str) -> Result<(), ApiError> {
        let code = OneTimeCode::parse(code).map_err(|_| no_such_link("/email_code"))?;
        let now = self.clock.now();
        let mut transaction = self.begin().await?;
        let taken =
            store::take_code(&mut transaction, &code.hash(), (Audience::Office, Purpose::EmailChange), now).await?;
        let taken = taken.filter(|taken| taken.account_id == id).ok_or_else(|| no_such_link("/email_code"))?;
        let email = taken.email.unwrap_or_default();
        let account = store::find_account(&mut transaction, id).await?;
        let before = account.ok_or_else(|| ApiError::new(ErrorCode::SessionEnded))?.email;
        match store::set_email(&mut transaction, id, &email, &email.to_lowercase()).await {
            Err(error) if db::is_constraint(&error, "accounts_email_key") => {
                return Err(ApiError::new(ErrorCode::Conflict).with_detail("Another account has that address."));
            }
            changed => changed?,
        }
        store::forget_resets(&mut transaction, id).await?;
        let subject = json!({ "email": before, "new_email": email });
        store::enqueue(&mut transaction, "email_changed", subject, None, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends one session.
    pub(super) async fn end(&self, session: SessionId) -> Result<(), ApiError> {
        let mut transaction = self.begin().await?;
        store::end_session(&mut transaction, session, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends all sessions of an account.
    pub(super) async fn end_all(&self, id: AccountId) -> Result<(), ApiError> {
        let mut transaction = self.begin().await?;
        store::end_sessions(&mut transaction, id, None, self.clock.now()).await?;
        transaction.commit().await?;
        Ok(())
    }
}

pub(super) fn no_such_link(pointer: &'static str) -> ApiError {
    ApiError::content(vec![Invalid::new(
        pointer,
        "not_open",
        "is not open: it was used, has run out, or a newer one was sent; ask for a new one",
    )])
}
