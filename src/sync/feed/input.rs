//! A source as an office sends it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::FeedAddress;
use crate::{
    directory::{TypeName, ZoneName},
    http::Line,
    kernel::{Invalid, RegionId},
};

/// The most entries of a map.
const MOST_MAPPED: usize = 500;
/// The most codes that one word of a source stands for.
const MOST_CODES: usize = 10;
/// The longest name of a source's region or code, characters.
const LONGEST_NAME: usize = 255;

/// What a source is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedFormat {
    /// Meeting Guide JSON, as TSML publishes it.
    #[default]
    MeetingGuide,
    /// CSV, or a Google Sheet by its address.
    Csv,
}

/// A field that an office may keep for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeptField {
    /// Its name.
    Name,
    /// Day and time, with how long it lasts.
    Schedule,
    /// Its zone.
    Timezone,
    /// Its types.
    Types,
    /// Its notes.
    Notes,
    /// How to join it online or by phone.
    Conference,
    /// Where the Seventh Tradition goes.
    Contribution,
    /// Its website.
    Website,
    /// Where corrections go.
    FeedbackUrl,
    /// Its district.
    District,
    /// Its contacts.
    Contacts,
    /// Its group.
    GroupId,
    /// Its place.
    LocationId,
    /// Its region.
    RegionId,
}

/// When a plan waits for a person; what is absent is as for everybody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuardInput {
    /// More removals than this wait; 100 where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 100_000, example = 100)]
    pub max_removed_rows: Option<u32>,
    /// At least three removals that are more than this share of what the source
    /// had wait; 0.2 where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 1, example = 0.2)]
    pub max_removed_share: Option<f64>,
    /// Changes of day, time, zone, place or attendance of more than this share
    /// wait; 0.3 where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 1, example = 0.3)]
    pub max_changed_share: Option<f64>,
}

/// A source of meetings that an office connects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Our website", "url": "https://lantern.example.org/wp-admin/admin-ajax.php?action=meetings&key=…"
}))]
pub struct FeedInput {
    /// What the office calls it.
    #[schema(inline)]
    pub name: Line<255>,
    /// What it is written in.
    #[serde(default)]
    pub format: FeedFormat,
    /// Where it is; absent for one that is sent to us.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub url: Option<FeedAddress>,
    /// How often it is read, in hours.
    #[serde(default = "every_hours")]
    #[schema(minimum = 1, maximum = 168, default = 12)]
    pub every_hours: u16,
    /// IANA zone of meetings that have none; the intergroup's where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub timezone: Option<ZoneName>,
    /// When what it says waits for a person.
    #[serde(default)]
    pub guard: GuardInput,
    /// Of the source's names of regions, which of the office's regions each is.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Uuid>)]
    pub region_map: BTreeMap<String, RegionId>,
    /// Of what the source writes for a type, which codes it stands for; none:
    /// it is left out.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, Vec<String>>)]
    pub type_map: BTreeMap<String, Vec<TypeName>>,
    /// What the office edits here itself: a sync leaves that alone.
    #[serde(default)]
    #[schema(max_items = 14)]
    pub office_keeps: Vec<KeptField>,
}

fn every_hours() -> u16 {
    12
}

impl FeedInput {
    /// What the types of its fields do not say of it.
    ///
    /// # Errors
    /// Everything that is wrong, each by its pointer.
    pub fn check(mut self) -> Result<Self, Vec<Invalid>> {
        let mut wrong = Vec::new();
        let mut refuse =
            |pointer: &'static str, code, message: &'static str| wrong.push(Invalid::new(pointer, code, message));
        if !(1..=168).contains(&self.every_hours) {
            refuse("/every_hours", "out_of_range", "must be a whole number from 1 to 168");
        }
        if self.guard.max_removed_rows.is_some_and(|rows| rows > 100_000) {
            refuse("/guard/max_removed_rows", "out_of_range", "must be a whole number from 0 to 100000");
        }
        let shares = [
            ("/guard/max_removed_share", self.guard.max_removed_share),
            ("/guard/max_changed_share", self.guard.max_changed_share),
        ];
        for (pointer, share) in shares {
            if share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
                refuse(pointer, "out_of_range", "must be a number from 0 to 1");
            }
        }
        let named =
            |name: &String| (1..=LONGEST_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if self.region_map.len() > MOST_MAPPED || !self.region_map.keys().all(named) {
            refuse("/region_map", "out_of_range", "must have at most 500 names of 1 to 255 characters");
        }
        let few = |codes: &Vec<TypeName>| codes.len() <= MOST_CODES;
        if self.type_map.len() > MOST_MAPPED || !self.type_map.keys().all(named) || !self.type_map.values().all(few) {
            refuse(
                "/type_map",
                "out_of_range",
                "must have at most 500 names of 1 to 255 characters, each with at most 10 codes",
            );
        }
        self.office_keeps.sort_unstable();
        self.office_keeps.dedup();
        if wrong.is_empty() { Ok(self) } else { Err(wrong) }
    }
}
