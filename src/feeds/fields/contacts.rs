//! `contact_1_name` to `contact_3_phone`: people to ask. No problem ever shows
//! anything of them.

use crate::{
    directory::{Contact, is_likely_last_name},
    feeds::{
        normalise::link,
        problems::{HIDDEN, ProblemCode},
        row::Row,
    },
};

/// Takes the contacts, at most three.
pub(crate) fn contacts(row: &mut Row) -> Vec<Contact> {
    (1..=3).filter_map(|number| contact(row, number)).collect()
}

fn contact(row: &mut Row, number: u8) -> Option<Contact> {
    let field = |what: &str| format!("contact_{number}_{what}");
    let name = row.hidden_text(&field("name"), "contact_name");
    let email = row.identifier(&field("email"), "contact_email").and_then(|email| {
        if link::is_email(&email) {
            return Some(email);
        }
        row.drop(ProblemCode::BadEmail, &field("email"), email.into());
        None
    });
    let phone = row.identifier(&field("phone"), "contact_phone");
    let likely_last_name = name.as_deref().is_some_and(is_likely_last_name);
    if likely_last_name {
        row.problem(ProblemCode::LikelyLastName, &field("name"), HIDDEN);
    }
    let contact = Contact { name, email, phone, likely_last_name };
    (contact != Contact::default()).then_some(contact)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn contacts_are_read_and_never_shown() {
        let Value::Object(fields) = json!({
            "contact_1_name": "John Smith", "contact_1_email": "not an address", "contact_1_phone": 5_551_234,
            "contact_2_name": "", "contact_3_name": "Mary S.", "contact_3_email": "m@example.org",
        }) else {
            panic!()
        };
        let mut row = Row::new(1, fields);
        let contacts = contacts(&mut row);
        assert_eq!(contacts.len(), 2);
        assert!(contacts[0].likely_last_name && !contacts[1].likely_last_name);
        assert_eq!(contacts[0].phone.as_deref(), Some("5551234"));
        assert_eq!(row.source_fields().len(), 1);
        let problems = row.problems(None);
        assert_eq!(problems.len(), 2);
        assert!(problems.iter().all(|problem| problem.value == HIDDEN));
    }
}
