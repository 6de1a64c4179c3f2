//! Authors: passes that are in no circle, each of one story.

use sqlx::{PgPool, Postgres, Transaction};
use uuid::Uuid;

use super::{
    joining::{key_in_use, voucher_not_open},
    model::this_week,
    service::Circles,
    store,
    store::NewPass,
};
use crate::{
    auth::{DeviceKey, Issued, KeyUse, Voucher, VoucherError, VoucherKind},
    db,
    http::{ApiError, ErrorCode},
    kernel::{PassId, words},
};

/// What an author accepted: there are no peers to agree with.
const NO_AGREEMENT: &str = "0";

/// An author's pass that was just made, or was made before with the same
/// voucher and key.
pub struct Author {
    /// The pass.
    pub pass: PassId,
    /// Drawn; only moderators see it.
    pub alias: String,
    /// Its tokens.
    pub issued: Issued,
    /// Whether it was there before.
    pub again: bool,
}

impl Circles {
    /// The database of circles, as the role `circles`.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Spends a voucher and makes an author's pass, in the transaction that
    /// then keeps the story. The same voucher and key again give the same pass,
    /// on that day and the next.
    ///
    /// # Errors
    /// `invalid_content` where the voucher is not open or the key is in use.
    pub async fn admit_author(
        &self,
        voucher: &str,
        key: &DeviceKey,
    ) -> Result<(Transaction<'static, Postgres>, Author), ApiError> {
        let voucher =
            Voucher::open(voucher, VoucherKind::Story, self.clock.now(), &self.secret).map_err(voucher_not_open)?;
        let mut transaction = self.pool.begin().await?;
        if let Some(found) = self.spend(&mut transaction, &voucher, key).await? {
            let found = Some(found).filter(|found| found.circle_id.is_none());
            let found = found.ok_or_else(|| voucher_not_open(VoucherError))?;
            let issued = self.begin_session(&mut transaction, found.id).await?;
            return Ok((transaction, Author { pass: found.id, alias: found.alias, issued, again: true }));
        }
        let (pass, nobody) = (PassId(self.entropy.uuid_v4()), &[] as &[String]);
        let alias = words::alias(&*self.entropy, nobody);
        let alias = alias.ok_or_else(|| ApiError::internal(anyhow::anyhow!("there are no aliases")))?.to_owned();
        let new = NewPass {
            id: pass,
            circle_id: None,
            alias: &alias,
            key_hash: &key.hash(KeyUse::Pass),
            agreement_version: NO_AGREEMENT,
            steward: false,
            week: this_week(self.clock.now()),
        };
        store::insert_pass(&mut transaction, &new)
            .await
            .map_err(|error| if db::is_constraint(&error, "passes_key_key") { key_in_use() } else { error.into() })?;
        let issued = self.begin_session(&mut transaction, pass).await?;
        Ok((transaction, Author { pass, alias, issued, again: false }))
    }

    /// Erases an author's pass and all that it wrote. The key of the texts goes
    /// first: where the rest is cut off, what is left cannot be read, and the
    /// same call again ends it. `besides` are keys of what ends with it.
    ///
    /// # Errors
    /// When a database cannot be reached.
    pub async fn erase_author(
        &self,
        mut transaction: Transaction<'static, Postgres>,
        pass: PassId,
        besides: &[Uuid],
    ) -> Result<(), ApiError> {
        let keys = [&[pass.0], besides].concat();
        self.sealer().destroy(&keys).await?;
        store::delete_pass(&mut transaction, pass).await?;
        transaction.commit().await?;
        // Another device may have been about to write, and have made a key anew.
        self.sealer().destroy(&keys).await
    }
}

impl super::Pass {
    /// That it is an author's.
    ///
    /// # Errors
    /// `forbidden` for a pass of a circle, which has no story.
    pub fn author(&self) -> Result<PassId, ApiError> {
        if self.kind == super::PassKind::Author {
            return Ok(self.id);
        }
        Err(ApiError::new(ErrorCode::Forbidden).with_detail("A circle's pass has no story."))
    }
}

impl std::fmt::Debug for Author {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Author(…)")
    }
}
