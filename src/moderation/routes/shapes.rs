//! Answers about reports and decisions.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    circles::Pass,
    helplines::SupportView,
    http::ApiError,
    kernel::{CivilDay, IsoWeek},
    moderation::{
        chain::DecisionRow,
        deciding::Waiting,
        model::Copied,
        reporting::{About, Mine},
        store::MineRow,
    },
};

/// Which item was reported, as in the report.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportedItemView {
    /// What it is.
    #[schema(example = "check_in")]
    pub kind: String,
    /// Its id; of an answer, that of what it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// Who wrote it, of an answer or a nudge.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pass_id: Option<Uuid>,
    /// Which of their answers to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub n: Option<i16>,
    /// The day of a nudge.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub date: Option<NaiveDate>,
}

/// A report of one's own.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnReportView {
    /// Its id.
    pub id: Uuid,
    /// What it is about.
    pub item: ReportedItemView,
    /// Why.
    #[schema(example = "unkind")]
    pub category: String,
    /// What one said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
    /// The week in which it was reported.
    #[schema(value_type = String, example = "2026-W19")]
    pub week: IsoWeek,
    /// `open` until a moderator has decided, `closed` then.
    #[schema(example = "closed")]
    pub state: &'static str,
    /// What became of it: `kept`; `removed`; or `changed`: it was removed, but
    /// had been changed before. What stands there now can be reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "removed")]
    pub outcome: Option<&'static str>,
}

/// What became of an appeal.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppealOutcomeView {
    /// `keep`: the decision was taken back. `remove` or `remove_and_suspend`: it stands.
    #[schema(example = "keep")]
    pub decision: String,
    /// Why.
    #[schema(example = "within_agreement")]
    pub reason: String,
    /// What the other moderator says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
    /// On which day.
    pub decided_on: NaiveDate,
    /// Something else was written in the meantime: that was left as it is, and
    /// what was taken down is not put back.
    pub changed_since: bool,
}

/// A decision about something of one's own.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionAboutMeView {
    /// What to appeal to: `POST /reports/{id}/appeal`.
    pub id: Uuid,
    /// `report`, or `review` of a story before it showed.
    #[schema(example = "report")]
    pub kind: &'static str,
    /// What was theirs, as it was; left out of a review, where the story itself has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub yours: Option<CopyView>,
    /// `remove` or `remove_and_suspend`.
    #[schema(example = "remove")]
    pub decision: String,
    /// Why.
    #[schema(example = "money_legal_medical")]
    pub reason: String,
    /// What the moderator says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
    /// On which day.
    pub decided_on: NaiveDate,
    /// It had been changed or taken away before this was decided: what stands
    /// there now was left as it is.
    pub changed_since: bool,
    /// `open` while it can be appealed, `waiting` while another moderator looks
    /// at it, `decided`, or `over`: the time is up, or a story was changed since
    /// it was returned, which ends an appeal too.
    #[schema(example = "open")]
    pub appeal: &'static str,
    /// The last day on which it can be appealed, in UTC, while it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub appeal_until: Option<NaiveDate>,
    /// What became of the appeal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub appeal_outcome: Option<AppealOutcomeView>,
}

/// One's own reports, and decisions about oneself.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnReportsView {
    /// One's own reports, newest week first.
    pub data: Vec<OwnReportView>,
    /// Decisions by which something of one's own was removed, newest first.
    pub about_me: Vec<DecisionAboutMeView>,
    /// The last day on which this pass may not write, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub suspended_until: Option<NaiveDate>,
    /// Where help is, always.
    pub support: SupportView,
}

/// An item as it was when it was reported.
#[derive(Debug, Serialize, ToSchema)]
pub struct CopyView {
    /// What it is.
    #[schema(example = "answer")]
    pub kind: String,
    /// What peers call its author; left out of a member's report of a story.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false, example = "Heron")]
    pub alias: String,
    /// Everything in it that was typed; of a story, title and words.
    pub words: Vec<String>,
    /// Of a story, what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "social_pressure")]
    pub topic: Option<String>,
    /// Of a story, the language it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "en")]
    pub language: Option<String>,
}

/// What an appeal is against, and what the author says.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppealView {
    /// What was decided.
    #[schema(example = "remove")]
    pub decision: String,
    /// Why.
    #[schema(example = "unkind")]
    pub reason: String,
    /// What the author was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub decision_words: Option<String>,
    /// What the author says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
}

/// Something that waits for a moderator.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitingView {
    /// What to decide: `POST /moderation/{id}/decide`.
    pub id: Uuid,
    /// `report`, or `review` of a story before it shows.
    #[schema(example = "report")]
    pub kind: &'static str,
    /// The week in which it came.
    #[schema(value_type = String, example = "2026-W19")]
    pub week: IsoWeek,
    /// Why it was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "unkind")]
    pub category: Option<String>,
    /// What it is about.
    pub item: CopyView,
    /// What the reporter picked beside it.
    pub picked: Vec<CopyView>,
    /// What the reporter says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub words: Option<String>,
    /// Where it is an appeal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub appeal: Option<AppealView>,
}

