//! What the operator does at the command line, and owners partly through the
//! API: inviting, removing, and links for those who cannot get in.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use serde_json::json;
use sqlx::PgConnection;

use super::{
    account::LINK_LIVES,
    audience::Audience,
    caller::Role,
    letters,
    one_time::OneTimeCode,
    service::{Auth, Proof},
    store::{self, Doer, Happening, Invitation, Purpose, Removal},
};
use crate::{
    db::{self, Scope},
    http::{ApiError, EmailAddress},
    kernel::{IntergroupId, InvitationId},
};

/// How long an invitation can be taken up.
pub const INVITATION_LIVES: TimeDelta = TimeDelta::days(7);

/// A single-use link, shown once.
#[derive(Debug)]
pub struct NewLink {
    /// The id of an invitation.
    pub id: Option<InvitationId>,
    /// What the link carries.
    pub code: String,
    /// Where it leads.
    pub link: String,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

impl Auth {
    /// Makes an invitation in a transaction that may write the office's.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn make_invitation(
        &self,
        connection: &mut PgConnection,
        office: IntergroupId,
        (email, role): (&EmailAddress, Role),
        doer: Doer,
    ) -> Result<NewLink, sqlx::Error> {
        let now = self.clock.now();
        let code = OneTimeCode::generate(&*self.entropy);
        let invitation = Invitation {
            id: InvitationId(self.entropy.uuid_v7(now)),
            intergroup_id: office,
            email: email.as_str().to_owned(),
            role,
            created_at: now,
            expires_at: now + INVITATION_LIVES,
        };
        store::insert_invitation(connection, &invitation, &email.folded(), &code.hash()).await?;
        let happening = Happening {
            entity: "invitation",
            entity_id: invitation.id.0,
            op: "create",
            before: None,
            after: Some(json!({ "email": invitation.email, "role": role })),
        };
        store::record(connection, office, &happening, doer, now).await?;
        let code = code.reveal().to_string();
        let link = letters::link(&self.public_url, (Audience::Office, "enrol"), &code);
        Ok(NewLink { id: Some(invitation.id), code, link, expires_at: invitation.expires_at })
    }

    /// Invites somebody, as the operator.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn invite(&self, office: IntergroupId, email: &EmailAddress, role: Role) -> Result<NewLink, sqlx::Error> {
        let mut transaction = db::begin(&self.pool, Scope::Operator).await?;
        let made = self.make_invitation(&mut transaction, office, (email, role), Doer::Operator).await?;
        transaction.commit().await?;
        Ok(made)
    }

    /// Takes an invitation up with a password, as the demonstration does.
    ///
    /// # Errors
    /// As enrolling over HTTP.
    pub async fn take_up(&self, code: &str, password: SecretString) -> Result<(), ApiError> {
        self.enrol(Audience::Office, code, &Proof { password, code: None, pointer: "/password" }).await.map(drop)
    }

    /// Takes away what an address may do in an office, and its open
    /// invitations, as the operator.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn revoke_grant(
        &self,
        office: IntergroupId,
        email: &EmailAddress,
        last_owner: bool,
    ) -> Result<Removal, sqlx::Error> {
        let now = self.clock.now();
        let mut transaction = db::begin(&self.pool, Scope::Operator).await?;
        let invited = store::revoke_invitations_of(&mut transaction, office, &email.folded(), now).await?;
        let account = store::find_account_by_email(&mut transaction, Audience::Office, &email.folded()).await?;
        let removal = match account {
            Some(account) => {
                store::remove_grant(&mut transaction, account.id, office, last_owner, (Doer::Operator, now)).await?
            }
            None => Removal::NotThere,
        };
        transaction.commit().await?;
        Ok(if removal == Removal::NotThere && invited { Removal::Removed } else { removal })
    }

    /// A link to a new password, as the operator; `None` where there is no such
    /// account. With `second_factor` that is removed and all sessions end.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn reset_link(
        &self,
        audience: Audience,
        email: &EmailAddress,
        second_factor: bool,
    ) -> Result<Option<NewLink>, sqlx::Error> {
        let now = self.clock.now();
        let mut transaction = db::begin(&self.pool, Scope::Operator).await?;
        let account = store::find_account_by_email(&mut transaction, audience, &email.folded()).await?;
        let Some(account) = account else { return Ok(None) };
        if second_factor {
            store::remove_totp(&mut transaction, account.id).await?;
            store::end_sessions(&mut transaction, account.id, None, now).await?;
            let subject = json!({ "account_id": account.id });
            store::enqueue(&mut transaction, "totp_removed", subject, None, now).await?;
        }
        let (code, expires_at) = (OneTimeCode::generate(&*self.entropy), now + LINK_LIVES);
        store::insert_code(&mut transaction, &code.hash(), account.id, Purpose::PasswordReset, None, expires_at)
            .await?;
        transaction.commit().await?;
        let code = code.reveal().to_string();
        let link = letters::link(&self.public_url, (audience, "reset"), &code);
        Ok(Some(NewLink { id: None, code, link, expires_at }))
    }
}
