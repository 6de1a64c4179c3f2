//! Names of contacts, full or not.

use proptest::prelude::*;

use super::*;

#[test]
fn full_names_are_likely_and_initials_are_not() {
    for name in [
        "John Smith",
        "Smith, John",
        "JOHN SMITH",
        "María García López",
        "Jean-Luc Picard",
        "J. Smith",
        "John S. Miller",
        "Secretary: John Smith",
        "Mary S. & Bob Tailor",
        "Dr. John Smith (GSR)",
        "John Smith/Mary T",
        "山田太郎",
        "John O'Brien",
    ] {
        assert!(is_likely_last_name(name), "{name}");
    }
    for name in [
        "John S.",
        "John S",
        "Mary & Bob",
        "Mary and Bob",
        "J.R.",
        "John (Sponsor)",
        "John (Smith)",
        "Mary Ann S.",
        "Jean-Luc",
        "Intergroup Office",
        "GSR John",
        "John, Secretary",
        "Mary, Bob, Sue",
        "Bob 555-1234",
        "María y José",
        "Member B.",
        "Central Office Hotline",
        "",
    ] {
        assert!(!is_likely_last_name(name), "{name}");
    }
}

proptest! {
    #[test]
    fn any_name_is_judged(name in "\\PC*") {
        let _ = is_likely_last_name(&name);
    }
}
