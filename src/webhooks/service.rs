//! What the owners' operations share: keys, wrapped and shown, and what an
//! address may be; and clearing away.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;

use super::{key::SigningKey, store};
use crate::{
    auth::Secret,
    config::Networks,
    db::{self, Scope},
    feeds::may_ask,
    http::ApiError,
    kernel::{Entropy, Kept},
};

/// What keys are wrapped for.
pub(super) const PURPOSE: &str = "webhook";

/// Keys of webhooks, and where they may go.
pub struct Webhooks {
    secret: Arc<Secret>,
    entropy: Arc<dyn Entropy>,
    allowed: Networks,
}

impl Webhooks {
    /// Wraps with the operator's secret; besides the public internet, webhooks
    /// may go to the networks that are `allowed`.
    pub fn new(secret: Arc<Secret>, entropy: Arc<dyn Entropy>, allowed: Networks) -> Self {
        Self { secret, entropy, allowed }
    }

    /// A new key, and what is kept of it.
    pub(super) fn new_key(&self) -> Result<(SigningKey, Vec<u8>), ApiError> {
        let key = SigningKey::generate(&*self.entropy);
        let wrapped = self.secret.wrap(PURPOSE, key.expose(), &*self.entropy).map_err(ApiError::internal)?;
        Ok((key, wrapped))
    }

    /// Whether an address may be gone to; where a name points is judged when it
    /// is.
    pub(super) fn may_ask(&self, address: &str) -> bool {
        address.parse().is_ok_and(|url| may_ask(&self.allowed, &url))
    }
}

impl std::fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Webhooks")
    }
}

/// Forgets deliveries that were kept long enough.
///
/// # Errors
/// When the database cannot be reached.
pub async fn tidy(pool: &PgPool, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let before = now - TimeDelta::days(Kept::WebhookDeliveries.days().into());
    let mut transaction = db::begin(pool, Scope::Operator).await?;
    store::forget_deliveries(&mut transaction, before).await?;
    transaction.commit().await
}
