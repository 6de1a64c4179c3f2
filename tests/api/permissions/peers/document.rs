//! What the document says of whose an operation is.

use std::collections::BTreeSet;

use openchair::auth::audience::Audience;

use super::super::document::{Operation, every_operation};

/// Under which address an operation is: `auth/office`, `circles`, ….
fn root(operation: &Operation) -> String {
    let parts: Vec<&str> = operation.path.trim_start_matches("/v1/").split('/').collect();
    if parts[0] == "auth" { parts[..2].join("/") } else { parts[0].to_owned() }
}

/// Whose an operation is, by its token or, where it gets one, by its tag.
fn owner(operation: &Operation) -> Option<Audience> {
    let tag = operation.described["tags"][0].as_str().unwrap();
    let by_tag = tag.strip_suffix(" sign-in").map(|name| Audience::parse(name).unwrap());
    by_tag.or(operation.audience())
}

#[test]
fn no_operation_takes_the_tokens_of_two_audiences() {
    for operation in every_operation() {
        let ways = operation.described["security"].as_array().unwrap();
        let schemes = ways.iter().flat_map(|way| way.as_object().unwrap().keys());
        let audiences: BTreeSet<&str> = schemes.map(|scheme| scheme.trim_end_matches("_key")).collect();
        assert!(audiences.len() <= 1, "{} takes {audiences:?}", operation.id);
        let open = ways.iter().any(|way| way.as_object().unwrap().is_empty());
        assert!(!open || audiences.is_empty(), "{} takes a token or none", operation.id);
        if let (Some(owner), Some(audience)) = (owner(&operation), operation.audience()) {
            assert_eq!(owner, audience, "{}: its tag and its token differ", operation.id);
        }
    }
}

/// Nothing of a circle is at an address where an office has anything, and the
/// other way round.
#[test]
fn offices_have_no_operation_where_circles_have_theirs() {
    let roots = |audience| -> BTreeSet<String> {
        every_operation().iter().filter(|operation| owner(operation) == Some(audience)).map(root).collect()
    };
    let offices = roots(Audience::Office);
    assert!(offices.len() >= 6, "{offices:?}");
    for other in [Audience::Circle, Audience::Member, Audience::Moderator] {
        let theirs = roots(other);
        assert!(!theirs.is_empty(), "{other}");
        let both: Vec<_> = offices.intersection(&theirs).collect();
        assert!(both.is_empty(), "offices and {other}: {both:?}");
    }
    let words = ["circle", "pass", "check-in", "goal", "milestone", "nudge", "member", "stor", "report"];
    for operation in every_operation().iter().filter(|operation| owner(operation) == Some(Audience::Office)) {
        let found: Vec<_> = words
            .iter()
            .filter(|word| operation.path.split('/').any(|part| part.starts_with(*word) && part != "password"))
            .collect();
        assert!(found.is_empty(), "{}: {found:?}", operation.path);
    }
}
