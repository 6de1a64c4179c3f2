//! Appointing moderators, as the operator does at the command line.

use super::{
    audience::Audience,
    letters,
    one_time::OneTimeCode,
    operator::{INVITATION_LIVES, NewLink},
    service::Auth,
    store::{self, ModeratorInvitation},
};
use crate::{
    db::{self, Scope},
    http::EmailAddress,
    kernel::InvitationId,
};

impl Auth {
    /// Invites somebody to be a moderator; `None` where the address has such an
    /// account already.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn invite_moderator(&self, email: &EmailAddress) -> Result<Option<NewLink>, sqlx::Error> {
        let (now, folded) = (self.clock.now(), email.folded());
        let code = OneTimeCode::generate(&*self.entropy);
        let mut transaction = db::begin(&self.pool, Scope::Operator).await?;
        if store::find_account_by_email(&mut transaction, Audience::Moderator, &folded).await?.is_some() {
            return Ok(None);
        }
        let invitation = ModeratorInvitation {
            id: InvitationId(self.entropy.uuid_v7(now)),
            email: email.as_str(),
            email_folded: &folded,
            code_hash: code.hash(),
            created_at: now,
            expires_at: now + INVITATION_LIVES,
        };
        store::insert_moderator_invitation(&mut transaction, &invitation).await?;
        transaction.commit().await?;
        let code = code.reveal().to_string();
        let link = letters::link(&self.public_url, (Audience::Moderator, "enrol"), &code);
        Ok(Some(NewLink { id: Some(invitation.id), code, link, expires_at: invitation.expires_at }))
    }

    /// Deletes a moderator's account, with its sessions, and takes back its
    /// open invitation; false where there was neither.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn revoke_moderator(&self, email: &EmailAddress) -> Result<bool, sqlx::Error> {
        let (now, folded) = (self.clock.now(), email.folded());
        let mut transaction = db::begin(&self.pool, Scope::Operator).await?;
        // First: who takes it up at this moment has an account when it is deleted.
        let invited = store::revoke_moderator_invitations(&mut transaction, &folded, now).await?;
        let removed = store::delete_moderator(&mut transaction, &folded).await?;
        transaction.commit().await?;
        Ok(invited || removed)
    }
}
