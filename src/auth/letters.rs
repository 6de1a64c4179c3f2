//! What the letters say. A letter names the service and what happened, and
//! never who else acts for an office or anything of a member. Names that
//! somebody gave are made one line of before they stand in one.

use chrono::{DateTime, Utc};

use super::{audience::Audience, caller::Role, store::AccountRow};
use crate::{http::PublicUrl, mail::Letter};

/// Whom a letter about an account is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    to: &'a str,
    audience: Audience,
}

impl<'a> From<&'a AccountRow> for Reader<'a> {
    fn from(account: &'a AccountRow) -> Self {
        Self { to: &account.email, audience: account.audience }
    }
}

impl Reader<'_> {
    /// Who helps when it was somebody else.
    fn helper(self) -> &'static str {
        match self.audience {
            Audience::Moderator => "whoever runs this service",
            _ => "another owner of your office",
        }
    }

    fn letter(self, subject: &str, text: String) -> Letter {
        let signature = if self.audience == Audience::Moderator { SIGNATURE } else { OFFICE_SIGNATURE };
        Letter { to: self.to.to_owned(), subject: subject.to_owned(), text: text + signature }
    }
}

const OFFICE_SIGNATURE: &str = "\n\nOpenChair, on behalf of your office. Nobody reads replies to this address.\n";
const SIGNATURE: &str = "\n\nOpenChair. Nobody reads replies to this address.\n";

fn letter(to: &str, subject: &str, text: String) -> Letter {
    Reader { to, audience: Audience::Office }.letter(subject, text)
}

/// The most characters of a name in a letter.
const NAME_MAX: usize = 120;

/// The most characters of a sentence in a letter.
const SENTENCE_MAX: usize = 500;

/// A name as one line: breaks, other controls and what turns the direction of
/// writing become spaces, or a name could say things in our name.
pub fn line(name: &str) -> String {
    one_line(name, NAME_MAX)
}

/// A sentence that somebody else had a part in, as one line.
pub fn long_line(words: &str) -> String {
    one_line(words, SENTENCE_MAX)
}

fn one_line(text: &str, most: usize) -> String {
    let hidden = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let spaced: String = text.chars().map(|c| if hidden(c) { ' ' } else { c }).collect();
    let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most { line } else { line.chars().take(most - 1).chain(['…']).collect() }
}

/// The address of the page where a code is taken up.
pub(super) fn link(base: &PublicUrl, (audience, page): (Audience, &str), code: &str) -> String {
    base.join(&format!("/{audience}/{page}?code={code}"))
}

