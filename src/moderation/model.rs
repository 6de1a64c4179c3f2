//! What is reported, why, and what moderators decide.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::ReportRow;
use crate::{
    kernel::{CivilDay, Invalid, PassId},
    stories::Content,
};

/// The most items that a reporter picks beside the one reported.
pub const MOST_PICKED: usize = 5;
/// How long a suspension lasts, in days.
pub const SUSPENDED_DAYS: i32 = 30;
/// How long a decision can be appealed, in days.
pub const APPEAL_DAYS: u64 = 30;

/// Why something is reported. None of these is a judgement of how somebody is,
/// and none makes anybody act at once: nobody watches this in real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// It hurts, mocks or threatens.
    Unkind,
    /// It courts, or goes on after a no.
    Advances,
    /// It says or asks who somebody is.
    RevealsIdentity,
    /// It asks for or sells money, goods, legal or medical help.
    MoneyLegalMedical,
    /// It advertises, or fills the circle.
    Spam,
    /// Something else, said in words.
    Other,
}

impl Category {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unkind => "unkind",
            Self::Advances => "advances",
            Self::RevealsIdentity => "reveals_identity",
            Self::MoneyLegalMedical => "money_legal_medical",
            Self::Spam => "spam",
            Self::Other => "other",
        }
    }
}

/// What a moderator decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It stays; a story under review is shown.
    Keep,
    /// Its words are taken away; a story under review goes back to its author.
    Remove,
    /// The same, and its author may not write for 30 days.
    RemoveAndSuspend,
}

impl Decision {
    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Remove => "remove",
            Self::RemoveAndSuspend => "remove_and_suspend",
        }
    }
}

/// Why a moderator decides so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Nothing is against it; goes with `keep` alone.
    WithinAgreement,
    /// It hurts, mocks or threatens.
    Unkind,
    /// It courts, or goes on after a no.
    Advances,
    /// It says or asks who somebody is.
    RevealsIdentity,
    /// It asks for or sells money, goods, legal or medical help.
    MoneyLegalMedical,
    /// It advertises, or fills the circle.
    Spam,
    /// Something else, said in words.
    Other,
}

impl Reason {
    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WithinAgreement => "within_agreement",
            Self::Unkind => "unkind",
            Self::Advances => "advances",
            Self::RevealsIdentity => "reveals_identity",
            Self::MoneyLegalMedical => "money_legal_medical",
            Self::Spam => "spam",
            Self::Other => "other",
        }
    }
}

/// What kind of thing a peer reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A check-in.
    CheckIn,
    /// A goal.
    Goal,
    /// A milestone.
    Milestone,
    /// An answer to one of these.
    Answer,
    /// A nudge to oneself.
    Nudge,
    /// How somebody behaves, in no single item.
    Pass,
}

impl ItemKind {
    const ALL: [Self; 6] = [Self::CheckIn, Self::Goal, Self::Milestone, Self::Answer, Self::Nudge, Self::Pass];

    /// The word in the database and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CheckIn => "check_in",
            Self::Goal => "goal",
            Self::Milestone => "milestone",
            Self::Answer => "answer",
            Self::Nudge => "nudge",
            Self::Pass => "pass",
        }
    }
}

/// The word of a story among kinds of items; peers do not report these.
pub(super) const STORY: &str = "story";

/// Which item, as its address has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemInput {
    /// What it is.
    pub kind: ItemKind,
    /// Id of the check-in, goal, milestone or pass; of an answer, that of what
    /// it answers. A nudge has none.
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// Who wrote it, of an answer or a nudge.
    #[schema(value_type = Option<Uuid>, nullable = false)]
    pub pass_id: Option<PassId>,
    /// Which of their answers to it.
    #[schema(minimum = 1, maximum = 5, nullable = false)]
    pub n: Option<u8>,
    /// The day of a nudge.
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub date: Option<CivilDay>,
}

/// Which item, complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ItemRef {
    pub kind: ItemKind,
    /// Of a nudge, its author's.
    pub id: Uuid,
    pub from: Option<PassId>,
    pub n: Option<i16>,
    pub day: Option<CivilDay>,
}

impl ItemRef {
    /// What a report is about; `None` for a story, which members report.
    pub(super) fn of(report: &ReportRow) -> Option<Self> {
        let kind = ItemKind::ALL.into_iter().find(|kind| kind.as_str() == report.item_kind)?;
        let day = report.day.map(CivilDay::try_from).transpose().ok()?;
        Some(Self { kind, id: report.item_id, from: report.item_from.map(PassId), n: report.n, day })
    }
}

