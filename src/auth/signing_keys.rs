//! The keys of access tokens on this node: loaded from the database, made and
//! rotated there.
//!
//! A node reads them every half minute, and once more when it meets a name that
//! it does not know, at most every few seconds. Rotation is planned by
//! [`super::rotation`] under a lock, so that two nodes at once make one key.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};
use std::time::Duration;

use anyhow::Context;
use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

use super::{
    audience::Audience,
    keyring::Keyring,
    rotation::{Rotation, plan_rotation},
    secret::Secret,
    signing::{KeyTimes, Kid, SigningKey},
    store::{self, SigningKeyRow},
};
use crate::{
    db::{self, Scope},
    kernel::{Clock, Entropy},
};

/// What private keys are wrapped for.
const PURPOSE: &str = "signing-key";
/// How often a node reads the keys.
const RELOAD_EVERY: Duration = Duration::from_secs(30);
/// The audiences that tokens are issued for.
pub const AUDIENCES: [Audience; 4] = Audience::ALL;
/// How long a key that has ended is still known.
const RETIRED_FOR: TimeDelta = TimeDelta::hours(1);
/// How often an unknown name may make a node read them besides.
const RELOAD_FOR_UNKNOWN: TimeDelta = TimeDelta::seconds(5);

/// The present keys; swapped whole.
pub struct SigningKeys {
    ring: ArcSwap<Keyring>,
    pool: PgPool,
    secret: Arc<Secret>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    loaded: AtomicBool,
    last_for_unknown_ms: AtomicI64,
}

/// One key as the operator sees it.
#[derive(Debug, Clone)]
pub struct ListedKey {
    /// Its name.
    pub kid: Kid,
    /// Whose tokens it signs.
    pub audience: Audience,
    /// When it signs and verifies.
    pub times: KeyTimes,
    /// Whether the operator's secret opens it.
    pub opens: bool,
}