/// The queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueView {
    /// What waits, those of the oldest week first.
    pub data: Vec<WaitingView>,
    /// Where the next page begins; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}

/// A decision as it was kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecidedView {
    /// Id of what was decided.
    pub id: Uuid,
    /// Whether it was an appeal.
    pub on_appeal: bool,
    /// What is to be.
    #[schema(example = "remove")]
    pub decision: String,
    /// Why.
    #[schema(example = "unkind")]
    pub reason: String,
    /// On which day.
    pub decided_on: NaiveDate,
    /// What it is about was another by then, or gone. Nothing that you have not
    /// seen was taken away, and nothing older was put in its place.
    pub changed_since: bool,
}

impl From<&DecisionRow> for DecidedView {
    fn from(row: &DecisionRow) -> Self {
        let DecisionRow { report_id, on_appeal, decision, reason, decided_on, changed_since, .. } = row.clone();
        Self { id: report_id, on_appeal, decision, reason, decided_on, changed_since }
    }
}

impl From<Copied> for CopyView {
    fn from(copied: Copied) -> Self {
        let Copied { kind, alias, words, story } = copied;
        let (topic, language) = story.map(|story| (story.topic.as_str().to_owned(), story.language.into())).unzip();
        Self { kind, alias, words, topic, language }
    }
}

impl From<MineRow> for ReportedItemView {
    fn from(row: MineRow) -> Self {
        let MineRow { item_kind: kind, item_id, item_from: pass_id, n, day: date, .. } = row;
        let id = (kind != "nudge").then_some(item_id);
        Self { kind, id, pass_id, n, date }
    }
}

impl OwnReportView {
    fn of(mine: Mine) -> Result<Self, ApiError> {
        let Mine { row, category, words } = mine;
        let outcome = |decision: &str| match (decision, row.changed_since) {
            ("keep", _) => "kept",
            (_, Some(true)) => "changed",
            _ => "removed",
        };
        // An appeal is the other's; to who reported, it was decided.
        let outcome = row.decision.as_deref().map(outcome);
        let state = if row.state == "open" { "open" } else { "closed" };
        let (id, week, category) = (row.id, week(row.week)?, category.as_str().to_owned());
        Ok(Self { id, item: row.into(), category, words, week, state, outcome })
    }
}

impl From<About> for DecisionAboutMeView {
    fn from(about: About) -> Self {
        let About { row, words, appeal_words, yours, appeal_until } = about;
        let outcome = row.appeal_decision.zip(row.appeal_reason).zip(row.appeal_decided_on);
        let appeal_changed_since = row.appeal_changed_since.unwrap_or_default();
        let appeal_outcome = outcome.map(|((decision, reason), decided_on)| AppealOutcomeView {
            decision,
            reason,
            words: appeal_words,
            decided_on,
            changed_since: appeal_changed_since,
        });
        let appeal = match (&appeal_outcome, row.state.as_str(), appeal_until) {
            (Some(_), ..) => "decided",
            (None, "appealed", _) => "waiting",
            (None, _, Some(_)) => "open",
            (None, _, None) => "over",
        };
        Self {
            id: row.id,
            kind: kind(row.review_of),
            yours: yours.map(CopyView::from),
            decision: row.decision,
            reason: row.reason,
            words,
            decided_on: row.decided_on,
            changed_since: row.changed_since,
            appeal,
            appeal_until,
            appeal_outcome,
        }
    }
}

impl OwnReportsView {
    pub(super) fn of((pass, mine, about): (Pass, Vec<Mine>, Vec<About>)) -> Result<Self, ApiError> {
        Ok(Self {
            data: mine.into_iter().map(OwnReportView::of).collect::<Result<_, _>>()?,
            about_me: about.into_iter().map(DecisionAboutMeView::from).collect(),
            suspended_until: pass.suspended_until,
            support: SupportView::new(),
        })
    }
}

impl WaitingView {
    pub(super) fn of(waiting: Waiting) -> Result<Self, ApiError> {
        let Waiting { row, category, reported, decision_words, appeal_words } = waiting;
        let decided = row.decision.zip(row.reason);
        let appeal =
            decided.map(|(decision, reason)| AppealView { decision, reason, decision_words, words: appeal_words });
        Ok(Self {
            id: row.id,
            kind: kind(row.review_of),
            week: week(row.week)?,
            category: category.map(|category| category.as_str().to_owned()),
            item: reported.item.into(),
            picked: reported.picked.into_iter().map(CopyView::from).collect(),
            words: reported.words,
            appeal,
        })
    }
}

fn kind(review_of: Option<Uuid>) -> &'static str {
    if review_of.is_some() { "review" } else { "report" }
}

fn week(monday: NaiveDate) -> Result<IsoWeek, ApiError> {
    Ok(IsoWeek::of(CivilDay::try_from(monday).map_err(ApiError::internal)?))
}
