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
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(fields: Value) -> (String, Vec<ProblemCode>) {
        let Value::Object(fields) = fields else { panic!() };
        let mut row = Row::new(1, fields);
        let Conference { url, url_notes, phone, phone_notes } = conference(&mut row);
        let all = [url, url_notes, phone, phone_notes, row.notes()].map(Option::unwrap_or_default).join("|");
        (all, row.problems(None).into_iter().map(|problem| problem.code).collect())
    }

    #[test]
    fn nothing_of_a_conference_is_lost() {
        use ProblemCode::{BadLink, ConferenceNotesMoved, ConferenceUrlMoved, LinkMended, PhoneMoved, PhoneText};
        for (fields, expected, problems) in [
            (
                json!({"conference_url": "https://zoom.us/j/1?a&amp;b", "conference_url_notes": "pw\n1"}),
                "https://zoom.us/j/1?a&b|pw\n1|||",
                vec![],
            ),
            (json!({"conference_url": "zoom.us/j/1"}), "https://zoom.us/j/1||||", vec![LinkMended]),
            (
                json!({"conference_url": "https://zoom.us/j/1 pw 2", "conference_url_notes": "x"}),
                "https://zoom.us/j/1|https://zoom.us/j/1 pw 2\nx|||",
                vec![LinkMended],
            ),
            (
                json!({"conference_url": "https://us04web.zoomus/j/1", "conference_url_notes": "pw", "notes": "N"}),
                "||||N\nhttps://us04web.zoomus/j/1\npw",
                vec![ConferenceUrlMoved, ConferenceNotesMoved],
            ),
            (json!({"conference_url": "javascript:alert(1)"}), "||||", vec![BadLink]),
            (json!({"conference_phone": 13_126_266_799_u64}), "||13126266799||", vec![]),
            (
                json!({"conference_phone": "1-929-205-6099 ID: 94", "conference_phone_notes": "x"}),
                "||19292056099|1-929-205-6099 ID: 94\nx|",
                vec![PhoneText],
            ),
            (
                json!({"conference_phone": "911", "conference_phone_notes": "x"}),
                "||||911\nx",
                vec![PhoneMoved, ConferenceNotesMoved],
            ),
            (json!({"conference_url": "", "conference_phone": null}), "||||", vec![]),
        ] {
            assert_eq!(read(fields.clone()), (expected.to_owned(), problems), "{fields}");
        }
    }
}
