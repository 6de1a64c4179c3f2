//! What is ticked here has names in the vocabulary, and nothing else has.

use serde_json::Value;
use utoipa::PartialSchema;

use super::{CheckInKind, GoalOutcome, HELPED, MilestoneKind, Reaction};

/// The codes of an enum, as its schema has them.
fn codes<T: PartialSchema>() -> Vec<String> {
    let schema = serde_json::to_value(T::schema()).unwrap();
    schema["enum"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_code_has_names_and_no_other_has() {
    let names: Value = serde_json::from_str(include_str!("../../data/vocabulary.json")).unwrap();
    for (section, mut codes) in [
        ("check_in_kinds", codes::<CheckInKind>()),
        ("helped", HELPED.iter().map(|code| (*code).to_owned()).collect()),
        ("goal_outcomes", codes::<GoalOutcome>()),
        ("milestone_kinds", codes::<MilestoneKind>()),
        ("reactions", codes::<Reaction>()),
    ] {
        codes.sort_unstable();
        let named: Vec<&String> = names[section].as_object().unwrap().keys().collect();
        assert_eq!(named, codes.iter().collect::<Vec<_>>(), "{section}");
    }
}