pub(super) fn invitation(to: &str, office: &str, role: Role, link: &str, expires_at: DateTime<Utc>) -> Letter {
    let (office, role) = (line(office), role.as_str());
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

pub(super) fn password_reset(reader: Reader<'_>, link: &str) -> Letter {
    reader.letter(
        "Choose a new password",
        format!(
            "Somebody, probably you, asked for a new password. To choose one:\n{link}\n\nThe link works once, for one \
             hour. If it was not you, you need not do anything; your password stays as it is."
        ),
    )
}

pub(super) fn password_changed(reader: Reader<'_>) -> Letter {
    let helper = reader.helper();
    reader.letter(
        "Your password was changed",
        format!(
            "Your password was changed, and you were signed out everywhere. If it was not you, ask for a new password \
             at once, and tell {helper}."
        ),
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

pub(super) fn totp_added(reader: Reader<'_>) -> Letter {
    let helper = reader.helper();
    reader.letter(
        "Signing in now needs a code",
        format!(
            "From now on, signing in needs a code of your authenticator app as well. Keep the recovery codes where you \
             find them without your phone. If it was not you, tell {helper} at once."
        ),
    )
}

pub(super) fn totp_removed(reader: Reader<'_>) -> Letter {
    let helper = reader.helper();
    reader.letter(
        "Signing in needs no code any more",
        format!(
            "The second factor of your account was removed. If it was not you, ask for a new password at once, and \
             tell {helper}."
        ),
    )
}

pub(super) fn import_held(to: &str, office: &str, feed: &str, reason: &str, link: &str) -> Letter {
    let (office, feed, reason) = (line(office), line(feed), long_line(reason));
    letter(
        to,
        &format!("The meeting list of {office} waits for you"),
        format!(
            "\"{feed}\", from which the meeting list of {office} is kept in step, says something so different that \
             nothing was changed: {reason}\n\nSee what would change, and decide:\n{link}\n\nThe link works once, for \
             seven days. Until somebody decides, the list stays as it is."
        ),
    )
}

/// Why a source cannot be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trouble<'a> {
    /// What happened last, in words.
    pub reason: &'a str,
    /// The word for it that the guide for offices explains.
    pub code: &'a str,
    /// What to do.
    pub mend: &'a str,
}

pub(super) fn feed_failing(to: &str, office: &str, feed: &str, trouble: Trouble<'_>) -> Letter {
    let (office, feed) = (line(office), line(feed));
    let (reason, code) = (long_line(trouble.reason), line(trouble.code));
    letter(
        to,
        &format!("The meeting list of {office} is not kept in step"),
        format!(
            "\"{feed}\", from which the meeting list of {office} is kept in step, could not be read for a day. What \
             happened last: {reason}\n\n{mend}\n\nNothing was lost: the list stays as it was, and we go on trying. The \
             guide for offices calls this {code}.",
            mend = trouble.mend
        ),
    )
}

pub(super) fn webhook_off(to: &str, office: &str, host: &str, reason: &str) -> Letter {
    let (office, host, reason) = (line(office), line(host), long_line(reason));
    letter(
        to,
        &format!("A program is no longer told of the meeting list of {office}"),
        format!(
            "The webhook of {office} to {host} was switched off: {reason}\n\nWhatever stands there hears of nothing any \
             more, and nothing is kept for it while it is off. Nothing is wrong with the list itself. When whoever \
             keeps that program has mended it, sign in and switch the webhook on again; what could not be delivered \
             stands in its log and can be sent again from there. If nobody needs it any more, delete it."
        ),
    )
}

pub(super) fn weekly_digest(reader: Reader<'_>, week: &str) -> Letter {
    reader.letter(
        "The week of your meeting lists",
        format!(
            "{week}\n\nYou get this letter once a week because you asked for it. To end it, sign in and switch \
             weekly_digest off."
        ),
    )
}

pub(super) fn key_expiring(to: &str, office: &str, name: &str, expires_at: DateTime<Utc>) -> Letter {
    let (office, name) = (line(office), line(name));
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
    let office = line(office);
    letter(
        to,
        &format!("Somebody wrote about a meeting of {office}"),
        format!(
            "A correction to the meeting list of {office} waits in your inbox. Each one can be accepted or declined \
             there; whoever sent it sees what became of it."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_whatever_was_given() {
        for (given, expected) in [
            ("Lantern County", "Lantern County"),
            ("  Läntern\r\n\r\nBcc: a@b\t", "Läntern Bcc: a@b"),
            ("a\u{2028}b\u{202e}c\u{85}d\0e", "a b c d e"),
            ("", ""),
        ] {
            assert_eq!(line(given), expected);
        }
        let long = line(&"é".repeat(500));
        assert!(long.ends_with('…') && long.chars().count() == NAME_MAX);
        assert_eq!(long_line(&"é\r\n".repeat(500)).chars().count(), SENTENCE_MAX);
    }

    #[test]
    fn a_letter_says_who_it_is_from_and_its_subject_is_one_line() {
        let base = PublicUrl::new(Some(&"https://list.example.org/".parse().unwrap()), ([127, 0, 0, 1], 1).into());
        let link = link(&base, (Audience::Office, "enrol"), "abc");
        assert_eq!(link, "https://list.example.org/office/enrol?code=abc");
        let letter = invitation("kit@example.org", "Läntern\nCounty", Role::Editor, &link, DateTime::UNIX_EPOCH);
        assert_eq!(letter.subject, "Help keep the meeting list of Läntern County");
        assert!(letter.text.contains("of Läntern County as editor.\n") && letter.text.contains(&format!("\n{link}\n")));
        assert!(letter.text.contains("until 01 January 1970.") && letter.text.ends_with(OFFICE_SIGNATURE));
    }
    #[test]
    fn a_moderator_is_told_to_turn_to_who_appointed_them_and_not_to_an_office() {
        let letters = |audience| {
            let reader = Reader { to: "kit@example.org", audience };
            [password_changed(reader), totp_added(reader), totp_removed(reader), password_reset(reader, "link")]
        };
        for letter in letters(Audience::Moderator) {
            assert!(!letter.text.contains("office"), "{}", letter.text);
        }
        for letter in &letters(Audience::Moderator)[..3] {
            assert!(letter.text.contains("tell whoever runs this service"), "{}", letter.text);
        }
        for letter in &letters(Audience::Office)[..3] {
            assert!(letter.text.contains("tell another owner of your office"), "{}", letter.text);
        }
    }
}
