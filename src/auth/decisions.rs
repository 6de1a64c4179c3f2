//! Links that decide about a run of a source, for owners who are not signed in:
//! the link itself is the right to, for this run, once, while whoever got it is
//! still an owner. Where signing in needs a second factor, so does the link:
//! whoever reads somebody's letters has only one of two.

use super::{
    one_time::OneTimeCode,
    service::Auth,
    store::{self, DecisionLink},
};
use crate::{
    db::{self, Scope},
    http::{ApiError, ClientAddress, ErrorCode},
    kernel::{ImportId, IntergroupId},
};

/// What a link needs besides itself to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionFactor {
    /// Nothing.
    Nothing,
    /// A code of its owner's second factor.
    Code,
    /// A second factor, which the office asks for and its owner has not got.
    Missing,
}

impl Auth {
    /// What a link decides about; `None` where it is not good, or not any more.
    /// Looking uses nothing up.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn look_at_decision(&self, code: &str) -> Result<Option<DecisionLink>, sqlx::Error> {
        let Ok(code) = OneTimeCode::parse(code) else { return Ok(None) };
        let mut transaction = db::begin_read(&self.pool, Scope::SignIn).await?;
        let found = store::find_decision(&mut transaction, &code.hash(), self.clock.now()).await?;
        transaction.commit().await?;
        Ok(found)
    }

    /// Whether whoever got a link is still an owner of the office.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn may_decide(&self, link: &DecisionLink, office: IntergroupId) -> Result<bool, sqlx::Error> {
        let mut transaction = db::begin_read(&self.pool, Scope::Operator).await?;
        let owners = store::owners_of(&mut transaction, office).await?;
        transaction.commit().await?;
        Ok(owners.contains(&link.email))
    }

    /// What a link needs besides itself: a code where its owner signs in with
    /// one, and where the office asks for a second factor, its own wish or that
    /// of an office above it.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn decision_factor(
        &self,
        link: &DecisionLink,
        office: IntergroupId,
    ) -> Result<DecisionFactor, sqlx::Error> {
        let mut transaction = db::begin_read(&self.pool, Scope::Operator).await?;
        let asks = store::asks_for_totp(&mut transaction, office).await?;
        let account = store::find_account(&mut transaction, link.account_id).await?;
        transaction.commit().await?;
        Ok(match account {
            Some(account) if account.totp_confirmed => DecisionFactor::Code,
            _ if asks => DecisionFactor::Missing,
            _ => DecisionFactor::Nothing,
        })
    }

    /// Uses up a code of the second factor of a link's owner. Counted like
    /// signing in; a wrong one leaves the link as it is.
    ///
    /// # Errors
    /// `code_required` without one, `sign_in_failed` for a wrong one,
    /// `too_many_requests` after too many, or when the database cannot be
    /// reached.
    pub async fn prove_decision(
        &self,
        link: &DecisionLink,
        code: &str,
        address: ClientAddress,
    ) -> Result<(), ApiError> {
        if code.trim().is_empty() {
            return Err(ApiError::new(ErrorCode::CodeRequired));
        }
        let failed = || ApiError::new(ErrorCode::SignInFailed);
        let mut transaction = self.begin().await?;
        let account = store::find_account(&mut transaction, link.account_id).await?.ok_or_else(failed)?;
        let folded = account.email.to_lowercase();
        let whose = (account.audience, folded.as_str());
        let here = self.count_here(whose, address)?;
        let everywhere = self.count_everywhere(&mut transaction, whose).await?;
        transaction.commit().await?;
        if !account.totp_confirmed || !self.use_code(&account, code).await? {
            return Err(failed());
        }
        let mut transaction = self.begin().await?;
        store::clear_failures(&mut transaction, &everywhere).await?;
        transaction.commit().await?;
        self.attempts.clear(&here);
        Ok(())
    }

    /// Ends every link about a run that is decided.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn end_decisions(&self, import: ImportId) -> Result<(), sqlx::Error> {
        let mut transaction = db::begin(&self.pool, Scope::Operator).await?;
        store::drop_decisions(&mut transaction, import).await?;
        transaction.commit().await
    }
}
