//! Sending letters by SMTP. Knows neither what they say nor why.
//!
//! Where no server is set nothing is sent, and whoever would send says so;
//! the commands then print the links that a letter would carry.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::Error,
};
use secrecy::{ExposeSecret, SecretString};

/// How long the mail server may take for one letter, and for any word of it.
pub const WITHIN: Duration = Duration::from_secs(20);

/// So that nobody's absence is told to us (RFC 3834).
const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");

/// A letter of plain text.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// One address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter")
    }
}

/// Where letters go.
#[derive(Debug, Clone, Default)]
pub enum Mailer {
    /// Nowhere: no server is set.
    #[default]
    Off,
    /// To a mail server.
    Smtp(Box<Smtp>),
    /// Into a list; for tests.
    Kept(Arc<Mutex<Vec<Letter>>>),
}

/// A mail server and who its letters are from.
#[derive(Debug, Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// A mail server by its address: `smtps://user:password@host:465`, or
    /// `smtp://user:password@host:587?tls=required`.
    ///
    /// # Errors
    /// When either is no address; the message does not repeat them.
    pub fn smtp(url: &SecretString, from: &str) -> anyhow::Result<Self> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|_| anyhow::anyhow!("the mail server's address must be smtps://user:password@host:465"))?;
        let from = from.parse().context("letters must be from a mail address such as OpenChair <mail@example.org>")?;
        Ok(Self::Smtp(Box::new(Smtp { transport: builder.timeout(Some(WITHIN)).build(), from })))
    }

    /// Whether letters are sent at all.
    pub fn is_on(&self) -> bool {
        !matches!(self, Self::Off)
    }

    /// Sends a letter.
    ///
    /// # Errors
    /// When the server cannot be reached or refuses it; the message names
    /// nobody.
    pub async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        match self {
            Self::Off => Err(MailError::Off),
            Self::Kept(kept) => {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(letter.clone());
                Ok(())
            }
            Self::Smtp(smtp) => {
                let to = letter.to.parse().map_err(|_| MailError::Refused)?;
                let message = Message::builder()
                    .from(smtp.from.clone())
                    .to(to)
                    .subject(letter.subject.clone())
                    .header(ContentType::TEXT_PLAIN)
                    .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
                    .body(letter.text.clone())
                    .map_err(|_| MailError::Refused)?;
                match tokio::time::timeout(WITHIN, smtp.transport.send(message)).await {
                    Ok(sent) => sent.map(|_| ()).map_err(|error| failure(&error)),
                    Err(_late) => Err(MailError::Unreachable),
                }
            }
        }
    }

    /// Whether the server answers.
    ///
    /// # Errors
    /// When there is none, or it does not.
    pub async fn check(&self) -> Result<(), MailError> {
        match self {
            Self::Off => Err(MailError::Off),
            Self::Kept(_) => Ok(()),
            Self::Smtp(smtp) => match smtp.transport.test_connection().await {
                Ok(true) => Ok(()),
                _ => Err(MailError::Unreachable),
            },
        }
    }
}

/// What a server says for good of a letter it says of that letter; that it does
/// not let us in (530 to 539) is for the operator to mend, and the letter waits.
fn failure(error: &Error) -> MailError {
    let of_us = error.status().is_some_and(|code| (530..540).contains(&u16::from(code)));
    if error.is_permanent() && !of_us { MailError::Refused } else { MailError::Unreachable }
}

/// Why a letter was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// No server is set.
    #[error("no mail server is set")]
    Off,
    /// It may go later.
    #[error("the mail server cannot be reached, or does not take letters now")]
    Unreachable,
    /// It never will.
    #[error("the mail server refused the letter")]
    Refused,
}
