//! The data, `data/milestone_rules.json`: built in, parsed once.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const FILE: &str = include_str!("../../data/milestone_rules.json");

/// Names by ISO 639-1 code of their language.
pub(super) type Names = BTreeMap<String, String>;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Civil days.
    Days,
    /// Months of the calendar.
    Months,
    /// Years of the calendar.
    Years,
}

/// One milestone of a set.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = CustomaryMilestone)]
pub struct Milestone {
    /// Stays the same.
    #[schema(example = "90_days")]
    pub id: String,
    /// `days`, `months` or `years`.
    #[schema(value_type = String, example = "days")]
    pub unit: Unit,
    /// After how many of them.
    #[schema(example = 90)]
    pub count: u32,
    /// Its names by language; `{n}` stands for the number where it repeats.
    #[schema(value_type = BTreeMap<String, String>)]
    pub names: Names,
    /// Whether it comes again after each further so many.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeats: bool,
    /// The names of the first of those that repeat.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<BTreeMap<String, String>>)]
    pub names_of_first: Option<Names>,
}

/// Milestones as some groups keep them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MilestoneSet {
    /// Stays the same.
    #[schema(example = "usual")]
    pub id: String,
    /// Its names by language.
    #[schema(value_type = BTreeMap<String, String>)]
    pub names: Names,
    /// In the order in which they come.
    pub milestones: Vec<Milestone>,
}

/// A milestone on its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReachedMilestone)]
pub struct Reached {
    /// Which.
    #[schema(example = "years")]
    pub id: String,
    /// The how manieth, where it repeats; else 1.
    #[schema(example = 1)]
    pub count: u32,
    /// The civil day.
    #[schema(value_type = String, format = Date)]
    pub on: NaiveDate,
}

/// What an app's own reckoning must come to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = MilestoneVector)]
pub struct Vector {
    /// What it is for.
    pub why: String,
    /// The set.
    #[schema(example = "usual")]
    pub set: String,
    /// The start.
    #[schema(value_type = String, format = Date)]
    pub start: NaiveDate,
    /// The civil day that it is.
    #[schema(value_type = String, format = Date)]
    pub today: NaiveDate,
    /// Days since the start; absent where that is still to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub days: Option<u32>,
    /// The milestone that was reached last; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub latest: Option<Reached>,
    /// The one that comes next; absent where the start is still to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next: Option<Reached>,
}

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub rule: BTreeMap<String, String>,
    pub sets: Vec<MilestoneSet>,
    pub vectors: Vec<Vector>,
}

/// The file, once read.
pub(super) fn file() -> Result<&'static File, &'static serde_json::Error> {
    static READ: LazyLock<Result<File, serde_json::Error>> = LazyLock::new(|| serde_json::from_str(FILE));
    READ.as_ref()
}
