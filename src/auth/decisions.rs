//! Links that decide about a run of a source, for owners who are not signed in:
//! the link itself is the right to, for this run, once, while whoever got it is
//! still an owner.

use super::{
    one_time::OneTimeCode,
    service::Auth,
    store::{self, DecisionLink},
};
use crate::{
    db::{self, Scope},
    kernel::{ImportId, IntergroupId},
};

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
