//! `[mail]`: the mail server.

use anyhow::bail;
use clap::Args;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

/// The mail server's settings as given.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Settings")]
pub struct MailSettings {
    /// Mail server, smtps://user:password@host:465, or smtp://host:587?tls=required
    /// [default: none; links are printed by commands].
    #[arg(long, global = true, env = "OPENCHAIR_SMTP_URL", value_name = "URL", hide_env_values = true)]
    pub smtp_url: Option<SecretString>,
    /// Who letters are from [default: openchair at the public
    /// URL's host].
    #[arg(long, global = true, env = "OPENCHAIR_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
}

/// The mail server.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// Its address; absent: no letters are sent.
    pub smtp_url: Option<SecretString>,
    /// Who letters are from.
    pub from: Option<String>,
}

impl MailSettings {
    pub(super) fn or(self, file: Self) -> Self {
        Self { smtp_url: self.smtp_url.or(file.smtp_url), mail_from: self.mail_from.or(file.mail_from) }
    }

    pub(super) fn resolve(self) -> anyhow::Result<Mail> {
        let is_smtp = |url: &SecretString| {
            url.expose_secret().parse::<Url>().is_ok_and(|url| matches!(url.scheme(), "smtp" | "smtps"))
        };
        // The address itself must not be shown: it may hold a password.
        if !self.smtp_url.as_ref().is_none_or(is_smtp) {
            bail!("OPENCHAIR_SMTP_URL must be smtps://user:password@host:465 or smtp://host:587?tls=required");
        }
        Ok(Mail { smtp_url: self.smtp_url, from: self.mail_from })
    }
}
