//! A meeting as an office sends it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    fields::{FeedbackLink, Minutes, TypeName, ZoneName},
    parts::{ConferenceInput, ContactInput, ContributionInput},
    patch::{Change, Document},
};
use crate::{
    directory::{Attendance, MeetingDocument, is_likely_last_name},
    http::{Line, WebLink, Words},
    kernel::{Day, GroupId, IntergroupId, Invalid, LocalTime, LocationId, RegionId, Slug},
};

/// A meeting. Without `day` and `time` it is by appointment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Early Risers", "slug": "early-risers", "day": 1, "time": "07:00", "duration_minutes": 60,
    "types": ["O", "D"], "notes": "Ring the bell at the side door.",
    "conference": { "url": "https://zoom.us/j/123456789", "url_notes": "Password: serenity" },
    "contacts": [{ "name": "Ida M.", "phone": "+1-312-555-0100" }]
}))]
pub struct MeetingInput {
    /// Its name.
    #[schema(inline)]
    pub name: Line<255>,
    /// Its name in addresses, unique in the intergroup; made of the name where
    /// a creation has none. The slug that a PATCH replaces goes on leading here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, pattern = "^[A-Za-z0-9_-]{1,64}$", example = "early-risers")]
    pub slug: Option<Slug>,
    /// The intergroup that lists it. Another one in a PATCH moves it there; its
    /// group, place and region are then those of the other, or none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub intergroup_id: Option<IntergroupId>,
    /// Its group, of the same intergroup.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub group_id: Option<GroupId>,
    /// Its place, of the same intergroup.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub location_id: Option<LocationId>,
    /// Its most specific region, of the same intergroup.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub region_id: Option<RegionId>,
    /// 0 (Sunday) to 6, local to the time zone; together with `time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>, nullable = false, minimum = 0, maximum = 6, example = 1)]
    pub day: Option<Day>,
    /// Start, `HH:MM`, local to the time zone; together with `day`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "07:00")]
    pub time: Option<LocalTime>,
    /// End, `HH:MM`, maybe past midnight; another way to say `duration_minutes`,
    /// with which it must agree.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "08:00")]
    pub end_time: Option<LocalTime>,
    /// Length in minutes. Where only `time` changes, the length stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub duration_minutes: Option<Minutes>,
    /// IANA zone of `day` and `time`. Without it, the one at the location's
    /// coordinates, or else the intergroup's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub timezone: Option<ZoneName>,
    /// District as the office writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub district: Option<Line<128>>,
    /// Type codes; never both `O` and `C`. Kept in order and without repeats.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    pub types: Vec<TypeName>,
    /// How one takes part: only an assertion. It is derived from the location,
    /// the conference and the types, and a write that asserts another is
    /// refused with what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub attendance: Option<Attendance>,
    /// Plain text, may have line breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub notes: Option<Words<10_000>>,
    /// How to join from elsewhere.
    #[serde(default, skip_serializing_if = "ConferenceInput::is_empty")]
    pub conference: ConferenceInput,
    /// Where its Seventh Tradition goes.
    #[serde(default, skip_serializing_if = "ContributionInput::is_empty")]
    pub contribution: ContributionInput,
    /// The meeting's or group's own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub website: Option<WebLink>,
    /// Where corrections go: absolute http(s) or `mailto:`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub feedback_url: Option<FeedbackLink>,
    /// People to ask; hidden unless `contacts_public` or the group's says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 3)]
    pub contacts: Vec<ContactInput>,
    /// Whether the contacts are published.
    #[serde(default)]
    #[schema(default = false)]
    pub contacts_public: bool,
    /// For the office alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub admin_notes: Option<Words<10_000>>,
    /// Whether the public sees it.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub published: bool,
}

fn yes() -> bool {
    true
}

impl Document for MeetingDocument {
    type Input = MeetingInput;

    const ENTITY: &'static str = "meeting";
    const NEEDED: &'static [(&'static str, &'static str)] = &[("name", "-")];
    const LASTING: &'static [&'static str] = &["slug", "intergroup_id"];
    const ASSERTED: &'static [&'static str] = &["attendance", "end_time"];

    fn settle(change: &mut Change<'_, MeetingInput>) -> Vec<Invalid> {
        settle_zone(change);
        settle_sets(change);
        settle_end(change).err().into_iter().collect()
    }
}

/// A zone that was taken away is derived again; one that was given is given.
fn settle_zone(change: &mut Change<'_, MeetingInput>) {
    let source = match (change.before.get("timezone"), change.after.get("timezone")) {
        (Some(was), None) => {
            change.after.insert("timezone".to_owned(), was.clone());
            "intergroup"
        }
        (was, is) if was != is => "given",
        _ => return,
    };
    change.after.insert("timezone_source".to_owned(), json!(source));
}

/// Types in order and without repeats; names that look like full ones flagged.
fn settle_sets(change: &mut Change<'_, MeetingInput>) {
    if change.before.get("types") != change.after.get("types") {
        let mut types = change.input.types.clone();
        types.sort();
        types.dedup();
        if !types.is_empty() {
            change.after.insert("types".to_owned(), json!(types));
        }
    }
    if change.before.get("contacts") != change.after.get("contacts")
        && let Some(Value::Array(contacts)) = change.after.get_mut("contacts")
    {
        for contact in contacts {
            if contact["name"].as_str().is_some_and(is_likely_last_name) {
                contact["likely_last_name"] = json!(true);
            }
        }
    }
}

/// The length that an end says.
fn settle_end(change: &mut Change<'_, MeetingInput>) -> Result<(), Invalid> {
    let says_length = change.patch.get("duration_minutes").is_some_and(|length| !length.is_null());
    let Some(end) = change.input.end_time else {
        if change.patch.get("end_time").is_some_and(Value::is_null) && !says_length {
            change.after.remove("duration_minutes");
        }
        return Ok(());
    };
    let time = change.after.get("time").and_then(|time| serde_json::from_value::<LocalTime>(time.clone()).ok());
    let Some(time) = time else {
        return Err(Invalid::new("/end_time", "without_time", "needs a time to begin at"));
    };
    let length = json!(time.minutes_until(end));
    if says_length && change.after.get("duration_minutes") != Some(&length) {
        let message = "must agree with time and duration_minutes, or stand without duration_minutes";
        return Err(Invalid::new("/end_time", "contradiction", message));
    }
    change.after.insert("duration_minutes".to_owned(), length);
    Ok(())
}
