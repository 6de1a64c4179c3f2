//! A notice as an office sends it. Notices are made and deleted, not changed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    fields::{CivilDate, WeekOfMonth},
    parts::ConferenceInput,
    patch::Document,
};
use crate::{
    directory::{NoticeDocument, NoticeKind, NoticeSubject},
    http::{Line, Words},
    kernel::{Invalid, LocalTime},
};

/// The most days that one notice of additional meetings spans.
const MOST_EXTRA_DAYS: i64 = 366;

/// A dated or repeating exception.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kind": "closed", "from": "2026-12-24", "to": "2026-12-26", "words": "Closed for the holidays."
}))]
pub struct NoticeInput {
    /// What it says. `time` and `moved` may have a `time`; `time` must.
    #[schema(value_type = NoticeKindInput)]
    pub kind: NoticeKind,
    /// The first local date it applies to.
    #[schema(inline)]
    pub from: CivilDate,
    /// The last; absent: no end for a repeating one, `from` alone for any other.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub to: Option<CivilDate>,
    /// Only in some weeks of each month.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub repeats: Option<Repeats>,
    /// The other time, `HH:MM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "18:00")]
    pub time: Option<LocalTime>,
    /// The other place, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub location: Option<Line<500>>,
    /// The other way to join.
    #[serde(default, skip_serializing_if = "ConferenceInput::is_empty")]
    pub conference: ConferenceInput,
    /// What to tell people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub words: Option<Words<1_000>>,
}

/// Weeks of each month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
// Answers have a schema of the other name, open where this is closed.
#[schema(as = RepeatsInput)]
pub struct Repeats {
    /// 1 to 5, -1 for the last, of the day that the meeting is on.
    #[schema(inline, min_items = 1, max_items = 6)]
    pub weeks_of_month: Vec<WeekOfMonth>,
}

/// What a notice says: `cancelled` and `closed` do not take place, `only` takes
/// place on these dates alone, `open`, `speaker` and `business` say what kind
/// of meeting it is, `moved`, `time` and `online` where or when else, `extra`
/// is an additional one.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its derived documentation is used: answers have an open enum of that name")]
pub enum NoticeKindInput {
    /// Does not take place.
    Cancelled,
    /// The room is closed; does not take place.
    Closed,
    /// Takes place on these dates only.
    Only,
    /// An open meeting.
    Open,
    /// A speaker meeting.
    Speaker,
    /// A business meeting.
    Business,
    /// Somewhere else.
    Moved,
    /// At another time.
    Time,
    /// Online instead.
    Online,
    /// An additional meeting.
    Extra,
}

impl Document for NoticeDocument {
    type Input = NoticeInput;

    const ENTITY: &'static str = "notice";
    const NEEDED: &'static [(&'static str, &'static str)] = &[];
}

impl NoticeInput {
    /// The notice of a subject.
    ///
    /// # Errors
    /// Everything that its fields contradict one another in.
    pub(in crate::directory) fn of(self, subject: NoticeSubject) -> Result<NoticeDocument, Vec<Invalid>> {
        let wrong = self.check();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let mut weeks: Vec<i8> =
            self.repeats.into_iter().flat_map(|repeats| repeats.weeks_of_month).map(i8::from).collect();
        weeks.sort_unstable();
        weeks.dedup();
        let (mut meeting_id, mut location_id, mut group_id) = (None, None, None);
        match subject {
            NoticeSubject::Meeting(id) => meeting_id = Some(id),
            NoticeSubject::Location(id) => location_id = Some(id),
            NoticeSubject::Group(id) => group_id = Some(id),
            NoticeSubject::Intergroup(_) => {}
        }
        Ok(NoticeDocument {
            meeting_id,
            location_id,
            group_id,
            kind: self.kind,
            from: self.from.0,
            to: self.to.map(|to| to.0),
            weeks_of_month: weeks,
            time: self.time,
            location: self.location.map(String::from),
            conference: self.conference.into(),
            words: self.words.map(String::from),
        })
    }

    fn check(&self) -> Vec<Invalid> {
        let mut wrong = super::rules::conference(&self.conference.clone().into());
        let days = self.to.map(|to| (to.0 - self.from.0).num_days());
        if days.is_some_and(|days| days < 0) {
            wrong.push(Invalid::new("/to", "out_of_order", "must not be before from"));
        }
        if self.kind == NoticeKind::Extra && days.is_some_and(|days| days > MOST_EXTRA_DAYS) && self.repeats.is_none() {
            let message = "must be within 366 days of from, or repeat in some weeks of the month";
            wrong.push(Invalid::new("/to", "too_long", message));
        }
        if self.repeats.as_ref().is_some_and(|repeats| repeats.weeks_of_month.is_empty()) {
            wrong.push(Invalid::new("/repeats/weeks_of_month", "empty", "must name a week at least"));
        }
        match (self.kind, self.time) {
            (NoticeKind::Time, None) => {
                wrong.push(Invalid::new("/time", "missing_field", "is needed where the kind is time"));
            }
            (NoticeKind::Time | NoticeKind::Moved | NoticeKind::Extra, _) | (_, None) => {}
            (_, Some(_)) => {
                let message = "has no meaning where the kind is not time, moved or extra";
                wrong.push(Invalid::new("/time", "without_effect", message));
            }
        }
        if self.kind == NoticeKind::Moved && self.location.is_none() && self.words.is_none() {
            wrong.push(Invalid::new(
                "/location",
                "missing_field",
                "is needed where the kind is moved, or words that say where",
            ));
        }
        if self.kind == NoticeKind::Online && self.conference.is_empty() && self.words.is_none() {
            let message = "is needed where the kind is online, or words that say how to join";
            wrong.push(Invalid::new("/conference", "missing_field", message));
        }
        wrong
    }
}
