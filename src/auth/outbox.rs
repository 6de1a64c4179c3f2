//! Writing and sending the letters that are due, and clearing away what has
//! run out. One runs on every node.
//!
//! A letter is claimed for a while, written in that transaction, and sent when
//! none is open: a mail server that hangs holds no connection. It is sent at
//! least once: a node that dies over it leaves it to another, which writes it
//! anew, and then the newest link is the one that works.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{
    account::LINK_LIVES,
    audience::Audience,
    letters::{self, Trouble},
    one_time::OneTimeCode,
    service::Auth,
    store::{self, AccountRow, DueMail, Invitation, Purpose},
};
use crate::{
    db::{self, Scope},
    kernel::{AccountId, ImportId, IntergroupId, InvitationId},
    mail::{Letter, MailError, Mailer},
};

/// How often it looks for letters that are due.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often it clears away and looks for keys that end.
const TIDY_EVERY: TimeDelta = TimeDelta::hours(1);
/// How long before a key ends its owners are told.
const KEY_WARNING: TimeDelta = TimeDelta::days(30);
/// How long whoever took a letter has for it.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// How long a link decides about a run.
const DECISION_LIVES: TimeDelta = TimeDelta::days(7);
/// After so many attempts a letter is given up: after eight hours and a half.
const MOST_ATTEMPTS: i16 = 10;

/// The task that sends letters.
pub struct Outbox {
    auth: Arc<Auth>,
    mailer: Mailer,
}

/// What a kind of mail is about; each names those that it needs.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Subject {
    /// Of an address that need not be anybody's.
    audience: Option<Audience>,
    account_id: Option<AccountId>,
    intergroup_id: Option<IntergroupId>,
    invitation_id: Option<InvitationId>,
    import_id: Option<ImportId>,
    /// Why something is held or fails, in words.
    reason: Option<String>,
    /// The same as a word that the guide explains, and how to mend it.
    code: Option<String>,
    mend: Option<String>,
    /// What somebody else has written for it.
    text: Option<String>,
    /// The one owner that it is for.
    to: Option<String>,
    email: Option<String>,
    name: Option<String>,
    expires_at: Option<DateTime<Utc>>,
}

impl Outbox {
    /// Sends what is due by `mailer`.
    pub fn new(auth: Arc<Auth>, mailer: Mailer) -> Self {
        Self { auth, mailer }
    }

