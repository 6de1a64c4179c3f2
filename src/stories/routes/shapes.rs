//! Bodies and answers of stories.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{DeviceKey, Issued, TokenPair},
    circles::{Label, Pass, Words},
    helplines::SupportView,
    http::ApiError,
    kernel::{CivilDay, IsoWeek, PassId, StoryId},
    stories::{
        language::Language,
        model::{Content, Topic},
        store::StoryRow,
        writing::OwnStory,
    },
};

/// A story, and what makes its author's pass.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"voucher": "oc_voucher_story_2026-05_1_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                          "pass_key": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc", "topic": "social_pressure",
                          "language": "en", "title": "Weddings", "words": "I hold a glass of water and leave early."}))]
pub struct NewStoryInput {
    /// Not spent yet.
    #[schema(min_length = 1, max_length = 96)]
    pub voucher: String,
    /// 32 bytes in base64url, derived on the device and used for no other pass.
    #[schema(inline)]
    pub pass_key: DeviceKey,
    /// What it is about.
    pub topic: Topic,
    /// The language it is in, an ISO 639 code.
    pub language: Language,
    /// Its title.
    #[schema(inline)]
    pub title: Label<80>,
    /// Its words.
    #[schema(inline)]
    pub words: Words<2_000>,
}

/// A story as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"topic": "social_pressure", "language": "en", "title": "Weddings",
                          "words": "I hold a glass of water and leave early."}))]
pub struct StoryInput {
    /// What it is about.
    pub topic: Topic,
    /// The language it is in, an ISO 639 code.
    pub language: Language,
    /// Its title.
    #[schema(inline)]
    pub title: Label<80>,
    /// Its words.
    #[schema(inline)]
    pub words: Words<2_000>,
}

impl From<StoryInput> for Content {
    fn from(input: StoryInput) -> Self {
        let StoryInput { topic, language, title, words } = input;
        Self { topic, language, title: title.into(), words: words.into() }
    }
}

impl NewStoryInput {
    pub(super) fn split(self) -> (String, DeviceKey, Content) {
        let Self { voucher, pass_key, topic, language, title, words } = self;
        (voucher, pass_key, StoryInput { topic, language, title, words }.into())
    }
}

/// Thanks for a story.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"thanks_key": "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk"}))]
pub struct ThanksInput {
    /// 32 bytes in base64url, derived on the device for this story alone, so
    /// that it says nothing of who thanks and each of their phones has the same.
    #[schema(inline)]
    pub thanks_key: DeviceKey,
}

/// A story as somebody wrote it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContentView {
    /// What it is about.
    #[schema(example = "social_pressure")]
    pub topic: String,
    /// The language it is in, an ISO 639 code.
    #[schema(example = "en")]
    pub language: String,
    /// Its title.
    pub title: String,
    /// Its words.
    pub words: String,
}

impl From<Content> for ContentView {
    fn from(content: Content) -> Self {
        let Content { topic, language, title, words } = content;
        Self { topic: topic.as_str().to_owned(), language: language.into(), title, words }
    }
}

/// A story as members read it. Nothing of its author is shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoryEntry {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: StoryId,
    /// What was written.
    #[serde(flatten)]
    pub content: ContentView,
    /// The week in which it was first shown.
    #[schema(value_type = String, example = "2026-W19")]
    pub week: IsoWeek,
}

impl StoryEntry {
    pub(super) fn of((row, content): (StoryRow, Content)) -> Result<Self, ApiError> {
        let week = row.shown_week.ok_or_else(|| ApiError::internal(anyhow::anyhow!("a shown story has no week")))?;
        let week = IsoWeek::of(CivilDay::try_from(week).map_err(ApiError::internal)?);
        Ok(Self { id: row.id, content: content.into(), week })
    }
}

/// One story.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoryView {
    /// The story.
    #[serde(flatten)]
    pub story: StoryEntry,
    /// Where help is, always.
    pub support: SupportView,
}

/// Stories.
#[derive(Debug, Serialize, ToSchema)]
pub struct StoriesView {
    /// The stories, those of the newest week first.
    pub data: Vec<StoryEntry>,
    /// Where the next page begins; left out on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
    /// Where help is, always.
    pub support: SupportView,
}

/// A story as its author sees it: all that is kept of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnStoryEntry {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: StoryId,
    /// `in_review`: a moderator has yet to read it; `shown`; `returned`: a
    /// moderator gave it back with a reason, which `GET /reports` has, and it
    /// can be changed; `removed`: it is shown no more.
    #[schema(example = "in_review")]
    pub state: String,
    /// What was written last; left out once it was taken down.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub latest: Option<ContentView>,
    /// What members read meanwhile, where that is an earlier version.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub shown: Option<ContentView>,
    /// How many have thanked; nobody else is told.
    pub thanks: i64,
}

impl OwnStoryEntry {
    fn of(story: OwnStory) -> Self {
        let OwnStory { row, latest, shown } = story;
        let (latest, shown) = (latest.map(ContentView::from), shown.map(ContentView::from));
        Self { id: row.id, state: row.state, latest, shown, thanks: row.thanks }
    }
}

/// An author's pass.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthorView {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: PassId,
    /// Always `author`.
    #[schema(example = "author")]
    pub kind: &'static str,
    /// A word that we drew; only a moderator sees them.
    #[schema(example = "Heron")]
    pub alias: String,
    /// The last day on which it may not write, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub suspended_until: Option<NaiveDate>,
}

/// An author's story and pass.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnStoryView {
    /// The story.
    pub story: OwnStoryEntry,
    /// The pass.
    pub pass: AuthorView,
    /// Where help is, always.
    pub support: SupportView,
}

impl OwnStoryView {
    pub(super) fn of((pass, story): (Pass, OwnStory)) -> Self {
        let Pass { id, alias, suspended_until, .. } = pass;
        let pass = AuthorView { id, kind: "author", alias, suspended_until };
        Self { story: OwnStoryEntry::of(story), pass, support: SupportView::new() }
    }
}

/// A story, its author's pass, and the first session of it.
#[derive(Serialize, ToSchema)]
pub struct NewStoryView {
    /// The story.
    pub story: OwnStoryEntry,
    /// The pass.
    pub pass: AuthorView,
    /// Its tokens.
    #[serde(flatten)]
    pub tokens: TokenPair,
    /// Where help is, always.
    pub support: SupportView,
}

impl NewStoryView {
    pub(super) fn of((id, alias): (PassId, String), story: OwnStory, issued: &Issued) -> Self {
        let pass = AuthorView { id, kind: "author", alias, suspended_until: None };
        let (story, tokens) = (OwnStoryEntry::of(story), TokenPair::of(issued));
        Self { story, pass, tokens, support: SupportView::new() }
    }
}