impl ItemInput {
    /// What its kind needs, and nothing else.
    pub(super) fn complete(&self, at: &str) -> Result<ItemRef, Vec<Invalid>> {
        let Self { kind, id, pass_id, n, date } = *self;
        let (answer, nudge) = (kind == ItemKind::Answer, kind == ItemKind::Nudge);
        let mut wrong = Vec::new();
        let mut needs = |name: &str, there: bool, wanted: bool| match (there, wanted) {
            (false, true) => wrong.push(Invalid::new(format!("{at}/{name}"), "missing_field", "is required")),
            (true, false) => {
                let message = "does not go with this kind of item";
                wrong.push(Invalid::new(format!("{at}/{name}"), "invalid_value", message));
            }
            _ => {}
        };
        needs("id", id.is_some(), !nudge);
        needs("pass_id", pass_id.is_some(), answer || nudge);
        needs("n", n.is_some(), answer);
        needs("date", date.is_some(), nudge);
        if n.is_some_and(|n| !(1..=5).contains(&n)) {
            wrong.push(Invalid::new(format!("{at}/n"), "invalid_value", "must be 1 to 5"));
        }
        let id = id.or(pass_id.filter(|_| nudge).map(|pass| pass.0));
        match (wrong.is_empty(), id) {
            (true, Some(id)) => Ok(ItemRef { kind, id, from: pass_id, n: n.map(i16::from), day: date }),
            _ => Err(wrong),
        }
    }
}

/// An item as it was when it was reported.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Copied {
    pub kind: String,
    pub alias: String,
    /// Everything in it that was typed.
    pub words: Vec<String>,
    /// Of a story, the whole, so that it can be shown again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub story: Option<Content>,
}

impl Copied {
    /// A copy of a story.
    pub(super) fn of_story(content: Content, alias: String) -> Self {
        let words = vec![content.title.clone(), content.words.clone()];
        Self { kind: STORY.to_owned(), alias, words, story: Some(content) }
    }

    /// Whether whoever saw this has seen all that stands there now, so that it
    /// can be taken away by their word: of a story the same version, of anything
    /// else no text but these. Nothing where there was something is another.
    pub(super) fn covers(&self, now: &Self) -> bool {
        self.story == now.story
            && self.words.is_empty() == now.words.is_empty()
            && now.words.iter().all(|text| self.words.contains(text))
    }
}

/// What a report says, as it is sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct Reported {
    pub item: Copied,
    pub picked: Vec<Copied>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(kind: ItemKind) -> ItemInput {
        ItemInput { kind, id: None, pass_id: None, n: None, date: None }
    }

    #[test]
    fn only_what_was_seen_is_covered() {
        let of = |words: &[&str]| Copied {
            kind: "check_in".to_owned(),
            alias: String::new(),
            words: words.iter().map(|text| (*text).to_owned()).collect(),
            story: None,
        };
        let seen = of(&["one", "two"]);
        for (now, covered) in [
            (of(&["one", "two"]), true),
            (of(&["two"]), true),
            (of(&["two", "three"]), false),
            (of(&["One"]), false),
            (of(&[]), false),
        ] {
            assert_eq!(seen.covers(&now), covered, "{:?}", now.words);
        }
        assert!(of(&[]).covers(&of(&[])) && !of(&[]).covers(&seen));
        let of = |title: &str| {
            let story = serde_json::json!({ "topic": "work", "language": "en", "title": title, "words": "words" });
            Copied { story: Some(serde_json::from_value(story).unwrap()), ..of(&["words"]) }
        };
        assert!(of("one").covers(&of("one")) && !of("one").covers(&of("two")));
    }

    #[test]
    fn an_item_is_named_as_its_kind_asks() {
        let (id, pass) = (Some(Uuid::from_u128(1)), Some(PassId(Uuid::from_u128(2))));
        let day = Some("2026-05-04".parse().unwrap());
        let answer = ItemInput { id, pass_id: pass, n: Some(5), ..item(ItemKind::Answer) };
        assert_eq!(answer.complete("/item").unwrap().n, Some(5));
        let nudge = ItemInput { pass_id: pass, date: day, ..item(ItemKind::Nudge) };
        assert_eq!(nudge.complete("/item").unwrap().id, Uuid::from_u128(2));
        assert!(ItemInput { id, ..item(ItemKind::CheckIn) }.complete("/item").is_ok());
        let wrong = |item: ItemInput| {
            item.complete("/item").unwrap_err().into_iter().map(|invalid| invalid.name.into_owned()).collect::<Vec<_>>()
        };
        assert_eq!(wrong(item(ItemKind::Goal)), ["/item/id"]);
        assert_eq!(wrong(item(ItemKind::Answer)), ["/item/id", "/item/pass_id", "/item/n"]);
        assert_eq!(wrong(ItemInput { n: Some(6), ..answer }), ["/item/n"]);
        assert_eq!(wrong(ItemInput { id, ..nudge }), ["/item/id"]);
        assert_eq!(wrong(ItemInput { id, n: Some(1), date: day, ..item(ItemKind::Pass) }), ["/item/n", "/item/date"]);
    }
}
