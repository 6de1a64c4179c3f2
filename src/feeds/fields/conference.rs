//! `conference_*`: how to join from elsewhere.
//!
//! Nothing that an office wrote is lost: what is no link to a known service
//! and no number that can be dialled goes to the notes, where people can make
//! sense of it, and its own notes go with it.

use crate::{
    directory::Conference,
    feeds::{
        limits::limit,
        normalise::{
            link::{self, ConferenceLink},
            phone::{self, PhoneText},
            text::Lines,
        },
        problems::ProblemCode,
        row::Row,
    },
};

/// Takes the conference.
pub(crate) fn conference(row: &mut Row) -> Conference {
    let (url, around) = url(row);
    let url_notes = row.text("conference_url_notes", Lines::Kept);
    let (phone, words) = phone(row);
    let phone_notes = row.text("conference_phone_notes", Lines::Kept);
    Conference {
        url_notes: beside(row, "conference_url_notes", url.is_some(), around, url_notes),
        phone_notes: beside(row, "conference_phone_notes", phone.is_some(), words, phone_notes),
        url,
        phone,
    }
}

fn url(row: &mut Row) -> (Option<String>, Option<String>) {
    let Some(raw) = row.identifier("conference_url", "conference_url") else { return (None, None) };
    match link::conference(&raw) {
        ConferenceLink::Listed { url, .. } if !limit("conference_url").holds(&url) => {
            row.drop(ProblemCode::ValueTooLong, "conference_url", raw.into());
            (None, None)
        }
        ConferenceLink::Listed { url, mended, rest } => {
            if mended {
                row.problem(ProblemCode::LinkMended, "conference_url", &raw);
            }
            (Some(url), rest)
        }
        ConferenceLink::Words => {
            row.problem(ProblemCode::ConferenceUrlMoved, "conference_url", &raw);
            row.line(raw);
            (None, None)
        }
        ConferenceLink::Dangerous => {
            row.drop(ProblemCode::BadLink, "conference_url", raw.into());
            (None, None)
        }
    }
}

fn phone(row: &mut Row) -> (Option<String>, Option<String>) {
    // Words are bounded like the notes that they become.
    let Some(raw) = row.identifier("conference_phone", "conference_phone_notes") else { return (None, None) };
    match phone::parse(&raw) {
        PhoneText::Number(number) if limit("conference_phone").holds(&number) => (Some(number), None),
        PhoneText::Within(number) if limit("conference_phone").holds(&number) => {
            row.problem(ProblemCode::PhoneText, "conference_phone", &raw);
            (Some(number), Some(raw))
        }
        PhoneText::Number(_) | PhoneText::Within(_) | PhoneText::Words => {
            row.problem(ProblemCode::PhoneMoved, "conference_phone", &raw);
            row.line(raw);
            (None, None)
        }
    }
}

/// The notes beside a link or phone, or to the meeting's notes when there is
/// none that they belong to.
fn beside(row: &mut Row, field: &str, has: bool, around: Option<String>, notes: Option<String>) -> Option<String> {
    if has {
        let all = [around, notes].into_iter().flatten().collect::<Vec<_>>().join("\n");
        let cut = limit(field).cut(&all);
        if cut.len() < all.len() {
            row.problem(ProblemCode::TooLong, field, &all);
        }
        return (!cut.is_empty()).then(|| cut.into_owned());
    }
    if let Some(notes) = notes {
        row.problem(ProblemCode::ConferenceNotesMoved, field, &notes);
        row.line(notes);
    }
    None
}

#[cfg(test)]
#[path = "conference_tests.rs"]
mod tests;