    /// Runs until it is aborted.
    pub async fn run(self) {
        let mut tidied = DateTime::<Utc>::MIN_UTC;
        let mut failing = false;
        loop {
            let now = self.auth.clock.now();
            let mut outcome = Ok(());
            if now - tidied >= TIDY_EVERY {
                outcome = self.tidy(now).await;
                tidied = now;
            }
            let outcome = match outcome {
                Ok(()) => self.send_due().await.map(|_| ()),
                failed => failed,
            };
            if let (Err(error), false) = (&outcome, failing) {
                tracing::warn!(error = db::describe(error), "cannot look after mails");
            }
            failing = outcome.is_err();
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Sends every letter that is due; how many mails were looked after. Stops
    /// at a server that does not take one: the others would wait for it, too.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn send_due(&self) -> Result<u32, sqlx::Error> {
        let mut done = 0;
        while self.send_one().await? {
            done += 1;
        }
        Ok(done)
    }

    /// False where nothing is due, or nothing can be sent now.
    async fn send_one(&self) -> Result<bool, sqlx::Error> {
        let now = self.auth.clock.now();
        let mut transaction = db::begin(&self.auth.pool, Scope::Operator).await?;
        let Some(mail) = store::claim_mail(&mut transaction, now, now + LEASE).await? else { return Ok(false) };
        let letter = if self.mailer.is_on() { self.write(&mut transaction, &mail, now).await? } else { None };
        let Some(letter) = letter else {
            store::finish_mail(&mut transaction, &mail, now).await?;
            transaction.commit().await?;
            return Ok(true);
        };
        transaction.commit().await?;
        let outcome = self.mailer.send(&letter).await;
        let now = self.auth.clock.now();
        let mut transaction = db::begin(&self.auth.pool, Scope::Operator).await?;
        let again = outcome == Err(MailError::Unreachable) && mail.attempts < MOST_ATTEMPTS;
        if again {
            // It is written anew then, with a link of its own.
            store::delay_mail(&mut transaction, &mail, now).await?;
        } else {
            store::finish_mail(&mut transaction, &mail, now).await?;
        }
        transaction.commit().await?;
        if let Err(error) = outcome {
            tracing::warn!(kind = mail.kind, attempts = mail.attempts, given_up = !again, %error, "a letter was not sent");
        }
        Ok(!again)
    }

    /// The letter of a mail; `None` where there is nobody to write to any more,
    /// or each reader gets a mail of their own.
    async fn write(
        &self,
        connection: &mut PgConnection,
        mail: &DueMail,
        now: DateTime<Utc>,
    ) -> Result<Option<Letter>, sqlx::Error> {
        let subject: Subject = serde_json::from_value(mail.subject.clone()).unwrap_or_default();
        let audience = subject.audience.unwrap_or(Audience::Office);
        let account = match (subject.account_id, mail.kind.as_str(), &subject.email) {
            (Some(id), ..) => store::find_account(connection, id).await?,
            (None, "password_reset", Some(email)) => store::find_account_by_email(connection, audience, email).await?,
            _ => None,
        };
        Ok(match (mail.kind.as_str(), &account, &subject.email) {
            ("invitation", ..) => self.write_invitation(connection, &subject, now).await?,
            ("password_reset", Some(account), _) => {
                let purpose = (Purpose::PasswordReset, "reset");
                let link = self.new_link(connection, account, purpose, None, now).await?;
                Some(letters::password_reset(account.into(), &link))
            }
            ("email_change", Some(account), Some(to)) => {
                let purpose = (Purpose::EmailChange, "email");
                let link = self.new_link(connection, account, purpose, Some(to), now).await?;
                Some(letters::email_change(to, &link))
            }
            ("email_changed", _, Some(to)) => Some(letters::email_changed(to)),
            ("password_changed", Some(account), _) => Some(letters::password_changed(account.into())),
            ("totp_added", Some(account), _) => Some(letters::totp_added(account.into())),
            ("totp_removed", Some(account), _) => Some(letters::totp_removed(account.into())),
            ("weekly_digest", Some(account), _) => {
                subject.text.as_deref().map(|week| letters::weekly_digest(account.into(), week))
            }
            ("key_expiring" | "feedback_waiting" | "import_held" | "feed_failing" | "webhook_off", ..) => {
                self.write_to_owner(connection, mail, &subject, now).await?
            }
            _ => None,
        })
    }

    async fn write_invitation(
        &self,
        connection: &mut PgConnection,
        subject: &Subject,
        now: DateTime<Utc>,
    ) -> Result<Option<Letter>, sqlx::Error> {
        let Some(id) = subject.invitation_id else { return Ok(None) };
        let code = OneTimeCode::generate(&*self.auth.entropy);
        let open = store::renew_invitation(connection, id, &code.hash(), now).await?;
        let Some(Invitation { intergroup_id, email, role, expires_at, .. }) = open else { return Ok(None) };
        let Some(office) = store::office_name(connection, intergroup_id).await? else { return Ok(None) };
        let link = letters::link(&self.auth.public_url, (Audience::Office, "enrol"), &code.reveal());
        Ok(Some(letters::invitation(&email, &office, role, &link, expires_at)))
    }

    /// A letter to one owner. A mail that names none becomes one for each, so
    /// that what happens to the letter of one is nothing to the others.
    async fn write_to_owner(
        &self,
        connection: &mut PgConnection,
        mail: &DueMail,
        subject: &Subject,
        now: DateTime<Utc>,
    ) -> Result<Option<Letter>, sqlx::Error> {
        let Some(id) = subject.intergroup_id else { return Ok(None) };
        let Some(to) = &subject.to else {
            for owner in store::owners_of(connection, id).await? {
                let mut subject = mail.subject.clone();
                subject["to"] = owner.into();
                store::enqueue(connection, &mail.kind, subject, None, now).await?;
            }
            return Ok(None);
        };
        let Some(office) = store::office_name(connection, id).await? else { return Ok(None) };
        let name = subject.name.as_deref().unwrap_or_default();
        let reason = subject.reason.as_deref().unwrap_or_default();
        Ok(match (mail.kind.as_str(), subject.import_id, subject.expires_at) {
            ("key_expiring", _, Some(expires_at)) => Some(letters::key_expiring(to, &office, name, expires_at)),
            ("feedback_waiting", ..) => Some(letters::feedback_waiting(to, &office)),
            ("feed_failing", ..) => {
                let code = subject.code.as_deref().unwrap_or_default();
                let mend = subject.mend.as_deref().unwrap_or_default();
                Some(letters::feed_failing(to, &office, name, Trouble { reason, code, mend }))
            }
            ("webhook_off", ..) => Some(letters::webhook_off(to, &office, name, reason)),
            ("import_held", Some(import), _) => {
                let link = self.decision_link(connection, to, import, now).await?;
                link.map(|link| letters::import_held(to, &office, name, reason, &link))
            }
            _ => None,
        })
    }

    /// A link for an owner that decides about a run; `None` where the address has
    /// no account any more.
    async fn decision_link(
        &self,
        connection: &mut PgConnection,
        to: &str,
        import: ImportId,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, sqlx::Error> {
        let owner = store::find_account_by_email(connection, Audience::Office, &to.to_lowercase()).await?;
        let Some(owner) = owner else { return Ok(None) };
        let code = OneTimeCode::generate(&*self.auth.entropy);
        store::insert_decision_code(connection, &code.hash(), owner.id, import, now + DECISION_LIVES).await?;
        Ok(Some(letters::link(&self.auth.public_url, (Audience::Office, "import"), &code.reveal())))
    }

    async fn new_link(
        &self,
        connection: &mut PgConnection,
        account: &AccountRow,
        (purpose, page): (Purpose, &str),
        email: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<String, sqlx::Error> {
        let code = OneTimeCode::generate(&*self.auth.entropy);
        store::insert_code(connection, &code.hash(), account.id, purpose, email, now + LINK_LIVES).await?;
        Ok(letters::link(&self.auth.public_url, (account.audience, page), &code.reveal()))
    }

    /// Clears away what has run out, and tells owners of keys that end soon.
    async fn tidy(&self, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
        let mut transaction = db::begin(&self.auth.pool, Scope::Operator).await?;
        for key in store::expiring_keys(&mut transaction, now, now + KEY_WARNING).await? {
            let subject: Value =
                json!({ "intergroup_id": key.intergroup_id, "name": key.name, "expires_at": key.expires_at });
            let once = format!("key {}", key.id);
            store::enqueue(&mut transaction, "key_expiring", subject, Some(&once), now).await?;
        }
        store::clear_away(&mut transaction, now).await?;
        transaction.commit().await
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outbox")
    }
}
