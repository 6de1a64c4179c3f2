//! Signing in, taking up invitations, refreshing, ending.

use serde_json::json;

use super::{
    audience::Audience,
    caller::Role,
    family::{Family, Verdict},
    hasher::needs_rehash,
    one_time::OneTimeCode,
    password::Attempt,
    service::{Auth, Proof, STEPPED_UP, busy, wrong_password},
    store::{self, AccountRow, Doer, Happening},
    tokens::Issued,
};
use crate::{
    db::{self, Scope},
    http::{ApiError, ClientAddress, EmailAddress, ErrorCode},
    kernel::{AccountId, IntergroupId, Invalid, SessionId},
};

impl Auth {
    /// Signs in. What is wrong is not said, and takes the same work whether
    /// there is such an account or not.
    pub(super) async fn sign_in(
        &self,
        audience: Audience,
        email: &EmailAddress,
        proof: &Proof,
        address: ClientAddress,
    ) -> Result<Issued, ApiError> {
        let _admitted = self.hasher.admit().map_err(|_| busy())?;
        let folded = email.folded();
        let here = self.count_here((audience, &folded), address)?;
        let mut transaction = self.begin().await?;
        let everywhere = self.count_everywhere(&mut transaction, (audience, &folded)).await?;
        let account = store::find_account_by_email(&mut transaction, audience, &folded).await?;
        transaction.commit().await?;
        self.prove(account.as_ref(), proof).await?;
        let account = account.ok_or_else(|| ApiError::new(ErrorCode::SignInFailed))?;
        let password = self.rehash(&account, proof).await?;
        let mut transaction = self.begin().await?;
        let issued = self.begin_session(&mut transaction, (audience, account.id), &password).await?;
        store::clear_failures(&mut transaction, &everywhere).await?;
        transaction.commit().await?;
        self.attempts.clear(&here);
        Ok(issued)
    }

    /// A password that was hashed at another cost is hashed again, once it is
    /// known; the session then begins on the new one.
    async fn rehash(&self, account: &AccountRow, proof: &Proof) -> Result<String, ApiError> {
        let Ok(known) = Attempt::parse(&proof.password) else { return Ok(account.password.clone()) };
        if !needs_rehash(&account.password) {
            return Ok(account.password.clone());
        }
        let hash = self.hasher.hash_known(known, &*self.entropy).await.map_err(|_| busy())?;
        let mut transaction = self.begin().await?;
        store::store_rehash(&mut transaction, account.id, &account.password, &hash).await?;
        transaction.commit().await?;
        Ok(hash)
    }

    /// Takes up an invitation: makes the account, or adds the grant to the one
    /// that is there, and signs in. A moderator's gives no grant.
    pub(super) async fn enrol(&self, audience: Audience, invitation: &str, proof: &Proof) -> Result<Issued, ApiError> {
        let code = OneTimeCode::parse(invitation).map_err(|_| not_open())?;
        let now = self.clock.now();
        let mut transaction = self.begin().await?;
        let open = store::find_invitation(&mut transaction, audience, &code.hash(), now).await?;
        let open = open.ok_or_else(not_open)?;
        let account = store::find_account_by_email(&mut transaction, audience, &open.email_folded).await?;
        if account.is_some() {
            self.count_everywhere(&mut transaction, (audience, &open.email_folded)).await?;
        }
        transaction.commit().await?;
        let password = match &account {
            Some(account) => {
                self.prove(Some(account), proof).await?;
                account.password.clone()
            }
            None => self.hash_new(proof, &open.email).await?,
        };
        let mut transaction = self.begin().await?;
        // Locked now: of two at once only one finds it open.
        let open = store::find_invitation(&mut transaction, audience, &code.hash(), now).await?;
        let open = open.ok_or_else(not_open)?;
        let id = match account {
            Some(account) => account.id,
            None => {
                let email = (open.email.as_str(), open.email_folded.as_str());
                self.make_account(&mut transaction, audience, email, &password).await?
            }
        };
        store::use_invitation(&mut transaction, open.id, now).await?;
        let issued = self.begin_session(&mut transaction, (audience, id), &password).await?;
        if let Some(grant) = open.grant {
            self.grant(&mut transaction, id, grant).await?;
        }
        transaction.commit().await?;
        Ok(issued)
    }

    /// Adds a grant to an office account, and says so in the office's audit.
    async fn grant(
        &self,
        connection: &mut sqlx::PgConnection,
        id: AccountId,
        (office, role): (IntergroupId, Role),
    ) -> Result<(), ApiError> {
        let now = self.clock.now();
        let (before, after) = store::add_grant(connection, id, office, role, now).await?;
        db::set_scope(connection, &Scope::office(office)).await?;
        let grant = |role| json!({ "account_id": id, "role": role });
        let happening = Happening {
            entity: "grant",
            entity_id: id.0,
            op: if before.is_some() { "update" } else { "create" },
            before: before.map(grant),
            after: Some(grant(after)),
        };
        Ok(store::record(connection, office, &happening, Doer::Account(id), now).await?)
    }

