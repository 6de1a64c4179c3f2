//! The data, `data/help_lines.json`: built in, parsed once.
//!
//! To add or mend an entry: edit the file, set `verified_on` to the day and
//! `checked` to how far it was checked; the tests say what an entry needs.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) const FILE: &str = include_str!("../../data/help_lines.json");
/// An entry that was looked at longer ago than this is old.
const OLD_AFTER_DAYS: u64 = 180;

/// How far an entry was checked, and what that means.
pub(super) const CHECKED: [(&str, &str); 3] = [
    (
        "from_memory",
        "Written from general knowledge on that day, and not compared with its source. Compare it before you rely on it.",
    ),
    ("with_source", "Compared with its source on that day."),
    ("by_call", "Called, or written to, on that day, and it answered."),
];

/// Words in several languages, by ISO 639-1 code; English always.
pub type Words = BTreeMap<String, String>;

/// Somebody to call, or to write to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]

pub struct HelpLine {
    /// Stays the same.
    #[schema(example = "gb-samaritans")]
    pub id: String,
    /// Where it is for.
    #[serde(default, skip_serializing)]
    #[schema(ignore)]
    pub countries: Vec<String>,
    /// What it calls itself.
    #[schema(example = "Samaritans")]
    pub name: String,
    /// What it is for: `suicide`, `crisis`, `alcohol`, `drugs`, `domestic_violence`.
    pub scope: Vec<String>,
    /// Numbers to call, as they are dialled in the country.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["116 123"]))]
    pub phone: Vec<String>,
    /// Where to send a text message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub text: Option<TextNumber>,
    /// A page where one can write.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri")]
    pub chat_url: Option<String>,
    /// When somebody answers; absent where we do not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "24 hours, every day")]
    pub hours: Option<String>,
    /// ISO 639-1 codes of the languages spoken.
    pub languages: Vec<String>,
    /// `free`; absent where we do not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "free")]
    pub cost: Option<String>,
    /// Where this can be compared.
    #[schema(format = "uri")]
    pub source: String,
    /// When it was written or checked last.
    #[schema(value_type = String, format = Date)]
    pub verified_on: NaiveDate,
    /// How far it was checked: see `checked` of the answer.
    #[schema(example = "from_memory")]
    pub checked: String,
}

/// Where to send a text message, and what.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TextNumber {
    /// The number.
    #[schema(example = "85258")]
    pub number: String,
    /// The word to begin with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "SHOUT")]
    pub word: Option<String>,
}

/// A number for emergencies.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct EmergencyNumber {
    /// As it is dialled.
    #[schema(example = "112")]
    pub number: String,
    /// Whom it reaches: `all`, or `ambulance` alone.
    #[schema(example = "all")]
    pub reaches: String,
}

/// Where words come from.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = HelpSource)]
pub struct Source {
    /// Where this can be compared.
    #[schema(format = "uri")]
    pub source: String,
    /// When it was written or checked last.
    #[schema(value_type = String, format = Date)]
    pub verified_on: NaiveDate,
    /// How far it was checked: see `checked` of the answer.
    pub checked: String,
}

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub emergency_source: String,
    pub emergency_verified_on: NaiveDate,
    pub emergency_checked: String,
    pub words: BTreeMap<String, Words>,
    pub withdrawal_source: Source,
    pub fallback: Vec<HelpLine>,
    pub lines: Vec<HelpLine>,
    /// Every country by its ISO 3166-1 code, with its numbers where we know them.
    pub countries: BTreeMap<String, Vec<EmergencyNumber>>,
}

/// The file, once read.
pub(super) fn file() -> Result<&'static File, &'static serde_json::Error> {
    static READ: LazyLock<Result<File, serde_json::Error>> = LazyLock::new(|| serde_json::from_str(FILE));
    READ.as_ref()
}

/// What the operator should know of the data.
#[derive(Debug, PartialEq, Eq)]
pub struct State {
    /// How many entries there are.
    pub entries: usize,
    /// Of them, those that nobody has looked at for half a year.
    pub old: Vec<&'static str>,
    /// Those that were never compared with their source.
    pub from_memory: usize,
}

/// How the data stand on a day.
///
/// # Errors
/// When the file cannot be read, which a test rules out.
pub fn state(today: NaiveDate) -> Result<State, &'static serde_json::Error> {
    let file = file()?;
    let of_lines = file.lines.iter().chain(&file.fallback);
    let mut all: Vec<(&str, NaiveDate, &str)> =
        of_lines.map(|line| (line.id.as_str(), line.verified_on, line.checked.as_str())).collect();
    all.push(("emergency numbers", file.emergency_verified_on, &file.emergency_checked));
    let Source { verified_on, checked, .. } = &file.withdrawal_source;
    all.push(("words on withdrawal", *verified_on, checked));
    let is_old = |day: NaiveDate| day.checked_add_days(Days::new(OLD_AFTER_DAYS)).is_some_and(|until| until < today);
    Ok(State {
        entries: all.len(),
        old: all.iter().filter(|(_, day, _)| is_old(*day)).map(|(id, ..)| *id).collect(),
        from_memory: all.iter().filter(|(.., checked)| *checked == "from_memory").count(),
    })
}
