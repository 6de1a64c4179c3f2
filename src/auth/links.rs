//! What the link of a letter is about, read without using it up: whatever
//! scans mails opens every link in them.

use super::{
    account::no_such_link,
    audience::Audience,
    caller::Role,
    one_time::OneTimeCode,
    service::{Auth, Proof},
    sign_in::not_open,
    store::{self, AccountRow, LinkRow, Purpose},
};
use crate::{
    db::{self, Scope},
    http::{ApiError, ClientAddress},
};

/// Who is a moderator is appointed by address: only offices change theirs.
const EMAIL_CHANGE: (Audience, Purpose) = (Audience::Office, Purpose::EmailChange);

/// An invitation as its page shows it.
#[derive(Debug)]
pub(super) struct Invited {
    pub email: String,
    /// The office's name and the role in it; none where it is to be a moderator.
    pub office: Option<(String, Role)>,
    /// Whether the address has an account, and if so whether that has a
    /// second factor.
    pub has_totp: Option<bool>,
}

impl Auth {
    /// An invitation that can still be taken up.
    pub(super) async fn look_at_invitation(&self, audience: Audience, code: &str) -> Result<Invited, ApiError> {
        let code = OneTimeCode::parse(code).map_err(|_| not_open())?;
        let mut transaction = self.begin().await?;
        let open = store::find_invitation(&mut transaction, audience, &code.hash(), self.clock.now()).await?;
        let open = open.ok_or_else(not_open)?;
        let account = store::find_account_by_email(&mut transaction, audience, &open.email_folded).await?;
        let office = match open.grant {
            None => None,
            Some((office, role)) => {
                // Signing in sees nothing of the directory.
                db::set_scope(&mut transaction, &Scope::office(office)).await?;
                let name = store::office_name(&mut transaction, office).await?;
                Some((name.ok_or_else(not_open)?, role))
            }
        };
        transaction.commit().await?;
        Ok(Invited { email: open.email, office, has_totp: account.map(|account| account.totp_confirmed) })
    }

    /// The account whose password a link may replace.
    pub(super) async fn look_at_reset(&self, audience: Audience, code: &str) -> Result<AccountRow, ApiError> {
        self.look_at_code(code, (audience, Purpose::PasswordReset), "/reset_code").await.map(|(account, _)| account)
    }

    /// The new address that a link confirms.
    pub(super) async fn look_at_email(&self, code: &str) -> Result<String, ApiError> {
        let (_, code) = self.look_at_code(code, EMAIL_CHANGE, "/email_code").await?;
        Ok(code.email.unwrap_or_default())
    }

    async fn look_at_code(
        &self,
        code: &str,
        purpose: (Audience, Purpose),
        pointer: &'static str,
    ) -> Result<(AccountRow, LinkRow), ApiError> {
        let code = OneTimeCode::parse(code).map_err(|_| no_such_link(pointer))?;
        let mut transaction = self.begin().await?;
        let found = store::find_code(&mut transaction, &code.hash(), purpose, self.clock.now()).await?;
        let found = found.ok_or_else(|| no_such_link(pointer))?;
        let account = store::find_account(&mut transaction, found.account_id).await?;
        transaction.commit().await?;
        Ok((account.ok_or_else(|| no_such_link(pointer))?, found))
    }

    /// Takes up the link that a new address received, for somebody who is not
    /// signed in: the link says whose account, the password that it is theirs.
    /// Counted like signing in.
    pub(super) async fn confirm_email_by_password(
        &self,
        code: &str,
        proof: &Proof,
        address: ClientAddress,
    ) -> Result<(), ApiError> {
        let (account, _) = self.look_at_code(code, EMAIL_CHANGE, "/email_code").await?;
        let here = self.count_here((account.audience, &account.email.to_lowercase()), address)?;
        self.prove_again(account.id, proof).await?;
        self.attempts.clear(&here);
        self.confirm_email(account.id, code).await
    }
}
