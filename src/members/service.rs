//! Accounts over their database: making one, its sessions, who asks.

use std::sync::Arc;

use sqlx::{PgPool, Postgres, Transaction};

use super::{
    model::{idle_since, this_week},
    store::{self, AccountRow, NewAccount},
    token::MemberToken,
};
use crate::{
    auth::{Audience, DeviceKey, Issued, KeyUse, Renewal, Secret, Tokens, Voucher, VoucherKind},
    db,
    http::{ApiError, ErrorCode},
    kernel::{Clock, Entropy, MemberId, words},
};

/// How often another handle is drawn where somebody has the first.
pub(super) const DRAWS: usize = 5;
/// The vouchers that an account begins with. They are not counted: an account
/// is made as easily as a count would be got around, and this way the row of a
/// new one is like any other's.
const FIRST_VOUCHERS: usize = 2;

/// The transaction of a request, and whose it is.
pub(super) type Entered = (Transaction<'static, Postgres>, AccountRow);

/// What accounts are made of.
pub struct Members {
    pub(super) pool: PgPool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) secret: Arc<Secret>,
    tokens: Arc<Tokens>,
}

/// An account that was just made, or that was made before with the same key.
pub(super) struct Welcome {
    pub handle: String,
    pub issued: Issued,
    pub vouchers: Vec<Voucher>,
}

impl Members {
    /// Accounts in the database of `pool`, whose role is `members`.
    pub fn new(
        pool: PgPool,
        (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
        secret: Arc<Secret>,
        tokens: Arc<Tokens>,
    ) -> Self {
        Self { pool, clock, entropy, secret, tokens }
    }

    /// What issues and reads tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Begins the transaction of a request: the account whose token it brings.
    ///
    /// # Errors
    /// `session_ended` where the session or the account is no more.
    pub async fn enter(&self, token: &MemberToken) -> Result<(Transaction<'static, Postgres>, AccountRow), ApiError> {
        let mut transaction = self.pool.begin().await?;
        let session = (token.session, token.member);
        let account = store::enter_session(&mut transaction, session, idle_since(self.clock.now())).await?;
        Ok((transaction, account.ok_or_else(|| ApiError::new(ErrorCode::SessionEnded))?))
    }

    /// Makes an account. Sent again with the same key it makes no second one:
    /// the answer may have been lost. Vouchers come with the first answer only.
    pub(super) async fn sign_up(&self, key: &DeviceKey) -> Result<Welcome, ApiError> {
        for _ in 0..DRAWS {
            let id = MemberId(self.entropy.uuid_v4());
            let handle = words::handle(&*self.entropy);
            let new = NewAccount {
                id,
                handle: &handle,
                auth_hash: &key.hash(KeyUse::Account),
                week: this_week(self.clock.now()),
            };
            let mut transaction = self.pool.begin().await?;
            match store::insert_account(&mut transaction, &new).await {
                Ok(()) => {}
                Err(error) if db::is_constraint(&error, "accounts_handle_key") => continue,
                Err(error) if db::is_constraint(&error, "accounts_auth_key") => {
                    drop(transaction);
                    let (handle, issued) = self.sign_in(key).await?;
                    return Ok(Welcome { handle, issued, vouchers: Vec::new() });
                }
                Err(error) => return Err(error.into()),
            }
            let issued = self.begin_session(&mut transaction, id).await?;
            let vouchers = (0..FIRST_VOUCHERS).map(|_| self.seal(VoucherKind::Either)).collect::<Result<_, _>>()?;
            transaction.commit().await?;
            return Ok(Welcome { handle, issued, vouchers });
        }
        Err(ApiError::internal(anyhow::anyhow!("no handle was free")))
    }

    /// A session on another device of the account with that key; its handle.
    pub(super) async fn sign_in(&self, key: &DeviceKey) -> Result<(String, Issued), ApiError> {
        let mut transaction = self.pool.begin().await?;
        let account = store::find_account_by_key(&mut transaction, &key.hash(KeyUse::Account)).await?;
        let account = account.ok_or_else(|| ApiError::new(ErrorCode::SignInFailed))?;
        let id = MemberId(account.id);
        store::note_week(&mut transaction, id, this_week(self.clock.now())).await?;
        let issued = self.begin_session(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok((account.handle, issued))
    }

    /// The successor of a refresh token.
    pub(super) async fn refresh(&self, text: &str) -> Result<Issued, ApiError> {
        let ended = || ApiError::new(ErrorCode::SessionEnded);
        let (now, id) = (self.clock.now(), self.tokens.session_of(text, Audience::Member)?);
        let mut transaction = self.pool.begin().await?;
        let session = store::lock_session(&mut transaction, id, (idle_since(now), this_week(now))).await?;
        let (member, state) = session.ok_or_else(ended)?;
        let issued = match self.tokens.renew(text, Audience::Member, member.0, state)? {
            Renewal::Advance(state, issued) => {
                store::advance_session(&mut transaction, id, &state, this_week(now)).await?;
                store::note_week(&mut transaction, member, this_week(now)).await?;
                issued
            }
            Renewal::Retry(issued) => issued,
            Renewal::Replayed => {
                store::end_session(&mut transaction, id).await?;
                transaction.commit().await?;
                return Err(ended());
            }
        };
        transaction.commit().await?;
        Ok(*issued)
    }

    /// Ends the session of a token, or all of its account.
    pub(super) async fn sign_out(&self, token: &MemberToken, everywhere: bool) -> Result<(), ApiError> {
        let (mut transaction, _) = self.enter(token).await?;
        if everywhere {
            store::end_sessions(&mut transaction, token.member, None).await?;
        } else {
            store::end_session(&mut transaction, token.session).await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn begin_session(
        &self,
        transaction: &mut Transaction<'static, Postgres>,
        member: MemberId,
    ) -> Result<Issued, ApiError> {
        let (session, state, issued) = self.tokens.begin(Audience::Member, member.0)?;
        store::insert_session(transaction, (session, member), &state, this_week(self.clock.now())).await?;
        Ok(issued)
    }

    /// Seals a voucher; nothing of it is kept.
    pub(super) fn seal(&self, kind: VoucherKind) -> Result<Voucher, ApiError> {
        let voucher = Voucher::seal(kind, self.clock.now(), &self.secret, &*self.entropy);
        voucher.ok_or_else(|| ApiError::internal(anyhow::anyhow!("the operator's secret is empty")))
    }
}

impl std::fmt::Debug for Members {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Members")
    }
}
