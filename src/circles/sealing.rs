//! What is typed and ticked, at rest.
//!
//! Each pass has an AES-256 key of its own, wrapped by the operator's secret and
//! kept apart from what it opens. A sealed value is nonce (12), ciphertext and
//! tag (16) of AES-256-GCM over the padded JSON; it is bound to its column, pass
//! and item, so that no row can be given another's words. Padding hides how
//! much was written: marks are of one size, words of steps of 256 bytes.
//! Destroying the key destroys every value it sealed, in backups as well once
//! those of the keys are gone.

use std::{collections::HashMap, sync::Arc};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use secrecy::zeroize::Zeroizing;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgPool;
use uuid::Uuid;

use super::{model::this_week, store};
use crate::{
    auth::Secret,
    http::{ApiError, ErrorCode},
    kernel::{Clock, Entropy},
};

const PURPOSE: &str = "pass-key";
const MARKS_STEP: usize = 128;
const WORDS_STEP: usize = 256;
const LENGTH: usize = 4;

/// Which of an item's two sealed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealed {
    /// What was ticked; always of one size.
    Marks,
    /// What was typed.
    Words,
}

impl Sealed {
    fn name(self) -> &'static str {
        match self {
            Self::Marks => "marks",
            Self::Words => "words",
        }
    }

    fn step(self) -> usize {
        match self {
            Self::Marks => MARKS_STEP,
            Self::Words => WORDS_STEP,
        }
    }
}

/// Keys, and where they are kept.
pub struct Sealer {
    pool: PgPool,
    secret: Arc<Secret>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// The key of one pass, or of one report.
pub struct TextKey {
    owner: Uuid,
    key: LessSafeKey,
}

impl Sealer {
    /// Keys in the database of `pool`, whose role is `pass_keys`.
    pub fn new(pool: PgPool, secret: Arc<Secret>, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { pool, secret, clock, entropy }
    }

    /// The key of a pass or report, made when it is first needed.
    ///
    /// # Errors
    /// When the keys cannot be reached, or the operator's secret does not open it.
    pub async fn key(&self, owner: Uuid) -> Result<TextKey, ApiError> {
        let mut connection = self.pool.acquire().await?;
        if let Some(wrapped) = store::find_key(&mut connection, owner).await? {
            return self.unwrap(owner, &wrapped);
        }
        let wrapped = self.draw()?;
        // Of two at once one is kept, and both get that one.
        let kept = store::keep_key(&mut connection, owner, &wrapped, this_week(self.clock.now())).await?;
        self.unwrap(owner, &kept)
    }

    /// The key of something new whose id a device chose: never one that is there
    /// already, which may be somebody else's and would end with what is theirs.
    ///
    /// # Errors
    /// `conflict` where that id has a key; when the keys cannot be reached.
    pub async fn new_key(&self, owner: Uuid) -> Result<TextKey, ApiError> {
        let wrapped = self.draw()?;
        let mut connection = self.pool.acquire().await?;
        // Each is drawn: one that is the same is this one.
        let kept = store::keep_key(&mut connection, owner, &wrapped, this_week(self.clock.now())).await?;
        if kept == wrapped {
            return self.unwrap(owner, &wrapped);
        }
        Err(ApiError::new(ErrorCode::Conflict).with_detail("This id is in use; draw another."))
    }

    /// The keys of several, by owner; those that are gone are left out.
    ///
    /// # Errors
    /// When the keys cannot be reached, or the operator's secret does not open one.
    pub async fn keys(&self, owners: &[Uuid]) -> Result<HashMap<Uuid, TextKey>, ApiError> {
        let mut connection = self.pool.acquire().await?;
        let rows = store::find_keys(&mut connection, owners).await?;
        rows.iter().map(|(owner, wrapped)| Ok((*owner, self.unwrap(*owner, wrapped)?))).collect()
    }

    /// Destroys keys, and with them everything that they sealed.
    ///
    /// # Errors
    /// When the keys cannot be reached.
    pub async fn destroy(&self, owners: &[Uuid]) -> Result<(), ApiError> {
        let mut connection = self.pool.acquire().await?;
        Ok(store::delete_keys(&mut connection, owners).await?)
    }

    /// A fresh key, wrapped.
    fn draw(&self) -> Result<Vec<u8>, ApiError> {
        let mut fresh = Zeroizing::new([0; 32]);
        self.entropy.fill(&mut *fresh);
        self.secret.wrap(PURPOSE, &*fresh, &*self.entropy).map_err(ApiError::internal)
    }

    fn unwrap(&self, owner: Uuid, wrapped: &[u8]) -> Result<TextKey, ApiError> {
        let key = self.secret.unwrap(PURPOSE, wrapped).map_err(ApiError::internal)?;
        let key = UnboundKey::new(&AES_256_GCM, &key)
            .map_err(|_| ApiError::internal(anyhow::anyhow!("a pass key of another length")))?;
        Ok(TextKey { owner, key: LessSafeKey::new(key) })
    }

    /// Seals a value of an item.
    ///
    /// # Errors
    /// Never for values that are bounded as ours are.
    pub fn seal(&self, key: &TextKey, what: Sealed, item: Uuid, value: &impl Serialize) -> Result<Vec<u8>, ApiError> {
        let json = Zeroizing::new(serde_json::to_vec(value).map_err(ApiError::internal)?);
        let length = u32::try_from(json.len()).map_err(ApiError::internal)?;
        let mut padded = Zeroizing::new(Vec::with_capacity((LENGTH + json.len()).next_multiple_of(what.step())));
        padded.extend_from_slice(&length.to_be_bytes());
        padded.extend_from_slice(&json);
        let size = padded.len().next_multiple_of(what.step());
        padded.resize(size, 0);
        let mut nonce = [0; NONCE_LEN];
        self.entropy.fill(&mut nonce);
        let tag = key
            .key
            .seal_in_place_separate_tag(Nonce::from(&nonce), key.aad(what, item), &mut padded)
            .map_err(|_| ApiError::internal(anyhow::anyhow!("a text cannot be sealed")))?;
        Ok([&nonce[..], &padded, tag.as_ref()].concat())
    }
}

impl TextKey {
    /// Opens a value of an item.
    ///
    /// # Errors
    /// When it was sealed for another item or with another key, or is damaged.
    pub fn open<T: DeserializeOwned>(&self, what: Sealed, item: Uuid, sealed: &[u8]) -> Result<T, ApiError> {
        let damaged = || ApiError::internal(anyhow::anyhow!("a sealed text does not open"));
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(damaged)?;
        let mut plain = Zeroizing::new(rest.to_vec());
        let padded =
            self.key.open_in_place(Nonce::from(nonce), self.aad(what, item), &mut plain).map_err(|_| damaged())?;
        let (length, json) = padded.split_first_chunk::<LENGTH>().ok_or_else(damaged)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| damaged())?;
        serde_json::from_slice(json.get(..length).ok_or_else(damaged)?).map_err(|_| damaged())
    }

    fn aad(&self, what: Sealed, item: Uuid) -> Aad<Vec<u8>> {
        Aad::from([what.name().as_bytes(), &[0], self.owner.as_bytes(), item.as_bytes()].concat())
    }
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl std::fmt::Debug for TextKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TextKey(…)")
    }
}
