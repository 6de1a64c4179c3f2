//! Contributions, `website`, `feedback_url`, `updated`: short fields with one
//! parser each. What one of them cannot read stays in `source_fields`.

use chrono::{DateTime, Utc};

use crate::{
    directory::Contribution,
    feeds::{
        limits::limit,
        normalise::{
            link,
            payment::{self, Handle},
            updated::{self, Updated},
        },
        problems::ProblemCode,
        row::Row,
    },
};

/// Takes where contributions go.
pub(crate) fn contribution(row: &mut Row) -> Contribution {
    let mut name = |field: &str, parse: fn(&str) -> Option<Handle>| {
        // A link to a page is longer than the name in it.
        let raw = row.identifier(field, "website")?;
        if let Some(handle) = parse(&raw) {
            if handle.mended {
                row.problem(ProblemCode::PaymentMended, field, &raw);
            }
            Some(handle.name)
        } else {
            row.drop(ProblemCode::BadPayment, field, raw.into());
            None
        }
    };
    Contribution {
        venmo: name("venmo", payment::venmo),
        square: name("square", payment::square),
        paypal: name("paypal", payment::paypal),
        homegroup_online: name("homegroup_online", payment::homegroup_online),
    }
}

/// Takes the website, an absolute http(s) address.
pub(crate) fn website(row: &mut Row) -> Option<String> {
    address(row, "website", link::website)
}

/// Takes where corrections go, an absolute http(s) address or `mailto:`.
pub(crate) fn feedback_url(row: &mut Row) -> Option<String> {
    address(row, "feedback_url", link::feedback)
}

fn address(row: &mut Row, field: &str, parse: fn(&str) -> Option<(String, bool)>) -> Option<String> {
    let raw = row.identifier(field, field)?;
    let code = match parse(&raw) {
        Some((url, mended)) if limit(field).holds(&url) => {
            if mended {
                row.problem(ProblemCode::LinkMended, field, &raw);
            }
            return Some(url);
        }
        Some(_) => ProblemCode::ValueTooLong,
        None => ProblemCode::BadLink,
    };
    row.drop(code, field, raw.into());
    None
}

/// Takes when the row was last changed, as the source says.
pub(crate) fn updated(row: &mut Row) -> Option<DateTime<Utc>> {
    let raw = row.written("updated")?;
    match updated::parse(&raw) {
        Updated::At(at) => Some(at),
        Updated::Absent => None,
        Updated::Unreadable => {
            row.drop(ProblemCode::BadUpdated, "updated", raw.into());
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;

    fn row(fields: Value) -> Row {
        let Value::Object(fields) = fields else { panic!() };
        Row::new(1, fields)
    }

    fn codes(row: &mut Row) -> Vec<ProblemCode> {
        row.problems(None).into_iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn what_is_no_name_or_link_stays_beside_the_content() {
        let mut row = row(json!({
            "venmo": "Handle", "square": "two words", "paypal": "https://paypal.me/Group", "homegroup_online": "a/b",
            "website": "javascript:alert(1)", "feedback_url": "mailto:a@example.org", "updated": "yesterday",
        }));
        let contribution = contribution(&mut row);
        assert_eq!(contribution.venmo.as_deref(), Some("@Handle"));
        assert_eq!(contribution.paypal.as_deref(), Some("Group"));
        assert_eq!((website(&mut row), updated(&mut row)), (None, None));
        assert_eq!(feedback_url(&mut row).as_deref(), Some("mailto:a@example.org"));
        let kept: Vec<String> = row.source_fields().keys().cloned().collect();
        assert_eq!(kept.len(), 4, "{kept:?}");
        use ProblemCode::{BadLink, BadPayment, BadUpdated, PaymentMended};
        assert_eq!(codes(&mut row), [PaymentMended, BadPayment, BadPayment, BadLink, BadUpdated]);
    }

    #[test]
    fn a_bare_host_is_completed() {
        let mut row = row(json!({"website": "www.example.org"}));
        assert_eq!(website(&mut row).as_deref(), Some("https://www.example.org/"));
        assert_eq!(codes(&mut row), [ProblemCode::LinkMended]);
        assert_eq!(row.source_fields(), Map::new());
    }
}
