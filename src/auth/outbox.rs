//! Writing and sending the letters that are due, and clearing away what has
//! run out. One runs on every node; a row is locked by whoever writes it.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{
    account::LINK_LIVES,
    letters,
    one_time::OneTimeCode,
    service::Auth,
    store::{self, DueMail, Purpose},
};
use crate::{
    db::{self, Scope},
    kernel::{AccountId, IntergroupId},
    mail::{Letter, MailError, Mailer},
};

/// How often it looks for letters that are due.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often it clears away and looks for keys that end.
const TIDY_EVERY: TimeDelta = TimeDelta::hours(1);
/// How long before a key ends its owners are told.
const KEY_WARNING: TimeDelta = TimeDelta::days(30);
/// After so many attempts a letter is given up: about eight hours.
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
    account_id: Option<AccountId>,
    intergroup_id: Option<IntergroupId>,
    email: Option<String>,
    code: Option<String>,
    role: Option<String>,
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

    /// Sends every letter that is due; how many.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn send_due(&self) -> Result<u32, sqlx::Error> {
        let mut sent = 0;
        while self.send_one().await? {
            sent += 1;
        }
        Ok(sent)
    }

    async fn send_one(&self) -> Result<bool, sqlx::Error> {
        let now = self.auth.clock.now();
        let mut transaction = db::begin(&self.auth.pool, Scope::Operator).await?;
        let Some(mail) = store::due_mail(&mut transaction, now).await? else { return Ok(false) };
        if !self.mailer.is_on() {
            store::delete_mail(&mut transaction, mail.id, now).await?;
            transaction.commit().await?;
            return Ok(true);
        }
        let letters = self.write(&mut transaction, &mail, now).await?;
        // One that reached only some of its readers is not sent to them again.
        let mut outcome = Ok(());
        for (index, letter) in letters.iter().enumerate() {
            match self.mailer.send(letter).await {
                Err(error) if index == 0 => outcome = Err(error),
                Err(error) => tracing::warn!(kind = mail.kind, %error, "a letter was not sent"),
                Ok(()) => {}
            }
            if outcome.is_err() {
                break;
            }
        }
        match outcome {
            Err(MailError::Unreachable) if mail.attempts < MOST_ATTEMPTS => {
                // What was written is undone with it: its link is made anew.
                drop(transaction);
                let mut transaction = db::begin(&self.auth.pool, Scope::Operator).await?;
                store::delay_mail(&mut transaction, &mail, now).await?;
                transaction.commit().await?;
            }
            outcome => {
                if let Err(error) = outcome {
                    tracing::warn!(kind = mail.kind, %error, "a letter was given up");
                }
                store::delete_mail(&mut transaction, mail.id, now).await?;
                transaction.commit().await?;
            }
        }
        Ok(true)
    }

    /// The letters of a mail; none where there is nobody to write to any more.
    async fn write(
        &self,
        connection: &mut PgConnection,
        mail: &DueMail,
        now: DateTime<Utc>,
    ) -> Result<Vec<Letter>, sqlx::Error> {
        let subject: Subject = serde_json::from_value(mail.subject.clone()).unwrap_or_default();
        let account = match (subject.account_id, mail.kind.as_str(), &subject.email) {
            (Some(id), ..) => store::find_account(connection, id).await?,
            (None, "password_reset", Some(email)) => store::find_account_by_email(connection, email).await?,
            _ => None,
        };
        let own = account.as_ref().map(|account| account.email.as_str());
        Ok(match (mail.kind.as_str(), own) {
            ("invitation", _) => self.write_invitation(connection, &subject).await?.into_iter().collect(),
            ("password_reset", Some(to)) => {
                let id = account.as_ref().map(|account| account.id).unwrap_or(AccountId(uuid::Uuid::nil()));
                let link = self.new_link(connection, id, (Purpose::PasswordReset, "reset"), None, now).await?;
                vec![letters::password_reset(to, &link)]
            }
            ("email_change", Some(_)) => match (account.as_ref(), subject.email.as_deref()) {
                (Some(account), Some(to)) => {
                    let purpose = (Purpose::EmailChange, "email");
                    let link = self.new_link(connection, account.id, purpose, Some(to), now).await?;
                    vec![letters::email_change(to, &link)]
                }
                _ => Vec::new(),
            },
            ("email_changed", _) => subject.email.iter().map(|to| letters::email_changed(to)).collect(),
            ("password_changed", Some(to)) => vec![letters::password_changed(to)],
            ("totp_added", Some(to)) => vec![letters::totp_added(to)],
            ("totp_removed", Some(to)) => vec![letters::totp_removed(to)],
            ("key_expiring" | "feedback_waiting", _) => self.write_to_owners(connection, mail, &subject).await?,
            _ => Vec::new(),
        })
    }

    async fn write_invitation(
        &self,
        connection: &mut PgConnection,
        subject: &Subject,
    ) -> Result<Option<Letter>, sqlx::Error> {
        let (Some(id), Some(to), Some(code), Some(role), Some(expires_at)) =
            (subject.intergroup_id, &subject.email, &subject.code, &subject.role, subject.expires_at)
        else {
            return Ok(None);
        };
        let Some(office) = store::office_name(connection, id).await? else { return Ok(None) };
        let link = letters::link(&self.auth.public_url, "enrol", code);
        Ok(Some(letters::invitation(to, &office, role, &link, expires_at)))
    }

    async fn write_to_owners(
        &self,
        connection: &mut PgConnection,
        mail: &DueMail,
        subject: &Subject,
    ) -> Result<Vec<Letter>, sqlx::Error> {
        let Some(id) = subject.intergroup_id else { return Ok(Vec::new()) };
        let Some(office) = store::office_name(connection, id).await? else { return Ok(Vec::new()) };
        let owners = store::owners_of(connection, id).await?;
        let letter = |to: &String| match (mail.kind.as_str(), &subject.name, subject.expires_at) {
            ("key_expiring", Some(name), Some(expires_at)) => letters::key_expiring(to, &office, name, expires_at),
            _ => letters::feedback_waiting(to, &office),
        };
        Ok(owners.iter().map(letter).collect())
    }

    async fn new_link(
        &self,
        connection: &mut PgConnection,
        account: AccountId,
        (purpose, page): (Purpose, &str),
        email: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<String, sqlx::Error> {
        let code = OneTimeCode::generate(&*self.auth.entropy);
        store::insert_code(connection, &code.hash(), account, purpose, email, now + LINK_LIVES).await?;
        Ok(letters::link(&self.auth.public_url, page, &code.reveal()))
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
