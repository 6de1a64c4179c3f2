//! The vault: what a member's devices encrypted for themselves.
//!
//! The bytes are opaque. They come in steps of 4 KiB, 64 KiB at most, so that
//! a watcher of the line learns little from their length; at rest they are
//! padded to the full 64 KiB and encrypted once more with the operator's
//! secret, so that all vaults are of one length. The key of that is derived for
//! the account and version, so that no row can be given another's.
//!
//! The last three versions are kept. Numbers count up by one from a random
//! number, which tells how often only to who saw the first.

use super::{
    model,
    service::{Entered, Members},
    store,
};
use crate::{
    http::{ApiError, ErrorCode, PutCondition},
    kernel::{Invalid, MemberId},
};

/// What lengths are multiples of.
const STEP: usize = 4 * 1024;
/// The most bytes.
const MAX: usize = 64 * 1024;
/// How many versions are kept.
const KEPT: i64 = 3;
/// Bytes of the length before the content.
const LENGTH: usize = 4;

/// A version of a vault.
pub(super) struct Version {
    pub number: i64,
    pub content: Vec<u8>,
}

/// What became of a write.
pub(super) struct Written {
    pub version: i64,
    /// Whether there was none before.
    pub made: bool,
}

impl Members {
    /// The newest version, or that one, of the account that entered.
    pub(super) async fn read_vault(&self, entered: Entered, version: Option<i64>) -> Result<Version, ApiError> {
        let (mut transaction, account) = entered;
        let member = MemberId(account.id);
        let row = store::find_vault(&mut transaction, member, version).await?.ok_or_else(ApiError::not_found)?;
        transaction.commit().await?;
        Ok(Version { number: row.version, content: self.open_vault(member, &row)? })
    }

    /// Keeps a new version. Bytes that are there already stay as they are, even
    /// when the condition is stale: the answer to the first time was lost.
    pub(super) async fn write_vault(
        &self,
        entered: Entered,
        condition: &PutCondition,
        content: &[u8],
    ) -> Result<Written, ApiError> {
        let (mut transaction, account) = entered;
        let member = MemberId(account.id);
        condition.require()?;
        if !store::lock_account(&mut transaction, member).await? {
            return Err(ApiError::new(ErrorCode::SessionEnded));
        }
        let current = store::find_vault(&mut transaction, member, None).await?;
        if let Some(row) = &current
            && self.open_vault(member, row).is_ok_and(|kept| kept == content)
        {
            return Ok(Written { version: row.version, made: false });
        }
        condition.check(current.as_ref().map(|row| row.version))?;
        check_length(content.len())?;
        let version = current.as_ref().map_or_else(|| self.first_version(), |row| row.version + 1);
        store::insert_vault(&mut transaction, member, version, &self.seal_vault((member, version), content)?).await?;
        store::keep_last_vaults(&mut transaction, member, KEPT).await?;
        transaction.commit().await?;
        Ok(Written { version, made: current.is_none() })
    }

    /// What is in a version as it is kept.
    pub(super) fn open_vault(&self, member: MemberId, row: &store::VaultRow) -> Result<Vec<u8>, ApiError> {
        let damaged = || ApiError::internal(anyhow::anyhow!("a vault is damaged"));
        let purpose = model::vault_purpose(member, row.version);
        let padded = self.secret.unwrap(&purpose, &row.sealed).map_err(ApiError::internal)?;
        let (length, content) = padded.split_first_chunk::<LENGTH>().ok_or_else(damaged)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| damaged())?;
        Ok(content.get(..length).ok_or_else(damaged)?.to_vec())
    }

    fn seal_vault(&self, (member, version): (MemberId, i64), content: &[u8]) -> Result<Vec<u8>, ApiError> {
        let length = u32::try_from(content.len()).map_err(ApiError::internal)?;
        let mut padded = [&length.to_be_bytes()[..], content].concat();
        padded.resize(LENGTH + MAX, 0);
        let purpose = model::vault_purpose(member, version);
        self.secret.wrap(&purpose, &padded, &*self.entropy).map_err(ApiError::internal)
    }

    /// Where the numbers of a vault begin; they stay exact in any JSON reader.
    fn first_version(&self) -> i64 {
        let mut drawn = [0; 4];
        self.entropy.fill(&mut drawn);
        i64::from(u32::from_be_bytes(drawn) >> 1) + 1
    }
}

fn check_length(length: usize) -> Result<(), ApiError> {
    if length == 0 || length > MAX || !length.is_multiple_of(STEP) {
        let message = "must be 4096 bytes or a multiple of that, 65536 at most: pad before encrypting";
        return Err(ApiError::content(vec![Invalid::new("", "length", message)]));
    }
    Ok(())
}
