//! Leaving, being removed, and looking after a circle.
//!
//! What a pass wrote and the key that opens it may lie in two databases, and no
//! transaction spans both. So leaving has three steps, each of which leaves
//! nothing worse than the one before, wherever it breaks off: the pass is out
//! of everybody's sight and writes no more; its key is destroyed, and with it
//! every word; its rows are gone. Until the last step the person can send the
//! same request again, and the clean-up of removed passes ends what nobody
//! sends again.
//!
//! Who comes, goes or is removed takes turns with the others of the circle, by
//! its row: always the circle first, then what is in it.

use sqlx::{Postgres, Transaction};

use super::{
    model::{Asks, Pass},
    posting::hold,
    service::Circles,
    store,
    token::PassToken,
};
use crate::{
    http::{ApiError, ErrorCode},
    kernel::{CircleId, PassId},
};

/// The day of the week on which a pass wants to be asked, and about what.
pub(super) type Asking = (Option<i16>, Option<String>);

impl Circles {
    /// The pass itself.
    pub(super) async fn own_pass(&self, token: &PassToken) -> Result<Pass, ApiError> {
        Ok(self.look(token, Asks::Reads).await?.1)
    }

    /// Changes when a pass wants to be asked, and about what: `merge` makes
    /// what is to be of what is.
    pub(super) async fn change_asking(
        &self,
        token: &PassToken,
        merge: impl FnOnce(Asking) -> Result<Asking, ApiError>,
    ) -> Result<Pass, ApiError> {
        let (mut transaction, mut pass) = self.enter(token, Asks::Writes).await?;
        pass.circle()?;
        hold(&mut transaction, &pass).await?;
        let (on, about) = merge(store::find_asking(&mut transaction, pass.id).await?)?;
        store::update_asking(&mut transaction, pass.id, on, about.as_deref()).await?;
        transaction.commit().await?;
        (pass.ask_me_on, pass.ask_about) = (on, about);
        Ok(pass)
    }

    /// Leaves: everything that the pass wrote is erased, and it is no more.
    pub(super) async fn leave(&self, token: &PassToken) -> Result<(), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Exports).await?;
        let today = self.clock.now().date_naive();
        if let Some(circle) = pass.circle_id {
            store::lock_circle(&mut transaction, circle).await?;
        }
        store::remove_pass(&mut transaction, (pass.circle_id, pass.id), today).await?;
        if let Some(circle) = pass.circle_id {
            // Whoever is suspended shall not come back at once by another way.
            if pass.suspended_until.is_some_and(|until| today <= until) {
                store::delete_invitations(&mut transaction, circle).await?;
            }
            store::close_if_empty(&mut transaction, circle).await?;
        }
        transaction.commit().await?;
        self.sealer().destroy(&[pass.id.0]).await?;
        let mut transaction = self.pool.begin().await?;
        if let Some(circle) = pass.circle_id {
            store::lock_circle(&mut transaction, circle).await?;
        }
        store::delete_pass(&mut transaction, pass.id).await?;
        if let Some(circle) = pass.circle_id {
            store::close_if_empty(&mut transaction, circle).await?;
        }
        transaction.commit().await?;
        // Another device may have been about to write, and have made a key anew.
        self.sealer().destroy(&[pass.id.0]).await
    }

    /// Removes somebody, as a steward.
    pub(super) async fn remove(&self, token: &PassToken, removed: PassId) -> Result<(), ApiError> {
        let (mut transaction, steward, circle) = self.enter_as_steward(token).await?;
        if steward.id == removed {
            return Err(ApiError::new(ErrorCode::Conflict).with_detail("To leave, delete your own pass."));
        }
        let today = self.clock.now().date_naive();
        if !store::remove_pass(&mut transaction, (Some(circle), removed), today).await? {
            return Err(ApiError::not_found());
        }
        store::delete_invitations(&mut transaction, circle).await?;
        Ok(transaction.commit().await?)
    }

    /// Shares the care of the circle with somebody. Whoever shares it has it
    /// themselves afterwards, also where all had it because nobody else did.
    pub(super) async fn share_care(&self, token: &PassToken, with: PassId) -> Result<(), ApiError> {
        let (mut transaction, steward, circle) = self.enter_as_steward(token).await?;
        if steward.id == with {
            return Err(
                ApiError::new(ErrorCode::Conflict).with_detail("Name somebody else: you look after it already.")
            );
        }
        store::make_steward(&mut transaction, (circle, steward.id)).await?;
        if !store::make_steward(&mut transaction, (circle, with)).await? {
            return Err(ApiError::not_found());
        }
        Ok(transaction.commit().await?)
    }

    /// A steward whose circle is locked. Whether they are one is asked again
    /// once it is their turn: of two who remove one another, one is late.
    async fn enter_as_steward(
        &self,
        token: &PassToken,
    ) -> Result<(Transaction<'static, Postgres>, Pass, CircleId), ApiError> {
        let (mut transaction, pass) = self.enter(token, Asks::Stewards).await?;
        let circle = pass.circle()?;
        store::lock_circle(&mut transaction, circle).await?;
        let pass = self.pass_of(&mut transaction, token, Asks::Stewards).await?;
        Ok((transaction, pass, circle))
    }
}
