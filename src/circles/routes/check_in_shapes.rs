//! Check-ins on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer_shapes::AnswerView;
use crate::{
    circles::{
        check_in::{CheckIn, CheckInContent, CheckInKind},
        text::{Label, Words},
    },
    helplines::SupportView,
    kernel::{CivilDay, Invalid},
    search::Open,
};

/// What one has to say of a day, on the wire.
pub type OpenCheckInKind = Open<CheckInKind>;

const MOST_KINDS: usize = 5;
const MOST_HELPED: usize = 12;

/// A word for one day.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kinds": ["craving", "victory"], "words": "Rough evening. Called Heron and it passed.",
                          "helped": ["called_someone", "a long bath"]}))]
pub struct CheckInInput {
    /// What it is about; as many as fit.
    #[schema(min_items = 1, max_items = 5)]
    pub kinds: Vec<CheckInKind>,
    /// In own words: at most 2,000 characters as people count them, no links.
    /// They are erased after 400 days.
    #[schema(inline, nullable = false)]
    pub words: Option<Words<2_000>>,
    /// What helped: `called_someone`, `meeting`, `prayer_or_meditation`,
    /// `reading`, `service`, `walked_away`, `exercise`, `rest`, `sponsor`,
    /// `step_work`, `writing`, `waited_it_out`, `ate_something`, `outdoors`,
    /// `music`, `family_or_friends`, or own words of at most 60 characters.
    #[schema(inline, nullable = false, max_items = 12)]
    pub helped: Option<Vec<Label<60>>>,
}

impl TryFrom<CheckInInput> for CheckInContent {
    type Error = Vec<Invalid>;

    fn try_from(input: CheckInInput) -> Result<Self, Vec<Invalid>> {
        let CheckInInput { kinds, words, helped } = input;
        let helped: Vec<String> = helped.unwrap_or_default().into_iter().map(String::from).collect();
        let mut wrong = Vec::new();
        if !(1..=MOST_KINDS).contains(&kinds.len()) {
            wrong.push(Invalid::new("/kinds", "invalid_value", format!("must be 1 to {MOST_KINDS} kinds")));
        }
        if helped.len() > MOST_HELPED {
            wrong.push(Invalid::new("/helped", "invalid_value", format!("must be at most {MOST_HELPED} things")));
        }
        if wrong.is_empty() { Ok(Self::new(&kinds, helped, words.map(String::from))) } else { Err(wrong) }
    }
}

/// What somebody said of a day.
#[derive(Serialize, ToSchema)]
pub struct CheckInView {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub pass_id: Uuid,
    /// What peers call them.
    #[schema(example = "Heron")]
    pub alias: String,
    /// The day, as its author's calendar shows it.
    #[schema(value_type = String, format = Date)]
    pub date: CivilDay,
    /// What it is about.
    #[schema(value_type = Vec<OpenCheckInKind>)]
    pub kinds: Vec<OpenCheckInKind>,
    /// In own words; absent where there are none, and once they are 400 days old.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
    /// What helped: codes first, then own words.
    pub helped: Vec<String>,
    /// What was said to it, by its author too.
    pub answers: Vec<AnswerView>,
    /// The present version, for `If-Match`. It begins anywhere.
    pub version: i64,
}

impl From<CheckIn> for CheckInView {
    fn from(check_in: CheckIn) -> Self {
        let CheckIn { id, pass_id, alias, day: date, version, content, answers } = check_in;
        let CheckInContent { kinds, helped, words } = content;
        let kinds = kinds.into_iter().map(Open).collect();
        let answers = answers.into_iter().map(AnswerView::from).collect();
        Self { id, pass_id, alias, date, kinds, words, helped, answers, version }
    }
}

/// One check-in.
#[derive(Serialize, ToSchema)]
pub struct OneCheckInView {
    /// The check-in.
    #[serde(flatten)]
    pub check_in: CheckInView,
    /// Where help is, always.
    pub support: SupportView,
}

/// A page of check-ins.
#[derive(Serialize, ToSchema)]
pub struct CheckInsView {
    /// The check-ins.
    pub data: Vec<CheckInView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
    /// Where help is, always.
    pub support: SupportView,
}