impl SigningKeys {
    /// Keys that are yet to be loaded.
    pub fn new(pool: PgPool, secret: Arc<Secret>, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            ring: ArcSwap::default(),
            pool,
            secret,
            clock,
            entropy,
            loaded: AtomicBool::new(false),
            last_for_unknown_ms: AtomicI64::new(i64::MIN),
        }
    }

    /// The present keys.
    pub fn ring(&self) -> Arc<Keyring> {
        self.ring.load_full()
    }

    /// Whether they were loaded once.
    pub fn are_loaded(&self) -> bool {
        self.loaded.load(Ordering::Relaxed)
    }

    /// Keeps the keys fresh and rotates them by schedule until it is aborted.
    pub async fn run(self: Arc<Self>) {
        let mut failing = false;
        loop {
            let outcome = self.rotate(Rotation::Scheduled).await;
            match &outcome {
                Err(error) if !failing => tracing::warn!(error = format!("{error:#}"), "cannot load the signing keys"),
                Ok(()) if failing => tracing::info!("the signing keys are loaded again"),
                _ => {}
            }
            failing = outcome.is_err();
            tokio::time::sleep(if failing { Duration::from_secs(2) } else { RELOAD_EVERY }).await;
        }
    }

    /// Reads the keys because a token names one that is not here. False where
    /// that was done just now.
    ///
    /// # Errors
    /// When the database cannot be reached, or the secret does not open them.
    pub async fn reload_for_unknown(&self) -> anyhow::Result<bool> {
        let now_ms = self.clock.now().timestamp_millis();
        let last_ms = self.last_for_unknown_ms.load(Ordering::Relaxed);
        let recent = now_ms.saturating_sub(last_ms) < RELOAD_FOR_UNKNOWN.num_milliseconds();
        let swapped =
            self.last_for_unknown_ms.compare_exchange(last_ms, now_ms, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if recent || !swapped {
            return Ok(false);
        }
        let mut transaction = db::begin(&self.pool, Scope::SignIn).await.map_err(|error| described(&error))?;
        let rows = store::list_signing_keys(&mut transaction).await.map_err(|error| described(&error))?;
        transaction.commit().await.map_err(|error| described(&error))?;
        self.take_up(&rows)?;
        Ok(true)
    }

    /// Does what the order asks for each audience, and loads the outcome.
    ///
    /// # Errors
    /// When the database cannot be reached, or the secret does not open what is
    /// kept there: then nothing is made, for two secrets would part the nodes.
    pub async fn rotate(&self, order: Rotation) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut transaction = db::begin(&self.pool, Scope::SignIn).await.map_err(|error| described(&error))?;
        let mut rows = store::list_signing_keys(&mut transaction).await.map_err(|error| described(&error))?;
        if AUDIENCES.iter().any(|audience| !plan_of(*audience, &rows, now, order).is_empty()) {
            store::lock_signing_keys(&mut transaction).await.map_err(|error| described(&error))?;
            // Somebody else may have done it while we waited.
            rows = store::list_signing_keys(&mut transaction).await.map_err(|error| described(&error))?;
            self.take_up(&rows)?;
            for audience in AUDIENCES {
                self.apply(&mut transaction, audience, &rows, now, order).await?;
            }
            rows = store::list_signing_keys(&mut transaction).await.map_err(|error| described(&error))?;
        }
        transaction.commit().await.map_err(|error| described(&error))?;
        self.take_up(&rows)
    }

    /// All keys there are, for the operator.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn list(&self) -> anyhow::Result<Vec<ListedKey>> {
        let mut transaction = db::begin(&self.pool, Scope::SignIn).await.map_err(|error| described(&error))?;
        let rows = store::list_signing_keys(&mut transaction).await.map_err(|error| described(&error))?;
        rows.iter()
            .map(|row| {
                let opens = self.open(row).is_ok();
                Ok(ListedKey { kid: kid(row)?, audience: audience(row)?, times: times(row), opens })
            })
            .collect()
    }

    async fn apply(
        &self,
        connection: &mut PgConnection,
        audience: Audience,
        rows: &[SigningKeyRow],
        now: DateTime<Utc>,
        order: Rotation,
    ) -> anyhow::Result<()> {
        let plan = plan_of(audience, rows, now, order);
        for end in plan.end {
            store::end_signing_key(connection, end.kid.as_str(), end.signs_until, end.verifies_until)
                .await
                .map_err(|error| described(&error))?;
        }
        let Some(signs_from) = plan.make else { return Ok(()) };
        let key = SigningKey::generate(audience, signs_from, &*self.entropy)?;
        let wrapped = self.secret.wrap(PURPOSE, key.private_pkcs8(), &*self.entropy);
        let row = SigningKeyRow {
            kid: key.kid.as_str().to_owned(),
            audience: audience.as_str().to_owned(),
            public_key: key.public.to_vec(),
            private_key: wrapped.map_err(|_| anyhow::anyhow!("a signing key cannot be encrypted"))?,
            signs_from,
            signs_until: None,
            verifies_until: None,
            created_at: now,
        };
        store::insert_signing_key(connection, &row).await.map_err(|error| described(&error))?;
        tracing::info!(kid = row.kid, audience = row.audience, %signs_from, "made a signing key");
        Ok(())
    }

    fn take_up(&self, rows: &[SigningKeyRow]) -> anyhow::Result<()> {
        let now = self.clock.now();
        // One that has ended is kept for a while, to tell honest callers that
        // their token has expired and not that it never was one.
        let known = rows.iter().filter(|row| times(row).verifies(now - RETIRED_FOR));
        let keys: Vec<SigningKey> = known.map(|row| self.open(row)).collect::<anyhow::Result<_>>()?;
        self.loaded.store(keys.iter().any(|key| key.times.verifies(now)), Ordering::Relaxed);
        self.ring.store(Arc::new(Keyring::new(keys)));
        Ok(())
    }

    fn open(&self, row: &SigningKeyRow) -> anyhow::Result<SigningKey> {
        let private = self.secret.unwrap(PURPOSE, &row.private_key).with_context(|| {
            format!("the operator's secret does not open the signing key {}; is it another database's?", row.kid)
        })?;
        let public = row.public_key.as_slice().try_into().context("a public key of another length")?;
        Ok(SigningKey::from_stored(kid(row)?, audience(row)?, &private, public, times(row))?)
    }
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKeys").field("loaded", &self.loaded).finish_non_exhaustive()
    }
}

fn plan_of(
    audience: Audience,
    rows: &[SigningKeyRow],
    now: DateTime<Utc>,
    order: Rotation,
) -> super::rotation::RotationPlan {
    let mine = rows.iter().filter(|row| row.audience == audience.as_str());
    let keys: Vec<(Kid, KeyTimes)> = mine.filter_map(|row| Some((kid(row).ok()?, times(row)))).collect();
    plan_rotation(audience, &keys, now, order)
}

fn kid(row: &SigningKeyRow) -> anyhow::Result<Kid> {
    Ok(Kid::parse(&row.kid)?)
}

fn audience(row: &SigningKeyRow) -> anyhow::Result<Audience> {
    Ok(Audience::parse(&row.audience)?)
}

fn times(row: &SigningKeyRow) -> KeyTimes {
    KeyTimes { signs_from: row.signs_from, signs_until: row.signs_until, verifies_until: row.verifies_until }
}

fn described(error: &sqlx::Error) -> anyhow::Error {
    anyhow::Error::msg(db::describe(error))
}
