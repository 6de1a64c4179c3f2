//! What anybody may propose of a meeting: what can be seen of it from outside.
//!
//! Never people, never what an office keeps for itself, and no ids: whoever
//! knows another place says so in words.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::{
    fields::{Minutes, TypeName, ZoneName},
    parts::ConferenceInput,
};
use crate::{
    http::{ApiError, Line, WebLink, Words, read_input},
    kernel::{Day, Invalid, LocalTime},
};

/// How many unknown fields are named before it is enough.
const MOST_UNKNOWN: usize = 20;

/// What a meeting should say instead: only what is to change, `null` for what
/// should go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "time": "19:30", "notes": "Ring the bell at the side door." }))]
pub struct CorrectionInput {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub name: Option<Line<255>>,
    /// 0 (Sunday) to 6, local to the time zone; together with `time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>, nullable = false, minimum = 0, maximum = 6, example = 1)]
    pub day: Option<Day>,
    /// Start, `HH:MM`, local to the time zone; together with `day`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "19:30")]
    pub time: Option<LocalTime>,
    /// End, `HH:MM`, maybe past midnight.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "20:30")]
    pub end_time: Option<LocalTime>,
    /// Length in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub duration_minutes: Option<Minutes>,
    /// IANA zone of `day` and `time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub timezone: Option<ZoneName>,
    /// District as the office writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub district: Option<Line<128>>,
    /// All type codes that it should have; never both `O` and `C`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 100)]
    pub types: Option<Vec<TypeName>>,
    /// Plain text, may have line breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub notes: Option<Words<10_000>>,
    /// How to join from elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub conference: Option<ConferenceInput>,
    /// The meeting's or group's own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub website: Option<WebLink>,
}

impl CorrectionInput {
    /// Reads what somebody proposes, as the merge patch that it is.
    ///
    /// # Errors
    /// Everything that is wrong with it, by pointers into it.
    pub fn read(proposed: &Value) -> Result<Value, Vec<Invalid>> {
        let Value::Object(proposed) = proposed else {
            return Err(vec![Invalid::new("", "wrong_type", "must be an object")]);
        };
        let unknown: Vec<Invalid> = nulls(proposed).flat_map(unknown).take(MOST_UNKNOWN).collect();
        match read_input::<Self>(Value::Object(without_nulls(proposed))) {
            Ok(input) if unknown.is_empty() => {
                let mut patch = json!(input);
                put_nulls(&mut patch, proposed);
                Ok(patch)
            }
            Ok(_) => Err(unknown),
            Err(error) => Err(error.invalid().iter().cloned().chain(unknown).collect()),
        }
    }
}

/// Every null as a body with nothing but its name, one or two levels deep:
/// there is no third.
fn nulls(members: &Map<String, Value>) -> impl Iterator<Item = Value> {
    members.iter().flat_map(|(name, value)| match value {
        Value::Null => vec![json!({ name: {} })],
        Value::Object(inner) => {
            let inner = inner.iter().filter(|(_, value)| value.is_null());
            inner.map(|(inner, _)| json!({ name: { inner: {} } })).collect()
        }
        _ => Vec::new(),
    })
}

/// What is to go must be something that there could be.
fn unknown(name: Value) -> Vec<Invalid> {
    let wrong = read_input::<CorrectionInput>(name).err();
    let wrong = wrong.iter().flat_map(ApiError::invalid);
    wrong.filter(|invalid| invalid.code == "unknown_field").cloned().collect()
}

fn without_nulls(members: &Map<String, Value>) -> Map<String, Value> {
    let there = members.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| {
        let value = match value {
            Value::Object(inner) => Value::Object(without_nulls(inner)),
            other => other.clone(),
        };
        (name.clone(), value)
    });
    there.collect()
}

fn put_nulls(patch: &mut Value, proposed: &Map<String, Value>) {
    let Value::Object(members) = patch else { return };
    for (name, value) in proposed {
        match value {
            Value::Null => _ = members.insert(name.clone(), Value::Null),
            Value::Object(inner) => put_nulls(members.entry(name).or_insert_with(|| json!({})), inner),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(proposed: &Value) -> Vec<(String, &'static str)> {
        let wrong = CorrectionInput::read(proposed).unwrap_err();
        wrong.iter().map(|one| (one.name.to_string(), one.code)).collect()
    }

    #[test]
    fn what_is_proposed_is_kept_as_it_is_read_and_null_as_it_was_sent() {
        let proposed = json!({ "name": "  Dawn  ", "notes": null, "types": [],
                               "conference": { "url": null, "phone": "+1 (312) 555-0100" } });
        let read = CorrectionInput::read(&proposed).unwrap();
        assert_eq!(
            read,
            json!({ "name": "Dawn", "notes": null, "types": [],
                    "conference": { "url": null, "phone": "+13125550100" } })
        );
        assert_eq!(CorrectionInput::read(&json!({})).unwrap(), json!({}));
        let emptied = json!({ "conference": { "url": null } });
        assert_eq!(CorrectionInput::read(&emptied).unwrap(), emptied);
    }

    #[test]
    fn what_nobody_may_propose_is_named_also_where_it_should_go() {
        for name in [
            "slug",
            "intergroup_id",
            "group_id",
            "location_id",
            "region_id",
            "contacts",
            "contacts_public",
            "admin_notes",
            "published",
            "feedback_url",
            "contribution",
            "attendance",
            "id",
            "place",
        ] {
            let pointer = format!("/{name}");
            assert_eq!(refused(&json!({ name: null })), [(pointer.clone(), "unknown_field")]);
            assert_eq!(refused(&json!({ name: {} })), [(pointer, "unknown_field")]);
        }
        assert_eq!(
            refused(&json!({ "conference": { "pin": null } })),
            [("/conference/pin".to_owned(), "unknown_field")]
        );
    }

    #[test]
    fn bounds_are_those_of_an_office() {
        let proposed = json!({ "name": "", "day": 7, "types": ["ONL"], "duration_minutes": 0, "website": "x" });
        let names: Vec<String> = refused(&proposed).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["/day", "/duration_minutes", "/name", "/types/0", "/website"]);
        assert_eq!(refused(&json!([])), [(String::new(), "wrong_type")]);
    }
}
