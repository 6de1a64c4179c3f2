//! What the letters say. A letter names the service and what happened, and
//! never who else acts for an office or anything of a member.

use chrono::{DateTime, Utc};

use crate::{http::PublicUrl, mail::Letter};

const SIGNATURE: &str = "\n\nOpenChair, on behalf of your office. Nobody reads replies to this address.\n";

fn letter(to: &str, subject: &str, text: String) -> Letter {
    Letter { to: to.to_owned(), subject: subject.to_owned(), text: text + SIGNATURE }
}

/// The address of the page where a code is taken up.
pub(super) fn link(base: &PublicUrl, page: &str, code: &str) -> String {
    base.join(&format!("/office/{page}?code={code}"))
}

pub(super) fn invitation(to: &str, office: &str, role: &str, link: &str, expires_at: DateTime<Utc>) -> Letter {
    let until = expires_at.format("%d %B %Y");
    letter(
        to,
        &format!("Help keep the meeting list of {office}"),
        format!(
            "You are invited to help keep the meeting list of {office} as {role}.\n\nTo begin, choose a password \
             here:\n{link}\n\nThe link works once, until {until}. If you did not expect this letter, you need not do \
             anything."
        ),
    )
}

pub(super) fn password_reset(to: &str, link: &str) -> Letter {
    letter(
        to,
        "Choose a new password",
        format!(
            "Somebody, probably you, asked for a new password. To choose one:\n{link}\n\nThe link works once, for one \
             hour. If it was not you, you need not do anything; your password stays as it is."
        ),
    )
}

pub(super) fn password_changed(to: &str) -> Letter {
    letter(
        to,
        "Your password was changed",
        "Your password was changed, and you were signed out everywhere. If it was not you, ask for a new password at \
         once, and tell another owner of your office."
            .to_owned(),
    )
}

pub(super) fn email_change(to: &str, link: &str) -> Letter {
    letter(
        to,
        "Is this your address?",
        format!(
            "Somebody, probably you, wants to sign in with this address from now on. To agree:\n{link}\n\nThe link \
             works once, for one hour. If it was not you, you need not do anything."
        ),
    )
}

pub(super) fn email_changed(to: &str) -> Letter {
    letter(
        to,
        "Your address was changed",
        "You now sign in with another address; this one is no longer used. If it was not you, tell another owner of \
         your office, or whoever runs this service, at once."
            .to_owned(),
    )
}

pub(super) fn totp_added(to: &str) -> Letter {
    letter(
        to,
        "Signing in now needs a code",
        "From now on, signing in needs a code of your authenticator app as well. Keep the recovery codes where you \
         find them without your phone. If it was not you, tell another owner of your office at once."
            .to_owned(),
    )
}

pub(super) fn totp_removed(to: &str) -> Letter {
    letter(
        to,
        "Signing in needs no code any more",
        "The second factor of your account was removed. If it was not you, ask for a new password at once, and tell \
         another owner of your office."
            .to_owned(),
    )
}

pub(super) fn key_expiring(to: &str, office: &str, name: &str, expires_at: DateTime<Utc>) -> Letter {
    let on = expires_at.format("%d %B %Y");
    letter(
        to,
        &format!("A key of {office} ends soon"),
        format!(
            "The key \"{name}\" of {office} stops working on {on}. Whatever uses it will then no longer reach the \
             meeting list. Make a new key and put it in its place before that day."
        ),
    )
}

pub(super) fn feedback_waiting(to: &str, office: &str) -> Letter {
    letter(
        to,
        &format!("Somebody wrote about a meeting of {office}"),
        format!(
            "A correction to the meeting list of {office} waits in your inbox. Each one can be accepted or declined \
             there; whoever sent it sees what became of it."
        ),
    )
}
