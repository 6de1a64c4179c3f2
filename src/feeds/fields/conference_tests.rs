//! Links, phones and their notes, in every mix.

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