    pub(super) async fn hash_new(&self, proof: &Proof, email: &str) -> Result<String, ApiError> {
        let chosen = self.hasher.choose(proof.password.clone(), email.to_owned()).await.map_err(|_| busy())?;
        let password = chosen.map_err(|error| wrong_password(proof.pointer, error))?;
        self.hasher.hash(password, &*self.entropy).await.map_err(|_| busy())
    }

    async fn make_account(
        &self,
        connection: &mut sqlx::PgConnection,
        audience: Audience,
        email: (&str, &str),
        password: &str,
    ) -> Result<AccountId, ApiError> {
        let now = self.clock.now();
        let former = match audience {
            Audience::Moderator => store::find_former_moderator(connection, email.1).await?,
            _ => None,
        };
        let id = former.unwrap_or_else(|| AccountId(self.entropy.uuid_v7(now)));
        let made_just_now = |error: &sqlx::Error| {
            ["accounts_email_key", "accounts_pkey"].iter().any(|key| db::is_constraint(error, key))
        };
        match store::insert_account(connection, (id, audience), email, password, now).await {
            Ok(()) => Ok(id),
            // Two invitations of one address at once: the other made it.
            Err(error) if made_just_now(&error) => Err(ApiError::new(ErrorCode::Conflict)
                .with_detail("The account was made just now by another invitation; try again with its password.")),
            Err(error) => Err(error.into()),
        }
    }

    /// The successor of a refresh token.
    pub(super) async fn refresh(&self, audience: Audience, text: &str) -> Result<Issued, ApiError> {
        let ended = || ApiError::new(ErrorCode::SessionEnded);
        let token = self.tokens.read_refresh(text, audience)?;
        let (now, id) = (self.clock.now(), SessionId(token.session));
        let mut transaction = self.begin().await?;
        let session = store::lock_session(&mut transaction, id, audience).await?.ok_or_else(ended)?;
        let idle = now - session.used_at >= audience.refresh_idle();
        if session.ended || idle || session.expires_at <= now {
            return Err(ended());
        }
        let used = session.generation_used.zip(session.hash_used);
        let successor = match (Family { used, hash_next: session.hash_next }).judge(&token, &self.secret) {
            Verdict::Advance { family, successor } => {
                let (generation, hash) = family.used.unwrap_or_default();
                store::advance_session(&mut transaction, id, generation, &hash, &family.hash_next, now).await?;
                successor
            }
            Verdict::Retry { successor } => successor,
            Verdict::Replayed => {
                store::end_session(&mut transaction, id, now).await?;
                transaction.commit().await?;
                return Err(ended());
            }
            Verdict::Unknown => return Err(ApiError::new(ErrorCode::TokenInvalid)),
        };
        let issued = self.issue((audience, session.account_id), id, successor, session.expires_at, now)?;
        transaction.commit().await?;
        Ok(issued)
    }

    /// Lets the password count as given just now, for what needs that.
    pub(super) async fn step_up(
        &self,
        account: AccountId,
        session: SessionId,
        proof: &Proof,
    ) -> Result<chrono::DateTime<chrono::Utc>, ApiError> {
        self.prove_again(account, proof).await?;
        let until = self.clock.now() + STEPPED_UP;
        let mut transaction = self.begin().await?;
        store::step_up(&mut transaction, session, until).await?;
        transaction.commit().await?;
        Ok(until)
    }

    /// Checks the proof of somebody who is signed in; counted like signing in.
    pub(super) async fn prove_again(&self, account: AccountId, proof: &Proof) -> Result<AccountRow, ApiError> {
        let mut transaction = self.begin().await?;
        let found = store::find_account(&mut transaction, account).await?;
        let found = found.ok_or_else(|| ApiError::new(ErrorCode::SessionEnded))?;
        let whose = (found.audience, &*found.email.to_lowercase());
        let subject = self.count_everywhere(&mut transaction, whose).await?;
        transaction.commit().await?;
        self.prove(Some(&found), proof).await?;
        let mut transaction = self.begin().await?;
        store::clear_failures(&mut transaction, &subject).await?;
        transaction.commit().await?;
        Ok(found)
    }
}

pub(super) fn not_open() -> ApiError {
    ApiError::content(vec![Invalid::new(
        "/invitation",
        "not_open",
        "is not open: it was used, taken back, or has run out; ask for a new one",
    )])
}
